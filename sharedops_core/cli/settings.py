"""`sharedops config`: what the settings are, where they come from, and whether the file is right."""

import os
from collections.abc import Callable
from pathlib import Path

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, language

_EXAMPLES = "\n\n\b\n{title}\n  sharedops config show\n  sharedops config path\n  sharedops config validate\n"


CHECKS: list[Callable[[Path], list[str]]] = []
"""What else looks at the settings: the console adds its keys, themes and templates, which the core knows nothing of."""


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    group.command("show", help=_("Show every setting, its value and its origin.") + _examples())(show)
    group.command("path", help=_("Print where the settings file is looked for.") + _examples())(path)
    group.command("validate", help=_("Check the settings file and name everything wrong in it.") + _examples())(
        validate
    )
    app.add_typer(group, name="config", help=_("Settings."))


def _examples() -> str:
    return _EXAMPLES.format(title=_("Examples:"))


def show(as_json: bool = output.Json, as_csv: bool = output.Csv) -> None:
    """Show the settings as they are in force."""
    from sharedops_core import config
    from sharedops_core.store.addresses import shown

    settings = config.load()
    overruled = {"database_url": context.given.db, "user": context.given.user}
    values = {
        "database_url": shown(overruled["database_url"] or settings.database_url),
        "user": overruled["user"] or settings.user,
        "language": settings.language or language(),
        "theme": settings.theme,
        "alert": settings.alert,
        "keys": ", ".join(f"{name}={keys}" for name, keys in settings.keys.items()),
    }
    rows = [
        {
            "setting": name,
            "value": value,
            "origin": _("option") if overruled.get(name) else _origin(settings.origins.get(name, "default")),
        }
        for name, value in values.items()
    ]
    columns = [Column("setting", _("Setting")), Column("value", _("Value")), Column("origin", _("Origin"))]
    output.table(columns, rows, as_json=as_json, as_csv=as_csv)


def _origin(origin: str) -> str:
    return _("default") if origin == "default" else origin


def path() -> None:
    """Print the path of the settings file."""
    from sharedops_core import config

    output.show(str(config.path()))


def validate() -> None:
    """Check the settings file."""
    from sharedops_core import config

    file = config.path()
    if not file.exists() and os.environ.get("SHAREDOPS_CONFIG"):
        raise BadInput(_("{file}: there is no such file").format(file=file))
    _values, findings = config.read(file)
    for check in CHECKS:
        findings = [*findings, *check(file)]
    if findings:
        raise BadInput(*findings)
    output.show(
        _("{file}: right").format(file=file)
        if file.exists()
        else _("{file}: not there; defaults hold").format(file=file)
    )
