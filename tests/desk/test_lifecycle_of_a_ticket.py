"""Waiting, closing, rating, and the journal under any sequence of acts."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from sharedops_core.desk import (
    assignment,
    changing,
    closing,
    conversation,
    escalation,
    handoffs,
    opening,
    promising,
    sweeping,
    terms,
    waiting,
)
from sharedops_core.desk.handoffs import Destination
from sharedops_core.errors import DeskError, NotFound, Refused
from sharedops_core.rules import commitments, history, summary
from sharedops_core.rules.request import Request
from sharedops_core.store import policies
from sharedops_core.store.events import entries
from sharedops_core.store.tables import (
    Clock,
    Draft,
    Event,
    Message,
    Policy,
    PolicyTarget,
    Reason,
    ServiceItem,
)
from tests.conftest import T0
from tests.desk.conftest import FULL
from tests.desk.promises import CHAIN, chained, promised

HOUR = timedelta(hours=1)


def clock(session, ticket, kind):
    """Return a stored clock."""
    return session.get_one(Clock, (ticket.id, kind, 1))


def test_waiting_for_the_requester_pauses_the_resolution(session, ticket, who):
    """A paused clock has no due time, only a rest; resuming moves the due time by the pause."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    waiting.wait(session, ticket.id, "requester", actor=who("li.na"), at=T0 + HOUR)
    assert (ticket.is_paused, clock(session, ticket, "resolution").due_at) == (True, None)
    assert ticket.left_seconds == 15 * 3600

    waiting.resume(session, ticket.id, actor=who("li.na"), at=T0 + 2 * HOUR)
    assert clock(session, ticket, "resolution").due_at == T0 + timedelta(days=2, hours=2)


def test_waiting_for_another_team_pauses_nothing(session, ticket, who):
    """The requester does not pay for what happens inside the centre."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    waiting.wait(session, ticket.id, "other_team", actor=who("li.na"), at=T0 + HOUR)

    assert not ticket.is_paused
    assert clock(session, ticket, "resolution").due_at is not None


def test_a_requesters_answer_wakes_a_waiting_ticket(session, ticket, who):
    """What the ticket waited for has come: it goes back to work by itself."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    waiting.wait(session, ticket.id, "requester", actor=who("li.na"), at=T0)
    conversation.receive(session, ticket.id, "here it is", actor=who("wang.xiaoming"), at=T0 + HOUR)

    assert (ticket.state, ticket.waiting_reason) == ("working", None)


def test_reopening_resumes_the_same_clock(session, ticket, who):
    """The time between resolving and reopening is not counted (S56): 8 h, resolved 11:00, reopened Tue 10:00."""
    changing.prioritise(session, ticket.id, 2, actor=who("li.na"), at=T0)
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    closing.resolve(session, ticket.id, "done", actor=who("li.na"), at=T0 + 2 * HOUR)
    closing.reopen(session, ticket.id, "again", actor=who("wang.xiaoming"), at=T0 + timedelta(days=1, hours=1))

    assert clock(session, ticket, "resolution").due_at == T0 + timedelta(days=1, hours=8, minutes=30)
    assert (ticket.state, ticket.reopen_count) == ("working", 1)


def test_a_retarget_into_the_past_is_stamped_at_the_change(session, ticket, who):
    """A priority that makes the ticket late counts from the change (R7)."""
    changing.prioritise(session, ticket.id, 1, actor=who("he.lin"), at=T0 + timedelta(hours=6))

    late = clock(session, ticket, "resolution")
    assert late.due_at == T0 + timedelta(hours=5, minutes=30)
    assert (late.breached_at, late.is_breached_on_retarget) == (T0 + timedelta(hours=6), True)


def test_replying_to_a_free_ticket_takes_it(session, ticket, who):
    """Who answers first is the first-contact owner; the message is in the thread and the draft is gone."""
    conversation.keep_draft(session, ticket.id, "reply", "Hel", actor=who("li.na"), at=T0)
    conversation.reply(session, ticket.id, "Hello", actor=who("li.na"), at=T0)

    assert (ticket.state, ticket.first_contact_id) == ("working", 1)
    assert session.get(Draft, (ticket.id, 1, "reply")) is None
    assert [m.body for m in session.exec(select(Message).order_by(col(Message.id)))] == ["VPN drops", "Hello"]


