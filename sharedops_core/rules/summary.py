"""The columns of a ticket and its clocks that a replay of the journal must give back, second for second."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sharedops_core.rules import commitments, duty, history, lifecycle
from sharedops_core.rules.route import bounce

FIELDS = (
    "state", "waiting_reason", "priority", "line", "team_id", "assignee_id", "first_contact_id",
    "accepted_at", "responded_at", "resolved_at", "confirmed_at", "changed_at", "reopen_count", "handoff_count",
    "is_paused", "queue_at", "next_clock", "left_seconds", "offered_team_id", "bounce",
    "duty_offered_id", "duty_at", "pushed_id", "pushed_until",
)  # fmt: skip
"""The ticket columns that a replay of the journal must give back."""


def ticket_columns(
    summary: history.Summary, clocks: Sequence[commitments.Clock], policy_of: commitments.PolicyOf
) -> dict[str, Any]:
    """Return the summary columns of a ticket: FIELDS and their values."""
    now = summary.now
    is_open = now.state in lifecycle.OPEN_STATES
    due = commitments.next_due(clocks) if is_open else None
    paused = None if due or not is_open else commitments.first_paused(clocks)
    return {
        **{name: getattr(now, name) for name in FIELDS[:7]},
        **{name: getattr(summary, name) for name in FIELDS[7:11]},
        "changed_at": now.at,
        "offered_team_id": now.offered_team_id,
        "bounce": bounce(summary.route) if is_open else None,
        "reopen_count": summary.reopen_count,
        "handoff_count": summary.handoff_count,
        "is_paused": paused is not None,
        "queue_at": (due.due_at if due else now.at) if is_open else None,
        "next_clock": due.kind if due else paused.kind if paused else None,
        "left_seconds": _seconds(paused.left) if paused else None,
        "duty_offered_id": now.duty_offered_id,
        "pushed_id": now.pushed_id,
        "pushed_until": now.pushed_until,
        "duty_at": step.at if (step := duty.next_step(summary, policy_of)) else None,
    }


def beside_due(clock: commitments.Clock) -> tuple[object, ...]:
    """Return what else terms decide about a clock: what is left while paused, the next alarm, whether provisional."""
    return clock.kind, clock.nth, _seconds(clock.left), clock.alarm_at, clock.is_provisional


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def clock_columns(clock: commitments.Clock) -> dict[str, Any]:
    """Return a computed clock as columns of its row."""
    return {
        "kind": clock.kind,
        "nth": clock.nth,
        "terms_id": clock.terms_id,
        "target": clock.target,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "left_seconds": _seconds(clock.left),
        "stopped_at": clock.stopped_at,
        "breached_at": clock.breached_at,
        "is_breached_on_retarget": clock.is_breached_on_retarget,
        "alarm_at": clock.alarm_at,
        "is_provisional": clock.is_provisional,
    }
