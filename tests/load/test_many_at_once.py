"""Many agents at once: nothing lost, nothing double, on either engine, also when the server dies in the middle.

`SHAREDOPS_LOAD_SECONDS=60` makes the run longer than the few seconds that are enough for every day.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import Session, col, func, select

from sharedops_core.desk import assignment, conversation, finding, opening, sweeping
from sharedops_core.errors import Conflict, DeskError
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import Event, Message, Notice, Ticket
from sharedops_core.views import doctor
from tests.conftest import AGENTS, ROOT, SEES_ALL, T0

SECONDS = float(os.environ.get("SHAREDOPS_LOAD_SECONDS", "15"))
PROCESSES = 16


def open_ticket(database, subject="VPN drops") -> int:
    """Open a ticket as a requester and return its id."""

    def work(session: Session) -> int:
        request = Request(subject, item="IT-NET-VPN-01", priority=1, channel="portal")
        return opening.open_ticket(session, request, actor=finding.person(session, "ana.ruiz"), at=T0).id

    return database.once(work)


def at_once(works):
    """Begin all at the same instant, each on its own thread, and return results and refusals."""
    barrier = Barrier(len(works))

    def one(work):
        barrier.wait()
        try:
            return work()
        except DeskError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def taking(database, ticket_id, login):
    """Return what takes a ticket as an agent."""
    return lambda: database.once(
        lambda session: assignment.take(session, ticket_id, actor=finding.person(session, login), at=T0)
    )


def test_of_two_who_take_the_same_ticket_one_is_told_who_was_first(database):
    """In the same instant one agent gets the ticket and the other a conflict with the winner's name, every time."""
    for _time in range(10):
        ticket_id = open_ticket(database)
        answers = at_once([taking(database, ticket_id, login) for login in ("li.na", "wang.lei")])
        conflict = next(one for one in answers if isinstance(one, Conflict))
        with database.read() as session:
            ticket = session.get_one(Ticket, ticket_id)
            winner = finding.person(session, "li.na" if ticket.assignee_id == 1 else "wang.lei")
        assert [type(one) for one in answers if one is not conflict] == [Ticket]
        assert str(conflict) == f"{winner.name} took {ticket.number} first"


def test_words_of_all_who_write_at_once_are_kept(database):
    """Eight notes on one ticket in one instant are eight lines of the journal, one after the other."""
    ticket_id = open_ticket(database)

    def noting(number):
        return lambda: database.once(
            lambda session: conversation.note(
                session, ticket_id, f"note {number}", actor=finding.person(session, "li.na"), at=T0
            )
        )

    assert not [one for one in at_once([noting(n) for n in range(8)]) if isinstance(one, DeskError)]
    with database.read() as session:
        lines = session.exec(select(Event.seq).where(col(Event.ticket_id) == ticket_id).order_by(col(Event.seq))).all()
        bodies = session.exec(select(Message.body).where(col(Message.body).startswith("note "))).all()
    assert lines == list(range(1, 10))
    assert sorted(bodies) == [f"note {n}" for n in range(8)]


def test_an_alarm_is_told_once_however_many_sweep(database):
    """Sweeps in the same instant divide the work: no notice twice, and nothing is left behind."""
    ids = [open_ticket(database) for _time in range(12)]
    later = T0.replace(day=4)

    def sweep():
        with database.write() as session:
            return len(sweeping.sweep(session, at=later))

    fired = at_once([sweep] * 6)
    while sweep():
        pass
    with database.read() as session:
        alarms = session.exec(select(Event.ticket_id, Event.alarm).where(col(Event.act) == "alarm")).all()
        notices = session.exec(select(func.count()).select_from(Notice)).one()
        report = doctor.examine(session, reader=SEES_ALL)
    assert not [one for one in fired if isinstance(one, DeskError)]
    assert (max(Counter(alarms).values(), default=1), report.findings) == (1, ())
    assert {ticket_id for ticket_id, _alarm in alarms} <= set(ids)
    assert notices >= 0


def started(url, count, seconds):
    """Start so many agents, three or so of whom are the same person, and wait until all are at work."""
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
        process.stdout.readline()
    return processes


def ended(processes):
    """Wait for all, and return the lines they were acknowledged."""
    lines = []
    for process in processes:
        out, err = process.communicate(timeout=180)
        assert process.returncode == 0, err
        lines += out.splitlines()
    return [line.split() for line in lines]


def examined(database, acknowledged):
    """Hold what is stored against what was acknowledged, and return the doctor's report."""
    written = ("open", "reply", "note", "receive", "resolve", "reopen")
    with database.read() as session:
        bodies = Counter(session.exec(select(Message.body)))
        report = doctor.examine(session, reader=SEES_ALL)
    notes = [note for act, _ticket, note in acknowledged if act in written]
    assert [note for note in notes if bodies[note] != 1] == []
    assert [body for body, count in bodies.items() if count > 1] == []
    assert report.findings == ()
    return report


def test_sixteen_processes_lose_nothing_and_double_nothing(database):
    """After random acts of sixteen processes every journal is gapless and replays to what is stored."""
    open_ticket(database)
    acknowledged = ended(started(database.url, PROCESSES, SECONDS))
    report = examined(database, acknowledged)

    assert len(acknowledged) > PROCESSES
    assert report.events > len(acknowledged) / 2


def test_a_server_killed_under_load_loses_nothing_acknowledged(mortal):
    """kill -9 of the server in the middle of acts, twice: all that was acknowledged is there, once."""
    server, database = mortal
    open_ticket(database)
    processes = started(database.url, 6, 14)
    for _time in range(2):
        time.sleep(4)
        server.kill()
        server.start()
    acknowledged = ended(processes)
    examined(database, acknowledged)

    assert len(acknowledged) > 6
