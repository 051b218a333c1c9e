"""The clocks of a ticket over its history: the ticket cases of the rules, and what re-targets and pauses do to them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sharedops_core.rules import commitments, history, ledger
from sharedops_core.rules.calendar import succeeding
from sharedops_core.rules.clocks import elapsed
from tests.rules.histories import CN, HOUR, LONG, MINUTE, at, clock, folded, office, policy, run, told, wall

OPEN = ("02 09:00", "open")
WAIT = {"waiting_reason": "requester"}


# The ticket cases S51 to S60.


def test_s51_a_retarget_keeps_the_start():
    """From P3 to P1 at 11:30 the ticket is due Mon 14:30, with 150 of 240 minutes used (R7, S51)."""
    entries = told(OPEN, ("02 11:30", "change", {"priority": 1}))

    assert wall(clock(entries[:1], "resolution").due_at) == "04 10:00"
    assert wall(clock(entries, "resolution").due_at) == "02 14:30"
    assert elapsed(CN, run(entries, "resolution").start, at("02 11:30")) == 150 * MINUTE


def test_s52_a_retarget_keeps_the_pauses():
    """A pause before the change still counts after it: due Mon 15:30 (R7, S52; GLPI #6902, #15605)."""
    entries = told(
        OPEN, ("02 09:00", "take"), ("02 10:00", "wait", WAIT), ("02 11:00", "resume"),
        ("02 11:30", "change", {"priority": 1}),
    )  # fmt: skip
    assert wall(clock(entries, "resolution").due_at) == "02 15:30"


def test_s53_a_retarget_into_the_past_is_a_breach_of_its_moment():
    """Due Mon 11:00 under the new target, breach stamped at the change 14:00 and marked (R7, S53)."""
    entries = told(OPEN, ("02 14:00", "change", {"priority": 1}))
    late = clock(entries, "resolution", policy({"resolution": {3: "16h", 1: "2h"}}))

    assert (wall(late.due_at), wall(late.breached_at), late.is_breached_on_retarget) == ("02 11:00", "02 14:00", True)


def test_s54_new_hours_count_from_their_date():
    """Ten hours from Mon 16:00, hours 08-20 without lunch from Tuesday on: due Tue 16:00 (R8, S54)."""
    longer = policy({"resolution": "10h"}, calendar=succeeding([(date.min, CN), (date(2026, 3, 3), LONG)]), terms_id=2)
    entries = told(("02 16:00", "open"), ("02 20:00", "recompute", {"terms_id": 2}))

    assert wall(clock(entries, "resolution", policy({"resolution": "10h"}), longer).due_at) == "03 16:00"


def test_s55_a_holiday_declared_overnight_moves_the_due_time():
    """Four hours from Mon 16:00 were due Tue 11:00; Tuesday becomes a holiday: Wed 11:00 (R8, S55)."""
    terms = policy({"resolution": "4h"})
    closed = replace(CN, holidays=frozenset({date(2026, 3, 3)}), since=date(2026, 3, 2), before=CN)
    entries = told(("02 16:00", "open"), ("02 23:00", "recompute", {"terms_id": 2}))

    assert wall(clock(entries[:1], "resolution", terms).due_at) == "03 11:00"
    assert wall(clock(entries, "resolution", terms, replace(terms, calendar=closed, terms_id=2)).due_at) == "04 11:00"


def test_s56_a_reopened_ticket_resumes_its_clock():
    """Eight hours, resolved 11:00, reopened Tue 10:00: due Tue 17:30 (R9, S56)."""
    entries = told(
        ("02 09:00", "open", {"priority": 2}), ("02 09:00", "take"), ("02 11:00", "resolve"), ("03 10:00", "reopen")
    )
    before, after = clock(entries[:3], "resolution"), clock(entries, "resolution")

    assert (wall(before.stopped_at), wall(before.due_at)) == ("02 11:00", "03 09:30")
    assert (after.stopped_at, wall(after.due_at)) == (None, "03 17:30")


def test_s57_steps_are_points_in_working_time():
    """Eight hours from Mon 15:00 warn Tue 10:00, 12:00, 14:42, 15:00 (30 min before) and 15:30 (R16, S57)."""
    points = ("50%", "75%", "90%", "30m before", "100%")
    steps = tuple(commitments.Step("resolution", point) for point in points)
    summary, policy_of = folded(told(("02 15:00", "open")), policy({"resolution": "8h"}, steps=steps))
    resolution = next(one for one in commitments.runs(summary, policy_of) if one.kind == "resolution")
    fired = [f"resolution/1/{point}" for point in points]

    found = [commitments.next_alarm(resolution, fired[:count])[1] for count in range(len(points))]
    assert [wall(one) for one in found] == ["03 10:00", "03 12:00", "03 14:42", "03 15:00", "03 15:30"]


def test_s58_the_ledger_adds_up():
    """L1 1:15, L2 6:45, L1 1:30 are the 9:30 between opening and closing, to the minute (S58)."""
    entries = told(
        OPEN, ("02 09:00", "take", {"assignee_id": 1}), ("02 10:15", "accept", {"line": 2, "assignee_id": 2}),
        ("03 09:30", "accept", {"line": 1, "assignee_id": 1}), ("03 11:00", "resolve"), ("03 11:00", "confirm"),
    )  # fmt: skip
    found = ledger.ledger(entries, CN, at("10 09:00"))
    desk = [(one.line, one.open_time) for one in found if one.agent_id is not None]

    assert desk == [(1, 75 * MINUTE), (2, 405 * MINUTE), (1, 90 * MINUTE)]
    assert sum((one.open_time for one in found), timedelta()) == elapsed(CN, at("02 09:00"), at("03 11:00"))


@pytest.mark.parametrize(
    ("text", "expected"), [("8h", "02 17:00"), ("1wd", "03 09:00"), ("eowd", "03 17:00"), ("24h", "04 17:00")]
)
def test_s60_four_things_that_a_day_can_mean(text, expected):
    """As the target of a ticket, too, open hours, next workday and its end are different (R14, S60)."""
    nine = office("BD", "Etc/UTC", ["09:00", "17:00"])
    entries = told((at("02 09:00", nine), "open"))
    assert wall(clock(entries, "resolution", policy({"resolution": text}, calendar=nine)).due_at, nine) == expected


# R6: paused is never overdue.


def test_a_paused_clock_has_no_due_time_however_long_it_waits():
    """While it waits the clock has a rest and no due time: nobody can call it overdue (R6; GLPI #24481)."""
    entries = told(OPEN, ("02 09:00", "take"), ("02 10:00", "wait", WAIT), ("20 10:00", "note"))
    paused = clock(entries, "resolution")

    assert (paused.due_at, paused.left, paused.breached_at, paused.is_paused) == (None, 15 * HOUR, None, True)
    assert not commitments.is_late(paused.due_at, at("31 09:00"))


def test_a_clock_that_ran_out_before_the_pause_stays_late():
    """A wait that begins after the due time hides nothing (R6, R11)."""
    entries = told(OPEN, ("02 09:00", "take"), ("04 11:00", "wait", WAIT), ("05 11:00", "note"))
    late = clock(entries, "resolution")
    assert (wall(late.due_at), wall(late.breached_at), late.is_paused) == ("04 10:00", "04 10:00", False)


def test_a_reason_pauses_what_it_names_and_an_unknown_one_pauses_all():
    """Each waiting reason says which clocks stand; one that no policy knows stops them all."""
    machine = {"is_person": False}
    found = {}
    for reason in ("requester", "other_team", "an old log"):
        entries = told(OPEN, ("02 09:00", "take", machine), ("02 10:00", "wait", {"waiting_reason": reason}))
        found[reason] = {one.kind for one in commitments.clocks(*folded(entries)) if one.is_paused}

    assert found == {"requester": {"resolution"}, "other_team": set(), "an old log": {"response", "resolution"}}


# R7: re-targets.


def test_a_longer_target_leaves_nothing_overdue():
    """After a change to P4 the due time lies ahead, and nothing shows as late (osTicket #5160)."""
    entries = told(("02 09:00", "open", {"priority": 1}), ("02 09:10", "take"), ("03 14:00", "change", {"priority": 4}))
    late, calm = clock(entries[:2], "resolution"), clock(entries, "resolution")

    assert (wall(late.due_at), wall(calm.due_at)) == ("02 14:30", "09 11:30")
    assert not commitments.is_late(calm.due_at, at("03 14:00"))


def test_a_breach_before_the_change_stays_where_it_was():
    """What was late under the old terms was late at its due time, whatever the new ones say (R7)."""
    late = clock(told(("02 09:00", "open", {"priority": 1}), ("03 09:00", "change", {"priority": 2})), "response")
    assert (wall(late.breached_at), late.is_breached_on_retarget) == ("02 09:15", False)


def test_a_due_time_of_the_very_moment_is_not_past():
    """A re-target to a due time of this second is late a second later, and then not by the change (R7, R11)."""
    entries = told(OPEN, ("02 12:00", "change", {"priority": 1}), ("02 13:31", "note"))
    terms = policy({"resolution": {3: "16h", 1: "3h"}})

    assert clock(entries[:2], "resolution", terms).breached_at is None
    late = clock(entries, "resolution", terms)
    assert (wall(late.breached_at), late.is_breached_on_retarget) == ("02 12:00", False)


def test_a_new_policy_judges_from_its_moment():
    """A policy with half the time makes a ticket late at the moment it comes, with its start kept (R7)."""
    entries = told(OPEN, ("03 14:00", "recompute", {"terms_id": 2}), ("03 15:00", "note"))
    late = clock(entries, "resolution", policy(), policy({"resolution": "8h"}, terms_id=2))

    assert (late.started_at, wall(late.due_at), late.terms_id) == (at("02 09:00"), "03 09:30", 2)
    assert (wall(late.breached_at), late.is_breached_on_retarget) == ("03 14:00", True)


def test_a_reason_that_pauses_no_more_counts_from_its_change():
    """A wait was a pause while the terms said so: the rest of it counts, what was waited before does not (R7)."""
    terms = policy({"resolution": "4h"}), policy({"resolution": "4h"}, pausing={"requester": []}, terms_id=2)
    entries = told(
        OPEN, ("02 09:00", "take"), ("02 10:00", "wait", WAIT), ("02 11:00", "recompute", {"terms_id": 2}),
        ("02 17:00", "resume"),
    )  # fmt: skip
    late = clock(entries, "resolution", *terms)

    assert run(entries, "resolution", *terms).pauses == ((at("02 10:00"), at("02 11:00")),)
    assert (wall(late.due_at), wall(late.breached_at), late.is_breached_on_retarget) == ("02 15:30", "02 15:30", False)


def test_a_reason_that_begins_to_pause_stops_the_clock_there():
    """A ticket that waits when its reason becomes a pause has that time left which it had then (R7)."""
    terms = policy({"resolution": "4h"}, pausing={"requester": []}), policy({"resolution": "4h"}, terms_id=2)
    entries = told(OPEN, ("02 09:00", "take"), ("02 10:00", "wait", WAIT), ("02 11:00", "recompute", {"terms_id": 2}))
    assert clock(entries, "resolution", *terms).left == 2 * HOUR


def test_what_is_promised_no_more_has_no_clock():
    """Terms that promise no updates end that clock; those that promise them again count from its start (R7)."""
    terms, first, third = policy({"update": {1: "1h"}}), {"priority": 1}, {"priority": 3}
    entries = told(
        ("02 09:00", "open", first), ("02 09:00", "take"), ("02 09:30", "change", third), ("02 11:00", "change", first)
    )
    again = clock(entries, "update", terms)

    assert clock(entries[:3], "update", terms) is None
    assert (wall(again.due_at), wall(again.breached_at), again.is_breached_on_retarget) == (
        "02 10:00",
        "02 11:00",
        True,
    )


# R10, R11, R12.


def test_an_automatic_reply_answers_nobody():
    """The response clock ends when a person answers, not when a machine does (R10)."""
    machine = told(OPEN, ("02 09:01", "reply", {"is_person": False}))
    person = [*machine, *told(OPEN, ("02 10:00", "reply"))[1:]]

    assert clock(machine, "response").stopped_at is None
    assert wall(clock(person, "response").stopped_at) == "02 10:00"


@pytest.mark.parametrize("act", ["take", "reply"])
def test_taking_and_answering_meet_the_response(act):
    """Response is met when a person accepts or answers; an assignment is neither (R10)."""
    assert wall(clock(told(OPEN, ("02 10:00", act)), "response").stopped_at) == "02 10:00"
    assert clock(told(OPEN, ("02 10:00", "assign", {"assignee_id": 2})), "response").stopped_at is None


def test_the_second_after_is_late():
    """An answer in the very second of the due time is in time, one a second later is not (R11)."""
    due = at("02 11:00")
    for late_by, breached_at in ((0, None), (1, due)):
        met = clock(told(OPEN, (due + timedelta(seconds=late_by), "take")), "response")
        assert met.breached_at == breached_at
        assert commitments.is_late(due, due + timedelta(seconds=late_by)) == bool(late_by)


def test_a_year_without_notice_is_provisional_until_it_comes():
    """What is due in a year nobody has announced is marked, and no more once the notice is in (R12)."""
    known = policy(calendar=replace(CN, published=frozenset({2026})))
    announced = policy(calendar=replace(CN, published=frozenset({2026, 2027})), terms_id=2)
    entries = told(("2026-12-31 14:00", "open"), ("2026-12-31 15:00", "recompute", {"terms_id": 2}))

    assert [clock(entries[:1], kind, known).is_provisional for kind in ("response", "resolution")] == [False, True]
    assert not clock(entries, "resolution", known, announced).is_provisional


def test_the_queue_shows_the_first_clock_the_requester_feels():
    """An OLA that is due sooner does not push a ticket up; a paused ticket shows its first paused clock."""
    terms = policy({"line1": "30m"})
    found = commitments.clocks(*folded(told(OPEN), terms))
    waiting = commitments.clocks(*folded(told(OPEN, ("02 09:00", "take"), ("02 10:00", "wait", WAIT)), terms))

    assert commitments.next_due(found).kind == "response"
    assert (commitments.next_due(waiting), commitments.first_paused(waiting).kind) == (None, "resolution")


def test_a_history_begins_with_its_opening():
    """No journal, no clocks: an empty history is an error of the caller."""
    with pytest.raises(ValueError, match="opening entry"):
        history.replay([])
