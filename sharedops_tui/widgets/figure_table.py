"""A table of figures: rows with a name, columns of numbers, and a cursor on one figure, which enter opens."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sharedops_tui import keymap
from sharedops_tui.present.boards import Column, Line
from sharedops_tui.present.queue_row import fitted

_NARROWEST, _WIDEST = 14, 44


class FigureTable(ScrollView, can_focus=True):
    """Shows figures; newer ones replace older ones where they stand, and the cursor stays on its row."""

    DEFAULT_CSS = """
    FigureTable { height: 1fr; min-height: 5; border: round $border-blurred; border-title-color: $foreground 70%;
      scrollbar-size-vertical: 1; scrollbar-color: $border; scrollbar-background: $background; overflow-x: hidden; }
    FigureTable:focus { border: round $primary; border-title-color: $primary; }
    FigureTable > .figures--heading { color: $foreground 60%; text-style: bold; }
    FigureTable > .figures--row { background: $primary 15%; }
    FigureTable > .figures--breached { color: $error; text-style: bold; }
    FigureTable > .figures--risk { color: $warning; text-style: bold; }
    FigureTable > .figures--good { color: $success; }
    FigureTable > .figures--dim { color: $foreground 60%; }
    FigureTable > .figures--strong { text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"figures--{name}" for name in ("heading", "row", "breached", "risk", "good", "dim", "strong")
    }
    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("figures")]

    place: reactive[int] = reactive(0)
    at: reactive[int] = reactive(1)

    class Moved(Message):
        """The cursor stands on another figure."""

    class Opened(Message):
        """The tickets behind the figure under the cursor are wanted."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.columns: Sequence[Column] = (Column("name", "", _NARROWEST),)
        self.lines: Sequence[Line] = ()

    def show(self, columns: Sequence[Column], lines: Sequence[Line]) -> None:
        """Show figures; the cursor stays on the row it stood on, wherever that is now."""
        here = self.current.key if self.current else None
        self.columns, self.lines = columns, lines
        keys = [line.key for line in lines]
        self.virtual_size = Size(self.scrollable_content_region.width, len(lines) + 1)
        self.place = keys.index(here) if here in keys else min(self.place, max(0, len(keys) - 1))
        self.at = min(max(1, self.at), len(columns) - 1)
        self.refresh()
        self.post_message(self.Moved())

    @property
    def current(self) -> Line | None:
        """Return the row under the cursor, None without rows."""
        return self.lines[self.place] if self.place < len(self.lines) else None

    @property
    def column(self) -> Column:
        """Return the column under the cursor."""
        return self.columns[min(self.at, len(self.columns) - 1)]

    def validate_place(self, value: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(value, len(self.lines) - 1))

    def validate_at(self, value: int) -> int:
        """Keep the cursor on a figure: the name is none."""
        return max(1, min(value, len(self.columns) - 1))

    def watch_place(self) -> None:
        """Bring the cursor into sight, and say where it stands."""
        room = self._room
        top = self.scroll_offset.y
        if not top <= self.place < top + room:
            self.scroll_to(y=self.place if self.place < top else self.place - room + 1, animate=False)
        self._moved()

    def watch_at(self) -> None:
        """Say where the cursor stands."""
        self._moved()

    def _moved(self) -> None:
        self.refresh()
        self.post_message(self.Moved())

    @property
    def _room(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)

    def action_go(self, rows: int, columns: int) -> None:
        """Move the cursor."""
        self.place += rows
        self.at += columns

    def action_page(self, direction: int) -> None:
        """Move the cursor by pages."""
        self.place += direction * self._room

    def action_edge(self, place: int) -> None:
        """Move the cursor to the first or the last row."""
        self.place = 0 if place == 0 else len(self.lines) - 1

    def action_open(self) -> None:
        """Ask for the tickets behind the figure under the cursor."""
        if self.current is not None:
            self.post_message(self.Opened())

    def on_click(self, event: Click) -> None:
        """Put the cursor where the mouse is; a second click opens."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < 1 or self.scroll_offset.y + offset.y > len(self.lines):
            return
        self.place = self.scroll_offset.y + offset.y - 1
        edges = [left for left, _width in self._spans()]
        self.at = sum(left <= offset.x for left in edges) - 1
        if event.chain == 2:
            self.action_open()

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in sight."""
        self.watch_place()

    def render_line(self, y: int) -> Strip:
        """Draw the heading, or a row."""
        width, base = self.scrollable_content_region.width, self.rich_style
        if y == 0:
            style = base + self._style("heading")
            texts = [Segment(self._fit(column.title, n), style) for n, column in enumerate(self.columns)]
            return Strip(texts).adjust_cell_length(width, base)
        place = self.scroll_offset.y + y - 1
        if place >= len(self.lines):
            return Strip.blank(width, base)
        is_here = place == self.place
        row = base + self._under_cursor() if is_here else base
        parts = []
        for n, (text, name) in enumerate(self.lines[place].cells):
            drawn = row + self._style(name) if name else row
            # The figure under the cursor stands reversed: colour alone would not say which one it is.
            is_figure = is_here and n == self.at and self.has_focus
            parts.append(Segment(self._fit(text, n), drawn + Style(reverse=True) if is_figure else drawn))
        return Strip(parts).adjust_cell_length(width, row)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"figures--{name}", partial=True)

    def _under_cursor(self) -> Style:
        mixed = self.background_colors[1] + self.get_component_styles("figures--row").background
        return Style(underline=True) if self.app.native_ansi_color else Style(bgcolor=mixed.rich_color)

    def _spans(self) -> list[tuple[int, int]]:
        """Return where each column begins and how many cells it takes; the name takes what is left, and no more."""
        numbers = sum(column.width + 1 for column in self.columns[1:])
        name = max(_NARROWEST, min(_WIDEST, self.scrollable_content_region.width - numbers))
        spans, left = [], 0
        for n, column in enumerate(self.columns):
            width = name if n == 0 else column.width + 1
            spans.append((left, width))
            left += width
        return spans

    def _fit(self, text: str, n: int) -> str:
        width = self._spans()[n][1]
        gap = " " * (1 if self.columns[n].is_left else max(1, width - cell_len(text))) if n else ""
        return fitted(gap + text, width)

    def on_focus(self) -> None:
        """Draw the cursor: keys go here."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw no cursor: keys go elsewhere."""
        self.refresh()
