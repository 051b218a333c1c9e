"""Who else is at the tickets now, looking or writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.rules.presence import FRESH
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Person, Presence, Ticket


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody at a ticket."""

    ticket_id: int
    name: str
    is_writing: bool


def others(session: Session, now: datetime, *, reader: Reader | None = None) -> Sequence[Present]:
    """Return everybody but the reader who was at a ticket within the last moments, those who write first.

    At a ticket into which the reader may not see, nobody is.
    """
    if reader is None:
        return []
    found = session.exec(
        select(Presence, Person.name)
        .join(Person, col(Person.id) == col(Presence.person_id))
        .join(Ticket, col(Ticket.id) == col(Presence.ticket_id))
        .where(col(Presence.person_id) != reader.person_id, col(Presence.at) >= now - FRESH, visible(reader, "inside"))
        .order_by(col(Presence.is_writing).desc(), col(Person.login))
    )
    return [Present(one.ticket_id, name, one.is_writing) for one, name in found]
