"""Where each kind of clock begins and ends, and on whose calendar it counts."""

from datetime import UTC, timedelta

import pytest
from hypothesis import given, settings

from sharedops_core.rules import commitments
from sharedops_core.rules.alarms import Step
from tests.rules.histories import CN, HOUR, LONG, MINUTE, at, clock, folded, policy, run, stories, told, wall

OPEN = ("02 09:00", "open", {"team_id": 1})
OFFER = {"offered_team_id": 2}
ACCEPTED = {"team_id": 2, "line": 2, "assignee_id": 5, "offered_team_id": None}
STEADY = settings(deadline=None, max_examples=150)


def spans(entries, kind, *policies):
    """Return start and end of every clock of a kind, as wall-clock times."""
    found = commitments.clocks(*folded(entries, *policies))
    return [(wall(one.started_at), wall(one.stopped_at)) for one in found if one.kind == kind]


def test_a_policy_that_promises_little_has_few_clocks():
    """Only response and resolution are always promised; what a policy leaves out has no clock."""
    entries = told(OPEN, ("02 09:10", "take"), ("02 09:20", "hand_off", OFFER), ("02 09:30", "wait", {"waiting_reason":
                   "supplier"}))  # fmt: skip
    assert [one.kind for one in commitments.clocks(*folded(entries))] == ["response", "resolution"]


# Next update.


def test_an_update_is_owed_from_answer_to_answer():
    """The requester is owed the next word from the first answer on, and again from each reply; not after the end."""
    entries = told(
        OPEN, ("02 09:10", "take"), ("02 10:00", "note"), ("02 11:00", "reply"), ("02 11:30", "receive"),
        ("02 14:00", "resolve"),
    )  # fmt: skip
    assert spans(entries[:1], "update", policy({"update": "2h"})) == []
    assert spans(entries, "update", policy({"update": "2h"})) == [("02 09:10", "02 11:00"), ("02 11:00", "02 14:00")]


def test_an_agent_who_answered_last_is_not_alarmed():
    """After a reply nothing escalates before the next word falls due (Zammad #3140)."""
    terms = policy({"update": "2h"}, steps=(Step("update", "100%"),))
    entries = told(OPEN, ("02 09:00", "take"), ("02 10:50", "reply"))
    found = [one for one in commitments.clocks(*folded(entries, terms)) if one.kind == "update"]

    assert [(one.nth, wall(one.alarm_at)) for one in found] == [(1, None), (2, "02 14:20")]


def test_updates_stand_while_the_requester_is_waited_for():
    """Nobody owes news to somebody they wait for; the machine's words are no news either."""
    entries = told(
        OPEN, ("02 09:00", "take"), ("02 10:00", "wait", {"waiting_reason": "requester"}),
        ("02 10:30", "reply", {"is_person": False}), ("02 11:00", "receive"),
    )  # fmt: skip
    terms = policy({"update": "2h"})
    assert clock(entries[:4], "update", terms).left == HOUR
    assert wall(clock(entries, "update", terms).due_at) == "02 12:00"


def test_after_a_reopening_an_update_is_owed_again():
    """A ticket that comes back owes its requester a word, counted from its return."""
    entries = told(OPEN, ("02 09:00", "take"), ("02 10:00", "resolve"), ("03 10:00", "reopen"))
    assert spans(entries, "update", policy({"update": "2h"}))[1:] == [("03 10:00", None)]


# Acceptance of a hand-off.


@pytest.mark.parametrize(
    ("act", "changes"), [("accept", ACCEPTED), ("give_back", {"offered_team_id": None}), ("resolve", {})]
)
def test_each_offer_has_its_own_clock(act, changes):
    """Acceptance runs from the offer until it is answered or the ticket is done; the next offer counts anew."""
    entries = told(
        OPEN, ("02 09:00", "take"), ("02 10:00", "hand_off", OFFER), ("02 10:20", act, changes),
        ("02 11:00", "reopen" if act == "resolve" else "note", {"offered_team_id": None}),
        ("02 11:30", "hand_off", {"offered_team_id": 3}),
    )  # fmt: skip
    assert spans(entries, "acceptance", policy({"acceptance": "30m"})) == [
        ("02 10:00", "02 10:20"), ("02 11:30", None),
    ]  # fmt: skip


def test_a_receiver_is_measured_on_its_own_calendar():
    """A team that works until eight has its half hour at half past six, one without a calendar the next morning."""
    terms = policy({"acceptance": "30m"}, team_calendars={2: LONG})
    due = {
        team: wall(clock(told(OPEN, ("02 09:00", "take"), ("02 18:30", "hand_off", {"offered_team_id": team})),
                         "acceptance", terms).due_at)
        for team in (2, 3)
    }  # fmt: skip
    assert due == {2: "02 19:00", 3: "03 09:30"}


