"""The lines of the queue over Textual's Line API: draws only what is seen, and paints only the cells that changed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import ClassVar, Self

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sharedops_core.views.rows import QueueRow
from sharedops_tui.present.queue_row import Cell, Column, Layout, Palette, cells, columns_for, fitted, heading, texts
from sharedops_tui.widgets.queue_window import Window

_REMEMBERED = 400


class QueueLines(ScrollView):
    """Tickets as lines below a heading; knows where the cursor stands, not how it moves."""

    DEFAULT_CSS = "QueueLines { overflow-x: hidden; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "queue--heading", "queue--cursor", "queue--marked", "queue--breached", "queue--risk", "queue--paused",
        "queue--dim", "queue--urgent", "queue--mine", "queue--match",
    }  # fmt: skip
    cursor: int

    def __init__(self, now: Callable[[], datetime], me: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.now, self.me = now, me
        self.window = Window()
        self.marked: set[int] = set()
        self.words: tuple[str, ...] = ()
        self.others: Mapping[int, str] = {}
        self.layout_: Layout = ()
        self.sorted_by: tuple[str, bool] = ("", False)
        self.nothing = ""
        self._columns: list[Column] = []
        self._drawn: dict[int, dict[str, Cell]] = {}
        self._palettes: dict[bool, Palette] = {}
        self._edges: dict[str, Content] = {}
        self._edge: int | None = None

    def write_edges(self, title: Content, subtitle: Content) -> None:
        """Write both edges of the frame; an edge that is another one is painted alone, not with the whole list."""
        for name, text, row in (("border_title", title, 0), ("border_subtitle", subtitle, self.outer_size.height - 1)):
            if self._edges.get(name) != text:
                self._edges[name], self._edge = text, row
                setattr(self, name, text)
        self._edge = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Paint everything, or only the edge that is being written."""
        if self._edge is not None and not regions:
            left, top = self.content_offset
            regions = (Region(-left, self._edge - top, self.outer_size.width, 1),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @property
    def rows(self) -> list[QueueRow]:
        """Return the rows that are here."""
        return self.window.rows

    @property
    def _room(self) -> Size:
        """Return the cells that rows are drawn in: the widget without its scrollbar."""
        return self.scrollable_content_region.size

    @property
    def seen(self) -> range:
        """Return the places that are on the screen."""
        top = self.scroll_offset.y
        return range(top, min(top + max(0, self._room.height - 1), self.window.length))

    def set_columns(self, layout: Layout) -> None:
        """Show these columns, () for those that fit."""
        self.layout_ = layout
        self.retitle()

    def shows(self, key: str) -> bool:
        """Return whether a column is among those that were chosen."""
        return key in dict(self.layout_)

    def retitle(self) -> None:
        """Say headings and cells again, in the language of now."""
        self._measure()

    def tick(self) -> None:
        """Paint the visible cells that tell a time and whose text has changed."""
        ticking = [column for column in self._columns if column.is_ticking]
        for place in self.seen:
            self._paint_changes(place, ticking)

    def update(self, rows: Iterable[QueueRow]) -> None:
        """Put newer lines in the places of older ones; only cells that are others now are painted, nothing moves."""
        for place in self.window.update(rows):
            self._paint_changes(place, self._columns)

    def show_others(self, others: Mapping[int, str]) -> None:
        """Put a sign beside the tickets that somebody else looks at or writes on: ticket id → one narrow letter."""
        before, self.others = self.others, others
        for place in self.seen:
            row = self.window.at(place)
            if row is not None and before.get(row.ticket_id) != others.get(row.ticket_id):
                self._paint(place, 1, 1)

    def _paint_changes(self, place: int, columns: Iterable[Column]) -> None:
        row = self.window.at(place)
        drawn = self._drawn.get(row.ticket_id) if row is not None else None
        if row is None or drawn is None:
            return
        now = self.now()
        for column in columns:
            if drawn.get(column.key) != column.text(row, now, self.me):
                self._paint(place, column.offset, column.width)

    def _paint(self, place: int, offset: int = 0, width: int | None = None) -> None:
        y = place - self.scroll_offset.y + 1
        if 1 <= y < self._room.height:
            self.refresh(Region(offset, y, self._room.width if width is None else width, 1))

    def render_line(self, y: int) -> Strip:
        """Draw one line: the heading, a row, a place whose row is on its way, or nothing."""
        palette, base = self._palette(), self.rich_style
        if y == 0:
            line = Segment.apply_style(heading(self._columns, palette, self.sorted_by), base)
            return Strip(line).adjust_cell_length(self._room.width, base + palette.heading)
        place = self.scroll_offset.y + y - 1
        row = self.window.at(place)
        if row is None:
            return self._without_row(place, y, palette, base)
        others = self.others.get(row.ticket_id, " ")
        is_marked = row.ticket_id in self.marked
        said = texts(row, self._columns, self.now(), self.me)
        line = cells(row, self._columns, palette, said, is_marked=is_marked, others=others, words=self.words)
        if place == self.cursor:
            base += palette.cursor
        if len(self._drawn) > _REMEMBERED:
            self._drawn.clear()
        self._drawn[row.ticket_id] = said
        return Strip(Segment.apply_style(line, base)).adjust_cell_length(self._room.width, base)

    def _without_row(self, place: int, y: int, palette: Palette, base: Style) -> Strip:
        width = self._room.width
        if not self.rows and y == 2 and self.nothing and width > 4:
            return Strip([Segment(fitted(f"  {self.nothing}", width), base + palette.dim)])
        if self.rows and place < self.window.length:
            return Strip([Segment(fitted("  ...", width), base + palette.dim)])
        return Strip.blank(width, base)

    def notify_style_update(self) -> None:
        """Look the colours up again: theme, class or focus have changed."""
        self._palettes.clear()
        super().notify_style_update()

    def _palette(self) -> Palette:
        """Return the colours of now; looking them up for each line would be an eighth of what a page costs."""
        if self.has_focus not in self._palettes:
            self._palettes[self.has_focus] = self._looked_up()
        return self._palettes[self.has_focus]

    def _looked_up(self) -> Palette:
        def style(name: str) -> Style:
            return self.get_component_rich_style(f"queue--{name}", partial=True)

        # A terminal knows no transparency: the cursor's colour is mixed with the background here. Where the background
        # is the terminal's own, nothing can be mixed with it.
        mixed = self.background_colors[1] + self.get_component_styles("queue--cursor").background
        cursor = Style(reverse=True) if self.app.native_ansi_color else Style(bgcolor=mixed.rich_color)
        return Palette(
            heading=style("heading"), cursor=cursor if self.has_focus else cursor + Style(dim=True),
            marked=style("marked"), breached=style("breached"), risk=style("risk"), paused=style("paused"),
            dim=style("dim"), urgent=style("urgent"), mine=style("mine"), match=style("match"),
        )  # fmt: skip

    def watch_show_vertical_scrollbar(self) -> None:
        """Lay the columns out anew: the scrollbar, which comes after the rows, takes room from them."""
        self._measure()

    def _measure(self) -> None:
        self._columns = columns_for(self._room.width, self.layout_)
        self.virtual_size = Size(self._room.width, self.window.length + 1)
        self._drawn.clear()
        self.refresh()
