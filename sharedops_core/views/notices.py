"""What an agent has been told and not seen yet: alarms on tickets they hold, lead or answer for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from sharedops_core.store.tables import Notice, Ticket


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice: about which ticket, since when, which clock at which point, and when that is due."""

    notice_id: int
    ticket_id: int
    number: str
    subject: str
    at: datetime
    clock: str
    point: str
    due_at: datetime | None


def unread(session: Session, person_id: int, *, after: int = 0, limit: int = 100) -> Sequence[NoticeRow]:
    """Return what a person has not seen yet, newest first; `after` leaves out what was shown before."""
    found = session.exec(
        select(Notice, Ticket)
        .join(Ticket, col(Ticket.id) == col(Notice.ticket_id))
        .where(col(Notice.person_id) == person_id, col(Notice.read_at).is_(None), col(Notice.id) > after)
        .order_by(col(Notice.id).desc())
        .limit(limit)
    )
    return [_row(notice, ticket) for notice, ticket in found]


def unread_count(session: Session, person_id: int) -> int:
    """Return how much a person has not seen yet."""
    return session.exec(
        select(func.count())
        .select_from(Notice)
        .where(col(Notice.person_id) == person_id, col(Notice.read_at).is_(None))
    ).one()


def _row(notice: Notice, ticket: Ticket) -> NoticeRow:
    due = notice.detail.get("due")
    return NoticeRow(
        notice.id, ticket.id, ticket.number, ticket.subject, notice.at, str(notice.detail.get("clock", "")),
        str(notice.detail.get("at", "")), datetime.fromisoformat(str(due)) if due else None,
    )  # fmt: skip
