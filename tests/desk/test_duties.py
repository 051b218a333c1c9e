"""First-contact duty: it leaves a person by an accepted transfer, and until then whoever gives it answers."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import absences, assignment, changing, chasing, closing, duties, finding, undoing
from sharedops_core.errors import Conflict, NotAllowed, Refused
from sharedops_core.store import absences as stored
from sharedops_core.store import access
from sharedops_core.store.tables import Notice, Person, Team
from sharedops_core.views import doctor
from sharedops_core.views import ticket as tickets
from tests.conftest import SEES_ALL, T0
from tests.desk.conftest import record
from tests.lanes import add_lane, secret

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def taken(session, ticket, who):
    """A ticket 李娜 answers for and has in hand."""
    return assignment.take(session, ticket.id, actor=who("li.na"), at=T0)


def offer(session, ticket, actor, to="wang.lei", at=T0 + MINUTE):
    """Offer its duty."""
    return duties.offer_duty(session, ticket.id, to, "My last day is Friday", actor=actor, at=at)


def told(session):
    """Return who was told what kind of thing, by whom."""
    found = session.exec(select(Person.login, Notice.kind, Notice.detail).join(Notice).order_by(col(Notice.id)))
    return [(login, kind, detail.get("by")) for login, kind, detail in found]


def test_until_it_is_accepted_the_giver_answers(session, taken, who):
    """An offer changes nobody's duty; taking it over does, and leaves holder, state and clocks as they are."""
    before = (taken.assignee_id, taken.state, taken.queue_at)
    offer(session, taken, who("li.na"))
    assert (taken.first_contact_id, taken.duty_offered_id) == (who("li.na").id, who("wang.lei").id)

    duties.accept_duty(session, taken.id, actor=who("wang.lei"), at=T0 + 2 * MINUTE)
    assert (taken.first_contact_id, taken.duty_offered_id) == (who("wang.lei").id, None)
    assert (taken.assignee_id, taken.state, taken.queue_at) == before
    assert told(session) == [("wang.lei", "duty_offer", "李娜"), ("li.na", "duty_accepted", "王磊")]


def test_who_declines_says_why(session, taken, who):
    """A declined duty stays where it is, and the giver is told with which words."""
    offer(session, taken, who("li.na"))
    duties.decline_duty(session, taken.id, "I do not know them", actor=who("wang.lei"), at=T0 + 2 * MINUTE)
    assert (taken.first_contact_id, taken.duty_offered_id) == (who("li.na").id, None)
    assert session.exec(select(Notice.detail).order_by(col(Notice.id).desc())).first()["words"] == "I do not know them"


def test_the_record_says_who_answered_until_what(session, taken, who):
    """Each duty has its owner, its end and what ended it, with offers, reasons and answers in between."""
    offer(session, taken, who("li.na"))
    duties.decline_duty(session, taken.id, "no", actor=who("wang.lei"), at=T0 + 2 * MINUTE)
    offer(session, taken, who("li.na"), at=T0 + 3 * MINUTE)
    duties.accept_duty(session, taken.id, actor=who("wang.lei"), at=T0 + 4 * MINUTE)
    closing.resolve(session, taken.id, "done", actor=who("li.na"), at=T0 + 5 * MINUTE)
    closing.confirm(session, taken.id, actor=who("wang.xiaoming"), at=T0 + 6 * MINUTE)
    first, second = record(session, taken)

    assert (first.owner, first.until, first.ended_by) == ("李娜", T0 + 4 * MINUTE, "accept_duty")
    said = [(one.ended_by, one.why, one.answer) for one in first.offers]
    assert said == [("decline_duty", "My last day is Friday", "no"), ("accept_duty", "My last day is Friday", "")]
    assert (second.owner, second.since, second.ended_by) == ("王磊", first.until, "confirm")


