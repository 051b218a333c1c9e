"""The time-held ledger: who had a ticket in hand, second for second, so that the parts add up to the whole (D6).

The time between two journal entries belongs to whoever held the ticket after the first of them: the line, team and
agent while it is worked on, the requester, a supplier or somebody else while it waits for them, and nobody but the
confirmation once it is resolved, also while it was closed before somebody reopened it. Open time is counted on the
calendar of the policy, elapsed time on the wall clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.clocks import elapsed
from sharedops_core.rules.history import Entry

DESK, REQUESTER, SUPPLIER, OTHERS, CONFIRMATION = "desk", "requester", "supplier", "others", "confirmation"
PARTIES = (DESK, REQUESTER, SUPPLIER, OTHERS, CONFIRMATION)

_REASON_PARTIES = {
    "requester": REQUESTER, "appointment": REQUESTER, "supplier": SUPPLIER, "parts": SUPPLIER, "other_team": DESK,
}  # fmt: skip
"""Waiting reason → who is waited for; a reason that is not named here waits for others, such as an authority."""


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch in one hand: [start, end), in whose, and how long by the calendar and by the wall clock."""

    start: datetime
    end: datetime
    party: str
    line: int
    team_id: int | None
    agent_id: int | None
    open_time: timedelta
    wall_time: timedelta


def ledger(entries: Sequence[Entry], calendar: Calendar, now: datetime) -> tuple[Held, ...]:
    """Return the stretches from the opening to the end of the ticket, or to `now` while it is not closed.

    They follow one another without a gap, so their open times add up to `clocks.elapsed` of the whole span and
    their wall times to its length, second for second.
    """
    found: list[Held] = []
    held = len(entries)
    while held and entries[held - 1].state in lifecycle.CLOSED_STATES:
        held -= 1
    for entry, end in zip(entries[:held], [*(entry.at for entry in entries[1:]), now], strict=False):
        if end <= entry.at:
            continue
        hand = (_party(entry), entry.line, entry.team_id, entry.assignee_id)
        last = found[-1] if found else None
        if last is not None and last.end == entry.at and hand == (last.party, last.line, last.team_id, last.agent_id):
            found[-1] = _held(last.start, end, hand, calendar)
        else:
            found.append(_held(entry.at, end, hand, calendar))
    return tuple(found)


def _held(start: datetime, end: datetime, hand: tuple[str, int, int | None, int | None], calendar: Calendar) -> Held:
    return Held(start, end, *hand, open_time=elapsed(calendar, start, end), wall_time=end - start)


def _party(entry: Entry) -> str:
    if entry.state in (lifecycle.RESOLVED, *lifecycle.CLOSED_STATES):
        return CONFIRMATION
    if entry.state == lifecycle.WAITING:
        return _REASON_PARTIES.get(entry.waiting_reason or "", OTHERS)
    return DESK


def party_name(party: str) -> str:
    """Return a party in the user's language."""
    return {
        DESK: _("the desk"), REQUESTER: _("the requester"), SUPPLIER: _("a supplier"), OTHERS: _("others"),
        CONFIRMATION: _("confirmation"),
    }.get(party, party)  # fmt: skip


def line_name(line: str) -> str:
    """Return a line of support in the user's language."""
    return {"1": _("Line 1"), "2": _("Line 2"), "3": _("Line 3")}.get(line, line)
