"""Which tickets the queue shows: a view, and a query that narrows it while it is typed."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from textual import on
from textual.events import DescendantFocus
from textual.timer import Timer

from sharedops_core.i18n import _
from sharedops_core.views import people, ranges
from sharedops_core.views.rows import Question
from sharedops_core.views.ticket import TicketCard
from sharedops_tui.messages import ListWanted, ViewChosen
from sharedops_tui.present import keys
from sharedops_tui.screens.desk import DeskScreen
from sharedops_tui.widgets.filter_line import FilterLine
from sharedops_tui.widgets.findable import Findable
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.marks import RangeWanted
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.view_list import ViewList

_TYPING = 0.12
"""Seconds of rest after which what has been typed is asked."""


class FilteringScreen(DeskScreen):
    """The filter line and the choice of a view; the tickets are read by whoever inherits."""

    question: Question
    last_view = "open"
    _typed: Timer | None = None

    def ask(self, **changes: Any) -> None:
        """Ask for other tickets."""
        raise NotImplementedError

    @on(DescendantFocus)
    @on(Findable.FindChanged)
    def _focus_moved(self) -> None:
        """The keys at the bottom are those of the line that is typed into."""
        self.hint(self.shown)

    def hint(self, card: TicketCard | None) -> None:
        """Hint at the keys that work now."""
        if self.query_one(FilterLine).has_pseudo_class("focus-within"):
            self.query_one(KeyBar).hints = keys.place_hints(self.desk.keymap, "filter", "queue.clear")
        else:
            super().hint(card)

    @on(FilterLine.Changed)
    def _filter_changed(self, event: FilterLine.Changed) -> None:
        if self._typed is not None:
            self._typed.stop()
        if event.value.strip() != self.question.text.strip():
            self.query_one(QueueTable).await_rows()
            self._typed = self.set_timer(_TYPING, partial(self.ask, text=event.value))

    @on(ListWanted)
    def _left(self) -> None:
        self.query_one(QueueTable).focus()

    def action_view(self, view: str) -> None:
        """Show another view, or the one before."""
        self.choose_view(self.last_view if view == "last" else view)

    def choose_view(self, view: str, text: str = "") -> None:
        """Show another view, in the order it was saved with, narrowed by a query instead of the filter before."""
        # A filter that outlives its view shows an empty list and lets the next keys act on nothing.
        self.query_one(QueueTable).marked.clear()
        self.query_one(FilterLine).close()
        self.last_view = self.question.view
        saved = next((one for one in self.query_one(ViewList).saved if one.key == view), None)
        order = {"sort": saved.sort, "is_descending": saved.is_descending} if saved else {}
        self.ask(view=view, text=text, base=saved.query if saved else "", **order)
        if text:
            self.query_one(FilterLine).put(text)

    @on(ViewChosen)
    def _view_chosen(self, event: ViewChosen) -> None:
        self.action_view(event.view)

    def action_filter(self, words: str | None = None) -> None:
        """Open the filter line, with words in it when some are given, and read what can be completed."""
        self.query_one(FilterLine).open(words)
        self.desk.fetch("names", self._learn, people.names)

    def _learn(self, names: Any) -> None:
        self.query_one(FilterLine).names = names

    @on(RangeWanted)
    def _range_wanted(self, event: RangeWanted) -> None:
        def mark(found: Sequence[int]) -> None:
            self.query_one(QueueTable).mark(found, is_all=event.is_all)
            if len(found) >= ranges.MOST:
                text = _("marked the first {n}: more are not marked at once; narrow the list")
                self.notify(text.format(n=len(found)), severity="warning")

        now = self.desk.bridge.now()
        self.desk.fetch("range", mark, ranges.between, self.question, now, event.first, event.last)

    def action_clear(self) -> None:
        """Drop filter and marks."""
        table = self.query_one(QueueTable)
        self.query_one(FilterLine).close()
        table.marked.clear()
        table.refresh()
        table.focus()
        if self._typed is not None:
            self._typed.stop()
        if self.question.text or table.is_waiting:
            self.ask(text="")
        self.say()
