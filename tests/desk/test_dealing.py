"""Dealing out: each ticket to whom the rules choose, most at risk first, never more than somebody can take."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import assignment, dispatching, opening
from sharedops_core.errors import NotAllowed
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import Event
from tests.conftest import T0
from tests.skilled import rule, skilled


@pytest.fixture
def opened(session, who):
    """Open tickets whose subjects say what they need, those named first most at risk; return them."""
    skilled(session)
    rule(session, "hard", 10, "contains(subject, 'hard')", must={"vpn": 2})
    rule(session, "german", 20, "contains(subject, 'german')", must={"german": 1})

    def work(*subjects):
        return [
            opening.open_ticket(
                session, Request(subject, item="IT-NET-VPN-01"), actor=who("ana.ruiz"), at=T0 + timedelta(minutes=n)
            )
            for n, subject in enumerate(subjects)
        ]

    return work


def dealt(session, actor, team=None):
    """Deal out an hour later, and return who got what."""
    return [one.login for one in dispatching.deal(session, team, actor=actor, at=T0 + timedelta(hours=1))]


def test_each_goes_to_whom_the_rules_choose(session, opened, who):
    """By skill, then by who has less in hand; what nobody can have stays, and the journal names rules and points."""
    tickets = opened("hard", "easy", "german")

    assert dealt(session, who("he.lin")) == ["wang.lei", "li.na", None]
    assert [(one.state, one.assignee_id) for one in tickets] == [("received", 2), ("received", 1), ("received", None)]
    line = session.exec(select(Event).where(Event.ticket_id == tickets[0].id).order_by(col(Event.seq).desc())).first()
    assert (line.act, line.detail) == ("assign", {"rules": ["hard"], "points": 77.0})


def test_nobody_gets_more_than_they_can_take(session, opened, who):
    """Those most at risk are dealt out as far as there is room; then nobody is full and the rest stays."""
    who("li.na").capacity, who("wang.lei").capacity = 2, 1
    opened(*["easy"] * 5)

    found = dealt(session, who("he.lin"))

    assert (sorted(found[:3]), found[3:]) == (["li.na", "li.na", "wang.lei"], [None, None])


def test_the_agent_signs_by_taking(session, opened, who):
    """What was dealt out is answered for by nobody else: the agent takes it, or passes it on."""
    (ticket,) = opened("hard")
    dealt(session, who("he.lin"))
    assignment.take(session, ticket.id, actor=who("wang.lei"), at=T0 + timedelta(hours=2))
    assert (ticket.state, ticket.first_contact_id) == ("accepted", 2)


def test_only_those_deal_out_who_oversee(session, opened, who):
    """An agent does not hand out the work of others; a team is dealt out alone on wish."""
    opened("easy")
    with pytest.raises(NotAllowed):
        dealt(session, who("li.na"))
    assert dealt(session, who("he.lin"), "network") == []
    assert dealt(session, who("he.lin"), "desk") == ["li.na"]
