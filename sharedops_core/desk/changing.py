"""Changing what a ticket is: its priority. A re-target keeps start and pauses (R7)."""

from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, journal
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.store.tables import Person, Ticket


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
