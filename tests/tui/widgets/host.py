"""An app of ten lines around one widget, which keeps the messages it is sent."""

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from sharedops_tui import theming


class Host(App[None]):
    """Shows one widget and remembers what it says."""

    CSS_PATH = None

    def __init__(self, widget: Widget, *heard: type[Message]) -> None:
        super().__init__()
        self.widget, self.heard, self.told = widget, heard, []

    def compose(self) -> ComposeResult:
        """Only the widget."""
        yield self.widget

    def on_mount(self) -> None:
        """Wear the shipped theme."""
        for theme in theming.load():
            self.register_theme(theme)
        self.theme = "harbour-dark"
        self.animation_level = "none"
        self.widget.focus()

    async def _on_message(self, message: Message) -> None:
        if isinstance(message, self.heard):
            self.told.append(message)
        await super()._on_message(message)
