"""Where an instant lies in its month, as conditions ask for it: by wall clock and working days of a calendar (C1)."""

from calendar import monthrange
from datetime import date, datetime
from functools import lru_cache

from sharedops_core.rules.calendar import Calendar


def facts(at: datetime, calendar: Calendar) -> dict[str, int]:
    """Return month, day, weekday (1 is Monday), hour, and the working days of the month up to that day and from it on.

    The day itself counts in both where work is done on it: `workday` is 1 on the first working day of the month and 0
    before it, `workdays_left` is 1 on the last and 0 behind it. Holidays and make-up days count as the calendar says.
    """
    local = at.astimezone(calendar.zone)
    until, left = _working_days(calendar, local.date())
    return {
        "month": local.month, "day": local.day, "weekday": local.isoweekday(), "hour": local.hour,
        "workday": until, "workdays_left": left,
    }  # fmt: skip


@lru_cache(maxsize=1024)
def _working_days(calendar: Calendar, day: date) -> tuple[int, int]:
    last = monthrange(day.year, day.month)[1]
    days = [n for n in range(1, last + 1) if calendar.is_working_day(day.replace(day=n))]
    return sum(n <= day.day for n in days), sum(n >= day.day for n in days)
