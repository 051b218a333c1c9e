"""Changing what a ticket is: its priority, its service item. A re-target keeps start and pauses (R7)."""

from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, journal, opening
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.store import policies
from sharedops_core.store.tables import Person, ServiceItem, Ticket


def prioritise(
    session: Session, ticket_id: int, priority: int, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Set the priority (1 highest to 4); both clocks count on with the targets of the new one."""
    ticket = finding.ticket(session, ticket_id)
    finding.require_holder(session, ticket, actor)
    if not 1 <= priority <= 4:
        raise Refused(_("{value} is no priority; right would be 1 (highest) to 4").format(value=priority))
    if priority == ticket.priority:
        raise Refused(_("{number} has priority {value} already").format(number=ticket.number, value=priority))
    journal.move(
        session, ticket, "change", actor=actor, at=at, seen=seen,
        changes={"priority": priority}, detail={"priority": [ticket.priority, priority]},
    )  # fmt: skip
    return ticket


def reclassify(
    session: Session, ticket_id: int, code: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Make a ticket one of another service item; its clocks count on under the promise of that item.

    Team, holder and priority stay: moving it is a hand-off. Raises NotFound for an item that is not live, Refused
    for the one it has already.
    """
    ticket = finding.ticket(session, ticket_id)
    finding.require_holder(session, ticket, actor)
    item = opening.live_item(session, code)
    if item.id == ticket.item_id:
        raise Refused(_("{number} is {code} already").format(number=ticket.number, code=item.code))
    before = session.get(ServiceItem, ticket.item_id) if ticket.item_id else None
    journal.move(
        session, ticket, "change", actor=actor, at=at, seen=seen,
        changes={"terms_id": policies.current(session, item.policy_id)},
        detail={"item": [before.code if before else None, item.code]},
    )  # fmt: skip
    ticket.item_id, ticket.policy_id = item.id, item.policy_id
    session.flush()
    return ticket
