"""What a sweep costs: 1,000 alarms due among ever more tickets, beside the same statements by raw sqlite3."""

import random
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import measure
from sqlalchemy import event
from sqlmodel import Session, col, select

from sharedops_core.desk import assignment, finding, journal, sweeping
from sharedops_core.rules.history import Entry
from sharedops_core.store import db, policies
from sharedops_core.store.tables import Membership, Person, Policy, Team, Ticket

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TEMPLATES, STILL_OPEN = 2_000, 400
"""The desk around what is due: every fifth ticket is open, with all its alarms still to come."""

_COPIED = {"ticket": "id", "clock": "ticket_id", "event": "ticket_id"}


def main() -> None:
    """Grow one database, and sweep it at every size; each sweep is rolled back."""
    quick = measure.options(__doc__ or "").quick
    due, sizes = (100, (10_000, 30_000)) if quick else (1_000, (10_000, 100_000, 1_000_000))
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="sharedops-bench-") as name:
        file = Path(name) / "desk.db"
        database = measure.desk(file, AT)
        _templates(database)
        with database.write() as session:
            journal.record(session, _due_stories(session, due))
        for size in sizes:
            copying_s = measure.seconds(lambda n=size: _copy_until(file, n))
            measure.say(f"{size} tickets laid down in {copying_s:.0f} s")
            found[f"{size}_tickets"] = _at(database, file, due, 2 if quick else 5)
        database.close()
    first, last = (found[f"{size}_tickets"] for size in (sizes[0], sizes[-1]))
    growth = {
        key: round(last[key] / first[key], 2)
        for key in ("sweep_ms_per_alarm", "cpu_ms_per_alarm", "is_due_ms", "take_ms")
    }
    measure.publish("sweep", {"alarms_due": due, "growth_from_smallest_to_largest": growth, "sizes": found})


def _templates(database: db.Database) -> None:
    """Lay down tickets of which nothing is due any more: what was has been swept."""
    measure.fill(database, AT, still_open=STILL_OPEN, closed=TEMPLATES - STILL_OPEN)
    with database.write() as session:
        while sweeping.sweep(session, at=AT + timedelta(minutes=1)):
            pass


def _due_stories(session: Session, count: int) -> list[journal.Story]:
    """Return tickets whose holder has not answered for three quarters of the hour: one alarm each."""
    policy_id = session.exec(select(Policy.id).where(col(Policy.code) == "it-247")).one()
    terms_id = policies.current(session, policy_id)
    agents = session.exec(
        select(Person.id, Team.id).join(Membership, col(Membership.person_id) == col(Person.id)).join(Team)
        .where(col(Team.lead_id).is_not(None)).order_by(Person.id)
    ).all()  # fmt: skip
    draw, found = random.Random(11), []
    for number in range(count):
        agent_id, team_id = draw.choice(agents)
        opened_at = AT - timedelta(minutes=46, seconds=draw.randrange(600))
        same: dict[str, Any] = {"state": "received", "terms_id": terms_id, "team_id": team_id, "is_person": False}
        entries = [
            Entry(at=opened_at, act="open", **same),
            Entry(at=opened_at + timedelta(seconds=20), act="assign", from_state="received", assignee_id=agent_id,
                  first_contact_id=agent_id, **same),
        ]  # fmt: skip
        fixed = {
            "kind": "incident", "subject": f"Nobody answered {number}", "channel": "portal", "item_id": None,
            "policy_id": policy_id, "requester_id": None, "opened_by_id": None, "opened_at": opened_at,
        }  # fmt: skip
        found.append(journal.Story(fixed, entries))
    return found


