"""The facets of the list, at the left: values with counts; space or enter puts one into the filter or takes it out."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from sharedops_core.i18n import _
from sharedops_core.views.rows import Facet
from sharedops_tui import keymap
from sharedops_tui.messages import ListWanted
from sharedops_tui.present import facets as present
from sharedops_tui.present.panes import numbered


class FacetList(Widget, can_focus=True):
    """One line per value, below the name of its field."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("views"), *keymap.bindings("facets")]
    found: reactive[Mapping[str, Sequence[Facet]]] = reactive({}, always_update=True)
    chosen: reactive[frozenset[tuple[str, str]]] = reactive(frozenset())
    at: reactive[int] = reactive(0)

    class Toggled(Message):
        """A value is to be asked for, or no longer."""

        def __init__(self, field: str, value: str) -> None:
            super().__init__()
            self.field, self.value = field, value

    def on_mount(self) -> None:
        """Say what this is."""
        self.retitle()

    def retitle(self) -> None:
        """Say the title in the language of now."""
        self.border_title = numbered("facets", _("Facets"))

    @property
    def lines(self) -> list[tuple[str, Facet | None]]:
        """Return field after field: its name (no facet), then its values."""
        found: list[tuple[str, Facet | None]] = []
        for field, values in self.found.items():
            found += [(field, None), *((field, one) for one in values)] if values else []
        return found

    @property
    def _places(self) -> list[int]:
        return [place for place, (_field, facet) in enumerate(self.lines) if facet is not None]

    def render(self) -> Content:
        """Draw the lines around the chosen one."""
        lines, places = self.lines, self._places
        if not places:
            return present.nothing()
        here = places[min(self.at, len(places) - 1)]
        drawn = [
            present.line(field, facet, self.size.width, is_here=place == here and self.has_focus,
                         is_chosen=facet is not None and (field, facet.value) in self.chosen)
            for place, (field, facet) in enumerate(lines)
        ]  # fmt: skip
        return Content("\n").join(drawn[self._top(here) :])

    def _top(self, here: int) -> int:
        """Return the first line that is drawn, so that the one here is seen."""
        return max(0, min(here - 2, len(self.lines) - self.size.height)) if here >= self.size.height - 1 else 0

    def action_move(self, by: int) -> None:
        """Go to the next or the previous value."""
        self.at = max(0, min(self.at + by, len(self._places) - 1))

    def action_leave(self) -> None:
        """Give the keyboard back."""
        self.post_message(ListWanted())

    def action_flip(self) -> None:
        """Ask for the value, or no longer."""
        places = self._places
        if places:
            field, facet = self.lines[places[min(self.at, len(places) - 1)]]
            if facet is not None:
                self.post_message(self.Toggled(field, facet.value))

    def on_click(self, event: Click) -> None:
        """Toggle the value under the mouse."""
        places = self._places
        here = places[min(self.at, len(places) - 1)] if places else 0
        place = event.y + self._top(here)
        if place in places:
            self.at = places.index(place)
            self.action_flip()
