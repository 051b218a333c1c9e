"""How heavy the work of an agent is, and whether the shift is on: what leads share work out by (product C2, I1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

URGENT_WEIGHT, USUAL_WEIGHT, WAITING_SHARE = 2.0, 1.0, 0.5
"""An urgent ticket (priority 1) takes the place of two; one that waits for somebody takes half of its own."""

_TURNS_AHEAD = 60
"""Changes of a shift that are looked through for one that counts: a month, longer than any holidays."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Working time of a group of agents: local wall-clock times in a zone; one that ends before it starts goes on
    into the next day."""

    starts: time
    ends: time
    zone: ZoneInfo

    @property
    def is_overnight(self) -> bool:
        """Return whether it ends on the day after the one on which it starts."""
        return self.ends <= self.starts


def shift(starts: str, ends: str, tz: str) -> Shift:
    """Return a shift as it is stored: "HH:MM" to "HH:MM" in a zone; "24:00" is midnight."""
    return Shift(_time(starts), _time(ends), ZoneInfo(tz))


def is_on(one: Shift, now: datetime, is_working_day: Callable[[date], bool] = lambda _day: True) -> bool:
    """Return whether a shift is on at an instant; it starts on working days only, and ends sharp (`ends` is off)."""
    local = now.astimezone(one.zone)
    today, at = local.date(), local.time()
    if not one.is_overnight:
        return one.starts <= at < one.ends and is_working_day(today)
    if at >= one.starts:
        return is_working_day(today)
    return at < one.ends and is_working_day(today - timedelta(days=1))


def next_change(one: Shift, now: datetime) -> datetime:
    """Return the next instant after `now` at which a shift starts or ends."""
    today = now.astimezone(one.zone).date()
    moments = [
        datetime.combine(today + timedelta(days=days), at, one.zone).astimezone(now.tzinfo)
        for days in (0, 1)
        for at in (one.starts, one.ends)
    ]
    return min(moment for moment in moments if moment > now)


def next_turn(one: Shift, now: datetime, is_working_day: Callable[[date], bool]) -> datetime:
    """Return when somebody whose shift is on goes, or when somebody whose shift is off comes, holidays skipped."""
    is_here = is_on(one, now, is_working_day)
    turn = next_change(one, now)
    for _change in range(_TURNS_AHEAD):
        if is_on(one, turn, is_working_day) is not is_here:
            break
        turn = next_change(one, turn)
    return turn


def load(usual: int, urgent: int, usual_waiting: int, urgent_waiting: int) -> float:
    """Return the weighted load of so many open tickets in hand, and of so many that wait."""
    in_hand = usual * USUAL_WEIGHT + urgent * URGENT_WEIGHT
    return in_hand + WAITING_SHARE * (usual_waiting * USUAL_WEIGHT + urgent_waiting * URGENT_WEIGHT)


def percent(weight: float, capacity: int) -> int | None:
    """Return a load in whole per cent of a capacity; None of nothing."""
    return round(100 * weight / capacity) if capacity > 0 else None


def _time(text: str) -> time:
    hour, _colon, minute = text.partition(":")
    return time(int(hour) % 24, int(minute))
