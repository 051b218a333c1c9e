"""A second opinion on clocks: walk real time step by step and look at the wall clock, with no index and no folds."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sharedops_core.rules.calendar import Calendar

Pauses = Sequence[tuple[datetime, datetime | None]]
Choice = Callable[[Iterable[datetime]], datetime]


class Oracle:
    """The open steps of a calendar between two instants, found by looking at every step."""

    def __init__(self, calendar: Calendar, begin: datetime, end: datetime, step: timedelta = timedelta(minutes=1)):
        self.step = step
        self._instants, self._walls = _walk(calendar.tz, begin.astimezone(UTC), end.astimezone(UTC), step)
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
        first, last = min(self._walls).date() - timedelta(days=2), max(self._walls).date()
        is_open = set[datetime]()
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            for start, end in _segments(calendar, day):
                opens, closes = self._at(day, start, min), self._at(day, end, max)
                is_open.update(self._instants[bisect_left(self._instants, opens) : bisect_left(self._instants, closes)])
        return sorted(is_open)

    def _at(self, day: date, second: int, choose: Choice) -> datetime:
        """Return when the wall clock shows a time, the first or last time; a skipped one when it is passed (R3)."""
        wall = datetime(day.year, day.month, day.day) + timedelta(seconds=second)  # noqa: DTZ001
        if wall in self._walls:
            return choose(self._walls[wall])
        later = (instants[0] for shown, instants in self._walls.items() if shown > wall)
        return min(later, default=self._instants[-1] + self.step)


@lru_cache(maxsize=32)
def _walk(
    tz: str, begin: datetime, end: datetime, step: timedelta
) -> tuple[list[datetime], dict[datetime, list[datetime]]]:
    """Return every step, and what the wall clock of the zone shows at which steps."""
    zone, walls = ZoneInfo(tz), defaultdict[datetime, list[datetime]](list)
    instants = [begin + step * number for number in range((end - begin) // step)]
    for instant in instants:
        walls[instant.astimezone(zone).replace(tzinfo=None)].append(instant)
    return instants, dict(walls)


def _segments(calendar: Calendar, day: date) -> tuple[tuple[int, int], ...]:
    if day in calendar.workdays:
        return calendar.workdays[day]
    return () if day in calendar.holidays else calendar.hours.get(day.weekday(), ())


def _is_paused(at: datetime, pauses: Pauses) -> bool:
    return any(since <= at and (end is None or at < end) for since, end in pauses)
