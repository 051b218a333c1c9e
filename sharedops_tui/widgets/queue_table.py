"""The queue: a cursor over a list of any length, of which only a window is here.

Rows come in pages from whoever answers `RowsWanted`; the cursor moves at once over the rows that are here and never
waits. Rows are keyed by ticket id; a refresh from outside moves neither viewport nor cursor.
"""

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.events import Click, Resize
from textual.message import Message
from textual.reactive import reactive

from sharedops_core.views.rows import Extent, Page, Place, QueueRow
from sharedops_tui import keymap
from sharedops_tui.widgets.marks import MarkedLines

_LOAD_AHEAD = 30


class QueueTable(MarkedLines, can_focus=True):
    """A list of tickets with a cursor, marks, and countdowns that tick."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("list")]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Highlighted(Message):
        """The cursor stands on another ticket, or on none."""

        def __init__(self, row: QueueRow | None) -> None:
            super().__init__()
            self.row = row

    class Opened(Message):
        """Enter, a double click or the number of a pane on a ticket."""

        def __init__(self, row: QueueRow, pane: str) -> None:
            super().__init__()
            self.row, self.pane = row, pane

    class HeadingClicked(Message):
        """The mouse asks for the order of a column."""

        def __init__(self, column: str) -> None:
            super().__init__()
            self.column = column

    class RowsWanted(Message):
        """Rows that are not here are needed: those at this place."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *facts: Any, **named: Any) -> None:
        super().__init__(*facts, **named)
        self.is_waiting = False
        self._asked: Place | None = None
        self._goes_up = False
        self._moves_next, self._opens_next = 0, ""

    @property
    def current(self) -> QueueRow | None:
        """Return the row under the cursor; None while the rows of another question are on their way."""
        return None if self.is_waiting else self.window.at(self.cursor)

    def await_rows(self, *, top: bool = False) -> None:
        """Another question has been asked: no key means the tickets of the old one any more.

        The cursor will stand on its ticket if that is among the first of the new rows, with `top` on the first.
        """
        self.is_waiting, self._asked, self._goes_up = True, None, top
        self._moves_next, self._opens_next = 0, ""

    def show(self, page: Page) -> None:
        """Show the rows of a question; the cursor stays on its ticket, else on its place, and in sight."""
        before = {row.ticket_id for row in self.rows}
        old = None if self._goes_up else self.window.at(self.cursor)
        if self.is_waiting:
            self.window.total = None
            self.window.show(page)
        else:
            self.window.show(page, above=self.window.above)
            self.marked -= before - {row.ticket_id for row in self.rows}
        place = self.window.place_of(old.ticket_id) if old else 0
        elsewhere = 0 if self.is_waiting else self.cursor
        self.is_waiting, self._goes_up, self._asked = False, False, None
        self._stand((elsewhere if place is None else place) + self._moves_next)
        self._moves_next = 0
        if not page.rows and page.before is not None:
            self._want(Place(is_end=True))
        if self._opens_next:
            self.action_open(self._opens_next)

    def take(self, place: Place, page: Page) -> None:
        """Add rows that were wanted."""
        self._asked = None
        is_jump = place.is_end or place.rank is not None or place == Place()
        self._moved(self.window.take(place, page))
        if is_jump:
            at = self.window.length - 1 if place.is_end else 0 if place.rank is None else self.seen.start
            self._stand(at, reveals=place.rank is None)
        self._look_ahead()

    def measured(self, extent: Extent) -> None:
        """Take in how long the list is and where its rows stand; what is on the screen stays where it is."""
        self._moved(self.window.measured(extent))

    def _moved(self, by: int) -> None:
        """The rows have got other places in the list: cursor and viewport go with them, and nothing is seen of it."""
        self._measure()
        self.set_reactive(QueueTable.cursor, self.validate_cursor(self.cursor + by))
        if by:
            self._scroll(self.scroll_offset.y + by)

    def _stand(self, place: int, *, reveals: bool = True) -> None:
        self._measure()
        self.set_reactive(QueueTable.cursor, self.validate_cursor(place))
        if reveals:
            self._reveal()
        self.post_message(self.Highlighted(self.current))

    def marks_changed(self) -> None:
        """Draw the marks, and let the frame count them."""
        super().marks_changed()
        self.post_message(self.Highlighted(self.current))

    def stand_on(self, ticket_id: int) -> None:
        """Put the cursor on a ticket, if it is among the rows that are here."""
        place = self.window.place_of(ticket_id)
        if place is not None:
            self._stand(place)

    def watch_cursor(self, old: int, new: int) -> None:
        """Follow the cursor, and ask for more rows before it runs out of them."""
        self._paint(old)
        self._paint(new)
        self._reveal()
        self.post_message(self.Highlighted(self.current))
        self._look_ahead()

    def validate_cursor(self, value: int) -> int:
        """Keep the cursor on a row."""
        return max(self.window.above, min(value, self.window.end - 1), 0)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the rows that the viewport comes to see."""
        super().watch_scroll_y(old_value, new_value)
        if self.rows and not self.is_waiting:
            self._look_ahead()

    def _look_ahead(self) -> None:
        """Ask for the rows beside those that are here, or for those that the viewport has jumped to."""
        seen, window = self.seen, self.window
        ahead = max(_LOAD_AHEAD, 2 * len(seen))
        if seen and (seen.start >= window.end or seen.stop <= window.above):
            self._want(Place(rank=max(0, seen.start - len(seen) // 2)))
        elif window.after is not None and max(self.cursor, seen.stop) >= window.end - ahead:
            self._want(Place(after=window.after))
        elif window.before is not None and min(self.cursor, seen.start) < window.above + ahead:
            self._want(Place(before=window.before))

    def _want(self, place: Place) -> None:
        if place != self._asked:
            self._asked = place
            self.post_message(self.RowsWanted(place))

    def action_move(self, by: int) -> None:
        """Move the cursor by lines, over rows that are on their way once they are here."""
        if self.is_waiting:
            self._moves_next += by
        else:
            self.cursor += by

    def action_page(self, direction: int) -> None:
        """Move the cursor by pages."""
        self.action_move(direction * max(1, self._room.height - 2))

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first or the last row of the whole list."""
        if place == 0 and self.window.above == 0:
            self.cursor = 0
        elif place == -1 and self.window.after is None:
            self.cursor = self.window.end - 1
        else:
            self._want(Place(is_end=place == -1))

    def action_open(self, pane: str = "ticket") -> None:
        """Open the ticket under the cursor, or where it will stand in the rows that are on their way."""
        self._opens_next = pane if self.is_waiting else ""
        if self.current is not None:
            self.post_message(self.Opened(self.current, pane))

    def on_click(self, event: Click) -> None:
        """Put the cursor where the mouse is; a double click opens, one on the heading sorts."""
        place = self.scroll_offset.y + event.y - 1
        if event.y < 1:
            named = [one.key for one in self._columns if one.offset <= event.x < one.offset + one.width]
            if named:
                self.post_message(self.HeadingClicked(named[0]))
        elif self.window.at(place) is not None:
            self.cursor = place
            if event.chain == 2:
                self.action_open()

    def on_focus(self) -> None:
        """Draw the cursor bright: keys go here."""
        self._paint(self.cursor)

    def on_blur(self) -> None:
        """Draw the cursor dim: keys go elsewhere."""
        self._paint(self.cursor)

    def on_resize(self, _event: Resize) -> None:
        """Choose the columns that fit, and keep the cursor in sight."""
        self._measure()
        self._reveal()

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, max(1, self._room.height - 1)
        wanted = min(self.cursor, max(top, self.cursor - height + 1))
        if wanted != top:
            self._scroll(wanted)

    def _scroll(self, top: int) -> None:
        # Forced: rows that have just come have no scrollbar before the next layout.
        self.scroll_to(y=top, animate=False, force=True, immediate=True)
