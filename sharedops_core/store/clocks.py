"""The rows of clocks: read and rewritten past the unit of work of the mapper, only where they differ."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Table, bindparam, delete, insert, select, update
from sqlmodel import Session

from sharedops_core.rules import commitments, summary
from sharedops_core.store.tables import Clock

_CLOCKS: Table = Clock.__table__  # type: ignore[attr-defined]
_KEY = ("ticket_id", "kind", "nth")
_REST = [one.name for one in _CLOCKS.columns if one.name not in _KEY]
_IS_IT = [_CLOCKS.c[name] == bindparam(f"is_{name}") for name in _KEY]

_STORED = select(_CLOCKS).where(_CLOCKS.c.ticket_id.in_(bindparam("ids", expanding=True))).order_by(_CLOCKS.c.ticket_id)
_INSERT = insert(_CLOCKS)
_UPDATE = update(_CLOCKS).where(*_IS_IT).values({name: bindparam(name) for name in _REST})
_DELETE = delete(_CLOCKS).where(*_IS_IT)

Stored = Row[Any]


def stored(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[Stored]]:
    """Return the clocks of tickets as they are in the database."""
    found = session.connection().execute(_STORED, {"ids": ticket_ids})
    return {key: list(rows) for key, rows in groupby(found, key=lambda row: row.ticket_id)}


class Rewriting:
    """What has to be written so that the rows of some tickets say what was computed."""

    def __init__(self) -> None:
        self._new: list[dict[str, Any]] = []
        self._other: list[dict[str, Any]] = []
        self._gone: list[dict[str, Any]] = []

    def compare(self, ticket_id: int, before: Sequence[Stored], after: Sequence[commitments.Clock]) -> None:
        """Note what is to be done for one ticket."""
        rows = {(row.kind, row.nth): row for row in before}
        for clock in after:
            columns = {"ticket_id": ticket_id} | summary.clock_columns(clock)
            row = rows.pop((clock.kind, clock.nth), None)
            if row is None:
                self._new.append(columns)
            elif any(getattr(row, name) != columns[name] for name in _REST):
                self._other.append({name: columns[name] for name in _REST} | _named(columns))
        self._gone += [_named(row._asdict()) for row in rows.values()]

    def write(self, session: Session) -> None:
        """Write it; rows that the session holds are read again when they are looked at."""
        connection = session.connection()
        for statement, rows in ((_DELETE, self._gone), (_UPDATE, self._other), (_INSERT, self._new)):
            if rows:
                connection.execute(statement, rows)
        for row in [one for one in session.identity_map.values() if isinstance(one, Clock)]:
            session.expire(row)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {f"is_{name}": row[name] for name in _KEY}
