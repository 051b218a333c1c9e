"""Languages: English in the code, Chinese from one gettext catalogue, switched live."""

import gettext
import locale
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
_CHINESE = Path(__file__).with_name("locale") / "zh_CN" / "LC_MESSAGES" / "sharedops.mo"


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
    with _CHINESE.open("rb") as file:
        return gettext.GNUTranslations(file)


def language() -> str:
    """Return the language in use."""
    return _Active.language


def _(message: str) -> str:
    """Translate a sentence of the product."""
    return _Active.catalogue.gettext(message)


def N_(message: str) -> str:
    """Mark a sentence that stands in a table; it is translated when it is shown."""
    return message


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a sentence that counts."""
    return _Active.catalogue.ngettext(one, many, count)


def joined(parts: Iterable[Any]) -> str:
    """Return parts as people list them: with commas in English, with 、 in Chinese."""
    return ("、" if _Active.language == "zh" else ", ").join(map(str, parts))


def clauses(parts: Iterable[str]) -> str:
    """Return sentences that stand in one line, with ; in English and ； in Chinese between them."""
    return ("；" if _Active.language == "zh" else "; ").join(parts)


def pick(en: str, zh: str) -> str:
    """Choose between the two texts of a bilingual record; a missing one falls back to the other."""
    return (zh or en) if _Active.language == "zh" else (en or zh)
