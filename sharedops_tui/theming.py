"""Themes from files: checked colour by colour while loading, because a wrong one would kill the app when it paints.

Shipped themes are read once. One of the user's is read again when its file changes, and looked at for that only while
it is worn.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App
from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme
from textual.timer import Timer

from sharedops_core import config, sources
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined, pick

DEFAULT, WITHOUT_COLOUR = "harbour-dark", "terminal"
LOOK_SECONDS = 1.5
"""How often the file of a user's theme is looked at while it is worn."""

_COLOURS = (
    "primary", "secondary", "accent", "foreground", "background", "surface", "panel", "success", "warning", "error",
)  # fmt: skip
_TEXTS = ("name", "title_en", "title_zh")
_KNOWN = {*_TEXTS, "dark", "ansi", "colors", "variables"}
_LINE = re.compile(r"at line (\d+)")
_STYLES = {"none", "bold", "dim", "italic", "underline", "reverse", "strike", "not"}


@dataclass(frozen=True)
class Found:
    """A theme of a file, and what it is called in both languages."""

    theme: Theme
    title_en: str
    title_zh: str
    file: Path

    @property
    def title(self) -> str:
        """Return the title in the user's language."""
        return pick(self.title_en, self.title_zh)


def load(own: Path | None = None) -> list[Theme]:
    """Return the shipped themes and those in the user's folder; raises BadInput with every finding."""
    found, findings = look(own)
    if findings:
        raise BadInput(*findings)
    return [one.theme for one in found]


def look(own: Path | None = None) -> tuple[list[Found], list[str]]:
    """Return every theme that is right, a user's one in place of a shipped one of the same name, and every finding."""
    files = sorted(config.shipped("themes").glob("*.toml"))
    files += sorted(own.glob("*.toml")) if own is not None and own.is_dir() else []
    themes: dict[str, Found] = {}
    findings: list[str] = []
    for file in files:
        found, wrong = read(file)
        findings += wrong
        if found is not None:
            themes[found.theme.name] = found
    return list(themes.values()), findings


def check(settings: Path) -> list[str]:
    """Return everything that is wrong with the user's themes, else whether there is the theme the settings name."""
    found, findings = look(settings.parent / "themes")
    names = sorted({one.theme.name for one in found})
    wanted = config.read(settings)[0].get("theme")
    if findings or not isinstance(wanted, str) or wanted in {*names, *BUILTIN_THEMES}:
        return findings
    text = _("{file}: there is no theme {name}; there are: {names}")
    return [*findings, text.format(file=settings, name=wanted, names=joined(names))]


def read(file: Path) -> tuple[Found | None, list[str]]:
    """Return the theme in a file, or everything that is wrong with it: file, line, value, and what would be right."""
    try:
        text = sources.text(file)
        document = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        line = _LINE.search(str(error))
        place = f"{file}:{line[1]}" if line else str(file)
        return None, [_("{file}: cannot be read: {why}").format(file=place, why=error)]
    findings = [finding.format(file=_place(file, text, key)) for key, finding in _findings(document)]
    if findings:
        return None, findings
    fields: dict[str, Any] = {key: document["colors"][key] for key in _COLOURS}
    marks = {key: document.get(key, False) for key in ("dark", "ansi")}
    theme = Theme(name=document["name"], variables=document.get("variables", {}), **marks, **fields)
    return Found(theme, document["title_en"], document["title_zh"], file), []


