"""What must be true of every clock: laws over drawn calendars, and the brute-force oracle around clock changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedops_core.rules import clocks
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.clocks import due, elapsed, remaining
from tests.rules.oracle import Oracle

# Where wall clocks misbehave: gaps and repeated hours at two, at midnight, of half an hour, and a date that never was.
ANCHORS = [
    ("Europe/Berlin", date(2026, 3, 28)),
    ("Europe/Berlin", date(2026, 10, 24)),
    ("America/New_York", date(2026, 10, 31)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("America/Havana", date(2026, 10, 31)),
    ("America/Havana", date(2026, 3, 7)),
    ("Africa/Cairo", date(2026, 4, 23)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Asia/Shanghai", date(2025, 12, 31)),
    ("Asia/Kathmandu", date(2026, 2, 27)),
]
DAY = 86_400
MINUTE = timedelta(minutes=1)
STEADY = settings(deadline=None, max_examples=60)
"""A slow machine is no counter-example."""

minutes = st.integers(0, 1439).map(lambda minute: minute * 60)
counts = st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds))
offsets = st.integers(-200_000, 400_000).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def segments(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Draw one or two segments of a day in whole minutes; the last may run into the next day."""
    points = sorted(draw(st.sets(minutes, min_size=2, max_size=4)))
    pairs = list(zip(points[::2], points[1::2], strict=False))
    if draw(st.booleans()):
        pairs[-1] = (pairs[-1][0], draw(st.sampled_from([DAY, DAY + points[0]])))
    return tuple(pairs)


