"""SQLite beside PostgreSQL, and both beside raw SQL: one act, acts and claims per second of many, pages, notifications.

Run as `bench_engines.py WORK URL LOGIN SEED SECONDS` it is one of the many: it says `ready`, waits for a line, works.
"""

import contextlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import measure
import psycopg
import psycopg.conninfo
from sqlalchemy import event
from sqlmodel import Session, col, select

from sharedops_core.desk import assignment, conversation, finding
from sharedops_core.errors import DeskError
from sharedops_core.store import access, db, live, postgres
from sharedops_core.store.tables import Ticket
from sharedops_core.views import queue
from tests import logins, servers

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FIRST = 10_000
"""Tickets that are laid down as histories; the others of a bigger desk are copies of them."""

Copied = Callable[[str], contextlib.AbstractContextManager[str]]
LOGINS = ("li.na", "wang.lei", "zhao.min")


def main() -> None:
    """Measure both engines in turns of the same run."""
    quick = measure.options(__doc__ or "").quick
    sizes = (1_000, 10_000) if quick else (10_000, 100_000, 1_000_000)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="sharedops-bench-") as name, servers.server() as server:
        for size in sizes:
            urls = {"sqlite": f"sqlite:///{Path(name) / f'{size}.db'}", "postgresql": server.url(server.create())}
            for engine, url in urls.items():
                measure.say(f"{engine}: {size} open tickets")
                found.setdefault(engine, {})[size] = _at(
                    url, size, quick, partial(_copied, server), is_last=size == sizes[-1]
                )
    measure.publish("engines", found)


