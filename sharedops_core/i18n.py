"""Languages: English in the code, Chinese from one gettext catalogue per room, switched live."""

import gettext
import locale
import os
from pathlib import Path

LANGUAGES = ("en", "zh")
_DOMAINS = ("rules", "desk", "views", "intake", "cli", "tui")
_LOCALE_DIR = Path(__file__).with_name("locale")


class _Active:
    """The language in use, one per process."""

    language = "en"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def choose(wanted: str | None) -> str:
    """Return "en" or "zh" for a wish like "zh_CN.UTF-8"; without a wish, the locale of the process."""
    names = [wanted, *(os.environ.get(key) for key in ("SHAREDOPS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))]
    found = next((name for name in names if name), None) or locale.getlocale()[0] or "en"
    return "zh" if found.lower().startswith(("zh", "chinese")) else "en"


def activate(language: str) -> None:
    """Speak `language` ("en" or "zh") from now on."""
    _Active.language = language
    _Active.catalogue = _load() if language == "zh" else gettext.NullTranslations()


def _load() -> gettext.NullTranslations:
    whole = gettext.NullTranslations()
    for domain in _DOMAINS:
        path = _LOCALE_DIR / "zh_CN" / "LC_MESSAGES" / f"{domain}.mo"
        if path.exists():
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)
            catalogue.add_fallback(whole)
            whole = catalogue
    return whole


def language() -> str:
    """Return the language in use."""
    return _Active.language


def _(message: str) -> str:
    """Translate a sentence of the product."""
    return _Active.catalogue.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a sentence that counts."""
    return _Active.catalogue.ngettext(one, many, count)


def pick(en: str, zh: str) -> str:
    """Choose between the two texts of a bilingual record; a missing one falls back to the other."""
    return (zh or en) if _Active.language == "zh" else (en or zh)
