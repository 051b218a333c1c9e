"""The sheet of a shift: read with the remark below it before it is sent, or with the signature to give."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import Button, Static, TextArea

from sharedops_core.i18n import _
from sharedops_tui.dialogs.frame import Answer, Dialog, accept_button, cancel_button
from sharedops_tui.dialogs.view import Tick


@dataclass(frozen=True)
class HandOver:
    """The remark, and whether the signature assigns what is held."""

    words: str
    assigns: bool


class SheetDialog(Dialog[Answer]):
    """Shows the parts of a sheet, which scroll."""

    DEFAULT_CSS = """
    SheetDialog VerticalScroll { height: auto; scrollbar-size-vertical: 1; }
    SheetDialog VerticalScroll Static { height: auto; }
    """

    def __init__(self, title: str, parts: Sequence[Content]) -> None:
        super().__init__()
        self.title_text, self.parts = title, parts

    def sheet(self) -> ComposeResult:
        """Lay out the sheet."""
        with VerticalScroll():
            yield Static(Content("\n\n").join(self.parts))


class HandOverDialog(SheetDialog[HandOver]):
    """Returns the remark; an empty one is not accepted."""

    DEFAULT_CSS = """
    HandOverDialog VerticalScroll { max-height: 50%; }
    HandOverDialog TextArea { height: 5; border: round $border; background: $background; margin-top: 1; }
    HandOverDialog TextArea:focus { border: round $primary; }
    HandOverDialog Tick { margin-top: 0; }
    """

    def compose(self) -> ComposeResult:
        """The sheet, room for the remark, and what a signature does."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self.title_text)
            frame.border_subtitle = Content(_("ctrl+s sends it · esc cancels"))
            yield from self.sheet()
            yield TextArea(placeholder=_("the remark: what your successor has to know"), tab_behavior="focus")
            what = _("signing assigns what I hold to them; first-contact duty stays mine")
            yield Tick(what, is_set=True)
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(_("Send"))

    def on_mount(self) -> None:
        """Write at once; what is held goes along unless one says no."""
        self.query_one(TextArea).focus()

    def action_accept(self) -> None:
        """Give the remark, or say that there is none."""
        words = self.query_one(TextArea).text
        if words.strip():
            self.dismiss(HandOver(words, self.query_one(Tick).is_set))
            return
        self.query_one(".error", Static).update(Content(_("write a remark first; - where there is nothing to say")))
        self.query_one(TextArea).focus()


class SignDialog(SheetDialog[str]):
    """Returns sign or return; whoever only presses enter or esc has done neither."""

    DEFAULT_CSS = """
    SignDialog VerticalScroll { max-height: 80%; }
    """

    def compose(self) -> ComposeResult:
        """The sheet, and the answers."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self.title_text)
            frame.border_subtitle = Content(_("y sign · b send back · esc later"))
            yield from self.sheet()
            with Horizontal(classes="buttons"):
                yield Button(_("Later"), id="cancel")
                yield Button(_("Send back"), id="return")
                yield accept_button(_("Sign"))

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one(VerticalScroll).focus()

    def key_y(self, event: Key) -> None:
        """Sign."""
        self.answer(event, "sign")

    def key_b(self, event: Key) -> None:
        """Send it back."""
        self.answer(event, "return")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the button says."""
        self.dismiss({"accept": "sign", "return": "return"}.get(event.button.id or ""))

    def action_accept(self) -> None:
        """Sign, by ctrl+s."""
        self.dismiss("sign")
