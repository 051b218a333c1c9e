"""The queue: windows of any depth into lists of tickets, and how many each view holds.

Rows are found by keyset: behind a row, before a row, from either end; only a jump to a rank counts rows, from the
nearer end and in the index alone. What is asked becomes SQL in `condition`, the one place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlmodel import Session, col

from sharedops_core.store import access
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Event, ServiceItem, Team, Ticket
from sharedops_core.views import filters, orders
from sharedops_core.views import tags as tagging
from sharedops_core.views.orders import Part, assignee, requester
from sharedops_core.views.rows import (
    COUNTED,
    PAGE_SIZE,
    SORTS,
    VIEWS,
    WARN_WITHIN,
    Cursor,
    Extent,
    News,
    Page,
    Place,
    Question,
    QueueRow,
)

__all__ = ["PAGE_SIZE", "SORTS", "VIEWS", "WARN_WITHIN", "Extent", "News", "Page", "Place", "Question", "QueueRow"]


def condition(question: Question, now: datetime) -> ColumnElement[bool]:
    """Return which tickets a question means, whoever asks: the one place where a query becomes SQL."""
    return and_(*filters.conditions(question.terms, question.person_id, now, question.sort))


def seen(question: Question, now: datetime, reader: Reader | None) -> ColumnElement[bool]:
    """Return which tickets of a question its reader may see; of tags and tasks those whose inside they may."""
    return and_(condition(question, now), visible(reader), *_inside(question, reader))


def _inside(question: Question, reader: Reader | None) -> list[ColumnElement[bool]]:
    """Tags, tasks and watchers are the desk's own: from outside a ticket has none that could be asked for."""
    is_own = any(term.field in {"tag", "task", "watching"} for term in question.terms)
    return [visible(reader, "inside")] if is_own else []


