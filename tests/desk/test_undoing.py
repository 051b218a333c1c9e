"""Undo: a line of its own, the ticket as if the act had not been, and never over what somebody did since."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import (
    arbitration,
    assignment,
    changing,
    closing,
    conversation,
    duties,
    escalation,
    handoffs,
    linking,
    merging,
    opening,
    promising,
    undoing,
    waiting,
)
from sharedops_core.desk.arbitration import Verdict
from sharedops_core.desk.handoffs import Destination
from sharedops_core.errors import NotAllowed, Refused
from sharedops_core.rules import lifecycle, summary
from sharedops_core.rules.request import Request
from sharedops_core.store import links
from sharedops_core.store.tables import Clock, Event, Handoff, Ticket
from sharedops_core.views import doctor
from tests.conftest import T0
from tests.desk.conftest import FULL
from tests.lanes import add_lane

MINUTE = timedelta(minutes=1)


def looks(session, ticket):
    """Return what a replay gives: the columns of the ticket but the time of its last change, its clocks and links."""
    session.flush()
    session.refresh(ticket)
    rows = session.exec(select(Clock).where(col(Clock.ticket_id) == ticket.id)).all()
    clocks = sorted((row.kind, row.nth, row.due_at, row.stopped_at, row.left_seconds) for row in rows)
    last_acts = {"changed_at", "duty_at"} | ({"queue_at"} if ticket.is_paused else set())
    names = {*summary.FIELDS, "item_id", "policy_id", "offered_agent_id", "merged_into_id"} - last_acts
    found = links.ends(session, [ticket.id])
    return {name: getattr(ticket, name) for name in names}, clocks, found


def offer(session, ticket, who):
    handoffs.hand_off(session, ticket.id, Destination("network"), FULL, "other", actor=who("li.na"), at=T0 + 2 * MINUTE)


def bounce(session, ticket, who):
    offer(session, ticket, who)
    facts = {"at": T0 + 3 * MINUTE}
    handoffs.accept(session, ticket.id, actor=who("liu.yang"), **facts)
    handoffs.hand_off(session, ticket.id, Destination("desk"), FULL, "other", actor=who("liu.yang"), **facts)
    handoffs.accept(session, ticket.id, actor=who("li.na"), **facts)


def offer_duty(session, ticket, who):
    duties.offer_duty(session, ticket.id, "wang.lei", "away", actor=who("li.na"), at=T0 + 2 * MINUTE)


def resolve(session, ticket, who):
    closing.resolve(session, ticket.id, "done", actor=who("li.na"), at=T0 + 2 * MINUTE)


def wait(session, ticket, who):
    waiting.wait(session, ticket.id, "requester", actor=who("li.na"), at=T0 + 2 * MINUTE)


def promise(session, ticket, who):
    promising.promise(session, ticket.id, T0 + 90 * MINUTE, "call", actor=who("li.na"), at=T0 + 2 * MINUTE)


def linked(session, ticket, who):
    linking.link(session, ticket.id, "blocks", OTHER, actor=who("li.na"), at=T0 + 2 * MINUTE)


OTHER = "INC-10002"
"""The number of a second ticket."""

ACTS = {
    "assign": (None, "li.na", assignment.assign, ["wang.lei"]),
    "wait": (None, "li.na", waiting.wait, ["requester"]),
    "resume": (wait, "li.na", waiting.resume, []),
    "change": (None, "li.na", changing.prioritise, [1]),
    "hand_off": (None, "li.na", handoffs.hand_off, [Destination("network", "sun.hao"), FULL, "other"]),
    "accept": (offer, "liu.yang", handoffs.accept, []),
    "give_back": (offer, "liu.yang", handoffs.give_back, ["not_ours"]),
    "decide": (bounce, "he.lin", arbitration.decide, [Verdict("network", "catalogue"), "theirs"]),
    "resolve": (offer, "li.na", closing.resolve, ["done"]),
    "confirm": (resolve, "li.na", closing.confirm, []),
    "reopen": (resolve, "li.na", closing.reopen, ["still"]),
    "cancel": (None, "li.na", closing.cancel, ["duplicate"]),
    "promise": (None, "li.na", promising.promise, [T0 + 90 * MINUTE, "call"]),
    "offer_duty": (None, "li.na", duties.offer_duty, ["wang.lei", "away"]),
    "accept_duty": (offer_duty, "wang.lei", duties.accept_duty, []),
    "decline_duty": (offer_duty, "wang.lei", duties.decline_duty, ["no"]),
    "keep": (promise, "li.na", promising.keep, []),
    "link": (None, "li.na", linking.link, ["blocks", OTHER]),
    "unlink": (linked, "li.na", linking.unlink, [OTHER]),
    "merge": (offer, "li.na", merging.merge, [OTHER]),
    "absorb": (None, "li.na", lambda s, t, **by: merging.merge(s, t + 1, s.get_one(Ticket, t).number, **by), []),
}
"""act → what comes before it, who does it, its function and what it needs."""


@pytest.mark.parametrize("act", ACTS)
def test_an_undone_act_leaves_the_ticket_as_if_it_had_not_been(act, session, ticket, who):
    """State, holder, priority, offers and every clock are those from before, and the doctor finds nothing."""
    before, login, run, arguments = ACTS[act]
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0 + MINUTE)
    opening.open_ticket(session, Request("VPN, too"), actor=who("li.na"), at=T0 + MINUTE)
    if before:
        before(session, ticket, who)
    stood = looks(session, ticket)
    facts = {"actor": who(login), "at": T0 + 5 * MINUTE}
    done = undoing.remembered(session, run, ticket.id, *arguments, **facts)
    assert looks(session, ticket) != stood
    undoing.undo(session, ticket.id, done.seq, actor=who(login), at=T0 + 6 * MINUTE)

    assert looks(session, ticket) == stood
    assert doctor.examine(session).findings == ()


def test_every_act_with_a_way_back_is_tried_here():
    """The table of undoable acts and the cases of this file are the same; what is rejected is in `test_pushing`."""
    assert {*ACTS, "take", "reject"} == lifecycle.UNDOABLE


def test_what_has_gone_out_since_stays_and_so_does_what_was_before(session, ticket, who):
    """Behind a reply of one's own there is no way back, and that is what is said."""
    done = undoing.remembered(session, assignment.take, ticket.id, actor=who("li.na"), at=T0 + MINUTE)
    conversation.reply(session, ticket.id, "hello", actor=who("li.na"), at=T0 + 2 * MINUTE)
    with pytest.raises(Refused, match="reply has gone out and stays"):
        undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0 + 3 * MINUTE)


