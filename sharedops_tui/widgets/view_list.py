"""The views of the queue with their counts, at the left."""

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget

from sharedops_core.views.queue import VIEWS
from sharedops_tui.messages import ViewChosen
from sharedops_tui.present.status import view_line


class ViewList(Widget, can_focus=True):
    """A list of views; enter, a click or the number chooses one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", show=False, id="views.down"),
        Binding("up,k", "move(-1)", show=False, id="views.up"),
    ]
    view: reactive[str] = reactive("mine")
    counts: reactive[Mapping[str, int]] = reactive({}, always_update=True)

    def render(self) -> Content:
        """Draw one line per view."""
        lines = [
            view_line(place, view, self.counts, is_current=view == self.view, width=self.size.width)
            for place, view in enumerate(VIEWS)
        ]
        return Content("\n").join(lines)

    def action_move(self, by: int) -> None:
        """Choose the next or the previous view."""
        self._choose((VIEWS.index(self.view) + by) % len(VIEWS))

    def on_click(self, event: Click) -> None:
        """Choose the view under the mouse."""
        if event.y < len(VIEWS):
            self._choose(event.y)

    def _choose(self, place: int) -> None:
        self.post_message(ViewChosen(VIEWS[place]))
