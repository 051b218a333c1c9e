"""What an agent has been told and not seen yet: alarms, what waits for their decision, who chases them,
and what becomes of their first-contact duties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from sharedops_core.rules.alarms import Step
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Notice, Ticket


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice: about which ticket, since when; of an alarm which clock at which point, and when that is due.

    `is_breach` says that the target is missed, `is_mine` that its reader holds the ticket. `between` are the codes of
    the teams that a ticket goes to and fro between, where that is what its reader has to decide; `by` is who chases,
    or offers, declines or had the first-contact duty, with what `words`; `to` is who has it now; `expired` is the team
    that has not answered a hand-off in time.
    """

    notice_id: int
    ticket_id: int
    number: str
    subject: str
    at: datetime
    clock: str
    point: str
    due_at: datetime | None
    is_breach: bool
    is_mine: bool
    between: tuple[str, ...] = ()
    by: str = ""
    words: str = ""
    kind: str = "alarm"
    to: str = ""
    expired: str = ""


def unread(session: Session, *, reader: Reader | None = None, after: int = 0, limit: int = 100) -> Sequence[NoticeRow]:
    """Return what a reader has not seen yet, newest first; `after` leaves out what was shown before.

    A notice about a ticket that has become confidential since is not for everybody any more.
    """
    found = session.exec(
        select(Notice, Ticket)
        .join(Ticket, col(Ticket.id) == col(Notice.ticket_id))
        .where(_is_unread(reader), visible(reader, "inside"), col(Notice.id) > after)
        .order_by(col(Notice.id).desc())
        .limit(limit)
    )
    return [_row(notice, ticket, reader) for notice, ticket in found]


def unread_count(session: Session, *, reader: Reader | None = None) -> int:
    """Return how much a reader has not seen yet."""
    return session.exec(
        select(func.count())
        .select_from(Notice)
        .join(Ticket, col(Ticket.id) == col(Notice.ticket_id))
        .where(_is_unread(reader), visible(reader, "inside"))
    ).one()


def _is_unread(reader: Reader | None) -> ColumnElement[bool]:
    # What has been decided meanwhile is nobody's to decide any more.
    is_up = or_(col(Notice.kind) != "bounce", col(Ticket.bounce).is_not(None))
    return and_(col(Notice.person_id) == (reader.person_id if reader else None), col(Notice.read_at).is_(None), is_up)


def _row(notice: Notice, ticket: Ticket, reader: Reader | None) -> NoticeRow:
    due, clock, point = (str(notice.detail.get(name) or "") for name in ("due", "clock", "at"))
    return NoticeRow(
        notice.id, ticket.id, ticket.number, ticket.subject, notice.at, clock, point,
        datetime.fromisoformat(due) if due else None, bool(point) and Step(clock, point).is_breach,
        reader is not None and ticket.assignee_id == reader.person_id, _between(notice),
        str(notice.detail.get("by") or ""), str(notice.detail.get("words") or ""),
        notice.kind, str(notice.detail.get("to") or ""),
        str(notice.detail.get("expired") or ""),
    )  # fmt: skip


def _between(notice: Notice) -> tuple[str, ...]:
    found = notice.detail.get("between")
    return tuple(map(str, found)) if isinstance(found, list) else ()