def test_waiting_does_not_stop_a_receiver():
    """The receiver has to sign whether or not the ticket waits for somebody else."""
    entries = told(OPEN, ("02 09:00", "take"), ("02 10:00", "hand_off", OFFER),
                   ("02 10:05", "wait", {"waiting_reason": "requester"}))  # fmt: skip
    assert wall(clock(entries, "acceptance", policy({"acceptance": "30m"})).due_at) == "02 10:30"


# Line hold.


def test_a_line_is_not_restarted_by_who_joins():
    """Taking, assigning, answering and a hand-off within the line go on with the same hold (GLPI #14423)."""
    entries = told(
        OPEN, ("02 09:10", "take", {"assignee_id": 1}), ("02 09:20", "assign", {"assignee_id": 2}),
        ("02 09:30", "reply"), ("02 09:40", "hand_off", {"offered_team_id": 9}),
        ("02 09:50", "accept", ACCEPTED | {"line": 1, "team_id": 9}),
        ("02 10:00", "change", {"priority": 1}),
    )  # fmt: skip
    held = clock(entries, "line", policy({"line1": "2h"}))
    assert (wall(held.started_at), wall(held.due_at), held.nth) == ("02 09:00", "02 11:00", 1)
    assert clock(entries, "line", policy({"line1": "2h"}), nth=2) is None


def test_each_stay_on_a_line_has_its_own_hold():
    """To line 2 and back: three stays, each with the time of its line; the end of the ticket ends the last."""
    entries = told(
        OPEN, ("02 09:00", "take"), ("02 10:15", "accept", ACCEPTED), ("03 09:30", "accept", {"line": 1}),
        ("03 11:00", "resolve"),
    )  # fmt: skip
    found = commitments.clocks(*folded(entries, policy({"line1": "1h", "line2": "3h"})))
    held = [(one.target, wall(one.started_at), wall(one.breached_at)) for one in found if one.kind == "line"]

    assert held == [("1h", "02 09:00", "02 10:00"), ("3h", "02 10:15", "02 14:45"), ("1h", "03 09:30", "03 10:30")]
    assert wall(found[-1].stopped_at) == "03 11:00"


def test_a_line_without_a_target_has_no_clock_but_keeps_its_number():
    """Only line 2 is promised: its stay is the second one, wherever the ticket was before."""
    entries = told(OPEN, ("02 10:15", "take"), ("02 10:15", "accept", ACCEPTED))
    assert wall(clock(entries, "line", policy({"line2": "2h"}), nth=2).due_at) == "02 13:45"
    assert clock(entries, "line", policy({"line2": "2h"})) is None


def test_a_line_stands_while_it_waits():
    """The hold of a line is not spent on the requester's time."""
    entries = told(OPEN, ("02 09:00", "take"), ("02 10:00", "wait", {"waiting_reason": "requester"}),
                   ("02 11:00", "resume"))  # fmt: skip
    assert wall(clock(entries, "line", policy({"line1": "2h"})).due_at) == "02 12:00"


# Supplier.


def test_each_wait_for_a_supplier_is_measured():
    """A supplier has its time from each wait on, although the ticket stands; other waits are not theirs."""
    entries = told(
        OPEN, ("02 09:00", "take"), ("02 10:00", "wait", {"waiting_reason": "supplier"}), ("02 11:00", "resume"),
        ("02 11:10", "wait", {"waiting_reason": "requester"}), ("02 11:20", "resume"),
        ("02 11:30", "wait", {"waiting_reason": "supplier"}),
    )  # fmt: skip
    terms = policy({"supplier": "4h"})

    assert spans(entries, "supplier", terms) == [("02 10:00", "02 11:00"), ("02 11:30", None)]
    assert wall(clock(entries, "supplier", terms, nth=2).due_at) == "02 17:00"


# Promises.


def test_a_promise_is_due_at_its_instant_even_at_night():
    """ "I call you at 20:00" is due at 20:00, and the second after it is broken (R11)."""
    entries = told(OPEN, ("02 17:00", "promise", {"promised_for": at("02 20:00")}), ("02 20:00", "note"))
    assert (wall(clock(entries, "promise").due_at), clock(entries, "promise").breached_at) == ("02 20:00", None)

    late = clock([*entries, *told(OPEN, ("02 20:01", "note"))[1:]], "promise")
    assert wall(late.breached_at) == "02 20:00"


def test_a_promise_stands_until_it_is_kept():
    """Two promises: keeping one leaves the other; the end of the ticket ends them all; waiting moves neither."""
    five, six = at("02 17:00"), at("02 18:00")
    entries = told(
        OPEN, ("02 09:00", "take"), ("02 10:00", "promise", {"promised_for": six}),
        ("02 10:30", "promise", {"promised_for": five}), ("02 11:00", "wait", {"waiting_reason": "requester"}),
        ("02 16:00", "keep", {"promised_for": five}), ("02 17:30", "resolve"),
    )  # fmt: skip

    assert spans(entries[:6], "promise") == [("02 10:00", None), ("02 10:30", "02 16:00")]
    assert spans(entries, "promise") == [("02 10:00", "02 17:30"), ("02 10:30", "02 16:00")]
    assert clock(entries, "promise").due_at == six


