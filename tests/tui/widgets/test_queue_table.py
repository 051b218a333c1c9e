"""The queue list: the cursor belongs to a ticket, the viewport to the user, and only what ticks is painted again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.content import Content

from sharedops_core.views.rows import Extent, Page, Place
from sharedops_tui import theming
from sharedops_tui.widgets.marks import RangeWanted
from sharedops_tui.widgets.queue_table import QueueTable
from tests.tui.present.rows import NOW, queue_row
from tests.tui.screen import lines
from tests.tui.widgets.host import Host

SIZE = (100, 12)


def rows(*ids):
    """Return tickets with these ids, each due two days from now and later than the one before."""
    due = NOW + timedelta(days=2, minutes=30)
    return [queue_row(ticket_id=n, number=f"INC-{n:05}", due_at=due + timedelta(hours=n)) for n in ids]


def page(found, after=None, before=None):
    """Return rows as the database would answer."""
    return Page(tuple(found), after, before)


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
        table.show(page(rows(1, 2, 3, 4)))
        await pilot.press("j", "j")
        table.show(page(rows(9, 4, 1, 3, 8)))
        assert table.current.ticket_id == 3
        table.show(page(rows(9, 4, 1, 8)))
        assert (table.cursor, table.current.ticket_id) == (3, 8)
        table.show(page([]))
        assert table.current is None


async def test_marks_stay_on_their_tickets(table):
    """Marks follow their tickets; those of tickets that left the list are dropped with them."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(page(rows(1, 2, 3, 4)))
        await pilot.press("space", "space")
        table.show(page(rows(4, 2, 3)))
        assert table.marked == {2}


async def test_a_mark_that_is_gone_begins_no_range(table):
    """After marks were dropped, v marks the row under the cursor and nothing else."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(page(rows(1, 2, 3, 4)))
        await pilot.press("space")
        table.marked.clear()
        await pilot.press("G", "v")
        assert table.marked == {4}


async def test_a_change_from_outside_moves_nothing(table):
    """Redrawing one ticket in its place moves neither viewport nor cursor nor marks."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(page(rows(*range(1, 51))))
        await pilot.press(*["j"] * 20, "space", "k", "k", "k")
        before = (table.cursor, table.scroll_offset, set(table.marked), marks(pilot.app))
        for number in (1, 18, 19, 50, 99):
            table.update([replace(rows(number)[0], subject="changed elsewhere")])
        await pilot.pause()
        assert (table.cursor, table.scroll_offset, table.marked, marks(pilot.app)) == before
        assert "changed elsewhere" in "\n".join(lines(pilot.app))


@pytest.mark.parametrize("key", ["j", "pagedown", "G", "k", "pageup", "g", "ctrl+d", "space"])
async def test_the_row_under_the_cursor_is_always_drawn(key, table):
    """However the cursor moves, its row is on the screen, below the heading, and the list scrolls with it."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(page(rows(*range(1, 51))))
        table.cursor = 25
        for _press in range(12):
            await pilot.press(key)
            assert table.current.number in marks(pilot.app)
            assert lines(pilot.app)[0].split()[0] == "Number"


async def test_a_smaller_window_keeps_the_cursor_in_sight(table):
    """After the terminal shrank, the row under the cursor is still drawn."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(page(rows(*range(1, 51))))
        await pilot.press(*["j"] * 9)
        await pilot.resize_terminal(80, 6)
        await pilot.pause()
        assert table.current.number in marks(pilot.app)


async def test_a_tick_repaints_only_the_countdowns_that_changed(table, monkeypatch):
    """Of rows in days and one in seconds, a second changes one cell, and only that cell is painted."""
    async with Host(table).run_test(size=SIZE) as pilot:
        soon = queue_row(ticket_id=7, due_at=NOW + timedelta(minutes=3))
        table.show(page([*rows(1, 2), soon, *rows(4, 5)]))
        await pilot.pause()
        painted = []
        monkeypatch.setattr(table, "refresh", lambda *regions, **_facts: painted.extend(regions))
        table.now.at = NOW + timedelta(seconds=1)
        table.tick()
        assert [(region.y, region.height, region.width) for region in painted] == [(3, 1, 10)]


