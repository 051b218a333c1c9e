"""Marks on the rows of a long list: one, a range, all; a range whose other end is not here is asked for by its ends."""

from collections.abc import Iterable

from textual.message import Message

from sharedops_core.views.rows import Cursor, QueueRow
from sharedops_tui.widgets.queue_lines import QueueLines


class RangeWanted(Message):
    """The tickets between two rows are to be marked, None for an end of the list; `is_all` for the whole list."""

    def __init__(self, first: Cursor | None, last: Cursor | None, *, is_all: bool = False) -> None:
        super().__init__()
        self.first, self.last, self.is_all = first, last, is_all


class MarkedLines(QueueLines):
    """Lines that can be marked, by ticket id; a range begins at `last_mark`: the row marked last, and its place."""

    last_mark: tuple[QueueRow, int] | None = None

    @property
    def current(self) -> QueueRow | None:
        """Return the row under the cursor."""
        raise NotImplementedError

    def marks_changed(self) -> None:
        """Draw the marks."""
        self.refresh()

    def mark(self, ticket_ids: Iterable[int], *, is_all: bool = False) -> None:
        """Mark tickets; when they are all and are marked already, drop the marks."""
        ids = set(ticket_ids)
        self.marked = set() if is_all and ids <= self.marked else self.marked | ids
        self.marks_changed()

    def action_mark(self) -> None:
        """Mark or unmark the ticket under the cursor and go on to the next."""
        if (row := self.current) is not None:
            self.last_mark = row, self.cursor
            self.marked ^= {row.ticket_id}
            self._paint(self.cursor, 0, 1)
            self.cursor += 1

    def action_mark_range(self) -> None:
        """Mark everything from the last mark, or else from here, to the cursor."""
        if (row := self.current) is None:
            return
        # A mark that has been dropped since, by esc, by an act or by another view, begins nothing.
        is_begun = self.last_mark is not None and self.last_mark[0].ticket_id in self.marked
        begun, was_at = self.last_mark if self.last_mark and is_begun else (row, self.cursor)
        self.last_mark = row, self.cursor
        here = self.window.place_of(begun.ticket_id)
        if here is not None:
            places = range(min(here, self.cursor), max(here, self.cursor) + 1)
            self.mark(one.ticket_id for place in places if (one := self.window.at(place)) is not None)
        elif was_at <= self.cursor:
            self.post_message(RangeWanted(begun.cursor, row.cursor))
        else:
            self.post_message(RangeWanted(row.cursor, begun.cursor))

    def action_mark_all(self) -> None:
        """Mark the whole list, or drop the marks when all of it is marked."""
        if self.window.after is None and self.window.before is None:
            self.mark([row.ticket_id for row in self.rows], is_all=True)
        else:
            self.post_message(RangeWanted(None, None, is_all=True))
