"""Who is at a ticket: said while one looks or writes, forgotten by itself, and never a line of the journal."""

from datetime import datetime

from sqlmodel import Session, col, delete

from sharedops_core.errors import NotFound
from sharedops_core.i18n import _
from sharedops_core.rules.presence import FRESH
from sharedops_core.store import access
from sharedops_core.store.tables import Person, Presence


def stay(session: Session, ticket_id: int, *, is_writing: bool, actor: Person, at: datetime) -> None:
    """Say that the actor looks at a ticket, or writes on it; what they said long ago is swept away.

    Asks the right to write a note: who works no tickets is at none. Raises NotFound where they have it not. The ticket
    is not locked for it: this is said every few seconds.
    """
    session.execute(delete(Presence).where(col(Presence.person_id) == actor.id, col(Presence.at) < at - FRESH))
    if not access.may(session, access.reader(session, actor), "note", ticket_id):
        raise NotFound(_("there is no ticket {number}").format(number=ticket_id))
    found = session.get(Presence, (ticket_id, actor.id))
    if found is None:
        session.add(Presence(ticket_id=ticket_id, person_id=actor.id, is_writing=is_writing, at=at))
        return
    found.at = at
    if found.is_writing != is_writing:
        found.is_writing = is_writing


def leave(session: Session, ticket_id: int, *, actor: Person, at: datetime) -> None:
    """Say that the actor looks elsewhere now."""
    found = session.get(Presence, (ticket_id, actor.id))
    if found is not None:
        session.delete(found)
