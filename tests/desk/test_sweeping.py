"""The sweep: what is due is told once, to the right people, however many sweep, and nothing else is read."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import event
from sqlmodel import col, func, select

from sharedops_core.desk import (
    assignment,
    changing,
    closing,
    finding,
    handoffs,
    opening,
    promising,
    sweeping,
    terms,
    waiting,
)
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import Event, Handoff, Notice, Person, Policy, Team
from sharedops_core.views import doctor
from tests.conftest import SEES_ALL, T0
from tests.desk.conftest import FULL
from tests.desk.promises import CHAIN, chained, promised

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE = T0 + 9 * HOUR


@pytest.fixture
def chain(session):
    """The centre has an escalation chain, and team desk has 王磊 as its lead."""
    chained(session, CHAIN)


def alarms(session, ticket):
    """Return the alarms of a ticket with the minute in which each was fired."""
    found = session.exec(select(Event).where(col(Event.ticket_id) == ticket.id, col(Event.act) == "alarm"))
    return [(one.alarm, one.at - T0) for one in found]


def told(session):
    """Return who was told what, in order."""
    found = session.exec(select(Person.login, Notice.detail).join(Notice).order_by(col(Notice.id)))
    return [(login, detail["clock"], detail["at"]) for login, detail in found]


def test_each_step_fires_once_at_its_time(session, chain, ticket):
    """Sweeping every five minutes for two days fires the chain of a ticket nobody touches, each step once."""
    for fives in range(600):
        sweeping.sweep(session, at=T0 + fives * 5 * MINUTE)

    assert alarms(session, ticket) == [
        ("response/1/75%", 90 * MINUTE), ("response/1/100%", 120 * MINUTE),
        ("resolution/1/75%", DAY + 6 * HOUR), ("resolution/1/100%", 2 * DAY + HOUR),
    ]  # fmt: skip
    assert sweeping.sweep(session, at=T0 + 2 * DAY) == []


def test_a_step_tells_holder_lead_supervisor_and_first_contact(session, chain, ticket, who):
    """Each role is somebody, each person is told once, and a role that nobody has means nobody."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    fired = sweeping.sweep(session, at=T0 + 3 * DAY)

    assert fired == [sweeping.Fired(1, "INC-10001", "resolution/1/100%", True, ("li.na", "wang.lei", "he.lin"))]
    assert told(session) == [(login, "resolution", "100%") for login in ("li.na", "wang.lei", "he.lin")]
    assert session.exec(select(Notice.detail)).first()["due"] == (T0 + 2 * DAY + HOUR).isoformat()


def test_nobody_to_tell_still_fires(session, chain, ticket):
    """A ticket of no holder fires its step with nobody told, so that it does not come again."""
    session.get_one(Team, 1).lead_id = None
    assert [one.told for one in sweeping.sweep(session, at=T0 + 90 * MINUTE)] == [()]
    assert not sweeping.is_due(session, at=T0 + 90 * MINUTE)


def test_a_step_gives_the_ticket_and_leaves_the_first_contact(session, ticket, who):
    """The lead gets the ticket, whoever answered first stays answerable; the journal says who got it."""
    chained(session, [{"clock": "resolution", "at": "50%", "tell": ["holder"], "give": "lead"}])
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    sweeping.sweep(session, at=T0 + 2 * DAY)

    assert (ticket.assignee_id, ticket.first_contact_id, ticket.team_id) == (2, 1, 1)
    last = session.exec(select(Event).order_by(col(Event.id).desc())).first()
    assert (last.detail["given_to"], last.detail["told"], last.actor_id) == ("wang.lei", ["li.na"], None)


def test_what_is_given_to_nobody_gets_a_first_contact(session, ticket):
    """A ticket that nobody ever touched is answered for by who gets it."""
    chained(session, [{"clock": "response", "at": "100%", "give": "supervisor"}])
    sweeping.sweep(session, at=LATE)
    assert (ticket.assignee_id, ticket.first_contact_id) == (20, 20)


