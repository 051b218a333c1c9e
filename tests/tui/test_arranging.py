"""What an agent does with the list itself: filter, facets, order, columns, saved views; checked where it counts."""

import json

import pytest
from sqlmodel import Session, select

from sharedops_core.desk import finding, opening
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import SavedView, Team
from sharedops_tui import arrangement
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.widgets.facet_list import FacetList
from sharedops_tui.widgets.filter_line import FilterLine
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.view_list import ViewList
from tests.tui.screen import lines, still
from tests.tui.settling import press, settled

SMALL, WIDE = (80, 24), (160, 48)


def ids(console):
    """Return the tickets of the list in their order."""
    return [row.ticket_id for row in console.screen.query_one(QueueTable).rows]


def views(desk):
    """Return the saved views as the database has them."""
    with Session(desk.reading) as session:
        return [(one.owner_id, one.team_id, one.name, one.query) for one in session.exec(select(SavedView))]


async def test_a_query_filters_while_it_is_typed(console):
    """What is typed narrows the list; esc clears the filter and brings every ticket back."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "slash", "text:p:3 -who:me")
        await still(pilot)
        assert sorted(ids(console)) == [6, 7]
        await press(pilot, "enter", "escape")
        assert len(ids(console)) == 8
        assert not console.screen.query_one(FilterLine).display


async def test_no_letter_of_a_quick_typist_is_a_key_of_the_list(console):
    """Letters that come in the same moment as the slash are typed into the filter."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9")
        console.screen.action_filter()
        assert console.focused is console.screen.query_one("FilterLine Input")


async def test_tab_completes(console):
    """tab types what is offered first, also a name from the database; a half-typed field is not looked for."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "slash", "text:te")
        await still(pilot)
        assert len(ids(console)) == 8
        await press(pilot, "tab", "text:de", "tab")
        await still(pilot)
        assert console.screen.query_one(FilterLine).value == "team:desk"
        assert len(ids(console)) == 8


async def test_a_mistake_changes_nothing_and_says_where(console):
    """A query that cannot be understood leaves the list as it was; enter stays in the line, the caret stands below."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "slash", "text:p:1")
        await still(pilot)
        await press(pilot, "text: line:9", "enter")
        await still(pilot)
        shown = lines(console)
        assert ids(console) == [1]
        assert shown[3].index("^") == shown[2].index("9")


async def test_an_empty_list_shows_the_way_out(console):
    """A filter that nothing matches says so and names esc."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "slash", "text:nowhere", "enter")
        await still(pilot)
        assert "nothing matches nowhere; esc clears" in "\n".join(lines(console))


async def test_the_menu_takes_a_digit_and_enter_opens_the_first_ticket_of_that_view(console):
    """Keys typed faster than rows come mean the rows that come: s, a digit, then enter, opens the view's ticket."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "G")
        await pilot.press("s", "7", "enter")
        await settled(pilot)
        await settled(pilot)
        assert isinstance(console.screen, TicketScreen)
        assert console.screen.ticket_id == 3


async def test_facets_narrow_the_list(console):
    """f shows the facets with their counts, space puts a value into the filter and takes it out again."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "f", "j", "j", "space")
        await still(pilot)
        assert console.screen.query_one(FilterLine).value == "state:waiting"
        assert ids(console) == [3]
        assert console.screen.query_one(FacetList).chosen == {("state", "waiting")}
        await press(pilot, "space")
        await still(pilot)
        assert len(ids(console)) == 8


async def test_an_order_chosen_again_is_turned_round(console):
    """S offers every order; the same one again turns the list round, and > goes to the next order."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "S", "text:number", "enter")
        await still(pilot)
        first = ids(console)
        await press(pilot, "S", "text:number", "enter")
        await still(pilot)
        assert (first, ids(console)) == ([1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 4, 3, 2, 1])
        await press(pilot, "greater_than_sign")
        assert console.screen.question.sort == "state"


