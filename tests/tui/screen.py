"""The screen as text: what a reviewer reads, and the gate beside each picture."""

import asyncio
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input, TextArea

from sharedops_tui.present.thread import thread
from sharedops_tui.widgets.ticket_pane import TicketBody, TicketPane
from tests.tui.settling import settled

PICTURES = Path(__file__).with_name("__snapshots__")
_TRIES, _FRAMES_ALIKE = 100, 4


def lines(app: App[None]) -> list[str]:
    """Return the cells of the screen, line by line, without the blanks at the right."""
    return ["".join(segment.text for segment in strip).rstrip() for strip in app.screen._compositor.render_strips()]


async def still(pilot: Pilot[None]) -> None:
    """Stop the cursors from blinking and wait until nothing on the screen changes any more."""
    for screen in pilot.app.screen_stack:
        for field in screen.query("Input, TextArea").results(Input | TextArea):
            field.cursor_blink = False
        for widget in screen.walk_children():
            widget.refresh()
    before: list[Strip] = []
    same = 0
    for _try in range(_TRIES):
        await settled(pilot)
        now = pilot.app.screen._compositor.render_strips()
        # Once is not enough: on a busy machine the answer to a question may come after the next frame.
        same = same + 1 if now == before else 0
        if same >= _FRAMES_ALIKE:
            return
        before = now
        await asyncio.sleep(0.03)
    raise AssertionError("the screen never stands still")


async def read(pilot: Pilot[None]) -> None:
    """Wait until what is on the screen has been read: each pane has its ticket, each thread stands at its end."""
    for _try in range(_TRIES):
        panes = pilot.app.screen.query(TicketPane)
        if len(pilot.app.screen_stack) > 1 and all(_stands(pane) for pane in panes):
            break
        await pilot.pause(0.02)
    await settled(pilot)


def _stands(pane: TicketPane) -> bool:
    if pane.card is None or pane.tab != "thread" or not pane.is_on_screen:
        return pane.card is not None
    body, text = pane.query_one(TicketBody), pane.query_one(".text")
    is_laid_out = text.size.height > thread(pane.card).plain.count("\n")
    return is_laid_out and body.scroll_offset.y >= body.max_scroll_y


def assert_same_text(request: pytest.FixtureRequest, found: list[str]) -> None:
    """Compare the screen with the text beside its picture; `--snapshot-update` writes it anew."""
    file = PICTURES / request.path.stem / f"{request.node.name}.txt"
    text = "\n".join(found) + "\n"
    if request.config.getoption("update_snapshots"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.is_file(), f"{file.name} is missing: run with --snapshot-update and read it"
    assert text.splitlines() == file.read_text(encoding="utf-8").splitlines()
