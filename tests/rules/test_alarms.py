"""The escalation chain: where its points lie, that every step fires once and in order, and what is refused."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedops_core.rules import commitments, history
from sharedops_core.rules.alarms import ROLES, Step, check_step, step_instant
from sharedops_core.rules.clocks import Target, elapsed, parse_target
from tests.rules.histories import CN, HOUR, MINUTE, STEPS, at, clock, drawn, folded, following, policy, run, told, wall

CHAIN = ("50%", "75%", "30m before", "100%", "1h after", "20h after")


def point(text, target="8h", start="02 15:00", pauses=()):
    """Return where a point of a target lies, as wall-clock time."""
    promised = parse_target(target) if isinstance(target, str) else target
    return wall(step_instant(Step("resolution", text), CN, at(start), promised, pauses))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0%", "02 15:00"), ("50%", "03 10:00"), ("75%", "03 12:00"), ("100%", "03 15:30"), ("150%", "04 10:30"),
        ("30m before", "03 15:00"), ("4h before", "03 10:00"), ("9h before", "02 15:00"), ("0m after", "03 15:30"),
        ("2h after", "03 17:30"), ("3h after", "04 09:30"),
    ],
)  # fmt: skip
def test_points_count_working_time(text, expected):
    """Shares, leads and lags are open hours, over night and lunch alike (R16; GLPI #22678, Zammad #4432)."""
    assert point(text) == expected


def test_points_are_held_back_by_pauses():
    """A pause moves the points behind it and not those before it; an open one hides what is to come (R5, R6)."""
    closed, still = [(at("03 11:00"), at("03 14:00"))], [(at("03 11:00"), None)]
    assert [point(text, pauses=closed) for text in ("50%", "75%", "100%")] == ["03 10:00", "03 15:00", "03 17:00"]
    assert [point(text, pauses=still) for text in ("75%", "30m before", "100%", "2h after")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [("50%", "03 14:15"), ("100%", "03 20:00"), ("30m before", "03 17:30"), ("2h after", "04 11:00")],
)
def test_a_target_in_workdays_is_missed_at_its_due_time(text, expected):
    """ "1wd" from 20:00 is due at 20:00: leads count the open time before it, the breach itself is not early (R11)."""
    assert point(text, target="1wd", start="02 20:00") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("30m before", "02 16:30"), ("50%", "02 15:45"), ("100%", "02 17:00"), ("1h after", "02 18:00")],
)
def test_a_promise_warns_before_its_instant(text, expected):
    """A promise for 17:00 made at 14:30 warns at 16:30 and is broken at 17:00 (R16)."""
    target = Target.until(elapsed(CN, at("02 14:30"), at("02 17:00")), at("02 17:00"))
    assert point(text, target=target, start="02 14:30") == expected


@pytest.mark.parametrize("text", ["0%", "50%", "30m before", "100%"])
def test_no_warning_of_a_promise_at_night_comes_after_it(text):
    """With no open time before its instant a promise still warns in time, at the latest when it is due."""
    target = Target.until(timedelta(0), at("02 20:00"))
    assert point(text, target=target, start="02 19:00") == "02 20:00"


@pytest.mark.parametrize(
    ("at_point", "is_breach"),
    [("99%", False), ("100%", True), ("150%", True), ("30m before", False), ("1m after", True)],
)
def test_a_step_knows_whether_the_target_is_missed_by_then(at_point, is_breach):
    """From the whole target on a step tells of a breach, before it of a risk."""
    assert Step("resolution", at_point).is_breach is is_breach


@pytest.mark.parametrize(
    "text",
    ["", "75", "%", "-5%", "7.5%", "30m", "30m  before", "before", "soon after", "1wd before", "1d after",
     "-30m before", "７5%"],
)  # fmt: skip
def test_what_is_no_point_is_said_with_what_would_be(text):
    """A point that cannot be read is named with three that can."""
    (finding,) = check_step(Step("resolution", text, ("holder",)), commitments.KINDS)
    assert repr(text) in finding or "day is not a unit" in finding or "is not a target" in finding


def test_all_that_is_wrong_with_a_step_is_said():
    """Clock, people and point of a step are checked together."""
    findings = check_step(Step("lunch", "soon", ("boss", "holder"), "nobody"), commitments.KINDS)
    assert [finding.split(" is ")[0] for finding in findings] == ["lunch", "boss", "nobody", "'soon'"]
    assert all(role in findings[1] for role in ROLES)
    assert check_step(Step("line", "1h30m after", ROLES, "lead"), commitments.KINDS) == []


# Firing.


def sweep(entries, now, *policies):
    """Return the history after what was due by `now` has fired, as a sweep would write it."""
    summary, policy_of = folded(entries, *policies)
    for one in commitments.runs(summary, policy_of):
        name = commitments.next_alarm(one, summary.alarms, now)[0] if one.stop is None else None
        if name is not None:
            entries = [*entries, following(entries[-1], max(now, entries[-1].at), "alarm", alarm=name, is_person=False)]
    return entries


def fired(entries):
    """Return the alarms of a history in order."""
    return list(history.replay(entries).alarms)


def test_steps_fire_in_order_and_once():
    """A sweep every ten minutes fires each step of the chain at its time, and none a second time."""
    terms = policy({"resolution": "2h"}, steps=tuple(Step("resolution", text) for text in ("50%", "100%", "1h after")))
    entries, times = told(("02 09:00", "open")), []
    for tenth in range(60):
        before = len(entries)
        entries = sweep(entries, at("02 09:00") + tenth * 10 * MINUTE, terms)
        times += [wall(one.at) for one in entries[before:]]

    assert fired(entries) == ["resolution/1/50%", "resolution/1/100%", "resolution/1/1h after"]
    assert times == ["02 10:00", "02 11:00", "02 12:00"]


