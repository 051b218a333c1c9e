"""Tags in the console: one line sets them, signs change many, and undo, repeat, columns and facets know them."""

from sqlmodel import Session

from sharedops_core.desk import changing, finding
from sharedops_core.store import tags
from sharedops_tui.dialogs.tags import TagLine, TagsDialog
from sharedops_tui.widgets.facet_list import FacetList
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.ticket_view import TicketView
from tests.conftest import T0
from tests.tui.screen import still
from tests.tui.settling import press

WIDE, SMALL = (160, 48), (80, 24)
FIRST = ("s", "1", "g")
"""Puts the cursor on the first of one's own tickets."""


def stored(desk, *ticket_ids):
    """Return the tags of tickets as the database has them."""
    with Session(desk.reading) as session:
        found = tags.of(session, list(ticket_ids))
    return [found.get(one, ()) for one in ticket_ids]


def give(desk, ticket_id, *added):
    """Tag a ticket as 李娜."""
    with desk.write() as session:
        changing.tag(session, ticket_id, added, actor=finding.person(session, "li.na"), at=T0)


async def test_m_t_sets_the_tags_of_a_ticket(console, desk):
    """What stands in the line is what is there afterwards; z takes it back, Z does it again."""
    give(desk, 2, "later")
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "slash", "text:打印机", "enter", "m", "t")
        assert console.screen.query_one(TagLine).value == "later "
        await press(pilot, "ctrl+u", "text:Month-End 月结", "enter")
        assert stored(desk, 2) == [("month-end", "月结")]
        await press(pilot, "z")
        assert stored(desk, 2) == [("later",)]
        await press(pilot, "Z")

    assert stored(desk, 2) == [("month-end", "月结")]


async def test_signs_change_one_ticket_and_dot_another(console, desk):
    """+ and - leave the other tags alone; the point does the same to the ticket below."""
    give(desk, 2, "later", "vpn")
    give(desk, 5, "later")
    async with console.run_test(size=SMALL) as pilot:
        await press(
            pilot, "s", "1", "slash", "text:打印机", "enter", "m", "t", "ctrl+u", "text:+urgent -later", "enter"
        )
        await press(pilot, "slash", "ctrl+u", "text:合同章", "enter", "full_stop")

    assert stored(desk, 2, 5) == [("urgent", "vpn"), ("urgent",)]


async def test_marked_tickets_are_tagged_at_once_and_undone_at_once(console, desk):
    """Every marked ticket keeps its other tags; one undo takes all of it back, and leaves who had the tag with it."""
    give(desk, 7, "vpn")
    async with console.run_test(size=SMALL) as pilot:
        keys = ("s", "3", "slash", "text:p:3,4 who:none", "enter", "V", "m", "t")
        await press(pilot, *keys, "text:urgent", "enter")
        assert "put +" in str(console.screen.query_one(".error").render())
        await press(pilot, "ctrl+u", "text:+vpn", "enter", "enter")
        assert stored(desk, 7, 8) == [("vpn",), ("vpn",)]
        await press(pilot, "z")

    assert stored(desk, 7, 8) == [("vpn",), ()]


async def test_what_is_no_tag_stays_in_the_dialog(console, desk):
    """The sentence stands below the line, nothing was done, esc leaves."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *FIRST, "m", "t", "text:a:b", "enter")
        assert "no : may stand" in str(console.screen.query_one(".error").render())
        await press(pilot, "escape")
        assert not isinstance(console.screen, TagsDialog)

    assert stored(desk, 1, 2, 3, 4, 5) == [()] * 5


async def test_tab_completes_tags_in_use(console, desk):
    """The first that fits is taken, with a blank for the next one."""
    give(desk, 5, "month-end", "vpn")
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "slash", "text:打印机", "enter", "m", "t", "text:mo", "tab", "text:-v")
        assert console.screen.query_one(TagLine).value == "month-end -v"


async def test_tags_stand_on_the_ticket(console, desk):
    """In the head, among the fields, and in the thread where they were given."""
    give(desk, 2, "vpn")
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "1", "slash", "text:打印机", "enter", "enter")
        pane = console.screen.query_one(TicketView).pane
        assert pane.plain().split("\n")[1].endswith("李娜  vpn")
        assert "李娜  tags added: vpn" in pane.plain()
        await press(pilot, "right_square_bracket")
        assert "Tags                vpn" in pane.plain()


async def test_the_column_is_read_only_when_it_is_shown(console, desk):
    """Chosen, it shows the tags at once and after an act."""
    give(desk, 2, "vpn")
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "1", "slash", "text:打印机", "enter")
        table = console.screen.query_one(QueueTable)
        assert {row.tags for row in table.rows} == {()}
        await press(pilot, "vertical_line", "end", "space", "enter")
        assert {row.tags for row in table.rows} == {("vpn",)}
        await press(pilot, "m", "t", "text:+urgent", "enter")
        assert {row.tags for row in table.rows} == {("urgent", "vpn")}


async def test_a_facet_narrows_the_list_to_a_tag(console, desk):
    """Tags stand below the other facets once there are some."""
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "9", "f")
        facets = console.screen.query_one(FacetList)
        assert ("tag", None) not in facets.lines
        give(desk, 5, "vpn")
        await press(pilot, "f", "R", "f", *["j"] * 30, "space")
        await still(pilot)
        assert console.screen.question.text == "tag:vpn"
