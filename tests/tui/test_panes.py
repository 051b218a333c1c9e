"""Panes by number: the same numbers on every screen, shown in the titles, and reached whatever the size."""

import pytest
from textual.events import Key

from sharedops_core import config
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from sharedops_tui.present.panes import PANES
from sharedops_tui.registry import BY_ID
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.widgets.facet_list import FacetList
from sharedops_tui.widgets.knowledge_pane import KnowledgePane
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.ticket_pane import TicketBody, TicketPane
from sharedops_tui.widgets.view_list import ViewList
from tests.tui.screen import lines, still
from tests.tui.settling import press, settled

SMALL, MIDDLE, WIDE = (80, 24), (110, 40), (160, 48)
KINDS = {"1": ViewList, "2": FacetList, "3": QueueTable, "4": TicketPane, "5": KnowledgePane}


def has_keyboard(console, number):
    """Return whether the keyboard is in the pane with this number."""
    panes = console.screen.query(KINDS[number])
    return any(pane.has_pseudo_class("focus-within") and pane.is_on_screen for pane in panes)


def test_the_keys_are_the_numbers_in_the_titles():
    """In every preset the key that leads to a pane is the number in front of its name."""
    keys = [(BY_ID[f"pane.{name}"].keys, BY_ID[f"pane.{name}"].plain) for name in PANES]
    assert keys == [(number, number) for number in KINDS]


@pytest.mark.parametrize("size", [SMALL, MIDDLE, WIDE], ids=["small", "middle", "wide"])
@pytest.mark.parametrize("number", KINDS)
async def test_a_number_shows_its_pane_and_gives_it_the_keyboard(number, size, console):
    """From the list, whatever the size hides; the number stands in what is seen of the pane."""
    async with console.run_test(size=size) as pilot:
        await press(pilot, "s", "1", number)
        await still(pilot)
        assert has_keyboard(console, number)
        named = {"1": "1 Views", "2": "2 Facets", "3": "3 Mine", "4": "4 INC-1000", "5": "5 Knowledge"}
        assert named[number] in "\n".join(lines(console))


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
@pytest.mark.parametrize("number", KINDS)
async def test_a_number_means_the_same_pane_from_every_other(number, size, console):
    """Round all panes in both directions: no place has another meaning for a number, and 3 always is the list."""
    async with console.run_test(size=size) as pilot:
        for before in KINDS:
            await press(pilot, before, number)
            assert has_keyboard(console, number), (before, number)
        await press(pilot, "3")
        assert has_keyboard(console, "3")
        assert isinstance(console.screen, QueueScreen)


@pytest.mark.parametrize("key", ["enter", "escape", "3"])
async def test_the_views_go_away_once_one_is_chosen(key, console):
    """Without room for them they are there while they have the keyboard; j chooses one at once, marks stay by esc."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "space", "1", key)
        assert not console.screen.query_one(ViewList).display
        assert len(console.screen.query_one(QueueTable).marked) == 1
        await press(pilot, "1", "j", key)
        assert has_keyboard(console, "3")
        assert console.screen.question.view == "resolved"


async def test_the_facets_open_by_their_number_and_stay_with_it(console):
    """2 opens them as f does; a second 2 closes nothing, f does."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "2", "2", "j", "space")
        await still(pilot)
        assert console.screen.question.text
        assert has_keyboard(console, "2")
        await press(pilot, "f")
        assert not console.screen.query_one(FacetList).display


async def test_a_zoomed_pane_makes_room_for_another_and_for_itself_stays(console):
    """The number of the pane that stands alone changes nothing; another number brings all panes back."""
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "+", "3")
        assert not console.screen.query_one("#left").display
        await press(pilot, "4")
        assert console.screen.query_one("#left").display
        assert has_keyboard(console, "4")
        await press(pilot, "s", "4")
        assert has_keyboard(console, "3")


async def test_knowledge_as_a_tab_is_left_by_the_number_of_the_ticket(console):
    """Where 5 turns the ticket to its tab, 4 turns it back to what was said."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "4", "5")
        assert console.screen.query_one(TicketPane).tab == "knowledge"
        await press(pilot, "4")
        assert console.screen.query_one(TicketPane).tab == "thread"
        assert isinstance(console.focused, TicketBody)


async def test_a_hidden_preview_is_shown_by_its_number(console):
    """p puts the ticket below the list away, 4 brings it back with the articles that fit it."""
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "1", "g", "p", "j", "4")
        await still(pilot)
        assert has_keyboard(console, "4")
        assert "KB-0204" in "\n".join(lines(console))


async def test_a_number_goes_back_from_the_ticket_with_the_draft_kept(console):
    """1, 2 and 3 are panes of the queue: what was being written on the way there is a draft."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "enter", "r", "text:half", "shift+tab")
        await press(pilot, "4", "1")
        assert has_keyboard(console, "1")
        await press(pilot, "3", "enter", "r")
        assert console.screen.composer.body == "half"


async def test_a_pane_of_the_queue_is_not_here_over_a_board(console_of_supervisor):
    """A ticket opened over a board has no queue to go back to: the number says so and names the way back."""
    async with console_of_supervisor.run_test(size=WIDE, notifications=True) as pilot:
        await press(pilot, "s", "text:wall", "enter")
        console_of_supervisor.open_ticket(1)
        await settled(pilot)
        await press(pilot, "1")
        assert isinstance(console_of_supervisor.screen, TicketScreen)
        assert "this pane is in the queue; q goes back" in [one.message for one in console_of_supervisor._notifications]


async def test_an_empty_view_has_no_ticket_to_show(console):
    """4 in a small terminal opens the ticket under the cursor; without one it says so."""
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, "s", "5", "4")
        assert isinstance(console.screen, QueueScreen)
        assert "no ticket here" in [one.message for one in console._notifications]


async def test_the_menu_of_views_shows_its_digits_until_it_is_narrowed(console):
    """Each view of every desk has its digit in its line, which chooses at once; behind letters a digit is a letter."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s")
        assert any("4  Line 2" in line for line in lines(console))
        await press(pilot, "text:line 2")
        assert not any("4  Line 2" in line for line in lines(console))
        await press(pilot, "enter")
        assert console.screen.question.view == "line_2"
        await press(pilot, "s", "down", "0")
        assert console.screen.question.view == "resolved"


async def test_a_view_a_move_and_enter_in_one_piece_open_its_ticket(console):
    """s, a digit, j and enter typed at once: j moves in the rows that are on their way, and enter opens there."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g")
        queue = console.screen.query_one(QueueTable)
        before = queue.current.ticket_id
        for key in ("s", "9", "j", "enter"):
            console.post_message(Key(key, key if len(key) == 1 else None))
        for _time in range(4):
            await settled(pilot)
        shown = [row.ticket_id for row in queue.rows]
        assert console.screen.ticket_id == shown[shown.index(before) + 1]


async def test_a_view_may_have_a_key_of_its_own(desk):
    """No preset has keys for single views; the user's file gives them by the view's name, digits that are free, too."""
    settings = config.load()
    settings.path.parent.mkdir(parents=True, exist_ok=True)
    settings.path.with_name("keys.toml").write_text('queue.view.line_2 = "8"', encoding="utf-8")
    console = SharedopsApp(Bridge(desk, "li.na"), settings)
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "7", "9", "0")
        assert console.screen.question.view == "mine"
        await press(pilot, "8")
        assert console.screen.question.view == "line_2"
