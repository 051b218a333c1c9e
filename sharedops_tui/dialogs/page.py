"""A page of text over the screen below: an explanation, a list of what one has been told."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from sharedops_core.i18n import _
from sharedops_tui import keymap


class PageDialog(ModalScreen[None]):
    """Shows text that scrolls; any of the usual keys closes it."""

    DEFAULT_CSS = """
    PageDialog { align: center middle; }
    PageDialog VerticalScroll { width: 96; max-width: 98%; height: auto; max-height: 92%; border: round $primary;
      border-title-color: $primary; border-title-style: bold; border-subtitle-color: $foreground 60%;
      background: $surface; padding: 0 1; scrollbar-size-vertical: 1; }
    PageDialog Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *keymap.bindings("page"), *keymap.bindings("views", down="scroll(1)", up="scroll(-1)"),
    ]  # fmt: skip

    def __init__(self, title: str, parts: Sequence[Content]) -> None:
        super().__init__()
        self.title_text, self.parts = title, parts

    def compose(self) -> ComposeResult:
        """Show the text in a frame."""
        with VerticalScroll() as frame:
            frame.border_title = Content(self.title_text)
            frame.border_subtitle = Content(_("esc closes"))
            yield Static(Content("\n\n").join(self.parts))

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one(VerticalScroll).focus()

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
