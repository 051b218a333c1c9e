"""The ticket screen: one ticket in tabs, knowledge beside it where there is room, the composer below."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantFocus

from sharedops_core.i18n import _
from sharedops_core.views import ticket as tickets
from sharedops_tui import keymap
from sharedops_tui.messages import JournalGrew, PresenceChanged, TicketChanged
from sharedops_tui.present import keys
from sharedops_tui.present.here import here
from sharedops_tui.present.since import others_since, since_line
from sharedops_tui.screens.composing import ComposingScreen
from sharedops_tui.screens.desk import DeskScreen
from sharedops_tui.texts import Circular, Writing
from sharedops_tui.widgets.composer import Composer
from sharedops_tui.widgets.findable import Findable
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.status_bar import StatusBar
from sharedops_tui.widgets.ticket_view import TicketView
from sharedops_tui.writing import supply


class TicketScreen(ComposingScreen):
    """One ticket, and room to answer."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("ticket")]

    def __init__(self, ticket_id: int, compose: str | None = None, insert: str = "", pane: str = "ticket") -> None:
        super().__init__(ticket_id)
        self.wanted, self.inserted, self.begin_in, self._is_gone = compose, insert, pane, False

    def compose(self) -> ComposeResult:
        """Lay the panes out."""
        me, now = self.desk.bridge.me, self.desk.bridge.now
        yield StatusBar(me.login, me.name, me.line, now)
        yield TicketView(now, id="desk")
        yield self.composer
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Read the ticket."""
        view = self.query_one(TicketView)
        view.fit(self.app.size.width)
        view.take(self.begin_in)
        self.load()
        self.beat()
        if self.wanted:
            # At once, whatever the database does: words typed before would be taken for keys.
            self.action_compose(self.wanted, self.inserted)

    @property
    def is_writing(self) -> bool:
        """Return whether the keyboard is in the composer."""
        return self.composer.has_pseudo_class("focus-within")

    @on(DescendantFocus)
    @on(PresenceChanged)
    @on(Findable.FindChanged)
    def say(self) -> None:
        """Hint at the keys that work now, and say who else is here."""
        if not self.query(KeyBar):
            return
        composer = self.composer
        self.set_class(bool(composer.display), "-writing")
        if self.is_writing:
            asked, known = composer.is_asking, self.desk.keymap
            hints = composer.review_hints(known) if asked else keys.place_hints(known, "composer")
            self.query_one(KeyBar).hints = hints
        else:
            self.hint(self.card)
        self.query_one(TicketView).pane.say_here(here(self.desk.presence.at(self.ticket_id)))

    def tick(self) -> None:
        """Say why there is no ticket yet, too."""
        super().tick()
        # A tick may come before the panes are there.
        for view in self.query(TicketView) if self.card is None else ():
            view.pane.lack(self._why_missing())

    def _why_missing(self) -> str:
        if not self.desk.is_away:
            return _("the ticket is being read")
        text = _("{reason}. The ticket is shown once it is back; what you write meanwhile is kept on this machine")
        return text.format(reason=self.desk.away_because)

    def load(self) -> None:
        """Read the card again; nothing that is being written is touched."""
        self.desk.fetch("ticket", self._show, tickets.ticket, self.ticket_id, self.desk.bridge.now())

    def _show(self, card: tickets.TicketCard | None) -> None:
        if card is None:
            gone = _("the ticket is not there for you any more")
            if not self._is_gone:
                self.notify(gone, severity="warning")
            self._is_gone = True
            self.composer.tell(gone)
            return
        before, self.card = self.card, card
        view = self.query_one(TicketView)
        view.show(card)
        me = self.desk.bridge.me
        if before and len(card.thread) > len(before.thread) and card.thread[-1].author_login == me.login:
            # What one has said oneself is to be seen; what others say moves nothing.
            view.pane.to_end()
        composer = self.composer
        if composer.display:
            composer.tell(since_line(others_since(card, composer.seen_seq, me.person_id)))
        self.say()
        if before is None:
            self._begin(card)

    def _begin(self, card: tickets.TicketCard) -> None:
        self.suggest(card)
        if self.composer.display:
            self.settle(card, self.composer.kind)
        elif card.drafts and not self.desk.outbox.of(self.ticket_id):
            # A draft is shown, but the keys stay those of the ticket until its key is pressed, which it names.
            draft = card.drafts[0]
            self.action_compose(draft.kind)
            key = self.desk.keymap.first(f"ticket.{draft.kind}")
            goes_on = _("{key} goes on writing").format(key=key)
            composer = self.composer
            composer.say(" · ".join(one for one in (composer.status, goes_on) if one))
            self.query_one(TicketView).pane.take_focus()

    @on(TicketChanged)
    @on(JournalGrew)
    def _changed(self, event: TicketChanged | JournalGrew) -> None:
        if isinstance(event, JournalGrew) or event.ticket_id == self.ticket_id:
            self.load()

    def chosen(self) -> Sequence[int]:
        """Return the ticket of this screen."""
        return [self.ticket_id]

    def named(self) -> tuple[str, str]:
        """Return number and subject."""
        return (self.card.number, self.card.subject) if self.card else ("", "")

    def action_act(self, act_id: str) -> None:
        """Start an act on this ticket; a reply or a note is written here."""
        if act_id in ("reply", "note"):
            self.action_compose(act_id)
        else:
            super().action_act(act_id)

    @on(Composer.Left)
    def _left(self) -> None:
        self.query_one(TicketView).pane.take_focus()
        self.load()

    @on(Composer.Wanted)
    def _wanted(self, event: Composer.Wanted) -> None:
        self.run_worker(supply(self.desk, event.what, self.card, self.composer), exit_on_error=False)

    def resume(self, writing: Writing | Circular) -> None:
        """Go on here with a text of this ticket that was taken back."""
        if isinstance(writing, Circular) or writing.ticket_id != self.ticket_id:
            super().resume(writing)
            return
        self.composer.open(writing.kind, writing.body, seen_seq=writing.seen_seq)
        self.say()

    def insert_article(self, text: str) -> None:
        """Put an article into a reply, or into what is being written."""
        composer = self.composer
        if composer.display:
            composer.insert(text)
        else:
            self.action_compose("reply", text)

    async def action_pane(self, name: str) -> None:
        """Give the keyboard to a pane; those of the queue are on the screen below, to which this goes back."""
        below = self.desk.screen_stack[-2]
        if name in ("ticket", "knowledge"):
            self.make_room(name)
            self.query_one(TicketView).take(name)
        elif isinstance(below, DeskScreen):
            await self.action_back()
            await below.action_pane(name)
        else:
            text = _("this pane is in the queue; {key} goes back")
            self.notify(text.format(key=self.desk.keymap.first("ticket.back")))

    async def action_back(self) -> None:
        """Go back to the queue; drafts are kept."""
        await self.keep_draft()
        self.dismiss()

    async def action_step(self, by: int) -> None:
        """Go on to the next or the previous ticket of the queue below."""
        tables = [table for screen in self.desk.screen_stack for table in screen.query(QueueTable)]
        if not tables:
            return
        tables[-1].action_move(by)
        row = tables[-1].current
        if row is not None and row.ticket_id != self.ticket_id:
            await self.keep_draft()
            self.dismiss()
            self.desk.open_ticket(row.ticket_id)
