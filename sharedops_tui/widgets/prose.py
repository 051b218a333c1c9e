"""A text of many lines that wraps for the width it has."""

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from sharedops_tui.present.wrapping import wrapped


class Prose(Static):
    """Shows a text as `present.wrapping` breaks it; its height is that of its lines."""

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes, markup=False)
        self._text = Content("")
        self._lines: tuple[int, list[Content]] | None = None

    def show(self, text: Content) -> None:
        """Show another text."""
        self._text, self._lines = text, None
        self.update(text)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the text has in that width."""
        return len(self._wrapped(width))

    def render(self) -> Content:
        """Draw the lines."""
        return Content("\n").join(self._wrapped(self.size.width))

    def _wrapped(self, width: int) -> list[Content]:
        if self._lines is None or self._lines[0] != width:
            self._lines = width, wrapped(self._text, width)
        return self._lines[1]
