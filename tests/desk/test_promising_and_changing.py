"""Promises to the requester, another service item, and the priority that impact and urgency give."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import assignment, changing, closing, escalation, opening, promising, terms, waiting
from sharedops_core.errors import NotAllowed, NotFound, Refused
from sharedops_core.rules.request import Request
from sharedops_core.store import search
from sharedops_core.store.tables import (
    Clock,
    Event,
    Policy,
    PolicyTarget,
    PolicyVersion,
    PriorityCell,
    ServiceItem,
)
from sharedops_core.views import doctor
from tests.conftest import SEES_ALL, T0

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIVE = T0 + 8 * HOUR


def promise(session, ticket, who, due_at, words="I call you back", login="li.na", at=T0):
    """Promise something as 李娜."""
    return promising.promise(session, ticket.id, due_at, words, actor=who(login), at=at)


def promises(session):
    """Return (due, stopped, breached) of every promise in order."""
    found = session.exec(select(Clock).where(col(Clock.kind) == "promise").order_by(col(Clock.nth)))
    return [(one.due_at, one.stopped_at, one.breached_at) for one in found]


# Promises.


def test_a_promise_becomes_a_clock(session, ticket, who):
    """What was promised is in the journal, its clock is due at the instant, and the queue sorts by it."""
    promise(session, ticket, who, T0 + 30 * MINUTE)

    assert promises(session) == [(T0 + 30 * MINUTE, None, None)]
    assert (ticket.next_clock, ticket.queue_at) == ("promise", T0 + 30 * MINUTE)
    assert session.exec(select(Event.detail).where(col(Event.act) == "promise")).one() == {
        "promised": "I call you back"
    }


def test_a_kept_promise_is_the_one_due_first(session, ticket, who):
    """Of two promises the earlier is kept first, whichever was made first; then there is nothing left to keep."""
    promise(session, ticket, who, FIVE)
    promise(session, ticket, who, FIVE - HOUR)
    for hours in (6, 9):
        promising.keep(session, ticket.id, actor=who("li.na"), at=T0 + hours * HOUR)

    assert promises(session) == [(FIVE, T0 + 9 * HOUR, FIVE), (FIVE - HOUR, T0 + 6 * HOUR, None)]
    with pytest.raises(Refused, match="nothing is promised on INC-10001"):
        promising.keep(session, ticket.id, actor=who("li.na"), at=T0 + 9 * HOUR)


@pytest.mark.parametrize(("due_at", "said"), [(T0, "has passed"), (T0 - HOUR, "has passed"), (FIVE, "already")])
def test_a_promise_for_the_past_or_twice_is_refused(session, ticket, who, due_at, said):
    """A promise is for later, and one instant is promised once."""
    promise(session, ticket, who, FIVE)
    with pytest.raises(Refused, match=said):
        promise(session, ticket, who, due_at)
    assert len(promises(session)) == 1


def test_a_promise_says_something_and_is_the_holders(session, ticket, who):
    """An empty promise is refused, and nobody promises on a colleague's ticket or as a requester."""
    with pytest.raises(Refused, match="the promise is empty"):
        promise(session, ticket, who, FIVE, words=" ")
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    for login in ("wang.lei", "wang.xiaoming"):
        with pytest.raises(NotAllowed):
            promise(session, ticket, who, FIVE, login=login)
        with pytest.raises(NotAllowed):
            promising.keep(session, ticket.id, actor=who(login), at=T0)