def test_it_is_the_owners_their_leads_or_a_supervisors_to_offer(session, taken, who):
    """A colleague beside them cannot give somebody's duty away."""
    session.get_one(Team, 1).lead_id = who("wang.lei").id
    with pytest.raises(Refused, match="李娜 answers for INC-10001; the duty is theirs to offer"):
        offer(session, taken, who("sun.hao"))
    assert offer(session, taken, who("wang.lei"), to="zhou.kai")
    with pytest.raises(Refused, match="is offered to 周凯 already"):
        offer(session, taken, who("li.na"))


def test_only_who_is_offered_it_answers_and_the_slower_one_hears_who_was_first(session, taken, who):
    """An offer is somebody's: others are refused, and one that has been answered names who did."""
    offer(session, taken, who("li.na"))
    with pytest.raises(Refused, match="is offered to 王磊"):
        duties.accept_duty(session, taken.id, actor=who("sun.hao"), at=T0 + 2 * MINUTE)
    duties.accept_duty(session, taken.id, actor=who("wang.lei"), at=T0 + 2 * MINUTE)
    with pytest.raises(Conflict, match="王磊 answered the offer"):
        duties.decline_duty(session, taken.id, "no", actor=who("wang.lei"), at=T0 + 3 * MINUTE)


@pytest.mark.parametrize(("to", "words", "reason"), [
    ("li.na", "x", "answers for INC-10001 already"), ("wang.xiaoming", "x", "is no agent"), ("wang.lei", " ", "empty"),
])  # fmt: skip
def test_a_duty_goes_to_another_agent_and_with_a_reason(session, taken, who, to, words, reason):
    """Not to its owner, not to a requester, and not without words."""
    with pytest.raises(Refused, match=reason):
        duties.offer_duty(session, taken.id, to, words, actor=who("li.na"), at=T0 + MINUTE)


def test_a_confidential_duty_stays_in_its_lane(session):
    """Nobody is made answerable for what they may not see."""
    add_lane(session)
    ticket = secret(session)
    owner = session.get_one(Person, ticket.first_contact_id)
    with pytest.raises(Refused, match="is confidential"):
        offer(session, ticket, owner, to="li.na")


def test_nobody_offers_what_nobody_has(session, ticket, who):
    """A ticket that no agent has touched has no duty to give."""
    with pytest.raises(Refused, match="nobody answers for INC-10001 yet"):
        offer(session, ticket, finding.person(session, "he.lin"))


def test_an_undone_transfer_waits_again(session, taken, who):
    """Taking it back gives the duty back to the giver and lets the offer stand, and the doctor finds nothing."""
    offer(session, taken, who("li.na"))
    duties.accept_duty(session, taken.id, actor=who("wang.lei"), at=T0 + 2 * MINUTE)
    undoing.undo_last(session, taken.id, actor=who("wang.lei"), at=T0 + 3 * MINUTE)
    assert (taken.first_contact_id, taken.duty_offered_id) == (who("li.na").id, who("wang.lei").id)
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_a_requester_sees_nothing_of_it(session, taken, who):
    """Who offered what to whom is the desk's own business."""
    offer(session, taken, who("li.na"))
    card = tickets.ticket(session, taken.id, T0 + DAY, reader=access.reader(session, who("wang.xiaoming")))
    assert (card.duty, card.duty_offered) == ((), None)


def test_while_somebody_is_absent_their_deputy_is_told_and_answers(session, taken, who):
    """The deputy hears the chase, and may offer the duty; until somebody takes it over the owner stays answerable."""
    absences.be_absent(session, "li.na", "sun.hao", T0, T0 + DAY, actor=who("li.na"))
    chasing.chase(session, taken.id, "when?", actor=who("wang.xiaoming"), at=T0 + MINUTE)
    offer(session, taken, who("sun.hao"))
    assert told(session) == [("sun.hao", "chase", "王小明"), ("wang.lei", "duty_offer", "孙浩")]
    assert taken.first_contact_id == who("li.na").id


