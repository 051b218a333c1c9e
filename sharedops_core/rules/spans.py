"""Words for the time that is left: one form for lists, one for sentences, the same on every screen and in the shell.

Seconds near the end, days far away; paused is never shown as overdue (R6), overdue only strictly after due (R11).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sharedops_core.i18n import _

AT_RISK_WITHIN = timedelta(minutes=30)
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60

BREACHED, AT_RISK, CALM, PAUSED, NONE = "breached", "at_risk", "calm", "paused", "none"
MARKS = {BREACHED: "!", AT_RISK: "~", CALM: " ", PAUSED: "=", NONE: " "}
"""One sign per standing, so that colour is never the only one."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """A due time as a list shows it: `text` is at most 9 cells wide, `standing` chooses mark and colour."""

    text: str
    standing: str

    @property
    def mark(self) -> str:
        """Return the sign of the standing."""
        return MARKS[self.standing]


def countdown(due_at: datetime | None, left: timedelta | None, now: datetime, *, is_paused: bool) -> Countdown:
    """Return the cell for a clock: "00:07:52", "-00:04:11", "2d 04h", or what is left while it is paused."""
    if is_paused:
        return Countdown(_cell(left) if left is not None else "--:--", PAUSED)
    if due_at is None:
        return Countdown("-", NONE)
    rest = due_at - now
    if rest < timedelta(0):
        return Countdown(f"-{_cell(-rest)}", BREACHED)
    return Countdown(_cell(rest), AT_RISK if rest <= AT_RISK_WITHIN else CALM)


def named(name: str, words: str) -> str:
    """Return a clock with what it says: "resolution: 12 min left"."""
    return _("{clock}: {words}").format(clock=name, words=words)


def sentence(due_at: datetime | None, left: timedelta | None, now: datetime, *, is_paused: bool) -> str:
    """Return the same in words: "12 min left", "4 min over", "paused, 2 h left"."""
    if is_paused:
        return _("paused, {span} left").format(span=span(left)) if left is not None else _("paused")
    if due_at is None:
        return "-"
    if now > due_at:
        return _("{span} over").format(span=span(now - due_at))
    return _("{span} left").format(span=span(due_at - now))


def span(length: timedelta) -> str:
    """Return a length in its two largest units: "45 s", "12 min", "3 h 20 min", "2 d 4 h"."""
    seconds = int(abs(length).total_seconds())
    if seconds < _MINUTE:
        return _("{n} s").format(n=seconds)
    if seconds < _HOUR:
        return _("{n} min").format(n=seconds // _MINUTE)
    if seconds < _DAY:
        return _two(_("{n} h"), seconds // _HOUR, _("{n} min"), seconds % _HOUR // _MINUTE)
    return _two(_("{n} d"), seconds // _DAY, _("{n} h"), seconds % _DAY // _HOUR)


def clock(length: timedelta) -> str:
    """Return a length to the second: "26:30:05"."""
    seconds = int(length.total_seconds())
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def age(then: datetime, now: datetime) -> str:
    """Return how long ago something was, in one short unit: "now", "5m", "3h", "2d"."""
    return rough(now - then)


def rough(length: timedelta) -> str:
    """Return a length in one short unit."""
    seconds = max(0, int(length.total_seconds()))
    for size, unit in ((_DAY, _("{n}d")), (_HOUR, _("{n}h")), (_MINUTE, _("{n}m"))):
        if seconds >= size:
            return unit.format(n=seconds // size)
    return _("now")


def _two(large: str, large_count: int, small: str, small_count: int) -> str:
    whole = large.format(n=large_count)
    return f"{whole} {small.format(n=small_count)}" if small_count else whole


def _cell(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds >= 100 * _DAY:
        return _("{n}d").format(n=seconds // _DAY)
    if seconds >= _DAY:
        return _("{d}d {h:02}h").format(d=seconds // _DAY, h=seconds % _DAY // _HOUR)
    return f"{seconds // _HOUR:02}:{seconds % _HOUR // _MINUTE:02}:{seconds % _MINUTE:02}"
