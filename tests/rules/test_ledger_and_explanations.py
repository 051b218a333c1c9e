"""The ledger and the explanation, to the second: parts that add up to the whole, checked against a walk of minutes."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings

from sharedops_core import i18n
from sharedops_core.rules import commitments, explain, ledger
from sharedops_core.rules.calendar import Calendar, succeeding
from sharedops_core.rules.clocks import Target, elapsed, parse_target
from tests.rules.histories import (
    CN,
    HOUR,
    LONG,
    MINUTE,
    at,
    folded,
    following,
    office,
    policy,
    run,
    stories,
    told,
    wall,
)
from tests.rules.oracle import Oracle

STEADY = settings(deadline=None, max_examples=100)
POLICIES = (
    policy({"update": "3h", "line1": "1h", "line2": "2h", "line3": "1wd", "supplier": "eowd", "acceptance": "30m"}),
    policy({"resolution": "2h", "line1": "2wd"}, pausing={"requester": []}, terms_id=2),
    policy({"resolution": "90h"}, calendar=LONG, pausing={}, terms_id=3),
)
CLOSED = ("confirmed", "cancelled")


def end_of(entries, now) -> datetime:
    """Return when the ticket was closed for good, else now."""
    open_ones = [place for place, one in enumerate(entries) if one.state not in CLOSED]
    return entries[open_ones[-1] + 1].at if open_ones[-1] + 1 < len(entries) else now


# The ledger.


@STEADY
@given(stories(16))
def test_the_ledger_has_no_gap_and_adds_up(entries):
    """Each row begins where the one before ends; together they are the time between opening and end, exactly."""
    now = entries[-1].at + 100 * HOUR
    rows, begin, end = ledger.ledger(entries, CN, now), entries[0].at, end_of(entries, now)

    edges = [begin, *(one.end for one in rows)]
    assert [one.start for one in rows] == edges[:-1]
    assert edges[-1] == end
    assert sum((one.open_time for one in rows), timedelta()) == elapsed(CN, begin, end)
    assert sum((one.wall_time for one in rows), timedelta()) == end - begin


@settings(deadline=None, max_examples=30)
@given(stories(8))
def test_every_minute_belongs_to_who_held_it(entries):
    """Walking the minutes and asking the journal who had the ticket gives the same sums as the ledger."""
    now = entries[-1].at + 5 * HOUR
    end, walked = end_of(entries, now), {}
    for minute in Oracle(CN, entries[0].at, end).open if end > entries[0].at else ():
        last = [one for one in entries if one.at <= minute][-1]
        key = (ledger._party(last), last.line, last.team_id, last.assignee_id)
        walked[key] = walked.get(key, timedelta()) + MINUTE
    summed: dict[tuple, timedelta] = {}
    for one in ledger.ledger(entries, CN, now):
        if one.open_time:
            key = (one.party, one.line, one.team_id, one.agent_id)
            summed[key] = summed.get(key, timedelta()) + one.open_time
    assert summed == walked


@pytest.mark.parametrize(
    ("reason", "party"),
    [("requester", "requester"), ("appointment", "requester"), ("supplier", "supplier"), ("parts", "supplier"),
     ("other_team", "desk"), ("authority", "others"), (None, "others")],
)  # fmt: skip
def test_a_wait_is_time_of_whoever_is_waited_for(reason, party):
    """Waiting belongs to requester, supplier or others; waiting for another team is the desk's own time."""
    entries = told(("02 09:00", "open"), ("02 09:30", "take"), ("02 10:00", "wait", {"waiting_reason": reason}))
    assert [one.party for one in ledger.ledger(entries, CN, at("02 11:00"))][-1] == party


def test_what_changes_no_hand_makes_no_row():
    """Notes, replies and a change of priority go on with the same row; a new holder begins the next."""
    entries = told(
        ("02 09:00", "open"), ("02 09:30", "take", {"assignee_id": 1}), ("02 10:00", "note"), ("02 10:30", "reply"),
        ("02 11:00", "change", {"priority": 1}), ("02 11:30", "assign", {"assignee_id": 2}),
    )  # fmt: skip
    rows = ledger.ledger(entries, CN, at("02 12:00"))
    assert [(wall(one.start), wall(one.end), one.agent_id) for one in rows] == [
        ("02 09:00", "02 09:30", None), ("02 09:30", "02 11:30", 1), ("02 11:30", "02 12:00", 2),
    ]  # fmt: skip


