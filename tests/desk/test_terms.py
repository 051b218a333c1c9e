"""Putting policies in force: new versions, open tickets recomputed with a line each, and the past left alone."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, func, select

from sharedops_core.desk import assignment, closing, finding, handoffs, journal, opening, terms, waiting
from sharedops_core.intake.calendars import FROM_EVER
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import (
    Calendar,
    CalendarVersion,
    Clock,
    Event,
    Policy,
    PolicyTarget,
    PolicyVersion,
    Reason,
    Team,
    Ticket,
)
from sharedops_core.views import clocks, doctor
from tests.conftest import OFFICE, SEES_ALL, T0
from tests.desk.conftest import FULL
from tests.desk.promises import promised

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = T0 + 3 * HOUR


@pytest.fixture
def desk(session, who):
    """Five tickets: received, taken, waiting for the requester, resolved, and confirmed."""
    for number in range(5):
        opening.open_ticket(session, Request(f"t{number}", item="IT-NET-VPN-01"), actor=who("ana.ruiz"), at=T0)
    for number in (2, 3, 4, 5):
        assignment.take(session, number, actor=who("li.na"), at=T0 + HOUR)
    waiting.wait(session, 3, "requester", actor=who("li.na"), at=T0 + 2 * HOUR)
    for number in (4, 5):
        closing.resolve(session, number, "done", actor=who("li.na"), at=T0 + 2 * HOUR)
    closing.confirm(session, 5, actor=who("ana.ruiz"), at=T0 + 2 * HOUR)
    assert doctor.examine(session, reader=SEES_ALL).findings == ()
    return session


def renew(session, at=NOON):
    """Renew the terms as the supervisor, and return what changed by ticket number."""
    found = terms.renew(session, actor=finding.person(session, "he.lin"), at=at)
    assert doctor.examine(session, reader=SEES_ALL).findings == ()
    return {one.number: {(c.kind, c.nth): (c.before, c.after) for c in one.changes} for one in found}


def due(session, number, kind="resolution"):
    """Return the due time of a clock."""
    return session.get_one(Clock, (number, kind, 1)).due_at


def holiday(session, since, day):
    """Write a version of the calendar in which a day is off."""
    document = OFFICE | {"holidays": [day]}
    session.add(CalendarVersion(calendar_id=1, valid_from=since, made_at=NOON, document=document))
    session.flush()


def count(session, table):
    """Return how many rows a table has."""
    return session.exec(select(func.count()).select_from(table)).one()


def test_nothing_new_is_nothing_done(desk):
    """Policies that promise the same keep their version, and no journal gets a line."""
    before = count(desk, PolicyVersion), count(desk, Event)
    assert renew(desk) == {}
    assert (count(desk, PolicyVersion), count(desk, Event)) == before


def test_a_holiday_moves_what_is_open(desk):
    """Tuesday becomes a holiday: the running clocks move a day, waiting and settled tickets do not (R8)."""
    holiday(desk, date(2026, 3, 2), "2026-03-03")
    first = T0 + 2 * DAY + HOUR
    assert renew(desk) == {
        "INC-10001": {("resolution", 1): (first, first + DAY)}, "INC-10002": {("resolution", 1): (first, first + DAY)},
    }  # fmt: skip
    assert (due(desk, 1), due(desk, 4), due(desk, 5)) == (first + DAY, first, first)


def test_one_line_for_each_ticket_whose_due_time_changed(desk):
    """The journal says who changed what from when to when; nobody else's journal gets a line."""
    before = dict(desk.exec(select(Event.ticket_id, func.count()).group_by(col(Event.ticket_id))).all())
    holiday(desk, date(2026, 3, 2), "2026-03-03")
    renew(desk)
    lines = desk.exec(select(Event).where(col(Event.act) == "recompute").order_by(col(Event.ticket_id))).all()

    assert [(one.ticket_id, one.seq) for one in lines] == [(1, before[1] + 1), (2, before[2] + 1)]
    assert {(one.actor_id, one.at, one.is_person) for one in lines} == {(20, NOON, False)}
    assert lines[0].detail == {"resolution/1": ["2026-03-04T02:00:00+00:00", "2026-03-05T02:00:00+00:00"]}
    assert [one.state for one in lines] == ["received", "accepted"]


def test_earlier_versions_and_the_past_stay(desk):
    """The old version is what it was, entries go on naming it, and what was judged under it stays judged."""
    old = desk.exec(select(PolicyVersion)).one()
    document, response = dict(old.document), desk.get_one(Clock, (2, "response", 1)).model_copy()
    promised(desk, respond_within="1m", resolve_within="90h")
    renew(desk)

    assert desk.get_one(PolicyVersion, old.id).document == document
    assert set(desk.exec(select(Event.terms_id).where(col(Event.at) < NOON))) == {old.id}
    assert desk.get_one(Clock, (2, "response", 1)).model_dump() == response.model_dump()


def test_a_shorter_target_is_a_breach_of_the_change(desk):
    """Half an hour for a ticket of three hours: late from the renewal on, and marked so (R7)."""
    promised(desk, resolve_within="30m")
    renew(desk)
    late = desk.get_one(Clock, (1, "resolution", 1))
    assert (late.breached_at, late.is_breached_on_retarget) == (NOON, True)


