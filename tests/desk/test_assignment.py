"""Taking and assigning."""

from datetime import timedelta

import pytest

from sharedops_core.desk import assignment, closing, opening
from sharedops_core.errors import Conflict, NotAllowed, Refused
from sharedops_core.rules.request import Request
from tests.conftest import T0


def test_take_makes_the_first_agent_holder_and_first_contact_owner(session, ticket, who):
    """Whoever takes a ticket first holds it, answers for it, and has met the response target."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0 + timedelta(minutes=5))

    assert (ticket.state, ticket.assignee_id, ticket.first_contact_id) == ("accepted", 1, 1)
    assert ticket.responded_at == T0 + timedelta(minutes=5)


def test_second_taker_is_told_who_was_first(session, ticket, who):
    """The slower of two agents gets a conflict with the name of the faster, and nothing changes."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)

    with pytest.raises(Conflict, match="李娜 took INC-10001 first"):
        assignment.take(session, ticket.id, actor=who("wang.lei"), at=T0)
    assert ticket.assignee_id == 1


def test_next_is_the_free_ticket_of_ones_teams_that_is_due_first(session, who):
    """What falls due first comes first, paused clocks last; what is held is nobody's next."""
    made = {}
    for minutes, name in ((30, "later"), (0, "first"), (10, "held")):
        request = Request(name, item="IT-NET-VPN-01")
        made[name] = opening.open_ticket(session, request, actor=who("ana.ruiz"), at=T0 + timedelta(minutes=minutes))
    assignment.take(session, made["held"].id, actor=who("wang.lei"), at=T0 + timedelta(hours=1))

    at = T0 + timedelta(hours=1)
    taken = [assignment.take_next(session, actor=who("li.na"), at=at).subject for _nth in range(2)]
    assert taken == ["first", "later"]
    with pytest.raises(Refused, match="no ticket of your teams waits"):
        assignment.take_next(session, actor=who("li.na"), at=at)
    with pytest.raises(NotAllowed):
        assignment.take_next(session, actor=who("ana.ruiz"), at=at)


def test_first_contact_owner_stays_when_the_holder_changes(session, ticket, who):
    """The duty of the first contact does not move with the work."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    assignment.assign(session, ticket.id, "wang.lei", actor=who("li.na"), at=T0)

    assert (ticket.assignee_id, ticket.first_contact_id) == (2, 1)


def test_assigning_to_another_team_is_refused(session, ticket, who):
    """Work leaves a team only by a hand-off with its slots."""
    with pytest.raises(Refused, match="hand the ticket off"):
        assignment.assign(session, ticket.id, "liu.yang", actor=who("li.na"), at=T0)


def test_requesters_cannot_take(session, ticket, who):
    """The acts of the desk are closed to requesters."""
    with pytest.raises(NotAllowed):
        assignment.take(session, ticket.id, actor=who("wang.xiaoming"), at=T0)


def test_only_the_holder_or_a_lead_moves_a_held_ticket(session, ticket, who):
    """A colleague cannot resolve what somebody else holds; a supervisor can."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)

    with pytest.raises(NotAllowed, match="李娜"):
        closing.resolve(session, ticket.id, "done", actor=who("wang.lei"), at=T0)
    closing.resolve(session, ticket.id, "done", actor=who("he.lin"), at=T0)
    assert ticket.state == "resolved"


def test_an_act_on_an_outdated_view_names_who_was_first(session, ticket, who):
    """Resolving what a colleague has resolved since is a conflict that says so, not a mere refusal."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    seen = ticket.version
    closing.resolve(session, ticket.id, "done", actor=who("he.lin"), at=T0)

    with pytest.raises(Conflict, match="何琳 was first"):
        closing.resolve(session, ticket.id, "done too", actor=who("li.na"), at=T0, seen=seen)
