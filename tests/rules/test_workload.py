"""Load by weight, and shifts by the wall clock of their zone."""

from datetime import UTC, datetime, timedelta

import pytest

from sharedops_core.rules import workload

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAY, NIGHT = workload.shift("08:30", "17:30", "Asia/Shanghai"), workload.shift("22:00", "06:00", "Asia/Shanghai")


def shanghai(clock: str, days: int = 0) -> datetime:
    """Return the instant of a wall-clock time in Shanghai, some days after the Monday."""
    hour, minute = map(int, clock.split(":"))
    return MONDAY + timedelta(days=days, hours=hour - 8, minutes=minute)


def is_weekday(day) -> bool:
    """Return whether an office works on a day."""
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("shift", "clock", "days", "is_on"),
    [
        (DAY, "08:29", 0, False), (DAY, "08:30", 0, True), (DAY, "17:29", 0, True), (DAY, "17:30", 0, False),
        (DAY, "12:00", 5, False), (NIGHT, "21:59", 0, False), (NIGHT, "22:00", 0, True), (NIGHT, "05:59", 1, True),
        (NIGHT, "06:00", 1, False), (NIGHT, "05:59", 0, False), (NIGHT, "05:59", 5, True), (NIGHT, "22:00", 5, False),
    ],
)  # fmt: skip
def test_a_shift_is_on_between_its_times_on_working_days(shift, clock, days, is_on):
    """It starts on working days only; a night that began on Friday is worked to its end on Saturday morning."""
    assert workload.is_on(shift, shanghai(clock, days), is_weekday) is is_on


def test_the_next_change_is_where_it_starts_or_ends():
    """Between two changes nothing changes: whoever waits for the next one misses none."""
    for shift in (DAY, NIGHT):
        for minutes in range(0, 3 * 24 * 60, 7):
            now = MONDAY + timedelta(minutes=minutes)
            then = workload.next_change(shift, now)
            assert workload.is_on(shift, then) is not workload.is_on(shift, then - timedelta(seconds=1))
            assert workload.is_on(shift, now) is workload.is_on(shift, then - timedelta(seconds=1))


def test_an_urgent_ticket_weighs_two_and_a_waiting_one_half():
    """Three usual ones, an urgent one, and one of each that wait: 3 + 2 + 0.5 + 1."""
    assert workload.load(3, 1, 1, 1) == 6.5
    assert (workload.percent(6.5, 10), workload.percent(0, 10), workload.percent(6.5, 0)) == (65, 0, None)