def test_a_new_promise_starts_a_clock(desk):
    """A line target nobody had before appears with its due time; taking it away ends the clock."""
    promised(desk, line1_within="8h")
    line = T0 + DAY + timedelta(minutes=30)
    assert renew(desk)["INC-10001"] == {("line", 1): (None, line)}
    promised(desk, line1_within=None)
    assert renew(desk, NOON + HOUR)["INC-10001"] == {("line", 1): (line, None)}
    assert desk.get(Clock, (1, "line", 1)) is None


def test_a_reason_that_pauses_no_more_starts_the_clock_again(desk):
    """The waiting ticket gets its due time back from now on; what it has waited is not charged (R7)."""
    desk.get_one(Reason, ("waiting", "requester")).pauses = []
    assert renew(desk) == {"INC-10003": {("resolution", 1): (None, T0 + 2 * DAY + 2 * HOUR)}}
    assert not desk.get_one(Ticket, 3).is_paused


def test_what_is_left_of_a_paused_clock_is_renewed_too(desk):
    """A waiting ticket has no due time that could change, and still shows what is left under the new terms (R6)."""
    promised(desk, resolve_within="20h")
    assert "INC-10003" not in renew(desk)
    assert desk.get_one(Ticket, 3).left_seconds == 18 * 3600


def test_a_chain_reaches_open_tickets(desk):
    """A new escalation chain changes no due time, but from now on the sweep looks for its steps (E4)."""
    desk.get_one(Policy, 1).escalation = [{"clock": "resolution", "at": "50%", "tell": ["lead"]}]
    assert renew(desk) == {}
    assert desk.get_one(Clock, (1, "resolution", 1)).alarm_at == T0 + DAY + timedelta(minutes=30)
    assert desk.get_one(Clock, (4, "resolution", 1)).alarm_at is None


def test_a_notice_takes_the_mark_of_the_provisional(session, who):
    """What was provisional is not once the year is announced, even when the due time stays (R12)."""
    version = session.exec(select(CalendarVersion)).one()
    version.document = OFFICE | {"published_years": [2025]}
    renew(session)
    opening.open_ticket(session, Request("x"), actor=who("ana.ruiz"), at=NOON)
    assert session.get_one(Clock, (1, "resolution", 1)).is_provisional

    version.document = OFFICE | {"published_years": [2025, 2026]}
    assert renew(session, NOON + HOUR) == {}
    assert not session.get_one(Clock, (1, "resolution", 1)).is_provisional


def test_a_team_with_hours_of_its_own(session, ticket, who):
    """A calendar for the receiving team moves its acceptance clock and no other (E1)."""
    promised(session, accept_within="4h")
    renew(session, T0)
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    handoffs.hand_off(session, ticket.id, handoffs.Destination("network"), FULL, "other", actor=who("li.na"), at=T0)
    late = OFFICE | {"hours": {"mon": [["12:00", "20:00"]]}}
    session.add(Calendar(id=2, code="late", name_en="x", name_zh="x"))
    session.flush()
    session.add(CalendarVersion(calendar_id=2, valid_from=FROM_EVER, made_at=T0, document=late))
    session.get_one(Team, 2).calendar_id = 2

    changed = T0 + timedelta(hours=5, minutes=30), T0 + 7 * HOUR
    assert renew(session) == {"INC-10001": {("acceptance", 1): changed}}


def test_a_renewal_that_is_taken_back_leaves_nothing(database):
    """A dry run rolls back: versions, journals and due times are as they were, and the next one finds it all again."""
    with database.write() as session:
        actor = finding.person(session, "ana.ruiz")
        opening.open_ticket(session, Request("x", item="IT-NET-VPN-01"), actor=actor, at=T0)
    dry_runs = [dry_run(database) for _time in range(2)]

    assert dry_runs[0] == dry_runs[1] != []
    with database.read() as session:
        assert (count(session, PolicyVersion), count(session, Event)) == (1, 1)
        assert (due(session, 1), doctor.examine(session, reader=SEES_ALL).findings) == (T0 + 2 * DAY + HOUR, ())


def dry_run(database):
    """Renew with a shorter target, take it back, and return what would have changed."""
    with database.write() as session:
        session.get_one(PolicyTarget, (1, 3)).resolve_within = "1h"
        found = terms.renew(session, actor=None, at=NOON)
        session.rollback()
    return found


def test_an_explanation_names_both_terms(desk):
    """Who asks why hears the terms before and after, each with its due time."""
    promised(desk, resolve_within="8h")
    renew(desk)
    resolution = clocks.explanations(desk, 1, NOON, reader=SEES_ALL)[1]
    assert [(one.since, one.target, one.policy) for one in resolution.terms] == [
        (T0, "16h", "standard"), (NOON, "8h", "standard"),
    ]  # fmt: skip
    assert resolution.terms[0].terms_id < resolution.terms[1].terms_id


def test_more_tickets_than_one_batch_are_all_renewed(session, who, monkeypatch):
    """Batches are no limit: the last ticket of the last batch is recomputed like the first."""
    monkeypatch.setattr(terms, "_BATCH", 2)
    for _number in range(5):
        opening.open_ticket(session, Request("x"), actor=who("ana.ruiz"), at=T0)
    promised(session, resolve_within="8h")
    assert list(renew(session)) == [journal.number("incident", ticket_id) for ticket_id in range(1, 6)]
