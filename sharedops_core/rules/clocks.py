"""Arithmetic of promises in working time: when something is due, how much is used, how much is left.

Everything is derived from start, calendar, target and pauses, in whole seconds; nothing is counted up, so a
re-target is the same question with another target (R7) and a replay gives the same answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.opentime import (
    DAY,
    HORIZON_YEARS,
    SECOND,
    OpenTime,
    Span,
    closing_second,
    opening_second,
    to_instant,
    to_seconds,
    union,
)

Pause = tuple[datetime, datetime | None]
"""Half-open; None = still paused."""

OPEN_TIME, WORKING_DAYS, END_OF_WORKING_DAY = "s", "wd", "eowd"
"""The units of a target: open seconds, same clock time n workdays on, end of the n-th next workday (R14)."""

_FOREVER = 1 << 62
_SPAN = re.compile(r"(?=\d)(?:(\d{1,7})h)?(?:(\d{1,7})m(?:in)?)?(?:(\d{1,9})s)?", re.ASCII)
_DAYS = re.compile(r"(\d{1,5})(wd|eowd)|()(eowd)", re.ASCII)
_BARE_DAYS = re.compile(r"\d*(?:d|days?|天|日)(?![a-z])", re.ASCII)


def due(calendar: Calendar, start: datetime, target: timedelta, pauses: Sequence[Pause] = ()) -> datetime | None:
    """Return the earliest UTC instant with `target` open, unpaused seconds behind it since `start` (R2, R5).

    A target of 0 is due at the first open, unpaused instant. None while a pause without end keeps it from being
    known (R6). Raises Refused for a negative target (R13) and when the calendar has too little open time left.
    """
    needed = _whole_seconds(target)
    begin = to_seconds(start)
    if not pauses:
        return to_instant(calendar.open_time.reach(begin, needed))
    spans, index = _pause_spans(pauses, begin), calendar.open_time
    second = _due_second(index, begin, needed, spans) if needed else _first_open_second(index, begin, spans)
    return None if second is None else to_instant(second)


def elapsed(calendar: Calendar, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> timedelta:
    """Return the open, unpaused time in [start, end), in whole seconds; 0 for a negative span (R5, R13, R15)."""
    begin, until = to_seconds(start), to_seconds(end)
    index = calendar.open_time
    used = index.between(begin, until)
    if pauses and used:
        used -= sum(index.between(a, min(b, until)) for a, b in _pause_spans(pauses, begin))
    return timedelta(seconds=used)


def remaining(
    calendar: Calendar, start: datetime, now: datetime, target: timedelta, pauses: Sequence[Pause] = ()
) -> timedelta:
    """Return the open time left of `target` at `now`, negative once it is overdrawn; known while paused too (R6)."""
    return target - elapsed(calendar, start, now, pauses)


def thresholds(
    calendar: Calendar,
    start: datetime,
    target: timedelta,
    percents: Sequence[int],
    pauses: Sequence[Pause] = (),
) -> list[datetime]:
    """Return the UTC instants at which so many percent of the target are used, in working time (R16).

    In the order of `percents`; fractions of a second round up, so that a point is never early (R11). Points that
    an open pause keeps from being known are left out (R6). Raises Refused like `due`.
    """
    whole = _whole_seconds(target)
    shares = (timedelta(seconds=-(-whole * percent // 100)) for percent in percents)
    points = (due(calendar, start, share, pauses) for share in shares)
    return [point for point in points if point is not None]


def before_due(
    calendar: Calendar, start: datetime, target: timedelta, lead: timedelta, pauses: Sequence[Pause] = ()
) -> datetime:
    """Return the UTC instant at which `lead` open time is left of `target` (R16).

    A lead longer than the target gives the first open instant. Raises Refused for a negative lead or target and
    while a pause without end keeps the point from being known (R6).
    """
    left = max(timedelta(0), target - timedelta(seconds=_whole_seconds(lead)))
    point = due(calendar, start, min(target, left), pauses)
    if point is None:
        raise Refused(_("the clock is paused, so it has no due time to count back from"))
    return point


def due_working_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Return the UTC instant of the same clock time `days` workdays on ("1wd", R14).

    Inside an overnight segment the day is the one the segment began on (R1); from a closed day the count begins
    with the next workday. A skipped clock time moves to the end of the gap, a repeated one is the first (R3).
    Raises Refused for less than one day and when the calendar has no such workday.
    """
    day, second = _position(calendar, start)
    target = _workday_after(calendar, day, days)
    return to_instant(opening_second(calendar.zone, target, second))


