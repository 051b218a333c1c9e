"""Moments as people say them on the phone: "15:00", "tomorrow 10:00", "明天 10:00", "2h", "2026-03-02 15:00"."""

import re
from datetime import datetime, time, timedelta, tzinfo

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.clocks import parse_target

_CLOCK = re.compile(r"(?:(?P<day>[^\d\s]+)\s*)?(?P<hour>\d{1,2})[:：](?P<minute>\d{2})", re.ASCII)
_DAYS = {"today": 0, "今天": 0, "tomorrow": 1, "明天": 1, "后天": 2}


def parse_moment(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the instant that `text` means after `now` on the wall clock of `zone`, else of this machine.

    A bare time of day is the next one; a length such as "2h" counts from now on the wall clock. Raises Refused,
    with examples, for what is no moment.
    """
    said = text.strip()
    if found := _CLOCK.fullmatch(said):
        day = found["day"]
        if day is None or day in _DAYS:
            return _at(found, now, zone, _DAYS.get(day) if day else None)
    try:
        moment = datetime.fromisoformat(said)
        return moment if moment.tzinfo else _on_wall(moment, zone)
    except ValueError:
        pass
    try:
        span = parse_target(said).span
    except Refused:
        span = None
    if span is None:
        raise Refused(
            _('{text} is no moment; right would be 15:00, "tomorrow 10:00", 2h or 2026-03-02T15:00').format(
                text=repr(text)
            )
        )
    return now + span


def _on_wall(wall: datetime, zone: tzinfo | None) -> datetime:
    """Return the instant of a wall-clock time; this machine's zone may have another offset on that day than now."""
    return wall.replace(tzinfo=zone) if zone is not None else wall.astimezone()


def _at(found: re.Match[str], now: datetime, zone: tzinfo | None, days: int | None) -> datetime:
    try:
        clock = time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        raise Refused(_("{text} is no time of day").format(text=repr(found[0]))) from None
    wall = datetime.combine(now.astimezone(zone).date() + timedelta(days=days or 0), clock)
    moment = _on_wall(wall, zone)
    return _on_wall(wall + timedelta(days=1), zone) if days is None and moment <= now else moment
