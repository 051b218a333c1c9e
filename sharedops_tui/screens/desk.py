"""What every screen with tickets on it can do: act on them, look them up, take a new one in, copy a number."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from sharedops_core.i18n import N_, _
from sharedops_core.views import clocks, dispatch, knowledge, pulse
from sharedops_core.views.ticket import TicketCard
from sharedops_tui import acts, away, keymap, shifts, telling
from sharedops_tui.dialogs.page import PageDialog
from sharedops_tui.messages import LanguageChanged, PresenceChanged
from sharedops_tui.present import keys
from sharedops_tui.present.explanation import choice_parts, explanation_parts
from sharedops_tui.present.here import signs
from sharedops_tui.present.status import trouble
from sharedops_tui.screens.panes import Panes
from sharedops_tui.texts import Circular, Writing
from sharedops_tui.widgets.composer import Composer
from sharedops_tui.widgets.facet_list import FacetList
from sharedops_tui.widgets.filter_line import FilterLine
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.status_bar import StatusBar
from sharedops_tui.widgets.ticket_view import TicketView
from sharedops_tui.widgets.view_list import ViewList

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

_EXPLAINED: dict[str, tuple[Callable[..., Any], str, Callable[[Any], Sequence[Content]]]] = {
    "due": (clocks.explanations, N_("Why it is due then"), explanation_parts),
    "dispatch": (dispatch.explanation, N_("Who is to have it, and why"), choice_parts),
}
"""What can be explained about a ticket: the view that knows it, its title, and how it is shown."""


class DeskScreen(Panes):
    """The keys of the acts, for whichever tickets a screen says are meant."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("desk")]

    @property
    def desk(self) -> "SharedopsApp":
        """Return the app by its own type."""
        return cast("SharedopsApp", self.app)

    def hint(self, card: TicketCard | None) -> None:
        """Name the keys that work now, for the ticket in focus."""
        view, known = self.query_one(TicketView), self.desk.keymap
        bar, role = self.query_one(KeyBar), self.desk.bridge.me.role
        if not view.has_pseudo_class("focus-within"):
            bar.hints = keys.hints(known, card, role)
        elif view.pane.line.has_focus:
            bar.hints = keys.place_hints(known, "finding", "matches.clear")
        else:
            found = keys.match_hints(known) if view.pane.is_finding else []
            bar.hints = keys.in_front(found, keys.hints(known, card, role, "reading.find"))

    def tick(self) -> None:
        """Let what counts seconds on this screen go on."""
        for widget in self.walk_children(Widget):
            if isinstance(widget, StatusBar):
                widget.trouble = trouble(self.desk.bridge.waited, is_away=self.desk.is_away)
                widget.progress = self.desk.outbox.progress
            if isinstance(widget, StatusBar | QueueTable | TicketView):
                widget.tick()

    def say(self) -> None:
        """Write what stands around the panes, in the language of now."""
        raise NotImplementedError

    @on(LanguageChanged)
    def _language_changed(self) -> None:
        self.say()
        for widget in self.walk_children(Widget):
            if isinstance(widget, QueueTable | TicketView | Composer | FilterLine | ViewList | FacetList):
                widget.retitle()
            widget.refresh()

    @on(PresenceChanged)
    def _met(self) -> None:
        for table in self.query(QueueTable):
            table.show_others(signs(self.desk.presence.others))

    @on(QueueTable.Opened)
    def _opened(self, event: QueueTable.Opened) -> None:
        self.desk.open_ticket(event.row.ticket_id, pane=event.pane)

    def suggest(self, card: TicketCard) -> None:
        """Look for the articles that fit a ticket, by its words and the family of its service item."""
        families = (card.family_code,) if card.family_code else ()
        show = self.query_one(TicketView).show_articles
        self.desk.fetch("hits", show, knowledge.suggest, card.subject, families=families)

    def beat(self) -> None:
        """Bring the figures of the status line up to now."""
        self.desk.fetch("pulse", self.query_one(StatusBar).beat, pulse.pulse, self.desk.bridge.now())

    @property
    def shown(self) -> TicketCard | None:
        """Return the ticket that is shown, None while there is none."""
        return self.query_one(TicketView).pane.card

    def chosen(self) -> Sequence[int]:
        """Return the ids of the tickets an act is meant for."""
        raise NotImplementedError

    def action_act(self, act_id: str) -> None:
        """Start an act on the chosen tickets."""
        if ids := self.chosen():
            self.run_worker(acts.perform(self.desk, act_id, ids), exit_on_error=False)

    def action_knowledge(self) -> None:
        """Look the ticket up in the knowledge base."""
        self.desk.open_knowledge(self.named()[1], self.insert_article)

    def insert_article(self, text: str) -> None:
        """Begin a reply with an article."""
        if ids := self.chosen():
            self.desk.open_ticket(ids[0], "reply", text)

    def action_explain(self, what: str = "due") -> None:
        """Show why the ticket is due when it is, or who is to have it and why."""
        view, title, parts = _EXPLAINED[what]

        def show(found: Any) -> None:
            self.desk.push_screen(PageDialog(_(title), parts(found)))

        if ids := self.chosen():
            self.desk.fetch("explain", show, view, ids[0], self.desk.bridge.now())

    def action_notices(self) -> None:
        """Show what one has been told, take it as seen, and open what is chosen."""
        self.run_worker(telling.show(self.desk, self.beat), exit_on_error=False)

    def action_begin(self, what: str) -> None:
        """Take a new request in, take what is most at risk, hand the shift over, or record an absence."""
        begun = {"new": acts.take_in, "next": acts.take_next, "shift": shifts.shift, "absence": away.absence}[what]
        self.run_worker(begun(self.desk), exit_on_error=False)

    def action_undo(self) -> None:
        """Take back a text that has not gone out yet, else the last act."""
        self.run_worker(self._undo(), exit_on_error=False)

    async def _undo(self) -> None:
        writing = await self.desk.outbox.take_back()
        if writing is not None:
            self.resume(writing)
        elif not self.desk.outbox.stop():
            await acts.undo(self.desk)

    def resume(self, writing: Writing | Circular) -> None:
        """Go on with a text that was taken back."""
        if isinstance(writing, Circular):
            self.desk.open_circular(writing)
        else:
            self.desk.open_ticket(writing.ticket_id, writing.kind)

    def action_redo(self) -> None:
        """Do again what was undone."""
        self.run_worker(acts.redo(self.desk), exit_on_error=False)

    def action_repeat(self) -> None:
        """Do the last act once more, on the chosen tickets."""
        if ids := self.chosen():
            self.run_worker(acts.repeat(self.desk, ids), exit_on_error=False)
