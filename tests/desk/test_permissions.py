"""Every act of the desk, tried by every role in every relation to open and confidential tickets.

On PostgreSQL twice: as the owner of the tables, and under the login of whoever acts, where the database says its part.
"""

import pytest
from sqlmodel import select

from sharedops_core.desk import (
    arbitration,
    assignment,
    changing,
    chasing,
    closing,
    conversation,
    duties,
    escalation,
    finding,
    handoffs,
    linking,
    merging,
    opening,
    promising,
    pushing,
    splitting,
    swarming,
    tasks,
    waiting,
    watching,
)
from sharedops_core.desk.arbitration import Verdict
from sharedops_core.desk.handoffs import Destination
from sharedops_core.errors import DeskError, NotAllowed, NotFound, Refused
from sharedops_core.rules import permissions
from sharedops_core.rules.permissions import RELATIONS, ROLES
from sharedops_core.rules.request import Request
from sharedops_core.store import access
from sharedops_core.store.tables import Handoff, Membership, Message, Person, Setting, Ticket
from tests.conftest import T0
from tests.desk.conftest import FULL
from tests.desks import ENGINES
from tests.lanes import add_lane, secret
from tests.logins import login_of, working_as
from tests.rules.test_permissions import expected

ACTS = {
    "take": assignment.take,
    "assign": lambda s, t, **by: assignment.assign(s, t, "wang.lei", **by),
    "reply": lambda s, t, **by: conversation.reply(s, t, "hello", **by),
    "note": lambda s, t, **by: conversation.note(s, t, "hm", **by),
    "receive": lambda s, t, **by: conversation.receive(s, t, "hello", **by),
    "wait": lambda s, t, **by: waiting.wait(s, t, "requester", **by),
    "resume": waiting.resume,
    "change": lambda s, t, **by: changing.prioritise(s, t, 1, **by),
    "hand_off": lambda s, t, **by: handoffs.hand_off(s, t, Destination("platform"), FULL, "other", **by),
    "accept": handoffs.accept,
    "give_back": lambda s, t, **by: handoffs.give_back(s, t, "not_ours", **by),
    "chase": lambda s, t, **by: chasing.chase(s, t, "when?", **by),
    "decide": lambda s, t, **by: arbitration.decide(s, t, Verdict("network", "catalogue"), "theirs", **by),
    "offer_duty": lambda s, t, **by: duties.offer_duty(s, t, "wang.lei", "away", **by),
    "accept_duty": duties.accept_duty,
    "decline_duty": lambda s, t, **by: duties.decline_duty(s, t, "no", **by),
    "reject": lambda s, t, **by: pushing.reject(s, t, "not_ours", **by),
    "escalate": lambda s, t, **by: escalation.escalate(s, t, "at_risk", "look", **by),
    "promise": lambda s, t, **by: promising.promise(s, t, T0.replace(hour=9), "call", **by),
    "keep": promising.keep,
    "resolve": lambda s, t, **by: closing.resolve(s, t, "done", **by),
    "confirm": closing.confirm,
    "reopen": lambda s, t, **by: closing.reopen(s, t, "again", **by),
    "cancel": lambda s, t, **by: closing.cancel(s, t, "duplicate", **by),
    "rate": lambda s, t, **by: closing.rate(s, t, 4, **by),
    "ask_task": lambda s, t, **by: tasks.ask_task(s, t, tasks.Wish("network", "look"), **by),
    "take_task": lambda s, t, **by: tasks.take_task(s, t, 1, **by),
    "finish_task": lambda s, t, **by: tasks.finish_task(s, t, 1, "done", **by),
    "decline_task": lambda s, t, **by: tasks.decline_task(s, t, 1, "no", **by),
    "withdraw_task": lambda s, t, **by: tasks.withdraw_task(s, t, 1, **by),
    "link": lambda s, t, **by: linking.link(s, t, "relates", number(s, t), **by),
    "unlink": lambda s, t, **by: linking.unlink(s, t, number(s, t), **by),
    "merge": lambda s, t, **by: merging.merge(s, t, number(s, t), **by),
    "split": lambda s, t, **by: splitting.split(s, t, "and a second matter", **by),
    "watch": watching.watch,
    "invite": lambda s, t, **by: swarming.invite(s, t, "hou.jia", "look", **by),
    "join": swarming.join,
    "decline_invite": lambda s, t, **by: swarming.decline_invite(s, t, "no", **by),
}


def number(session, ticket_id):
    """Return the number of a ticket for an act that needs another one: what is refused then is no matter of rights."""
    found = session.get(Ticket, ticket_id)
    return found.number if found else f"{ticket_id}"


