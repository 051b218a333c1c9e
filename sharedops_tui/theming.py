"""Themes from files: checked colour by colour while loading, because a wrong one would kill the app when it paints."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from sharedops_core import config
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _

_COLOURS = (
    "primary", "secondary", "accent", "foreground", "background", "surface", "panel", "success", "warning", "error",
)  # fmt: skip
_TEXTS = ("name", "title_en", "title_zh")


def load(own: Path | None = None) -> list[Theme]:
    """Return the shipped themes and those in the user's folder; raises BadInput with every finding."""
    files = sorted(config.shipped("themes").glob("*.toml"))
    if own is not None and own.is_dir():
        files += sorted(own.glob("*.toml"))
    themes, findings = [], []
    for file in files:
        theme, wrong = read(file)
        findings += wrong
        if theme is not None:
            themes.append(theme)
    if findings:
        raise BadInput(*findings)
    return themes


def read(file: Path) -> tuple[Theme | None, list[str]]:
    """Return the theme in a file, or everything that is wrong with it."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return None, [_("{file}: cannot be read: {why}").format(file=file, why=error)]
    colours, variables = document.get("colors", {}), document.get("variables", {})
    findings = [_("{file}: {key} is missing").format(file=file, key=key) for key in _missing(document, colours)]
    findings += [
        _('{file}: {key} = "{value}" is no colour; right would be "#6cb6ff"').format(file=file, key=key, value=value)
        for key, value in {**colours, **variables}.items()
        if not _is_colour(value)
    ]
    if findings:
        return None, findings
    fields: dict[str, Any] = {key: str(colours[key]) for key in _COLOURS}
    return Theme(name=document["name"], dark=bool(document.get("dark")), variables=variables, **fields), []


def _missing(document: dict[str, object], colours: dict[str, object]) -> Sequence[str]:
    return [key for key in _TEXTS if not isinstance(document.get(key), str)] + [
        f"colors.{key}" for key in _COLOURS if key not in colours
    ]


def _is_colour(value: object) -> bool:
    colour, _space, opacity = str(value).partition(" ")
    if opacity and not (opacity.endswith("%") and opacity[:-1].isdigit()):
        return False
    try:
        Color.parse(colour)
    except ColorParseError:
        return False
    return True
