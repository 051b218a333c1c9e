"""The views of the queue with their counts, at the left: those of every desk, then the saved ones."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from sharedops_core.i18n import _
from sharedops_core.views.rows import VIEWS, SavedRow
from sharedops_tui import keymap
from sharedops_tui.messages import ListWanted, ViewChosen
from sharedops_tui.present.panes import numbered
from sharedops_tui.present.status import saved_line, view_line


class ViewList(Widget, can_focus=True):
    """A list of views; j, k or a click chooses one, enter leaves them; saved ones can be renamed and removed."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("views"), *keymap.bindings("saved")]
    view: reactive[str] = reactive("mine")
    counts: reactive[Mapping[str, int]] = reactive({}, always_update=True)
    saved: reactive[Sequence[SavedRow]] = reactive(())

    class ChangeWanted(Message):
        """A saved view is to be renamed or removed."""

        def __init__(self, change: str, view: SavedRow) -> None:
            super().__init__()
            self.change, self.view = change, view

    def on_mount(self) -> None:
        """Say what this is."""
        self.retitle()

    def retitle(self) -> None:
        """Say the title in the language of now."""
        self.border_title = numbered("views", _("Views"))

    @property
    def keys(self) -> list[str]:
        """Return what the views are called, from top to bottom."""
        return [*VIEWS, *(one.key for one in self.saved)]

    def render(self) -> Content:
        """Draw one line per view, around the current one."""
        width = self.size.width
        lines = [view_line(view, self.counts, is_current=view == self.view, width=width) for view in VIEWS]
        lines += [saved_line(one, self.counts, is_current=one.key == self.view, width=width) for one in self.saved]
        return Content("\n").join(lines[self._top :])

    @property
    def _top(self) -> int:
        here = self.keys.index(self.view) if self.view in self.keys else 0
        return max(0, here - max(1, self.size.height) + 1)

    def action_move(self, by: int) -> None:
        """Choose the next or the previous view."""
        here = self.keys.index(self.view) if self.view in self.keys else 0
        self._choose((here + by) % len(self.keys))

    def action_leave(self) -> None:
        """Give the keyboard back."""
        self.post_message(ListWanted())

    def action_change(self, change: str) -> None:
        """Ask for another name of the current view, or for its end; the views of every desk stay."""
        view = next((one for one in self.saved if one.key == self.view), None)
        if view is not None:
            self.post_message(self.ChangeWanted(change, view))

    def on_click(self, event: Click) -> None:
        """Choose the view under the mouse."""
        if event.y + self._top < len(self.keys):
            self._choose(event.y + self._top)

    def _choose(self, place: int) -> None:
        self.post_message(ViewChosen(self.keys[place]))
