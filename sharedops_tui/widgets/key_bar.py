"""The keys of the moment, at the bottom: what cannot work now is dim, and says why when it is tried."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sharedops_tui.present.keys import Hint


class KeyBar(Widget):
    """One line of key hints; those that do not fit are in the help."""

    hints: reactive[Sequence[Hint]] = reactive(())

    def render(self) -> Content:
        """Draw as many hints as fit, the last one is always the help."""
        parts: list[Content] = []
        used = 0
        room = self.size.width - 8
        for hint in self.hints[:-1]:
            size = cell_len(hint.key) + cell_len(hint.label) + 3
            if used + size > room:
                continue
            used += size
            parts.append(_drawn(hint))
        parts += [_drawn(hint) for hint in self.hints[-1:]]
        return Content("").join(parts)


def _drawn(hint: Hint) -> Content:
    if hint.hindrance:
        return Content.assemble((f" {hint.key} {hint.label} ", "$foreground 35%"))
    return Content.assemble((f" {hint.key}", "bold $accent"), (f" {hint.label} ", "$foreground"))