def due_end_of_working_day(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Return the UTC instant at which the `days`-th next workday ends ("eowd", R14).

    The end of a workday is the end of its last segment, after midnight for an overnight one (R1). Raises Refused
    for less than one day and when the calendar has no such workday.
    """
    day, _second = _position(calendar, start)
    target = _workday_after(calendar, day, days)
    return to_instant(closing_second(calendar.zone, target, max(end for _start, end in calendar.segments_on(target))))


@dataclass(frozen=True)
class Target:
    """A promise: `amount` open seconds ("s"), or workdays ("wd", "eowd") (R14); or an `instant` that was named.

    An instant ("I call you by 15:00") is due then, whether the calendar is open or not; `amount` is the open time
    that lies before it.
    """

    amount: int
    unit: str = OPEN_TIME
    instant: datetime | None = None

    @classmethod
    def until(cls, open_time: timedelta, instant: datetime) -> "Target":
        """Return the target of a promise for an instant."""
        return cls(int(open_time.total_seconds()), OPEN_TIME, to_instant(to_seconds(instant)))

    @property
    def span(self) -> timedelta | None:
        """The open time that is promised; None for targets in workdays, whose length depends on the start."""
        return timedelta(seconds=self.amount) if self.unit == OPEN_TIME else None

    def __str__(self) -> str:
        """Return the canonical text, which `parse_target` reads back; a named instant as ISO 8601."""
        if self.instant is not None:
            return self.instant.isoformat()
        if self.unit == END_OF_WORKING_DAY and self.amount == 1:
            return self.unit
        return f"{self.amount}{self.unit}" if self.unit != OPEN_TIME else _span_text(self.amount)


@lru_cache(maxsize=256)
def parse_target(text: str) -> Target:
    """Return the target that a text such as "5m", "8h", "1h30m", "2wd", "eowd" or "3eowd" means (R14).

    Hours, minutes and seconds are open time. Raises Refused for anything else; for days by themselves the
    sentence says what to write instead.
    """
    written = "".join(text.split()).lower()
    if days := _DAYS.fullmatch(written):
        amount, unit = days[1] or "1", days[2] or days[4]
        return Target(_at_least_one(int(amount)), unit)
    if span := _SPAN.fullmatch(written):
        hours, minutes, seconds = (int(part or 0) for part in span.groups())
        return Target((hours * 60 + minutes) * 60 + seconds)
    if _BARE_DAYS.match(written):
        raise Refused(
            _(
                "{text}: a day is not a unit of a target; write 8h (open hours), 1wd (same clock time on the next "
                "workday) or eowd (end of the next workday)"
            ).format(text=text)
        )
    raise Refused(_("{text} is not a target; write for example 5m, 8h, 1h30m, 2wd or eowd").format(text=repr(text)))


def due_for(calendar: Calendar, start: datetime, target: Target, pauses: Sequence[Pause] = ()) -> datetime | None:
    """Return when a target of any unit is due, as a UTC instant; None while paused (R6). Raises Refused like `due`.

    A target in workdays is moved by as much open time as was paused before it (R5).
    """
    if target.span is not None:
        return due(calendar, start, target.span, pauses)
    count = due_working_days if target.unit == WORKING_DAYS else due_end_of_working_day
    promised = count(calendar, start, target.amount)
    if any(end is None and since < promised for since, end in pauses):
        return None
    whole = elapsed(calendar, start, promised)
    return promised if elapsed(calendar, start, promised, pauses) == whole else due(calendar, start, whole, pauses)


def _whole_seconds(span: timedelta) -> int:
    """Return the seconds of a target, fractions rounded up; a negative one is Refused (R13)."""
    seconds = -(-span // SECOND)
    if seconds < 0:
        raise Refused(_("a target cannot be negative"))
    return seconds


def _pause_spans(pauses: Sequence[Pause], begin: int) -> list[Span]:
    """Return the pauses after `begin` in order, joined where they overlap, so that none counts twice (R5)."""
    return union((max(begin, to_seconds(since)), _FOREVER if end is None else to_seconds(end)) for since, end in pauses)


def _due_second(index: OpenTime, begin: int, needed: int, pauses: Sequence[Span]) -> int | None:
    second = index.reach(begin, needed)
    for since, end in pauses:
        if second <= since:
            break
        if end == _FOREVER:
            return None
        needed += index.between(since, end)
        second = index.reach(begin, needed)
    return second


def _first_open_second(index: OpenTime, begin: int, pauses: Sequence[Span]) -> int | None:
    second = index.reach(begin, 0)
    for since, end in pauses:
        if second < since:
            break
        if end == _FOREVER:
            return None
        second = index.reach(end, 0)
    return second


def _position(calendar: Calendar, start: datetime) -> tuple[date, int]:
    """Return the working date of an instant and its wall-clock seconds after that date's midnight (R1)."""
    local = to_instant(to_seconds(start)).astimezone(calendar.zone)
    day, second = local.date(), (local.hour * 60 + local.minute) * 60 + local.second
    eve = day - timedelta(days=1)
    is_in_night_shift = any(a <= second + DAY < b for a, b in calendar.segments_on(eve))
    if is_in_night_shift and not any(a <= second < b for a, b in calendar.segments_on(day)):
        return eve, second + DAY
    return day, second


def _workday_after(calendar: Calendar, day: date, days: int) -> date:
    """Return the `days`-th workday after a date."""
    left = _at_least_one(days)
    last = min(calendar.last_open_day or date.max, date(day.year + HORIZON_YEARS, 12, 31))
    while left and day < last:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    if left:
        raise Refused(
            _("calendar {name} has too few workdays before {day}").format(name=calendar.name, day=last.isoformat())
        )
    return day


def _at_least_one(days: int) -> int:
    if days < 1:
        raise Refused(_("a target in workdays needs at least one day"))
    return days


def _span_text(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    parts = ((minutes // 60, "h"), (minutes % 60, "m"), (second, "s"))
    return "".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0m"
