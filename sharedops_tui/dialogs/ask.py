"""A page of text and a question under it, answered by y or n."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import Button, Static

from sharedops_core.i18n import _
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button


class AskDialog(Dialog[bool]):
    """Returns True for yes; whoever only presses enter or esc has not said yes."""

    DEFAULT_CSS = """
    AskDialog VerticalScroll { height: auto; max-height: 12; scrollbar-size-vertical: 1; }
    AskDialog Static { height: auto; }
    """

    def __init__(self, title: str, parts: Sequence[Content], yes: str) -> None:
        super().__init__()
        self.title_text, self.parts, self.yes = title, parts, yes

    def compose(self) -> ComposeResult:
        """The text, and the two answers."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self.title_text)
            frame.border_subtitle = Content(_("y yes · n or esc no"))
            with VerticalScroll():
                yield Static(Content("\n\n").join(self.parts))
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(self.yes)

    def on_mount(self) -> None:
        """Stand on the answer that changes nothing."""
        self.query_one("#cancel", Button).focus()

    def key_y(self, event: Key) -> None:
        """Yes."""
        self.answer(event, True)

    def key_n(self, event: Key) -> None:
        """No."""
        self.answer(event, None)

    def action_accept(self) -> None:
        """Yes, by ctrl+s or the button."""
        self.dismiss(True)
