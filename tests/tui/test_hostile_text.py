"""Text from outside never acts: every hostile string, raw in the database, in every pane, dialog and notice."""

import pytest
from textual.events import Paste

from sharedops_core.errors import Refused
from sharedops_tui.widgets.composer import Composer
from sharedops_tui.widgets.queue_table import QueueTable
from tests.tui.poison import ACTING, FOLDER, WORST, assert_harmless, everything, poison
from tests.tui.settling import press, settled

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared collection of hostile strings is not here")

SIZE = (160, 60)
PANES = {
    "thread": ["s", "1", "g", "enter"],
    "fields": ["s", "1", "g", "enter", "right_square_bracket"],
    "articles": ["s", "1", "g", "enter", "right_square_bracket", "right_square_bracket"],
    "audit": ["s", "1", "g", "enter", "left_square_bracket"],
    "time held": ["s", "1", "g", "enter", "left_square_bracket", "left_square_bracket"],
    "explained": ["s", "1", "G", "e"],
    "chosen": ["s", "1", "G", "Q"],
    "told": ["T"],
    "shift": ["L"],
    "shift, sheet": ["L", "enter"],
    "promise": ["s", "1", "G", "b"],
    "service item": ["s", "1", "G", "I"],
    "draft": ["s", "1", "g", "c"],
    "filter": ["slash", "text:evil.3"],
    "hand off": ["s", "1", "G", "H"],
    "hand off, teams": ["s", "1", "G", "H", "enter"],
    "hand off, agents": ["s", "1", "G", "H", "tab", "enter"],
    "wait": ["s", "1", "G", "w"],
    "assign": ["s", "1", "G", "a"],
    "resolve": ["s", "1", "G", "x"],
    "escalate": ["s", "1", "G", "E"],
    "intake, people": ["N", "text:evil"],
    "intake, chosen": ["N", "text:evil", "enter", "text:vpn", "enter"],
    "knowledge": ["s", "1", "g", "K"],
    "knowledge, found": ["K", "ctrl+u", "text:evil", "enter", "down"],
    "modify": ["s", "1", "G", "m"],
    "modify, state": ["s", "1", "G", "m", "s"],
    "tags": ["s", "1", "G", "m", "t"],
    "tags, completed": ["s", "1", "G", "m", "t", "tab", "tab"],
    "filter, tags": ["slash", "text:tag:", "tab"],
    "facets": ["s", "9", "f"],
    "many": ["s", "9", "V", "t"],
    "template": ["s", "1", "G", "r", "ctrl+t", "enter"],
    "article for a reply": ["s", "1", "G", "r", "ctrl+k", "ctrl+u", "text:evil", "enter", "i"],
    "palette": ["ctrl+p"],
    "palette, services": ["ctrl+p", "text:%vpn"],
    "palette, words": ["ctrl+p", "text:evil"],
    "palette, tickets": ["ctrl+p", "text:#INC"],
    "palette, people": ["ctrl+p", "text:@evil"],
    "palette, articles": ["ctrl+p", "text:?evil"],
}
"""The keys that bring hostile text into each pane and dialog."""


@pytest.fixture
def poisoned(desk):
    """The small centre with the worst strings in every text."""
    poison(desk, WORST)
    return desk


@pytest.mark.parametrize("pane", PANES)
async def test_no_pane_lets_hostile_text_act(pane, console, poisoned):
    """No control, bidi sign, link or action from outside is in the cells of any pane or dialog."""
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await press(pilot, *PANES[pane])
        assert_harmless(console)
        await press(pilot, "pageup")
        assert_harmless(console)


async def test_every_string_of_the_collection_stays_a_row_of_the_queue(console, desk):
    """Hundreds of hostile subjects page through the queue, each on a line of exactly the screen's width."""
    poison(desk, everything())
    async with console.run_test(size=(80, 100)) as pilot:
        await press(pilot, "s", "9", "p", "G")
        table = console.screen.query_one(QueueTable)
        assert table.window.length > len(everything())
        for _page in range(table.window.length // 80):
            await press(pilot, "pageup")
            assert {strip.cell_length for strip in assert_harmless(console)} == {80}


async def test_every_string_of_the_collection_is_a_harmless_choice(console, desk):
    """Reasons, colleagues, teams and agents of every name fill the dialogs, and nothing in them acts."""
    poison(desk, everything())
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "1", "G")
        for key in ("w", "a", "H"):
            await press(pilot, key, "enter" if key == "H" else "down")
            for _page in range(6):
                await pilot.press("pagedown")
                assert_harmless(console)
            await press(pilot, "escape", "escape")


async def test_a_notice_shows_hostile_text_as_it_is(console):
    """An error that quotes hostile text is one harmless notice, brackets and all."""
    async with console.run_test(size=SIZE, notifications=True) as pilot:
        for string in WORST:
            console.tell(Refused(string))
        await settled(pilot)
        assert_harmless(console)
        assert "[/nope] [bold" in [notice.message for notice in console._notifications]


async def test_what_is_pasted_is_cleaned(console, desk):
    """Hostile text from the clipboard becomes visible marks before a field shows or keeps it."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "1", "G", "r")
        for string in WORST:
            console.post_message(Paste(string))
        await settled(pilot)
        assert_harmless(console)
        assert "␛]52;c;T1dORUQ=␇clip" in console.screen.query_one(Composer).body


async def test_what_is_copied_holds_no_control(console, poisoned):
    """The clipboard gets an article as cleaned text, so that pasting it elsewhere is as safe as reading it."""
    async with console.run_test(size=SIZE) as pilot:
        await press(pilot, "K", "ctrl+u", "text:evil", "enter", *["down"] * 4, "y")

    assert console.clipboard
    assert not ACTING.search(console.clipboard)
