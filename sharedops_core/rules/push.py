"""Push (推单): how long an offer lasts, who has been asked, how far the pool has widened (product C2).

What happened is read from the journal: nothing of it is stored twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from sharedops_core.i18n import _
from sharedops_core.rules import clocks, lifecycle
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.history import Entry

PUSH, REJECT, LAPSE, RUN_OUT = "push", "reject", "lapse_push", "run_out"
BY_TIME = (PUSH, LAPSE, RUN_OUT)
"""The acts that time alone does, through the sweep."""

TEAM, LINE, ALL = POOLS = ("team", "line", "all")
"""Whom a ticket is offered to: its team, all teams of the line, everybody of the desk."""


@dataclass(frozen=True, slots=True)
class Step:
    """After so long without a holder the ticket is offered in a wider pool."""

    after: timedelta
    pool: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How a team's tickets are offered; times are open time of its calendar, of the whole day without one."""

    accept_within: timedelta
    widen: tuple[Step, ...] = ()
    calendar: Calendar | None = None

    def until(self, at: datetime) -> datetime | None:
        """Return until when an offer made now can be answered; None when the calendar never opens again."""
        return clocks.due(self.calendar, at, self.accept_within) if self.calendar else at + self.accept_within

    def waited(self, since: datetime, at: datetime) -> timedelta:
        """Return how long a ticket has waited for somebody."""
        return clocks.elapsed(self.calendar, since, at) if self.calendar else at - since


@dataclass(frozen=True, slots=True)
class Wait:
    """A ticket that nobody holds: since when, who was asked in that time, whether its lead knows that none is left."""

    since: datetime
    asked: frozenset[int] = frozenset()
    is_told: bool = False


def wait(past: Sequence[Entry]) -> Wait:
    """Return how a ticket that nobody holds has waited in the team that has it; another hand begins it anew."""
    team_id = past[-1].team_id
    lines = list(takewhile(lambda one: one.assignee_id is None and one.team_id == team_id, reversed(past)))
    asked = frozenset(one.pushed_id for one in lines if one.act == PUSH and one.pushed_id is not None)
    return Wait(lines[-1].at if lines else past[-1].at, asked, any(one.act == RUN_OUT for one in lines))


def pool(plan: Plan, waited: timedelta) -> str:
    """Return in which pool a ticket is offered after such a wait."""
    return next((one.pool for one in reversed(plan.widen) if one.after <= waited), TEAM)


def is_over(plan: Plan, waited: timedelta) -> bool:
    """Return whether a ticket for which nobody is found is its lead's to see to: no wider pool is to come, and it
    waits for longer than somebody may take to answer."""
    return waited >= plan.accept_within and all(one.after <= waited for one in plan.widen)


def is_free(entry: Entry) -> bool:
    """Return whether a ticket can be offered to one agent: nobody holds it, and no other team is asked."""
    return entry.assignee_id is None and entry.offered_team_id is None and entry.state in lifecycle.FREE_STATES


def findings(steps: Sequence[Step]) -> list[str]:
    """Return what is wrong with the steps by which a pool widens, each with what would be right."""
    found = []
    for before, after in zip((Step(timedelta(0), TEAM), *steps), steps, strict=False):
        if POOLS.index(after.pool) <= POOLS.index(before.pool):
            words = _("{after} does not widen {before}; right would be a wider pool, or none")
            found.append(words.format(after=after.pool, before=before.pool))
        elif after.after <= before.after:
            found.append(_("{pool} must come later than the step before it").format(pool=after.pool))
    return found


def pool_name(name: str) -> str:
    """Return a pool in the user's language."""
    return {TEAM: _("the team"), LINE: _("the line"), ALL: _("everybody")}.get(name, name)
