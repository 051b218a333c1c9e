"""What the benchmarks share: medians, the one JSON object, and a desk with as many synthetic tickets as wanted."""

import argparse
import json
import platform
import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Insert, String, Table, cast, func, insert, literal, true, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from sharedops_core import config, i18n
from sharedops_core.desk import identity, journal
from sharedops_core.intake import masterdata
from sharedops_core.rules.history import Entry
from sharedops_core.store import chains, db, policies, turns
from sharedops_core.store.tables import ChainTip, Clock, Event, Membership, Person, Policy, Team, Ticket

AGENT = "li.na"
"""Who looks at the queues: every fifth open ticket is hers."""

_BATCH = 5_000
_UNCONFIRMED = timedelta(days=2)
_SUBJECTS = ("VPN 掉线, cannot reach the file server", "Payslip of last month is missing a line", "打印机卡纸 3F-12")


def options(about: str) -> argparse.Namespace:
    """Return the options every benchmark has."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="smaller sizes and fewer runs, for a quick look")
    return parser.parse_args()


def say(text: str) -> None:
    """Tell on stderr what is going on."""
    print(text, file=sys.stderr, flush=True)


def publish(name: str, figures: dict[str, Any]) -> None:
    """Print the one JSON object of a benchmark on stdout."""
    machine = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "machine": platform.machine()}
    print(json.dumps({"benchmark": name, **machine, **figures}, indent=1, default=str))


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return how much processor time one call takes, which others on the machine disturb less."""
    began = time.process_time()
    work()
    return time.process_time() - began


def median(work: Callable[[], object], runs: int) -> float:
    """Return the median seconds of several calls, after one call that warms the caches."""
    work()
    return statistics.median(seconds(work) for _run in range(runs))