STAND = {
    "own": {"requester_id": 90}, "holder": {"assignee_id": 90}, "free": {"assignee_id": None}, "team": {"team_id": 9},
    "offered": {"offered_team_id": 9}, "first_contact": {"first_contact_id": 90}, "line": {"line": 3}, "lane": {},
    "other": {},
}  # fmt: skip
"""Relation → how a ticket that has nothing to do with person 90 comes to have it."""


@pytest.fixture(params=[*ENGINES, "login"])
def kind(request):
    """An engine, or PostgreSQL under the login of whoever acts."""
    return request.param


@pytest.fixture
def engine(kind):
    """The engine behind it."""
    return "postgresql" if kind == "login" else kind


@pytest.fixture
def lanes(session):
    """The small centre with its lane, and a stranger, number 90, who is of no team yet; no demo."""
    add_lane(session)
    session.add(Person(id=90, login="stranger", name="陌生人", role="agent"))
    session.delete(session.get_one(Setting, "demo"))
    session.flush()
    return session


@pytest.fixture
def account(kind, lanes):
    """Return the login of somebody, None where they share the owner's."""
    return lambda person: login_of(lanes, person) if kind == "login" else None


@pytest.fixture
def stand(lanes):
    """Make a fresh ticket to which the stranger has a role and a relation; return the ticket and the stranger."""

    def made(role, relation, lane):
        stranger = lanes.get_one(Person, 90)
        stranger.role = role
        item = f"SEALED-{lane.upper()}" if lane else "IT-NET-VPN-01"
        request = Request("x", requester="ana.ruiz", item=item)
        ticket = opening.open_ticket(lanes, request, actor=finding.person(lanes, "li.na"), at=T0)
        team = {"team": ticket.team_id, "offered": 2, "lane": 5, "line": 3}.get(relation)
        if team is not None:
            lanes.add(Membership(person_id=90, team_id=team))
        ticket.assignee_id, ticket.offered_team_id = 1, 2 if relation == "offered" else 3
        lanes.add(Handoff(ticket_id=ticket.id, from_team_id=1, to_team_id=ticket.offered_team_id, reason="other",
                          offered_at=T0, asked="-", tried="-", found="-", promised="-", wanted="-"))  # fmt: skip
        columns = {name: value for name, value in STAND[relation].items() if value != 9}
        for name, value in columns.items():
            setattr(ticket, name, value)
        lanes.flush()
        return ticket, stranger

    return made


@pytest.mark.parametrize("lane", [None, *permissions.LANES])
@pytest.mark.parametrize("role", ROLES)
def test_the_desk_does_what_the_words_say(lanes, stand, account, role, lane):
    """Where it is allowed an act goes through, or is refused by its state; else it is refused and nothing is done."""
    wrong = []
    login = account(lanes.get_one(Person, 90))
    for relation in RELATIONS:
        with lanes.begin_nested() as before:
            ticket, stranger = stand(role, relation, lane)
            relations = access.standing_of(lanes, stranger, ticket).relations
            assert relation in relations or (relation == "lane" and lane != "hr"), (relation, relations)
            for act, run in ACTS.items():
                may, sees = (expected(role, one, relations, lane) for one in (act, "read"))
                want = "done" if may else "not allowed" if sees else "not found"
                with lanes.begin_nested() as fresh:
                    version = ticket.version
                    with working_as(lanes, login):
                        got = outcome(lanes, run, ticket, stranger)
                    if got != want or (not may and ticket.version != version):
                        wrong.append((act, relation, want, got))
                    fresh.rollback()
            before.rollback()
    assert wrong == []


def outcome(session, run, ticket, actor):
    """Return how an act ends: what a rule says about the state of a ticket is not a matter of rights."""
    try:
        run(session, ticket.id, actor=actor, at=T0)
    except NotFound as error:
        if "there is no task" in str(error):
            return "done"
        assert str(error) == f"there is no ticket {ticket.id}"
        return "not found"
    except NotAllowed:
        return "not allowed"
    except DeskError:
        return "done"
    return "done"