@st.composite
def placed_calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Draw a calendar and the local midnight, as an instant, on the eve of something odd in its zone."""
    tz, day = draw(st.sampled_from(ANCHORS))
    near = st.integers(-2, 4).map(lambda days: day + timedelta(days=days))
    calendar = Calendar(
        name="drawn",
        tz=tz,
        hours=draw(st.dictionaries(st.integers(0, 6), segments(), min_size=1)),
        holidays=draw(st.frozensets(near, max_size=3)),
        workdays=draw(st.dictionaries(near, segments(), max_size=2)),
    )
    return calendar, calendar.instant(datetime(day.year, day.month, day.day))  # noqa: DTZ001


@st.composite
def pauses(draw: st.DrawFn, origin: datetime, unit: timedelta = timedelta(seconds=1)) -> list[clocks.Pause]:
    """Draw up to three closed pauses around an instant; they may overlap and be empty."""
    pairs = draw(st.lists(st.tuples(offsets, offsets), max_size=3))
    return [(origin + a // unit * unit, origin + b // unit * unit) for a, b in map(sorted, pairs)]


@STEADY
@given(placed_calendars(), offsets, counts, st.data())
def test_due_is_the_earliest_instant_that_uses_the_target_up(placed, offset, target, data):
    """elapsed(start, due(start, n)) = n, and a second before it is less (R2)."""
    calendar, origin = placed
    start = origin + offset
    off = data.draw(pauses(origin))
    promised = due(calendar, start, target, off)
    assert elapsed(calendar, start, promised, off) == target
    assert elapsed(calendar, start, promised - timedelta(seconds=1), off) < target
    assert remaining(calendar, start, promised, target, off) == timedelta(0)


@STEADY
@given(placed_calendars(), offsets, offsets, counts, counts, st.data())
def test_due_is_monotonic(placed, one, two, less, more, data):
    """A later start or a longer target is never due earlier."""
    calendar, origin = placed
    off = data.draw(pauses(origin))
    early, late = sorted((origin + one, origin + two))
    less, more = sorted((less, more))
    assert due(calendar, early, less, off) <= due(calendar, late, less, off)
    assert due(calendar, early, less, off) <= due(calendar, early, more, off)


@STEADY
@given(placed_calendars(), offsets, counts, counts, st.data())
def test_a_split_target_chains(placed, offset, first, second, data):
    """Counting one part and from there the other gives the same due time as counting both."""
    calendar, origin = placed
    off = data.draw(pauses(origin))
    middle = due(calendar, origin + offset, first, off)
    assert due(calendar, middle, second, off) == due(calendar, origin + offset, first + second, off)


@STEADY
@given(placed_calendars(), offsets, offsets, offsets, st.data())
def test_elapsed_adds_up(placed, one, two, three, data):
    """Time used until noon and from noon on is the time used, to the second."""
    calendar, origin = placed
    off = data.draw(pauses(origin))
    a, b, c = sorted((origin + one, origin + two, origin + three))
    assert elapsed(calendar, a, b, off) + elapsed(calendar, b, c, off) == elapsed(calendar, a, c, off)


@STEADY
@given(placed_calendars(), offsets, counts, st.data())
def test_a_pause_never_makes_due_earlier(placed, offset, target, data):
    """Adding a pause moves the due time later or not at all, for every unit of target (R5)."""
    calendar, origin = placed
    few, more = data.draw(pauses(origin)), data.draw(pauses(origin))
    start = origin + offset
    assert due(calendar, start, target, few) <= due(calendar, start, target, few + more)
    for text in ("1wd", "eowd"):
        promise = clocks.parse_target(text)
        assert clocks.due_for(calendar, start, promise) <= clocks.due_for(calendar, start, promise, more)


@STEADY
@given(placed_calendars(), offsets, counts, st.data())
def test_the_order_and_overlap_of_pauses_change_nothing(placed, offset, target, data):
    """Pauses are a union: their order, and naming one twice, change nothing (R5)."""
    calendar, origin = placed
    off = data.draw(pauses(origin))
    mixed = data.draw(st.permutations(off + off))
    assert due(calendar, origin + offset, target, off) == due(calendar, origin + offset, target, mixed)


@STEADY
@given(placed_calendars(), offsets, counts, st.sampled_from(["UTC", "Asia/Shanghai", "America/Havana"]))
def test_the_display_zone_changes_nothing(placed, offset, target, tz):
    """The same instant written in another zone gives the same clock (R1)."""
    calendar, origin = placed
    start = (origin + offset).astimezone(UTC)
    shown = start.astimezone(ZoneInfo(tz))
    assert due(calendar, shown, target) == due(calendar, start, target)
    assert elapsed(calendar, shown, shown + target) == elapsed(calendar, start, (shown + target).astimezone(UTC))
    assert clocks.due_working_days(calendar, shown, 1) == clocks.due_working_days(calendar, start, 1)


@STEADY
@given(placed_calendars(), offsets, counts)
def test_one_more_holiday_never_makes_due_earlier(placed, offset, target):
    """A day off moves the due time later or not at all (django-helpdesk)."""
    calendar, origin = placed
    closed = replace(calendar, holidays=calendar.holidays | {origin.date() + timedelta(days=1)})
    assert due(calendar, origin + offset, target) <= due(closed, origin + offset, target)


@STEADY
@given(placed_calendars(), offsets, offsets)
def test_open_segments_are_the_time_that_counts(placed, one, two):
    """The segments are in order, apart from each other, and add up to the time used (R1)."""
    calendar, origin = placed
    start, end = sorted((origin + one, origin + two))
    found = list(calendar.open_segments(start, end))
    flat = [instant for pair in found for instant in pair]
    assert flat == sorted(set(flat))
    assert sum((b - a for a, b in found), timedelta()) == elapsed(calendar, start, end)


@STEADY
@given(placed_calendars(), st.integers(-600, 2000), st.integers(-600, 3000), st.integers(0, 900), st.data())
def test_the_oracle_agrees(placed, first, last, target, data):
    """Walking every minute around a clock change gives the same elapsed and due times (R2, R3, R5, R15)."""
    calendar, origin = placed
    oracle = Oracle(calendar, origin - timedelta(days=3), origin + timedelta(days=4))
    start, end, wanted = origin + first * MINUTE, origin + last * MINUTE, target * MINUTE
    off = data.draw(pauses(origin, MINUTE))
    assert elapsed(calendar, start, end, off) == oracle.elapsed(start, end, off)
    expected = oracle.due(start, wanted, off)
    assert expected is None or due(calendar, start, wanted, off) == expected


@pytest.mark.parametrize(("tz", "day"), ANCHORS)
def test_the_oracle_agrees_to_the_second(tz, day):
    """Walking every second of a night around a clock change gives the same open time and due time."""
    hours = dict.fromkeys(range(7), ((7, 40 * 60 + 1), (8000, 9001), (80_000, DAY + 2)))
    calendar = Calendar("odd", tz, hours, frozenset(), {})
    begin = calendar.instant(datetime(day.year, day.month, day.day, 20))  # noqa: DTZ001
    oracle = Oracle(calendar, begin, begin + timedelta(hours=9), timedelta(seconds=1))
    start, off = begin + timedelta(seconds=8001), [(begin + timedelta(seconds=9000), begin + timedelta(seconds=9007))]
    for seconds in range(1, 16_000, 2503):
        span = timedelta(seconds=seconds)
        assert elapsed(calendar, start, start + span, off) == oracle.elapsed(start, start + span, off)
        expected = oracle.due(start, span, off)
        assert expected is None or due(calendar, start, span, off) == expected
