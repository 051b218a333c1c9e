"""To and fro between teams: the next move waits for the leads, who are called and decide once."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import arbitration, assignment, conversation, handoffs, undoing
from sharedops_core.desk.arbitration import Verdict
from sharedops_core.desk.handoffs import Destination
from sharedops_core.errors import Conflict, NotAllowed, NotFound, Refused
from sharedops_core.store import access
from sharedops_core.store.tables import Event, Membership, Message, Notice, Person, Team
from sharedops_core.views import doctor, notices
from tests.conftest import SEES_ALL, T0
from tests.desk.conftest import FULL
from tests.lanes import add_lane, secret

MINUTE = timedelta(minutes=1)


@pytest.fixture
def led(session):
    """Both teams have a lead: 王磊 that of desk, 孙浩 that of network."""
    for login, team_id in (("wang.lei", 1), ("sun.hao", 2)):
        lead = session.exec(select(Person).where(col(Person.login) == login)).one()
        lead.role, session.get_one(Team, team_id).lead_id = "lead", lead.id
    session.flush()


def pass_on(session, ticket, giver, team, receiver):
    """Hand the ticket over, offered and accepted."""
    handoffs.hand_off(session, ticket.id, Destination(team), FULL, "other", actor=giver, at=T0 + MINUTE)
    handoffs.accept(session, ticket.id, actor=receiver, at=T0 + 2 * MINUTE)


@pytest.fixture
def bounced(session, ticket, who, led):
    """A ticket that went from desk to network and back."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    pass_on(session, ticket, who("li.na"), "network", who("liu.yang"))
    pass_on(session, ticket, who("liu.yang"), "desk", who("li.na"))
    return ticket


def decide(session, ticket, actor, *, team="network", agent=None, note="The gateway is theirs"):
    """Settle it."""
    return arbitration.decide(
        session, ticket.id, Verdict(team, "catalogue", agent), note, actor=actor, at=T0 + 3 * MINUTE
    )


def told(session):
    """Return who was told that the ticket bounces, and between which teams."""
    found = session.exec(select(Person.login, Notice.detail).join(Notice).where(col(Notice.kind) == "bounce"))
    return sorted((login, detail["between"]) for login, detail in found)


def test_a_ticket_that_came_back_moves_on_no_more(session, bounced, who):
    """After A → B → A the next hand-off is refused, with the teams and the names of those who decide."""
    with pytest.raises(Refused, match="between desk, network; where it stays is decided by: 王磊, 孙浩"):
        handoffs.hand_off(session, bounced.id, Destination("network"), FULL, "other", actor=who("li.na"), at=T0)
    assert (bounced.bounce, bounced.offered_team_id) == ("returned", None)


def test_both_leads_are_called_once(session, bounced):
    """The act that completes the to and fro tells the lead of each team, and nobody else."""
    assert told(session) == [("sun.hao", ["desk", "network"]), ("wang.lei", ["desk", "network"])]


def test_whoever_is_above_is_called_where_no_team_has_a_lead(session, ticket, who):
    """Without leads the supervisor of the centre decides."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    pass_on(session, ticket, who("li.na"), "network", who("liu.yang"))
    pass_on(session, ticket, who("liu.yang"), "desk", who("li.na"))
    assert told(session) == [("he.lin", ["desk", "network"])]
    assert decide(session, ticket, who("he.lin")).bounce is None


def test_three_moves_without_work_are_one_too_many(session, ticket, who, led):
    """Passed on through three teams and never worked on: the fourth move waits for the leads."""
    session.add(Team(id=9, code="fourth", line=2, name_en="Fourth", name_zh="四组"))
    session.flush()
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    pass_on(session, ticket, who("li.na"), "network", who("liu.yang"))
    pass_on(session, ticket, who("liu.yang"), "platform", who("zhou.kai"))
    assert ticket.bounce is None
    handoffs.hand_off(session, ticket.id, Destination("fourth"), FULL, "other", actor=who("zhou.kai"), at=T0)
    session.add(Membership(person_id=who("wang.lei").id, team_id=9))
    handoffs.accept(session, ticket.id, actor=who("wang.lei"), at=T0 + 4 * MINUTE)
    assert ticket.bounce == "passed_on"


def test_work_on_the_way_is_no_kicking_about(session, ticket, who, led):
    """Where somebody wrote down what they found, passing it on is work."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    pass_on(session, ticket, who("li.na"), "network", who("liu.yang"))
    conversation.note(session, ticket.id, "gateway is fine", actor=who("liu.yang"), at=T0 + 3 * MINUTE)
    pass_on(session, ticket, who("liu.yang"), "platform", who("zhou.kai"))
    assert ticket.bounce is None


def test_a_lead_decides_at_once_and_for_both(session, bounced, who):
    """The team changes without an offer, its lead has the ticket, and the way counts from there anew."""
    decide(session, bounced, who("wang.lei"))
    sun = who("sun.hao")

    assert (bounced.team_id, bounced.line, bounced.assignee_id, bounced.bounce) == (2, 2, sun.id, None)
    assert bounced.first_contact_id == who("li.na").id
    with pytest.raises(Conflict, match="王磊 decided about INC-10001 first"):
        decide(session, bounced, sun, team="desk")


