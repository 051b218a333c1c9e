"""Who is about a ticket besides its holder, as rows: watchers, and experts while they are asked for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, delete, insert, select, update
from sqlmodel import Session, col

from sharedops_core.rules import lifecycle
from sharedops_core.store.tables import Person, TicketPerson

_PEOPLE: Table = TicketPerson.__table__  # type: ignore[attr-defined]
WATCHER, EXPERT = "watcher", "expert"
INVITED, JOINED = "invited", "joined"


def told(session: Session, ticket_id: int, but: int | None) -> Sequence[Person]:
    """Return who wants to hear what becomes of a ticket, without whoever did it: watchers, and experts that came."""
    is_here = _PEOPLE.c.ended_at.is_(None) & _PEOPLE.c.state.in_(("watching", JOINED))
    ids = select(_PEOPLE.c.person_id).where(_PEOPLE.c.ticket_id == ticket_id, is_here)
    asked = select(Person).where(col(Person.id).in_(ids), col(Person.id).is_distinct_from(but))
    return session.execute(asked.order_by(col(Person.id))).scalars().all()


def one(session: Session, ticket_id: int, person_id: int, role: str) -> TicketPerson | None:
    """Return how somebody stands in a role to a ticket; None where they do not, or no longer."""
    found = session.get(TicketPerson, (ticket_id, person_id, role), populate_existing=True)
    return found if found is not None and found.ended_at is None else None


def put(session: Session, ticket_id: int, person_id: int, role: str, state: str, *, by_id: int, at: datetime) -> None:
    """Write how somebody stands to a ticket, whatever was there."""
    _where = (_PEOPLE.c.ticket_id == ticket_id, _PEOPLE.c.person_id == person_id, _PEOPLE.c.role == role)
    values = {"state": state, "by_id": by_id, "at": at, "ended_at": None}
    done = session.connection().execute(update(_PEOPLE).where(*_where).values(values))
    if not done.rowcount:
        key = {"ticket_id": ticket_id, "person_id": person_id, "role": role}
        session.connection().execute(insert(_PEOPLE).inline(), key | values)


def remove(session: Session, ticket_id: int, person_id: int, role: str) -> None:
    """Forget that somebody stood in a role to a ticket."""
    session.connection().execute(
        delete(_PEOPLE).where(
            _PEOPLE.c.ticket_id == ticket_id, _PEOPLE.c.person_id == person_id, _PEOPLE.c.role == role
        )
    )


def settle(session: Session, ticket_id: int, before: str | None, after: str, at: datetime) -> None:
    """Let the experts go when a ticket is settled by a line of its journal."""
    if before in lifecycle.OPEN_STATES and after not in lifecycle.OPEN_STATES:
        meant = _PEOPLE.c.ticket_id == ticket_id, _PEOPLE.c.role == EXPERT, _PEOPLE.c.ended_at.is_(None)
        session.connection().execute(update(_PEOPLE).where(*meant).values(ended_at=at))


def call_back(session: Session, ticket_id: int, ended_at: datetime) -> None:
    """Let the experts be there again who went at an instant, because the act that let them go is undone."""
    meant = _PEOPLE.c.ticket_id == ticket_id, _PEOPLE.c.role == EXPERT, _PEOPLE.c.ended_at == ended_at
    session.connection().execute(update(_PEOPLE).where(*meant).values(ended_at=None))
