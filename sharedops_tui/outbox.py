"""Texts on their way out: each waits ten seconds in which it can be taken back, kept as a draft all the while.

One that finds no database waits on, and goes out as soon as it is back.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from textual.timer import Timer

from sharedops_core.desk import conversation
from sharedops_core.errors import Away, DeskError
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean
from sharedops_core.views.ticket import ticket
from sharedops_tui.mailing import Delivery, deliver, delivered
from sharedops_tui.present.since import others_since, since_line, was_said
from sharedops_tui.texts import Circular, Writing

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

SECONDS = 10.0
"""How long a text can be taken back."""

_PATIENCE_SECONDS, _LOOK_AGAIN_SECONDS = 1.0, 0.05
_Text = TypeVar("_Text", Writing, Circular, Writing | Circular)


@dataclass
class _Parcel:
    text: Writing | Circular
    number: str
    timer: Timer | None = None
    is_going: bool = False
    delivery: Delivery | None = None


class Outbox:
    """What has been sent by the agent and has not gone out yet."""

    def __init__(self, app: "SharedopsApp", seconds: float = SECONDS) -> None:
        self.app, self.seconds = app, seconds
        self._waiting: list[_Parcel] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def of(self, ticket_id: int) -> Writing | None:
        """Return what is on its way out on a ticket."""
        texts = [one.text for one in self._waiting if isinstance(one.text, Writing)]
        return next((one for one in texts if one.ticket_id == ticket_id), None)

    def holds(self, name: str) -> bool:
        """Return whether a text of that name is on its way out."""
        return any(one.text.name == name for one in self._waiting)

    @property
    def progress(self) -> str:
        """Return how far a text to many is that is going out, empty when none is."""
        going = [one.delivery for one in self._waiting if one.delivery and one.is_going]
        return _("sent {n} of {all}").format(n=going[0].gone, all=going[0].total) if going else ""

    async def put(self, text: Writing | Circular, number: str) -> None:
        """Let a text go out after a while; until then it is a draft that says so."""
        at = self.app.bridge.now() + timedelta(seconds=self.seconds)
        parcel = _Parcel(replace(text, sent_at=at), number)
        self._waiting.append(parcel)
        if self.seconds > 0:
            parcel.timer = self.app.set_timer(self.seconds, lambda: self._begin(parcel))
            self._say(parcel, _("{number}: goes out in {n} seconds; {key} takes it back"), self.seconds)
        await asyncio.to_thread(self.app.drafts.keep, parcel.text)
        if self.seconds <= 0:
            await self._send(parcel)

    def stop(self) -> bool:
        """End the sending of a text to many behind the ticket that is under way; False when none is being sent."""
        going = [one.delivery for one in self._waiting if one.delivery and one.is_going]
        for delivery in going:
            delivery.is_stopped = True
        return bool(going)

    async def take_back(self) -> Writing | Circular | None:
        """Return the text that was sent last and has not gone out, a draft again; None when there is none."""
        parcel = next((one for one in reversed(self._waiting) if not one.is_going), None)
        if parcel is None:
            return None
        self._waiting.remove(parcel)
        if parcel.timer is not None:
            parcel.timer.stop()
        # That it goes out is not true any more.
        self.app.clear_notifications()
        return await self._as_draft(parcel.text)

    async def flush(self) -> None:
        """Send at once what waits: the agent leaves, and has said that it is to go out."""
        for parcel in [one for one in self._waiting if not one.is_going]:
            await self._due(parcel)
        while any(one.delivery and one.is_going for one in self._waiting):
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def go_on(self) -> None:
        """Send what waits for the database: it is back."""
        for parcel in [one for one in self._waiting if one.timer is None and not one.is_going]:
            self._begin(parcel)

    def _begin(self, parcel: _Parcel) -> None:
        self.app.run_worker(self._due(parcel), group="outbox", exit_on_error=False)

    async def _due(self, parcel: _Parcel) -> None:
        """Send when the time is up, unless somebody else has changed the ticket within it: then the author decides."""
        app, writing, me = self.app, parcel.text, self.app.bridge.me.person_id
        if parcel.is_going or parcel not in self._waiting:
            return
        if isinstance(writing, Circular):
            await self._deliver(parcel, writing)
            return
        try:
            card = await asyncio.to_thread(app.bridge.read, ticket, writing.ticket_id, app.bridge.now())
        except Away as error:
            self._hold(parcel, error)
            return
        if card is None:
            await self._give_up(parcel, app.drafts.left(writing))
            return
        if was_said(card, writing.seen_seq, writing.kind, clean(writing.body), app.bridge.me.login):
            self._waiting.remove(parcel)
            await self._as_draft(replace(writing, body=""))
            app.notify(_("{number}: not sent, another console of yours has sent it").format(number=parcel.number))
            app.ticket_changed(writing.ticket_id)
            return
        news = since_line(others_since(card, writing.seen_seq, me, writing.seen_at))
        if news and writing.kind != "note":
            await self._give_up(parcel, news)
            return
        await self._send(parcel)

    async def _give_up(self, parcel: _Parcel, why: str) -> None:
        """Keep a text as a draft that does not go out, and say why in one sentence."""
        if parcel not in self._waiting:
            return
        self._waiting.remove(parcel)
        await self._as_draft(parcel.text)
        text = _("{number}: not sent, kept as a draft; {news}").format(number=parcel.number, news=why)
        self.app.notify(text, severity="warning", timeout=20)
        if isinstance(parcel.text, Writing):
            self.app.ticket_changed(parcel.text.ticket_id)

    async def _send(self, parcel: _Parcel) -> None:
        """Put a text on record; one that is refused stays a draft, and its author is told."""
        if parcel.is_going or parcel not in self._waiting:
            return
        writing = parcel.text
        if isinstance(writing, Circular):
            await self._deliver(parcel, writing)
            return
        act = conversation.note if writing.kind == "note" else conversation.reply
        if await self._is_out(parcel, asyncio.to_thread(self.app.drafts.send, act, writing)):
            self.app.notify(_("note saved") if writing.kind == "note" else _("reply sent"))
            self.app.ticket_changed(writing.ticket_id)

    async def _deliver(self, parcel: _Parcel, circular: Circular) -> None:
        """Put a text to many on record; for the tickets that refuse it, it stays a draft, and one notice names them."""
        delivery = parcel.delivery = parcel.delivery or Delivery(circular, len(circular.known))
        is_out = await self._is_out(parcel, deliver(self.app, delivery))
        parcel.text = delivery.rest
        if not is_out:
            return
        if delivery.rest.known:
            await self._as_draft(delivery.rest)
        for text, is_bad in delivered(circular.kind, delivery):
            self.app.notify(text, severity="warning" if is_bad else "information", timeout=20 if is_bad else None)

    async def _is_out(self, parcel: _Parcel, sending: Awaitable[object]) -> bool:
        """Return whether a text has gone out; one that finds no database waits, one that is refused stays a draft."""
        parcel.is_going = True
        try:
            await sending
        except Away as error:
            self._hold(parcel, error)
            return False
        except DeskError as error:
            await self._give_up(parcel, str(error))
            return False
        self._waiting.remove(parcel)
        return True

    def _hold(self, parcel: _Parcel, error: Away) -> None:
        """Let a text wait for the database, and say so."""
        parcel.timer, parcel.is_going = None, False
        self.app.failed(error)
        text = _("{number}: NOT SENT yet, goes out once the database is back; {key} takes it back")
        self._say(parcel, text, 20)

    async def _as_draft(self, sent: _Text) -> _Text:
        text = replace(sent, sent_at=None)
        # The file has it at once; a database that does not answer is not waited for.
        keeping = asyncio.create_task(asyncio.to_thread(self.app.drafts.keep, text))
        await asyncio.wait({keeping}, timeout=_PATIENCE_SECONDS)
        return text

    def _say(self, parcel: _Parcel, text: str, seconds: float) -> None:
        key = self.app.keymap.first("desk.undo")
        shown = text.format(number=parcel.number, n=round(self.seconds), key=key)
        self.app.notify(shown, timeout=seconds)
