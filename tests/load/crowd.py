"""Many agents in processes of their own, and what is held against what they were acknowledged."""

import os
import subprocess
import sys
from collections import Counter

from sqlmodel import Session, col, select
from sqlmodel import text as sql

from sharedops_core.desk import finding, opening
from sharedops_core.rules.request import Request
from sharedops_core.store import db
from sharedops_core.store.tables import Event, Message
from sharedops_core.views import audit, doctor
from tests.conftest import AGENTS, ROOT, SEES_ALL, T0

_WRITTEN = ("open", "reply", "note", "receive", "resolve", "reopen", "invite", "ask_task", "finish_task",
            "decline_task")  # fmt: skip
"""The acts whose words are kept in the thread."""

_TAKEN_TWICE = """SELECT after.ticket_id, after.seq FROM event AS after JOIN event AS before
ON before.ticket_id = after.ticket_id AND before.seq = after.seq - 1
WHERE after.act = 'take' AND before.assignee_id <> after.assignee_id"""


def open_ticket(database: db.Database, subject: str = "VPN drops") -> int:
    """Open a ticket as a requester and return its id."""

    def work(session: Session) -> int:
        request = Request(subject, item="IT-NET-VPN-01", priority=1, channel="portal")
        return opening.open_ticket(session, request, actor=finding.person(session, "ana.ruiz"), at=T0).id

    return database.once(work)


def started(url: str, count: int, seconds: float) -> list[subprocess.Popen[str]]:
    """Start so many agents, several of whom may be the same person, and wait until all are at work."""
    command = [sys.executable, "tests/load/random_acts.py", url]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(
            [*command, list(AGENTS)[n % len(AGENTS)], str(n), str(seconds)],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for n in range(count)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    return processes


def ended(processes: list[subprocess.Popen[str]]) -> list[list[str]]:
    """Wait for all, and return what they were acknowledged: act, ticket and words of each."""
    lines = []
    for process in processes:
        out, err = process.communicate(timeout=180)
        assert process.returncode == 0, err
        lines += out.splitlines()
    return [line.split() for line in lines]


def examined(database: db.Database, acknowledged: list[list[str]]) -> doctor.Examination:
    """Hold what is stored against what was acknowledged: nothing lost, nothing double, no ticket taken from anybody,
    journals gapless and replayed, chains whole. Return the doctor's report.
    """
    with database.read() as session:
        bodies = Counter(session.exec(select(Message.ticket_id, Message.body)).all())
        taken = Counter(session.exec(select(Event.ticket_id).where(col(Event.act) == "take")))
        twice = session.connection().execute(sql(_TAKEN_TWICE)).all()
        report, verdicts = doctor.examine(session, reader=SEES_ALL), audit.verify(session)
    notes = [(int(ticket), note) for act, ticket, note in acknowledged if act in _WRITTEN]
    takes = Counter(int(ticket) for act, ticket, _note in acknowledged if act == "take")
    assert [note for note in notes if bodies[note] != 1] == []
    assert [body for body, count in bodies.items() if count > 1] == []
    assert (takes - taken, twice) == (Counter(), [])
    assert report.findings == ()
    assert [one.broken for one in verdicts] == [None, None]
    assert verdicts[0].lines == report.events
    return report
