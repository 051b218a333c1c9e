"""The index of open time: a calendar's segments as UTC seconds with prefix sums, bisected in place of walking days.

It holds whole local years and widens by whole years around what is asked. A widened table replaces the old one
in one assignment, so threads may share an index.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from sharedops_core.errors import Refused
from sharedops_core.i18n import _

Segment = tuple[int, int]
"""Seconds after local midnight; the end may exceed 86400 for an overnight segment."""

Span = tuple[int, int]
"""UTC seconds since 1970, half-open."""

DAY = 86_400
SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HORIZON_YEARS = 100
"""A target that is not reached by then is a slip of the pen, and looking further would only cost time."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_EARLIEST = (datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC) - EPOCH) // SECOND
_LATEST = (datetime(_LAST_YEAR + 1, 1, 1, tzinfo=UTC) - EPOCH) // SECOND
_EPOCH_ORDINAL = EPOCH.toordinal()


def to_seconds(at: datetime) -> int:
    """Return the whole UTC seconds since 1970 of an instant, fractions cut off.

    Raises Refused for a time without zone, and for a year in which no clock can count.
    """
    if at.tzinfo is None:
        raise Refused(_("{time} has no time zone, so it is not an instant").format(time=at.isoformat(" ")))
    second = (at - EPOCH) // SECOND
    if not _EARLIEST <= second < _LATEST:
        raise _out_of_range()
    return second


def to_instant(second: int) -> datetime:
    """Return the UTC instant of whole seconds since 1970."""
    if not _EARLIEST - DAY <= second < _LATEST + DAY:
        raise _out_of_range()
    return EPOCH + timedelta(seconds=second)


def _out_of_range() -> Refused:
    return Refused(_("clocks count from {first} to {last} only").format(first=_FIRST_YEAR, last=_LAST_YEAR))


def opening_second(zone: ZoneInfo, day: date, second: int) -> int:
    """Return the UTC second of a local time that opens a segment.

    `second` counts from local midnight of `day` on the wall clock. A repeated time is taken the first time, a
    skipped one moves to the end of the gap (R3).
    """
    wall, before, after = _wall(zone, day, second)
    return wall - before if before >= after else _end_of_gap(zone, wall - after, wall - before)


def closing_second(zone: ZoneInfo, day: date, second: int) -> int:
    """Return the UTC second of a local time that closes a segment: like `opening_second`, but a repeated time
    is taken the second time (R3).
    """
    wall, before, after = _wall(zone, day, second)
    return wall - after if before >= after else _end_of_gap(zone, wall - after, wall - before)


def _wall(zone: ZoneInfo, day: date, second: int) -> tuple[int, int, int]:
    """Return the wall clock as seconds and the two offsets it may have; they differ in gaps and repeated hours."""
    wall = (day.toordinal() - _EPOCH_ORDINAL) * DAY + second
    local = datetime(1970, 1, 1, tzinfo=zone) + timedelta(seconds=wall)
    return wall, _offset(local), _offset(local.replace(fold=1))


def _offset(local: datetime) -> int:
    return (local.utcoffset() or timedelta()) // SECOND


def _end_of_gap(zone: ZoneInfo, low: int, high: int) -> int:
    """Return the second in (low, high] from which the offset after the gap holds."""
    after = _offset(to_instant(high).astimezone(zone))
    seconds = range(low, high + 1)
    return low + bisect_left(seconds, True, key=lambda s: _offset(to_instant(s).astimezone(zone)) == after)


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the spans sorted, with empty ones dropped and overlapping or touching ones joined (R5)."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


@dataclass(frozen=True, slots=True)
class Window:
    """Open time of the local years first_year ≤ year < end_year, that is of the seconds low ≤ s < high.

    Span i opens at starts[i] and closes at ends[i]; before[i] and after[i] are the open seconds of the window up
    to its opening and up to its closing.
    """

    first_year: int
    end_year: int
    low: int
    high: int
    starts: list[int]
    ends: list[int]
    before: list[int]
    after: list[int]

    def until(self, second: int) -> int:
        """Return the open seconds of the window before `second`."""
        i = bisect_right(self.starts, second) - 1
        if i < 0:
            return 0
        end = self.ends[i]
        return self.before[i] + (second if second < end else end) - self.starts[i]

    def reach(self, begin: int, count: int) -> int | None:
        """Return the earliest second with `count` open seconds since `begin`, None when it lies outside (R2)."""
        if count <= 0:
            return self._open_from(begin)
        needed = self.until(begin) + count
        i = bisect_left(self.after, needed)
        return self.ends[i] - (self.after[i] - needed) if i < len(self.after) else None

    def _open_from(self, begin: int) -> int | None:
        i = bisect_right(self.ends, begin)
        return max(begin, self.starts[i]) if i < len(self.ends) else None

    def spans(self, begin: int, end: int) -> Iterator[Span]:
        """Yield the open spans between two seconds of the window, clipped to them."""
        for i in range(bisect_right(self.ends, begin), bisect_left(self.starts, end)):
            yield max(begin, self.starts[i]), min(end, self.ends[i])


