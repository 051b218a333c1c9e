"""The journal folded into what a ticket is now: one fold for acts, imports and the doctor's replay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sharedops_core.rules import lifecycle
from sharedops_core.rules.clocks import Pause


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: what was done, by whom, and how the ticket stood after it."""

    at: datetime
    act: str
    state: str
    from_state: str | None = None
    reason: str | None = None
    waiting_reason: str | None = None
    actor_id: int | None = None
    is_person: bool = True
    team_id: int | None = None
    line: int = 1
    assignee_id: int | None = None
    first_contact_id: int | None = None
    priority: int = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """What the history says: the current entry, the instants that count, and the waits."""

    now: Entry
    opened_at: datetime
    accepted_at: datetime | None = None
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    confirmed_at: datetime | None = None
    reopen_count: int = 0
    handoff_count: int = 0
    waits: tuple[tuple[datetime, datetime | None, str], ...] = ()
    priorities: tuple[tuple[datetime, int], ...] = ()


RESOLVED_GAP = "resolved"
"""The reason under which the time between resolving and reopening is kept: it pauses every clock (R9)."""


def begin(entry: Entry) -> Summary:
    """Return the summary after the opening entry of a ticket."""
    return fold(Summary(now=entry, opened_at=entry.at, priorities=((entry.at, entry.priority),)), entry)


def replay(entries: Iterable[Entry]) -> Summary:
    """Fold a whole history, oldest first; raises ValueError when it is empty."""
    rest = iter(entries)
    first = next(rest, None)
    if first is None:
        raise ValueError("a history has at least its opening entry")
    summary = begin(first)
    for entry in rest:
        summary = fold(summary, entry)
    return summary


def fold(summary: Summary, entry: Entry) -> Summary:
    """Return the summary after one more entry."""
    is_answer = entry.is_person and entry.act in lifecycle.RESPONDING_ACTS
    has_started = entry.state not in (lifecycle.RECEIVED, lifecycle.CANCELLED)
    return replace(
        summary,
        now=entry,
        accepted_at=summary.accepted_at or (entry.at if has_started else None),
        responded_at=summary.responded_at or (entry.at if is_answer or _is_recorded_answer(entry) else None),
        resolved_at=_resolved_at(summary, entry),
        confirmed_at=_confirmed_at(summary, entry),
        reopen_count=summary.reopen_count + (entry.act == "reopen"),
        handoff_count=summary.handoff_count + (entry.act == "accept"),
        waits=_waits(summary, entry),
        priorities=_priorities(summary, entry),
    )


def pauses(summary: Summary, pausing: Mapping[str, bool]) -> list[Pause]:
    """Return the half-open pauses of a clock; `pausing` says which waiting reasons stop it (product E3)."""
    return [(start, end) for start, end, reason in summary.waits if reason == RESOLVED_GAP or pausing.get(reason, True)]


def _is_recorded_answer(entry: Entry) -> bool:
    return entry.act == "record" and entry.state not in (lifecycle.RECEIVED, lifecycle.CANCELLED)


def _resolved_at(summary: Summary, entry: Entry) -> datetime | None:
    if entry.state in (lifecycle.RESOLVED, lifecycle.CONFIRMED):
        return summary.resolved_at or entry.at
    return None


def _confirmed_at(summary: Summary, entry: Entry) -> datetime | None:
    if entry.state in lifecycle.CLOSED_STATES:
        return summary.confirmed_at or entry.at
    return None


def _waits(summary: Summary, entry: Entry) -> tuple[tuple[datetime, datetime | None, str], ...]:
    """Close the open wait when the state is left, open one when it is entered; resolved gaps count as waits."""
    waits = summary.waits
    is_open = bool(waits) and waits[-1][1] is None
    reason = _waiting_for(entry)
    if is_open and reason == waits[-1][2]:
        return waits
    if is_open:
        start, _end, old = waits[-1]
        waits = (*waits[:-1], (start, entry.at, old))
    return (*waits, (entry.at, None, reason)) if reason else waits


def _waiting_for(entry: Entry) -> str | None:
    if entry.state == lifecycle.WAITING:
        return entry.waiting_reason or "other"
    return RESOLVED_GAP if entry.state in (lifecycle.RESOLVED, *lifecycle.CLOSED_STATES) else None


def _priorities(summary: Summary, entry: Entry) -> tuple[tuple[datetime, int], ...]:
    if entry.priority == summary.priorities[-1][1]:
        return summary.priorities
    return (*summary.priorities, (entry.at, entry.priority))
