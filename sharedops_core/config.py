"""Settings: one TOML file and a few environment variables, checked as a whole before anything runs."""

import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sharedops_core import sources
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined
from sharedops_core.rules.text import clean

_KEYS = {"database_url": str, "user": str, "language": str, "theme": str, "alert": str, "keys": dict}
_CHOICES = {"language": ("en", "zh"), "alert": ("none", "bell", "notification")}


@dataclass(frozen=True)
class Settings:
    """What the program works with, and where each value came from (file, environment or default)."""

    database_url: str
    user: str
    language: str | None
    theme: str
    alert: str
    keys: dict[str, object]
    path: Path
    origins: dict[str, str]


def path() -> Path:
    """Return where the settings file is looked for."""
    from platformdirs import user_config_path

    named = os.environ.get("SHAREDOPS_CONFIG")
    return Path(named) if named else user_config_path("sharedops", appauthor=False) / "config.toml"


def load() -> Settings:
    """Return the settings; raises BadInput with every finding when the file is wrong."""
    from platformdirs import user_data_path

    file = path()
    values, findings = read(file)
    if findings:
        raise BadInput(*findings)
    default_url = f"sqlite:///{user_data_path('sharedops', appauthor=False) / 'sharedops.db'}"
    origins: dict[str, str] = {}

    def chosen(key: str, variable: str, default: str) -> str:
        if os.environ.get(variable):
            origins[key] = variable
            return os.environ[variable]
        origins[key] = str(file) if key in values else "default"
        return str(values.get(key, default))

    return Settings(
        database_url=chosen("database_url", "SHAREDOPS_DATABASE_URL", default_url),
        user=chosen("user", "SHAREDOPS_USER", account()),
        language=chosen("language", "SHAREDOPS_LANG", "") or None,
        theme=chosen("theme", "SHAREDOPS_THEME", "harbour-dark"),
        alert=chosen("alert", "SHAREDOPS_ALERT", "none"),
        keys=dict(values.get("keys", {})),  # type: ignore[call-overload]
        path=file,
        origins=origins,
    )


def account() -> str:
    """Return the operating system's user of this process; a variable of the environment does not make another one."""
    try:
        import pwd
    except ImportError:  # no Unix
        import getpass

        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def read(file: Path) -> tuple[dict[str, object], list[str]]:
    """Return what a settings file says and everything that is wrong with it; a missing file says nothing."""
    try:
        values = tomllib.loads(sources.text(file))
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError, RecursionError) as error:
        return {}, [_("{file}: cannot be read: {why}").format(file=file, why=error)]
    return values, [finding for key, value in values.items() if (finding := _finding(file, key, value))]


def _finding(file: Path, key: str, value: object) -> str | None:
    if key not in _KEYS:
        return _("{file}: {key} is no setting; there are: {keys}").format(file=file, key=key, keys=joined(_KEYS))
    if not isinstance(value, _KEYS[key]):
        # A password may stand in an address that was written wrong.
        told = "…" if key == "database_url" else value
        return _("{file}: {key} = {value!r} must be a {kind}").format(
            file=file, key=key, value=told, kind=_("table") if _KEYS[key] is dict else _("text")
        )
    if key in _CHOICES and value not in _CHOICES[key]:
        right = joined(f'"{one}"' for one in _CHOICES[key])
        return _("{file}: {key} = {value!r}; right would be one of {right}").format(
            file=file, key=key, value=value, right=right
        )
    return None


def shipped(folder: str) -> Path:
    """Return a folder of shipped data ("seed_data", "themes"): inside the package, or beside it in a checkout."""
    room = "sharedops_tui" if folder == "themes" else "sharedops_core"
    root = Path(__file__).parent.parent
    packaged = root / room / folder
    return packaged if packaged.is_dir() else root / folder


def broken(error: BaseException) -> str:
    """Write the trace of an unexpected error to the log folder of the platform, and return what to say."""
    text = _("Something broke: {kind}. Nothing was half done; the details are in {path}")
    try:
        path: object = _save_trace(error)
    except OSError as refusal:
        path = refusal.strerror
        text = _("Something broke: {kind}. Nothing was half done; the details could not be kept: {path}")
    return text.format(kind=type(error).__name__, path=path)


def _save_trace(error: BaseException) -> Path:
    import traceback

    from platformdirs import user_log_path

    folder = user_log_path("sharedops", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"error-{datetime.now(UTC):%Y%m%d-%H%M%S}.txt"
    path.write_text(clean("".join(traceback.format_exception(error))), encoding="utf-8", errors="replace")
    return path
