"""The queue: a list over Textual's Line API that draws only what is seen and repaints only what ticks.

Rows come in pages from whoever listens to `MoreWanted`; the cursor moves at once over the rows that are here and
never waits. Rows are keyed by ticket id; a refresh from outside moves neither viewport nor cursor.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sharedops_core.views.queue import Page, QueueRow
from sharedops_tui.present.queue_row import Column, Palette, cells, columns_for, heading

_LOAD_AHEAD = 30


class QueueTable(ScrollView, can_focus=True):
    """A list of tickets with a cursor, marks, and countdowns that tick."""

    DEFAULT_CSS = "QueueTable { overflow-x: hidden; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "queue--heading", "queue--cursor", "queue--marked", "queue--breached", "queue--risk", "queue--paused",
        "queue--dim", "queue--urgent", "queue--mine",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", show=False, id="list.down"),
        Binding("up,k", "move(-1)", show=False, id="list.up"),
        Binding("pagedown,ctrl+d", "page(1)", show=False, id="list.page_down"),
        Binding("pageup,ctrl+u", "page(-1)", show=False, id="list.page_up"),
        Binding("home,g", "edge(0)", show=False, id="list.first"),
        Binding("end,G", "edge(-1)", show=False, id="list.last"),
        Binding("space", "mark", show=False, id="list.mark"),
        Binding("enter", "open", show=False, id="list.open"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Highlighted(Message):
        """The cursor stands on another ticket, or on none."""

        def __init__(self, row: QueueRow | None) -> None:
            super().__init__()
            self.row = row

    class Opened(Message):
        """Enter or a double click on a ticket."""

        def __init__(self, row: QueueRow) -> None:
            super().__init__()
            self.row = row

    class MoreWanted(Message):
        """The cursor comes near the end of the rows that are here; `after` is the place behind the last one."""

        def __init__(self, after: tuple[Any, ...]) -> None:
            super().__init__()
            self.after = after

    def __init__(self, now: Callable[[], datetime], me: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.now, self.me = now, me
        self.rows: list[QueueRow] = []
        self.marked: set[int] = set()
        self.after: tuple[Any, ...] | None = None
        self._columns: list[Column] = []
        self._drawn: dict[int, tuple[str, str]] = {}

    @property
    def _room(self) -> Size:
        """Return the cells that rows are drawn in: the widget without its scrollbar."""
        return self.scrollable_content_region.size

    @property
    def current(self) -> QueueRow | None:
        """Return the row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[QueueRow], *, after: tuple[Any, ...] | None) -> None:
        """Show other rows; the cursor stays on its ticket, else on its place, and the viewport on the cursor."""
        at = self.current.ticket_id if self.current else None
        self.rows, self.after = list(rows), after
        known = {row.ticket_id: place for place, row in enumerate(self.rows)}
        self.marked &= set(known)
        self._measure()
        place = known.get(at, min(self.cursor, max(0, len(self.rows) - 1))) if at else 0
        self.set_reactive(QueueTable.cursor, place)
        self._reveal()
        self.refresh()
        self.post_message(self.Highlighted(self.current))

    def append(self, page: Page) -> None:
        """Add the next page behind the last row."""
        known = {row.ticket_id for row in self.rows}
        self.rows += [row for row in page.rows if row.ticket_id not in known]
        self.after = page.after
        self._measure()

    def replace(self, row: QueueRow | None) -> None:
        """Redraw one ticket in its place; nothing happens when it is not in the list."""
        if row is None:
            return
        for place, old in enumerate(self.rows):
            if old.ticket_id == row.ticket_id:
                self.rows[place] = row
                self._repaint(place)
                if place == self.cursor:
                    self.post_message(self.Highlighted(row))

    def tick(self) -> None:
        """Repaint the visible countdown cells whose text has changed."""
        column = next((c for c in self._columns if c.key == "countdown"), None)
        if column is None:
            return
        top = self.scroll_offset.y
        for place in range(top, min(top + self._room.height - 1, len(self.rows))):
            row = self.rows[place]
            text = column.text(row, self.now(), self.me)
            if self._drawn.get(row.ticket_id) != text:
                self.refresh(Region(column.offset, place - top + 1, column.width, 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Follow the cursor, and ask for more rows before it runs out of them."""
        self._repaint(old)
        self._repaint(new)
        self._reveal()
        self.post_message(self.Highlighted(self.current))
        if self.after is not None and new >= len(self.rows) - _LOAD_AHEAD:
            self.post_message(self.MoreWanted(self.after))
            self.after = None

    def validate_cursor(self, value: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(value, len(self.rows) - 1))

    def action_move(self, by: int) -> None:
        """Move the cursor by lines."""
        self.cursor += by

    def action_page(self, direction: int) -> None:
        """Move the cursor by pages."""
        self.cursor += direction * max(1, self._room.height - 2)

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first or the last row."""
        self.cursor = 0 if place == 0 else len(self.rows) - 1

    def action_mark(self) -> None:
        """Mark or unmark the ticket under the cursor and go on to the next."""
        if self.current is not None:
            self.marked ^= {self.current.ticket_id}
            self._repaint(self.cursor)
            self.cursor += 1

    def action_open(self) -> None:
        """Open the ticket under the cursor."""
        if self.current is not None:
            self.post_message(self.Opened(self.current))

    def on_click(self, event: Click) -> None:
        """Put the cursor where the mouse is; a double click opens."""
        place = self.scroll_offset.y + event.y - 1
        if event.y >= 1 and place < len(self.rows):
            self.cursor = place
            if event.chain == 2:
                self.action_open()

    def on_focus(self) -> None:
        """Draw the cursor bright: keys go here."""
        self._repaint(self.cursor)

    def on_blur(self) -> None:
        """Draw the cursor dim: keys go elsewhere."""
        self._repaint(self.cursor)

    def on_resize(self, _event: Resize) -> None:
        """Choose the columns that fit, and keep the cursor in sight."""
        self._measure()
        self._reveal()

    def render_line(self, y: int) -> Strip:
        """Draw one line: the heading, a row, or nothing."""
        palette, base = self._palette(), self.rich_style
        if y == 0:
            line = Segment.apply_style(heading(self._columns, palette), base)
            return Strip(line).adjust_cell_length(self._room.width, base + palette.heading)
        place = self.scroll_offset.y + y - 1
        if place >= len(self.rows):
            return Strip.blank(self._room.width, base)
        row = self.rows[place]
        line = cells(row, self._columns, palette, self.now(), self.me, is_marked=row.ticket_id in self.marked)
        if place == self.cursor:
            base += palette.cursor
        self._remember(row)
        return Strip(Segment.apply_style(line, base)).adjust_cell_length(self._room.width, base)

    def _remember(self, row: QueueRow) -> None:
        column = next((c for c in self._columns if c.key == "countdown"), None)
        if column is not None:
            self._drawn[row.ticket_id] = column.text(row, self.now(), self.me)

    def _palette(self) -> Palette:
        def style(name: str) -> Style:
            return self.get_component_rich_style(f"queue--{name}", partial=True)

        # A terminal knows no transparency: the cursor's colour is mixed with the background here.
        mixed = self.background_colors[1] + self.get_component_styles("queue--cursor").background
        cursor = Style(bgcolor=mixed.rich_color)
        return Palette(
            heading=style("heading"), cursor=cursor if self.has_focus else cursor + Style(dim=True),
            marked=style("marked"), breached=style("breached"), risk=style("risk"), paused=style("paused"),
            dim=style("dim"), urgent=style("urgent"), mine=style("mine"),
        )  # fmt: skip

    def retitle(self) -> None:
        """Say headings and cells again, in the language of now."""
        self._measure()

    def watch_show_vertical_scrollbar(self) -> None:
        """Lay the columns out anew: the scrollbar, which comes after the rows, takes room from them."""
        self._measure()

    def _measure(self) -> None:
        self._columns = columns_for(self._room.width)
        self.virtual_size = Size(self._room.width, len(self.rows) + 1)
        self.refresh()

    def _repaint(self, place: int) -> None:
        self.refresh(Region(0, place - self.scroll_offset.y + 1, self._room.width, 1))

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, max(1, self._room.height - 1)
        wanted = min(self.cursor, max(top, self.cursor - height + 1))
        if wanted != top:
            # Forced: rows that have just come have no scrollbar before the next layout.
            self.scroll_to(y=wanted, animate=False, force=True, immediate=True)
