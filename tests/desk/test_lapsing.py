"""What time alone does to a duty: each thing once, at its time on the calendar, and on record."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import absences, assignment, chasing, closing, conversation, duties, lapsing, waiting
from sharedops_core.errors import Refused
from sharedops_core.store import access
from sharedops_core.store.tables import Event, Notice, Person, Team
from sharedops_core.views import doctor, reports
from sharedops_core.views import ticket as tickets
from sharedops_core.views.figures import Period
from tests.conftest import SEES_ALL, T0
from tests.desk.conftest import record

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def taken(session, ticket, who):
    """A ticket 李娜 answers for, in a team that 王磊 leads."""
    session.get_one(Team, 1).lead_id = who("wang.lei").id
    return assignment.take(session, ticket.id, actor=who("li.na"), at=T0)


@pytest.fixture
def resolved(session, taken, who):
    """It has been resolved on Monday at ten."""
    return closing.resolve(session, taken.id, "done", actor=who("li.na"), at=T0 + HOUR)


def days_on(session, until):
    """Sweep every six hours, and return when time did what."""
    found = []
    for six in range(int(until / (6 * HOUR)) + 1):
        at = T0 + six * 6 * HOUR
        found += [(one.act, at - T0, one.told) for one in lapsing.lapse(session, at=at)]
    return found


def told(session):
    """Return who was told what kind of thing."""
    found = session.exec(select(Person.login, Notice.kind).join(Notice).order_by(col(Notice.id)))
    return [tuple(one) for one in found]


def test_a_ticket_nobody_touches_is_told_once_then_passes_to_the_lead_then_above(session, taken, who):
    """A workday later its owner hears of it, three later the lead has it, then the supervisor, and no more is said."""
    assert days_on(session, 60 * DAY) == [
        ("stall", DAY, ("li.na",)), ("pass_duty", 4 * DAY, ("li.na", "wang.lei")),
        ("stall", 7 * DAY, ("wang.lei",)), ("pass_duty", 10 * DAY, ("wang.lei", "he.lin")),
        ("stall", 11 * DAY, ("he.lin",)), ("pass_duty", 16 * DAY, ("he.lin",)),
    ]  # fmt: skip
    assert taken.first_contact_id == who("he.lin").id
    assert not lapsing.is_due(session, at=T0 + 900 * DAY)


def test_whatever_moves_it_on_begins_the_wait_anew(session, taken, who):
    """A note is an act of the desk; a chase and the requester's words are no work on it."""
    conversation.note(session, taken.id, "asked the vendor", actor=who("sun.hao"), at=T0 + 6 * HOUR)
    chasing.chase(session, taken.id, "when?", actor=who("wang.xiaoming"), at=T0 + 7 * HOUR)
    conversation.receive(session, taken.id, "still broken", actor=who("wang.xiaoming"), at=T0 + 8 * HOUR)
    assert lapsing.lapse(session, at=T0 + DAY + 5 * HOUR) == []
    assert [one.act for one in lapsing.lapse(session, at=T0 + DAY + 6 * HOUR)] == ["stall"]


def test_weekends_are_no_time_to_stall_in(session, ticket, who):
    """What was done last on Friday stalls on Monday."""
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0 + 4 * DAY)
    assert days_on(session, 7 * DAY) == [("stall", 7 * DAY, ("li.na",))]


def test_what_waits_does_not_stall(session, taken, who):
    """Whoever waits for the requester is not told that nothing happens, until the ticket goes on."""
    waiting.wait(session, taken.id, "requester", actor=who("li.na"), at=T0)
    assert days_on(session, 30 * DAY) == []
    conversation.receive(session, taken.id, "here it is", actor=who("wang.xiaoming"), at=T0 + 28 * DAY)
    assert [one.act for one in lapsing.lapse(session, at=T0 + 29 * DAY)] == ["stall"]


def test_an_offer_lapses_after_a_workday_and_the_giver_hears_of_it(session, taken, who):
    """Nobody's silence takes a duty over: the giver has it as before."""
    duties.offer_duty(session, taken.id, "sun.hao", "away", actor=who("li.na"), at=T0 + HOUR)
    assert [(one.act, one.told) for one in lapsing.lapse(session, at=T0 + DAY + HOUR)] == [("lapse_duty", ("li.na",))]
    assert (taken.first_contact_id, taken.duty_offered_id) == (who("li.na").id, None)
    assert told(session)[-1] == ("li.na", "duty_lapsed")
    assert [one.ended_by for one in record(session, taken)[0].offers] == ["lapse_duty"]


