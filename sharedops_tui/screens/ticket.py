"""The ticket screen: one ticket in tabs, knowledge beside it where there is room, the composer below."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from sharedops_core.desk import conversation
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _
from sharedops_core.views import ticket as tickets
from sharedops_tui import acts, editor
from sharedops_tui.messages import JournalGrew, TicketChanged
from sharedops_tui.screens.desk import DeskScreen
from sharedops_tui.widgets.composer import Composer, composer_hints
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.status_bar import StatusBar
from sharedops_tui.widgets.ticket_view import TicketView


class TicketScreen(DeskScreen):
    """One ticket, and room to answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,minus", "back", show=False, id="ticket.back"),
        Binding("r", "compose('reply')", show=False, id="ticket.reply"),
        Binding("c", "compose('note')", show=False, id="ticket.note"),
    ]

    def __init__(self, ticket_id: int, compose: str | None = None) -> None:
        super().__init__()
        self.ticket_id, self.wanted = ticket_id, compose
        self.card: tickets.TicketCard | None = None

    def compose(self) -> ComposeResult:
        """Lay the panes out."""
        me, now = self.desk.bridge.me, self.desk.bridge.now
        yield StatusBar(me.login, me.name, me.line, now)
        yield TicketView(now, id="desk")
        yield Composer()
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Read the ticket."""
        self.query_one(TicketView).pane.take_focus()
        self.load()
        self.beat()

    def on_descendant_focus(self) -> None:
        """Hint at the keys of whatever has the keyboard."""
        self.say()

    def say(self) -> None:
        """Hint at the keys that work now."""
        is_writing = self.query_one(Composer).has_pseudo_class("focus-within")
        self.query_one(KeyBar).hints = (
            composer_hints() if is_writing else acts.hints(self.card, self.desk.bridge.me.role)
        )

    def load(self) -> None:
        """Read the card again; nothing that is being written is touched."""
        self.desk.fetch("ticket", self._show, tickets.ticket, self.ticket_id, self.desk.bridge.now())

    def _show(self, card: tickets.TicketCard | None) -> None:
        if card is None:
            self.notify(_("the ticket is gone"), severity="warning", markup=False)
            return
        is_first = self.card is None
        self.card = card
        self.query_one(TicketView).show(card)
        self.say()
        if is_first:
            self.suggest(card)
            if self.wanted:
                self.action_compose(self.wanted)
            elif card.draft:
                # A draft is shown, but the keys stay those of the ticket until r or c is pressed.
                self.action_compose(card.draft_kind or "reply")
                self.query_one(TicketView).pane.take_focus()

    @on(TicketChanged)
    def _changed(self, event: TicketChanged) -> None:
        if event.ticket_id == self.ticket_id:
            self.load()

    @on(JournalGrew)
    def _journal_grew(self) -> None:
        self.load()

    def chosen(self) -> Sequence[int]:
        """Return the ticket of this screen."""
        return [self.ticket_id]

    def named(self) -> tuple[str, str]:
        """Return number and subject."""
        return (self.card.number, self.card.subject) if self.card else ("", "")

    def action_compose(self, kind: str) -> None:
        """Write a reply or a note; an own draft of that kind goes on."""
        card = self.card
        if card is not None and kind in card.denied:
            self.notify(card.denied[kind], severity="warning", markup=False)
            return
        draft = card.draft if card and card.draft_kind == kind else ""
        self.query_one(Composer).open(kind, draft)

    @on(Composer.Sent)
    def _sent(self, event: Composer.Sent) -> None:
        self.run_worker(self._send(event.kind, event.body), exit_on_error=False)

    async def _send(self, kind: str, body: str) -> None:
        """Send; the composer is emptied only after the database has it."""
        act = conversation.note if kind == "note" else conversation.reply
        try:
            await asyncio.to_thread(self.desk.bridge.act, act, self.ticket_id, body)
        except DeskError as error:
            self.desk.tell(error)
            return
        self.query_one(Composer).close()
        self.query_one(TicketView).pane.take_focus()
        self.notify(_("note saved") if kind == "note" else _("reply sent"), markup=False)
        self.desk.ticket_changed(self.ticket_id)

    @on(Composer.Kept)
    async def _kept(self, event: Composer.Kept) -> None:
        await self._keep(event.kind, event.body)

    async def _keep(self, kind: str, body: str) -> None:
        """Keep a draft; a ticket that is no longer for this agent keeps none."""
        try:
            await asyncio.to_thread(self.desk.bridge.act, conversation.keep_draft, self.ticket_id, kind, body)
        except DeskError as error:
            self.desk.tell(error)

    @on(Composer.Left)
    def _left(self) -> None:
        self.query_one(TicketView).pane.take_focus()
        self.load()

    @on(Composer.EditorWanted)
    def _editor_wanted(self) -> None:
        composer = self.query_one(Composer)
        try:
            composer.write(editor.edit(self.app, composer.body))
        except DeskError as error:
            self.desk.tell(error)

    async def keep_draft(self) -> None:
        """Keep what is being written, before the app ends."""
        composer = self.query_one(Composer)
        if composer.display:
            await self._keep(composer.kind, composer.body)

    async def action_back(self) -> None:
        """Go back to the queue; drafts are kept."""
        await self.keep_draft()
        self.dismiss()
