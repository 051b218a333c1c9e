"""The jump overlay: each pane under it has a letter, and pressing one gives that pane the keyboard."""

from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

_LETTERS = "asdfghjklqwertyuiopzxcvbnm"


class JumpScreen(ModalScreen[None]):
    """Letters over the screen below; any other key goes back."""

    DEFAULT_CSS = """
    JumpScreen { background: $background 30%; }
    JumpScreen Static { width: 5; height: 1; background: $accent; color: $background; text-style: bold;
      text-align: center; position: absolute; }
    """

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        panes = [one for one in below.focus_chain if one.region.height and one.is_on_screen]
        self.panes: dict[str, Widget] = dict(zip(_LETTERS, panes, strict=False))

    def compose(self) -> ComposeResult:
        """One letter in the corner of each pane."""
        for letter, pane in self.panes.items():
            label = Static(Content(f" {letter} "))
            label.styles.offset = (pane.region.x + 1, pane.region.y)
            yield label

    def on_key(self, event: Key) -> None:
        """Go where the letter stands."""
        event.stop()
        pane = self.panes.get(event.key)
        self.dismiss()
        if pane is not None:
            self.app.call_after_refresh(pane.focus)
