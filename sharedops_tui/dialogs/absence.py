"""From when until when somebody is away."""

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
class Absence:
    """The two instants."""

    from_at: datetime
    until_at: datetime


class AbsenceDialog(Dialog[Absence]):
    """Asks for both moments; one it does not understand stays in the dialog. Without a beginning it begins now."""

    DEFAULT_CSS = """
    AbsenceDialog Input, AbsenceDialog Input:focus {
      height: 1; border: none; padding: 0 1; width: 1fr; background: $background; }
    AbsenceDialog Input:focus { background: $primary 15%; }
    """

    def __init__(self, deputy: str, now: datetime) -> None:
        super().__init__()
        self.deputy, self.now = deputy, now

    def compose(self) -> ComposeResult:
        """Lay out the moments and the buttons."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(_("Absence"))
            frame.border_subtitle = Content(_("ctrl+s does it · esc cancels"))
            yield Static(Content(_("{who} stands in").format(who=one_line(self.deputy))), classes="about")
            for name, label, hint in (
                ("since", _("From"), _("now, or 15:00, tomorrow 09:00")),
                ("until", _("Until"), _("tomorrow 09:00, 2026-03-09T09:00")),
            ):
                with Horizontal(classes="row"):
                    yield Static(Content(label), classes="label")
                    yield Input(id=name, placeholder=hint)
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(_("Record"))

    def on_mount(self) -> None:
        """Ask for the beginning first."""
        self.query_one("#since", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on with enter, and end with it."""
        if event.input.id == "until":
            self.action_accept()
        else:
            self.query_one("#until", Input).focus()

    def action_accept(self) -> None:
        """Give the moments, or say what is wrong with them."""
        since, until = (self.query_one(f"#{name}", Input).value.strip() for name in ("since", "until"))
        try:
            found = Absence(parse_moment(since, self.now) if since else self.now, parse_moment(until, self.now))
        except Refused as refusal:
            self.query_one(".error", Static).update(Content(clean(str(refusal))))
            return
        self.dismiss(found)