def test_a_closed_ticket_ends_its_ledger_and_a_reopened_one_goes_on():
    """Rating a closed ticket adds nothing; when it comes back, the time between is the confirmation's."""
    entries = told(("02 09:00", "open"), ("02 09:30", "take"), ("02 10:00", "resolve"), ("02 10:30", "confirm"),
                   ("02 11:00", "rate"))  # fmt: skip
    back = [*entries, following(entries[-1], at("02 11:30"), "reopen")]

    assert wall(ledger.ledger(entries, CN, at("05 09:00"))[-1].end) == "02 10:30"
    assert [(one.party, wall(one.end)) for one in ledger.ledger(back, CN, at("02 12:00"))][-2:] == [
        ("confirmation", "02 11:30"), ("desk", "02 12:00"),
    ]  # fmt: skip


def test_parties_have_names_in_both_languages():
    """Every party can be read; an unknown one is shown as it is."""
    english = [ledger.party_name(party) for party in ledger.PARTIES]
    i18n.activate("zh")
    assert len({*english, *map(ledger.party_name, ledger.PARTIES)}) == 2 * len(ledger.PARTIES)
    assert ledger.party_name("moon") == "moon"


# Explanations.


def check(found: explain.Explanation, calendar: Calendar):
    """Assert what must be true of every explanation."""
    for one in found.lines:
        assert one.closes - one.opens == one.counted == elapsed(calendar, one.opens, one.closes) > timedelta(0)
        assert one.opens >= found.start
        assert not any(a < one.closes and (b is None or b > one.opens) for a, b in found.pauses if b is None or a < b)
    flat = [instant for one in found.lines for instant in (one.opens, one.closes)]
    assert flat == sorted(flat)
    totals = [sum((one.counted for one in found.lines[: n + 1]), timedelta()) for n in range(len(found.lines))]
    assert [one.total for one in found.lines] == totals
    assert found.used == sum((one.counted for one in found.lines), timedelta())


@STEADY
@given(stories(14))
def test_the_lines_of_an_explanation_add_up_to_its_target(entries):
    """Of every clock of any history: the lines use the target up, avoid the pauses, and end at the due time."""
    now = entries[-1].at + HOUR
    for one in commitments.runs(*folded(entries, *POLICIES)):
        found, leg = explain.explain_run(one, now), one.now
        check(found, leg.calendar)
        if found.due_at is not None and leg.target.span is not None:
            assert found.used == leg.target.span
        if found.due_at is not None and leg.target.unit == "s" and leg.target.instant is None:
            assert found.lines[-1].closes == found.due_at
        if found.due_at is None:
            assert found.used == elapsed(leg.calendar, one.start, one.stop or now, one.pauses)


@STEADY
@given(stories(14))
def test_an_explanation_says_what_the_clock_says(entries):
    """Due time, terms and changes of an explanation are those of the clock: one leg for each change of terms."""
    found = commitments.clocks(*folded(entries, *POLICIES))
    told_ones = [explain.explain_run(one, entries[-1].at) for one in commitments.runs(*folded(entries, *POLICIES))]

    assert [(one.kind, one.nth, one.due_at, one.target) for one in told_ones] == [
        (one.kind, one.nth, one.due_at, one.target) for one in found
    ]
    for one, clock in zip(told_ones, found, strict=True):
        assert (one.terms[-1].terms_id, one.terms[-1].due_at) == (clock.terms_id, clock.due_at)


def test_the_arithmetic_of_a_due_time():
    """Eight hours over a pause, a lunch, a night: five lines from Mon 15:00 to Tue 16:30."""
    found = explain.explain(CN, at("02 15:00"), parse_target("8h"), [(at("02 16:00"), at("02 17:00"))])

    assert [(wall(one.opens), wall(one.closes)[3:], one.counted / MINUTE) for one in found.lines] == [
        ("02 15:00", "16:00", 60), ("02 17:00", "18:00", 60), ("03 09:00", "12:00", 180), ("03 13:30", "16:30", 180),
    ]  # fmt: skip
    assert (wall(found.due_at), found.used, found.lines[-1].total) == ("03 16:30", 8 * HOUR, 8 * HOUR)


