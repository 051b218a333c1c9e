"""Triage: what rules make of a ticket when it is opened, on record, and by the day of its calendar."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from sharedops_core.desk import finding, opening
from sharedops_core.rules import choice
from sharedops_core.rules.request import Request
from sharedops_core.store import access, companions, tags
from sharedops_core.store.tables import Event, Person, TriageRule
from sharedops_core.views import dispatch, doctor, notices
from tests.conftest import SEES_ALL, T0

LAST_DAY = datetime(2026, 3, 31, 2, tzinfo=UTC)


@pytest.fixture
def ruled(session):
    """A desk with the two usual rules, and one that says a team."""
    for place, (code, condition, facts) in enumerate((
        ("month-end", "category == 'IT' and workdays_left <= 2", {"priority": 2, "tags": ["month-end"]}),
        ("vip", "is_vip", {"priority": 1, "tags": ["vip"]}),
        ("network", "contains(subject, 'wlan')", {"team": "network"}),
    )):  # fmt: skip
        session.add(TriageRule(code=code, place=place, name_en=code, name_zh="月结", condition=condition, hit="all",
                               **facts))  # fmt: skip
    session.flush()
    return session


def opened(session, at, item="IT-NET-VPN-01", subject="VPN drops", **facts):
    """Open a ticket of a requester; return it and the detail of its opening line."""
    request = Request(subject, item=item, **facts)
    ticket = opening.open_ticket(session, request, actor=finding.person(session, "ana.ruiz"), at=at)
    return ticket, session.exec(select(Event.detail).where(col(Event.ticket_id) == ticket.id)).one()


def test_rules_raise_and_tag_and_say_so_in_the_opening_line(ruled):
    """At month-end a ticket of the item becomes P2 with a tag, and a replay of its journal gives the same."""
    before, _ = opened(ruled, T0)
    ticket, detail = opened(ruled, LAST_DAY)

    assert (before.priority, ticket.priority) == (3, 2)
    assert tags.of(ruled, [ticket.id])[ticket.id] == ("month-end",)
    assert detail == {"triage": ["month-end"], "priority": [3, 2], "tags": ["+month-end"]}
    assert doctor.examine(ruled, reader=SEES_ALL).findings == ()


def test_a_rule_never_lowers_and_the_highest_of_all_counts(ruled):
    """What was said to be critical stays so; of two rules the higher priority and both tags."""
    asked, detail = opened(ruled, LAST_DAY, priority=1)
    ruled.get_one(Person, 31).is_vip = True
    ticket, _ = opened(ruled, LAST_DAY)

    assert (asked.priority, "priority" in detail) == (1, False)
    assert (ticket.priority, tags.of(ruled, [ticket.id])[ticket.id]) == (1, ("month-end", "vip"))


def test_a_team_is_said_only_where_no_item_says_it(ruled):
    """The card of a service item is stronger than a rule."""
    plain, _ = opened(ruled, T0, item=None, subject="WLAN is slow")
    carded, _ = opened(ruled, T0, subject="WLAN is slow")

    assert (plain.team_id, plain.line, carded.team_id) == (2, 2, 1)


def test_whom_a_rule_names_hears_of_the_ticket(ruled):
    """A lead watches VIP tickets from the start; the opening line says so, and who may not see it is left out."""
    ruled.exec(select(TriageRule).where(TriageRule.code == "vip")).one().watchers = ["he.lin", "hou.jia", "gone"]
    ruled.get_one(Person, 31).is_vip = True
    ticket, detail = opened(ruled, T0)

    watching = [one.login for one in companions.told(ruled, ticket.id, None)]
    assert watching == detail["watchers"] == ["he.lin"]
    assert notices.unread(ruled, reader=access.reader(ruled, finding.person(ruled, "he.lin")))[0].kind == "watch_rule"


def test_the_explanation_names_the_rule_for_ever(ruled):
    """Which rule it was, and what it changed; also after the rule has been switched off."""
    ticket, _ = opened(ruled, LAST_DAY)
    ruled.exec(select(TriageRule).where(TriageRule.code == "month-end")).one().condition = "false"

    found = dispatch.explanation(ruled, ticket.id, LAST_DAY, reader=SEES_ALL)

    assert ("When it was opened", ["hit  month-end month-end", "priority 2 instead of 3", "tags: month-end"]) in (
        choice.spelled_out(found)
    )
