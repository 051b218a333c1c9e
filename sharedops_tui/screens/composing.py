"""Writing to a ticket: what was begun before, the way out, what others did meanwhile, and drafts all the while."""

import asyncio
from datetime import datetime

from textual import on

from sharedops_core.errors import Away, DeskError, NotFound
from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.views import ticket as tickets
from sharedops_tui.dialogs.ask import AskDialog
from sharedops_tui.present.since import draft_status, others_since, since_line, since_parts
from sharedops_tui.screens.desk import DeskScreen
from sharedops_tui.texts import Writing
from sharedops_tui.widgets.composer import Composer
from sharedops_tui.widgets.ticket_view import TicketView


class ComposingScreen(DeskScreen):
    """The composer of one ticket; the ticket itself is shown by whoever inherits."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__()
        self.ticket_id = ticket_id
        self.card: tickets.TicketCard | None = None
        # Held, not looked up: a closing console still moves the keyboard while its children are gone.
        self.composer = Composer()
        self._is_sending = self._has_filed = False
        self._unsent = ""
        self._heard_at: datetime | None = None

    def action_compose(self, kind: str, insert: str = "") -> None:
        """Write a reply or a note; an own draft of that kind goes on."""
        card = self.card
        if card is not None and kind in card.denied:
            self.notify(card.denied[kind], severity="warning")
            return
        if self.desk.outbox.of(self.ticket_id):
            text = _("a text is on its way out; {key} takes it back").format(key=self.desk.keymap.first("desk.undo"))
            self.notify(text)
            return
        composer = self.composer
        is_begun = composer.display and bool(composer.body.strip())
        filed = "" if is_begun else self.desk.drafts.found(self.ticket_id, kind)
        self._has_filed = bool(filed)
        composer.open(kind, filed, seen_seq=composer.seen_seq if is_begun else 0)
        if not is_begun:
            self._heard_at = self.desk.bridge.heard_at
        if insert:
            composer.insert(insert)
        if card is not None and not is_begun:
            self.settle(card, kind)
        self.say()

    def settle(self, card: tickets.TicketCard, kind: str) -> None:
        """Hold a composer that was opened unseen against the ticket: may one write there, and was there a draft?"""
        composer = self.composer
        if kind in card.denied and not composer.body.strip():
            composer.close()
            self.query_one(TicketView).pane.take_focus()
            self.notify(card.denied[kind], severity="warning")
            return
        draft = card.draft(kind)
        composer.to = card.requester.name if card.requester else ""
        composer.seen_seq = composer.seen_seq or (draft.seen_seq if draft else card.newest_seq)
        if draft and not self._has_filed:
            # What only the file has is newer than what the database has.
            composer.put_before(draft.body)
        composer.say(composer.status or draft_status(bool(draft and draft.sent_at)))
        composer.tell(since_line(others_since(card, composer.seen_seq, self.desk.bridge.me.person_id)))

    @on(Composer.Sent)
    def _sent(self, event: Composer.Sent) -> None:
        # Once: a text that hangs on a database that is away goes out by itself, and not a second time.
        if self._is_sending:
            self.composer.say(_("being sent, waits for the database"))
            return
        self._is_sending = True
        self.desk.run_worker(self._send(event.kind, event.body), exit_on_error=False)

    async def _send(self, kind: str, body: str) -> None:
        """Let a text go out; the composer is emptied only once it is on its way."""
        composer = self.composer
        composer.say(_("being sent"))
        try:
            if not await self._is_meant(composer):
                composer.say("")
                return
        except Away:
            # Nobody can say whether the ticket has changed: the outbox asks once somebody can.
            pass
        except DeskError as error:
            self._unsent = body
            await asyncio.to_thread(self.desk.drafts.keep, self._writing(kind, body))
            composer.say(_("NOT SENT, kept as a draft"))
            self.desk.failed(error)
            return
        finally:
            self._is_sending = False
        writing = self._writing(kind, body)
        number = self.named()[0] or lifecycle.act_name(kind)
        if self.is_attached and composer.body == body:
            composer.close()
            self.query_one(TicketView).pane.take_focus()
        await self.desk.outbox.put(writing, number)

    async def _is_meant(self, composer: Composer) -> bool:
        """Return whether a text is to go out; when others changed the ticket since it was begun, show how, and ask."""
        now, me = self.desk.bridge.now(), self.desk.bridge.me
        card = await asyncio.to_thread(self.desk.bridge.read, tickets.ticket, self.ticket_id, now)
        if card is None:
            raise NotFound(self.desk.drafts.left(self._writing(composer.kind, composer.body)))
        events = others_since(card, composer.seen_seq, me.person_id, self._heard_at)
        if not events:
            return True
        title = _("The ticket has changed since you began")
        if not await self.desk.push_screen_wait(AskDialog(title, since_parts(card, events), _("Send anyway"))):
            return False
        composer.seen_seq = card.newest_seq
        return True

    @property
    def writing(self) -> Writing | None:
        """Return what is being written, None when nothing is."""
        composer = self.composer
        return self._writing(composer.kind, composer.body) if composer.display and composer.body.strip() else None

    def _writing(self, kind: str, body: str) -> Writing:
        return Writing(self.ticket_id, kind, body, self.composer.seen_seq, seen_at=self._heard_at)

    @on(Composer.Kept)
    def _kept(self, event: Composer.Kept) -> None:
        # In a worker: a database that is slow to say that it is away must not hold the screen up.
        self.desk.run_worker(self._keep(self._writing(event.kind, event.body)), group="drafts", exit_on_error=False)

    async def _keep(self, writing: Writing) -> None:
        """Keep a draft, and say so when only this machine has it."""
        is_safe = await asyncio.to_thread(self.desk.drafts.keep, writing)
        # That a text did not go out stays said until it is another one.
        if self.is_attached and not self._is_sending and writing.body != self._unsent:
            self.composer.say("" if is_safe else _("kept on this machine until the database has it"))

    async def keep_draft(self) -> None:
        """Keep what is being written, before the screen ends; a database that does not answer is not waited for."""
        composer = self.composer
        if composer.display:
            keeping = asyncio.create_task(self._keep(self._writing(composer.kind, composer.body)))
            await asyncio.wait({keeping}, timeout=0.1 if self.desk.is_away else 1.0)
