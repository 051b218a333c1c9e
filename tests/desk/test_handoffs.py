"""Hand-offs: the contract between lines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sharedops_core.desk import assignment, closing, handoffs
from sharedops_core.desk.handoffs import Destination
from sharedops_core.errors import Conflict, NotAllowed, Refused
from sharedops_core.rules.handoff import Slots
from sharedops_core.store.tables import Team
from tests.conftest import T0
from tests.desk.conftest import FULL

NETWORK = Destination("network")


@pytest.fixture
def taken(session, ticket, who):
    """A ticket in the hands of line 1."""
    return assignment.take(session, ticket.id, actor=who("li.na"), at=T0)


def offer(session, ticket, who, to=NETWORK, slots=FULL):
    """Hand the ticket off as 李娜."""
    return handoffs.hand_off(session, ticket.id, to, slots, "needs_line_2_skill", actor=who("li.na"), at=T0)


def test_until_accepted_the_giver_keeps_ticket_and_clock(session, taken, who):
    """An offer moves nothing: team, holder and due time stay where they are."""
    before = (taken.team_id, taken.assignee_id, taken.queue_at)
    offer(session, taken, who)

    assert (taken.team_id, taken.assignee_id, taken.queue_at) == before
    assert taken.offered_team_id == 2


def test_accepting_moves_team_line_and_holder(session, taken, who):
    """The receiver who signs holds the ticket on their line; the first-contact owner stays answerable."""
    offer(session, taken, who)
    handoffs.accept(session, taken.id, actor=who("liu.yang"), at=T0 + timedelta(minutes=3))

    assert (taken.team_id, taken.line, taken.assignee_id, taken.first_contact_id) == (2, 2, 3, 1)
    assert (taken.offered_team_id, taken.handoff_count) == (None, 1)


def test_giving_back_leaves_the_giver_in_charge(session, taken, who):
    """A returned offer changes no holder and is counted as no hand-off."""
    offer(session, taken, who)
    handoffs.give_back(session, taken.id, "not_ours", actor=who("sun.hao"), at=T0)

    assert (taken.assignee_id, taken.offered_team_id, taken.handoff_count) == (1, None, 0)


def test_every_empty_slot_is_named_at_once(session, taken, who):
    """A hand-off without its slots is refused with all of them in one sentence."""
    with pytest.raises(Refused, match="tried, found, promised, wanted"):
        offer(session, taken, who, slots=Slots(asked="VPN drops"))
    assert taken.offered_team_id is None


CHECKLIST = [
    {"code": "device", "en": "Which device?", "zh": "哪台设备？"},
    {"code": "since", "en": "Since when?", "zh": "从什么时候开始？"},
]


@pytest.fixture
def asking(session):
    """The network team wants to know two things."""
    session.get_one(Team, 2).checklist = CHECKLIST
    session.flush()


def test_every_question_without_an_answer_is_named_with_the_empty_slots(session, taken, who, asking):
    """A team with a checklist gets nothing unanswered; slots and questions are named in one sentence."""
    with pytest.raises(Refused, match=r"empty: found\..*Which device\? \[device\], Since when\? \[since\]"):
        handoffs.hand_off(
            session, taken.id, NETWORK, replace(FULL, found=""), "other", {"device": " "}, actor=who("li.na"), at=T0
        )
    assert taken.offered_team_id is None


def test_answers_are_kept_with_the_question_as_it_was_asked(session, taken, who, asking):
    """The checklist may change later: what was asked stays, and what another team asks is left out."""
    answers = {"device": "PC-1023", "since": "-", "month": "3"}
    handoffs.hand_off(session, taken.id, NETWORK, FULL, "other", answers, actor=who("li.na"), at=T0)
    session.get_one(Team, 2).checklist = []

    kept = handoffs.open_offer(session, taken).answers
    assert kept == [one | {"answer": answers[one["code"]]} for one in CHECKLIST]


def test_a_second_offer_waits_for_the_first(session, taken, who):
    """One ticket is offered to one team at a time."""
    offer(session, taken, who)
    with pytest.raises(Refused, match="offered to network already"):
        offer(session, taken, who, Destination("platform"))


def test_only_the_receiving_team_signs(session, taken, who):
    """Somebody of a third team cannot accept."""
    offer(session, taken, who)
    with pytest.raises(NotAllowed):
        handoffs.accept(session, taken.id, actor=who("zhou.kai"), at=T0)


def test_the_slower_of_two_receivers_learns_who_signed(session, taken, who):
    """Two colleagues accept in the same second: the second is told the name of the first."""
    offer(session, taken, who)
    handoffs.accept(session, taken.id, actor=who("liu.yang"), at=T0)
    with pytest.raises(Conflict, match="刘洋 accepted"):
        handoffs.accept(session, taken.id, actor=who("sun.hao"), at=T0)


def test_resolving_ends_an_open_offer(session, taken, who):
    """A ticket settled by its giver is offered to nobody any more."""
    offer(session, taken, who)
    closing.resolve(session, taken.id, "fixed meanwhile", actor=who("li.na"), at=T0)

    assert handoffs.open_offer(session, taken) is None
    assert taken.offered_team_id is None


def test_the_same_team_is_no_destination(session, taken, who):
    """Inside a team work is assigned, not handed off."""
    with pytest.raises(Refused, match="assign it instead"):
        offer(session, taken, who, Destination("desk"))
