"""What one clock costs: `clocks.due` and `clocks.elapsed` beside `businesstimedelta` and a loop that walks days."""

import importlib.util
import statistics
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import measure

from sharedops_core.rules import clocks
from sharedops_core.rules.calendar import Calendar, parse_calendar

START = datetime(2026, 3, 2, 2, 15, tzinfo=UTC)
"""Monday 10:15 in Shanghai."""

ZONE = ZoneInfo("Asia/Shanghai")
SEGMENTS = ((time(9), time(12)), (time(13, 30), time(18)))
SPREAD = 5 * 365
SPANS = {"1h": timedelta(hours=1), "30d": timedelta(days=30), "3y": timedelta(days=3 * 365)}
EXCEPTIONS = (0, 30, 300)


def main() -> None:
    """Measure targets of 1 h and of the open time in 30 days and in 3 years, with 0, 30 and 300 closed dates."""
    runs = 5 if measure.options(__doc__ or "").quick else 9
    has_library = importlib.util.find_spec("businesstimedelta") is not None
    found = {f"{count}_exceptions": _with(count, runs, has_library) for count in EXCEPTIONS}
    measure.publish(
        "clocks",
        {
            "unit": "µs per call, median of runs",
            "businesstimedelta": "measured" if has_library else "not installed",
            **found,
        },
    )


def _with(count: int, runs: int, has_library: bool) -> dict[str, Any]:
    measure.say(f"{count} exceptions")
    closed = [date(2026, 3, 3) + timedelta(days=place * SPREAD // count) for place in range(count)]
    calendar = _calendar(closed)
    rules = _library(closed) if has_library else None
    found: dict[str, Any] = {"first_call_us": _first_call(closed)}
    for name, span in SPANS.items():
        target = clocks.elapsed(calendar, START, START + span) if name != "1h" else span
        end = clocks.due(calendar, START, target) or START
        found[name] = {
            "due": _due(calendar, rules, frozenset(closed), target, runs),
            "elapsed": _elapsed(calendar, rules, frozenset(closed), end, runs),
        }
    return found


def _due(calendar: Calendar, rules: Any, closed: frozenset[date], target: timedelta, runs: int) -> dict[str, Any]:
    """Compare the instant at which a target is reached."""
    works: dict[str, Callable[[], Any]] = {
        "ours": lambda: clocks.due(calendar, START, target),
        "walking": lambda: _walk_due(closed, START, target),
    }
    if rules is not None:
        import businesstimedelta

        delta = businesstimedelta.BusinessTimeDelta(rules, timedelta=target)
        works["businesstimedelta"] = lambda: START + delta
    return _compared(works, runs)


def _elapsed(calendar: Calendar, rules: Any, closed: frozenset[date], end: datetime, runs: int) -> dict[str, Any]:
    """Compare the open time between two instants."""
    works: dict[str, Callable[[], Any]] = {
        "ours": lambda: clocks.elapsed(calendar, START, end),
        "walking": lambda: _walk_elapsed(closed, START, end),
    }
    if rules is not None:
        works["businesstimedelta"] = lambda: rules.difference(START, end).timedelta
    return _compared(works, runs)


def _compared(works: dict[str, Callable[[], Any]], runs: int) -> dict[str, Any]:
    """Return µs per call of each, how much slower the others are, and whether they agree."""
    answers = {name: work() for name, work in works.items()}
    calls = {name: max(1, min(2_000, int(0.01 / max(measure.seconds(work), 1e-7)))) for name, work in works.items()}
    batches = {name: _repeated(work, calls[name]) for name, work in works.items()}
    taken = {name: found / calls[name] * 1e6 for name, found in measure.side_by_side(batches, runs).items()}
    others = {f"{name}_ratio": round(value / taken["ours"], 1) for name, value in taken.items() if name != "ours"}
    wrong = [name for name, answer in answers.items() if answer != answers["ours"]]
    return {name: round(value, 2) for name, value in taken.items()} | others | {"disagree": wrong}


def _repeated(work: Callable[[], object], calls: int) -> Callable[[], None]:
    """Return a batch of calls, long enough for the clock."""

    def batch() -> None:
        for _call in range(calls):
            work()

    return batch


def _first_call(closed: list[date]) -> float:
    """Return the cost of the first question to a new calendar, which builds the index of its year."""
    calendars = [_calendar(closed) for _run in range(5)]
    times = [measure.seconds(lambda c=calendar: clocks.due(c, START, SPANS["1h"])) for calendar in calendars]
    return round(statistics.median(times) * 1e6)


def _calendar(closed: list[date]) -> Calendar:
    hours = [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in SEGMENTS]
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), hours)
    return parse_calendar("bench", {"tz": ZONE.key, "hours": days, "holidays": closed, "workdays": {}})


def _library(closed: list[date]) -> Any:
    """Return the same calendar as `businesstimedelta` rules."""
    import businesstimedelta
    import pytz

    zone = pytz.timezone(ZONE.key)
    workday = businesstimedelta.WorkDayRule(time(9), time(18), [0, 1, 2, 3, 4], tz=zone)
    lunch = businesstimedelta.LunchTimeRule(time(12), time(13, 30), [0, 1, 2, 3, 4], tz=zone)
    holidays = [businesstimedelta.HolidayRule(closed, tz=zone)] if closed else []
    return businesstimedelta.Rules([workday, lunch, *holidays])


def _open_on(closed: frozenset[date], day: date) -> list[tuple[datetime, datetime]]:
    if day.weekday() > 4 or day in closed:
        return []
    return [(datetime.combine(day, a, ZONE), datetime.combine(day, b, ZONE)) for a, b in SEGMENTS]


def _walk_due(closed: frozenset[date], start: datetime, target: timedelta) -> datetime:
    """Return what `clocks.due` returns, by looking at every day on the way."""
    day, left = start.astimezone(ZONE).date(), target
    while True:
        for opens, closes in _open_on(closed, day):
            begin = max(opens, start)
            if begin < closes:
                if begin + left <= closes:
                    return begin + left
                left -= closes - begin
        day += timedelta(days=1)


def _walk_elapsed(closed: frozenset[date], start: datetime, end: datetime) -> timedelta:
    """Return what `clocks.elapsed` returns, by looking at every day on the way."""
    day, last, used = start.astimezone(ZONE).date(), end.astimezone(ZONE).date(), timedelta(0)
    while day <= last:
        for opens, closes in _open_on(closed, day):
            used += max(timedelta(0), min(closes, end) - max(opens, start))
        day += timedelta(days=1)
    return used


if __name__ == "__main__":
    main()
