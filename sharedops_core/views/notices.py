"""What an agent has been told: alarms, what waits for their decision, who chases them, what is offered to them, what
becomes of their first-contact duties and tasks, and sheets of shifts that wait for a signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from sharedops_core.rules import push
from sharedops_core.rules.alarms import Step
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Notice, Ticket


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice: about which ticket, since when; of an alarm which clock at which point, and when that is due.

    `is_breach` says that the target is missed, `is_mine` that its reader holds the ticket. `between` are the codes of
    the teams that a ticket goes to and fro between, where that is what its reader has to decide; `by` is who chases,
    or offers, declines or had the first-contact duty, with what `words`; `to` is who has it now; `expired` is the team
    that has not answered a hand-off in time. `instead_of` are the absent in whose place its reader is told. A notice
    about a sheet of a shift has its `sheet_id`, and no ticket. `task` is the number of
    the task it is about; `act` and `state` say what became of a
    ticket that its reader watches.
    """

    notice_id: int
    ticket_id: int | None
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
    instead_of: tuple[str, ...] = ()
    sheet_id: int | None = None
    is_unread: bool = True
    task: str = ""
    act: str = ""
    state: str = ""


def unread(session: Session, *, reader: Reader | None = None, after: int = 0, limit: int = 100) -> Sequence[NoticeRow]:
    """Return what a reader has not seen yet, newest first; `after` leaves out what was shown before.

    A notice about a ticket that has become confidential since is not for everybody any more.
    """
    return _found(session, reader, limit, _is_unread(), col(Notice.id) > after)


def recent(session: Session, *, reader: Reader | None = None, limit: int = 50) -> Sequence[NoticeRow]:
    """Return what a reader was told last, newest first, whether they have seen it or not."""
    return _found(session, reader, limit)


def unread_count(session: Session, *, reader: Reader | None = None) -> int:
    """Return how much a reader has not seen yet."""
    return session.exec(
        select(func.count())
        .select_from(Notice)
        .join(Ticket, col(Ticket.id) == col(Notice.ticket_id), isouter=True)
        .where(_is_for(reader), _is_unread())
    ).one()


def _found(
    session: Session, reader: Reader | None, limit: int, *conditions: ColumnElement[bool]
) -> Sequence[NoticeRow]:
    found = session.exec(
        select(Notice, Ticket)
        .join(Ticket, col(Ticket.id) == col(Notice.ticket_id), isouter=True)
        .where(_is_for(reader), *conditions)
        .order_by(col(Notice.id).desc())
        .limit(limit)
    )
    return [_row(notice, ticket, reader) for notice, ticket in found]


def _is_for(reader: Reader | None) -> ColumnElement[bool]:
    # What has been decided meanwhile is nobody's to decide any more.
    is_up = or_(col(Notice.kind) != "bounce", col(Ticket.bounce).is_not(None))
    # What is offered to somebody else meanwhile, or held, is nobody else's to answer.
    is_up &= or_(col(Notice.kind) != push.PUSH, col(Ticket.pushed_id) == col(Notice.person_id))
    is_up &= or_(col(Notice.kind) != push.RUN_OUT, col(Ticket.assignee_id).is_(None))
    is_seen = or_(col(Notice.sheet_id).is_not(None), and_(col(Ticket.id).is_not(None), visible(reader, "inside")))
    return and_(col(Notice.person_id) == (reader.person_id if reader else None), is_up, is_seen)


def _is_unread() -> ColumnElement[bool]:
    return col(Notice.read_at).is_(None)


def _row(notice: Notice, ticket: Ticket | None, reader: Reader | None) -> NoticeRow:
    due, clock, point = (str(notice.detail.get(name) or "") for name in ("due", "clock", "at"))
    return NoticeRow(
        notice.id, notice.ticket_id, ticket.number if ticket else "", ticket.subject if ticket else "", notice.at,
        clock, point, datetime.fromisoformat(due) if due else None, bool(point) and Step(clock, point).is_breach,
        reader is not None and ticket is not None and ticket.assignee_id == reader.person_id,
        _several(notice, "between"), str(notice.detail.get("by") or ""), str(notice.detail.get("words") or ""),
        notice.kind, str(notice.detail.get("to") or ""), str(notice.detail.get("expired") or ""),
        _several(notice, "for"), notice.sheet_id, notice.read_at is None, str(notice.detail.get("task") or ""),
        str(notice.detail.get("act") or ""), str(notice.detail.get("state") or ""),
    )  # fmt: skip


def _several(notice: Notice, name: str) -> tuple[str, ...]:
    found = notice.detail.get(name)
    return tuple(map(str, found)) if isinstance(found, list) else ()
