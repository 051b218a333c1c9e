"""Notices over other panes: every character of them is seen."""

from pathlib import Path

import pytest
from rich.segment import Segment
from textual.app import App
from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

import sharedops_tui
from sharedops_tui.widgets import toast
from tests.tui.screen import lines

WORDS = "已在四张工单上撤销挂起，工单又回到您手上"


class Panes(App[None]):
    """Panes whose edges lie below a notice, each on another cell."""

    CSS = "Static { border: round white; height: 1fr; } .a { width: 40; } .b { width: 5; } .c { width: 1fr; }"

    def compose(self):
        """Three panes beside each other."""
        with Horizontal():
            for one in "abc":
                yield Static(classes=one)


@pytest.mark.parametrize("width", [80, 81, 100, 101])
async def test_no_character_of_a_notice_is_lost_at_an_edge_below_it(width):
    """Wherever the edges of the panes lie, the words are all there."""
    toast.install()
    app = Panes()
    async with app.run_test(size=(width, 20), notifications=True) as pilot:
        app.notify(WORDS, markup=False)
        await pilot.pause()
        await pilot.pause(0.1)
        shown = "".join("".join(lines(app)).split())
        assert all(shown.count(one) >= WORDS.count(one) for one in WORDS), shown


def test_a_line_keeps_its_width():
    """A character moves by one cell for each edge in its way; the line ends where it ended."""
    line = Strip([Segment("a一二三      ")])
    assert toast.whole(line, {2, 7}).text == "a 一二 三    "
    assert toast.whole(line, {1, 3}).text == line.text
    assert toast.whole(line, {2, 3, 4}).text == "a   一二三   "
    plain = Strip([Segment("plain")])
    assert toast.whole(plain, {1, 2, 3}) is plain


async def test_a_notice_that_has_gone_is_drawn_without_harm():
    """A screen that is refreshed while a notice goes asks for its lines once more."""
    toast.install()
    app = Panes()
    async with app.run_test(size=(80, 20), notifications=True) as pilot:
        app.notify(WORDS, markup=False)
        await pilot.pause(0.1)
        gone = app.screen.query_one(toast.Toast)
        await gone.remove()
        assert len(gone.render_lines(Region(0, 0, 40, 2))) == 2


async def test_a_notice_of_several_lines_is_seen_to_its_last_word():
    """The rack has room for every line of a notice above the keys, which would cover it."""
    toast.install()
    app = Panes(css_path=Path(sharedops_tui.__file__).parent / "styles" / "app.tcss")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.notify("it cannot be resolved before these tasks are done or withdrawn: REQ-10157/1, REQ-10158/1")
        await pilot.pause()
        await pilot.pause(0.1)
        assert "REQ-10158/1" in "".join(lines(app)[:-1])
