"""The queue: pages of open tickets in the order in which they fall due, and the counts beside the view names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from sharedops_core.rules import lifecycle
from sharedops_core.store.access import Reader, tally, visible
from sharedops_core.store.tables import Event, Membership, Person, Team, Ticket

VIEWS = (
    "mine",
    "first_contact",
    "line_1",
    "line_2",
    "line_3",
    "breaching",
    "waiting",
    "offered",
    "open",
    "resolved",
)
WARN_WITHIN = timedelta(minutes=30)
PAGE_SIZE = 100

_assignee, _requester = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue. `due_at` is None while paused, then `left` holds what remains of the next clock."""

    ticket_id: int
    number: str
    subject: str
    state: str
    waiting_reason: str | None
    priority: int
    lane: str | None
    line: int
    channel: str
    next_clock: str | None
    due_at: datetime | None
    left: timedelta | None
    is_paused: bool
    team_code: str
    team_en: str
    team_zh: str
    assignee_id: int | None
    assignee: str
    assignee_login: str
    first_contact_id: int | None
    requester: str
    is_vip: bool
    offered_team_id: int | None
    offered_agent_id: int | None
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None
    version: int
    cursor: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows and the cursor behind its last row, None at the end."""

    rows: tuple[QueueRow, ...]
    after: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Question:
    """What a queue shows: a view, whose, and a text that number, subject, requester or holder must contain."""

    view: str = "open"
    person_id: int | None = None
    text: str = ""
    sort: str = "due"


@dataclass(frozen=True, slots=True)
class News:
    """The id of the last journal line, which grows when somebody acts, and how many new ones others wrote."""

    newest: int
    count: int


SORTS = ("due", "priority", "opened", "changed")


def page(
    session: Session,
    question: Question,
    now: datetime,
    *,
    reader: Reader | None = None,
    after: tuple[Any, ...] | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Return the next page behind `after` of what a reader may see; running clocks by due time, then paused ones."""
    columns = _order(question)
    statement = _rows().where(_condition(question, now), visible(reader)).order_by(*columns).limit(size)
    if question.text.strip():
        statement = statement.where(_matches(question.text.strip()))
    if after is not None:
        statement = statement.where(tuple_(*columns) > tuple_(*after))
    rows = tuple(_row(found, columns) for found in session.execute(statement).mappings())
    return Page(rows, rows[-1].cursor if len(rows) == size else None)


def row(session: Session, ticket_id: int, *, reader: Reader | None = None) -> QueueRow | None:
    """Return the line of one ticket, whatever its state; None when there is none for this reader."""
    columns = _order(Question())
    found = session.execute(_rows().where(col(Ticket.id) == ticket_id, visible(reader))).mappings().first()
    return _row(found, columns) if found else None


def counts(session: Session, now: datetime, *, reader: Reader | None = None) -> dict[str, int]:
    """Return how many tickets each view holds now for its reader."""
    me = reader.person_id if reader else None
    return tally(session, reader, {view: _condition(Question(view, me), now) for view in VIEWS})


def news(session: Session, after: int = 0, *, reader: Reader | None = None) -> News:
    """Return the last journal line that a reader may know of, and how many behind `after` tell of what others did."""
    line = col(Event.id)
    if not after:
        seen = select(line).join(Ticket, col(Ticket.id) == col(Event.ticket_id)).where(visible(reader))
        return News(session.execute(seen.order_by(line.desc()).limit(1)).scalar() or 0, 0)
    others = col(Event.actor_id).is_distinct_from(reader.person_id if reader else None)
    new = select(func.max(line), func.count().filter(others)).join(Ticket, col(Ticket.id) == col(Event.ticket_id))
    newest, count = session.execute(new.where(line > after, visible(reader))).one()
    return News(newest or after, count)


