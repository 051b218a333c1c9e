"""Tags as their readers may see them: those of tickets, and those in use, which is what can be completed."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from sharedops_core.rules.text import one_line
from sharedops_core.store import tags
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Ticket, TicketTag

MOST = 500
"""How many tags are offered; a desk that has more finds them by a query."""


def of(session: Session, ticket_ids: Sequence[int], *, reader: Reader | None = None) -> dict[int, tuple[str, ...]]:
    """Return the tags of tickets whose inside a reader may see; a ticket without any is left out."""
    return tags.of(session, ticket_ids, visible(reader, "inside"))


def in_use(session: Session, *, reader: Reader | None = None) -> list[str]:
    """Return the tags of the tickets whose inside a reader may see, in the order of the alphabet.

    One that only others' confidential tickets have is not among them. From tag to tag through the index: however many
    tickets have a tag, few are looked at.
    """

    is_seen = visible(reader, "inside")

    def behind(tag: object) -> ColumnElement[str]:
        named = col(TicketTag.tag)
        of_seen = select(named).join(Ticket, col(Ticket.id) == col(TicketTag.ticket_id)).where(is_seen)
        return of_seen.where(named > tag).order_by(named).limit(1).scalar_subquery()

    found = select(behind("").label("tag")).cte("found", recursive=True)
    found = found.union_all(select(behind(found.c.tag)).where(found.c.tag.is_not(None)))
    rows = session.execute(select(found.c.tag).where(found.c.tag.is_not(None)).limit(MOST))
    return [one_line(row.tag) for row in rows]
