"""How fast a foreign log comes in: `import_log` of the ServiceNow log beside raw sqlite3 inserts of the same rows."""

import csv
import gzip
import sqlite3
import statistics
import tempfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import measure

from sharedops_core.intake import profiles, tickets

LOG = Path(__file__).parents[3] / "shared/data/uci-servicenow-incidents/incident_event_log.csv.gz"
AT = datetime(2016, 3, 1, tzinfo=UTC)
QUICK_LINES = 12_000
TABLES = ("person", "team", "ticket", "clock", "event", "sourcerecord")


def main() -> None:
    """Measure complete imports into new databases, each followed by the raw insert of what it wrote."""
    quick = measure.options(__doc__ or "").quick
    if not LOG.is_file():
        measure.publish("import", {"skipped": f"{LOG} is not there"})
        return
    with tempfile.TemporaryDirectory(prefix="sharedops-bench-") as name:
        folder = Path(name)
        log = _shortened(folder) if quick else LOG
        runs = [_run(folder / str(number), log) for number in range(1 if quick else 3)]
    middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    events, limit = middle["events"], middle["raw_read_s"] + middle["raw_insert_s"]
    measure.publish(
        "import",
        {
            "log": log.name, "runs": len(runs), **{key: round(value, 3) for key, value in middle.items()},
            "import_events_per_s": round(events / middle["import_s"]),
            "raw_insert_events_per_s": round(events / middle["raw_insert_s"]),
            "ratio_to_raw_insert": round(middle["import_s"] / middle["raw_insert_s"], 2),
            "ratio_to_raw_read_and_insert": round(middle["import_s"] / limit, 2),
        },
    )  # fmt: skip


def _run(folder: Path, log: Path) -> dict[str, float]:
    """Import once, then read the log and write the same rows with nothing but the standard library."""
    folder.mkdir()
    database = measure.desk(folder / "imported.db", AT)
    limit = measure.desk(folder / "raw.db", AT)
    limit.close()
    profile = profiles.find("servicenow")
    done: list[tickets.Imported] = []

    def imported() -> None:
        with database.write() as session:
            done.append(tickets.import_log(session, log, profile))

    import_s = measure.seconds(imported)
    database.close()
    rows = _new_rows(folder / "imported.db", folder / "raw.db")
    raw_insert_s = measure.seconds(lambda: _insert(folder / "raw.db", rows))
    raw_read_s = measure.seconds(lambda: _read(log))
    measure.say(f"{done[0].events} events imported in {import_s:.2f} s, raw insert {raw_insert_s:.2f} s")
    return {
        "import_s": import_s,
        "raw_insert_s": raw_insert_s,
        "raw_read_s": raw_read_s,
        "events": done[0].events,
        "tickets": done[0].added,
        "rows": sum(len(values) for _table, _names, values in rows),
    }


def _new_rows(file: Path, empty: Path) -> list[tuple[str, list[str], list[Any]]]:
    """Return, per table, the columns and the rows that the import has added."""
    with sqlite3.connect(file) as connection, sqlite3.connect(empty) as other:
        found = []
        for table in TABLES:
            key = "ticket_id" if table in ("clock", "sourcerecord") else "id"
            above = other.execute(f"SELECT coalesce(max({key}), 0) FROM {table}").fetchone()[0]  # noqa: S608
            cursor = connection.execute(f"SELECT * FROM {table} WHERE {key} > ?", [above])  # noqa: S608
            found.append((table, [column[0] for column in cursor.description], cursor.fetchall()))
    return found


def _insert(file: Path, rows: list[tuple[str, list[str], list[Any]]]) -> None:
    """Write all rows in one transaction, with the pragmas of the product."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    for table, names, values in rows:
        places = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", values)  # noqa: S608
    connection.execute("COMMIT")
    connection.close()


def _read(log: Path) -> None:
    with gzip.open(log, "rt", encoding="utf-8", newline="") as stream:
        for _cells in csv.reader(stream):
            pass


def _shortened(folder: Path) -> Path:
    """Return a log with the first lines only."""
    short = folder / "short.csv.gz"
    with gzip.open(LOG, "rt", encoding="utf-8", newline="") as full, gzip.open(short, "wt", encoding="utf-8") as out:
        out.writelines(islice(full, QUICK_LINES))
    return short


if __name__ == "__main__":
    main()
