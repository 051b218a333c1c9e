"""A second opinion on clocks: walk the real time step by step and look at the wall clock, with no index and no folds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sharedops_core.rules.calendar import Calendar

Pauses = Sequence[tuple[datetime, datetime | None]]


class Oracle:
    """The open steps of a calendar between two instants, found by looking at every step."""

    def __init__(self, calendar: Calendar, begin: datetime, end: datetime, step: timedelta = timedelta(minutes=1)):
        self.step = step
        self._instants = list(_steps(begin.astimezone(UTC), end.astimezone(UTC), step))
        self._walls: dict[datetime, list[datetime]] = defaultdict(list)
        zone = ZoneInfo(calendar.tz)
        for instant in self._instants:
            self._walls[instant.astimezone(zone).replace(tzinfo=None)].append(instant)
        self.open = self._open_instants(calendar)

    def elapsed(self, start: datetime, end: datetime, pauses: Pauses = ()) -> timedelta:
        """Count the open steps in [start, end) that lie in no pause."""
        return self.step * sum(start <= at < end and not _is_paused(at, pauses) for at in self.open)

    def due(self, start: datetime, target: timedelta, pauses: Pauses = ()) -> datetime | None:
        """Return the end of the step that uses the target up; the first open step for a target of nothing."""
        left = target
        for at in self.open:
            if at < start or _is_paused(at, pauses):
                continue
            left -= self.step
            if left <= timedelta(0):
                return at + self.step if target else at
        return None

    def _open_instants(self, calendar: Calendar) -> list[datetime]:
        days = {wall.date() for wall in self._walls}
        days |= {min(days) - timedelta(days=1), min(days) - timedelta(days=2)}
        is_open = set[datetime]()
        for day in sorted(days):
            for start, end in _segments(calendar, day):
                opens, closes = self._at(day, start, min), self._at(day, end, max)
                is_open.update(at for at in self._instants if opens <= at < closes)
        return sorted(is_open)

    def _at(self, day: date, second: int, choose: object) -> datetime:
        """Return when the wall clock shows a time, the first or the last time; a skipped one when it is passed (R3)."""
        wall = datetime(day.year, day.month, day.day) + timedelta(seconds=second)  # noqa: DTZ001
        if wall in self._walls:
            return choose(self._walls[wall])  # type: ignore[operator]
        later = (instants[0] for shown, instants in self._walls.items() if shown > wall)
        return min(later, default=self._instants[-1] + self.step)


def _steps(begin: datetime, end: datetime, step: timedelta) -> Iterable[datetime]:
    while begin < end:
        yield begin
        begin += step


def _segments(calendar: Calendar, day: date) -> tuple[tuple[int, int], ...]:
    if day in calendar.workdays:
        return calendar.workdays[day]
    return () if day in calendar.holidays else calendar.hours.get(day.weekday(), ())


def _is_paused(at: datetime, pauses: Pauses) -> bool:
    return any(since <= at and (end is None or at < end) for since, end in pauses)