def test_escape_sequences_are_stored_as_visible_marks(session, ticket, who):
    """Text from outside is made harmless where it enters."""
    conversation.receive(session, ticket.id, "a\x1b]52;c;aGk=\x07b", actor=who("wang.xiaoming"), at=T0)

    last = session.exec(select(Message).order_by(col(Message.id).desc())).first()
    assert last.body == "a␛]52;c;aGk=␇b"


@pytest.mark.parametrize("body", ["", "It is about the VPN."])
def test_a_subject_of_many_words_is_taken_and_stands_whole_in_the_thread(session, who, body):
    """Whatever a mail has for a subject, a ticket is opened on both engines, and no word of it is lost."""
    words = "".join(chr(0x4E00 + number % 20_000) for number in range(30_000))
    ticket = opening.open_ticket(session, Request(words, body=body), actor=who("wang.xiaoming"), at=T0)
    assert ticket.subject == words[:499] + "…"
    said = session.exec(select(Message.body).where(col(Message.ticket_id) == ticket.id)).one()
    assert said.split("\n\n") == ([words, body] if body else [words])


def test_escalation_tells_the_next_level_and_ends_at_the_top(session, ticket, who):
    """The supervisor is told by name; above the highest level there is nobody."""
    for _level in (1, 2):
        escalation.escalate(session, ticket.id, "at_risk", "look", actor=who("li.na"), at=T0)

    assert ticket.escalation_level == 2
    with pytest.raises(Refused, match="highest level"):
        escalation.escalate(session, ticket.id, "at_risk", "look", actor=who("li.na"), at=T0)


def test_a_strangers_ticket_cannot_be_confirmed(session, ticket, who):
    """Requesters speak only about their own tickets: another one is not there for them."""
    with pytest.raises(NotFound, match="there is no ticket"):
        closing.confirm(session, ticket.id, actor=who("ana.ruiz"), at=T0)


