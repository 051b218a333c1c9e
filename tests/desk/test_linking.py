"""Links: on both tickets at once, parents without circles, and nothing of them for who may not see both ends."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import assignment, closing, conversation, finding, linking, opening, splitting, undoing
from sharedops_core.errors import DeskError, NotAllowed, NotFound, Refused
from sharedops_core.rules.request import Request
from sharedops_core.store import access, links
from sharedops_core.store.tables import Event, Message, Person, Ticket
from sharedops_core.views import doctor
from sharedops_core.views import ticket as tickets
from tests.conftest import SEES_ALL, T0
from tests.lanes import add_lane, secret

MINUTE = timedelta(minutes=1)


@pytest.fixture
def made(session, who):
    """Make so many tickets that 李娜 holds, each for its own requester in turn."""

    def make(count, login="li.na"):
        found = []
        for nth in range(count):
            request = Request(f"VPN drops {nth}", requester=("wang.xiaoming", "ana.ruiz")[nth % 2])
            found.append(opening.open_ticket(session, request, actor=who(login), at=T0))
            assignment.take(session, found[-1].id, actor=who(login), at=T0)
        return found

    return make


def roles(session, ticket, login="li.na"):
    """Return what a ticket is linked to, as somebody sees it."""
    reader = access.reader(session, finding.person(session, login))
    card = tickets.ticket(session, ticket.id, T0, reader=reader)
    return [(one.role, one.number) for one in card.related]


def test_a_link_stands_at_both_ends_until_it_is_taken_away(session, made, who):
    """Each ticket says it its way, each journal has a line, and a replay gives what is stored."""
    a, b = made(2)
    facts = {"actor": who("li.na"), "at": T0}
    linking.link(session, a.id, "blocks", b.number, **facts)
    linking.link(session, b.id, "relates", a.number, **facts)
    assert roles(session, b) == [("blocked_by", a.number), ("relates", a.number)]
    assert doctor.examine(session).findings == ()

    linking.unlink(session, a.id, b.number, **facts)
    acts = session.exec(select(Event.act).where(col(Event.ticket_id) == b.id).order_by(col(Event.seq))).all()
    assert (roles(session, a), roles(session, b), acts[-2:]) == ([], [], ["link", "unlink"])
    assert doctor.examine(session).findings == ()


def test_what_makes_no_sense_is_not_linked(session, made, who):
    """No ticket to itself, nothing twice, one parent, no parent below its own child."""
    a, b, c, d = made(4)
    facts = {"actor": who("li.na"), "at": T0}
    linking.link(session, a.id, "parent_of", b.number, **facts)
    linking.link(session, c.id, "child_of", b.number, **facts)
    for one, role, other, why in (
        (a, "relates", a, "this ticket itself"), (b, "child_of", a, "child of"), (b, "child_of", d, "a parent already"),
        (a, "child_of", c, "cannot be below its child"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            linking.link(session, one.id, role, other.number, **facts)


@pytest.mark.parametrize(
    "tamper", ["UPDATE ticket_link SET is_live = NOT is_live", "UPDATE ticket_link SET kind = 'relates'"]
)
def test_the_doctor_finds_links_that_the_journal_does_not_know(session, made, who, tamper):
    """A link that was changed past the journal is named."""
    a, b = made(2)
    linking.link(session, a.id, "blocks", b.number, actor=who("li.na"), at=T0)
    session.connection().exec_driver_sql(tamper)
    assert any("its links are" in one for one in doctor.examine(session, reader=SEES_ALL).replay)


def test_a_link_does_not_betray_a_confidential_ticket(session, made, who):
    """Who may not find its other end sees no link, no line of it, and no other count; nor do they link to it."""
    add_lane(session)
    sealed, (plain,) = secret(session), made(1)
    before = tickets.ticket(session, plain.id, T0, reader=access.reader(session, who("sun.hao")))
    linking.link(session, sealed.id, "caused_by", plain.number, actor=who("hou.jia"), at=T0)

    after = tickets.ticket(session, plain.id, T0, reader=access.reader(session, who("sun.hao")))
    assert (after.related, after.events) == ((), before.events)
    assert roles(session, plain, "hou.jia") == [("causes", sealed.number)]
    with pytest.raises(NotFound, match=f"there is no ticket {sealed.number}"):
        linking.link(session, plain.id, "relates", sealed.number, actor=who("li.na"), at=T0)
    with pytest.raises(Refused, match="same lane only"):
        linking.link(session, sealed.id, "child_of", plain.number, actor=who("hou.jia"), at=T0)


def test_a_parent_is_resolved_with_its_open_children_or_not_at_all(session, made, who):
    """Each requester hears the solution, whatever state their ticket is in; one foreign child stops everything."""
    parent, child = made(2)
    fresh = opening.open_ticket(session, Request("x"), actor=who("ana.ruiz"), at=T0)
    (foreign,) = made(1, "liu.yang")
    facts = {"actor": who("li.na"), "at": T0 + MINUTE}
    for number in (child.number, fresh.number, foreign.number):
        linking.link(session, parent.id, "parent_of", number, **facts)
    with pytest.raises(NotAllowed, match=f"{foreign.number} below it is not yours"):
        closing.resolve(session, parent.id, "renewed", **facts)
    assert {one.state for one in (parent, child)} == {"accepted"}

    linking.unlink(session, parent.id, foreign.number, **facts)
    closing.resolve(session, parent.id, "renewed", **facts)
    assert [one.state for one in (parent, child, fresh, foreign)] == ["resolved", "resolved", "resolved", "accepted"]
    told = session.exec(select(Message.ticket_id).where(col(Message.body) == "renewed")).all()
    assert sorted(told) == [parent.id, child.id, fresh.id]
    card = tickets.ticket(session, child.id, T0, reader=SEES_ALL)
    assert card.events[-1].detail == {"with": parent.number}
    assert doctor.examine(session).findings == ()


def test_undoing_the_resolution_of_a_parent_takes_back_its_own_only(session, made, who):
    """The children stay resolved, as they do when their parent is reopened."""
    parent, child = made(2)
    facts = {"actor": who("li.na"), "at": T0 + MINUTE}
    linking.link(session, parent.id, "parent_of", child.number, **facts)
    done = undoing.remembered(session, closing.resolve, parent.id, "renewed", **facts)
    undoing.undo(session, parent.id, done.seq, **facts)
    assert (parent.state, child.state) == ("accepted", "resolved")


def test_undoing_a_link_undoes_it_at_both_ends_unless_something_happened_since(session, made, who):
    """What was done meanwhile to either of the two stands in the way, and is named."""
    a, b = made(2)
    facts = {"actor": who("li.na"), "at": T0}
    done = undoing.remembered(session, linking.link, a.id, "causes", b.number, **facts)
    undoing.undo(session, a.id, done.seq, **facts)
    assert (links.ends(session, [a.id]), doctor.examine(session).findings) == ([], ())

    done = undoing.remembered(session, linking.link, a.id, "causes", b.number, **facts)
    conversation.note(session, b.id, "hm", actor=who("wang.lei"), at=T0)
    with pytest.raises(Refused, match=f"{b.number}: 王磊 did something since"):
        undoing.undo(session, a.id, done.seq, **facts)


def test_what_is_split_off_is_its_requesters_and_first_with_whoever_splits(session, ticket, who):
    """The second ticket has the chosen message and the same requester; the duty for the first one stays."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    conversation.receive(session, ticket.id, "and my printer is broken", actor=who("wang.xiaoming"), at=T0)
    message = session.exec(select(Message.id).where(col(Message.body).contains("printer"))).one()
    facts = {"actor": who("he.lin"), "at": T0 + MINUTE}
    made = splitting.split(session, ticket.id, "", message_id=message, **facts)

    owners = ticket.first_contact_id, made.first_contact_id
    assert (made.subject, made.requester_id, owners) == ("and my printer is broken", ticket.requester_id, (1, 20))
    assert (roles(session, ticket), roles(session, made)) == (
        [("split_into", made.number)], [("split_from", ticket.number)],
    )  # fmt: skip
    note = conversation.note(session, ticket.id, "inside", actor=who("li.na"), at=T0)
    inside = session.exec(
        select(Message.id).where(col(Message.body) == "inside", col(Message.ticket_id) == note.id)
    ).one()
    with pytest.raises(DeskError, match="no such message of its requester"):
        splitting.split(session, ticket.id, "", message_id=inside, **facts)
    assert session.get(Person, 20) and session.get(Ticket, made.id)