def _copy_until(file: Path, size: int) -> None:
    """Copy the templates, journal and clocks and all, until there are so many tickets."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA cache_size=-400000")
    there, last = connection.execute("SELECT count(*), max(id) FROM ticket").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    for begin in range(0, size - there, TEMPLATES):
        until = min(TEMPLATES, size - there - begin)
        for table, key in _COPIED.items():
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            values = [_copied(table, name, key, last + begin) for name in names]
            connection.execute(
                f"INSERT INTO {table} SELECT {', '.join(values)} FROM {table} WHERE {key} <= {until}"  # noqa: S608
            )
    connection.execute("UPDATE chaintip SET last_id = (SELECT max(id) FROM event) WHERE name = 'journal'")
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _copied(table: str, name: str, key: str, offset: int) -> str:
    if name == key:
        return f"{name} + {offset}"
    if (table, name) == ("ticket", "number"):
        return f"'INC-' || ({10_000 + offset} + id)"
    return "NULL" if (table, name) == ("event", "id") else name


def _at(database: db.Database, file: Path, due: int, runs: int) -> dict[str, Any]:
    raw = sqlite3.connect(file, isolation_level=None)
    raw.execute("PRAGMA foreign_keys=ON")
    fired, statements = _rolled_back(database, _sweep)
    assert len(fired) == due, (len(fired), due)
    taken = measure.side_by_side(
        {"ours": lambda: _rolled_back(database, _sweep), "raw": lambda: _raw(raw, statements)}, runs
    )
    early = AT - timedelta(days=365)
    with database.read() as session:
        free = _free(session)
        is_due_s = measure.median(lambda: sweeping.is_due(session, at=early), 20 * runs)
        nothing_s = measure.median(lambda: sweeping.sweep(session, at=early), 20 * runs)
    cpu_s = statistics.median(measure.cpu_seconds(lambda: _rolled_back(database, _sweep)) for _run in range(runs))
    _ticket, take_statements = _rolled_back(database, lambda session: _take(session, free))
    acts = measure.side_by_side(
        {
            "ours": lambda: _rolled_back(database, lambda session: _take(session, free)),
            "raw": lambda: _raw(raw, take_statements),
        },
        10 * runs,
    )
    raw.close()
    return {
        "sweep_s": round(taken["ours"], 3), "sweep_ms_per_alarm": measure.ms(taken["ours"] / due),
        "cpu_ms_per_alarm": measure.ms(cpu_s / due),
        "statements_per_alarm": round(len(statements) / due, 2), "raw_ms_per_alarm": measure.ms(taken["raw"] / due),
        "ratio": round(taken["ours"] / taken["raw"], 1), "is_due_ms": measure.ms(is_due_s),
        "sweep_of_nothing_ms": measure.ms(nothing_s), "take_ms": measure.ms(acts["ours"]),
        "take_raw_ms": measure.ms(acts["raw"]), "take_ratio": round(acts["ours"] / acts["raw"], 1),
        "take_statements": [sql.split("FROM")[-1].split("WHERE")[0].strip()[:60] if sql.startswith("SELECT") else
                            sql[:22] for sql, _values, _many in take_statements],
    }  # fmt: skip


def _sweep(session: Session) -> list[sweeping.Fired]:
    found: list[sweeping.Fired] = []
    while some := sweeping.sweep(session, at=AT):
        found += some
    return found


def _take(session: Session, ticket_id: int) -> Ticket:
    """Do what the bridge does: find who acts, take a ticket that nobody has."""
    return assignment.take(session, ticket_id, actor=finding.person(session, measure.AGENT), at=AT)


def _free(session: Session) -> int:
    return session.exec(
        select(Ticket.id).where(col(Ticket.state) == "received", col(Ticket.assignee_id).is_(None)).limit(1)
    ).one()


def _rolled_back(database: db.Database, work: Callable[[Session], Any]) -> tuple[Any, list[tuple[str, Any, bool]]]:
    """Return what the work returns and what it sends to the driver; nothing of it stays."""
    seen: list[tuple[str, Any, bool]] = []

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        if not sql.startswith("BEGIN"):
            seen.append((sql, values, many and isinstance(values, list)))

    event.listen(database.writing, "before_cursor_execute", note)
    try:
        with database.write() as session:
            found = work(session)
            session.rollback()
    finally:
        event.remove(database.writing, "before_cursor_execute", note)
    return found, seen


def _raw(connection: sqlite3.Connection, statements: Sequence[tuple[str, Any, bool]]) -> None:
    """Send the same statements through the driver alone."""
    connection.execute("BEGIN IMMEDIATE")
    for sql, values, many in statements:
        (connection.executemany if many else connection.execute)(sql, values).fetchall()
    connection.execute("ROLLBACK")


if __name__ == "__main__":
    main()
