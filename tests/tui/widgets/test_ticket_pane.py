"""The ticket pane: the thread at its newest words, the user's place kept, a closing console unharmed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sharedops_tui.widgets.summary_lines import SummaryLines
from sharedops_tui.widgets.ticket_pane import TABS, TicketBody, TicketPane
from sharedops_tui.widgets.ticket_view import TicketView
from tests.tui.present.rows import NOW, card
from tests.tui.screen import lines
from tests.tui.widgets.host import Host

SIZE = (60, 14)
LONG = "\n".join(f"line {number}" for number in range(40))


@pytest.fixture
def pane():
    """A pane without a ticket."""
    return TicketPane(lambda: NOW)


async def test_a_thread_opens_at_its_end(pane):
    """The newest words are on the screen, however long the thread and whenever it is laid out."""
    async with Host(pane).run_test(size=SIZE) as pilot:
        for number in range(5):
            pane.show(card(f"{LONG}\nlast of {number}", ticket_id=number))
            await pilot.pause()
            assert any(f"last of {number}" in line for line in lines(pilot.app)[-3:])


async def test_a_refresh_keeps_the_place_the_user_scrolled_to(pane):
    """When the ticket changes elsewhere, whoever reads further up goes on reading there."""
    async with Host(pane).run_test(size=SIZE) as pilot:
        pane.show(card(LONG))
        pane.take_focus()
        await pilot.pause()
        await pilot.press("g", "j", "j", "j")
        before = lines(pilot.app)[7:]
        pane.show(replace(card(LONG), thread=(*card(LONG).thread, *card("new words").thread)))
        await pilot.pause()
        assert lines(pilot.app)[7:] == before


async def test_every_other_tab_opens_at_its_beginning(pane):
    """Fields and audit begin with their first line; the tabs go round."""
    async with Host(pane).run_test(size=SIZE) as pilot:
        pane.show(card())
        pane.take_focus()
        for _tab in TABS:
            pane.turn(1)
            await pilot.pause()
            at_home = pane.query_one(TicketBody).scroll_offset.y == 0
            assert at_home or pane.tab == "thread"
        assert pane.tab == "thread"


async def test_a_tick_at_the_end_does_no_harm(pane):
    """A second that passes while the children of a closing console are gone already breaks nothing."""
    async with Host(pane).run_test(size=SIZE) as pilot:
        pane.show(card())
        await pane.remove_children()
        pane.tick()
        await pilot.pause()
        assert pane.card is not None


async def test_time_that_passes_draws_no_line_that_stays(monkeypatch):
    """Above the tabs only the line in which a clock counts is drawn again, and nothing is laid out anew."""
    minutes = iter(range(100))
    pane = TicketPane(lambda: NOW + timedelta(minutes=next(minutes)))
    async with Host(pane).run_test(size=(120, 14)) as pilot:
        pane.show(card())
        await pilot.pause()
        asked = []
        monkeypatch.setattr(SummaryLines, "refresh", lambda _self, *rows, **facts: asked.append((rows, facts)))
        pane.tick()
        pane.tick()
        assert [(len(rows), rows[0].height, facts) for rows, facts in asked] == [(1, 1, {})] * 2


async def test_knowledge_is_shown_once():
    """On its tab the articles are not beside the ticket as well; a keyboard that was there goes on in the tab."""
    view = TicketView(lambda: NOW)
    async with Host(view).run_test(size=(160, 20)) as pilot:
        view.show(card())
        beside = view.query_one("#knowledge")
        assert beside.display
        view.pane.tab = "fields"
        beside.focus()
        await pilot.pause()
        view.pane.turn(1)
        await pilot.pause()
        assert (view.pane.tab, beside.display) == ("knowledge", False)
        assert view.pane.has_pseudo_class("focus-within")
        view.pane.turn(1)
        await pilot.pause()
        assert beside.display