def page(
    session: Session,
    question: Question,
    now: datetime,
    *,
    reader: Reader | None = None,
    after: Cursor | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Return the next page behind `after` of what a reader may see; running clocks by due time, then paused ones."""
    return window(session, question, now, Place(after=after), reader=reader, size=size)


def window(
    session: Session,
    question: Question,
    now: datetime,
    place: Place,
    *,
    reader: Reader | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Return the rows at a place of a queue that a reader may see, in its order.

    Raises BadQuery for a query that makes no sense.
    """
    if place.rank is not None:
        return _at_rank(session, question, now, reader, place.rank, size)
    is_back = place.is_end or place.before is not None
    start = place.before if is_back else place.after or place.since
    rows = _read(session, question, now, reader, start, size, is_back=is_back, is_inclusive=place.since is not None)
    is_full = len(rows) == size
    if is_back:
        return Page(rows, rows[-1].cursor if rows and not place.is_end else None, rows[0].cursor if is_full else None)
    first = rows[0].cursor if rows else start
    return Page(rows, rows[-1].cursor if is_full else None, first if start is not None else None)


def extent(
    session: Session, question: Question, now: datetime, first: Cursor | None, *, reader: Reader | None = None
) -> Extent:
    """Return how many tickets a question means to a reader, and how many stand before a row (None: the first)."""
    means = and_(condition(question, now), *_inside(question, reader))
    total = _count(session, reader, [means])
    if first is None:
        return Extent(total, 0)
    above = 0
    for number, part in _ordered(question):
        where = [means, *_of_part(part)]
        if number != first[0]:
            above += _count(session, reader, where)
            continue
        behind = part.beyond(first[1:], is_down=question.is_descending)
        since = _count(session, reader, where, part) - _count(session, reader, [*where, behind], part)
        return Extent(total, above + since - 1)
    return Extent(total, above)


def row(session: Session, ticket_id: int, *, reader: Reader | None = None) -> QueueRow | None:
    """Return the line of one ticket, whatever its state; None when there is none for this reader."""
    return next(iter(rows(session, [ticket_id], reader=reader)), None)


def rows(session: Session, ticket_ids: Sequence[int], *, reader: Reader | None = None) -> list[QueueRow]:
    """Return the lines of tickets that a reader may see, whatever their states, in no order, without a place."""
    found = session.execute(_rows().where(col(Ticket.id).in_(ticket_ids), visible(reader))).mappings()
    return [_row(values, ()) for values in found]


def tagged_window(
    session: Session,
    question: Question,
    now: datetime,
    place: Place,
    *,
    reader: Reader | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """Return what `window` does, each row with its tags: one reading more, for whoever shows them."""
    page = window(session, question, now, place, reader=reader, size=size)
    return replace(page, rows=tuple(_tagged(session, page.rows, reader)))


def tagged_rows(session: Session, ticket_ids: Sequence[int], *, reader: Reader | None = None) -> list[QueueRow]:
    """Return what `rows` does, each with its tags."""
    return _tagged(session, rows(session, ticket_ids, reader=reader), reader)


def _tagged(session: Session, found: Sequence[QueueRow], reader: Reader | None) -> list[QueueRow]:
    known = tagging.of(session, [row.ticket_id for row in found], reader=reader)
    return [replace(row, tags=known.get(row.ticket_id, ())) for row in found]


def counts(
    session: Session, now: datetime, saved: Sequence[Question] = (), *, reader: Reader | None = None
) -> dict[str, int]:
    """Return how many tickets each view holds now for its reader, counted up to `COUNTED`."""
    me = reader.person_id if reader else None
    questions = [Question(view, me) for view in VIEWS] + list(saved)
    return {
        one.view: access.count(
            session,
            reader,
            select(col(Ticket.id)).where(condition(one, now), *_inside(one, reader)),
            most=COUNTED,
        )
        for one in questions
    }


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


def _ordered(question: Question) -> list[tuple[int, Part]]:
    found = list(enumerate(orders.parts(question.sort, question.terms)))
    return found[::-1] if question.is_descending else found


def _of_part(part: Part) -> list[ColumnElement[bool]]:
    return [] if part.condition is None else [part.condition]


def _read(
    session: Session,
    question: Question,
    now: datetime,
    reader: Reader | None,
    start: Cursor | None,
    size: int,
    *,
    is_back: bool,
    is_inclusive: bool = False,
) -> tuple[QueueRow, ...]:
    """Read rows from a place on, part by part; backwards they are turned round once they are here."""
    is_down = question.is_descending != is_back
    found: list[QueueRow] = []
    parts = _ordered(question)[::-1] if is_back else _ordered(question)
    if start is not None:
        parts = parts[[number for number, _part in parts].index(start[0]) :]
    for number, part in parts:
        statement = _rows(part).where(seen(question, now, reader), *_of_part(part))
        if start is not None and number == start[0]:
            statement = statement.where(part.beyond(start[1:], is_down=is_down, is_inclusive=is_inclusive))
        elif part.first is not None:
            statement = statement.where(part.begun(is_down=is_down))
        statement = statement.order_by(*(_turned(column, is_down) for column in part.columns))
        read = session.execute(statement.limit(size - len(found))).mappings()
        found += [_row(values, (number, *_key(values, part))) for values in read]
        if len(found) == size:
            break
    return tuple(reversed(found)) if is_back else tuple(found)


def _turned(column: Any, is_down: bool) -> Any:
    return column.desc() if is_down else column.asc()


def _at_rank(session: Session, question: Question, now: datetime, reader: Reader | None, rank: int, size: int) -> Page:
    """Return the rows from a rank on: the key of the row before it is counted to, the rest is a page like any other."""
    total = extent(session, question, now, None, reader=reader).total
    rank = max(0, min(rank, total - size))
    if rank == 0:
        here = Place()
    elif rank <= total // 2:
        here = Place(after=_key_at(session, question, now, reader, rank - 1, is_back=False))
    else:
        behind = total - rank - size
        start = _key_at(session, question, now, reader, behind - 1, is_back=True) if behind > 0 else None
        here = Place(before=start) if start else Place(is_end=True)
    return window(session, question, now, here, reader=reader, size=size)


def _key_at(
    session: Session, question: Question, now: datetime, reader: Reader | None, offset: int, *, is_back: bool
) -> Cursor | None:
    is_down = question.is_descending != is_back
    for number, part in _ordered(question)[::-1] if is_back else _ordered(question):
        statement = _from(select(*_keys(part)), part).where(seen(question, now, reader), *_of_part(part))
        if part.first is not None:
            statement = statement.where(part.begun(is_down=is_down))
        statement = statement.order_by(*(_turned(column, is_down) for column in part.columns))
        found = session.execute(statement.offset(offset).limit(1)).first()
        if found is not None:
            return (number, *found)
        offset -= _count(session, reader, [seen(question, now, reader), *_of_part(part)])
    return None


def _count(
    session: Session, reader: Reader | None, where: Sequence[ColumnElement[bool]], part: Part | None = None
) -> int:
    found = select(col(Ticket.id))
    return access.count(session, reader, (found if part is None else _from(found, part)).where(*where))


def _keys(part: Part) -> list[Any]:
    return [column.label(f"key_{place}") for place, column in enumerate(part.columns)]


def _key(values: Mapping[Any, Any], part: Part) -> tuple[Any, ...]:
    return tuple(values[f"key_{place}"] for place in range(len(part.columns)))


_NAMED: dict[Any, Any] = {
    Team: col(Team.id) == col(Ticket.team_id),
    assignee: col(assignee.id) == col(Ticket.assignee_id),
    requester: col(requester.id) == col(Ticket.requester_id),
    ServiceItem: col(ServiceItem.id) == col(Ticket.item_id),
}
"""The tables that say what the ids of a ticket are called."""


def _from(statement: Select[Any], part: Part | None, named: Sequence[Any] = ()) -> Select[Any]:
    first = part.first if part is not None else None
    if first is None:
        statement = statement.select_from(Ticket)
    else:
        statement = statement.select_from(first).join(Ticket, _NAMED[first])
    for table in named:
        if table is not first:
            statement = statement.outerjoin(table, _NAMED[table])
    return statement


def _rows(part: Part | None = None) -> Select[Any]:
    named: dict[str, Any] = {
        "ticket_id": Ticket.id,
        "team_code": Team.code,
        "team_en": Team.name_en,
        "team_zh": Team.name_zh,
        "assignee": assignee.name,
        "assignee_login": assignee.login,
        "requester": requester.name,
        "is_vip": requester.is_vip,
        "item_code": ServiceItem.code,
    }
    same = (
        "number", "subject", "state", "waiting_reason", "priority", "lane", "line", "channel", "next_clock", "queue_at",
        "left_seconds", "is_paused", "assignee_id", "first_contact_id", "offered_team_id", "offered_agent_id",
        "pushed_id", "opened_at", "changed_at", "resolved_at", "version",
    )  # fmt: skip
    columns = [column.label(name) for name, column in named.items()]
    keys = _keys(part) if part is not None else []
    return _from(select(*columns, *(getattr(Ticket, name) for name in same), *keys), part, list(_NAMED))


_TEXTS = ("team_code", "team_en", "team_zh", "assignee", "assignee_login", "requester", "item_code")


def _row(found: Mapping[Any, Any], cursor: Cursor) -> QueueRow:
    values = {key: value for key, value in found.items() if not str(key).startswith("key_")}
    left, due_at = values.pop("left_seconds"), values.pop("queue_at")
    texts = {key: values[key] or "" for key in _TEXTS}
    return QueueRow(
        **values | texts | {"is_vip": bool(values["is_vip"])},
        due_at=None if values["is_paused"] else due_at,
        left=timedelta(seconds=left) if left is not None else None,
        cursor=cursor,
    )