async def test_a_tick_is_seen(table):
    """The countdown on the screen goes on, the other cells stay."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(page([queue_row(ticket_id=7, due_at=NOW + timedelta(minutes=3))]))
        await pilot.pause()
        table.now.at = NOW + timedelta(seconds=1)
        table.tick()
        await pilot.pause()
        assert "00:02:59~" in lines(pilot.app)[1]


async def test_paging_asks_before_the_end_and_shows_each_row_once(table):
    """The next page is asked for while rows are left, once per page; a row in two pages is shown once."""
    host = Host(table, QueueTable.RowsWanted)
    async with host.run_test(size=SIZE) as pilot:
        table.show(page(rows(*range(1, 51)), after=("place", 50)))
        await pilot.press(*["j"] * 25)
        assert [message.place for message in host.told] == [Place(after=("place", 50))]
        table.take(Place(after=("place", 50)), page(rows(*range(48, 81))))
        await pilot.press("G")
        assert [row.ticket_id for row in table.rows] == list(range(1, 81))
        assert (len(host.told), table.current.ticket_id) == (1, 80)


async def test_a_click_puts_the_cursor_and_two_open(table):
    """The mouse chooses the row under it; the heading is no row; a double click opens."""
    host = Host(table, QueueTable.Opened)
    async with host.run_test(size=SIZE) as pilot:
        table.show(page(rows(1, 2, 3)))
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
        table.show(page([]))
        await pilot.press("j", "k", "G", "g", "pagedown", "space", "enter")
        assert (table.current, host.told, table.marked) == (None, [], set())


class Desk:
    """A list of so many tickets that answers what is wanted, as the database would, and counts what it gave."""

    def __init__(self, count):
        self.count, self.given = count, 0

    def page(self, place, size=100):
        """Return the rows at a place; the cursor of a row is its number."""
        begin = 1
        if place.is_end or place.before:
            begin = max(1, (place.before[0] if place.before else self.count + 1) - size)
        elif place.after or place.since:
            begin = place.after[0] + 1 if place.after else place.since[0]
        elif place.rank is not None:
            begin = max(0, min(place.rank, self.count - size)) + 1
        end = min(begin + size, place.before[0] if place.before else self.count + 1, self.count + 1)
        found = [row.at((row.ticket_id,)) for row in rows(*range(begin, end))]
        self.given += len(found)
        return page(found, (end - 1,) if end <= self.count else None, (begin,) if begin > 1 else None)

    def answer(self, table, host):
        """Answer every question that has been asked."""
        while host.told:
            place = host.told.pop(0).place
            table.take(place, self.page(place))
            first = table.window.before
            table.measured(Extent(self.count, first[0] - 1 if first else 0))


@pytest.fixture
async def deep(table):
    """A list of a million tickets, of which the first hundred are here, in a running host."""
    desk, host = Desk(1_000_000), Host(table, QueueTable.RowsWanted)
    async with host.run_test(size=SIZE) as pilot:
        table.show(desk.page(Place()))
        table.measured(Extent(desk.count, 0))
        await pilot.pause()
        yield table, desk, host, pilot


async def go(deep, *keys):
    """Press keys, or move by so many lines, answering what is wanted after each."""
    table, desk, host, pilot = deep
    for key in keys:
        if isinstance(key, int):
            table.action_move(key)
            await pilot.pause()
        else:
            await pilot.press(key)
        desk.answer(table, host)
        await pilot.pause()


async def test_the_end_of_a_million_is_one_page_away(deep):
    """`G` shows the last ticket after reading a page or two, `g` the first one again, and the place is the rank."""
    table, desk, _host, pilot = deep
    await go(deep, "G")
    assert (table.cursor, table.current.ticket_id, table.window.length) == (999_999, 1_000_000, 1_000_000)
    assert "INC-1000.." in "\n".join(lines(pilot.app))
    await go(deep, "k", "k", "pageup")
    assert table.current.ticket_id == table.cursor + 1
    await go(deep, "g")
    assert (table.cursor, table.current.ticket_id) == (0, 1)
    assert desk.given < 1_000


async def test_a_long_way_down_keeps_few_rows(deep):
    """Page after page down and up again, each row comes in its order, and only a window of them is kept."""
    table, _desk, _host, _pilot = deep
    await go(deep, *[60] * 20)
    assert len(table.rows) <= 800
    assert table.current.ticket_id == table.cursor + 1 >= 1_000
    await go(deep, *[-60] * 25)
    assert (table.cursor, table.current.ticket_id, table.window.above) == (0, 1, 0)


async def test_the_scroll_bar_leads_anywhere(deep):
    """A jump of the viewport into the middle reads what is seen there; the place of each row is its rank."""
    table, desk, host, pilot = deep
    table.scroll_to(y=500_000, animate=False, immediate=True)
    await pilot.pause()
    desk.answer(table, host)
    await pilot.pause()
    assert marks(pilot.app)[0] == "INC-500001"
    assert table.window.at(500_000).ticket_id == 500_001
    await go(deep, "j")
    assert table.current.ticket_id == table.cursor + 1 > 500_000


async def test_rows_that_turn_out_elsewhere_move_nothing_on_the_screen(deep):
    """When a count shows that the rows stand deeper in the list, the screen and the ticket under the cursor stay."""
    table, _desk, _host, pilot = deep
    await go(deep, "G", *["k"] * 30)
    before = (marks(pilot.app), table.current.ticket_id, table.cursor)
    table.measured(Extent(1_000_005, table.window.above + 5))
    await pilot.pause()
    assert (marks(pilot.app), table.current.ticket_id, table.cursor - 5) == before


async def test_while_another_question_is_asked_no_key_means_an_old_ticket(table):
    """Until the rows of a new question are here there is no ticket under the cursor; enter opens the first of them."""
    host = Host(table, QueueTable.Opened)
    async with host.run_test(size=SIZE) as pilot:
        table.show(page(rows(1, 2, 3)))
        table.await_rows()
        await pilot.press("space", "enter")
        assert (table.current, host.told, table.marked) == (None, [], set())
        table.show(page(rows(7, 8)))
        await pilot.pause()
        assert [message.row.ticket_id for message in host.told] == [7]


async def test_a_mark_and_a_colleague_paint_one_cell(table, monkeypatch):
    """A mark paints the cell of the mark, presence the cell beside it, a newer line the cells that differ."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(page(rows(1, 2, 3)))
        await pilot.pause()
        painted = []
        monkeypatch.setattr(table, "refresh", lambda *regions, **_facts: painted.extend(regions))
        table.show_others({2: "w"})
        table.update([replace(rows(3)[0], priority=1)])
        assert [(region.x, region.y, region.width) for region in painted] == [(1, 2, 1), (24, 3, 2)]
        monkeypatch.undo()
        table.refresh()
        await pilot.press("space")
        assert "*" in lines(pilot.app)[1] and "w" in lines(pilot.app)[2][:3]