def test_days_off_and_make_up_days_on_the_way_are_named():
    """The holiday that was skipped and the Saturday that counted stand in the explanation; ordinary days do not."""
    cn = office("CN", "Asia/Shanghai", ["09:00", "18:00"], holidays=["2026-03-06"],
                workdays={"2026-03-07": [["09:00", "12:00"]]})  # fmt: skip
    found = explain.explain(cn, at("05 17:00"), parse_target("5h"))

    assert found.specials == (
        explain.Special(date(2026, 3, 6), is_open=False),
        explain.Special(date(2026, 3, 7), is_open=True),
    )


def test_new_hours_are_no_special_days():
    """When the hours change on the way, each day is compared with the hours of its own version (R8)."""
    versions = succeeding([(date.min, CN), (date(2026, 3, 3), LONG)])
    found = explain.explain(versions, at("02 16:00"), parse_target("10h"))
    assert (wall(found.due_at), found.specials) == ("03 16:00", ())


def test_every_change_of_terms_is_told_with_its_due_time():
    """Who explains a re-target says what was due before it and after it (R7)."""
    entries = told(("02 09:00", "open"), ("02 11:30", "change", {"priority": 1}))
    found = explain.explain_run(run(entries, "resolution", replace(policy(), code="std")), at("02 12:00"))

    assert [(wall(one.since), one.policy, one.target, wall(one.due_at)) for one in found.terms] == [
        ("02 09:00", "std", "16h", "04 10:00"), ("02 11:30", "std", "4h", "02 14:30"),
    ]  # fmt: skip


def test_spelled_out_for_people():
    """The text says target, start, pauses, days, each line with its sum, and the due time, in the calendar's zone."""
    cn = replace(CN, holidays=frozenset({date(2026, 3, 3)}), published=frozenset({2025}))
    lines = explain.spelled_out(explain.explain(cn, at("02 16:00"), parse_target("4h"), [(at("02 16:30"), None)]))
    assert lines == [
        "target 4h on calendar CN (Asia/Shanghai)", "starts 2026-03-02 16:00:00",
        "paused since 2026-03-02 16:30:00", "Mon 2026-03-02 16:00:00-16:30:00  +0:30:00  = 0:30:00",
        "paused: no due time, 0:30:00 used", "provisional: the holidays of that year have not been announced yet",
    ]  # fmt: skip
    whole = explain.spelled_out(explain.explain(cn, at("02 16:00"), parse_target("4h")))
    assert "2026-03-03 is closed, holiday" in whole
    assert "due 2026-03-04 11:00:00, 4:00:00 used" in whole


def test_a_promise_is_explained_by_its_instant():
    """The lines of a promise reach to the instant that was named; its target is that instant, not seconds."""
    entries = told(("02 09:00", "open"), ("02 14:30", "promise", {"promised_for": at("02 20:00")}))
    found = explain.explain_run(run(entries, "promise"), at("02 15:00"))

    assert (wall(found.due_at), found.used) == ("02 20:00", 210 * MINUTE)
    assert explain.spelled_out(found)[0] == "target 2026-03-02 20:00:00 on calendar CN (Asia/Shanghai)"
    assert Target.until(found.used, at("02 20:00")).span == found.used


@STEADY
@given(stories(6))
def test_the_oracle_agrees_with_the_explanation(entries):
    """Each line is made of minutes that a walk of the calendar finds open and unpaused, and misses none (R2, R5)."""
    one = run(entries, "resolution", *POLICIES[:1], *(replace(POLICIES[0], terms_id=n) for n in (2, 3)))
    found = explain.explain_run(one, entries[-1].at + HOUR)
    end = found.lines[-1].closes if found.lines else one.start + MINUTE
    minutes = [minute for minute in Oracle(CN, one.start, end).open
               if not any(a <= minute and (b is None or minute < b) for a, b in one.pauses)]  # fmt: skip
    assert [line.opens + n * MINUTE for line in found.lines for n in range(line.counted // MINUTE)] == minutes
