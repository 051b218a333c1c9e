"""Watchers and experts: who hears of a ticket without having it, and what stays as it is when an expert is asked."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import assignment, closing, conversation, erasing, swarming, undoing, watching
from sharedops_core.errors import Refused
from sharedops_core.store import access, companions
from sharedops_core.store.tables import Notice, Ticket, TicketPerson
from sharedops_core.views import notices, queue
from sharedops_core.views import ticket as tickets
from sharedops_core.views.queue import Place, Question
from tests.conftest import SEES_ALL, T0
from tests.lanes import add_lane, secret

MINUTE = timedelta(minutes=1)


def heard(session, person):
    """Return of which kinds and acts somebody was told, oldest first."""
    rows = session.exec(select(Notice).where(col(Notice.person_id) == person.id).order_by(col(Notice.id)))
    return [(one.kind, one.detail.get("act", "")) for one in rows]


def test_watchers_hear_what_is_said_and_other_states_but_not_their_own_acts(session, ticket, who):
    """Replies, the requester's words and states are told; notes are not, and nothing stands in the journal."""
    version = ticket.version
    watching.watch(session, ticket.id, actor=who("wang.lei"), at=T0)
    watching.watch(session, ticket.id, "sun.hao", actor=who("wang.lei"), at=T0)
    assert ticket.version == version
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0 + MINUTE)
    conversation.note(session, ticket.id, "hm", actor=who("li.na"), at=T0 + MINUTE)
    conversation.reply(session, ticket.id, "we look", actor=who("wang.lei"), at=T0 + MINUTE)
    conversation.receive(session, ticket.id, "thanks", actor=who("wang.xiaoming"), at=T0 + MINUTE)
    told = [("watched", "take"), ("watched", "receive")]
    assert heard(session, who("wang.lei")) == told
    assert heard(session, who("sun.hao")) == [("watch_for", ""), told[0], ("watched", "reply"), told[1]]

    reader = access.reader(session, who("sun.hao"))
    page = queue.window(session, Question("watching", who("sun.hao").id), T0, Place(), reader=reader)
    assert [one.ticket_id for one in page.rows] == [ticket.id]
    assert notices.unread(session, reader=reader)[0].words == "thanks"
    assert not watching.toggle(session, ticket.id, actor=who("sun.hao"), at=T0)
    with pytest.raises(Refused, match="does not watch"):
        watching.unwatch(session, ticket.id, actor=who("sun.hao"), at=T0)


def test_an_expert_is_asked_comes_or_declines_and_goes_when_it_is_resolved(session, ticket, who):
    """Holder, duty and clock stay; an undone resolution has the expert back."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    stood = ticket.assignee_id, ticket.first_contact_id, ticket.queue_at
    for login in ("sun.hao", "zhou.kai"):
        swarming.invite(session, ticket.id, login, "is it the gateway?", actor=who("li.na"), at=T0 + MINUTE)
    swarming.join(session, ticket.id, actor=who("sun.hao"), at=T0 + MINUTE)
    swarming.decline_invite(session, ticket.id, "on leave", actor=who("zhou.kai"), at=T0 + MINUTE)
    card = tickets.ticket(session, ticket.id, T0, reader=SEES_ALL)
    assert [(one.login, one.state) for one in card.people] == [("sun.hao", "joined"), ("zhou.kai", "declined")]
    assert (ticket.assignee_id, ticket.first_contact_id, ticket.queue_at) == stood
    assert heard(session, who("li.na")) == [("expert_joined", ""), ("expert_declined", "")]
    with pytest.raises(Refused, match="not asked to help"):
        swarming.join(session, ticket.id, actor=who("zhou.kai"), at=T0)

    done = undoing.remembered(session, closing.resolve, ticket.id, "done", actor=who("li.na"), at=T0 + 2 * MINUTE)
    assert tickets.ticket(session, ticket.id, T0, reader=SEES_ALL).people == ()
    undoing.undo(session, ticket.id, done.seq, actor=who("li.na"), at=T0 + 3 * MINUTE)
    assert len(tickets.ticket(session, ticket.id, T0, reader=SEES_ALL).people) == 2


def test_an_expert_who_came_may_leave(session, ticket, who):
    """Whoever cannot help any more says so, hears nothing from then on, and can be asked again."""
    swarming.invite(session, ticket.id, "sun.hao", "look", actor=who("li.na"), at=T0)
    swarming.join(session, ticket.id, actor=who("sun.hao"), at=T0)
    swarming.decline_invite(session, ticket.id, "it is not the gateway", actor=who("sun.hao"), at=T0 + MINUTE)
    assert companions.told(session, ticket.id, None) == []
    swarming.invite(session, ticket.id, "sun.hao", "once more", actor=who("li.na"), at=T0 + MINUTE)


def test_a_lane_keeps_watchers_and_experts_of_its_own(session, who):
    """Nobody outside the lane is asked, or made to watch; a requester sees neither."""
    add_lane(session)
    sealed = secret(session)
    with pytest.raises(Refused, match="of no team of that lane"):
        swarming.invite(session, sealed.id, "sun.hao", "look", actor=who("hou.jia"), at=T0)
    with pytest.raises(Refused, match="is not for 孙浩 to see"):
        watching.watch(session, sealed.id, "sun.hao", actor=who("hou.jia"), at=T0)
    watching.watch(session, sealed.id, "gao.yan", actor=who("hou.jia"), at=T0)
    own = tickets.ticket(session, sealed.id, T0, reader=access.reader(session, who("wang.xiaoming")))
    assert own.people == ()


def test_an_erased_person_watches_nothing(session, ticket, who):
    """Who they were is gone, and so is what they watched."""
    watching.watch(session, ticket.id, actor=who("wang.lei"), at=T0)
    erasing.erase(session, "wang.lei", actor=who("ops.admin"), at=T0)
    assert session.exec(select(TicketPerson)).all() == []
    assert session.get(Ticket, ticket.id) is not None
