"""Links as rows: made here, said to hold by the journal alone, read from either end."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, insert, or_, select, update
from sqlmodel import Session, col

from sharedops_core.rules import links as linking
from sharedops_core.store import turns
from sharedops_core.store.tables import Ticket, TicketLink

_LINKS: Table = TicketLink.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class End:
    """A link as it looks from one of its tickets: which link, how it looks, and the ticket at the other end."""

    link_id: int
    role: str
    ticket_id: int
    other_id: int


def new(session: Session, role: str, ticket_id: int, other_id: int) -> int:
    """Write a link that looks like this from a ticket, and return its id; it holds once the journals say so."""
    kind, is_from = linking.ROLES[role]
    ends = (ticket_id, other_id) if is_from else (other_id, ticket_id)
    link_id = turns.new_ids(session, TicketLink, 1)[0]
    row = {"id": link_id, "kind": kind, "from_id": ends[0], "to_id": ends[1], "is_live": False}
    session.connection().execute(insert(_LINKS).inline(), row)
    return link_id


def write(session: Session, ticket: Ticket, said: Iterable[linking.Said]) -> None:
    """Let links hold, or no longer, as a line in the journal of a ticket says."""
    for one in said:
        is_this = _LINKS.c.id == one.link_id
        session.connection().execute(update(_LINKS).where(is_this).values(is_live=one.is_live))
        if one.role == "merged_into":
            into = select(_LINKS.c.to_id).where(is_this)
            ticket.merged_into_id = session.connection().execute(into).scalar() if one.is_live else None
            session.flush()


def ends(session: Session, ticket_ids: Collection[int], *kinds: str, is_live: bool = True) -> Sequence[End]:
    """Return the links of tickets, each as it looks from there, in the order they were made; of no kind said, all."""
    touches = or_(_LINKS.c.from_id.in_(ticket_ids), _LINKS.c.to_id.in_(ticket_ids))
    asked = select(_LINKS).where(touches).order_by(_LINKS.c.id)
    for condition in _narrowed(kinds, is_live=is_live):
        asked = asked.where(condition)
    found = []
    for row in session.connection().execute(asked):
        for ticket_id, other_id, role in zip(
            (row.from_id, row.to_id), (row.to_id, row.from_id), linking.ENDS[row.kind], strict=True
        ):
            if ticket_id in ticket_ids:
                found.append(End(row.id, role, ticket_id, other_id))
    return found


def _narrowed(kinds: Sequence[str], *, is_live: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_LINKS.c.kind.in_(kinds)] if kinds else []
    return [*found, _LINKS.c.is_live.is_(True)] if is_live else found


def others(session: Session, ticket_id: int, link_ids: Iterable[int]) -> dict[int, int]:
    """Return by link which ticket is at its other end, for links of a ticket that a line of its journal names."""
    asked = select(_LINKS.c.id, _LINKS.c.from_id, _LINKS.c.to_id).where(_LINKS.c.id.in_(list(link_ids)))
    rows = session.connection().execute(asked)
    return {row.id: row.to_id if row.from_id == ticket_id else row.from_id for row in rows}


def merged_into(session: Session, ticket_ids: Collection[int]) -> list[int]:
    """Return the tickets that were merged into these, and into those, by id."""
    found: set[int] = set()
    wanted = set(ticket_ids)
    while wanted:
        asked = select(col(Ticket.id)).where(col(Ticket.merged_into_id).in_(wanted))
        wanted = set(session.execute(asked).scalars()) - found
        found |= wanted
    return sorted(found)


def final(session: Session, ticket_id: int) -> int:
    """Return the ticket in which one goes on: itself, or the end of the chain of mergings that begins with it."""
    seen: set[int] = set()
    while ticket_id not in seen:  # whoever writes past the desk could close a circle
        seen.add(ticket_id)
        into = session.execute(select(col(Ticket.merged_into_id)).where(col(Ticket.id) == ticket_id)).scalar()
        ticket_id = into or ticket_id
    return ticket_id
