"""Texts to many tickets: those somebody has begun, and to whom one goes, as its tickets stand now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from sharedops_core.rules.commitments import KINDS, TO_REQUESTER
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Circular, Clock, Event, Person, ServiceItem, Team, Ticket
from sharedops_core.views.targets import targets


@dataclass(frozen=True, slots=True)
class CircularRow:
    """A text to many its author has begun: `known` is per ticket the journal line known then.

    `numbers` are those of the tickets that its author may still see, `sent_at` is when it was to go out.
    """

    key: str
    kind: str
    body: str
    known: Mapping[int, int]
    numbers: tuple[str, ...]
    changed_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """A ticket that a text is to go to, with what fields in it are filled with.

    `hindrance` says why it cannot go there, `changes` how many lines others have written behind the one that was
    known, `is_held` whether anybody has the ticket in hand.
    """

    ticket_id: int
    number: str
    version: int
    subject: str
    requester_id: int | None
    requester: str
    language: str
    item_en: str
    item_zh: str
    team_en: str
    team_zh: str
    due_at: datetime | None
    is_held: bool
    newest_seq: int
    changes: int
    hindrance: str | None


def circulars(session: Session, *, reader: Reader | None = None) -> Sequence[CircularRow]:
    """Return the reader's own texts to many, newest first, whatever has become of their tickets."""
    if reader is None:
        return []
    found = session.exec(select(Circular).where(col(Circular.author_id) == reader.person_id)).all()
    ids = {int(one) for row in found for one in row.known}
    seen = select(Ticket.id, Ticket.number).where(col(Ticket.id).in_(ids), visible(reader))
    numbers = dict(session.exec(seen).all())
    return [
        _row(one, {int(ticket_id): seq for ticket_id, seq in one.known.items()}, numbers)
        for one in sorted(found, key=lambda one: one.changed_at, reverse=True)
    ]


def _row(one: Circular, known: Mapping[int, int], numbers: Mapping[int, str]) -> CircularRow:
    seen = tuple(numbers[ticket_id] for ticket_id in sorted(known) if ticket_id in numbers)
    return CircularRow(one.key, one.kind, one.body, known, seen, one.changed_at, one.sent_at)


def addressees(
    session: Session, known: Mapping[int, int], kind: str, *, reader: Reader | None = None
) -> Sequence[Addressee]:
    """Return the tickets of a text that the reader may see, by id, as it meets them; nine readings for any number.

    `kind` is "reply" or "note"; a ticket of which no line is known (0) has no changes.
    """
    if reader is None:
        return []
    found = {one.ticket_id: one for one in targets(session, list(known), kind, reader=reader)}
    newest = dict(session.exec(_newest(list(found))).all())
    changes = _changes(session, {one: seq for one, seq in known.items() if one in found and seq}, reader)
    due = _due(session, list(found))
    rows = session.exec(
        select(Ticket, Person, ServiceItem, Team)
        .join(Person, col(Person.id) == col(Ticket.requester_id), isouter=True)
        .join(ServiceItem, col(ServiceItem.id) == col(Ticket.item_id), isouter=True)
        .join(Team, col(Team.id) == col(Ticket.team_id), isouter=True)
        .where(col(Ticket.id).in_(list(found)))
        .order_by(col(Ticket.id))
    )
    return [
        Addressee(
            ticket.id, ticket.number, ticket.version, ticket.subject,
            ticket.requester_id, person.name if person else "", person.language if person else "",
            item.name_en if item else "", item.name_zh if item else "",
            team.name_en if team else "", team.name_zh if team else "",
            due.get(ticket.id), ticket.assignee_id is not None, newest.get(ticket.id, 0), changes.get(ticket.id, 0),
            found[ticket.id].hindrance,
        )
        for ticket, person, item, team in rows
    ]  # fmt: skip


def _newest(ids: Sequence[int]) -> Any:
    return select(Event.ticket_id, func.max(Event.seq)).where(col(Event.ticket_id).in_(ids)).group_by("ticket_id")


def _changes(session: Session, known: Mapping[int, int], reader: Reader) -> dict[int, int]:
    """Count per ticket what others have written behind the line that was known."""
    lines = select(Event.ticket_id, Event.seq).where(
        col(Event.ticket_id).in_(list(known)), col(Event.seq) > min(known.values(), default=0),
        col(Event.actor_id).is_not(None), col(Event.actor_id) != reader.person_id,
    )  # fmt: skip
    found: dict[int, int] = {}
    for ticket_id, seq in session.exec(lines):
        found[ticket_id] = found.get(ticket_id, 0) + (seq > known[ticket_id])
    return found


def _due(session: Session, ids: Sequence[int]) -> dict[int, datetime | None]:
    """Return per ticket when the clock its requester feels is due, the one that stands first on its card."""
    running = select(Clock).where(
        col(Clock.ticket_id).in_(ids),
        col(Clock.due_at).is_not(None),
        col(Clock.stopped_at).is_(None),
        col(Clock.kind).in_(TO_REQUESTER),
    )
    rows = sorted(session.exec(running), key=lambda row: (KINDS.index(row.kind), row.nth), reverse=True)
    return {row.ticket_id: row.due_at for row in rows}
