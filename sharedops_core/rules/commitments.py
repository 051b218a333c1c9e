"""The response and resolution clock of one ticket: due, paused, met or breached (product E, sla.md R6-R11).

A clock is a function of the ticket's history. Nothing here is counted up by a timer, so a replay of the
journal gives the same clock second for second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sharedops_core.i18n import _
from sharedops_core.rules import history
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.clocks import Pause, Target, due_for, parse_target, remaining

RESPONSE, RESOLUTION = "response", "resolution"
KINDS = (RESPONSE, RESOLUTION)


@dataclass(frozen=True)
class Policy:
    """What a policy promises: the calendar it counts on and, per clock, the target of each priority.

    `targets[kind][priority]` is a target text such as "5m", "2h" or "1wd"; `pausing[kind][reason]` says
    whether waiting for that reason stops the clock.
    """

    calendar: Calendar
    targets: Mapping[str, Mapping[int, str]]
    pausing: Mapping[str, Mapping[str, bool]]


@dataclass(frozen=True, slots=True)
class Clock:
    """How one clock stands after the last journal entry.

    `due_at` is None while paused (R6), then `left` holds the open time that remains. `breached_at` is the due
    time that was missed, or the moment of the change when a re-target made it late (R7).
    """

    kind: str
    target: str
    started_at: datetime
    due_at: datetime | None
    left: timedelta | None
    stopped_at: datetime | None
    breached_at: datetime | None
    is_breached_on_retarget: bool

    @property
    def is_running(self) -> bool:
        """Return whether the clock counts now."""
        return self.stopped_at is None and self.due_at is not None

    @property
    def is_paused(self) -> bool:
        """Return whether the clock stands still until the ticket moves on."""
        return self.stopped_at is None and self.due_at is None


def clocks(summary: history.Summary, policy: Policy) -> tuple[Clock, ...]:
    """Return the clocks of a ticket as they stand at its last journal entry.

    A stopped clock stays as it was judged: neither a later wait nor a later priority moves it.
    """
    return tuple(_clock(kind, summary, policy) for kind in KINDS)


def _clock(kind: str, summary: history.Summary, policy: Policy) -> Clock:
    stopped_at = _stopped_at(kind, summary)
    pauses = history.pauses(summary, policy.pausing.get(kind, {}))
    if stopped_at is not None:
        pauses = _until(pauses, stopped_at)
    targets = [
        (at, parse_target(policy.targets[kind][priority]))
        for at, priority in summary.priorities
        if stopped_at is None or at <= max(stopped_at, summary.opened_at)
    ]
    start, target = summary.opened_at, targets[-1][1]
    due_at = due_for(policy.calendar, start, target, pauses)
    breached_at, is_on_retarget = _breach(policy.calendar, start, targets, pauses, stopped_at or summary.now.at)
    left = None
    if due_at is None and target.span is not None:
        left = remaining(policy.calendar, start, summary.now.at, target.span, pauses)
    return Clock(kind, str(target), start, due_at, left, stopped_at, breached_at, is_on_retarget)


def _stopped_at(kind: str, summary: history.Summary) -> datetime | None:
    if kind == RESPONSE:
        return summary.responded_at or summary.confirmed_at
    return summary.resolved_at or summary.confirmed_at


def _until(pauses: Sequence[Pause], end: datetime) -> list[Pause]:
    """Return the pauses that began before `end`, closed at it: what came later cannot move a stopped clock."""
    return [(start, min(stop, end) if stop else end) for start, stop in pauses if start < end]


def _breach(
    calendar: Calendar,
    start: datetime,
    targets: Sequence[tuple[datetime, Target]],
    pauses: Sequence[Pause],
    as_of: datetime,
) -> tuple[datetime | None, bool]:
    """Return the first breach under the targets in the order in which they held, and whether a change caused it."""
    ends = [at for at, _target in targets[1:]] + [as_of]
    for index, ((since, target), end) in enumerate(zip(targets, ends, strict=True)):
        known = [(a, None if b is not None and b > end else b) for a, b in pauses if a < end]
        due_at = due_for(calendar, start, target, known)
        if due_at is None or due_at >= end:
            continue
        return (since, True) if index and due_at <= since else (due_at, False)
    return None, False


def clock_name(kind: str) -> str:
    """Return a clock in the user's language."""
    return {RESPONSE: _("response"), RESOLUTION: _("resolution")}.get(kind, kind)


def next_due(running: Sequence[Clock]) -> Clock | None:
    """Return the running clock that is due first: the one a queue shows and sorts by."""
    return min((c for c in running if c.is_running), key=lambda c: c.due_at or c.started_at, default=None)


def is_late(due_at: datetime | None, now: datetime) -> bool:
    """Return whether a clock is breached: strictly after its due time, in seconds (R11)."""
    return due_at is not None and now > due_at