async def test_columns_are_kept_for_the_next_time(console):
    """| lets the user hide, move and widen columns; the list shows them at once and the file keeps them."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "vertical_line", "space", "j", "plus", "plus", "J", "enter")
        await still(pilot)
        assert lines(console)[2].replace("│", "").split()[:3] == ["P", "Due", "in^"]
    assert arrangement.load()[:2] == (("priority", 0), ("countdown", 12))


@pytest.mark.parametrize("text", ["", "[", "{}", "[[1]]", '[["nosuch", 3]]', '[["number", "x"]]', "null"])
def test_a_broken_file_of_columns_means_the_usual_ones(text):
    """Whatever stands in the file of columns, the list can be shown."""
    arrangement.path().parent.mkdir(parents=True, exist_ok=True)
    arrangement.path().write_text(text, encoding="utf-8")

    assert arrangement.load() == ()
    arrangement.path().write_text(json.dumps([["number", 900]]), encoding="utf-8")
    assert arrangement.load() == (("number", 80),)


async def test_a_view_is_saved_renamed_and_removed_by_keyboard(console, desk):
    """W saves what is shown under a name; in the views r renames it and d removes it, after a question."""
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "7", "slash", "text:p:2", "enter", "W", "text:calm", "enter")
        await still(pilot)
        assert views(desk) == [(1, None, "calm", "state:waiting p:2")]
        assert ids(console) == [3]
        console.screen.query_one(ViewList).focus()
        await press(pilot, "r", "ctrl+u", "text:quiet", "enter")
        await still(pilot)
        assert "quiet" in "\n".join(lines(console)) and views(desk)[0][2] == "quiet"
        console.screen.query_one(ViewList).focus()
        await press(pilot, "d", "enter")
        assert len(views(desk)) == 1
        await press(pilot, "d", "down", "enter")
        await still(pilot)
    assert views(desk) == []


async def test_a_team_view_needs_a_lead(console, desk):
    """Who does not lead cannot save for the team and is told; who leads can."""
    for is_lead in (False, True):
        if is_lead:
            with desk.write() as session:
                session.get_one(Team, 1).lead_id = 1
        async with type(console)(console.bridge, console.settings).run_test(size=WIDE, notifications=True) as pilot:
            await press(pilot, "s", "9", "W", "text:ours", "tab", "space", "ctrl+s")
            told = [notice.message for notice in pilot.app._notifications]
        assert any("made by its lead" in one for one in told) is not is_lead
    assert views(desk) == [(None, 1, "ours", "")]


async def test_rows_of_others_change_in_their_places(console, desk):
    """What somebody else does to a visible ticket shows in its line; order, cursor and viewport stay until R."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "j", "j")
        table = console.screen.query_one(QueueTable)
        console.poll()
        await settled(pilot)
        before = (table.cursor, ids(console), table.scroll_offset)
        with desk.write() as session:
            from sharedops_core.desk import assignment, changing

            actor = finding.person(session, "wang.lei")
            assignment.take(session, 8, actor=actor, at=console.bridge.now())
            changing.prioritise(session, 8, 1, actor=actor, at=console.bridge.now())
            opening.open_ticket(session, Request("new", priority=1), actor=actor, at=console.bridge.now())
        console.poll()
        await still(pilot)
        assert (table.cursor, ids(console), table.scroll_offset) == before
        assert "P1 accepted" in next(line for line in lines(console) if "INC-10008" in line)
        assert "3 changes, R shows them" in str(table.border_subtitle)
        await press(pilot, "R")
        assert len(ids(console)) == 9


async def test_frozen_means_frozen(console):
    """While the order is frozen an own act changes the line and moves none."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "F", "G")
        before = ids(console)
        await press(pilot, "g", "t", "m", "p", "up", "up", "enter")
        await still(pilot)
        assert ids(console) == before


async def test_tab_stays_in_a_query_that_needs_no_completion(console):
    """Letters that follow are the query's; only an empty line is left by tab."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "slash", "text:state:waiting", "tab", "tab", "text: x")
        assert console.screen.query_one(FilterLine).value.endswith(" x")
        assert isinstance(console.screen, QueueScreen)
