"""Finding words in the text that a pane shows: a line to type them in, marks, the way from one match to the next."""

from typing import ClassVar, cast

from textual.binding import BindingType
from textual.containers import Vertical
from textual.geometry import Region, Spacing
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from sharedops_core.i18n import _
from sharedops_tui import keymap
from sharedops_tui.present.finding import standing
from sharedops_tui.widgets.prose import Prose

_AROUND = Spacing(2, 0, 2, 0)
"""Lines that are shown above and below a match, where there are some."""


class FindLine(Input):
    """The words to find."""

    DEFAULT_CSS = """
    FindLine, FindLine:focus { border: none; height: 1; padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("finding")]

    class Kept(Message):
        """Back to the text; the matches stay marked."""

    def action_keep(self) -> None:
        """Go back to the text."""
        self.post_message(self.Kept())


class Findable(Vertical):
    """A pane with a text in which words can be found; which text that is, is said by whoever inherits."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("matches")]

    class FindChanged(Message):
        """Words are being looked for, or no longer: other keys work."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.line = FindLine()
        self.line.display = False
        self._from = self._wrapped = 0

    @property
    def searched(self) -> Prose:
        """Return the text that is shown."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Give the keyboard to the text."""
        raise NotImplementedError

    def say_found(self, found: str) -> None:
        """Say which match is shown, "" when nothing is looked for."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """Return what is looked for."""
        return self.line.value.strip()

    @property
    def is_finding(self) -> bool:
        """Return whether words are looked for, or being typed."""
        return bool(self.line.display or self.words)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the keys of the matches be those of others until there may be matches."""
        return self.is_finding if action in ("match", "end_find") else super().check_action(action, parameters)

    def ask_words(self) -> None:
        """Ask for the words; those of before are there to be typed over."""
        self._from = self._scroll.scroll_offset.y
        self.line.display = True
        # At once, not in the next turn: the letters of a quick typist would be keys of the ticket.
        self.screen.set_focus(self.line)
        self.post_message(self.FindChanged())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the first match from where the reader stands, while the words are typed."""
        event.stop()
        self.searched.look_for(self.words)
        # Once the line has taken its room from the text.
        self.call_after_refresh(self._go_to_first)

    def on_find_line_kept(self) -> None:
        """Go back to the text; without words there is nothing to mark."""
        self.line.display = False
        self.take_focus()
        self.post_message(self.FindChanged())

    def on_prose_searched(self, event: Prose.Searched) -> None:
        """The text is another one: say how many matches it has."""
        event.stop()
        self.retell()

    def look_again(self) -> None:
        """Look for the words in what is shown now, and say how many there are; nothing moves."""
        self.searched.look_for(self.words)
        self.retell()

    def action_match(self, by: int) -> None:
        """Go to another match; behind the last one comes the first."""
        found, current = self.searched.matches, self.searched.current
        if not found:
            return
        if current is None:
            self._from = self._scroll.scroll_offset.y
            self._go_to_first()
            return
        place = current + by
        self._show(place % len(found), wrapped=(place >= len(found)) - (place < 0))

    def action_end_find(self) -> None:
        """Take the marks away; the text stays where it is."""
        had_keyboard = self.line.has_focus
        self.forget()
        if had_keyboard:
            self.take_focus()

    def forget(self) -> None:
        """Look for nothing any more."""
        if self.is_finding:
            with self.prevent(Input.Changed):
                self.line.value = ""
            self.line.display = False
            self.searched.look_for("")
            self.retell()
            self.post_message(self.FindChanged())

    @property
    def _scroll(self) -> Widget:
        return cast("Widget", self.searched.parent)

    def _go_to_first(self) -> None:
        lines = self.searched.match_lines
        if lines:
            first = next((match for match, line in enumerate(lines) if line >= self._from), None)
            self._show(first or 0, wrapped=int(first is None))
        else:
            self.retell()

    def _show(self, match: int, *, wrapped: int) -> None:
        text = self.searched
        text.mark(match)
        region = Region(0, text.match_lines[match], 1, 1)
        self._scroll.scroll_to_region(region, spacing=_AROUND, animate=False, x_axis=False)
        self._wrapped = wrapped
        self.retell()

    def retell(self) -> None:
        """Say which match is shown, in the language of now."""
        text = self.searched
        self.line.placeholder = _("words to find; enter goes back to the text")
        self.say_found(standing(len(text.matches), text.current, self._wrapped) if self.words else "")
