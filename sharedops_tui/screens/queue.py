"""The queue screen: views at the left, the list, the ticket under the cursor below, knowledge at the right."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from sharedops_core.rules import query
from sharedops_core.views import queue
from sharedops_core.views import ticket as tickets
from sharedops_core.views.rows import PAGE_SIZE, VIEWS, Page, Place, Question
from sharedops_tui import arrangement, keymap
from sharedops_tui.messages import JournalGrew, TicketChanged, TicketOpened
from sharedops_tui.present.queue_title import empty, subtitle, title
from sharedops_tui.screens.arranging import ArrangingScreen
from sharedops_tui.widgets.facet_list import FacetList
from sharedops_tui.widgets.filter_line import FilterLine
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.status_bar import StatusBar
from sharedops_tui.widgets.ticket_view import TicketView
from sharedops_tui.widgets.view_list import ViewList

_MOVING = 0.06
"""Seconds after which a cursor rests; a key that is held down comes again every 33 ms."""


class QueueScreen(ArrangingScreen):
    """What an agent looks at all day."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("queue")]

    def __init__(self, view: str = "mine", at: int | None = None) -> None:
        super().__init__()
        self.question, self.begin_at = Question(view if view in VIEWS else "mine"), at
        self._begin_view = "" if view in VIEWS else view
        self.is_frozen, self.news, self._has_begun = False, 0, False
        self.card: tickets.TicketCard | None = None

    def compose(self) -> ComposeResult:
        """Lay the panes out; which of them are seen depends on the size."""
        me, now = self.desk.bridge.me, self.desk.bridge.now
        yield StatusBar(me.login, me.name, me.line, now)
        with Horizontal(id="desk"):
            with Vertical(id="left"):
                yield ViewList(id="views")
                yield FacetList(id="facets")
            with Vertical(id="work"):
                yield FilterLine(id="filter")
                yield QueueTable(now, me.person_id, id="queue")
                yield TicketView(now, id="below")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Ask the database for the first page, and for nothing else before its rows are drawn."""
        self.query_one(QueueTable).set_columns(arrangement.load())
        self.query_one(FacetList).display = False
        self.ask(person_id=self.desk.bridge.me.person_id)
        self.query_one(QueueTable).focus()

    def ask(self, **changes: Any) -> None:
        """Ask for other tickets: until they are here, no key means one of the old ones."""
        self.question = replace(self.question, **changes)
        self.query_one(QueueTable).await_rows(top="sort" in changes)
        self._read(Place(), PAGE_SIZE)
        self.say()

    def action_load(self) -> None:
        """Read the rows that are here anew, then the counts; the viewport stays at its place in the list."""
        table = self.query_one(QueueTable)
        self._read(table.window.here, max(PAGE_SIZE, len(table.rows)))
        self.beat()

    def _read(self, place: Place, size: int) -> None:
        now = self.desk.bridge.now()
        window = self.fitting(queue.window, queue.tagged_window)
        self.desk.fetch("page", self._show, window, self.question, now, place, size=size)

    def beat(self) -> None:
        """Bring the counts of the views and of the status line up to now; the list stays as it is."""
        super().beat()
        now, saved = self.desk.bridge.now(), self.saved_questions()
        self.desk.fetch("counts", self._count, queue.counts, now, saved)

    def _show(self, page: Page) -> None:
        table = self.query_one(QueueTable)
        table.nothing = empty(self.question, self.name_of(self.question.view))
        table.show(page)
        if page.rows and self.begin_at is not None:
            # Where the last session ended, if that is among the first rows.
            table.stand_on(self.begin_at)
            self.begin_at = None
        self.news = 0
        self._measure()
        self.count_facets()
        self.say()
        if not self._has_begun:
            self._has_begun = True
            self.call_after_refresh(self.begin, self._begin_view)

    def _measure(self) -> None:
        """Count how long the list is and where its rows stand, behind the rows themselves."""
        table = self.query_one(QueueTable)
        if table.window.after is None and table.window.before is None:
            self._rest()
            return
        now = self.desk.bridge.now()
        self.desk.fetch("extent", self._measured, queue.extent, self.question, now, table.window.before)

    def _measured(self, extent: queue.Extent) -> None:
        self.query_one(QueueTable).measured(extent)
        self._rest()

    def _count(self, counts: dict[str, int]) -> None:
        self.query_one(ViewList).counts = counts
        self.say()

    @on(QueueTable.RowsWanted)
    def _rows_wanted(self, event: QueueTable.RowsWanted) -> None:
        def take(page: Page) -> None:
            self.query_one(QueueTable).take(event.place, page)
            if event.place.is_end or event.place.rank is not None:
                self._measure()

        now = self.desk.bridge.now()
        window = self.fitting(queue.window, queue.tagged_window)
        self.desk.fetch("page", take, window, self.question, now, event.place)

    @on(QueueTable.Highlighted)
    def _highlighted(self, event: QueueTable.Highlighted) -> None:
        row = event.row
        if row is None:
            self._show_card(None)

        async def look() -> Any:
            # Reading and drawing a ticket costs more than a key may wait for.
            await asyncio.sleep(_MOVING)
            self._rest()
            if row is not None:
                self.desk.fetch("card", self._show_card, tickets.ticket, row.ticket_id, self.desk.bridge.now())

        self.run_worker(look, group="look", exclusive=True, exit_on_error=False)

    def _show_card(self, card: tickets.TicketCard | None) -> None:
        current = self.query_one(QueueTable).current
        if card is not None and (current is None or current.ticket_id != card.ticket_id):
            # The answer to an older question: the cursor has moved on.
            return
        view = self.query_one(TicketView)
        view.show(card)
        self.card = card
        self.hint(card)
        if card is not None and view.display:
            self.suggest(card)

    @on(JournalGrew)
    def _journal_grew(self, event: JournalGrew) -> None:
        """Never reorder under the cursor: say that there is news, R shows it."""
        self.news += event.count
        self.beat()
        table = self.query_one(QueueTable)
        seen = [row.ticket_id for place in table.seen if (row := table.window.at(place)) is not None]
        self.desk.fetch("rows", partial(self._update, seen), self.fitting(queue.rows, queue.tagged_rows), seen)
        self._rest()

    def _update(self, asked: Sequence[int], found: Sequence[queue.QueueRow]) -> None:
        """Redraw rows in their places; where one is not for this agent any more, the list is read anew."""
        self.query_one(QueueTable).update(found)
        if len(found) < len(asked):
            self.action_load()

    @on(TicketChanged)
    @on(TicketOpened)
    def _changed(self, event: TicketChanged | TicketOpened) -> None:
        asked = [event.ticket_id]
        self.desk.fetch("rows", partial(self._update, asked), self.fitting(queue.rows, queue.tagged_rows), asked)
        if not self.is_frozen:
            self.action_load()

    def say(self) -> None:
        """Write the frame: view, count, sort, filter, news, and the keys that work now."""
        table, views, facets = self.query_one(QueueTable), self.query_one(ViewList), self.query_one(FacetList)
        views.view = self.question.view
        terms = query.parse(self.question.text)
        facets.chosen = frozenset((one.field, value) for one in terms if not one.is_negated for value in one.values)
        self.hint(self.card)
        table.words = query.only("text", terms)
        table.sorted_by = (self.question.sort, self.question.is_descending)
        self._rest()

    def _rest(self) -> None:
        """Write the edges of the list."""
        table = self.query_one(QueueTable)
        place = table.cursor if table.current is not None else None
        is_known = table.window.after is None or table.window.total is not None
        upper = title(self.question, self.name_of(self.question.view), self.query_one(ViewList).counts)
        lower = subtitle(len(table.marked), self.news, is_frozen=self.is_frozen, place=place,
                         length=table.window.length, is_known=is_known)  # fmt: skip
        table.write_edges(upper, lower)

    def chosen(self) -> Sequence[int]:
        """Return the marked tickets, else the one under the cursor."""
        table = self.query_one(QueueTable)
        return sorted(table.marked) or ([table.current.ticket_id] if table.current else [])

    def named(self) -> tuple[str, str]:
        """Return number and subject under the cursor."""
        current = self.query_one(QueueTable).current
        return (current.number, current.subject) if current else ("", "")

    def action_freeze(self) -> None:
        """Keep the order as it is, or let it go again."""
        self.is_frozen = not self.is_frozen
        self.say()
