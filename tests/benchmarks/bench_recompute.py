"""What a change of a calendar costs: `terms.renew` over open tickets beside raw sqlite3 reading and writing as much."""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import measure
from sqlmodel import Session, col, select

from sharedops_core.desk import terms
from sharedops_core.store import db
from sharedops_core.store.tables import Calendar, CalendarVersion, Clock, Event, Policy, Ticket

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 09:00 in Shanghai."""

CODE = "cn-desk"
EDITS = {"later_from_today": ("hours", [["09:30", "20:00"]], date(2026, 3, 2)),
         "holiday_in_two_years": ("holidays", ["2028-03-08"], date(2028, 3, 1))}  # fmt: skip
"""An edit that moves nearly every due time, and one that moves none: what is written, in which place, from when."""


def main() -> None:
    """Measure both edits on desks of growing size whose policies all count on one calendar."""
    quick = measure.options(__doc__ or "").quick
    found: dict[str, Any] = {}
    for size in (1_000, 5_000) if quick else (10_000, 100_000):
        with tempfile.TemporaryDirectory(prefix="sharedops-bench-") as name:
            found[f"{size}_open"] = _at(Path(name) / "desk.db", size, 1 if quick else 3)
    measure.publish("recompute", {"unit": "median of runs, each rolled back", "sizes": found})


def _at(file: Path, size: int, runs: int) -> dict[str, Any]:
    measure.say(f"making a desk with {size} open tickets")
    database = measure.desk(file, AT)
    with database.write() as session:
        _one_calendar(session)
        codes = session.exec(select(Policy.code)).all()
    measure.fill(database, AT, still_open=size, codes=codes)
    found = {name: _measured(database, file, size, edit, runs) for name, edit in EDITS.items()}
    database.close()
    return found


def _one_calendar(session: Session) -> None:
    """Make every policy count on the one calendar."""
    calendar_id = session.exec(select(Calendar.id).where(col(Calendar.code) == CODE)).one()
    for policy in session.exec(select(Policy)):
        policy.calendar_id = calendar_id
    terms.renew(session, actor=None, at=AT)


def _measured(database: db.Database, file: Path, size: int, edit: tuple[str, Any, date], runs: int) -> dict[str, Any]:
    ours, cpu, raw, changed = [], [], [], 0
    for _run in range(runs):
        taken, cpu_s, changed, written = _renewed(database, edit)
        ours.append(taken)
        cpu.append(cpu_s)
        raw.append(_raw(file, written))
        measure.say(f"{edit[0]}: {taken:.1f} s, raw {raw[-1]:.1f} s")
    taken, limit = statistics.median(ours), statistics.median(raw)
    return {
        "s": round(taken, 2), "tickets_per_s": round(size / taken), "changed_share": round(changed / size, 3),
        "us_per_ticket": round(taken / size * 1e6), "cpu_us_per_ticket": round(statistics.median(cpu) / size * 1e6),
        "raw_s": round(limit, 2), "ratio": round(taken / limit, 1),
        "rows_written": {table: len(rows) for table, rows in written.items()},
    }  # fmt: skip


def _renewed(database: db.Database, edit: tuple[str, Any, date]) -> tuple[float, float, int, dict[str, list[Any]]]:
    """Return wall and processor seconds, how many tickets changed, and what was written; nothing of it stays."""
    with database.write() as session:
        _edit(session, *edit)
        last = session.connection().exec_driver_sql("SELECT max(id) FROM event").scalar_one()
        found: list[terms.Recomputed] = []
        began = time.process_time()
        taken = measure.seconds(lambda: found.extend(terms.renew(session, actor=None, at=AT)))
        cpu_s = time.process_time() - began
        written = _written(session.connection().exec_driver_sql, last)
        session.rollback()
    return taken, cpu_s, len(found), written


def _edit(session: Session, place: str, value: Any, since: date) -> None:
    calendar_id = session.exec(select(Calendar.id).where(col(Calendar.code) == CODE)).one()
    newest = session.exec(
        select(CalendarVersion.document)
        .where(col(CalendarVersion.calendar_id) == calendar_id)
        .order_by(col(CalendarVersion.id).desc())
    ).first()
    document: dict[str, Any] = dict(newest or {})
    if place == "holidays":
        document["holidays"] = [*document["holidays"], *value]
    else:
        document["hours"] = document["hours"] | dict.fromkeys(document["hours"], value)
    session.add(CalendarVersion(calendar_id=calendar_id, valid_from=since, made_at=AT, document=document))
    session.flush()


def _written(execute: Callable[..., Any], last: int) -> dict[str, list[Any]]:
    """Return the rows of the tickets that changed, as they stand now."""
    meant = "(SELECT ticket_id FROM event WHERE id > ?)"
    conditions = {
        Event.__tablename__: "id > ?",
        Ticket.__tablename__: f"id IN {meant}",
        Clock.__tablename__: f"ticket_id IN {meant} AND stopped_at IS NULL",
    }
    return {
        str(table): [tuple(row) for row in execute(f"SELECT * FROM {table} WHERE {condition}", (last,))]  # noqa: S608
        for table, condition in conditions.items()
    }


def _raw(file: Path, written: dict[str, list[Any]]) -> float:
    """Return the seconds the driver needs to read the journal and to write the same rows; nothing of it stays."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("BEGIN IMMEDIATE")

    def work() -> None:
        connection.execute("SELECT * FROM ticket WHERE queue_at IS NOT NULL ORDER BY id").fetchall()
        connection.execute("SELECT * FROM event ORDER BY ticket_id, seq").fetchall()
        connection.execute("SELECT * FROM clock ORDER BY ticket_id").fetchall()
        _write(connection, written)

    connection.execute("PRAGMA defer_foreign_keys=ON")
    taken = measure.seconds(work)
    connection.execute("ROLLBACK")
    connection.close()
    return taken


def _write(connection: sqlite3.Connection, written: dict[str, list[Any]]) -> None:
    for table, rows in written.items():
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        keys = {"event": 0, "ticket": 1, "clock": 3}[table]
        if not keys:
            places = ", ".join("?" * len(names))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
            continue
        sets = ", ".join(f"{name} = ?" for name in names[keys:])
        where = " AND ".join(f"{name} = ?" for name in names[:keys])
        values = [(*row[keys:], *row[:keys]) for row in rows]
        connection.executemany(f"UPDATE {table} SET {sets} WHERE {where}", values)  # noqa: S608


if __name__ == "__main__":
    main()