def test_a_deputy_takes_a_duty_over_for_whom_they_stand_in(session, taken, who):
    """The duty becomes the absent one's, as if they had been there; afterwards the deputy is a colleague again."""
    absences.be_absent(session, "wang.lei", "sun.hao", T0, T0 + 5 * MINUTE, actor=who("wang.lei"))
    offer(session, taken, who("li.na"))
    duties.accept_duty(session, taken.id, actor=who("sun.hao"), at=T0 + 2 * MINUTE)
    assert taken.first_contact_id == who("wang.lei").id
    with pytest.raises(Refused):
        offer(session, taken, who("sun.hao"), to="li.na", at=T0 + 6 * MINUTE)


def test_an_absence_lasts_from_its_beginning_to_its_end(session, who):
    """The first instant is in it, the last one is not; whoever is back earlier is there at once."""
    id_of = who("li.na").id
    absences.be_absent(session, "li.na", "wang.lei", T0, T0 + DAY, actor=who("li.na"))
    found = [stored.ends(session, [id_of], at) for at in (T0 - MINUTE, T0, T0 + DAY)]
    assert found == [{}, {id_of: T0 + DAY}, {}]
    absences.be_back(session, "li.na", actor=who("li.na"), at=T0 + MINUTE)
    assert stored.ends(session, [id_of], T0 + MINUTE) == {}
    with pytest.raises(Refused, match="not recorded as absent"):
        absences.be_back(session, "li.na", actor=who("li.na"), at=T0 + MINUTE)


def test_everybody_records_their_own_absence_a_lead_that_of_their_people(session, who):
    """Beside oneself only who leads somebody, or is above all, says that they are away."""
    session.get_one(Team, 1).lead_id = who("sun.hao").id
    for_li = ("li.na", "wang.lei", T0, T0 + DAY)
    with pytest.raises(NotAllowed, match="刘洋 may record their own absence"):
        absences.be_absent(session, *for_li, actor=who("liu.yang"))
    assert absences.be_absent(session, *for_li, actor=who("sun.hao"))
    with pytest.raises(Refused, match="absent in that time already"):
        absences.be_absent(session, *for_li, actor=who("li.na"))


def test_nobody_stands_in_for_themselves_or_until_before(session, who):
    """An absence has somebody else for a deputy, and ends after it began."""
    with pytest.raises(Refused, match="cannot stand in for themselves"):
        absences.be_absent(session, "li.na", "li.na", T0, T0 + DAY, actor=who("li.na"))
    with pytest.raises(Refused, match="ends after it begins"):
        absences.be_absent(session, "li.na", "wang.lei", T0, T0, actor=who("li.na"))


def test_a_ticket_that_becomes_confidential_takes_its_duty_offer_back(session, taken, who):
    """What is offered to somebody outside the lane is no offer any more, and their deputy inside cannot take it."""
    add_lane(session)
    offer(session, taken, who("li.na"))
    absences.be_absent(session, "wang.lei", "hou.jia", T0, T0 + DAY, actor=who("wang.lei"))
    changing.reclassify(session, taken.id, "SEALED-HR", actor=who("li.na"), at=T0 + 2 * MINUTE)

    assert taken.duty_offered_id is None
    with pytest.raises(Refused, match="not offered to anybody"):
        duties.accept_duty(session, taken.id, actor=who("hou.jia"), at=T0 + 3 * MINUTE)
    assert taken.first_contact_id == who("li.na").id


def test_a_giver_who_stands_in_for_the_receiver_cannot_answer_their_own_offer(session, taken, who):
    """A duty leaves somebody by another person's word only."""
    offer(session, taken, who("li.na"))
    absences.be_absent(session, "wang.lei", "li.na", T0, T0 + DAY, actor=who("wang.lei"))
    with pytest.raises(Refused, match="somebody else has to take it over"):
        duties.accept_duty(session, taken.id, actor=who("li.na"), at=T0 + 2 * MINUTE)


@pytest.mark.parametrize("year", [1, 1999, 2201, 9999])
def test_an_absence_lies_where_every_zone_can_show_it(session, who, year):
    """One at the end of the calendar would break every list of absences."""
    far = T0.replace(year=year)
    span = (far, T0) if year < 2026 else (T0, far)
    with pytest.raises(Refused, match="between 2000 and 2200"):
        absences.be_absent(session, "li.na", "wang.lei", *span, actor=who("li.na"))