def test_nothing_fires_while_a_ticket_waits(session, chain, ticket, who):
    """A paused clock is never overdue: the sweep finds nothing until the ticket goes on (R6)."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    waiting.wait(session, ticket.id, "requester", actor=who("li.na"), at=T0 + HOUR)
    assert not sweeping.is_due(session, at=T0 + 60 * DAY)

    waiting.resume(session, ticket.id, actor=who("li.na"), at=T0 + 7 * DAY)
    assert sweeping.is_due(session, at=T0 + 60 * DAY)


def test_a_priority_that_makes_it_late_is_told_at_once(session, chain, ticket, who):
    """After a re-target into the past the next sweep tells the last step, not the ones before it (R7)."""
    changing.prioritise(session, ticket.id, 1, actor=who("he.lin"), at=T0 + 6 * HOUR)
    fired = sweeping.sweep(session, at=T0 + 6 * HOUR)
    assert [one.alarm for one in fired] == ["response/1/100%", "resolution/1/100%"]


def test_a_promise_is_called_in_before_it_is_broken(session, ticket, who):
    """Thirty minutes before the promised instant its holder is told, and at the instant who answers for it."""
    chained(session, CHAIN)
    promising.promise(session, ticket.id, T0 + 3 * HOUR, "I call back", actor=who("li.na"), at=T0)
    for minutes in (149, 150, 179, 180):
        sweeping.sweep(session, at=T0 + minutes * MINUTE)

    found = [one for one in alarms(session, ticket) if one[0].startswith("promise")]
    assert found == [("promise/1/30m before", 150 * MINUTE), ("promise/1/100%", 180 * MINUTE)]


EXPIRY = [
    {"clock": "acceptance", "at": "100%", "tell": ["receiver"]},
    {"clock": "acceptance", "at": "200%", "tell": ["holder", "receiver"], "give": "giver"},
]


@pytest.fixture
def offered(session, ticket, who):
    """A ticket that 李娜 offers to the network team, which 刘洋 leads and which has an hour to answer."""
    promised(session, accept_within="1h")
    chained(session, EXPIRY)
    session.get_one(Team, 2).lead_id = who("liu.yang").id
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    handoffs.hand_off(session, ticket.id, handoffs.Destination("network"), FULL, "other", actor=who("li.na"), at=T0)
    return ticket


def test_an_offer_nobody_answers_goes_back_to_its_giver(session, offered, who):
    """After twice the time it has expired: the giver has the ticket as before, both teams hear, and it can be offered
    anew."""
    sweeping.sweep(session, at=T0 + HOUR)
    assert offered.offered_team_id == 2
    sweeping.sweep(session, at=T0 + 2 * HOUR)

    handoff = session.exec(select(Handoff)).one()
    assert (handoff.decision, handoff.decided_at, handoff.decided_by_id) == ("expired", T0 + 2 * HOUR, None)
    assert (offered.offered_team_id, offered.assignee_id, offered.team_id) == (None, 1, 1)
    assert told(session) == [("liu.yang", "acceptance", "100%"), ("li.na", "acceptance", "200%"),
                             ("liu.yang", "acceptance", "200%")]  # fmt: skip
    again = handoffs.Destination("network")
    assert handoffs.hand_off(session, offered.id, again, FULL, "other", actor=who("li.na"), at=T0 + 3 * HOUR)


def test_an_offer_expires_once_however_late_it_is_swept(session, offered):
    """A sweep days later ends the offer and nothing more, and the journal gives back every clock."""
    assert [one.alarm for one in sweeping.sweep(session, at=T0 + 5 * DAY)] == ["acceptance/1/200%"]
    assert sweeping.sweep(session, at=T0 + 6 * DAY) == []
    last = session.exec(select(Event).order_by(col(Event.id).desc())).first()
    assert (last.act, last.detail["expired"]) == ("expire", "network")
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_an_offer_that_was_answered_expires_no_more(session, offered, who):
    """Accepting in time ends the clock of the offer."""
    handoffs.accept(session, offered.id, actor=who("liu.yang"), at=T0 + MINUTE)
    assert not any(one.alarm.startswith("acceptance") for one in sweeping.sweep(session, at=T0 + 5 * DAY))


@pytest.fixture
def read(session):
    """Note of every reading of journals and clocks for which tickets it asks."""
    asked = []

    def hear(_connection, _cursor, statement, values, *_rest):
        if "FROM event" in statement or "FROM clock" in statement:
            asked.append(set(values.values() if isinstance(values, dict) else values))

    event.listen(session.connection(), "before_cursor_execute", hear)
    return asked


def test_a_sweep_reads_only_what_is_due(session, chain, who, read):
    """Of forty tickets two are due: only their journals and clocks are read, and looking alone reads none."""
    for number in range(40):
        at = T0 if number % 20 == 7 else T0 + 2 * HOUR
        opening.open_ticket(session, Request(f"t{number}", item="IT-NET-VPN-01"), actor=who("ana.ruiz"), at=at)
    read.clear()
    assert sweeping.is_due(session, at=T0 + 100 * MINUTE)
    assert len(read) == 1
    assert {one.number for one in sweeping.sweep(session, at=T0 + 100 * MINUTE)} == {"INC-10008", "INC-10028"}

    assert read[2:] == [{8, 28}, {8}, {28}]


def test_a_limit_is_worked_off_in_turn(session, chain, who):
    """Small sweeps one after the other do what one large one does, the longest due first."""
    for minutes in (0, 5, 2):
        opening.open_ticket(session, Request("x"), actor=who("ana.ruiz"), at=T0 + minutes * MINUTE)
    sweeps = [[one.number for one in sweeping.sweep(session, at=T0 + 96 * MINUTE, limit=1)] for _time in range(4)]
    assert sweeps == [["INC-10001"], ["INC-10003"], ["INC-10002"], []]


def test_a_closed_ticket_has_no_alarm(session, chain, ticket, who):
    """What is resolved or cancelled is told to nobody any more."""
    closing.cancel(session, ticket.id, "duplicate", actor=who("li.na"), at=T0 + MINUTE)
    assert sweeping.sweep(session, at=T0 + 60 * DAY) == []


def test_a_sweep_leaves_a_sound_database(session, chain, ticket, who):
    """After alarms, gifts and a change of terms, the journal gives back every clock (E1)."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    sweeping.sweep(session, at=T0 + DAY)
    chained(session, CHAIN[:1])
    sweeping.sweep(session, at=T0 + 9 * DAY)
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


