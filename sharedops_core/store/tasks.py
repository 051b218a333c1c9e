"""The tasks of tickets as rows: read for many tickets at once, written by the journal alone."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import groupby
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlmodel import Session

from sharedops_core.rules import tasks as tasking
from sharedops_core.rules.tasks import Line, Tasks
from sharedops_core.store.tables import Event, Task

_AT_ONCE = 1000
_TASKS: Table = Task.__table__  # type: ignore[attr-defined]
_NAMES = [one.name for one in fields(tasking.Task)]
_CHANGING = ("state", "taken_at", "taken_by_id", "ended_at", "ended_by_id", "ended_line", "overdue_at", "alarm_at")
_OF_TICKETS = (
    select(_TASKS.c.ticket_id, *(_TASKS.c[name] for name in _NAMES))
    .where(_TASKS.c.ticket_id.in_(bindparam("ids", expanding=True)))
    .order_by(_TASKS.c.ticket_id, _TASKS.c.nth)
)
_ADD = insert(_TASKS).inline()
_CHANGE = update(_TASKS).where(_TASKS.c.ticket_id == bindparam("of_ticket"), _TASKS.c.nth == bindparam("of_nth"))


def of(session: Session, ticket_ids: Sequence[int]) -> dict[int, Tasks]:
    """Return the tasks of tickets, each in the order of their numbers; tickets without any are left out."""
    found: dict[int, Tasks] = {}
    for start in range(0, len(ticket_ids), _AT_ONCE):
        rows = session.connection().execute(_OF_TICKETS, {"ids": ticket_ids[start : start + _AT_ONCE]})
        found |= {
            key: tuple(tasking.Task(*row[1:]) for row in some) for key, some in groupby(rows, key=lambda row: row[0])
        }
    return found


def of_one(session: Session, ticket_id: int) -> Tasks:
    """Return the tasks of one ticket."""
    return of(session, [ticket_id]).get(ticket_id, ())


def lines(events: Iterable[Event]) -> list[Line]:
    """Return rows of the journal as the lines that tasks are folded from."""
    return [Line(*(getattr(one, name) for name in Line._fields)) for one in events]


def follow(session: Session, ticket_id: int, line: Line) -> None:
    """Write what one more line of the journal makes of the tasks of its ticket."""
    if not tasking.concerns(line):
        return
    before = {one.nth: one for one in of_one(session, ticket_id)}
    after = tasking.fold(tuple(before.values()), line)
    connection = session.connection()
    for task in after:
        if task.nth not in before:
            connection.execute(_ADD, {"ticket_id": ticket_id, **_columns(task)})
        elif task != before[task.nth]:
            values = {name: getattr(task, name) for name in _CHANGING}
            connection.execute(_CHANGE.values(values), {"of_ticket": ticket_id, "of_nth": task.nth})
    for row in [one for one in session.identity_map.values() if isinstance(one, Task)]:
        session.expire(row)


def _columns(task: tasking.Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in (*_NAMES, "alarm_at")}
