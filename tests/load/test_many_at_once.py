"""Many agents at once: nothing lost, nothing double, on either engine.

The long form of the run of sixteen is `SHAREDOPS_LOAD_SECONDS=60 python -m pytest -n 0 tests/load`; a few seconds are
enough for every day. Writers are READ COMMITTED with row locks, readers REPEATABLE READ (`store.postgres`); on SQLite
writers come one after the other. What happens when a server dies in the middle is in tests/faults.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import col, func, select

from sharedops_core.desk import assignment, conversation, finding, sweeping
from sharedops_core.errors import Conflict, DeskError
from sharedops_core.store.tables import Event, Message, Notice, Ticket
from sharedops_core.views import doctor
from tests.conftest import AGENTS, SEES_ALL, T0
from tests.desk.promises import CHAIN, chained
from tests.load.crowd import ended, examined, open_ticket, started

SECONDS = float(os.environ.get("SHAREDOPS_LOAD_SECONDS", "6"))
PROCESSES = 16


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


def test_everybody_who_asks_for_the_next_ticket_gets_another_one(database):
    """Eight ask at once for what is most at risk: eight tickets, each taken once, and on a server nobody waits."""
    made = {open_ticket(database) for _nth in range(10)}

    def next_one(login):
        return lambda: database.once(
            lambda session: assignment.take_next(session, actor=finding.person(session, login), at=T0).id
        )

    taken = at_once([next_one(login) for login in ("li.na", "wang.lei") * 4])

    assert len(set(taken)) == 8
    assert set(taken) <= made


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


def test_each_of_many_tickets_is_taken_by_one(database):
    """Five agents who all want all of twenty tickets get twenty between them, each of which has one holder."""
    ids = [open_ticket(database) for _time in range(20)]

    def greedy(login):
        def take_all():
            answers = [at_once([taking(database, ticket_id, login)])[0] for ticket_id in ids]
            return [one.id for one in answers if isinstance(one, Ticket)]

        return take_all

    got = [ticket_id for mine in at_once([greedy(login) for login in AGENTS]) for ticket_id in mine]
    assert sorted(got) == ids


def test_an_alarm_is_told_once_however_many_sweep(database):
    """Sweeps in the same instant divide the work: no notice twice, and nothing is left behind."""
    with database.write() as session:
        chained(session, CHAIN)
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
        told = session.exec(select(func.count()).select_from(Notice)).one()
        report = doctor.examine(session, reader=SEES_ALL)
    assert not [one for one in fired if isinstance(one, DeskError)]
    assert (max(Counter(alarms).values(), default=1), report.findings) == (1, ())
    assert {ticket_id for ticket_id, _alarm in alarms} == set(ids)
    assert told >= len(ids)


def test_sixteen_processes_lose_nothing_and_double_nothing(database):
    """After random acts of sixteen processes every journal is gapless and replays to what is stored."""
    with database.write() as session:
        chained(session, CHAIN)
    open_ticket(database)
    acknowledged = ended(started(database.url, PROCESSES, SECONDS))
    report = examined(database, acknowledged)

    assert len(acknowledged) > PROCESSES
    assert report.events > len(acknowledged) / 2
