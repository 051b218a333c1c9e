"""Themes: every shipped one can be read by whoever looks, a user's own is checked, named when wrong, and read again."""

import os
import re
from itertools import combinations
from pathlib import Path

import pytest
from textual.color import Color

from sharedops_core import config, i18n
from sharedops_core.errors import BadInput
from sharedops_tui import theming
from tests.conftest import ROOT
from tests.tui.colours import CONES, contrast, distance, mixed, parsed
from tests.tui.settling import settled

SHIPPED = {one.theme.name: one for one in theming.look()[0]}
PAINTED = sorted(name for name, one in SHIPPED.items() if not one.theme.ansi)
"""The themes that say themselves what they look like."""

TEXTS = ("foreground", "primary", "secondary", "accent", "success", "warning", "error")
QUIET, UNDER_CURSOR = 0.6, 0.15
PAPER = """
name = "paper"
title_en = "Paper"
title_zh = "纸"
[colors]
primary = "#0a4f94"
secondary = "#07594d"
accent = "#714300"
foreground = "#000000"
background = "#fffff0"
surface = "#fffff0"
panel = "#eeeedd"
success = "#115c27"
warning = "#6e4900"
error = "#a81c23"
""".lstrip()


def grounds(colours):
    """Return every background text stands on; the last is the row under the cursor."""
    plain = [colours[name] for name in ("background", "surface", "panel")]
    return [*plain, mixed(colours["primary"], plain[0], UNDER_CURSOR)]


@pytest.mark.parametrize("name", PAINTED)
def test_every_text_can_be_read(name):
    """Text stands out at least 4.5 : 1 from whatever is behind it, quiet text and the row of the cursor too."""
    colours = {key: parsed(getattr(SHIPPED[name].theme, key)) for key in (*TEXTS, "background", "surface", "panel")}
    for ground in grounds(colours):
        texts = [colours[key] for key in TEXTS] + [mixed(colours["foreground"], ground, QUIET)]
        assert min(contrast(text, ground) for text in texts) >= 4.5
    least = 7 if name == "high-contrast" else 4.5
    assert min(contrast(colours[key], colours["background"]) for key in TEXTS) >= least


def test_no_text_is_quieter_than_what_was_measured():
    """Nowhere is text fainter than 60 %, but what cannot be done now (35 %) and the bars between figures (30 %)."""
    faint = {
        (int(share), file.name)
        for file in (ROOT / "sharedops_tui").rglob("*")
        if file.suffix in {".py", ".tcss"}
        for share in re.findall(r"\$foreground (\d+)%", file.read_text(encoding="utf-8"))
        if 0 < int(share) < 100 * QUIET
    }
    assert faint == {(35, "key_bar.py"), (30, "status.py")}


@pytest.mark.parametrize("eye", CONES)
def test_states_differ_for_every_eye(eye):
    """In the colour-blind theme no two states look alike, whichever cones are missing."""
    theme = SHIPPED["colour-blind"].theme
    states = [parsed(getattr(theme, key)) for key in ("error", "warning", "success", "secondary", "foreground")]
    assert min(distance(one, other, eye) for one, other in combinations(states, 2)) >= 12


def test_the_harbour_is_no_such_theme():
    """Without green cones breached and kept look alike in the usual theme: the other one is needed."""
    theme = SHIPPED["harbour-dark"].theme
    assert distance(parsed(theme.error), parsed(theme.success), "no green") < 12


