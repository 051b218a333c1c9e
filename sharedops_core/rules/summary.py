"""The columns of a ticket and its clocks that a replay of the journal must give back, second for second."""

from collections.abc import Sequence
from typing import Any

from sharedops_core.rules import commitments, history, lifecycle

FIELDS = (
    "state", "waiting_reason", "priority", "line", "team_id", "assignee_id", "first_contact_id",
    "accepted_at", "responded_at", "resolved_at", "confirmed_at", "changed_at", "reopen_count", "handoff_count",
    "is_paused", "queue_at", "next_clock", "left_seconds",
)  # fmt: skip
"""The ticket columns that a replay of the journal must give back."""


def ticket_columns(summary: history.Summary, clocks: Sequence[commitments.Clock]) -> dict[str, Any]:
    """Return the summary columns of a ticket: FIELDS and their values."""
    now = summary.now
    is_open = now.state in lifecycle.OPEN_STATES
    due = commitments.next_due(clocks) if is_open else None
    paused = None if due or not is_open else next((c for c in clocks if c.is_paused), None)
    return {
        **{name: getattr(now, name) for name in FIELDS[:7]},
        **{name: getattr(summary, name) for name in FIELDS[7:11]},
        "changed_at": now.at,
        "reopen_count": summary.reopen_count,
        "handoff_count": summary.handoff_count,
        "is_paused": paused is not None,
        "queue_at": (due.due_at if due else now.at) if is_open else None,
        "next_clock": due.kind if due else paused.kind if paused else None,
        "left_seconds": int(paused.left.total_seconds()) if paused and paused.left is not None else None,
    }


def clock_columns(clock: commitments.Clock) -> dict[str, Any]:
    """Return a computed clock as columns of its row."""
    return {
        "target": clock.target,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "left_seconds": int(clock.left.total_seconds()) if clock.left is not None else None,
        "stopped_at": clock.stopped_at,
        "breached_at": clock.breached_at,
        "is_breached_on_retarget": clock.is_breached_on_retarget,
    }
