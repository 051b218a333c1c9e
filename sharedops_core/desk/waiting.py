"""Waiting for somebody outside the desk, with the reason that decides which clocks stand still (product E3)."""

from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, journal
from sharedops_core.store.tables import Person, Ticket


def wait(
    session: Session, ticket_id: int, reason: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Set a ticket to waiting for a known reason; clocks that the reason pauses have no due time until resumed."""
    ticket = finding.ticket(session, ticket_id, "wait", actor)
    code = finding.reason(session, "waiting", reason)
    journal.move(session, ticket, "wait", actor=actor, at=at, seen=seen, reason=code, changes={"waiting_reason": code})
    return ticket


def resume(session: Session, ticket_id: int, *, actor: Person, at: datetime, seen: int | None = None) -> Ticket:
    """Go on with a ticket that waited."""
    ticket = finding.ticket(session, ticket_id, "resume", actor)
    journal.move(session, ticket, "resume", actor=actor, at=at, seen=seen)
    return ticket
