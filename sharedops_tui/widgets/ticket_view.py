"""A ticket and the articles that fit it, side by side where there is room, else the articles on their tab."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Resize

from sharedops_core.views.ticket import TicketCard
from sharedops_tui import keymap
from sharedops_tui.widgets.knowledge_pane import KnowledgePane
from sharedops_tui.widgets.ticket_pane import TABS, TicketPane

_KNOWLEDGE_FROM = 118


class TicketView(Horizontal):
    """Shows a card and its articles; knows nothing of where they come from."""

    DEFAULT_CSS = """
    TicketView > TicketPane { width: 1fr; }
    TicketView > KnowledgePane { width: 46; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("reading")]

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        # Held, not looked up: the clock ticks while a screen is being built, too.
        self.pane = TicketPane(now)

    def compose(self) -> ComposeResult:
        """The ticket at the left, knowledge at the right."""
        yield self.pane
        yield KnowledgePane(id="knowledge", is_numbered=True)

    def on_resize(self, event: Resize) -> None:
        """Show knowledge beside the ticket where there is room."""
        self.fit(event.size.width)

    def on_ticket_pane_turned(self) -> None:
        """Show knowledge once: on its tab, or beside the others."""
        self.fit(self.size.width)

    def fit(self, width: int) -> None:
        """Show knowledge beside the ticket where the width has room for it and its tab does not show it."""
        beside = self.query_one("#knowledge")
        self.pane.is_alone = width < _KNOWLEDGE_FROM or self.pane.tab == "knowledge"
        if self.pane.is_alone and beside.has_pseudo_class("focus-within"):
            self.pane.take_focus()
        beside.display = not self.pane.is_alone

    def take(self, name: str) -> None:
        """Give the keyboard to the ticket or to the knowledge, which is a tab of it where it is alone."""
        if name == "knowledge" and not self.pane.is_alone:
            self.query_one("#knowledge").focus()
            return
        if self.pane.is_alone and "knowledge" in (name, self.pane.tab):
            self.pane.tab = "knowledge" if name == "knowledge" else TABS[0]
        self.pane.take_focus()

    def show(self, card: TicketCard | None) -> None:
        """Show another card, or the same one as it is now."""
        self.pane.show(card)
        if card is None:
            self.show_articles(())

    def show_articles(self, hits: Sequence[Any]) -> None:
        """Show the articles that fit the ticket."""
        for pane in self.query(KnowledgePane):
            pane.show(hits)

    def action_find(self) -> None:
        """Find words in the ticket."""
        self.pane.ask_words()

    def tick(self) -> None:
        """Let the clocks go on."""
        self.pane.tick()

    def retitle(self) -> None:
        """Say everything again, in the language of now."""
        self.pane.redraw()
        for pane in self.query(KnowledgePane):
            pane.redraw()