def test_a_late_sweep_tells_the_last_word_only():
    """Nobody needs to hear at once of the half and of the whole; what was passed over does not come later."""
    terms = policy({"resolution": "2h"}, steps=tuple(Step("resolution", text) for text in ("50%", "75%", "100%")))
    entries = sweep(sweep(told(("02 09:00", "open")), at("02 17:00"), terms), at("03 17:00"), terms)

    assert fired(entries) == ["resolution/1/100%"]
    assert clock(entries, "resolution", terms).alarm_at is None


def test_a_longer_target_does_not_fire_again():
    """What was told under the old target is not told again under a longer one; the next step waits for its time."""
    terms = policy(steps=(Step("resolution", "50%"), Step("resolution", "100%")))
    entries = sweep(told(("02 09:00", "open", {"priority": 1})), at("02 11:00"), terms)
    calm = sweep([*entries, following(entries[-1], at("02 11:30"), "change", priority=3)], at("03 17:00"), terms)

    assert fired(calm) == ["resolution/1/50%"]
    assert wall(clock(calm, "resolution", terms).alarm_at) == "04 10:00"


def test_nothing_fires_while_a_clock_stands_or_after_its_end():
    """A paused clock has no next step, and a stopped one none any more (R6)."""
    terms = policy(steps=(Step("resolution", "100%"),))
    waiting = told(("02 09:00", "open"), ("02 09:00", "take"), ("02 10:00", "wait", {"waiting_reason": "requester"}))
    done = [*waiting, following(waiting[-1], at("02 11:00"), "resolve")]

    for entries in (waiting, done):
        assert clock(entries, "resolution", terms).alarm_at is None
        assert fired(sweep(entries, at("30 17:00"), terms)) == []


def test_a_late_clock_that_is_paused_waits_with_its_next_step():
    """Late before the pause, the lag behind the due time stands still until the ticket goes on (R6, R16)."""
    terms = policy({"resolution": "1h"}, steps=(Step("resolution", "2h after"),))
    entries = told(("02 09:00", "open"), ("02 09:30", "take"), ("02 11:00", "wait", {"waiting_reason": "requester"}))
    resumed = [*entries, following(entries[-1], at("02 14:00"), "resume")]

    assert clock(entries, "resolution", terms).alarm_at is None
    assert wall(clock(resumed, "resolution", terms).alarm_at) == "02 15:00"


def test_each_promise_has_its_own_chain():
    """The second promise warns, too, although the first has done so."""
    terms = policy(steps=(Step("promise", "30m before"), Step("promise", "100%")))
    entries = told(("02 09:00", "open"), ("02 09:00", "promise", {"promised_for": at("02 10:00")}),
                   ("02 09:00", "promise", {"promised_for": at("02 11:00")}))  # fmt: skip
    entries = sweep(sweep(entries, at("02 09:30"), terms), at("02 10:30"), terms)

    assert fired(entries) == ["promise/1/30m before", "promise/1/100%", "promise/2/30m before"]


CHAINS = tuple(Step(kind, text) for kind in commitments.KINDS for text in CHAIN)
LONG_TERMS = {"update": "3h", "acceptance": "30m", "line1": "1h", "line2": "2h", "line3": "1wd", "supplier": "eowd"}
TERMS = (
    policy(LONG_TERMS, steps=CHAINS),
    policy(LONG_TERMS | {"resolution": "2h"}, pausing={"requester": []}, steps=CHAINS, terms_id=2),
    policy(LONG_TERMS | {"resolution": "90h"}, steps=CHAINS[::2], terms_id=3),
)
SWEEPS = st.tuples(st.just("sweep"), st.integers(0, 3000), st.just(0))


@settings(deadline=None, max_examples=150)
@given(st.lists(STEPS | SWEEPS, max_size=20))
def test_every_step_fires_once_and_in_the_order_of_the_chain(steps):
    """Whatever is done and changed between sweeps, no step fires twice, none after a later one, none is left due."""
    entries = told(("02 09:00", "open"))
    for step in steps:
        now = entries[-1].at + step[1] * MINUTE
        entries = sweep(entries, now, *TERMS) if step[0] == "sweep" else drawn(entries, step)
        if step[0] == "sweep" and entries[-1].state in ("received", "accepted", "working", "waiting"):
            found = commitments.clocks(*folded(entries, *TERMS))
            assert all(one.alarm_at is None or one.alarm_at > now for one in found)
    names = [name.rsplit("/", 1) for name in fired(entries)]
    assert len({tuple(name) for name in names}) == len(names)
    for key in {key for key, _text in names}:
        places = [CHAIN.index(text) for one, text in names if one == key]
        assert places == sorted(places)


def test_the_next_step_of_a_run_is_the_alarm_of_its_clock():
    """What the sweep looks for is what the clock says: the first step that has not fired (E4)."""
    terms = policy(steps=(Step("resolution", "75%"), Step("resolution", "100%")))
    entries = told(("02 09:00", "open"))
    resolution = run(entries, "resolution", terms)

    assert commitments.next_alarm(resolution, ()) == ("resolution/1/75%", clock(entries, "resolution", terms).alarm_at)
    assert commitments.next_alarm(resolution, ("resolution/1/75%",)) == ("resolution/1/100%", at("04 10:00"))
    assert commitments.next_alarm(resolution, (), at("02 10:00")) == (None, None)
    assert at("02 09:00") + HOUR == at("02 10:00")
