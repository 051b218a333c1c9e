"""How fast a queue opens: pages and counts beside the same SQL by raw sqlite3 with the one index made for the view."""

import re
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import measure
from sqlalchemy import event
from sqlmodel import Session, col, select

from sharedops_core.store import access, db
from sharedops_core.store.tables import Person
from sharedops_core.views import pulse, queue

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
INDEX = {
    "open": "ix_ticket_open",
    "line_1": "ix_ticket_line",
    "mine": "ix_ticket_assignee",
    "waiting": "ix_ticket_state",
    "resolved": "ix_ticket_resolved",
}
SORTS = ("priority", "opened", "changed")


def main() -> None:
    """Measure at growing sizes, then at a desk whose finished tickets outnumber the open ones a hundred to one."""
    quick = measure.options(__doc__ or "").quick
    sizes = [(1_000, 0), (10_000, 0)] if quick else [(1_000, 0), (10_000, 0), (100_000, 0), (1_000, 100_000)]
    found: dict[str, Any] = {}
    for still_open, closed in sizes:
        with tempfile.TemporaryDirectory(prefix="sharedops-bench-") as name:
            found[f"{still_open}_open_{closed}_closed"] = _at(Path(name) / "desk.db", still_open, closed, quick)
    first, last = found["1000_open_0_closed"], found[f"{10_000 if quick else 100_000}_open_0_closed"]
    growth = {view: round(last["first_page"][view]["ms"] / first["first_page"][view]["ms"], 2) for view in INDEX}
    measure.publish("queue", {"page_size": queue.PAGE_SIZE, "growth_from_smallest_to_largest": growth, "sizes": found})


def _at(file: Path, still_open: int, closed: int, quick: bool) -> dict[str, Any]:
    measure.say(f"making a desk with {still_open} open and {closed} finished tickets")
    database = measure.desk(file, AT)
    laying_s = measure.seconds(lambda: measure.fill(database, AT, still_open=still_open, closed=closed))
    raw = sqlite3.connect(file)
    with database.read() as session:
        person = session.exec(select(Person).where(col(Person.login) == measure.AGENT)).one()
        me, reader = person.id, access.reader(session, person)
        bench = _Bench(database, session, raw, reader, 5 if quick else 15)
        views = {view: queue.Question(view, me) for view in INDEX}
        deep = {view: bench.deep(question) for view, question in views.items() if view != "resolved"}
        found = {
            "laying_down_s": round(laying_s, 2),
            "first_page": {view: bench.page(question, INDEX[view]) for view, question in views.items()},
            "deep_page": {view: bench.page(views[view], INDEX[view], after) for view, after in deep.items()},
            "sorted": {sort: bench.page(queue.Question("open", me, sort=sort), None) for sort in SORTS},
            "filter_ms": bench.call(
                lambda: queue.page(session, queue.Question("open", me, "vpn 李"), AT, reader=reader)
            ),
            "counts_ms": bench.call(lambda: queue.counts(session, AT, reader=reader)),
            "counts_one_by_one": bench.each(lambda: queue.counts(session, AT, reader=reader)),
            "pulse_ms": bench.call(lambda: pulse.pulse(session, AT, reader=reader)),
            "pulse_one_by_one": bench.each(lambda: pulse.pulse(session, AT, reader=reader)),
        }
    raw.close()
    database.close()
    return found


class _Bench:
    """One database, seen through the product and through the driver."""

    def __init__(
        self, database: db.Database, session: Session, raw: sqlite3.Connection, reader: access.Reader, runs: int
    ) -> None:
        self.database, self.session, self.raw, self.reader, self.runs = database, session, raw, reader, runs

    def call(self, work: Callable[[], object]) -> float:
        """Return the median milliseconds of a view."""
        return measure.ms(measure.median(work, self.runs))

    def read(self, question: queue.Question, **facts: Any) -> queue.Page:
        """Read a page as the agent of the benchmark."""
        return queue.page(self.session, question, AT, reader=self.reader, **facts)

    def deep(self, question: queue.Question) -> tuple[Any, ...] | None:
        """Return the cursor nine tenths down a list."""
        whole = queue.counts(self.session, AT, reader=self.reader)[question.view]
        return self.read(question, size=max(1, whole * 9 // 10)).after

    def page(self, question: queue.Question, index: str | None, after: tuple[Any, ...] | None = None) -> dict[str, Any]:
        """Measure a page by the view and by the driver, in turns, and say how SQLite finds the rows."""
        (sql, values), *_none = self._statements(
            lambda: queue.page(self.session, question, AT, reader=self.reader, after=after)
        )
        hinted = sql.replace("FROM ticket ", f"FROM ticket INDEXED BY {index} ", 1) if index else sql
        works = {
            "view": lambda: self.read(question, after=after),
            "raw": lambda: self.raw.execute(hinted, values).fetchall(),
        }
        taken = measure.side_by_side(works, self.runs)
        return {
            "ms": measure.ms(taken["view"]),
            "raw_ms": measure.ms(taken["raw"]),
            "ratio": round(taken["view"] / taken["raw"], 1),
            "plan": self._plan(sql, values),
        }

    def each(self, work: Callable[[], object]) -> list[dict[str, Any]]:
        """Run the statements behind a view one by one through the driver: milliseconds and plan of each."""
        return [
            {
                "where": re.sub(r"\s+", " ", sql.partition("WHERE ")[2])[:110],
                "raw_ms": measure.ms(measure.median(lambda s=sql, v=values: self.raw.execute(s, v).fetchall(), 5)),
                "plan": self._plan(sql, values),
            }
            for sql, values in self._statements(work)
        ]

    def _plan(self, sql: str, values: Any) -> str:
        return "; ".join(row[3] for row in self.raw.execute(f"EXPLAIN QUERY PLAN {sql}", values) if "ticket" in row[3]
                         or "TEMP" in row[3] or "survey" in row[3])  # fmt: skip

    def _statements(self, work: Callable[[], object]) -> list[tuple[str, Any]]:
        """Return what a view sends to the driver."""
        seen: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, _many: bool) -> None:
            seen.append((sql, values))

        event.listen(self.database.reading, "before_cursor_execute", note)
        work()
        event.remove(self.database.reading, "before_cursor_execute", note)
        return [(sql, values) for sql, values in seen if sql.startswith("SELECT")]


if __name__ == "__main__":
    main()
