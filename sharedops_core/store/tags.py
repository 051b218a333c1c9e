"""The tags of tickets as rows: read for many tickets at once, written by the journal alone."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, Table, bindparam, delete, insert, select
from sqlmodel import Session, col

from sharedops_core.store.tables import Ticket, TicketTag

_AT_ONCE = 1000
_TAGS: Table = TicketTag.__table__  # type: ignore[attr-defined]
_OF_TICKETS = (
    select(_TAGS.c.ticket_id, _TAGS.c.tag)
    .where(_TAGS.c.ticket_id.in_(bindparam("ids", expanding=True)))
    .order_by(_TAGS.c.ticket_id, _TAGS.c.tag)
)
_ADD = insert(_TAGS)
_REMOVE = delete(_TAGS).where(
    _TAGS.c.ticket_id == bindparam("of_ticket"), _TAGS.c.tag.in_(bindparam("gone", expanding=True))
)


def of(
    session: Session, ticket_ids: Sequence[int], seen: ColumnElement[bool] | None = None
) -> dict[int, tuple[str, ...]]:
    """Return the tags of tickets, of those that fit `seen`, in the order of the alphabet; others are left out."""
    found: dict[int, tuple[str, ...]] = {}
    asked = _OF_TICKETS if seen is None else _OF_TICKETS.join(Ticket, col(Ticket.id) == _TAGS.c.ticket_id).where(seen)
    for start in range(0, len(ticket_ids), _AT_ONCE):
        rows = session.connection().execute(asked, {"ids": ticket_ids[start : start + _AT_ONCE]})
        found |= {key: tuple(row.tag for row in of_one) for key, of_one in groupby(rows, key=lambda row: row.ticket_id)}
    return found


def write(session: Session, ticket_id: int, added: Iterable[str], removed: Iterable[str]) -> None:
    """Take tags away from a ticket that has them, and give it others that it has not."""
    if gone := list(removed):
        session.connection().execute(_REMOVE, {"of_ticket": ticket_id, "gone": gone})
    if new := [{"ticket_id": ticket_id, "tag": tag} for tag in added]:
        session.connection().execute(_ADD, new)
