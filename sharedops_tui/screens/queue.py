"""The queue screen: views at the left, the list, the ticket under the cursor below, knowledge at the right."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize

from sharedops_core.i18n import _
from sharedops_core.views import queue
from sharedops_core.views import ticket as tickets
from sharedops_tui import acts
from sharedops_tui.messages import JournalGrew, TicketChanged, TicketOpened, ViewChosen
from sharedops_tui.present.queue_title import subtitle, title
from sharedops_tui.present.status import PLACES
from sharedops_tui.screens.desk import DeskScreen
from sharedops_tui.widgets.filter_line import FilterLine
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.status_bar import StatusBar
from sharedops_tui.widgets.ticket_view import TicketView
from sharedops_tui.widgets.view_list import ViewList

_PREVIEW_FROM, _VIEWS_FROM = 30, 100


class QueueScreen(DeskScreen):
    """What an agent looks at all day."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"view('{view}')", show=False, id=f"queue.view.{view}") for key, view in PLACES.items()),
        Binding("slash,／", "filter", show=False, id="queue.filter"),
        Binding("escape", "clear", show=False, id="queue.clear"),
        Binding("s", "view('next')", show=False, id="queue.next_view"),
        Binding("S", "sort", show=False, id="queue.sort"),
        Binding("F", "freeze", show=False, id="queue.freeze"),
        Binding("R", "load", show=False, id="queue.reload"),
        Binding("!,！", "view('breaching')", show=False, id="queue.breaching"),
        Binding("p", "preview", show=False, id="queue.preview"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.question = queue.Question("mine")
        self.is_frozen, self.news, self.wants_preview = False, 0, True
        self.card: tickets.TicketCard | None = None

    def compose(self) -> ComposeResult:
        """Lay the panes out; which of them are seen depends on the size."""
        me, now = self.desk.bridge.me, self.desk.bridge.now
        yield StatusBar(me.login, me.name, me.line, now)
        with Horizontal(id="desk"):
            yield ViewList(id="views")
            with Vertical(id="work"):
                yield FilterLine(id="filter")
                yield QueueTable(now, me.person_id, id="queue")
                yield TicketView(now, id="below")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Question the database for the first page."""
        self.question = queue.Question("mine", self.desk.bridge.me.person_id)
        self.say()
        self.action_load()
        self.query_one(QueueTable).focus()

    def on_resize(self, event: Resize) -> None:
        """Show the panes for which there is room."""
        width, height = event.size
        self.query_one("#views").display = width >= _VIEWS_FROM
        self.query_one("#below").display = self.wants_preview and height >= _PREVIEW_FROM

    def action_load(self) -> None:
        """Read as many rows as are shown now, then the counts."""
        size = max(queue.PAGE_SIZE, len(self.query_one(QueueTable).rows))
        self.desk.fetch("page", self._show, queue.page, self.question, self.desk.bridge.now(), size=size)
        self.beat()

    def beat(self) -> None:
        """Bring the counts of the views and of the status line up to now; the list stays as it is."""
        super().beat()
        self.desk.fetch("counts", self._count, queue.counts, self.desk.bridge.now())

    def _show(self, page: queue.Page) -> None:
        self.query_one(QueueTable).show(page.rows, after=page.after)
        self.news = 0
        self.say()

    def _count(self, counts: dict[str, int]) -> None:
        self.query_one(ViewList).counts = counts
        self.say()

    @on(QueueTable.MoreWanted)
    def _more_wanted(self, event: QueueTable.MoreWanted) -> None:
        table, now = self.query_one(QueueTable), self.desk.bridge.now()
        self.desk.fetch("page", table.append, queue.page, self.question, now, after=event.after)

    @on(QueueTable.Highlighted)
    def _highlighted(self, event: QueueTable.Highlighted) -> None:
        if event.row is None:
            self._show_card(None)
        else:
            now = self.desk.bridge.now()
            self.desk.fetch("card", self._show_card, tickets.ticket, event.row.ticket_id, now)

    def _show_card(self, card: tickets.TicketCard | None) -> None:
        current = self.query_one(QueueTable).current
        if card is not None and (current is None or current.ticket_id != card.ticket_id):
            # The answer to an older question: the cursor has moved on.
            return
        view = self.query_one(TicketView)
        view.show(card)
        self.card = card
        self.query_one(KeyBar).hints = acts.hints(card, self.desk.bridge.me.role)
        if card is not None and view.display:
            self.suggest(card)

    @on(JournalGrew)
    def _journal_grew(self, event: JournalGrew) -> None:
        """Never reorder under the cursor: say that there is news, R shows it."""
        self.news += event.count
        self.beat()
        current = self.query_one(QueueTable).current
        if current is not None:
            self.desk.fetch("row", self._replace, queue.row, current.ticket_id)

    def _replace(self, row: queue.QueueRow | None) -> None:
        """Redraw a row in its place; one that is not for this agent any more goes."""
        if row is None:
            self.action_load()
        self.query_one(QueueTable).replace(row)

    @on(TicketChanged)
    @on(TicketOpened)
    def _changed(self, event: TicketChanged | TicketOpened) -> None:
        self.desk.fetch("row", self._replace, queue.row, event.ticket_id)
        if not self.is_frozen:
            self.action_load()

    @on(ViewChosen)
    @on(FilterLine.Changed)
    def _chosen(self, event: ViewChosen | FilterLine.Changed) -> None:
        if isinstance(event, ViewChosen):
            self.action_view(event.view)
        else:
            self._ask(text=event.value)

    def _ask(self, **changes: Any) -> None:
        self.question = replace(self.question, **changes)
        self.action_load()

    def say(self) -> None:
        """Write the frame: view, count, sort, filter, news, and the keys that work now."""
        table = self.query_one(QueueTable)
        views = self.query_one(ViewList)
        views.view, views.border_title = self.question.view, _("Views")
        self.query_one(KeyBar).hints = acts.hints(self.card, self.desk.bridge.me.role)
        table.border_title = title(self.question, views.counts)
        table.border_subtitle = subtitle(len(table.marked), self.news, is_frozen=self.is_frozen)

    def chosen(self) -> Sequence[int]:
        """Return the marked tickets, else the one under the cursor."""
        table = self.query_one(QueueTable)
        return sorted(table.marked) or ([table.current.ticket_id] if table.current else [])

    def named(self) -> tuple[str, str]:
        """Return number and subject under the cursor."""
        current = self.query_one(QueueTable).current
        return (current.number, current.subject) if current else ("", "")

    def action_view(self, view: str) -> None:
        """Show another view, or the next one."""
        if view == "next":
            view = queue.VIEWS[(queue.VIEWS.index(self.question.view) + 1) % len(queue.VIEWS)]
        # A filter that outlives its view shows an empty list and lets the next keys act on nothing.
        self.query_one(QueueTable).marked.clear()
        self.query_one(FilterLine).close()
        self._ask(view=view, text="")
        self.say()

    def action_filter(self, words: str | None = None) -> None:
        """Open the filter line, with words in it when some are given."""
        self.query_one(FilterLine).open(words)

    def action_clear(self) -> None:
        """Drop filter and marks."""
        self.query_one(FilterLine).close()
        table = self.query_one(QueueTable)
        table.marked.clear()
        table.refresh()
        table.focus()
        self.say()

    def action_sort(self) -> None:
        """Sort by the next criterion."""
        place = (queue.SORTS.index(self.question.sort) + 1) % len(queue.SORTS)
        self._ask(sort=queue.SORTS[place])

    def action_freeze(self) -> None:
        """Keep the order as it is, or let it go again."""
        self.is_frozen = not self.is_frozen
        self.say()

    def action_preview(self) -> None:
        """Show or hide the ticket below the list."""
        self.wants_preview = not self.wants_preview
        self.query_one("#below").display = self.wants_preview
