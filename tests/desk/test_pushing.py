"""Push: what nobody holds is offered to one after the other, each once, wider with waiting, and never dropped."""

from datetime import timedelta
from threading import Barrier

import pytest
from sqlmodel import col, select

from sharedops_core.desk import assignment, changing, dispatching, finding, opening, pushing, undoing
from sharedops_core.errors import NotAllowed, Refused
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import Event, Notice, Person, PushPlan, Team
from sharedops_core.views import dispatch, doctor, notices, queue
from sharedops_core.views.rows import Question
from tests.conftest import SEES_ALL, T0
from tests.desk.test_sweeping import in_threads
from tests.logins import login_of, working_as
from tests.skilled import rule, skilled

MINUTE = timedelta(minutes=1)
WIDEN = [{"after": "20m", "pool": "line"}, {"after": "1h", "pool": "all"}]


def planned(session, widen=WIDEN):
    """Let the desk of line 1 push with five minutes to answer."""
    skilled(session)
    session.add(PushPlan(team_id=1, accept_within="5m", widen=widen))
    session.flush()


@pytest.fixture
def opened(session, who):
    """Open tickets in the pushing desk, those named first most at risk; return them."""
    planned(session)
    rule(session, "hard", 10, "contains(subject, 'hard')", must={"vpn": 2})

    def work(*subjects):
        by = who("ana.ruiz")
        return [
            opening.open_ticket(session, Request(one, item="IT-NET-VPN-01"), actor=by, at=T0 + n * timedelta(seconds=1))
            for n, one in enumerate(subjects)
        ]

    return work


def swept(session, minutes):
    """Sweep so many minutes later; return what was done to whom."""
    return [(one.act, one.login, one.pool) for one in pushing.sweep(session, at=T0 + minutes * MINUTE)]


def line(session, ticket):
    """Return the last line of the journal of a ticket."""
    return session.exec(select(Event).where(Event.ticket_id == ticket.id).order_by(col(Event.seq).desc())).first()


def test_it_is_offered_to_whom_the_rules_choose_and_taken(session, opened, who):
    """The journal names rules, points and pool, the agent is told, and taking it is the answer."""
    (ticket,) = opened("hard")
    assert swept(session, 1) == [("push", "wang.lei", "team")]
    assert (ticket.pushed_id, ticket.pushed_until, ticket.state) == (2, T0 + 6 * MINUTE, "received")
    assert line(session, ticket).detail == {"to": "wang.lei", "rules": ["hard"], "points": 77.0, "pool": "team"}
    assert session.exec(select(Notice.kind, Notice.person_id)).all() == [("push", 2)]

    assignment.take(session, ticket.id, actor=who("wang.lei"), at=T0 + 2 * MINUTE)
    assert (ticket.assignee_id, ticket.first_contact_id, ticket.pushed_id, ticket.pushed_until) == (2, 2, None, None)
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_who_rejects_or_is_silent_is_not_asked_again_and_the_pool_widens(session, opened, who):
    """Reason on record, the next best of the team, then everybody; after the last one the lead hears of it once."""
    (ticket,) = opened("easy")
    session.get_one(Team, 1).lead_id = 20
    first = swept(session, 0)[0][1]
    pushing.reject(session, ticket.id, "not_ours", actor=who(first), at=T0 + MINUTE)
    assert (line(session, ticket).reason, ticket.first_contact_id, ticket.pushed_id) == ("not_ours", None, None)

    second = ({"li.na", "wang.lei"} - {first}).pop()
    assert swept(session, 1) == [("push", second, "team")]
    assert swept(session, 6) == [("lapse_push", second, "")]
    assert swept(session, 21) == []
    everybody = [
        login for minute in range(61, 181, 10) for act, login, _pool in swept(session, minute) if act == "push"
    ]
    assert sorted(everybody) == ["liu.yang", "sun.hao", "zhou.kai"]
    told = session.exec(select(Person.login).join(Notice).where(col(Notice.kind) == "run_out")).all()
    assert told == ["he.lin"]


def test_an_explanation_names_who_is_not_asked_again(session, opened, who):
    """Whoever said no would have the most points still, and reads why the ticket goes elsewhere; in hand it is over."""
    (ticket,) = opened("easy")
    first = swept(session, 0)[0][1]
    pushing.reject(session, ticket.id, "not_ours", actor=who(first), at=T0 + MINUTE)
    swept(session, 1)

    def declined():
        return dispatch.explanation(session, ticket.id, T0 + MINUTE, reader=SEES_ALL).declined

    assert [one.split()[0] for one in declined()] == [first]
    assignment.take(session, ticket.id, actor=who(first), at=T0 + MINUTE)
    assert declined() == ()


def test_nobody_is_offered_more_than_they_have_room_for(session, opened, who):
    """An offer weighs as much as a ticket in hand; what is left is looked at again a minute later, not before."""
    who("li.na").capacity, who("wang.lei").capacity = 2, 1
    opened(*["easy"] * 5)

    assert sorted(login for _act, login, _pool in swept(session, 0)) == ["li.na", "li.na", "wang.lei"]
    assert not pushing.is_due(session, at=T0 + timedelta(seconds=59))
    who("wang.lei").capacity = 9
    assert [login for _act, login, _pool in swept(session, 1)] == ["wang.lei", "wang.lei"]


