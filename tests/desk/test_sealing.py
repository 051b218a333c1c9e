"""What was linked, watched or handed over before a ticket became confidential tells nobody outside of it."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import (
    assignment,
    changing,
    closing,
    conversation,
    finding,
    linking,
    merging,
    opening,
    pushing,
    rounds,
    sheets,
    swarming,
    watching,
)
from sharedops_core.errors import NotFound
from sharedops_core.rules.request import Request
from sharedops_core.store import access, links
from sharedops_core.store.tables import Event, Message, Notice, PushPlan, Ticket
from sharedops_core.views import sheets as reading
from tests.conftest import T0
from tests.lanes import add_lane

MINUTE = timedelta(minutes=1)


@pytest.fixture
def by(session):
    """Say who acts, and when."""
    add_lane(session)
    return lambda login, minutes=0: {"actor": finding.person(session, login), "at": T0 + minutes * MINUTE}


@pytest.fixture
def opened(session, by):
    """Open tickets that 李娜 takes."""

    def make(count):
        made = [opening.open_ticket(session, Request(f"VPN {nth}", item="IT-NET-VPN-01"), **by("ana.ruiz"))
                for nth in range(count)]  # fmt: skip
        return [assignment.take(session, one.id, **by("li.na")) for one in made]

    return make


def test_a_watcher_outside_the_lane_hears_nothing_more(session, opened, by):
    """Not a word of it is written into a notice of theirs; those of the lane, and of the desk before, hear all."""
    (ticket,) = opened(1)
    watching.watch(session, ticket.id, **by("wang.lei"))
    watching.watch(session, ticket.id, "hou.jia", **by("li.na"))
    swarming.invite(session, ticket.id, "sun.hao", "please", **by("li.na"))
    swarming.join(session, ticket.id, **by("sun.hao"))

    changing.reclassify(session, ticket.id, "SEALED-HR", **by("li.na", 1))
    conversation.reply(session, ticket.id, "the secret", **by("xu.li", 2))

    told = select(Notice.person_id).where(col(Notice.kind) == "watched")
    assert list(session.exec(told)) == [finding.person(session, "hou.jia").id]


def test_the_solution_of_a_sealed_ticket_stays_in_its_lane(session, opened, by):
    """Neither the children outside the lane nor what was merged into it before get its words."""
    parent, child, merged = opened(3)
    linking.link(session, parent.id, "parent_of", child.number, **by("li.na"))
    merging.merge(session, merged.id, parent.number, **by("li.na"))

    changing.reclassify(session, parent.id, "SEALED-HR", **by("li.na", 1))
    closing.resolve(session, parent.id, "the secret", **by("xu.li", 2))

    said = select(Message.ticket_id).where(col(Message.body) == "the secret")
    assert list(session.exec(said)) == [parent.id]
    assert child.state == "accepted"


def test_a_child_is_resolved_with_the_parent_that_is_resolved(session, opened, by):
    """Beside a parent that was sealed since, and is hidden, another one may stand: the line names that one."""
    sealed, child, parent = opened(3)
    linking.link(session, sealed.id, "parent_of", child.number, **by("li.na"))
    changing.reclassify(session, sealed.id, "SEALED-HR", **by("li.na", 1))
    linking.link(session, parent.id, "parent_of", child.number, **by("wang.lei", 1))
    closing.resolve(session, parent.id, "renewed", **by("li.na", 2))

    line = select(Event.detail).where(col(Event.ticket_id) == child.id, col(Event.act) == "resolve")
    assert links.others(session, child.id, [session.exec(line).one()["with"]]).popitem()[1] == parent.id


def test_whoever_is_above_counts_no_confidential_ticket_on_a_sheet(session, by):
    """Its author and successor are told how many tickets of it are hidden from them now; others count what they see."""
    request = Request("s", requester="ana.ruiz", item="SEALED-HR")
    sealed = opening.open_ticket(session, request, **by("hou.jia"))
    session.get_one(Ticket, sealed.id).assignee_id = by("hou.jia")["actor"].id
    session.flush()
    sheet = sheets.hand_over(session, "gao.yan", "-", **by("hou.jia")).sheet

    def counted(login):
        reader = access.reader(session, finding.person(session, login))
        card = reading.sheet(session, sheet.id, T0, reader=reader)
        return card.row.held_count, reading.listed(session, reader=reader)[0].held_count, card.hidden_count

    plain = counted("gao.yan")
    with pytest.raises(NotFound):
        counted("he.lin")
    sheet.team_id = 1
    session.flush()
    assert (plain, counted("he.lin")) == ((1, 1, 0), (0, 0, 0))


def test_a_round_names_only_sheets_that_one_may_read(session, by):
    """Whoever lets time act for all is not told of the sheets of others."""
    sheets.hand_over(session, "gao.yan", "-", **by("hou.jia"))
    done = rounds.turn(session, at=T0 + 3000 * MINUTE)
    assert len(done.unsigned) == 1
    assert not done.seen_by(session, finding.person(session, "sun.hao")).unsigned


def test_a_plan_put_off_by_a_wrong_clock_is_looked_at(session, by):
    """What nobody could be found for is looked at again a minute later, and no clock puts it off for years."""
    plan = PushPlan(team_id=1, accept_within="5m", next_at=T0 + timedelta(days=9999))
    session.add(plan)
    opening.open_ticket(session, Request("VPN", item="IT-NET-VPN-01"), **by("ana.ruiz"))
    assert pushing.is_due(session, at=T0)
    assert pushing.sweep(session, at=T0)


def test_who_closes_a_circle_of_mergings_past_the_desk_stops_nobody(session, opened, by):
    """A ticket that is said to go on in itself is where it ends."""
    (ticket,) = opened(1)
    ticket.merged_into_id = ticket.id
    session.flush()
    assert links.final(session, ticket.id) == ticket.id
