"""The escalation chain of a policy: at which point of a clock somebody is told, and who gets the ticket (product E4).

Points are written as a share of the target ("75%"), a lead before it ("30m before") or a lag behind it ("2h after");
all of them count working time, never the wall clock (R16).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sharedops_core.errors import Refused
from sharedops_core.i18n import _, joined
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.clocks import Pause, Target, before_due, due, due_for, elapsed, parse_target, thresholds

_PERCENT = re.compile(r"(\d{1,3})%", re.ASCII)
_AROUND = re.compile(r"(\S+) (before|after)", re.ASCII)

ROLES = ("holder", "lead", "supervisor", "first_contact", "receiver")
"""Who can be told: the holder of the ticket, the lead of its team, the supervisors, the first-contact owner, and the
lead of the team that it is offered to."""

GIVER = "giver"
"""To whom an offer goes back that nobody answers: a step of the acceptance clock that gives to the giver ends it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: of which clock, at which point, who is told, and who gets the ticket, if somebody does."""

    kind: str
    at: str
    tell: tuple[str, ...] = ()
    give: str | None = None

    @property
    def is_expiry(self) -> bool:
        """Return whether it ends an offer that nobody has answered."""
        return self.give == GIVER

    @property
    def is_breach(self) -> bool:
        """Return whether the target has been missed by then."""
        share = _PERCENT.fullmatch(self.at)
        return int(share[1]) >= 100 if share else self.at.endswith("after")


def check_step(step: Step, kinds: Sequence[str]) -> list[str]:
    """Return what is wrong with a step, one sentence each."""
    findings = []
    if step.kind not in kinds:
        findings.append(_("{kind} is no clock; there are: {kinds}").format(kind=step.kind, kinds=joined(kinds)))
    if step.is_expiry and step.kind != "acceptance":
        findings.append(
            _("only an offer goes back to its giver: {kind} is not the acceptance clock").format(kind=step.kind)
        )
    given = (step.give,) if step.give and not step.is_expiry else ()
    findings += [
        _("{role} is nobody to be told; there are: {roles}").format(role=role, roles=joined(ROLES))
        for role in (*step.tell, *given)
        if role not in ROLES
    ]
    try:
        _point(step.at)
    except Refused as refusal:
        findings.append(str(refusal))
    return findings


def step_instant(
    step: Step, calendar: Calendar, start: datetime, target: Target, pauses: Sequence[Pause]
) -> datetime | None:
    """Return when a step is due as a UTC instant, None while the clock is paused (R6).

    A target in workdays, or for an instant, is taken as the open time that lies before it.
    """
    promised = target.instant or due_for(calendar, start, target, pauses)
    share, lead = _point(step.at)
    if promised is None or (share == 100 and lead is None):
        return promised
    unpaused = target.instant or due_for(calendar, start, target, ())
    whole = target.span if target.span is not None else elapsed(calendar, start, unpaused or start)
    if lead is not None and lead >= timedelta(0):
        return due(calendar, start, whole + lead, pauses)
    if lead is not None:
        point: datetime | None = before_due(calendar, start, whole, -lead, pauses)
    else:
        point = next(iter(thresholds(calendar, start, whole, [share], pauses)), None)
    return min(point, promised) if point is not None and share <= 100 else point


def _point(text: str) -> tuple[int, timedelta | None]:
    """Return the percent of a point, or 100 and the time by which it lies before (negative) or after the target."""
    if share := _PERCENT.fullmatch(text):
        return int(share[1]), None
    around = _AROUND.fullmatch(text)
    span = parse_target(around[1]).span if around else None
    if around is None or span is None:
        raise Refused(
            _("{text} is no point of a clock; right would be 75%, 30m before or 2h after").format(text=repr(text))
        )
    return 100, span if around[2] == "after" else -span
