"""A promise to the requester: what, and by when; it becomes a clock of the ticket."""

from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.moments import parse_moment
from sharedops_core.rules.text import clean, one_line
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button


@dataclass(frozen=True)
class Answer:
    """What is promised, and the instant by which."""

    due_at: datetime
    words: str


class PromiseDialog(Dialog[Answer]):
    """Asks for the moment and the words; a moment it does not understand stays in the dialog."""

    DEFAULT_CSS = """
    PromiseDialog Input, PromiseDialog Input:focus {
      height: 1; border: none; padding: 0 1; width: 1fr; background: $background; }
    PromiseDialog Input:focus { background: $primary 15%; }
    """

    def __init__(self, about: str, now: datetime) -> None:
        super().__init__()
        self.about, self.now = about, now

    def compose(self) -> ComposeResult:
        """Lay out moment, words and buttons."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(_("Promise to the requester"))
            frame.border_subtitle = Content(_("ctrl+s does it · esc cancels"))
            yield Static(Content(one_line(self.about)), classes="about")
            with Horizontal(classes="row"):
                yield Static(Content(_("By")), classes="label")
                yield Input(id="by", placeholder=_("15:00, tomorrow 10:00, 2h"))
            with Horizontal(classes="row"):
                yield Static(Content(_("What")), classes="label")
                yield Input(id="what", placeholder=_("I call you back"))
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(_("promise").capitalize())

    def on_mount(self) -> None:
        """Ask for the moment first."""
        self.query_one("#by", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on with enter, and end with it."""
        if event.input.id == "what":
            self.action_accept()
        else:
            self.query_one("#what", Input).focus()

    def action_accept(self) -> None:
        """Give the promise, or say what is wrong with it."""
        words = self.query_one("#what", Input).value.strip()
        try:
            due_at = parse_moment(self.query_one("#by", Input).value, self.now)
        except Refused as refusal:
            self.query_one(".error", Static).update(Content(clean(str(refusal))))
            return
        if not words:
            self.query_one(".error", Static).update(Content(_("write what is promised")))
            return
        self.dismiss(Answer(due_at, words))
