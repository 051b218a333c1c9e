"""A text to many tickets on its way: begun or gone on with, held against its tickets, delivered to each once.

What fields in it are filled with is read when it goes out, ticket by ticket.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from textual.content import Content

from sharedops_core.errors import Away, DeskError
from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_core.views.circulars import Addressee, CircularRow, addressees, circulars
from sharedops_tui import templates
from sharedops_tui.dialogs.ask import AskDialog
from sharedops_tui.dialogs.choice import ChoiceDialog, Option
from sharedops_tui.present.circular import NOTE, changed_line, label, left_out
from sharedops_tui.texts import Circular
from sharedops_tui.widgets.queue_table import QueueTable

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

_NEW, _SHOWN_WORDS = "new", 30


@dataclass
class Delivery:
    """How far a text to many is: what of it is still to go out, and to which tickets it does not go, and why."""

    rest: Circular
    total: int
    said_before: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)
    is_stopped: bool = False

    @property
    def gone(self) -> int:
        """Return on how many tickets the text is on record."""
        return self.total - len(self.rest.known)


def circular_of(row: CircularRow) -> Circular:
    """Return a text the database has, to go on with it."""
    return Circular(row.key, row.kind, row.body, row.known, row.sent_at)


async def begin(app: "SharedopsApp", kind: str, ticket_ids: Sequence[int]) -> None:
    """Open the composer for many tickets: one that was begun for the same ones goes on, for others one may choose."""
    begun = [one for one in await _begun(app) if one.kind == kind]
    same = next((one for one in begun if set(one.known) == set(ticket_ids)), None)
    if same is None and begun:
        options = [Option(_NEW, *_twice(_("a new text, to {tickets}").format(tickets=label(len(ticket_ids)))))]
        options += [Option(one.key, *_twice(_about(one))) for one in begun]
        chosen = await app.push_screen_wait(ChoiceDialog(_("Another text was begun"), _("go on with"), options))
        if chosen is None:
            return
        same = next((one for one in begun if one.key == chosen), None)
    if same is None:
        found = await asyncio.to_thread(app.bridge.read, addressees, dict.fromkeys(ticket_ids, 0), kind)
        same = Circular.begin(kind, {one.ticket_id: one.newest_seq for one in found})
    app.open_circular(same)


async def _begun(app: "SharedopsApp") -> list[Circular]:
    """Return the texts to many that are begun; what only a file has is newer than what the database has."""
    rows = await asyncio.to_thread(app.bridge.read, circulars)
    files = await asyncio.to_thread(app.drafts.circulars)
    return list(({one.key: circular_of(one) for one in rows} | {one.key: one for one in files}).values())


def _about(one: Circular) -> str:
    return f"{label(len(one.known))}  {one_line(one.body[:_SHOWN_WORDS])}"


def _twice(text: str) -> tuple[str, str]:
    return text, text


def refusals(circular: Circular, found: Sequence[Addressee]) -> list[tuple[str, str]]:
    """Return the tickets a text cannot go to, with the reasons; one out of sight has no number to say."""
    refused = [(one.number, one.hindrance) for one in found if one.hindrance is not None]
    hidden = len(circular.known) - len(found)
    return [*refused, *[("", _("one is not for you any more"))] * hidden]


async def meant(app: "SharedopsApp", circular: Circular) -> Circular | None:
    """Return a text for the tickets it is to go out to, None when it is not to.

    When others have changed some of them since it was begun, or some refuse it by now, that is said, and asked about.
    Where nobody else has, the line that was known stays: what another console of the author has said behind it counts.
    """
    found = await asyncio.to_thread(app.bridge.read, addressees, circular.known, circular.kind)
    able, refused = [one for one in found if one.hindrance is None], refusals(circular, found)
    if not able:
        app.notify(_("none of the tickets takes it any more; the text is kept as a draft"), severity="warning")
        return None
    news = [line for line in (changed_line(found), left_out(refused)) if line]
    if news:
        title = _("The tickets have changed since you began")
        yes = _("Send to {tickets}").format(tickets=label(len(able)))
        if not await app.push_screen_wait(AskDialog(title, list(map(Content, news)), yes)):
            return None
    known = {one.ticket_id: one.newest_seq if one.changes else circular.known[one.ticket_id] for one in able}
    return replace(circular, known=known)


async def deliver(app: "SharedopsApp", delivery: Delivery) -> None:
    """Let a text go out to its tickets, one after the other, each in a transaction of its own that strikes it off.

    What a ticket refuses, or others have changed meanwhile, stays on the text, with the reason. Raises Away when the
    database goes: what went out is gone from `rest` by then.
    """
    await asyncio.to_thread(app.drafts.deposit, delivery.rest)
    circular = delivery.rest
    found = await asyncio.to_thread(app.bridge.read, addressees, circular.known, circular.kind)
    delivery.left = [one for one in refusals(circular, found) if not one[0]]
    for one in found:
        if delivery.is_stopped:
            break
        if reason := _held_back(circular.kind, one):
            delivery.left.append((one.number, reason))
            continue
        body = templates.filled_for(circular.body, one, app.bridge.me.name, app.bridge.now())
        try:
            is_new = await asyncio.to_thread(app.drafts.send_to, one.ticket_id, circular, body)
        except Away:
            raise
        except DeskError as error:
            delivery.left.append((one.number, str(error)))
            continue
        delivery.rest = delivery.rest.without(one.ticket_id)
        delivery.said_before += not is_new
        app.ticket_changed(one.ticket_id)


def _held_back(kind: str, one: Addressee) -> str:
    if one.hindrance is not None:
        return one.hindrance
    return _("changed meanwhile") if one.changes and kind != NOTE else ""


def delivered(kind: str, delivery: Delivery) -> list[tuple[str, bool]]:
    """Return what is to be said at the end, and whether it is bad news: what went out, and what did not and why."""
    said = []
    if new := delivery.gone - delivery.said_before:
        one = _("note saved on {tickets}") if kind == NOTE else _("reply sent on {tickets}")
        said.append((one.format(tickets=label(new)), False))
    if delivery.said_before:
        text = _("{tickets}: not sent, another console of yours has sent it")
        said.append((text.format(tickets=label(delivery.said_before)), False))
    if delivery.is_stopped and delivery.rest.known:
        text = _("stopped; kept as a draft for the other {tickets}")
        said.append((text.format(tickets=label(len(delivery.rest.known))), True))
    elif delivery.left:
        reasons = one_line(left_out(delivery.left))
        said.append((_("{reasons} -- not sent there, kept as a draft for them").format(reasons=reasons), True))
    return said


def unmark(app: "SharedopsApp", known: Mapping[int, int]) -> None:
    """Drop the marks of tickets that a text goes to: what they were marked for is done."""
    for screen in app.screen_stack:
        for table in screen.query(QueueTable):
            table.marked -= known.keys()
            table.marks_changed()