def test_the_terminals_theme_names_no_colour_of_its_own():
    """The terminal's own theme uses its sixteen colours, and mono uses none at all."""
    theme = SHIPPED["terminal"].theme
    assert all(Color.parse(getattr(theme, key)).ansi is not None for key in (*TEXTS, "background", "panel"))
    mono = SHIPPED["mono"].theme
    assert all(len(set(parsed(getattr(mono, key)))) == 1 for key in (*TEXTS, "background", "panel"))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_themes_have_titles_of_their_own(language):
    """No two themes are called the same in either language."""
    i18n.activate(language)
    assert len({one.title for one in SHIPPED.values()}) == len(SHIPPED) == 6


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('error = "#a81c23"', None),
        ('error = "rot"', ':14: colors.error = "rot" is no colour; right would be "#6cb6ff"'),
        ("error = 7", ':14: colors.error = "7" is no colour; right would be "#6cb6ff"'),
        ("error = #a81c23", ":14: cannot be read: Invalid value (at line 14, column 9)"),
        ('eror = "#a81c23"', ':4: colors.error is missing; right would be colors.error = "#6cb6ff"'),
        ('error = "#a81c23"\n[variables]\nborder = "{b}"', ':16: variables.border = "{b}" is no colour'),
        ('error = "#fff ٣%"', ':14: colors.error = "#fff ٣%" is no colour'),
        ('error = "#a81c23"\n[variables]\nborder = "bold"', ':16: variables.border = "bold" is no colour'),
        ('error = "#a81c23"\n[variables]\nlink-style = "red"', ':16: variables.link-style = "red" is no colour'),
        ('error = "#a81c23"\n[variables]\nlink-style = "bold"', None),
        ('error = "#a81c23"\n[colours]', ":15: colours is no part of a theme"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(wrong, said, tmp_path):
    """Whoever writes a theme is told file, line, value and what would be right."""
    file = tmp_path / "paper.toml"
    file.write_text(PAPER.replace('error = "#a81c23"', wrong), encoding="utf-8")
    found, findings = theming.read(file)
    assert (found is not None) == (said is None)
    assert said is None or findings[0].startswith(f"{file}{said}")


def own(text: str) -> Path:
    """Write a theme into the user's folder."""
    file = config.path().parent / "themes" / "paper.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def later(file: Path, text: str) -> None:
    """Write a file anew, a second after the last time."""
    at = file.stat().st_mtime + 1
    file.write_text(text, encoding="utf-8")
    os.utime(file, (at, at))


async def test_a_theme_of_ones_own_is_worn_and_read_again(console, monkeypatch):
    """A change of the worn file is seen; a wrong one is told of and changes nothing."""
    monkeypatch.setattr(theming, "LOOK_SECONDS", 0.05)
    file = own(PAPER)
    async with console.run_test(notifications=True) as pilot:
        console.theme = "paper"
        await settled(pilot)
        later(file, PAPER.replace("#fffff0", "#fff0f0"))
        await pilot.pause(0.2)
        assert console.screen.styles.background == Color.parse("#fff0f0")
        later(file, PAPER.replace("#fffff0", "white-ish"))
        await pilot.pause(0.2)
        assert console.screen.styles.background == Color.parse("#fff0f0")
        assert any(f"{file}:9:" in one.message for one in console._notifications)


async def test_files_are_looked_at_only_while_one_is_worn(console, monkeypatch):
    """No timer looks at the disk while a shipped theme is worn."""
    own(PAPER)
    async with console.run_test() as pilot:
        looking = []
        for name in ("harbour-dark", "paper", "mono"):
            console.theme = name
            await settled(pilot)
            looking.append(console.themes._looking is not None)
        assert looking == [False, True, False]


async def test_a_bad_theme_keeps_nobody_from_work(console):
    """The console opens with the usual theme and says which file is wrong."""
    file = own(PAPER.replace("#07594d", "petrol?"))
    async with console.run_test(notifications=True) as pilot:
        await settled(pilot)
        assert console.theme == theming.DEFAULT
        assert any(f"{file}:6" in one.message for one in console._notifications)
    with pytest.raises(BadInput, match="petrol"):
        theming.load(file.parent)


def test_the_settings_check_looks_at_themes():
    """`config validate` names a wrong theme file, and a theme that is not there."""
    file = own("name = 7\n")
    settings = file.parent.parent / "config.toml"
    settings.write_text('theme = "papier"\n', encoding="utf-8")
    assert f"{file}:1: name must be a text" in theming.check(settings)
    file.unlink()
    (said,) = theming.check(settings)
    assert said.startswith(f"{settings}: there is no theme papier; there are: colour-blind, harbour-dark")