def _at(url: str, size: int, quick: bool, copied: Copied, *, is_last: bool) -> dict[str, Any]:
    database = measure.desk_at(url, AT)
    first = min(size, FIRST)
    laying_down = measure.seconds(lambda: measure.fill(database, AT, still_open=first))
    found: dict[str, Any] = {"laid_down_per_s": round(first / laying_down)}
    if size > first:
        found["multiplying_s"] = round(measure.seconds(lambda: measure.multiply(database, size // first)), 2)
    if postgres.is_meant(url):
        with psycopg.connect(**postgres.arguments(url), autocommit=True) as connection:
            connection.execute("ANALYZE")
    found |= _lists(database)
    if postgres.is_meant(url):
        found["under_login"] = _under_login(database)
    database.close()
    with copied(url) as copy:
        found["act"] = _act(url, copy, 30 if quick else 200)
    found["bytes_per_act"] = _bytes(url, 200 if quick else 1_000)
    database = db.open_database(url)
    if is_last:
        for work in ("acts", "claims"):
            found[f"{work}_per_s"] = {
                count: _many(work, url, count, 2 if quick else 5) for count in ((1, 8) if quick else (1, 8, 32))
            }
        found["notification_ms"] = _notifications(database, 10 if quick else 40)
    database.close()
    return found


def _lists(database: db.Database) -> dict[str, float]:
    found = {}
    with database.read() as session:
        reader = access.reader(session, finding.person(session, measure.AGENT))
        for view in ("open", "mine"):
            question = queue.Question(view, reader.person_id)
            page = measure.median(lambda q=question: queue.page(session, q, AT, reader=reader), 15)
            found[f"page_{view}_ms"] = measure.ms(page)
        found["counts_ms"] = measure.ms(measure.median(lambda: queue.counts(session, AT, reader=reader), 5))
    return found


def _under_login(database: db.Database) -> dict[str, float]:
    """Return the lists and one act where the database holds the login to the matrix, the act beside the owner's."""
    with database.write() as session:
        login = logins.login_of(session, finding.person(session, measure.AGENT))
        logins.opened(session, login)
    ids, bound = iter(range(1, 100_000)), db.open_database(logins.url_of(database.url, login))
    acts = {
        name: lambda one=one: one.once(lambda session: _note(session, next(ids), measure.AGENT))
        for name, one in {"act": bound, "act_of_owner": database}.items()
    }
    for _warming in range(20):
        acts["act"]()
    taken = measure.side_by_side(acts, 30)
    found = _lists(bound) | {f"{name}_ms": measure.ms(value) for name, value in taken.items()}
    bound.close()
    return found


@contextlib.contextmanager
def _copied(server: servers.Server, url: str) -> Iterator[str]:
    """Give the address of a copy of a database that nobody is connected to."""
    if postgres.is_meant(url):
        name = server.create(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
        yield server.url(name)
        server.drop(name)
    else:
        file = Path(url.removeprefix("sqlite:///"))
        yield f"sqlite:///{shutil.copy(file, file.with_suffix('.copy'))}"
        file.with_suffix(".copy").unlink()


def _act(url: str, copy: str, runs: int) -> dict[str, float]:
    """Return one act beside the very statements it sent, said once more to a copy of the same database."""
    database, ids, said = db.open_database(url), iter(range(1, 100_000)), list[tuple[str, Any, bool]]()

    @event.listens_for(database.writing, "before_cursor_execute")
    def _hear(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, is_many: bool) -> None:
        if not statement.startswith("BEGIN"):
            said.append((statement, values, is_many))

    def act() -> None:
        said.clear()
        database.once(lambda session: _note(session, next(ids), measure.AGENT))

    with contextlib.closing(_raw_connection(copy)) as raw:
        taken = measure.side_by_side({"act": act, "raw": lambda: _say_again(raw, said)}, runs)
        statements = len(said)
    database.close()
    ratio = round(taken["act"] / taken["raw"], 1)
    return {
        "ms": measure.ms(taken["act"]), "raw_ms": measure.ms(taken["raw"]), "ratio": ratio, "statements": statements
    }  # fmt: skip


def _bytes(url: str, count: int) -> dict[str, int]:
    """Return what one act adds to the database, and on a server to its log, as the mean of many."""
    database, ids = db.open_database(url), iter(range(1, 100_000))
    with database.read() as session:
        before, log = _sizes(session)
    for _nth in range(count):
        database.once(lambda session: _note(session, next(ids), measure.AGENT))
    with database.read() as session:
        after, later = _sizes(session)
    database.close()
    return {"database": (after - before) // count} | ({"log": (later - log) // count} if later else {})


def _sizes(session: Session) -> tuple[int, int]:
    if session.get_bind().dialect.name == "postgresql":
        asked = "SELECT pg_database_size(current_database()), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
    else:
        asked = "SELECT page_count * page_size, 0 FROM pragma_page_count(), pragma_page_size()"
    size, log = session.connection().exec_driver_sql(asked).one()
    return int(size), int(log)


def _note(session: Session, ticket_id: int, login: str) -> Ticket:
    return conversation.note(session, ticket_id, "words", actor=finding.person(session, login), at=AT)


def _raw_connection(url: str) -> Any:
    if postgres.is_meant(url):
        return psycopg.connect(**postgres.arguments(url))
    file = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    file.execute("PRAGMA synchronous=NORMAL")
    file.execute("PRAGMA foreign_keys=ON")
    return file


def _say_again(raw: Any, said: list[tuple[str, Any, bool]]) -> None:
    if isinstance(raw, sqlite3.Connection):
        raw.execute("BEGIN IMMEDIATE")
    cursor = raw.cursor()
    for statement, values, is_many in said:
        (cursor.executemany if is_many else cursor.execute)(statement, values)
        if cursor.description:
            cursor.fetchall()
    raw.commit()


def _many(work: str, url: str, count: int, seconds: float) -> dict[str, float]:
    """Return what so many processes get done in a second, and what share of their tries was refused."""
    command = [sys.executable, __file__, work, url]
    workers = [
        subprocess.Popen(
            [*command, LOGINS[n % len(LOGINS)], str(n), str(seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n in range(count)
    ]  # fmt: skip
    for worker in workers:
        worker.stdout.readline()  # type: ignore[union-attr]
    for worker in workers:
        worker.stdin.write("go\n")  # type: ignore[union-attr]
        worker.stdin.flush()  # type: ignore[union-attr]
    answers = [json.loads(worker.communicate()[0]) for worker in workers]
    done, refused = (sum(answer[place] for answer in answers) for place in (0, 1))
    return {"done": round(done / seconds, 1), "refused_percent": round(100 * refused / max(1, done + refused), 1)}


def _worker(work: str, url: str, login: str, seed: str, seconds: str) -> None:
    database, rng = db.open_database(url), random.Random(seed)
    with database.read() as session:
        ids = list(session.exec(select(Ticket.id).where(col(Ticket.assignee_id).is_(None))))
    rng.shuffle(ids)
    done = refused = 0
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end and ids:
        ticket_id = rng.choice(ids) if work == "acts" else ids.pop()
        try:
            if work == "acts":
                database.once(lambda session, one=ticket_id: _note(session, one, login))
            else:
                database.once(lambda session, one=ticket_id: _take(session, one, login))
            done += 1
        except DeskError:
            refused += 1
    print(json.dumps([done, refused]), flush=True)


def _take(session: Session, ticket_id: int, login: str) -> Ticket:
    return assignment.take(session, ticket_id, actor=finding.person(session, login), at=AT)


def _notifications(database: db.Database, runs: int) -> dict[str, float]:
    """Return how long it takes from a commit to the other console, half a second apart."""
    heard, stop, other = threading.Event(), threading.Event(), db.open_database(database.url)
    watcher = live.Watcher(heard.set, lambda _reason: None)
    thread = threading.Thread(target=live.watch, args=(other, watcher, stop))
    thread.start()
    time.sleep(1.5)
    taken = []
    for number in range(1, runs + 1):
        heard.clear()
        database.once(lambda session, one=number: _note(session, one, measure.AGENT))
        began = time.perf_counter()
        heard.wait(5)
        taken.append(time.perf_counter() - began)
        time.sleep(0.6)
    stop.set()
    thread.join()
    other.close()
    return {"median": measure.ms(measure.percentile(taken, 50)), "most": measure.ms(max(taken))}


if __name__ == "__main__":
    if len(sys.argv) > 3:
        _worker(*sys.argv[1:])
    else:
        main()
