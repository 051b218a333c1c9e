"""Where an instant lies in its month: counted out day by day, with holidays and make-up days."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sharedops_core.rules import days
from sharedops_core.rules.calendar import parse_calendar

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MORNING = [["09:00", "12:00"]]


def calendar(holidays=(), workdays=()):
    """Return a Chinese office with these days off, and these made up for."""
    weekly = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), MORNING)
    made_up = dict.fromkeys(workdays, MORNING)
    return parse_calendar("cn", {"tz": "Asia/Shanghai", "hours": weekly, "holidays": list(holidays),
                                 "workdays": made_up})  # fmt: skip


@given(DAYS, st.sets(DAYS, max_size=40), st.sets(DAYS, max_size=40), st.integers(0, 23))
def test_working_days_of_a_month_are_counted_as_one_counts_on_a_wall_calendar(day, holidays, workdays, hour):
    """A make-up day (调休) is a working day even where a holiday stands; the day itself counts on both sides."""
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)

    found = days.facts(at, calendar(holidays, workdays))

    until = left = 0
    one = day.replace(day=1)
    while one.month == day.month:
        is_open = one in workdays or (one.weekday() < 5 and one not in holidays)
        until, left = until + (is_open and one <= day), left + (is_open and one >= day)
        one += timedelta(days=1)
    assert found == {"month": day.month, "day": day.day, "weekday": day.isoweekday(), "hour": hour,
                     "workday": until, "workdays_left": left}  # fmt: skip


def test_the_spring_festival_of_2026_moves_the_close_of_february():
    """Made up for on Saturday the 28th: that is the last working day, and Friday the last but one."""
    festival = [date(2026, 2, day) for day in range(15, 24)]
    office = calendar(festival, [date(2026, 2, 14), date(2026, 2, 28)])
    noon = datetime(2026, 2, 27, 4, tzinfo=UTC)

    left = [days.facts(noon + timedelta(days=n), office)["workdays_left"] for n in (0, 1)]

    assert left == [2, 1]
