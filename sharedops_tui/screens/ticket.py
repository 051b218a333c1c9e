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
from sharedops_tui.drafts import Writing
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
        self._is_sending, self._unsent = False, ""

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
        if self.wanted:
            # At once, whatever the database does: words typed before would be taken for keys.
            self.action_compose(self.wanted)

    def on_descendant_focus(self) -> None:
        """Hint at the keys of whatever has the keyboard."""
        self.say()

    def say(self) -> None:
        """Hint at the keys that work now."""
        is_writing = self.query_one(Composer).has_pseudo_class("focus-within")
        self.query_one(KeyBar).hints = (
            composer_hints() if is_writing else acts.hints(self.card, self.desk.bridge.me.role)
        )

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
            self.notify(_("the ticket is gone"), severity="warning", markup=False)
            return
        is_first = self.card is None
        self.card = card
        self.query_one(TicketView).show(card)
        self.say()
        if is_first:
            self.suggest(card)
            if self.wanted:
                self._settle(card, self.wanted)
            elif card.draft:
                # A draft is shown, but the keys stay those of the ticket until r or c is pressed.
                self.action_compose(card.draft_kind or "reply")
                self.query_one(TicketView).pane.take_focus()

    def _settle(self, card: tickets.TicketCard, kind: str) -> None:
        """Hold a composer that was opened unseen against the ticket: may one write there, and was there a draft?"""
        composer = self.query_one(Composer)
        if kind in card.denied and not composer.body.strip():
            composer.close()
            self.query_one(TicketView).pane.take_focus()
            self.notify(card.denied[kind], severity="warning", markup=False)
        elif card.draft and card.draft_kind == composer.kind:
            composer.put_before(card.draft)

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
        draft = self.desk.drafts.found(self.ticket_id, kind) or draft
        self.query_one(Composer).open(kind, draft)

    @on(Composer.Sent)
    def _sent(self, event: Composer.Sent) -> None:
        # Once: a text that hangs on a database that is away goes out by itself, and not a second time.
        if self._is_sending:
            self.query_one(Composer).say(_("being sent, waits for the database"))
            return
        self._is_sending = True
        self.desk.run_worker(self._send(event.kind, event.body), exit_on_error=False)

    async def _send(self, kind: str, body: str) -> None:
        """Send; the composer is emptied only after the database has it."""
        act = conversation.note if kind == "note" else conversation.reply
        composer = self.query_one(Composer)
        composer.say(_("being sent"))
        try:
            await asyncio.to_thread(self.desk.drafts.send, act, Writing(self.ticket_id, kind, body))
        except DeskError as error:
            self._unsent = body
            composer.say(_("NOT SENT, kept as a draft"))
            self.desk.tell(error)
            return
        finally:
            self._is_sending = False
        self.notify(_("note saved") if kind == "note" else _("reply sent"), markup=False)
        self.desk.ticket_changed(self.ticket_id)
        if self.is_attached and composer.body == body:
            composer.close()
            self.query_one(TicketView).pane.take_focus()

    @on(Composer.Kept)
    def _kept(self, event: Composer.Kept) -> None:
        # In a worker: a database that is slow to say that it is away must not hold the screen up.
        self.desk.run_worker(self._keep(event.kind, event.body), group="drafts", exit_on_error=False)

    async def _keep(self, kind: str, body: str) -> None:
        """Keep a draft, and say so when only this machine has it."""
        is_safe = await asyncio.to_thread(self.desk.drafts.keep, Writing(self.ticket_id, kind, body))
        composer = self.query(Composer)
        # That a text did not go out stays said until it is another one.
        if self.is_attached and composer and not self._is_sending and body != self._unsent:
            composer.first().say("" if is_safe else _("kept on this machine until the database has it"))

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
        """Keep what is being written, before the screen ends; a database that does not answer is not waited for."""
        composer = self.query_one(Composer)
        if composer.display:
            keeping = asyncio.create_task(self._keep(composer.kind, composer.body))
            await asyncio.wait({keeping}, timeout=0.1 if self.desk.is_away else 1.0)

    async def action_back(self) -> None:
        """Go back to the queue; drafts are kept."""
        await self.keep_draft()
        self.dismiss()
