"""The status line at the top of every screen of the desk."""

from collections.abc import Callable
from datetime import datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from sharedops_core.views.pulse import Pulse
from sharedops_tui.present.status import status_line


class StatusBar(Widget):
    """Who works here, how the desk stands, the time."""

    pulse: reactive[Pulse | None] = reactive(None)
    trouble: reactive[str] = reactive("")
    progress: reactive[str] = reactive("")

    def __init__(self, login: str, name: str, line: int, now: Callable[[], datetime]) -> None:
        super().__init__(id="status")
        self.who, self.now = (login, name, line), now

    def beat(self, pulse: Pulse) -> None:
        """Show newer figures."""
        self.pulse = pulse

    def tick(self) -> None:
        """Let the time go on."""
        self.refresh()

    def render(self) -> Content:
        """Draw the line."""
        return status_line(*self.who, self.pulse, self.now(), self.size.width, self.trouble, self.progress)
