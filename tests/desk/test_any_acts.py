"""Whatever any agents do in whatever order: somebody answers, no state is illegal, all adds up and replays."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from sharedops_core.desk import (
    assignment,
    closing,
    finding,
    handoffs,
    lapsing,
    linking,
    merging,
    opening,
    overdue,
    pushing,
    sweeping,
    tasks,
    undoing,
)
from sharedops_core.desk.handoffs import Destination
from sharedops_core.errors import DeskError
from sharedops_core.rules import clocks, ledger, lifecycle
from sharedops_core.rules.request import Request
from sharedops_core.rules.tasks import gates
from sharedops_core.store import policies
from sharedops_core.store import tasks as stored_tasks
from sharedops_core.store.events import histories
from sharedops_core.store.tables import Person, PushPlan, Ticket
from sharedops_core.views import doctor
from tests.conftest import AGENTS, SEES_ALL, T0
from tests.desk.conftest import FULL
from tests.desk.promises import CHAIN, chained
from tests.desk.test_permissions import ACTS


def other(session, ticket_id):
    """Return the number of another ticket of the desk, of itself when there is none."""
    numbers = session.exec(select(Ticket.number).order_by((col(Ticket.id) == ticket_id), col(Ticket.id).desc())).all()
    return numbers[0]


PEOPLE = some.sampled_from([*AGENTS, "wang.xiaoming"])
CONCERNED = some.sampled_from(["holder", "receiver", "requester", *AGENTS])
"""Whoever has the ticket, is offered it, asked for it; or somebody: else most acts would be refused."""
PLACES = some.integers(0, 2)
ANY = {name: (name, run) for name, run in ACTS.items()} | {
    "assign over": ("assign", lambda s, t, **by: assignment.assign(s, t, "sun.hao", **by)),
    "hand on": ("hand_off", lambda s, t, **by: handoffs.hand_off(s, t, Destination("network"), FULL, "other", **by)),
    "hand back": ("hand_off", lambda s, t, **by: handoffs.hand_off(s, t, Destination("desk"), FULL, "other", **by)),
    "undo": ("note", undoing.undo_last),
    "ask on": ("ask_task", lambda s, t, **by: tasks.ask_task(s, t, tasks.Wish("desk", "x", is_gate=False), **by)),
    "finish second": ("finish_task", lambda s, t, **by: tasks.finish_task(s, t, 2, "done", **by)),
    "rate low": ("rate", lambda s, t, **by: closing.rate(s, t, 1, ease=1, **by)),
    "link on": ("link", lambda s, t, **by: linking.link(s, t, "blocks", other(s, t), **by)),
    "unlink": ("unlink", lambda s, t, **by: linking.unlink(s, t, other(s, t), **by)),
    "adopt": ("link", lambda s, t, **by: linking.link(s, t, "parent_of", other(s, t), **by)),
    "merge over": ("merge", lambda s, t, **by: merging.merge(s, t, other(s, t), **by)),
}
"""Name → the move of the table that it is, and what does it."""

OFTEN = {"hand on", "hand back", "accept", "give_back", "decide", "take", "resolve", "undo", "offer_duty",
         "accept_duty", "ask_task", "take_task", "reject", "finish second"}  # fmt: skip
"""What moves tickets from hand to hand is tried more often than words about them."""
MANY = settings(
    max_examples=50, stateful_step_count=30, deadline=None,
    # What is found is not made smaller: that takes ten minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


class Desk(RuleBasedStateMachine):
    """A desk of up to three tickets, on which a clock goes and anybody does anything."""

    def __init__(self, session):
        super().__init__()
        self.session, self.before = session, session.begin_nested()
        self.now, self.tickets, self.answerable = T0, [], {}

    @initialize()
    def begin(self):
        """The policy tells somebody when something falls due, the desk pushes; one ticket is there."""
        chained(self.session, CHAIN)
        wider = [{"after": "20m", "pool": "all"}]
        self.session.add(PushPlan(team_id=1, accept_within="5m", widen=wider))
        self.open("wang.xiaoming")

    @rule(login=PEOPLE)
    def open(self, login):
        """Somebody asks for something, or takes a call."""
        if len(self.tickets) < 3:
            caller = "ana.ruiz" if login in AGENTS else None
            request = Request("VPN drops", requester=caller, item="IT-NET-VPN-01")
            made = opening.open_ticket(self.session, request, actor=self.person(login), at=self.now)
            self.tickets.append(made.id)

    @rule(picks=some.lists(some.tuples(some.integers(0, 99), CONCERNED), min_size=1, max_size=6), place=PLACES)
    def act(self, picks, place):
        """Some do something to a ticket, one after the other; what is refused changes nothing."""
        for nth, who in picks:
            ticket = self.stored()[place % len(self.tickets)]
            legal = [name for name, (move, _run) in ANY.items() if ticket.state in lifecycle.MOVES.get(move, ANY)]
            legal += [name for name in legal if name in OFTEN] * 4
            _move, run = ANY[legal[nth % len(legal)]]
            with suppress(DeskError), self.session.begin_nested():
                run(self.session, ticket.id, actor=self.meant(who, ticket), at=self.now)

    @rule(login=some.sampled_from([*AGENTS]))
    def take_next(self, login):
        """Somebody takes what is most at risk."""
        with suppress(DeskError), self.session.begin_nested():
            assignment.take_next(self.session, actor=self.person(login), at=self.now)

    @rule(minutes=some.sampled_from([0, 1, 20, 130, 60 * 24, 60 * 24 * 9]))
    def time_goes_by(self, minutes):
        """It is later, and whatever fell due is told."""
        self.now += timedelta(minutes=minutes)
        sweeping.sweep(self.session, at=self.now)
        lapsing.lapse(self.session, at=self.now)
        overdue.remind(self.session, at=self.now)
        pushing.sweep(self.session, at=self.now)

    @invariant()
    def whoever_answers_stays(self):
        """A ticket in hand has one holder; once somebody answers for one, somebody does until it ends."""
        for one in self.stored():
            assert (one.assignee_id is not None) or one.state not in lifecycle.HELD_STATES
            assert one.first_contact_id is not None or one.id not in self.answerable
            if one.first_contact_id is not None:
                self.answerable[one.id] = one.first_contact_id

    @invariant()
    def what_is_offered_is_free(self):
        """Nobody is offered what somebody holds, and every offer has its end."""
        for one in self.stored():
            assert (one.pushed_id is None) == (one.pushed_until is None)
            assert one.pushed_id is None or (one.assignee_id is None and one.state == lifecycle.RECEIVED)

    @invariant()
    def no_state_is_illegal(self):
        """Every line leads from the state before it to the one that the table of moves names."""
        for lines in histories(self.session, self.tickets).values():
            for earlier, line in pairwise(lines):
                assert line.act == "undo" or lifecycle.MOVES[line.act][earlier.state] == line.state

    @invariant()
    def no_gate_stands_behind_a_solution(self):
        """What is resolved waits for no task, and nothing is left to do for what nobody needs."""
        states = {one.id: one.state for one in self.stored()}
        for ticket_id, asked in stored_tasks.of(self.session, self.tickets).items():
            assert states[ticket_id] in lifecycle.OPEN_STATES or not gates(asked)
            assert states[ticket_id] != lifecycle.CANCELLED or not any(one.is_standing for one in asked)

    @invariant()
    def hands_add_up(self):
        """The stretches in each hand add up to the whole time, by calendar and by clock."""
        for lines in histories(self.session, self.tickets).values():
            calendar = policies.load(self.session, lines[-1].terms_id).calendar
            held = ledger.ledger(lines, calendar, self.now)
            for one, after in pairwise(held):
                assert one.end == after.start
            if held:
                whole = clocks.elapsed(calendar, held[0].start, held[-1].end)
                assert sum((one.open_time for one in held), timedelta()) == whole
                assert sum((one.wall_time for one in held), timedelta()) == held[-1].end - held[0].start

    def teardown(self):
        """What is stored is what a replay gives; then it is as if nothing had been."""
        report = doctor.examine(self.session, reader=SEES_ALL)
        self.before.rollback()
        self.session.expire_all()
        assert report.replay + report.clocks == ()

    def person(self, login):
        """Return somebody of the small centre."""
        return finding.person(self.session, login)

    def meant(self, who, ticket):
        """Return whom a word means for a ticket."""
        if who == "receiver" and ticket.pushed_id is not None:
            return self.session.get_one(Person, ticket.pushed_id)
        receivers = {1: "wang.lei", 2: "liu.yang", 3: "zhou.kai"}
        if who == "receiver":
            return self.person(receivers[ticket.offered_team_id or ticket.team_id])
        ids = {"holder": ticket.assignee_id, "requester": ticket.requester_id}
        return self.session.get_one(Person, ids[who]) if ids.get(who) else self.person("li.na" if who in ids else who)

    def stored(self):
        """Return the tickets as they are stored."""
        self.session.flush()
        return [self.session.get_one(Ticket, ticket_id, populate_existing=True) for ticket_id in self.tickets]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_any_acts_of_any_agents_keep_the_desk_whole(session):
    """No sequence of acts loses who answers, reaches a state that no move leads to, or stores what no replay gives."""
    run_state_machine_as_test(lambda: Desk(session), settings=MANY)
