"""A desk with any number of open tickets on SQLite, laid down by raw inserts: what the journal would write, without it.

Good for reading only: each ticket has one line of journal, and that is in no chain.
"""

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import measure

_COLUMNS = (
    "id", "number", "kind", "subject", "channel", "item_id", "policy_id", "requester_id", "opened_at", "state",
    "waiting_reason", "priority", "line", "team_id", "assignee_id", "first_contact_id", "escalation_level",
    "changed_at", "reopen_count", "handoff_count", "is_paused", "queue_at", "next_clock", "left_seconds", "version",
)  # fmt: skip
_WORDS = ("VPN 掉线", "无法登录工资系统", "printer offline 3F", "打印机卡纸", "mailbox is full", "发票被退回",
          "laptop does not wake up", "合同盖章", "payslip misses a line", "会议室投影没有信号")  # fmt: skip

_EVENTS = """
INSERT INTO event (ticket_id, seq, at, act, is_person, state, waiting_reason, priority, line, team_id, assignee_id,
  first_contact_id, terms_id, hash_before, hash)
SELECT id, 1, opened_at, 'record', 0, state, waiting_reason, priority, line, team_id, assignee_id, first_contact_id,
  (SELECT min(id) FROM policyversion), x'00', x'00' FROM ticket"""


def lay_down(file: Path, count: int, now: datetime | None = None) -> None:
    """Make a desk with so many open tickets around an instant; every hundredth is the benchmark agent's."""
    at = now or datetime.now(UTC).replace(microsecond=0)
    measure.desk(file, at).close()
    raw = sqlite3.connect(file)
    raw.execute("PRAGMA synchronous=OFF")
    marks = ",".join("?" * len(_COLUMNS))
    indexes = raw.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name='ticket' AND sql LIKE 'CREATE INDEX%'")
    made = indexes.fetchall()
    for name, _sql in made:
        raw.execute(f"DROP INDEX {name}")
    raw.executemany(f"INSERT INTO ticket ({','.join(_COLUMNS)}) VALUES ({marks})", _tickets(raw, count, at))  # noqa: S608
    raw.execute(_EVENTS)
    for _name, sql in made:
        raw.execute(sql)
    raw.commit()
    raw.close()


def _tickets(raw: sqlite3.Connection, count: int, at: datetime) -> Iterator[tuple[Any, ...]]:
    draw = random.Random(7)
    me = raw.execute("SELECT id FROM person WHERE login = ?", (measure.AGENT,)).fetchone()[0]
    agents = raw.execute(
        "SELECT m.person_id, m.team_id, t.line FROM membership m JOIN team t ON t.id = m.team_id ORDER BY 1"
    ).fetchall()
    mine = next(agent for agent in agents if agent[0] == me)
    requesters = [row[0] for row in raw.execute("SELECT id FROM person WHERE role = 'requester'")]
    items = [row[0] for row in raw.execute("SELECT id FROM serviceitem")]
    policy = raw.execute("SELECT id FROM policy ORDER BY id LIMIT 1").fetchone()[0]
    for number in range(1, count + 1):
        agent, team, line = mine if number % 100 == 0 else draw.choice(agents)
        state = draw.choice(("received", "accepted", "working", "working", "waiting"))
        opened = at - timedelta(seconds=draw.randrange(60, 72 * 3600))
        due = opened + timedelta(seconds=draw.randrange(600, 240 * 3600))
        holder = None if state == "received" else agent
        yield (
            number, f"INC-{10_000 + number}", "incident", f"{draw.choice(_WORDS)} {number % 9973}", "portal",
            draw.choice(items), policy, draw.choice(requesters), _text(opened), state,
            "requester" if state == "waiting" else None, draw.choices((1, 2, 3, 4), (1, 3, 10, 6))[0], line, team,
            holder, holder, 0, _text(opened + timedelta(seconds=draw.randrange(30, 3600))), 0, 0,
            int(state == "waiting"), _text(opened if state == "waiting" else due), "resolution",
            draw.randrange(600, 90_000) if state == "waiting" else None, 1,
        )  # fmt: skip


def _text(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(sep=" ") + ".000000"
