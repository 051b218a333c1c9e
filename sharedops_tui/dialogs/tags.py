"""The tags of a ticket on one line, with those that are in use below it; or what to add to many and take away."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.completion import Completion, tag_completions
from sharedops_core.rules.tags import Tags, changes, words
from sharedops_core.rules.text import clean, one_line
from sharedops_tui import keymap
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button
from sharedops_tui.present import query_line


class TagLine(Input):
    """The line of tags; the key of the filter line completes here, too."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("filter")]

    class CompletionWanted(Message):
        """What is offered first is to be typed."""

    def action_complete(self) -> None:
        """Ask for what is offered first."""
        self.post_message(self.CompletionWanted())


class TagsDialog(Dialog[tuple[Tags, Tags]]):
    """Returns the tags to add and those to take away; `present` are those of one ticket, None for many tickets."""

    DEFAULT_CSS = """
    TagsDialog Input, TagsDialog Input:focus {
      height: 1; border: none; padding: 0 1; background: $background; }
    TagsDialog Input:focus { background: $primary 15%; }
    TagsDialog .below { height: 1; padding: 0 1; margin-bottom: 1; }
    TagsDialog .rule { height: auto; color: $foreground 65%; }
    """

    def __init__(self, about: str, present: Collection[str] | None, known: Sequence[str]) -> None:
        super().__init__()
        self.about, self.present, self.known = about, present, known
        self._offered: list[Completion] = []

    def compose(self) -> ComposeResult:
        """The line, what may be typed next, and the buttons."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(_("Tags"))
            frame.border_subtitle = Content(_("enter does it · esc cancels"))
            yield Static(Content(one_line(self.about)), classes="about")
            yield TagLine(self._begun(), placeholder=_("+urgent -later"), select_on_focus=False)
            yield Static("", classes="below", markup=False)
            yield Static(Content(self._rule()), classes="rule")
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(_("Tags"))

    def on_mount(self) -> None:
        """Write at once, behind the tags there are."""
        self.query_one(TagLine).focus()
        self.call_after_refresh(self._offer)

    def _begun(self) -> str:
        return "".join(f"{one_line(tag)} " for tag in self.present or ())

    def _rule(self) -> str:
        if self.present is None:
            return _("+tag adds a tag to each ticket, -tag takes one away")
        return _("all tags with blanks between them; or +tag adds one, -tag takes one away")

    def on_input_changed(self) -> None:
        """Offer what may be typed next."""
        self.query_one(".error", Static).update("")
        self._offer()

    def on_input_submitted(self) -> None:
        """Enter is the answer."""
        self.action_accept()

    @on(TagLine.CompletionWanted)
    def _complete(self) -> None:
        if self._offered:
            line = self.query_one(TagLine)
            line.value = f"{self._offered[0].query} "
            line.cursor_position = len(line.value)

    def _offer(self) -> None:
        below = self.query_one(".below", Static)
        self._offered = tag_completions(self.query_one(TagLine).value, self.known, is_signed=self.present is None)
        below.update(query_line.offer(self._offered, max(20, below.size.width)))

    def action_accept(self) -> None:
        """Give the answer, or say what is no tag; a line that changes nothing is none."""
        try:
            added, removed = changes(words(self.query_one(TagLine).value), self.present)
        except Refused as refusal:
            self.query_one(".error", Static).update(Content(clean(str(refusal))))
            return
        self.dismiss((added, removed) if added or removed else None)