def test_an_undone_take_is_nobodys_and_owes_an_answer_again(session, ticket, who):
    """The response clock runs as before; only the duty of first contact stays with whoever touched it."""
    done = undoing.remembered(session, assignment.take, ticket.id, actor=who("li.na"), at=T0 + MINUTE)
    undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0 + 2 * MINUTE)

    assert (ticket.state, ticket.assignee_id, ticket.responded_at) == ("received", None, None)
    assert ticket.first_contact_id == 1


def test_undoing_is_on_record(session, ticket, who):
    """Nothing is deleted: the act and its undoing are both lines of the journal."""
    done = undoing.remembered(session, assignment.take, ticket.id, actor=who("li.na"), at=T0 + MINUTE)
    undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0 + 2 * MINUTE)

    lines = session.exec(select(Event.act).where(col(Event.ticket_id) == ticket.id).order_by(col(Event.seq))).all()
    assert lines == ["open", "take", "undo"]


def test_acts_are_undone_one_after_the_other(session, ticket, who):
    """After an undo the act before it is the last one again."""
    stood = looks(session, ticket)
    facts = {"actor": who("li.na"), "at": T0 + MINUTE}
    take = undoing.remembered(session, assignment.take, ticket.id, **facts)
    change = undoing.remembered(session, changing.prioritise, ticket.id, 1, **facts)
    undoing.undo(session, ticket.id, change.seq, **facts)
    undoing.undo(session, ticket.id, take.seq, **facts)

    found = looks(session, ticket)
    assert found[0] | {"first_contact_id": None} == stood[0]
    assert found[1] == stood[1]


def test_what_somebody_did_since_is_never_undone(session, ticket, who):
    """The refusal names who acted, and nothing changes."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    done = undoing.remembered(session, changing.prioritise, ticket.id, 1, actor=who("li.na"), at=T0)
    conversation.note(session, ticket.id, "look", actor=who("wang.lei"), at=T0 + MINUTE)

    with pytest.raises(Refused, match="王磊 did something since"):
        undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0 + 2 * MINUTE)
    assert ticket.priority == 1


def test_what_was_said_stays_said(session, ticket, who):
    """An escalation or a note has no way back."""
    for act, words in ((escalation.escalate, ["vip", "look"]), (conversation.note, ["hm"])):
        done = undoing.remembered(session, act, ticket.id, *words, actor=who("li.na"), at=T0)
        with pytest.raises(Refused, match="cannot be undone"):
            undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0)


def test_nobody_undoes_for_another(session, ticket, who):
    """An act is its actor's to undo."""
    done = undoing.remembered(session, assignment.take, ticket.id, actor=who("li.na"), at=T0)
    with pytest.raises(NotAllowed, match="not yours"):
        undoing.undo(session, ticket.id, done.seq, actor=who("wang.lei"), at=T0)


def test_the_requesters_rating_has_no_way_back(session, ticket, who):
    """What the requester has said stays said, their rating too."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    closing.resolve(session, ticket.id, "done", actor=who("li.na"), at=T0)
    done = undoing.remembered(session, closing.rate, ticket.id, 1, actor=who("li.na"), at=T0)
    with pytest.raises(Refused, match="cannot be undone"):
        undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0)


def test_undoing_asks_the_right_of_the_act(session, ticket, who):
    """Whoever has lost the right to an act, by another role, cannot take it back either."""
    done = undoing.remembered(session, assignment.take, ticket.id, actor=who("li.na"), at=T0)
    who("li.na").role = "auditor"
    session.flush()
    with pytest.raises(NotAllowed, match="auditor"):
        undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0)


def test_a_ticket_that_was_made_confidential_is_open_again_after_undo(session, ticket, who):
    """The lane follows the service item back, for those who may take a ticket out of it."""
    add_lane(session)
    ticket_id = ticket.id
    done = undoing.remembered(session, changing.reclassify, ticket_id, "SEALED-HR", actor=who("hou.jia"), at=T0)
    assert session.get(Ticket, ticket_id).lane == "hr"
    undoing.undo(session, ticket_id, done.seq, actor=who("hou.jia"), at=T0)

    assert session.get(Ticket, ticket_id).lane is None


def test_an_undone_hand_off_is_withdrawn(session, ticket, who):
    """The offer is answered by its withdrawal, so that nobody can sign for it any more."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    done = undoing.remembered(
        session, handoffs.hand_off, ticket.id, Destination("network"), FULL, "other", actor=who("li.na"), at=T0
    )
    undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0)

    assert session.exec(select(Handoff.decision)).all() == ["withdrawn"]
