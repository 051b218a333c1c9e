"""A text of many lines that wraps for the width it has, and in which words can be marked."""

from bisect import bisect_right

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Static

from sharedops_tui.present.finding import Place, marked, places
from sharedops_tui.present.wrapping import begins, wrapped


class Prose(Static):
    """Shows a text as `present.wrapping` breaks it; its height is that of its lines."""

    class Searched(Message):
        """The words that are marked were looked for in another text."""

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes, markup=False)
        self._text = Content("")
        self._lines: tuple[int, list[Content]] | None = None
        self.words, self.matches = "", list[Place]()
        self.current: int | None = None

    def show(self, text: Content) -> None:
        """Show another text; words that are marked are marked there, too."""
        before = self.matches[self.current] if self.current is not None else None
        self._text, self._lines = text, None
        if self.words:
            self.matches = places(text.plain, self.words)
            self.current = self.matches.index(before) if before in self.matches else None
            self.post_message(self.Searched())
        self.update(text)

    def look_for(self, words: str) -> None:
        """Mark where some words stand; "" takes the marks away."""
        self.words, self.matches = words, places(self._text.plain, words)
        self.mark(None)

    def mark(self, current: int | None) -> None:
        """Mark a match as the current one."""
        self.current, self._lines = current, None
        self.refresh()

    @property
    def match_lines(self) -> list[int]:
        """Return on which line each match begins, in the width of now."""
        lines = begins(self._text.plain, self.size.width)
        return [bisect_right(lines, begin) - 1 for begin, _end in self.matches]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the text has in that width."""
        return len(self._wrapped(width))

    def render(self) -> Content:
        """Draw the lines."""
        return Content("\n").join(self._wrapped(self.size.width))

    def _wrapped(self, width: int) -> list[Content]:
        if self._lines is None or self._lines[0] != width:
            self._lines = width, wrapped(marked(self._text, self.matches, self.current), width)
        return self._lines[1]