def test_the_deputy_of_an_absent_owner_is_told(session, taken, who):
    """A stall is no news for somebody on leave."""
    absences.be_absent(session, "li.na", "sun.hao", T0, T0 + 9 * DAY, actor=who("li.na"))
    assert days_on(session, DAY) == [("stall", DAY, ("sun.hao",))]
    assert session.exec(select(Event.detail).where(col(Event.act) == "stall")).one() == {"told": ["sun.hao"]}


def test_a_duty_that_passed_is_on_record(session, taken, who):
    """The record names who had it, and that time took it from them."""
    days_on(session, 4 * DAY)
    first, second = record(session, taken)
    assert (first.owner, first.ended_by, second.owner, second.until) == ("李娜", "pass_duty", "王磊", None)


def test_a_duty_does_not_go_round(session, taken, who):
    """Whoever let it time out gets it back from nobody: it passes up, once to each, and stays with the last."""
    for team, lead in ((1, "sun.hao"), (2, "li.na")):
        session.get_one(Team, team).lead_id = who(lead).id
    session.flush()
    passed = [one for one in days_on(session, 60 * DAY) if one[0] == "pass_duty"]
    owners = [one.owner for one in record(session, taken)]
    assert len(owners) == len(set(owners)) <= len(passed) + 1


def test_silence_closes_after_five_workdays_and_is_counted_apart(session, resolved, who):
    """What nobody contradicts is closed by nobody's hand, ends the duty by time-out, and is no confirmation."""
    assert days_on(session, 20 * DAY) == [("close_silently", 7 * DAY + 6 * HOUR, ())]
    assert (resolved.state, resolved.duty_at) == ("confirmed", None)
    assert record(session, resolved)[-1].ended_by == "close_silently"
    figures = reports.report(session, "volume", Period(), T0 + 30 * DAY, reader=SEES_ALL).figures
    assert (figures["closed"], figures["closed_silently"]) == (1, 1)
    card = tickets.ticket(session, resolved.id, T0, reader=access.reader(session, who("wang.xiaoming")))
    assert tickets.state_words(card) == "closed, requester silent"


def test_a_confirmed_ticket_is_not_counted_as_silent(session, resolved, who):
    """The requester's word is the requester's word, even after a silence that was ended by reopening."""
    days_on(session, 8 * DAY)
    closing.reopen(session, resolved.id, "again", actor=who("wang.xiaoming"), at=T0 + 9 * DAY)
    closing.resolve(session, resolved.id, "done", actor=who("li.na"), at=T0 + 9 * DAY + HOUR)
    closing.confirm(session, resolved.id, actor=who("wang.xiaoming"), at=T0 + 9 * DAY + 2 * HOUR)
    figures = reports.report(session, "volume", Period(), T0 + 30 * DAY, reader=SEES_ALL).figures
    assert (figures["closed"], figures["closed_silently"]) == (1, 0)


def test_who_says_something_is_not_silent(session, resolved, who):
    """The five workdays begin anew with the last word that was said, not with a note among agents."""
    conversation.receive(session, resolved.id, "I shall try tomorrow", actor=who("wang.xiaoming"), at=T0 + DAY)
    conversation.note(session, resolved.id, "hm", actor=who("li.na"), at=T0 + 2 * DAY)
    assert days_on(session, 20 * DAY) == [("close_silently", 8 * DAY, ())]


def test_a_silent_end_is_reopened_within_the_window(session, resolved, who):
    """Silence is no consent for ever: for fourteen days the requester may still say that it is not done."""
    days_on(session, 8 * DAY)
    closing.reopen(session, resolved.id, "again", actor=who("wang.xiaoming"), at=T0 + 10 * DAY)
    assert resolved.state == "working" and resolved.first_contact_id == who("li.na").id


def test_a_silent_end_is_nobodys_to_confirm(session, resolved, who):
    """What is closed is closed, and a confirmation after it is refused."""
    days_on(session, 8 * DAY)
    with pytest.raises(Refused):
        closing.confirm(session, resolved.id, actor=who("wang.xiaoming"), at=T0 + 9 * DAY)


def test_all_of_it_replays(session, taken, who):
    """What time did is in the journal, and a replay of that gives what is stored."""
    duties.offer_duty(session, taken.id, "sun.hao", "away", actor=who("li.na"), at=T0 + HOUR)
    for until in (2, 6, 12):
        days_on(session, until * DAY)
        assert doctor.examine(session, reader=SEES_ALL).findings == ()