# Two at once, and one that dies.


@pytest.fixture
def due(database):
    """Three tickets whose response is due, committed."""
    with database.write() as session:
        chained(session, CHAIN)
        for _number in range(3):
            request = Request("x", item="IT-NET-VPN-01")
            opening.open_ticket(session, request, actor=finding.person(session, "ana.ruiz"), at=T0)
    return database


def in_threads(*works):
    """Do things at the same time, and wait for the last."""
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def count(database, table):
    """Return how many rows of a table are committed."""
    with database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_two_sweeps_at_once_fire_nothing_twice(due):
    """Two threads on one file: every alarm and every notice is there once."""
    together, fired = Barrier(2), []

    def work():
        together.wait(5)
        for _time in range(3):
            with due.write() as session:
                fired.extend(sweeping.sweep(session, at=T0 + 90 * MINUTE, limit=2))

    in_threads(work, work)
    assert sorted(one.number for one in fired) == ["INC-10001", "INC-10002", "INC-10003"]
    assert (count(due, Event), count(due, Notice)) == (6, 3)


def test_a_sweep_that_dies_has_done_nothing(due):
    """A sweep that fails on its way leaves no alarm and no notice, and the next one fires them all."""
    with pytest.raises(ZeroDivisionError), due.write() as session:
        assert len(sweeping.sweep(session, at=T0 + 90 * MINUTE)) == 3
        raise ZeroDivisionError
    assert (count(due, Event), count(due, Notice)) == (3, 0)

    with due.write() as session:
        assert len(sweeping.sweep(session, at=T0 + 90 * MINUTE)) == 3


# Notices.


def test_notices_are_read_once(session, chain, ticket, who):
    """What an agent has seen is marked with the time, and only theirs."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    sweeping.sweep(session, at=T0 + 3 * DAY)
    counts = [sweeping.read_notices(session, actor=who("li.na"), at=LATE) for _time in range(2)]

    assert counts == [1, 0]
    read = session.exec(select(Notice.read_at).order_by(col(Notice.id))).all()
    assert read == [LATE, None, None]


def test_a_chain_that_changes_does_not_begin_again(session, chain, ticket):
    """New steps count from where the old chain had come to; nothing is told twice in other words."""
    sweeping.sweep(session, at=T0 + 120 * MINUTE)
    session.get_one(Policy, 1).escalation = [{"clock": "response", "at": text, "tell": ["lead"]}
                                             for text in ("50%", "1h after")]  # fmt: skip
    assert terms.renew(session, actor=None, at=T0 + 121 * MINUTE) == []

    assert [one.alarm for one in sweeping.sweep(session, at=LATE)] == ["response/1/1h after"]