def side_by_side(works: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Return the median seconds of several things, measured in turns, so that a noisy minute hits all of them."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for run in range(runs + 1):
        for name, work in works.items():
            taken = seconds(work)
            if run:
                found[name].append(taken)
    return {name: statistics.median(values) for name, values in found.items()}


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many percent of all values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def ms(value: float) -> float:
    """Return seconds as milliseconds that can be read."""
    return round(value * 1000, 3)


def desk(file: Path, at: datetime) -> db.Database:
    """Make a database with the shipped catalogue, people and policies, and no ticket."""
    return desk_at(f"sqlite:///{file}", at)


def desk_at(url: str, at: datetime) -> db.Database:
    """Make the same in the empty database at an address."""
    i18n.activate("en")
    database = db.initialise(url)
    with database.write() as session:
        masterdata.load_seed(session, config.shipped("seed_data"), at=at)
        identity.mark_demo(session)
    return database


def fill(
    database: db.Database, at: datetime, *, still_open: int, closed: int = 0, codes: Sequence[str] = ("it-247",)
) -> None:
    """Lay down synthetic tickets of some policies as they stand at `at`: open ones of all states, finished ones of
    90 days."""
    draw = random.Random(7)
    for count, is_open in ((closed, False), (still_open, True)):
        for begin in range(0, count, _BATCH):
            with database.write() as session:
                found = session.exec(select(Policy.id).where(col(Policy.code).in_(codes)).order_by(Policy.id))
                terms = {policy_id: policies.current(session, policy_id) for policy_id in found}
                journal.record(session, _stories(session, draw, at, min(_BATCH, count - begin), is_open, terms))


def multiply(database: db.Database, times: int) -> None:
    """Make so many desks of the one that `fill` has laid down, tickets with their journals and clocks, by SQL alone.

    A million tickets take a minute or two instead of the quarter of an hour of as many histories. The lines that are
    copied are in no chain; acts go on behind them.
    """
    tables: list[Table] = [one.__table__ for one in (Ticket, Event, Clock)]  # type: ignore[attr-defined]
    with database.writing.begin() as connection:
        db.unhurried(connection)
        last = {table: connection.execute(sql_select(func.max(table.c.id))).scalar_one() for table in tables[:2]}
        indexes = [index for table in tables for index in table.indexes]
        for index in indexes:
            index.drop(connection)
        for table in tables:
            connection.execute(_copies(table, times, last[tables[0]], last[tables[1]]))
        for index in indexes:
            index.create(connection)
        tip = update(ChainTip).where(col(ChainTip.name) == chains.JOURNAL)
        connection.execute(tip.values(last_id=last[tables[1]] * times))
        turns.number_on(connection)


def _copies(table: Table, times: int, tickets: int, lines: int) -> Insert:
    """Return the statement that adds all copies but the first; each has ids of its own and is the same otherwise."""
    first = sql_select(literal(1).label("nth")).cte("copies", recursive=True)
    copies = first.union_all(sql_select(first.c.nth + 1).where(first.c.nth < times - 1))
    shift = {"ticket_id": tickets * copies.c.nth, "id": (lines if table.name == "event" else tickets) * copies.c.nth}
    values = {one.name: one + shift[one.name] if one.name in shift else one for one in table.columns}
    if "number" in values:
        values["number"] = literal("INC-").concat(cast(10_000 + values["id"], String))
    return insert(table).from_select(list(values), sql_select(*values.values()).select_from(table.join(copies, true())))


def _stories(
    session: Session, draw: random.Random, at: datetime, count: int, is_open: bool, terms: Mapping[int, int]
) -> Iterator[journal.Story]:
    agents = session.exec(
        select(Person.id, Person.login, Team.id, Team.line)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .join(Team, col(Team.id) == col(Membership.team_id))
        .order_by(Person.id)
    ).all()
    me = next(agent for agent in agents if agent[1] == AGENT)
    requesters = session.exec(select(Person.id).where(col(Person.role) == "requester")).all()
    for number in range(count):
        agent_id, _login, team_id, line = me if number % 5 == 0 else draw.choice(agents)
        opened_at = at - timedelta(seconds=draw.randrange(60, 72 * 3600 if is_open else 90 * 86_400))
        steps = draw.choice(_OPEN_WAYS) if is_open else _FINISHED_WAY
        if not is_open and at - opened_at < _UNCONFIRMED:
            steps = steps[:-1]
        policy = draw.choice(list(terms))
        entries = list(_entries(draw, steps, opened_at, agent_id, team_id, line, terms[policy]))
        fixed = {
            "kind": "incident", "subject": draw.choice(_SUBJECTS), "channel": "portal", "item_id": None,
            "policy_id": policy, "requester_id": draw.choice(requesters), "opened_by_id": None, "opened_at": opened_at,
        }  # fmt: skip
        yield journal.Story(fixed, entries)


def _entries(
    draw: random.Random,
    steps: Sequence[tuple[str, str]],
    opened_at: datetime,
    agent_id: int,
    team_id: int,
    line: int,
    terms_id: int,
) -> Iterator[Entry]:
    """Yield the journal of a ticket that went these steps."""
    priority, before = draw.choices((1, 2, 3, 4), (1, 3, 10, 6))[0], None
    for place, (act, state) in enumerate(steps):
        is_held = state != "received"
        yield Entry(
            at=opened_at + timedelta(seconds=place * 7), act=act, state=state, from_state=before,
            waiting_reason="requester" if state == "waiting" else None, actor_id=agent_id if is_held else None,
            is_person=is_held, team_id=team_id, line=line, assignee_id=agent_id if is_held else None,
            first_contact_id=agent_id if is_held else None, priority=priority, terms_id=terms_id,
        )  # fmt: skip
        before = state


_OPEN_WAYS = (
    (("open", "received"),),
    (("open", "received"), ("take", "accepted")),
    (("open", "received"), ("take", "accepted"), ("reply", "working")),
    (("open", "received"), ("take", "accepted"), ("reply", "working")),
    (("open", "received"), ("take", "accepted"), ("wait", "waiting")),
)
_FINISHED_WAY = (*_OPEN_WAYS[2], ("resolve", "resolved"), ("confirm", "confirmed"))
