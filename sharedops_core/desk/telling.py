"""Telling people about a ticket, or a sheet of a shift: notices, each until its reader has seen it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session

from sharedops_core.rules import history, permissions
from sharedops_core.store import absences, access, companions
from sharedops_core.store.tables import Notice, Person, Ticket

_TELL = insert(Notice.__table__).inline()  # type: ignore[attr-defined]
"""Inline: nothing of it is read back, because nobody reads the notices of others."""

_HEARD = ("reply", "receive")
SHOWN = 200
"""So much of somebody's words stands in a notice; the thread has all of them."""


@dataclass(frozen=True)
class Told:
    """Somebody who is told something, and in whose place: of those who are absent, unless it is meant for both."""

    id: int
    login: str
    instead_of: tuple[str, ...] = ()


def tell(
    session: Session,
    ticket: Ticket | None,
    people: Iterable[Person | Told],
    kind: str,
    detail: Mapping[str, object],
    *,
    at: datetime,
    sheet_id: int | None = None,
) -> None:
    """Tell people something of a kind about a ticket, or about a sheet; nothing happens when there are none."""
    same = {"ticket_id": ticket.id if ticket else None, "sheet_id": sheet_id, "at": at, "kind": kind}
    if rows := [{"person_id": one.id, **same, "detail": dict(detail) | _for(one)} for one in people]:
        session.execute(_TELL, rows)


def _for(one: Person | Told) -> dict[str, object]:
    return {"for": list(one.instead_of)} if isinstance(one, Told) and one.instead_of else {}


def tell_companions(session: Session, ticket: Ticket, entry: history.Entry, words: str) -> None:
    """Tell whoever watches a ticket of what was said to or by its requester, and of another state.

    Of one that has become confidential since, those outside the lane hear no more: its words would lie in their notice.
    """
    if entry.act not in _HEARD and entry.from_state in (None, entry.state):
        return
    if people := with_right(session, companions.told(session, ticket.id, entry.actor_id), "inside", ticket):
        by = session.get(Person, entry.actor_id) if entry.actor_id else None
        detail = {"act": entry.act, "state": entry.state, "by": by.name if by else "", "words": words[:SHOWN]}
        tell(session, ticket, people, "watched", detail, at=entry.at)


def in_place(session: Session, people: Iterable[Person], ticket: Ticket | None, at: datetime) -> Sequence[Told]:
    """Return whom to tell instead of some people: of whoever is absent their deputy, if the ticket is open to them."""
    meant = list({one.id: one for one in people}.values())
    deputies = absences.deputies(session, [one.id for one in meant], at)
    found: dict[int, Told] = {}
    for one in meant:
        reached = _instead(session, one, deputies.get(one.id), ticket)
        before = found.get(reached.id)
        is_own = reached.id == one.id or (before is not None and not before.instead_of)
        names = () if is_own else (*(before.instead_of if before else ()), one.name)
        found[reached.id] = Told(reached.id, reached.login, names)
    return list(found.values())


def _instead(session: Session, person: Person, deputy_id: int | None, ticket: Ticket | None) -> Person:
    deputy = session.get(Person, deputy_id) if deputy_id is not None else None
    if deputy is None or ticket is None:
        return deputy or person
    return next(iter(with_right(session, [deputy], "inside", ticket)), person)


def with_right(session: Session, people: Iterable[Person], right: str, ticket: Ticket) -> Sequence[Person]:
    """Return those of some people who have a right to a ticket: of a confidential one not everybody hears."""
    return [one for one in people if permissions.allows(right, access.standing_of(session, one, ticket))]