def test_a_promise_reads_the_same_in_every_zone():
    """The instant is kept as UTC, whatever zone it was named in, so that a replay gives the same text."""
    named = at("02 15:00").astimezone(CN.zone)
    targets = {clock(told(OPEN, ("02 10:00", "promise", {"promised_for": one})), "promise").target
               for one in (named, named.astimezone(UTC))}  # fmt: skip
    assert targets == {"2026-03-02T07:00:00+00:00"}


# Stopped is stopped.


def frozen(clocks):
    """Return the clocks that have come to their end and ran at all; a reopening may wake the resolution."""
    return {
        (one.kind, one.nth): one
        for one in clocks
        if one.stopped_at is not None and one.started_at < one.stopped_at and one.kind != "resolution"
    }


POLICIES = (
    policy({"update": "3h", "acceptance": "30m", "line1": "1h", "line2": "2h", "line3": "1wd", "supplier": "eowd"}),
    policy({"resolution": "2h", "update": "1h", "acceptance": "5m", "line1": "10m", "line2": "1wd", "line3": "10m",
            "supplier": "1h"}, pausing={"requester": []}, terms_id=2),
    policy({"resolution": "90h", "update": "9h", "acceptance": "9h", "line1": "9h", "line2": "9h", "line3": "9h",
            "supplier": "9h"}, calendar=LONG, pausing={}, terms_id=3),
)  # fmt: skip


@STEADY
@given(stories(16))
def test_a_stopped_clock_is_moved_by_nothing_that_comes_later(entries):
    """Whatever happens after it stopped, a clock stays as it was judged: due time, target, breach and terms."""
    final = {(one.kind, one.nth): one for one in commitments.clocks(*folded(entries, *POLICIES))}
    for count in range(1, len(entries)):
        for key, stopped in frozen(commitments.clocks(*folded(entries[:count], *POLICIES))).items():
            assert final[key] == stopped


@STEADY
@given(stories(16))
def test_a_breach_is_stamped_once(entries):
    """What was stamped as late keeps its instant, and its cause, through all that follows."""
    stamps: dict[tuple[str, int], tuple] = {}
    for count in range(1, len(entries) + 1):
        for one in commitments.clocks(*folded(entries[:count], *POLICIES)):
            stamp = (one.breached_at, one.is_breached_on_retarget)
            assert stamps.get((one.kind, one.nth), stamp) == stamp
            if one.breached_at is not None:
                stamps[one.kind, one.nth] = stamp


@STEADY
@given(stories(16))
def test_a_paused_clock_is_nobodys_fault(entries):
    """A clock without due time stands; one with a due time is late strictly after it and not before (R6, R11)."""
    now = entries[-1].at
    for one in commitments.clocks(*folded(entries, *POLICIES)):
        end = one.stopped_at or now
        assert one.stopped_at is not None or one.is_paused == (one.due_at is None)
        assert one.due_at is None or one.due_at >= end or one.breached_at is not None
        assert one.breached_at is None or one.breached_at < end or one.is_breached_on_retarget


def test_a_later_wait_does_not_reach_back():
    """The pauses of a clock end where it ended, and begin where it began."""
    entries = told(
        OPEN, ("02 09:00", "take"), ("02 09:30", "wait", {"waiting_reason": "requester"}),
        ("02 10:00", "resolve"), ("02 11:00", "reopen"), ("02 11:30", "accept", ACCEPTED), ("02 12:00", "note"),
    )  # fmt: skip
    terms = policy({"line1": "2h", "line2": "2h"})
    assert run(entries, "line", terms).pauses == ((at("02 09:30"), at("02 10:00")),)
    assert run(entries, "line", terms, nth=2).pauses == ()
    assert run(entries, "resolution", terms).pauses == (
        (at("02 09:30"), at("02 10:00")), (at("02 10:00"), at("02 11:00")),
    )  # fmt: skip


def test_a_change_in_the_second_of_the_end_comes_too_late():
    """Answered and raised in one second: the answer is judged by what was promised before."""
    entries = told(OPEN, ("02 10:30", "take"), ("02 10:30", "change", {"priority": 1}))
    met = clock(entries, "response")
    assert (met.target, met.breached_at) == ("2h", None)
    assert clock(entries, "resolution").due_at == at("02 14:30")
    assert met.stopped_at - met.started_at == timedelta(hours=1, minutes=30) == 90 * MINUTE
