"""Notices over several panes: no wide character of theirs is cut where a pane below them ends.

Textual cuts every line of the screen at the edges of all widgets, hidden ones too; a Chinese character that lies across
such an edge becomes two blanks. Here it moves on behind the edge, for which the notice has room at its right.
"""

from collections.abc import Collection, Iterator

from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import _toast

_ROOM = 6


class Toast(_toast.Toast):
    """A notice whose characters stay whole."""

    DEFAULT_CSS = f"Toast {{ padding-right: {_ROOM}; }}"

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines, each moved out of the way of the edges below it."""
        if not self.is_attached:
            # A notice that has gone is still drawn once when the screen is refreshed in that moment.
            return super().render_lines(crop)
        width, place = self.outer_size.width, self.region
        cuts = self.screen._compositor.cuts
        lines = super().render_lines(Region(0, crop.y, width, crop.height))
        moved = []
        for y, line in enumerate(lines, place.y + crop.y):
            edges = {cut - place.x for cut in cuts[y]} if 0 <= y < len(cuts) else set()
            moved.append(whole(line, edges).crop(crop.x, crop.right))
        return moved


def whole(line: Strip, edges: Collection[int]) -> Strip:
    """Return a line of the same width in which no wide character lies across one of these cells."""
    if not any(cell_len(segment.text) > len(segment.text) for segment in line):
        return line
    return Strip(_moved(line, edges)).adjust_cell_length(line.cell_length)


def _moved(line: Strip, edges: Collection[int]) -> Iterator[Segment]:
    at = 0
    for segment in line:
        text = ""
        for character in segment.text:
            size = get_character_cell_size(character)
            # Frames and scroll bars end side by side: behind one edge there may be the next.
            while size > 1 and at + 1 in edges:
                text += " "
                at += 1
            text += character
            at += size
        yield Segment(text, segment.style, segment.control)


def install() -> None:
    """Have notices drawn by this class."""
    _toast.Toast = Toast  # type: ignore[misc]