def test_ctrl_n_passes_over_what_is_offered_to_others_and_anybody_may_take_it(session, opened, who):
    """The next one for me is mine to ask for; by hand a ticket is anybody's, and the offer is over."""
    (ticket,) = opened("hard")
    swept(session, 0)
    with pytest.raises(Refused, match="no ticket of your teams waits"):
        assignment.take_next(session, actor=who("li.na"), at=T0 + MINUTE)
    with pytest.raises(Refused, match="not offered to you"):
        pushing.reject(session, ticket.id, "not_ours", actor=who("li.na"), at=T0 + MINUTE)

    assignment.take(session, ticket.id, actor=who("li.na"), at=T0 + MINUTE)
    assert (ticket.assignee_id, ticket.pushed_id, swept(session, 9)) == (1, None, [])


def test_whoever_is_offered_it_sees_it_as_offered_to_them(session, opened, who):
    """The view, the notice until it is over, and the explanation say so."""
    (ticket,) = opened("hard")
    swept(session, 0)
    reader = SEES_ALL.__class__(2, "agent", frozenset({1}), frozenset({1}))

    def seen():
        found = queue.page(session, Question("offered", 2), T0, reader=reader).rows
        return [one.ticket_id for one in found], [one.kind for one in notices.unread(session, reader=reader)]

    assert seen() == ([ticket.id], ["push"])
    assert dispatch.explanation(session, ticket.id, T0, reader=SEES_ALL).asked == "wang.lei 王磊"
    swept(session, 5)
    assert seen() == ([], [])


def test_what_changes_the_ticket_ends_the_offer_or_leaves_it(session, opened, who):
    """Another priority leaves it; a rejection that is undone is an offer again."""
    (ticket,) = opened("hard")
    swept(session, 0)
    changing.prioritise(session, ticket.id, 1, actor=who("li.na"), at=T0)
    assert ticket.pushed_id == 2
    pushing.reject(session, ticket.id, "not_ours", actor=who("wang.lei"), at=T0 + MINUTE)
    undoing.undo_last(session, ticket.id, actor=who("wang.lei"), at=T0 + MINUTE)
    assert ticket.pushed_id == 2
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_by_hand_it_is_for_those_who_oversee(session, opened, who):
    """An agent does not push; a team without a plan is not pushed to; a run deals out nothing that is offered."""
    opened("easy")
    with pytest.raises(NotAllowed):
        pushing.offer(session, actor=who("li.na"), at=T0)
    with pytest.raises(Refused, match="network has no plan for push"):
        pushing.offer(session, "network", actor=who("he.lin"), at=T0)
    assert len(pushing.offer(session, "desk", actor=who("he.lin"), at=T0)) == 1
    assert dispatching.deal(session, actor=who("he.lin"), at=T0) == []


def test_at_night_nobody_is_told_that_nobody_is_there(session, opened, who):
    """Waiting is counted on the calendar of the team: its lead hears in the morning what nobody could have."""
    session.get_one(Team, 1).calendar_id = 1
    session.get_one(PushPlan, 1).widen = []
    who("li.na").capacity = who("wang.lei").capacity = 0
    opening.open_ticket(session, Request("x", item="IT-NET-VPN-01"), actor=who("ana.ruiz"), at=T0 + 660 * MINUTE)
    assert [swept(session, minutes) for minutes in (661, 800, 24 * 60 + 4)] == [[], [], []]
    assert swept(session, 24 * 60 + 5) == [("run_out", None, "team")]


def test_two_sweeps_at_once_offer_nothing_twice(database):
    """Two threads, two connections: every ticket is offered once, and nobody gets more than they have room for."""
    with database.write() as session:
        planned(session)
        session.exec(select(Person).where(Person.login == "li.na")).one().capacity = 2
        for number in range(4):
            request = Request(f"easy {number}", item="IT-NET-VPN-01")
            opening.open_ticket(session, request, actor=finding.person(session, "ana.ruiz"), at=T0)
    together, done = Barrier(2), []

    def work():
        together.wait(5)
        with database.write() as session:
            done.extend(pushing.sweep(session, at=T0 + MINUTE))

    in_threads(work, work)
    assert sorted(one.number for one in done) == [f"INC-1000{number}" for number in range(1, 5)]
    assert sorted(one.login for one in done) == ["li.na", "wang.lei", "wang.lei", "wang.lei"]


@pytest.mark.parametrize("engine", ["postgresql"])
def test_the_login_of_an_agent_lets_the_sweep_push(session, opened, who):
    """The database itself lets a console offer, end an offer, and note when to look again."""
    opened("hard")
    who("li.na").capacity = 0
    login = login_of(session, who("li.na"))
    with working_as(session, login):
        assert swept(session, 0) == [("push", "wang.lei", "team")]
        assert swept(session, 5) == [("lapse_push", "wang.lei", "")]
    assert session.exec(select(PushPlan.next_at)).one() == T0 + 6 * MINUTE
