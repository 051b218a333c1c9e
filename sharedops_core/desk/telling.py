"""Telling people about a ticket: notices, each until its reader has seen it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session

from sharedops_core.rules import permissions
from sharedops_core.store import absences, access
from sharedops_core.store.tables import Notice, Person, Ticket

_TELL = insert(Notice.__table__).inline()  # type: ignore[attr-defined]
"""Inline: nothing of it is read back, because nobody reads the notices of others."""

SHOWN = 200
"""So much of somebody's words stands in a notice; the thread has all of them."""


def tell(
    session: Session, ticket: Ticket, people: Iterable[Person], kind: str, detail: Mapping[str, object], *, at: datetime
) -> None:
    """Tell people something of a kind about a ticket; nothing happens when there are none."""
    same = {"ticket_id": ticket.id, "at": at, "kind": kind, "detail": detail}
    if rows := [{"person_id": one.id, **same} for one in people]:
        session.execute(_TELL, rows)


def in_place(session: Session, people: Iterable[Person], ticket: Ticket, at: datetime) -> Sequence[Person]:
    """Return whom to tell instead of some people: of whoever is absent their deputy, if the ticket is open to them."""
    meant = list({one.id: one for one in people}.values())
    deputies = absences.deputies(session, [one.id for one in meant], at)
    found = {one.id: _instead(session, one, deputies.get(one.id), ticket) for one in meant}
    return list({one.id: one for one in found.values()}.values())


def _instead(session: Session, person: Person, deputy_id: int | None, ticket: Ticket) -> Person:
    deputy = session.get(Person, deputy_id) if deputy_id is not None else None
    return next(iter(with_right(session, [deputy], "inside", ticket)), person) if deputy else person


def with_right(session: Session, people: Iterable[Person], right: str, ticket: Ticket) -> Sequence[Person]:
    """Return those of some people who have a right to a ticket: of a confidential one not everybody hears."""
    return [one for one in people if permissions.allows(right, access.standing_of(session, one, ticket))]
