"""The texts somebody has begun and not sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Draft, Ticket


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A text its author has begun: `seen_seq` is the journal line known then, `sent_at` when it was to go out."""

    ticket_id: int
    number: str
    kind: str
    body: str
    changed_at: datetime
    seen_seq: int
    sent_at: datetime | None


def drafts(session: Session, ticket_id: int | None = None, *, reader: Reader | None = None) -> Sequence[DraftRow]:
    """Return the reader's own drafts, newest first, all or those on one ticket; only on tickets they may still see."""
    if reader is None:
        return []
    statement = select(Draft, Ticket.number).join(Ticket, col(Ticket.id) == col(Draft.ticket_id))
    statement = statement.where(col(Draft.author_id) == reader.person_id, visible(reader))
    if ticket_id is not None:
        statement = statement.where(col(Draft.ticket_id) == ticket_id)
    return [
        DraftRow(one.ticket_id, number, one.kind, one.body, one.changed_at, one.seen_seq, one.sent_at)
        for one, number in session.exec(statement.order_by(col(Draft.changed_at).desc()))
    ]