class OpenTime:
    """Open seconds of one calendar, asked by UTC second in time that does not grow with the days between."""

    def __init__(
        self,
        name: str,
        zone: ZoneInfo,
        segments_on: Callable[[date], tuple[Segment, ...]],
        last_open_day: date | None,
    ) -> None:
        """Index what `segments_on` says; `last_open_day` is None when the weekly hours go on for ever."""
        self._name = name
        self._zone = zone
        self._segments_on = segments_on
        self._last_open_day = last_open_day
        self._years: dict[int, list[Span]] = {}
        self._window: Window | None = None

    def between(self, begin: int, end: int) -> int:
        """Return the open seconds in [begin, end); 0 when the span is negative (R13)."""
        if end <= begin:
            return 0
        window = self._covering(begin, end)
        return window.until(end) - window.until(begin)

    def reach(self, begin: int, count: int) -> int:
        """Return the earliest second with `count` open seconds since `begin`; 0 asks for the first open second (R2).

        Raises Refused when the calendar ends before, or when that takes more than HORIZON_YEARS.
        """
        window = self._covering(begin, begin)
        while (found := window.reach(begin, count)) is None:
            window = self._lengthened(window, begin)
        return found

    def spans(self, begin: int, end: int) -> Iterator[Span]:
        """Return the open spans in [begin, end), clipped, touching ones joined."""
        return self._covering(begin, end).spans(begin, end) if begin < end else iter(())

    def _covering(self, begin: int, end: int) -> Window:
        window = self._window
        if window is not None and window.low <= begin and end <= window.high:
            return window
        # A day of margin, because a local year may begin up to 14 hours before or after the UTC year.
        first, last = to_instant(begin - DAY).year, to_instant(end + DAY).year
        return self._widened(first, last + 1)

    def _lengthened(self, window: Window, begin: int) -> Window:
        began = to_instant(begin).year
        if self._last_open_day is not None and window.end_year > self._last_open_day.year + 1:
            raise Refused(
                _("calendar {name} has no open time after {day}, so the target is never reached").format(
                    name=self._name, day=self._last_open_day.isoformat()
                )
            )
        if window.end_year > began + HORIZON_YEARS:
            raise Refused(
                _("calendar {name}: the target is not reached within {years} years").format(
                    name=self._name, years=HORIZON_YEARS
                )
            )
        years = max(1, window.end_year - began)
        return self._widened(window.first_year, min(window.end_year + years, began + HORIZON_YEARS + 1))

    def _widened(self, first_year: int, end_year: int) -> Window:
        """Return a window over these years and over those of the window before, and keep it."""
        old = self._window
        if old is not None:
            first_year, end_year = min(first_year, old.first_year), max(end_year, old.end_year)
        spans = union(span for year in range(first_year, end_year) for span in self._year(year))
        lengths = [end - start for start, end in spans]
        sums = list(accumulate(lengths, initial=0))
        self._window = window = Window(
            first_year=first_year,
            end_year=end_year,
            low=self._new_year(first_year),
            high=self._new_year(end_year),
            starts=[start for start, _end in spans],
            ends=[end for _start, end in spans],
            before=sums[:-1],
            after=sums[1:],
        )
        return window

    def _year(self, year: int) -> list[Span]:
        """Return the open spans of one local year, cut at both new years, so that years can be put side by side."""
        if year not in self._years:
            low, high = self._new_year(year), self._new_year(year + 1)
            spans = ((max(low, start), min(high, end)) for start, end in self._from_days(year))
            self._years[year] = union(spans)
        return self._years[year]

    def _from_days(self, year: int) -> Iterator[Span]:
        # One day more, because a segment of the last day of the year before may run into this one.
        for ordinal in range(date(year, 1, 1).toordinal() - 1, date(year + 1, 1, 1).toordinal()):
            day = date.fromordinal(ordinal)
            for start, end in self._segments_on(day):
                yield opening_second(self._zone, day, start), closing_second(self._zone, day, end)

    def _new_year(self, year: int) -> int:
        return opening_second(self._zone, date(year, 1, 1), 0)
