"""The lines above the tabs of a ticket, in which clocks count: what has not changed is not drawn again."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget


class SummaryLines(Widget):
    """Shows a few lines; a second that passes costs the line it counts in, not the screen."""

    DEFAULT_CSS = "SummaryLines { height: auto; }"

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._text = Content("")

    def render(self) -> Content:
        """Draw all lines; only those that changed are sent to the terminal."""
        return self._text

    def show(self, text: Content) -> None:
        """Show other lines."""
        before, lines = self._text.split("\n"), text.split("\n")
        self._text, width = text, self.content_size.width
        lengths = [cell_len(line.plain) for line in lines]
        if [cell_len(line.plain) for line in before] != lengths:
            self.refresh(layout=True)
        elif max(lengths) > width:
            # A line that is broken takes two rows: which ones is not worth finding out.
            self.refresh()
        else:
            pairs = enumerate(zip(before, lines, strict=True))
            self._refresh_rows([row for row, (old, new) in pairs if (old.plain, old.spans) != (new.plain, new.spans)])

    def _refresh_rows(self, rows: Sequence[int]) -> None:
        """Draw some rows again; none, when none are named."""
        if rows:
            self.refresh(*(Region(0, row, self.content_size.width, 1) for row in rows))
