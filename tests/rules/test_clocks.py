"""Clocks: the ticket cases of the rules, targets, pauses, thresholds, and the bugs of other products."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import pytest

from sharedops_core.errors import Refused
from sharedops_core.rules import clocks
from sharedops_core.rules.calendar import WEEKDAYS, Calendar, parse_calendar
from sharedops_core.rules.clocks import Target, due, due_for, elapsed, parse_target, remaining


def office(name: str, tz: str, *segments: list[str]) -> Calendar:
    """Return a calendar with the same segments from Monday to Friday."""
    return parse_calendar(name, {"tz": tz, "hours": {day: list(segments) for day in WEEKDAYS[:5]}})


CN = office("CN", "Asia/Shanghai", ["09:00", "12:00"], ["13:30", "18:00"])
NINE_TO_FIVE = office("BD", "Etc/UTC", ["09:00", "17:00"])
NIGHT = office("NI", "Asia/Shanghai", ["22:00", "06:00"])
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def at(text: str, calendar: Calendar = CN) -> datetime:
    """Return the instant of "02 09:00", a wall-clock time in March 2026, or of a whole date and time."""
    return calendar.instant(datetime.fromisoformat(text if text.count("-") > 1 else f"2026-03-{text}"))


def wall(instant: datetime | None, calendar: Calendar = CN) -> str | None:
    return instant and f"{instant.astimezone(calendar.zone):%d %H:%M}"


def holding(calendar: Calendar, *holidays: date) -> Calendar:
    return replace(calendar, holidays=calendar.holidays | set(holidays))


# The ticket cases S51 to S57 and S60.


def test_s51_a_retarget_keeps_the_start():
    """A ticket raised from P3 to P1 counts from its start, with the time used so far (R7, S51)."""
    assert wall(due(CN, at("02 09:00"), 16 * HOUR)) == "04 10:00"
    assert wall(due(CN, at("02 09:00"), 4 * HOUR)) == "02 14:30"
    assert elapsed(CN, at("02 09:00"), at("02 11:30")) == 150 * MINUTE


def test_s52_a_retarget_keeps_the_pauses():
    """Pauses are not lost when the priority changes (R7, S52; GLPI #6902, #15605)."""
    pauses = [(at("02 10:00"), at("02 11:00"))]
    assert wall(due(CN, at("02 09:00"), 4 * HOUR, pauses)) == "02 15:30"


def test_s53_a_retarget_may_be_late_already():
    """The due time under the new target may lie before the change, which is how the breach is found (R7, S53)."""
    promised = due(CN, at("02 09:00"), 2 * HOUR)
    assert wall(promised) == "02 11:00"
    assert promised < at("02 14:00")


def test_s54_new_hours_count_from_their_date():
    """What the old hours left over is counted on the new hours from the date of the edit (R8, S54)."""
    longer = office("CN", "Asia/Shanghai", ["08:00", "20:00"])
    edit = at("03 00:00")
    left = remaining(CN, at("02 16:00"), edit, 10 * HOUR)
    assert left == 8 * HOUR
    assert wall(due(longer, edit, left)) == "03 16:00"


def test_s55_a_holiday_declared_overnight_moves_the_due_time():
    """A day that is declared a holiday before it begins is skipped (R8, S55)."""
    assert wall(due(CN, at("02 16:00"), 4 * HOUR)) == "03 11:00"
    assert wall(due(holding(CN, TUESDAY), at("02 16:00"), 4 * HOUR)) == "04 11:00"


def test_s56_a_reopened_ticket_resumes_its_clock():
    """The time between resolving and reopening is a pause (R9, S56)."""
    assert wall(due(CN, at("02 09:00"), 8 * HOUR, [(at("02 11:00"), at("03 10:00"))])) == "03 17:30"


def test_s57_thresholds_are_points_in_working_time():
    """Half of eight hours is four open hours later, over night and lunch (R16, S57)."""
    points = clocks.thresholds(CN, at("02 15:00"), 8 * HOUR, [50, 75, 90, 100])
    assert [wall(point) for point in points] == ["03 10:00", "03 12:00", "03 14:42", "03 15:30"]
    assert wall(clocks.before_due(CN, at("02 15:00"), 8 * HOUR, 30 * MINUTE)) == "03 15:00"


@pytest.mark.parametrize(
    ("text", "expected"), [("8h", "02 17:00"), ("1wd", "03 09:00"), ("eowd", "03 17:00"), ("24h", "04 17:00")]
)
def test_s60_four_things_that_a_day_can_mean(text, expected):
    """Open hours, the same time next workday and the end of the next workday are different (R14, S60)."""
    promised = due_for(NINE_TO_FIVE, at("02 09:00", NINE_TO_FIVE), parse_target(text))
    assert wall(promised, NINE_TO_FIVE) == expected


# Targets as text.


@pytest.mark.parametrize(
    ("text", "target", "canonical"),
    [
        ("5m", Target(300), "5m"),
        ("8h", Target(28800), "8h"),
        ("24h", Target(86400), "24h"),
        ("1h30m", Target(5400), "1h30m"),
        (" 1 H 30 min ", Target(5400), "1h30m"),
        ("90m", Target(5400), "1h30m"),
        ("45s", Target(45), "45s"),
        ("0h", Target(0), "0m"),
        ("2wd", Target(2, "wd"), "2wd"),
        ("eowd", Target(1, "eowd"), "eowd"),
        ("1eowd", Target(1, "eowd"), "eowd"),
        ("3eowd", Target(3, "eowd"), "3eowd"),
    ],
)
def test_a_target_is_read_and_written(text, target, canonical):
    """A target is read from its text, and its canonical text reads back to the same."""
    assert parse_target(text) == target
    assert str(target) == canonical
    assert parse_target(canonical) == target


@pytest.mark.parametrize("text", ["1d", "1 day", "2 days", "1天", "1日", "d", "1d4h"])
def test_a_day_is_no_unit(text):
    """A bare day is refused with the three things it might have meant (R14)."""
    with pytest.raises(Refused, match=r"8h \(open hours\), 1wd .*eowd"):
        parse_target(text)


@pytest.mark.parametrize("text", ["", "8", "h", "-1h", "1.5h", "30m1h", "1w", "wd", "0wd", "0eowd", "８h", "1h eowd"])
def test_what_is_no_target_is_refused(text):
    """Anything but the known forms is refused instead of being guessed at."""
    with pytest.raises(Refused, match=r"not a target|at least one day"):
        parse_target(text)


def test_only_open_time_has_a_span():
    """A target in workdays has no length of its own."""
    assert parse_target("1h").span == HOUR
    assert parse_target("1wd").span is None


# Workdays.


@pytest.mark.parametrize(
    ("start", "same_time", "end_of_day"),
    [
        ("06 10:15", "09 10:15", "09 18:00"),
        ("06 20:00", "09 20:00", "09 18:00"),
        ("07 10:00", "09 10:00", "09 18:00"),
        ("08 23:59", "09 23:59", "09 18:00"),
    ],
)
def test_the_next_workday(start, same_time, end_of_day):
    """From Friday and from the weekend alike, the next workday is Monday (R14)."""
    assert wall(clocks.due_working_days(CN, at(start), 1)) == same_time
    assert wall(clocks.due_end_of_working_day(CN, at(start), 1)) == end_of_day


def test_workdays_know_make_up_days():
    """A make-up Saturday is a workday, and ends when it says."""
    cn = replace(CN, workdays={date(2026, 3, 7): ((9 * 3600, 12 * 3600),)})
    assert wall(clocks.due_working_days(cn, at("06 10:00"), 1)) == "07 10:00"
    assert wall(clocks.due_end_of_working_day(cn, at("06 10:00"), 1)) == "07 12:00"


def test_inside_a_night_shift_the_day_is_the_one_it_began_on():
    """Saturday 02:00 in Friday's shift is followed by Monday's shift, 02:00 in it and its end (R1, R14)."""
    assert wall(clocks.due_working_days(NIGHT, at("07 02:00"), 1)) == "10 02:00"
    assert wall(clocks.due_end_of_working_day(NIGHT, at("07 02:00"), 1)) == "10 06:00"
    assert wall(clocks.due_end_of_working_day(NIGHT, at("03 02:00"), 1)) == "04 06:00"


def test_workdays_are_held_back_by_pauses():
    """A pause in open time moves a target in workdays by as much open time; one at night moves nothing (R5)."""
    target = parse_target("1wd")
    assert wall(due_for(CN, at("02 10:00"), target, [(at("02 11:00"), at("02 14:00"))])) == "03 11:30"
    assert wall(due_for(CN, at("02 10:00"), target, [(at("02 18:00"), at("03 08:00"))])) == "03 10:00"
    assert wall(due_for(CN, at("02 20:00"), target, [(at("03 18:30"), at("03 19:00"))])) == "03 20:00"


def test_workdays_are_unknown_while_paused():
    """A target in workdays has no due time while paused, unless it was due before (R6)."""
    target = parse_target("1wd")
    assert due_for(CN, at("02 20:00"), target, [(at("03 19:00"), None)]) is None
    assert wall(due_for(CN, at("02 20:00"), target, [(at("03 20:00"), None)])) == "03 20:00"


@pytest.mark.parametrize("days", [0, -1])
def test_less_than_one_workday_is_refused(days):
    """Workdays are counted from one."""
    with pytest.raises(Refused, match="at least one day"):
        clocks.due_working_days(CN, at("02 09:00"), days)


# Edges.


def test_nothing_is_due_at_the_first_open_unpaused_instant():
    """A target of nothing is due when work could begin (R2)."""
    assert wall(due(CN, at("02 10:00"), 0 * HOUR)) == "02 10:00"
    assert wall(due(CN, at("02 18:00"), 0 * HOUR)) == "03 09:00"
    assert wall(due(CN, at("02 10:00"), 0 * HOUR, [(at("02 09:30"), at("02 12:00"))])) == "02 13:30"
    assert due(CN, at("02 10:00"), 0 * HOUR, [(at("02 10:00"), None)]) is None


def test_a_negative_target_is_refused():
    """A negative target is refused; a negative span is nothing (R13)."""
    with pytest.raises(Refused, match="negative"):
        due(CN, at("02 10:00"), -HOUR)
    with pytest.raises(Refused, match="negative"):
        clocks.before_due(CN, at("02 10:00"), -HOUR, 0 * HOUR)
    assert elapsed(CN, at("03 10:00"), at("02 10:00"), [(at("02 11:00"), None)]) == timedelta(0)


def test_fractions_of_a_second_are_never_early():
    """Instants lose their fraction and a target rounds up, so that all arithmetic is in whole seconds (R5)."""
    start = at("02 09:00") + timedelta(microseconds=999_999)
    assert due(CN, start, timedelta(microseconds=1)) == at("02 09:00") + timedelta(seconds=1)


def test_a_pause_that_ends_before_it_begins_is_nothing():
    """A pause with a negative span adds nothing."""
    assert wall(due(CN, at("02 09:00"), HOUR, [(at("02 09:30"), at("02 09:10"))])) == "02 10:00"


def test_points_that_a_pause_hides_are_left_out():
    """Thresholds reached before an open pause are known, later ones are not; nor is "before due" (R6)."""
    pauses = [(at("02 11:00"), None)]
    points = clocks.thresholds(CN, at("02 09:00"), 4 * HOUR, [25, 50, 75], pauses)
    assert [wall(point) for point in points] == ["02 10:00", "02 11:00"]
    with pytest.raises(Refused, match="paused"):
        clocks.before_due(CN, at("02 09:00"), 4 * HOUR, HOUR, pauses)


def test_a_lead_longer_than_the_target_is_its_start():
    """A warning an hour before a five-minute target comes at once."""
    assert wall(clocks.before_due(CN, at("02 09:10"), 5 * MINUTE, HOUR)) == "02 09:10"


def test_a_fraction_of_a_percent_is_never_early():
    """A share that is no whole second rounds up (R11)."""
    assert clocks.thresholds(CN, at("02 09:00"), timedelta(seconds=301), [50])[0] == at("02 09:02:31")


def test_a_promise_of_years_is_counted_quickly():
    """A target of three years costs no more than one of an hour, once the years are known."""
    due(CN, at("02 09:00"), 6000 * HOUR)
    began = perf_counter()
    for _round in range(1000):
        due(CN, at("02 09:00"), 6000 * HOUR)
    assert perf_counter() - began < 0.1


# Bugs of other products.


def test_a_pause_over_a_weekend_counts_once():
    """A pause from Friday to Monday adds its open hours and not the weekend (GLPI #10594)."""
    pauses = [(at("06 17:00"), at("09 10:00")), (at("07 09:00"), at("08 18:00"))]
    assert wall(due(CN, at("06 16:00"), 2 * HOUR, pauses)) == "09 11:00"


def test_a_waiting_ticket_has_no_due_time_to_violate():
    """A paused clock has no due time, only time left, however long it waits (R6; GLPI #24481)."""
    pauses = [(at("02 10:00"), None)]
    assert due(CN, at("02 09:00"), 4 * HOUR, pauses) is None
    assert remaining(CN, at("02 09:00"), at("20 09:00"), 4 * HOUR, pauses) == 3 * HOUR


def test_a_breach_before_the_pause_stays():
    """A clock that ran out before it was paused keeps its due time; one that ran out just then, too (R2, R11)."""
    for since in ("02 10:00", "02 11:00"):
        assert wall(due(CN, at("02 09:00"), HOUR, [(at(since), None)])) == "02 10:00"


def test_an_hour_before_due_is_in_working_hours():
    """The level "1 h before due" of what is due at 09:30 is 17:30 of the day before (GLPI #22678)."""
    assert wall(due(CN, at("02 16:00"), 150 * MINUTE)) == "03 09:30"
    assert wall(clocks.before_due(CN, at("02 16:00"), 150 * MINUTE, HOUR)) == "02 17:30"


def test_waiting_is_not_in_the_percentage():
    """The share used is of working time without pauses (GLPI #15948)."""
    used = elapsed(CN, at("02 09:00"), at("02 12:00"), [(at("02 10:00"), at("02 12:00"))])
    assert used / (4 * HOUR) == 0.25


@pytest.mark.parametrize("tz", ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_holiday_is_on_its_own_date(tz):
    """A holiday closes its local date, not the day before, however far the zone is from UTC (Zammad #3706)."""
    local = holding(replace(CN, tz=tz), TUESDAY)
    assert wall(due(local, at("02 17:00", local), 2 * HOUR), local) == "04 10:00"


def test_two_pauses_in_one_minute_both_count():
    """Pauses of seconds within one minute are cut out to the second (Zammad)."""
    pauses = [(at("02 09:10:05"), at("02 09:10:15")), (at("02 09:10:30"), at("02 09:10:50"))]
    assert due(CN, at("02 09:00"), HOUR, pauses) == at("02 10:00:30")


@pytest.mark.parametrize("day", ["2026-03-27", "2026-10-23"])
def test_no_day_is_skipped_or_repeated_by_a_clock_change(day):
    """Ten workdays over a clock change are ten dates, at the same clock time (GLPI: 86,400-second steps)."""
    berlin = replace(CN, tz="Europe/Berlin", hours=dict.fromkeys(range(7), ((0, 86400),)))
    starts = at(f"{day} 23:30", berlin)
    found = [clocks.due_working_days(berlin, starts, days).astimezone(berlin.zone) for days in range(1, 11)]
    assert [f"{one:%m-%d %H:%M}" for one in found] == [
        f"{date.fromisoformat(day) + timedelta(days=days):%m-%d} 23:30" for days in range(1, 11)
    ]


def test_holidays_over_new_year_match():
    """Days off that run from December into January close both years' days (GLPI)."""
    cn = holding(CN, date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2))
    promised = due(cn, at("2025-12-30 17:00"), 2 * HOUR)
    assert promised == at("2026-01-05 10:00")


def test_a_holiday_makes_nothing_due_earlier():
    """Another day off moves a due time later or not at all (django-helpdesk)."""
    for hours in range(1, 60):
        plain = due(CN, at("02 09:00"), hours * HOUR)
        assert due(holding(CN, MONDAY, TUESDAY), at("02 09:00"), hours * HOUR) > plain


def test_a_longer_target_leaves_nothing_overdue():
    """After a change to a longer target the due time lies ahead and time is left (osTicket #5160)."""
    now = at("02 14:00")
    assert due(CN, at("02 09:00"), 2 * HOUR) < now < due(CN, at("02 09:00"), 8 * HOUR)
    assert remaining(CN, at("02 09:00"), now, 8 * HOUR) == 270 * MINUTE


def test_warnings_come_in_working_hours():
    """No threshold of any ticket falls at midnight or at lunch (Zammad #4432)."""
    for hour in range(48):
        for point in clocks.thresholds(CN, at("06 00:00") + hour * HOUR, 10 * HOUR, range(5, 101, 5)):
            assert elapsed(CN, point - MINUTE, point) == MINUTE


@pytest.mark.parametrize("workdays", [{}, {date(2026, 3, 2): ((32400, 36000),)}])
def test_a_calendar_that_ends_is_refused(workdays):
    """Where too little open time is left the clock refuses instead of searching for ever (R13; OCA #73)."""
    ending = Calendar("few", "Asia/Shanghai", {}, frozenset(), workdays)
    with pytest.raises(Refused, match="calendar few has no open time after"):
        due(ending, at("02 09:00"), 2 * HOUR)
    with pytest.raises(Refused, match="too few workdays"):
        clocks.due_working_days(ending, at("02 09:00"), 1)


def test_a_target_of_centuries_is_refused():
    """A slip of the pen in a target is refused within a second."""
    with pytest.raises(Refused, match="not reached within 100 years"):
        due(replace(CN, hours={0: ((0, 3600),)}), datetime(2026, 3, 2, tzinfo=UTC), 9_999_999 * HOUR)
    with pytest.raises(Refused, match="too few workdays"):
        clocks.due_working_days(CN, at("02 09:00"), 99_999)
