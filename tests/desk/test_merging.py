"""Merging: no word is lost, the requester hears the solution, and of two who merge crosswise one is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlmodel import col, select

from sharedops_core.desk import (
    assignment,
    closing,
    conversation,
    finding,
    handoffs,
    linking,
    merging,
    opening,
    undoing,
    waiting,
)
from sharedops_core.desk.handoffs import Destination
from sharedops_core.errors import Conflict, DeskError, Refused
from sharedops_core.rules.request import Request
from sharedops_core.store import access
from sharedops_core.store.tables import Clock, Message, Ticket
from sharedops_core.views import doctor, reports
from sharedops_core.views import ticket as tickets
from tests.conftest import SEES_ALL, T0
from tests.desk.conftest import FULL
from tests.lanes import add_lane, secret

MINUTE = timedelta(minutes=1)
SAYING = {"reply": conversation.reply, "note": conversation.note, "receive": conversation.receive}


def opened(session, *logins):
    """Open a ticket for each, which 李娜 takes."""
    found = []
    for login in logins:
        request = Request(f"VPN drops for {login}", requester=login)
        found.append(opening.open_ticket(session, request, actor=finding.person(session, "li.na"), at=T0))
        assignment.take(session, found[-1].id, actor=finding.person(session, "li.na"), at=T0)
    return found


@given(
    said=some.lists(some.tuples(some.integers(0, 2), some.sampled_from([*SAYING])), max_size=6), at=some.integers(0, 6)
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merging_loses_no_message(session, said, at):
    """Whatever is said on three tickets, before and after two went into the third: all of it is read there, once."""
    with session.begin_nested() as before:
        a, b, c = opened(session, "wang.xiaoming", "ana.ruiz", "wang.xiaoming")
        li = finding.person(session, "li.na")
        for place, (which, kind) in enumerate([*said, (0, "note")]):
            if place == min(at, len(said)):
                merging.merge(session, a.id, b.number, actor=li, at=T0)
                merging.merge(session, b.id, c.number, actor=li, at=T0)
            one = (a, b, c)[which]
            if one.state != "merged" or kind != "reply":
                SAYING[kind](session, one.id, f"word {place}", actor=li, at=T0 + place * MINUTE)
        thread = tickets.ticket(session, c.id, T0, reader=SEES_ALL).thread
        everything = session.exec(select(Message.id).order_by(col(Message.at), col(Message.id))).all()
        assert [one.message_id for one in thread] == list(everything)
        assert {one.ticket for one in thread} == {"", a.number, b.number}
        assert doctor.examine(session).findings == ()
        before.rollback()
    session.expire_all()


def test_a_merged_ticket_is_over_and_its_requester_hears_the_solution(session, who):
    """Clocks and offers end, a later word wakes the other one, the solution comes to each requester once."""
    a, b = opened(session, "wang.xiaoming", "ana.ruiz")
    facts = {"actor": who("li.na"), "at": T0 + MINUTE}
    handoffs.hand_off(session, a.id, Destination("network"), FULL, "other", **facts)
    merging.merge(session, a.id, b.number, **facts)
    running = session.exec(select(Clock).where(col(Clock.ticket_id) == a.id, col(Clock.stopped_at).is_(None))).all()
    assert (a.state, a.merged_into_id, a.offered_team_id, handoffs.open_offer(session, a), running) == (
        "merged", b.id, None, None, [],
    )  # fmt: skip
    waiting.wait(session, b.id, "requester", **facts)
    conversation.receive(session, a.id, "still?", actor=who("wang.xiaoming"), at=T0 + 2 * MINUTE)
    assert b.state == "working"
    closing.resolve(session, b.id, "renewed", actor=who("li.na"), at=T0 + 3 * MINUTE)
    mine = tickets.ticket(session, a.id, T0, reader=access.reader(session, who("wang.xiaoming")))
    assert [one.body for one in mine.thread if one.direction == "out"] == ["renewed"]
    assert [one.body for one in tickets.ticket(session, b.id, T0, reader=SEES_ALL).thread].count("renewed") == 1
    volume, sla = (reports.report(session, name, reports.Period(), T0, reader=SEES_ALL) for name in ("volume", "sla"))
    assert (volume.figures["tickets"], volume.figures["resolved"], sla.figures["tickets"]) == (2, 1, 1)


def test_a_merging_is_undone_as_long_as_nothing_happened_since(session, who):
    """Both are as they were, offer and all; a word on either of them since stands in the way."""
    a, b = opened(session, "wang.xiaoming", "ana.ruiz")
    facts = {"actor": who("li.na"), "at": T0 + MINUTE}
    handoffs.hand_off(session, a.id, Destination("network"), FULL, "other", **facts)
    done = undoing.remembered(session, merging.merge, a.id, b.number, **facts)
    undoing.undo(session, a.id, done.seq, actor=who("li.na"), at=T0 + 2 * MINUTE)
    assert (a.state, a.merged_into_id, handoffs.open_offer(session, a) is not None) == ("accepted", None, True)
    assert doctor.examine(session).findings == ()

    done = undoing.remembered(session, merging.merge, a.id, b.number, **facts)
    conversation.note(session, b.id, "hm", actor=who("wang.lei"), at=T0 + 2 * MINUTE)
    with pytest.raises(Refused, match=f"{b.number}: 王磊 did something since"):
        undoing.undo(session, a.id, done.seq, **facts)


def test_what_cannot_be_merged_says_why(session, who):
    """A lane stays a lane, children are not left alone, what is over takes nothing in, and who was first is named."""
    add_lane(session)
    sealed = secret(session)
    a, b, c = opened(session, "wang.xiaoming", "ana.ruiz", "ana.ruiz")
    facts = {"actor": who("li.na"), "at": T0 + MINUTE}
    with pytest.raises(Refused, match="same lane only"):
        merging.merge(session, sealed.id, a.number, actor=who("hou.jia"), at=T0)
    linking.link(session, a.id, "parent_of", c.number, **facts)
    with pytest.raises(Refused, match=f"has open children: {c.number}"):
        merging.merge(session, a.id, b.number, **facts)
    merging.merge(session, b.id, a.number, **facts)
    for one, into in ((b, c), (a, b)):
        with pytest.raises(Conflict, match=f"李娜 merged {b.number} into {a.number} first"):
            merging.merge(session, one.id, into.number, **facts)
    closing.resolve(session, a.id, "done", **facts)
    with pytest.raises(Refused, match="take in is not possible while the ticket is resolved"):
        merging.merge(session, opened(session, "ana.ruiz")[0].id, a.number, **facts)


def test_of_two_who_merge_crosswise_one_wins_and_nobody_waits_for_ever(database):
    """Each into the other in the same second: one is done, the other one hears who was first; so it is with links."""
    with database.write() as session:
        a, b = opened(session, "wang.xiaoming", "ana.ruiz")
        pairs = [(a.id, b.number), (b.id, a.number)]

    def act(run, ticket_id, *facts):
        try:
            with database.write() as session:
                run(session, ticket_id, *facts, actor=finding.person(session, "li.na"), at=T0)
        except DeskError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        linked = list(pool.map(lambda one: act(linking.link, one[0], "blocks", one[1]), pairs))
        merged = list(pool.map(lambda one: act(merging.merge, *one), pairs))
    assert (sorted(linked), sorted(merged)) == (["Refused", "done"], ["Conflict", "done"])
    with database.read() as session:
        assert doctor.examine(session, reader=SEES_ALL).findings == ()
        assert len([one for one in session.exec(select(Ticket)) if one.state == "merged"]) == 1