def test_a_ticket_is_rated_once(session, ticket, who):
    """The survey has one answer."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    closing.resolve(session, ticket.id, "done", actor=who("li.na"), at=T0)
    closing.rate(session, ticket.id, 5, comment="快", actor=who("wang.xiaoming"), at=T0)
    with pytest.raises(Refused, match="rated already"):
        closing.rate(session, ticket.id, 1, actor=who("wang.xiaoming"), at=T0)


ACTS = {
    "take": lambda s, t, a, at: assignment.take(s, t, actor=a, at=at),
    "assign": lambda s, t, a, at: assignment.assign(s, t, "wang.lei", actor=a, at=at),
    "reply": lambda s, t, a, at: conversation.reply(s, t, "hello", actor=a, at=at),
    "note": lambda s, t, a, at: conversation.note(s, t, "hm", actor=a, at=at),
    "wait": lambda s, t, a, at: waiting.wait(s, t, "requester", actor=a, at=at),
    "wait for team": lambda s, t, a, at: waiting.wait(s, t, "other_team", actor=a, at=at),
    "resume": lambda s, t, a, at: waiting.resume(s, t, actor=a, at=at),
    "urgent": lambda s, t, a, at: changing.prioritise(s, t, 1, actor=a, at=at),
    "calm": lambda s, t, a, at: changing.prioritise(s, t, 4, actor=a, at=at),
    "hand off": lambda s, t, a, at: handoffs.hand_off(s, t, Destination("network"), FULL, "other", actor=a, at=at),
    "hand back": lambda s, t, a, at: handoffs.hand_off(s, t, Destination("desk"), FULL, "other", actor=a, at=at),
    "accept": lambda s, t, a, at: handoffs.accept(s, t, actor=a, at=at),
    "give back": lambda s, t, a, at: handoffs.give_back(s, t, "not_ours", actor=a, at=at),
    "resolve": lambda s, t, a, at: closing.resolve(s, t, "done", actor=a, at=at),
    "confirm": lambda s, t, a, at: closing.confirm(s, t, actor=a, at=at),
    "reopen": lambda s, t, a, at: closing.reopen(s, t, "again", actor=a, at=at),
    "cancel": lambda s, t, a, at: closing.cancel(s, t, "duplicate", actor=a, at=at),
    "rate": lambda s, t, a, at: closing.rate(s, t, 4, actor=a, at=at),
    "escalate": lambda s, t, a, at: escalation.escalate(s, t, "vip", "look", actor=a, at=at),
    "wait for supplier": lambda s, t, a, at: waiting.wait(s, t, "supplier", actor=a, at=at),
    "promise": lambda s, t, a, at: promising.promise(s, t, at + 2 * HOUR, "a call", actor=a, at=at),
    "keep": lambda s, t, a, at: promising.keep(s, t, actor=a, at=at),
    "fast item": lambda s, t, a, at: changing.reclassify(s, t, "IT-NET-VPN-02", actor=a, at=at),
    "usual item": lambda s, t, a, at: changing.reclassify(s, t, "IT-NET-VPN-01", actor=a, at=at),
    "sweep": lambda s, _t, _a, at: sweeping.sweep(s, at=at),
    "other targets": lambda s, _t, a, at: renewed(s, a, at, resolve_within=f"{at.minute % 9 + 1}h"),
    "updates": lambda s, _t, a, at: renewed(s, a, at, update_within=("1h", None, "1wd")[at.minute % 3]),
    "pauses": lambda s, _t, a, at: paused(s, a, at),
}


def renewed(session, actor, at, **targets):
    """Put other targets in force."""
    promised(session, **targets)
    terms.renew(session, actor=actor, at=at)


def paused(session, actor, at):
    """Turn round whether waiting for the requester pauses anything."""
    reason = session.get_one(Reason, ("waiting", "requester"))
    reason.pauses = [] if reason.pauses else ["resolution", "update", "line"]
    terms.renew(session, actor=actor, at=at)


@pytest.fixture
def promises(session):
    """Everything is promised, a chain tells and gives, and there is a faster service item."""
    promised(session, update_within="2h", accept_within="30m", line1_within="1h", line2_within="3h",
             supplier_within="1wd")  # fmt: skip
    chained(session, [*CHAIN, {"clock": "line", "at": "100%", "tell": ["holder"], "give": "lead"}])
    session.add(Policy(id=2, code="fast", name_en="Fast", name_zh="快", calendar_id=1, escalation=CHAIN[:2]))
    session.flush()
    for priority in range(1, 5):
        session.add(PolicyTarget(policy_id=2, priority=priority, respond_within="5m", resolve_within="1h"))
    terms.renew(session, actor=None, at=T0)
    session.add(ServiceItem(**session.get_one(ServiceItem, 1).model_dump() | {
        "id": 2, "code": "IT-NET-VPN-02", "policy_id": 2}))  # fmt: skip
    session.flush()


STEP = st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(["li.na", "liu.yang", "he.lin"]), st.integers(0, 900))


def lived(session, who, steps):
    """Open a ticket and do one act after the other on it, each so many minutes later; refused ones change nothing."""
    request = Request(subject="VPN drops", item="IT-NET-VPN-01", channel="portal")
    ticket = opening.open_ticket(session, request, actor=who("wang.xiaoming"), at=T0)
    at = T0
    for act, login, minutes in steps:
        at += timedelta(minutes=minutes)
        try:
            ACTS[act](session, ticket.id, who(login), at)
        except DeskError:
            session.expire_all()
    return ticket


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=20))
def test_replaying_the_journal_gives_the_stored_ticket(session, who, promises, steps):
    """Whatever is done in whatever order, the journal alone gives back summary and clocks, second for second."""
    ticket = lived(session, who, steps)
    folded = history.replay(entries(session, ticket.id))
    clocks = commitments.clocks(folded, policies.versions(session))
    expected = summary.ticket_columns(folded, clocks, policies.versions(session))
    assert {name: getattr(ticket, name) for name in expected} == expected
    for computed in clocks:
        stored = session.get_one(Clock, (ticket.id, computed.kind, computed.nth))
        assert {n: getattr(stored, n) for n in summary.clock_columns(computed)} == summary.clock_columns(computed)
    stored = session.exec(select(Clock).where(col(Clock.ticket_id) == ticket.id)).all()
    assert len(stored) == len(clocks)
    touched = session.exec(select(Event).where(col(Event.ticket_id) == ticket.id, col(Event.is_person))).all()
    assert ticket.first_contact_id is not None or not touched