async def test_columns_as_the_user_wants_them(table):
    """Chosen columns are shown in their order and width; a list too narrow leaves out those at the right end."""
    async with Host(table).run_test(size=SIZE) as pilot:
        table.show(page(rows(1)))
        table.set_columns((("line", 0), ("number", 14), ("subject", 0), ("item", 0), ("holder", 40)))
        await pilot.pause()
        assert lines(pilot.app)[0].split() == ["Line", "Number", "Subject", "Service", "item", "Holder"]
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        assert lines(pilot.app)[0].split() == ["Line", "Number", "Subject", "Service", "item"]


async def test_the_mouse_sorts_by_a_heading(table):
    """A click on a heading names its column."""
    host = Host(table, QueueTable.HeadingClicked)
    async with host.run_test(size=SIZE) as pilot:
        table.show(page(rows(1)))
        await pilot.click(table, offset=(4, 0))
        assert [message.column for message in host.told] == ["number"]


async def test_the_scrollbar_covers_no_column(table):
    """With more rows than there is room for, the last column still stands whole beside the scrollbar."""
    async with Host(table).run_test(size=(160, 12)) as pilot:
        table.show(page(rows(*range(1, 51))))
        await pilot.pause()

        assert lines(pilot.app)[0].split()[-1] == "Upd"


async def test_a_range_over_rows_that_are_gone_is_asked_for_by_its_ends(deep, monkeypatch):
    """From a mark at the top to the end of a million, `v` names the two rows, and `V` the whole list."""
    table, wanted = deep[0], []
    post = table.post_message
    monkeypatch.setattr(
        table, "post_message", lambda event: wanted.append(event) if isinstance(event, RangeWanted) else post(event)
    )
    await go(deep, "g", "space", "G", "v", "V")

    assert [(one.first, one.last, one.is_all) for one in wanted] == [((1,), (1_000_000,), False), (None, None, True)]
    assert table.marked == {1}


class Painted(Host):
    """A list whose heading has a colour of the theme."""

    CSS = "QueueTable > .queue--heading { color: $primary; }"


async def drawn(theme, *, is_focused=True):
    """Return the styles of a list whose theme was another one when it was first drawn."""
    table = QueueTable(Clock(), 1, id="queue")
    async with Painted(table).run_test(size=SIZE) as pilot:
        table.show(page(rows(1, 2, 3)))
        await pilot.pause()
        lines(pilot.app)
        pilot.app.theme = theme
        if not is_focused:
            pilot.app.set_focus(None)
        await pilot.pause()
        return [[str(segment.style) for segment in strip] for strip in pilot.app.screen._compositor.render_strips()]


async def test_another_theme_or_focus_is_drawn_at_once():
    """Colours are those of the theme of now, and the cursor is dim as soon as keys go elsewhere."""
    for theme in [one for one in theming.load() if not one.ansi]:
        heading, cursor, *_rows = await drawn(theme.name)
        assert all(style.startswith(f"{theme.primary} on ") for style in heading)
        assert (await drawn(theme.name, is_focused=False))[1] != cursor


class Framed(Host):
    """A list with a frame."""

    CSS = "QueueTable { border: round white; }"


async def test_an_edge_is_painted_alone(table, monkeypatch):
    """What stands in the frame changes at every key: no row is sent over the line for it, and it is seen at once."""
    async with Framed(table).run_test(size=SIZE) as pilot:
        table.show(page(rows(1, 2, 3)))
        await pilot.pause()
        drawn = []
        render = table.render_line
        monkeypatch.setattr(table, "render_line", lambda y: drawn.append(y) or render(y))
        table.write_edges(Content("above"), Content("below"))
        await pilot.pause()
        shown = lines(pilot.app)
        assert ("above" in shown[0], "below" in shown[-1], drawn) == (True, True, [])
        table.write_edges(Content("above"), Content("other"))
        await pilot.pause()
        assert ("above" in lines(pilot.app)[0], "other" in lines(pilot.app)[-1], drawn) == (True, True, [])
