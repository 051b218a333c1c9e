"""What-if: the past dealt out by other rules, by the chooser of dispatch, with loads as long as work really was."""

from datetime import timedelta

import pytest

from sharedops_core.desk import assignment, closing, finding, opening
from sharedops_core.rules import whatif as replaying
from sharedops_core.rules.dispatch import Rule
from sharedops_core.rules.request import Request
from sharedops_core.store import access
from sharedops_core.views import whatif
from tests.conftest import SEES_ALL, T0
from tests.lanes import add_lane
from tests.skilled import skilled

HOUR = timedelta(hours=1)
VPN = Rule("vpn", "VPN", "VPN", "true", must={"vpn": 2})
GERMAN = Rule("german", "German", "德语", "true", must={"german": 1})


@pytest.fixture
def past(session):
    """Three tickets that 李娜 took and resolved in an hour each, opened one hour after the other."""
    skilled(session)
    na, ana = (finding.person(session, login) for login in ("li.na", "ana.ruiz"))
    for number in range(3):
        at = T0 + number * HOUR
        made = opening.open_ticket(session, Request("x", item="IT-NET-VPN-01"), actor=ana, at=at)
        assignment.take(session, made.id, actor=na, at=at)
        closing.resolve(session, made.id, "done", actor=na, at=at + 90 * timedelta(minutes=1))
    return session


def compared(session, rules, reader=SEES_ALL, start=T0):
    return whatif.compared(session, rules, start, T0 + 9 * HOUR, reader=reader)


def test_other_rules_choose_others_and_both_loads_are_told(past):
    """By no rules 李娜 and 王磊 share it; when it needs VPN 2 only 王磊 can have it, which is not who resolved it."""
    now, then = compared(past, [VPN])
    assert (now.tickets, now.given, sum(one.tickets for one in now.loads)) == (3, 3, 3)
    assert [(one.login, one.tickets, one.peak) for one in then.loads] == [("wang.lei", 3, 2.0)]
    assert (then.compared, then.other_agent, then.other_team, then.handed_on_percent) == (3, 3, 0, 0)


def test_what_nobody_can_have_is_counted_as_a_breach(past):
    """A skill that nobody has leaves all of it; figures without a denominator are none."""
    now, then = compared(past, [GERMAN])
    assert (then.given, then.nobody_at_once, then.unanswered, then.expected_breaches) == (0, 3, 3, 3.0)
    assert (now.expected_breaches, then.handed_on_percent) == (0.0, None)
    assert compared(past, [], start=T0 + 8 * HOUR)[0].expected_breaches is None


def test_it_tells_only_of_tickets_that_one_oversees(past):
    """Of a confidential desk, those of the lane alone; nothing to nobody."""
    add_lane(past)
    opening.open_ticket(past, Request("x", item="SEALED-HR"), actor=finding.person(past, "ana.ruiz"), at=T0)
    seen = [compared(past, [], access.reader(past, finding.person(past, login)))[0].tickets for login in ("he.lin",)]
    assert (seen, compared(past, [])[0].tickets, compared(past, [], None)[0].tickets) == ([3], 4, 0)


def test_every_figure_has_a_definition():
    """No number without what it says."""
    assert set(replaying.FIGURES) == set(replaying.definitions())