def test_a_ticket_that_does_not_bounce_has_nothing_to_decide(session, ticket, who, led):
    """A lead does not move tickets about by deciding."""
    with pytest.raises(Refused, match="does not go to and fro"):
        decide(session, ticket, who("wang.lei"))


def test_a_third_team_is_for_the_supervisor_to_name(session, bounced, who):
    """A lead decides between the teams that it goes between; the supervisor may find that it is a third one's."""
    with pytest.raises(Refused, match="a third team is for the supervisor"):
        decide(session, bounced, who("wang.lei"), team="platform")
    assert decide(session, bounced, who("he.lin"), team="platform", agent="zhou.kai").team_id == 3


def test_a_word_quickly_written_does_not_lift_the_block(session, ticket, who, led):
    """Once a ticket waits for its leads, only their decision lets it move on, and then nobody is asked any more."""
    session.add(Team(id=9, code="fourth", line=2, name_en="Fourth", name_zh="四组"))
    session.add(Membership(person_id=who("wang.lei").id, team_id=9))
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    pass_on(session, ticket, who("li.na"), "network", who("liu.yang"))
    pass_on(session, ticket, who("liu.yang"), "platform", who("zhou.kai"))
    pass_on(session, ticket, who("zhou.kai"), "fourth", who("wang.lei"))
    conversation.note(session, ticket.id, ".", actor=who("wang.lei"), at=T0 + 5 * MINUTE)

    reader = access.reader(session, who("sun.hao"))
    assert (ticket.bounce, notices.unread_count(session, reader=reader)) == ("passed_on", 1)
    decide(session, ticket, who("he.lin"))
    assert notices.unread_count(session, reader=reader) == 0


def test_where_it_stays_its_holder_keeps_it(session, bounced, who):
    """A decision for the team that has it moves nothing; one may name another agent of it."""
    assert decide(session, bounced, who("sun.hao"), team="desk").assignee_id == who("li.na").id


def test_a_decision_can_name_who_has_it(session, bounced, who):
    """An agent of the team that gets it; nobody of another one."""
    with pytest.raises(Refused, match="李娜 does not belong to network"):
        decide(session, bounced, who("wang.lei"), agent="li.na")
    assert decide(session, bounced, who("wang.lei"), agent="liu.yang").assignee_id == who("liu.yang").id


def test_the_reasons_stand_on_the_record(session, bounced, who):
    """Reason, note and the teams it went between are in the journal and the thread."""
    decide(session, bounced, who("wang.lei"))
    line = session.exec(select(Event).order_by(col(Event.id).desc())).first()
    words = session.exec(select(Message).order_by(col(Message.id).desc())).first()

    assert (line.act, line.reason, line.detail["between"]) == ("decide", "catalogue", ["desk", "network"])
    assert (words.direction, words.body) == ("internal", "The gateway is theirs")


@pytest.mark.parametrize(("login", "error"), [("li.na", NotAllowed), ("zhou.kai", NotAllowed)])
def test_only_a_lead_of_these_teams_or_above_decides(login, error, session, bounced, who):
    """Agents do not, and neither does the lead of a third team."""
    who("zhou.kai").role, session.get_one(Team, 3).lead_id = "lead", who("zhou.kai").id
    session.flush()
    with pytest.raises(error):
        decide(session, bounced, who(login))


@pytest.mark.parametrize(("change", "error"), [({"note": " "}, Refused), ({"team": "nowhere"}, NotFound)])
def test_a_decision_says_why_and_for_whom(change, error, session, bounced, who):
    """An empty note and an unknown team are refused, and nothing has changed."""
    with pytest.raises(error):
        decide(session, bounced, who("wang.lei"), **change)
    assert bounced.bounce == "returned"


def test_a_decision_can_be_undone(session, bounced, who):
    """Undone, the ticket is where it was and bounces still."""
    before = (bounced.team_id, bounced.assignee_id, bounced.bounce)
    decide(session, bounced, who("wang.lei"))
    undoing.undo_last(session, bounced.id, actor=who("wang.lei"), at=T0 + 4 * MINUTE)
    assert (bounced.team_id, bounced.assignee_id, bounced.bounce) == before


def test_a_confidential_ticket_is_decided_in_its_lane(session, led, who):
    """Only the leads of the lane are called and decide, and no team outside it gets the ticket."""
    add_lane(session)
    ticket = secret(session)
    pass_on(session, ticket, who("hou.jia"), "hr-experts", who("gao.yan"))
    pass_on(session, ticket, who("gao.yan"), "hr-care", who("hou.jia"))

    assert told(session) == [("xu.li", ["hr-care", "hr-experts"])]
    with pytest.raises(NotFound):
        decide(session, ticket, who("sun.hao"), team="hr-experts")
    with pytest.raises(Refused, match="it can go to: hr-care, hr-experts"):
        decide(session, ticket, who("xu.li"), team="network")
    assert decide(session, ticket, who("xu.li"), team="hr-experts", agent="gao.yan").bounce is None


def test_a_replay_gives_what_is_stored(session, bounced, who):
    """The doctor finds nothing after to, fro and the decision."""
    decide(session, bounced, who("wang.lei"))
    assert doctor.examine(session, reader=SEES_ALL).findings == ()