def test_the_condition_of_the_lists_is_the_rule_of_the_acts(lanes):
    """For every person, ticket and right, SQL and the matrix say the same."""
    secret(lanes)
    for lane in permissions.LANES:
        for login in ("wang.xiaoming", "li.na", "hou.jia"):
            request = Request("x", item=f"SEALED-{lane.upper()}")
            opening.open_ticket(lanes, request, actor=finding.person(lanes, login), at=T0)
    for login in ("ana.ruiz", "li.na"):
        ticket = opening.open_ticket(lanes, Request("y"), actor=finding.person(lanes, login), at=T0)
    ticket.offered_team_id, ticket.assignee_id = 2, 2
    lanes.flush()
    tickets = lanes.exec(select(Ticket)).all()
    for person in lanes.exec(select(Person)).all():
        who = access.reader(lanes, person)
        for act in permissions.MATRIX:
            found = set(lanes.exec(select(Ticket.id).where(access.visible(who, act))).all())
            by_rule = {one.id for one in tickets if permissions.allows(act, access.standing(who, one))}
            assert found == by_rule, (person.login, act)


def test_nobody_sees_nothing(lanes):
    """Without a reader there is no ticket."""
    secret(lanes)
    assert lanes.exec(select(Ticket.id).where(access.visible(None))).all() == []


def test_a_confidential_request_goes_past_line_1(lanes, who):
    """It is with the first team of its lane from the start; whoever took the call stays first-contact owner."""
    ticket = secret(lanes)
    assert (ticket.lane, ticket.team_id, ticket.line, ticket.first_contact_id) == ("hr", 4, 2, who("wang.lei").id)


def test_a_confidential_ticket_stays_in_its_lane(lanes):
    """It is neither handed to another team nor assigned to somebody outside; the sentence names where it can go."""
    ticket, holder = secret(lanes), finding.person(lanes, "hou.jia")
    with pytest.raises(Refused, match=r"is confidential \(HR\); it can go to: hr-care, hr-experts"):
        handoffs.hand_off(lanes, ticket.id, Destination("network"), FULL, "other", actor=holder, at=T0)
    with pytest.raises(Refused, match="is of no team of that lane"):
        assignment.assign(lanes, ticket.id, "li.na", actor=holder, at=T0)
    assert handoffs.hand_off(lanes, ticket.id, Destination("hr-experts"), FULL, "other", actor=holder, at=T0)


def test_reclassifying_seals_a_ticket_and_ends_an_offer_outside(lanes, ticket, who):
    """A ticket that becomes confidential is not offered to a team any more that may not see it."""
    assignment.take(lanes, ticket.id, actor=who("li.na"), at=T0)
    handoffs.hand_off(lanes, ticket.id, Destination("network"), FULL, "other", actor=who("li.na"), at=T0)
    changing.reclassify(lanes, ticket.id, "SEALED-HR", actor=who("li.na"), at=T0)

    assert (ticket.lane, ticket.offered_team_id, handoffs.open_offer(lanes, ticket)) == ("hr", None, None)
    with pytest.raises(NotFound):
        conversation.note(lanes, ticket.id, "hm", actor=who("liu.yang"), at=T0)


def test_only_the_lane_opens_a_ticket_again(lanes, ticket, who):
    """A holder outside the lane made it confidential and cannot take that back; a member of the lane can."""
    assignment.take(lanes, ticket.id, actor=who("li.na"), at=T0)
    changing.reclassify(lanes, ticket.id, "SEALED-HR", actor=who("li.na"), at=T0)
    with pytest.raises(NotAllowed, match="for the people of that lane"):
        changing.reclassify(lanes, ticket.id, "IT-NET-VPN-01", actor=who("li.na"), at=T0)

    changing.reclassify(lanes, ticket.id, "IT-NET-VPN-01", actor=who("xu.li"), at=T0)
    assert ticket.lane is None


def test_escalating_a_confidential_ticket_tells_the_lane_only(lanes):
    """The next level above a confidential ticket is a lead of its lane, never the supervisor of the centre."""
    ticket, holder = secret(lanes), finding.person(lanes, "hou.jia")
    for _level in (1, 2):
        escalation.escalate(lanes, ticket.id, "at_risk", "look", actor=holder, at=T0)
    told = [one.body.split()[0] for one in lanes.exec(select(Message)) if one.body.startswith("@")]
    assert told == ["@xu.li", "@xu.li"]


def test_a_member_of_the_lane_reads_their_own_request_from_outside(lanes, who):
    """Whoever complains is no judge of it: their own confidential request shows them its public part only."""
    ticket = opening.open_ticket(lanes, Request("x", item="SEALED-HR"), actor=who("gao.yan"), at=T0)
    standing = access.standing_of(lanes, who("gao.yan"), ticket)
    assert permissions.allows("read", standing) and not permissions.allows("inside", standing)
    with pytest.raises(NotAllowed):
        conversation.note(lanes, ticket.id, "hm", actor=who("gao.yan"), at=T0)