def _order(question: Question) -> list[Any]:
    due: list[Any] = [col(Ticket.is_paused), col(Ticket.queue_at), col(Ticket.id)]
    if question.view == "resolved":
        return [col(Ticket.resolved_at), col(Ticket.id)]
    return {
        "due": due,
        "priority": [col(Ticket.priority), *due],
        "opened": [col(Ticket.opened_at), col(Ticket.id)],
        "changed": [col(Ticket.changed_at), col(Ticket.id)],
    }[question.sort]


def _condition(question: Question, now: datetime) -> ColumnElement[bool]:
    is_open = col(Ticket.queue_at).is_not(None)
    me = question.person_id
    teams = select(col(Membership.team_id)).where(col(Membership.person_id) == me)
    conditions: dict[str, ColumnElement[bool]] = {
        "open": is_open,
        "mine": and_(is_open, col(Ticket.assignee_id) == me),
        "first_contact": and_(is_open, col(Ticket.first_contact_id) == me),
        "line_1": and_(is_open, col(Ticket.line) == 1),
        "line_2": and_(is_open, col(Ticket.line) == 2),
        "line_3": and_(is_open, col(Ticket.line) == 3),
        "breaching": and_(col(Ticket.queue_at) < now + WARN_WITHIN, col(Ticket.is_paused).is_(False)),
        "waiting": and_(is_open, col(Ticket.state) == lifecycle.WAITING),
        "resolved": col(Ticket.state) == lifecycle.RESOLVED,
        # Said twice, because only the plain condition lets the partial index serve the alternatives below.
        "offered": and_(
            col(Ticket.offered_team_id).is_not(None),
            or_(
                col(Ticket.offered_agent_id) == me,
                and_(col(Ticket.offered_agent_id).is_(None), col(Ticket.offered_team_id).in_(teams)),
            ),
        ),
    }
    return conditions[question.view]


def _matches(text: str) -> ColumnElement[bool]:
    """Every word must occur in one of the columns an agent reads in the list."""
    columns = (
        col(Ticket.number), col(Ticket.subject), col(_requester.name), col(_requester.name_latin),
        col(_requester.login), col(_assignee.name), col(_assignee.login),
    )  # fmt: skip
    return and_(*(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in text.split()))


def _rows() -> Select[Any]:
    named: dict[str, Any] = {
        "ticket_id": Ticket.id,
        "team_code": Team.code,
        "team_en": Team.name_en,
        "team_zh": Team.name_zh,
        "assignee": _assignee.name,
        "assignee_login": _assignee.login,
        "requester": _requester.name,
        "is_vip": _requester.is_vip,
    }
    same = (
        "number", "subject", "state", "waiting_reason", "priority", "lane", "line", "channel", "next_clock", "queue_at",
        "left_seconds", "is_paused", "assignee_id", "first_contact_id", "offered_team_id", "offered_agent_id",
        "opened_at", "changed_at", "resolved_at", "version",
    )  # fmt: skip
    columns = [column.label(name) for name, column in named.items()]
    return (
        select(*columns, *(getattr(Ticket, name) for name in same))
        .select_from(Ticket)
        .outerjoin(Team, col(Team.id) == col(Ticket.team_id))
        .outerjoin(_assignee, col(_assignee.id) == col(Ticket.assignee_id))
        .outerjoin(_requester, col(_requester.id) == col(Ticket.requester_id))
    )


def _row(found: Any, columns: Sequence[Any]) -> QueueRow:
    values = dict(found)
    left, due_at = values.pop("left_seconds"), values.pop("queue_at")
    cursor = tuple({**values, "queue_at": due_at, "id": values["ticket_id"]}[column.key] for column in columns)
    return QueueRow(
        **values | {key: values[key] or "" for key in ("team_code", "team_en", "team_zh", "assignee",
                                                       "assignee_login", "requester")}
        | {"is_vip": bool(values["is_vip"])},
        due_at=None if values["is_paused"] else due_at,
        left=timedelta(seconds=left) if left is not None else None,
        cursor=cursor,
    )  # fmt: skip
