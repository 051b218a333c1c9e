"""The frame of every dialog: a title, a body, buttons; esc cancels, ctrl+s does it."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Static

from sharedops_core.i18n import _
from sharedops_tui import keymap

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None]):
    """A question over the screen below; its answer is handed to `dismiss`, None means cancelled."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > .frame { width: 78; max-width: 98%; height: auto; max-height: 96%; border: round $primary;
      border-title-color: $primary; border-title-style: bold; border-subtitle-color: $foreground 60%;
      background: $surface; padding: 0 1; }
    Dialog .about { color: $foreground 65%; height: auto; margin-bottom: 1; }
    Dialog .error { color: $error; height: auto; }
    Dialog .buttons { height: 3; align-horizontal: right; }
    Dialog .buttons Button { margin-left: 2; min-width: 14; }
    Dialog Input, Dialog Select { background: $background; }
    Dialog .label { width: 11; height: 1; color: $foreground 65%; }
    Dialog .row { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("dialog")]

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)

    def answer(self, key: Key, answer: Answer | None) -> None:
        """Give an answer by a letter, which goes no further: the screen below would take it for a key of its own."""
        key.stop()
        self.dismiss(answer)

    def action_accept(self) -> None:
        """Give the answer."""
        raise NotImplementedError

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the button says."""
        if event.button.id == "accept":
            self.action_accept()
        else:
            self.action_cancel()


def row(label: str, field: Widget) -> ComposeResult:
    """Lay out a field of a form behind its name."""
    with Horizontal(classes="row"):
        yield Static(Content(label), classes="label")
        yield field


def cancel_button() -> Button:
    """Return the button that changes nothing."""
    return Button(_("Cancel"), id="cancel")


def accept_button(label: str) -> Button:
    """Return the button that does it."""
    return Button(label, id="accept", variant="primary")
