"""The tickets behind a figure: the queue with a query, over the board it was opened from."""

from typing import ClassVar

from textual.binding import BindingType

from sharedops_core.views.rows import Question
from sharedops_core.views.ticket import TicketCard
from sharedops_tui import keymap
from sharedops_tui.messages import JournalGrew
from sharedops_tui.present import keys
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.widgets.filter_line import FilterLine
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.queue_table import QueueTable


class FoundScreen(QueueScreen):
    """A queue one goes back from."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("found")]

    def __init__(self, text: str) -> None:
        super().__init__("open")
        self.question = Question("open", text=text)

    def on_mount(self) -> None:
        """Show which tickets these are."""
        self.query_one(FilterLine).put(self.question.text)
        self.query_one(QueueTable).focus()

    def hint(self, card: TicketCard | None) -> None:
        """Name the way back first."""
        super().hint(card)
        bar = self.query_one(KeyBar)
        bar.hints = [*keys.named(self.desk.keymap, "found.back"), *bar.hints]

    def action_back(self) -> None:
        """Go back to the board; what lies below has missed what happened meanwhile."""
        for screen in self.app.screen_stack:
            if screen is not self:
                screen.post_message(JournalGrew(0))
        self.dismiss()