def _findings(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each wrong or missing key with a sentence, in which the place in the file is still to be named."""
    for key in [key for key in _TEXTS if not document.get(key)]:
        yield key, _braced(_('{key} is missing; right would be {key} = "paper"'), key=key)
    for key in sorted(document.keys() - _KNOWN):
        yield key, _braced(_("{key} is no part of a theme; there are: {keys}"), key=key, keys=joined(sorted(_KNOWN)))
    for key in [key for key in _TEXTS if key in document and not isinstance(document[key], str)]:
        yield key, _braced(_("{key} must be a text"), key=key)
    for key in [key for key in ("dark", "ansi") if not isinstance(document.get(key, False), bool)]:
        yield key, _braced(_("{key} must be true or false"), key=key)
    yield from _section(document, "colors", lambda _key, value: _is_colour(value), _COLOURS)
    yield from _section(document, "variables", _is_variable)


def _section(
    document: dict[str, Any], name: str, is_right: Callable[[str, object], bool], needed: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    values = document.get(name, {})
    if not isinstance(values, dict):
        yield name, _braced(_("{key} must be a table, written [{key}]"), key=name)
        return
    for key in [key for key in needed if key not in values]:
        yield name, _braced(_('{key} is missing; right would be {key} = "#6cb6ff"'), key=f"{name}.{key}")
    for key, value in values.items():
        if not is_right(key, value):
            sentence = _('{key} = "{value}" is no colour; right would be "#6cb6ff"')
            yield f"{name}.{key}", _braced(sentence, key=f"{name}.{key}", value=value)
        elif needed and key not in needed:
            sentence = _("{key} is no colour of a theme; there are: {keys}")
            yield f"{name}.{key}", _braced(sentence, key=f"{name}.{key}", keys=joined(needed))


def _braced(sentence: str, **facts: object) -> str:
    """Fill a sentence in, and leave room for the file before it; what the file says may hold braces."""
    said = sentence.format(**facts).replace("{", "{{").replace("}", "}}")
    return "{file}: " + said


def _place(file: Path, text: str, key: str) -> str:
    """Return the file with the line on which a key stands, or where its table begins; the file alone without one."""
    section, _dot, name = key.rpartition(".")
    here, begun = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[\s*([\w-]+)\s*\]", line)
        here = head[1] if head else here
        if head and here == key:
            return f"{file}:{number}"
        begun = number if head and here == section else begun
        if here == section and re.match(rf"""\s*["']?{re.escape(name)}["']?\s*=""", line):
            return f"{file}:{number}"
    return f"{file}:{begun}" if begun else str(file)


def _is_colour(value: object) -> bool:
    if not isinstance(value, str):
        return False
    colour, _space, opacity = value.partition(" ")
    if opacity and not re.fullmatch(r"[0-9]{1,3}%", opacity):
        return False
    try:
        Color.parse(colour)
    except ColorParseError:
        return False
    return colour != "auto" and not colour.startswith("$")


def _is_variable(key: str, value: object) -> bool:
    """A variable of Textual is a colour, or the style of a text, which its name says."""
    if "style" not in key:
        return _is_colour(value)
    return isinstance(value, str) and bool(value.split()) and set(value.split()) <= _STYLES


class Themes:
    """The themes of a running console: what there is, which is worn, and the file of the user's own."""

    def __init__(self, app: App[Any], own: Path) -> None:
        self.app, self.own = app, own
        self.found: dict[str, Found] = {}
        self._looking: Timer | None = None
        self._seen = 0

    def open(self, wanted: str) -> None:
        """Offer every theme that is right, wear the wanted one, and tell what is wrong with the others."""
        found, findings = look(self.own)
        self.found = {one.theme.name: one for one in found}
        for one in found:
            self.app.register_theme(one.theme)
        if os.environ.get("NO_COLOR") and wanted == DEFAULT:
            wanted = WITHOUT_COLOUR
        if wanted not in self.app.available_themes:
            text = _("there is no theme {name}; there are: {names}")
            findings.append(text.format(name=wanted, names=joined(self.found)))
            wanted = DEFAULT
        self.app.theme = wanted
        for finding in findings:
            self.app.notify(finding, severity="warning", timeout=20)
        self.app.theme_changed_signal.subscribe(self.app, self._changed)
        self._watch(wanted)

    def _changed(self, theme: Theme) -> None:
        self._watch(theme.name)

    def _watch(self, name: str) -> None:
        """Look at the file of a user's theme from now on, and at no other; the shipped ones do not change."""
        if self._looking is not None:
            self._looking.stop()
            self._looking = None
        one = self.found.get(name)
        if one is not None and one.file.parent == self.own:
            self._seen = _changed_at(one.file)
            self._looking = self.app.set_interval(LOOK_SECONDS, partial(self._look, one))

    def _look(self, one: Found) -> None:
        """Wear what the file says now; while it is wrong or gone, the theme stays as it was."""
        changed_at = _changed_at(one.file)
        if changed_at in (0, self._seen):
            return
        self._seen = changed_at
        found, findings = read(one.file)
        for finding in findings:
            self.app.notify(finding, severity="warning", timeout=20)
        if found is None:
            return
        self.found[found.theme.name] = found
        self.app.register_theme(found.theme)
        if found.theme.name == self.app.theme:
            self.app.mutate_reactive(App.theme)
        self.app.theme = found.theme.name


def _changed_at(file: Path) -> int:
    """Return the instant of the last change, 0 when the file cannot be looked at."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
