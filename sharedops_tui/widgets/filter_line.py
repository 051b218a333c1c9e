"""The filter line above a list: hidden until it is wanted; tab completes, enter goes back to the list."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from sharedops_core.i18n import _
from sharedops_core.rules import query
from sharedops_core.rules.completion import Completion, Names, completions
from sharedops_tui import keymap
from sharedops_tui.messages import ListWanted
from sharedops_tui.present import query_line


class FilterLine(Vertical):
    """A query the rows must fit, with what may come next below it, or what is wrong."""

    DEFAULT_CSS = """
    FilterLine { height: auto; border: round $accent; background: $background; padding: 0 1; display: none; }
    FilterLine Input, FilterLine Input:focus { border: none; height: 1; padding: 0; background: $background; }
    FilterLine Static { height: auto; min-height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("filter")]

    class Changed(Message):
        """Another query stands in the line, and it can be understood."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.names: Names = {}
        self._offered: list[Completion] = []

    def compose(self) -> ComposeResult:
        """Show the line and what stands below it."""
        yield Input(select_on_focus=False)
        below = Static(markup=False)
        below.display = False
        yield below

    def on_mount(self) -> None:
        """Say the hint."""
        self.retitle()

    @property
    def value(self) -> str:
        """Return what is typed."""
        return self.query_one(Input).value

    def retitle(self) -> None:
        """Say the hint in the language of now."""
        self.query_one(Input).placeholder = _("words, or fields such as state:waiting sla<30m -who:me")
        self._tell()

    def open(self, words: str | None = None) -> None:
        """Show the line and type into it."""
        self.display = True
        if words is not None:
            self.put(words)
        # At once, not in the next turn: the letters of a quick typist would be keys of the list.
        self.screen.set_focus(self.query_one(Input))
        self.call_after_refresh(self._tell)

    def put(self, words: str) -> None:
        """Show a query, without typing into the line."""
        line = self.query_one(Input)
        line.value, line.cursor_position = words, len(words)
        self.display = True

    def close(self) -> None:
        """Empty and hide the line."""
        with self.prevent(Input.Changed):
            self.query_one(Input).value = ""
        self.display = False

    def on_descendant_focus(self) -> None:
        """Make room for what may come next."""
        self.query_one(Static).display = True

    def on_descendant_blur(self) -> None:
        """Give the room back to the list."""
        self.query_one(Static).display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass a query on that can be understood; say below the line what is wrong, or what may come next."""
        event.stop()
        if self._tell() and not self._is_half_a_field:
            self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go back to the list, the filter stays; one that cannot be understood keeps the cursor."""
        event.stop()
        try:
            query.parse(event.value)
        except query.BadQuery as error:
            self.query_one(Static).update(query_line.mistake(error, self._room))
            return
        self.post_message(self.Changed(event.value))
        self.post_message(ListWanted())

    @property
    def _is_half_a_field(self) -> bool:
        """Return whether the last word may become a field: it is looked for as text only once enter is pressed."""
        word = self.value.rpartition(" ")[2].lstrip("-－")
        return bool(word and self._offered and ":" not in word and "：" not in word)

    @property
    def _room(self) -> int:
        return max(20, self.size.width or 60)

    def action_complete(self) -> None:
        """Type what is offered first; with nothing typed, tab goes on to the next pane, and else stays: letters that
        follow are meant for the query."""
        if self._offered:
            self.put(self._offered[0].query)
        elif not self.value.strip():
            self.screen.focus_next()

    def _tell(self) -> bool:
        """Write the line below, and return whether the query can be understood."""
        typed, below = self.value, self.query_one(Static)
        room = self._room
        self._offered = [one for one in completions(typed, self.names) if one.query != typed]
        try:
            query.parse(typed)
        except query.BadQuery as error:
            # Half a term is no mistake while its other half can still be typed.
            is_half = error.at >= len(typed.rstrip()) or self._offered
            below.update(query_line.offer(self._offered, room) if is_half and self._offered
                         else query_line.mistake(error, room))  # fmt: skip
            return False
        below.update(query_line.offer(self._offered, room))
        return True