def test_a_promise_stands_while_the_ticket_waits_and_ends_with_it(session, ticket, who):
    """Waiting moves no promise; resolving settles it; on a settled ticket nothing can be promised."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    promise(session, ticket, who, FIVE)
    waiting.wait(session, ticket.id, "requester", actor=who("li.na"), at=T0 + HOUR)
    assert (promises(session)[0][0], ticket.is_paused) == (FIVE, False)

    closing.resolve(session, ticket.id, "done", actor=who("li.na"), at=T0 + 2 * HOUR)
    assert promises(session) == [(FIVE, T0 + 2 * HOUR, None)]
    with pytest.raises(Refused, match="not possible while the ticket is resolved"):
        promise(session, ticket, who, FIVE + HOUR)


def test_a_promise_in_another_zone_replays(session, ticket, who):
    """Named on the wall clock of Shanghai, the promise reads back second for second (E1)."""
    from zoneinfo import ZoneInfo

    promise(session, ticket, who, FIVE.astimezone(ZoneInfo("Asia/Shanghai")))
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


# Another service item.


@pytest.fixture
def fast(session):
    """A second policy of 30 minutes and 2 hours, and a service item under it."""
    session.add(Policy(id=2, code="fast", name_en="Fast", name_zh="快", calendar_id=1))
    session.flush()
    for priority in range(1, 5):
        session.add(PolicyTarget(policy_id=2, priority=priority, respond_within="30m", resolve_within="2h"))
    terms.renew(session, actor=None, at=T0)
    old = session.get_one(ServiceItem, 1).model_dump() | {"id": 2, "code": "IT-NET-VPN-02", "policy_id": 2}
    session.add(ServiceItem(**old))
    session.flush()
    search.rebuild(session, "item_fts", [(1, "IT-NET-VPN-01", "vpn down"), (2, "IT-NET-VPN-02", "vpn down")])
    return session.exec(select(PolicyVersion.id).where(col(PolicyVersion.policy_id) == 2)).one()


def reclassify(session, ticket, who, code="IT-NET-VPN-02", at=T0 + HOUR, login="li.na"):
    """Make the ticket one of another item."""
    return changing.reclassify(session, ticket.id, code, actor=who(login), at=at)


def test_another_item_brings_its_promise_and_keeps_the_start(session, ticket, who, fast):
    """The clocks count on under the other policy, from the same start; team, holder and priority stay (R7)."""
    before = ticket.team_id, ticket.assignee_id, ticket.priority
    reclassify(session, ticket, who)
    response, resolution = (session.get_one(Clock, (1, kind, 1)) for kind in ("response", "resolution"))

    assert (ticket.item_id, ticket.policy_id) == (2, 2)
    assert (ticket.team_id, ticket.assignee_id, ticket.priority) == before
    assert (resolution.started_at, resolution.due_at, resolution.terms_id) == (T0, T0 + 2 * HOUR, fast)
    assert (response.breached_at, response.is_breached_on_retarget) == (T0 + HOUR, True)


def test_the_journal_says_which_item_it_was(session, ticket, who, fast):
    """One line with both codes; the next act goes on under the new terms; the doctor is content."""
    reclassify(session, ticket, who)
    waiting_at = T0 + 90 * MINUTE
    assignment.take(session, ticket.id, actor=who("li.na"), at=waiting_at)
    events = session.exec(select(Event).order_by(col(Event.seq))).all()

    assert events[1].detail == {"item": ["IT-NET-VPN-01", "IT-NET-VPN-02"]}
    assert [one.terms_id for one in events] == [1, fast, fast]
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


@pytest.mark.parametrize(
    ("code", "login", "error", "said"),
    [
        ("it-net-vpn-01", "li.na", Refused, "INC-10001 is IT-NET-VPN-01 already"),
        ("NO-SUCH", "li.na", NotFound, "no live service item NO-SUCH"),
        ("IT-NET-VPN-02", "wang.xiaoming", NotAllowed, "王小明 is a requester"),
    ],
)
def test_what_cannot_be_reclassified_is_said(session, ticket, who, fast, code, login, error, said):
    """The same item, an unknown one, and a requester are refused."""
    with pytest.raises(error, match=said):
        reclassify(session, ticket, who, code, login=login)


def test_a_refused_change_leaves_no_trace(session, ticket, who, fast):
    """A settled ticket keeps item, policy and level of escalation when the act is refused."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    closing.resolve(session, ticket.id, "done", actor=who("li.na"), at=T0)
    with pytest.raises(Refused):
        reclassify(session, ticket, who)
    with pytest.raises(Refused):
        escalation.escalate(session, ticket.id, "at_risk", "look", actor=who("li.na"), at=T0)

    assert (ticket.item_id, ticket.policy_id, ticket.escalation_level) == (1, 1, 0)
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


# Impact and urgency.


@pytest.fixture
def matrix(session):
    """A matrix of two rows."""
    for impact, urgency, priority in (("high", "high", 1), ("high", "low", 3), ("low", "high", 2), ("low", "low", 4)):
        session.add(PriorityCell(impact=impact, urgency=urgency, priority=priority))
    session.flush()


def opened(session, who, **words):
    """Open a ticket and return its priority."""
    request = Request("VPN drops", requester="ana.ruiz", item="IT-NET-VPN-01", **words)
    return opening.open_ticket(session, request, actor=who("li.na"), at=T0).priority


@pytest.mark.parametrize(
    ("words", "priority"),
    [
        ({"impact": "high", "urgency": "high"}, 1), ({"impact": "low", "urgency": "high"}, 2),
        ({"impact": "low", "urgency": "low"}, 4), ({"impact": "low", "urgency": "low", "priority": 2}, 2), ({}, 3),
    ],
)  # fmt: skip
def test_impact_and_urgency_give_the_priority(session, who, matrix, words, priority):
    """The matrix of the centre decides, a priority that is named beats it, without either the item decides."""
    assert opened(session, who, **words) == priority


@pytest.mark.parametrize("words", [{"impact": "high"}, {"urgency": "low"}, {"impact": "huge", "urgency": "low"}])
def test_half_a_word_is_refused_with_all_there_are(session, who, matrix, words):
    """One of the two, or an unknown one, names what can be said."""
    with pytest.raises(Refused, match="there are: high, low; high, low"):
        opened(session, who, **words)


def test_the_clocks_follow_the_matrix(session, who, matrix):
    """A ticket of high impact and urgency is promised what priority 1 is."""
    opened(session, who, impact="high", urgency="high")
    assert session.get_one(Clock, (1, "resolution", 1)).target == "4h"
