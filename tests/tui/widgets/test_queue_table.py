"""The queue list: the cursor belongs to a ticket, the viewport to the user, and only what ticks is painted again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sharedops_core.views.queue import Page
from sharedops_tui.widgets.queue_table import QueueTable
from tests.tui.present.rows import NOW, queue_row
from tests.tui.screen import lines
from tests.tui.widgets.host import Host

SIZE = (100, 12)


def rows(*ids):
    """Return tickets with these ids, each due two days from now and later than the one before."""
    due = NOW + timedelta(days=2, minutes=30)
    return [queue_row(ticket_id=n, number=f"INC-{n:05}", due_at=due + timedelta(hours=n)) for n in ids]


class Clock:
    """A clock that goes on when it is told to."""

    at = NOW

    def __call__(self):
        """Return the time of now."""
        return self.at


@pytest.fixture
def table():
    """A list of nobody's tickets."""
    return QueueTable(Clock(), 1, id="queue")


def marks(app):
    """Return the numbers that are drawn."""
    return [word for line in lines(app) for word in line.split() if word.startswith("INC-")]


async def test_the_cursor_stays_on_its_ticket(table):
    """When rows come, go and change places from outside, the cursor stands on the same ticket as before."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(rows(1, 2, 3, 4), after=None)
        await pilot.press("j", "j")
        table.show(rows(9, 4, 1, 3, 8), after=None)
        assert table.current.ticket_id == 3
        table.show(rows(9, 4, 1, 8), after=None)
        assert (table.cursor, table.current.ticket_id) == (3, 8)
        table.show([], after=None)
        assert table.current is None


async def test_marks_stay_on_their_tickets(table):
    """Marks follow their tickets; those of tickets that left the list are dropped with them."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(rows(1, 2, 3, 4), after=None)
        await pilot.press("space", "space")
        table.show(rows(4, 2, 3), after=None)
        assert table.marked == {2}


async def test_a_change_from_outside_moves_nothing(table):
    """Redrawing one ticket in its place moves neither viewport nor cursor nor marks."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(rows(*range(1, 51)), after=None)
        await pilot.press(*["j"] * 20, "space", "k", "k", "k")
        before = (table.cursor, table.scroll_offset, set(table.marked), marks(pilot.app))
        for number in (1, 18, 19, 50, 99):
            table.replace(replace(rows(number)[0], subject="changed elsewhere"))
        await pilot.pause()
        assert (table.cursor, table.scroll_offset, table.marked, marks(pilot.app)) == before
        assert "changed elsewhere" in "\n".join(lines(pilot.app))


@pytest.mark.parametrize("key", ["j", "pagedown", "G", "k", "pageup", "g", "ctrl+d", "space"])
async def test_the_row_under_the_cursor_is_always_drawn(key, table):
    """However the cursor moves, its row is on the screen, below the heading, and the list scrolls with it."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(rows(*range(1, 51)), after=None)
        table.cursor = 25
        for _press in range(12):
            await pilot.press(key)
            assert table.current.number in marks(pilot.app)
            assert lines(pilot.app)[0].split()[0] == "Number"


async def test_a_smaller_window_keeps_the_cursor_in_sight(table):
    """After the terminal shrank, the row under the cursor is still drawn."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(rows(*range(1, 51)), after=None)
        await pilot.press(*["j"] * 9)
        await pilot.resize_terminal(80, 6)
        await pilot.pause()
        assert table.current.number in marks(pilot.app)


async def test_a_tick_repaints_only_the_countdowns_that_changed(table, monkeypatch):
    """Of rows in days and one in seconds, a second changes one cell, and only that cell is painted."""
    async with Host(table).run_test(size=SIZE) as pilot:
        soon = queue_row(ticket_id=7, due_at=NOW + timedelta(minutes=3))
        table.show([*rows(1, 2), soon, *rows(4, 5)], after=None)
        await pilot.pause()
        painted = []
        monkeypatch.setattr(table, "refresh", lambda *regions, **_facts: painted.extend(regions))
        table.now.at = NOW + timedelta(seconds=1)
        table.tick()
        assert [(region.y, region.height, region.width) for region in painted] == [(3, 1, 10)]


async def test_a_tick_is_seen(table):
    """The countdown on the screen goes on, the other cells stay."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show([queue_row(ticket_id=7, due_at=NOW + timedelta(minutes=3))], after=None)
        await pilot.pause()
        table.now.at = NOW + timedelta(seconds=1)
        table.tick()
        await pilot.pause()
        assert "00:02:59~" in lines(pilot.app)[1]


async def test_paging_asks_before_the_end_and_shows_each_row_once(table):
    """The next page is asked for while rows are left, once per page; a row in two pages is shown once."""
    host = Host(table, QueueTable.MoreWanted)
    async with host.run_test(size=SIZE) as pilot:
        table.show(rows(*range(1, 51)), after=("place", 50))
        await pilot.press(*["j"] * 25)
        assert [message.after for message in host.told] == [("place", 50)]
        table.append(Page(tuple(rows(*range(48, 81))), None))
        await pilot.press("G")
        assert [row.ticket_id for row in table.rows] == list(range(1, 81))
        assert (len(host.told), table.current.ticket_id) == (1, 80)


async def test_a_click_puts_the_cursor_and_two_open(table):
    """The mouse chooses the row under it; the heading is no row; a double click opens."""
    host = Host(table, QueueTable.Opened)
    async with host.run_test(size=SIZE) as pilot:
        table.show(rows(1, 2, 3), after=None)
        await pilot.click(table, offset=(20, 2))
        assert table.current.ticket_id == 2
        await pilot.click(table, offset=(20, 0))
        await pilot.click(table, offset=(20, 9))
        assert table.current.ticket_id == 2
        await pilot.click(table, offset=(20, 3), times=2)
        assert [message.row.ticket_id for message in host.told] == [3]


async def test_an_empty_list_takes_every_key(table):
    """No key does harm where there is no ticket."""
    host = Host(table, QueueTable.Opened)
    async with host.run_test(size=SIZE) as pilot:
        table.show([], after=None)
        await pilot.press("j", "k", "G", "g", "pagedown", "space", "enter")
        assert (table.current, host.told, table.marked) == (None, [], set())


async def test_the_scrollbar_covers_no_column(table):
    """With more rows than there is room for, the last column still stands whole beside the scrollbar."""
    async with Host(table).run_test(size=(160, 12)) as pilot:
        table.show(rows(*range(1, 51)), after=None)
        await pilot.pause()

        assert lines(pilot.app)[0].split()[-1] == "Upd"
