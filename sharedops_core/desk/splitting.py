"""Splitting (拆分): a second matter in a ticket becomes one of its own, linked to where it came from.

Whoever splits takes that request for the first time, so they are its first-contact owner (product D2); the duty for the
first one stays where it is.
"""

from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, linking, opening
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.rules.request import CHANNELS, Request
from sharedops_core.store.tables import Message, Person, ServiceItem, Ticket


def split(
    session: Session,
    ticket_id: int,
    words: str,
    *,
    message_id: int | None = None,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> Ticket:
    """Open a second ticket for the same requester with own words, or with one of their messages; return the new one.

    `words` are then its subject, empty for the beginning of the message. Raises Refused when there is neither, and for
    a message that is not the requester's on this ticket.
    """
    ticket = finding.ticket(session, ticket_id, "split", actor)
    lifecycle.after("split", ticket.state)
    body = _message(session, ticket, message_id) if message_id is not None else ""
    subject = words if words.strip() or not body else body
    requester = session.get(Person, ticket.requester_id) if ticket.requester_id else None
    request = Request(
        subject=finding.text(subject, _("the subject")), body=body, requester=requester.login if requester else "",
        item=_item(session, ticket), priority=ticket.priority, kind=ticket.kind,
        channel=ticket.channel if ticket.channel in CHANNELS else "console",
    )  # fmt: skip
    made = opening.open_ticket(session, request, actor=actor, at=at)
    linking.connect(session, "split", ticket, "split_into", made, actor=actor, at=at, seen=seen)
    return made


def _message(session: Session, ticket: Ticket, message_id: int) -> str:
    found = session.get(Message, message_id)
    if found is None or found.ticket_id != ticket.id or found.direction != "in":
        raise Refused(_("{number} has no such message of its requester").format(number=ticket.number))
    return found.body


def _item(session: Session, ticket: Ticket) -> str | None:
    """Return the service item of a ticket; of an open one that has been retired none is better than none at all."""
    item = session.get(ServiceItem, ticket.item_id) if ticket.item_id else None
    return item.code if item is not None and (item.state == "live" or ticket.lane is not None) else None
