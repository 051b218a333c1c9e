"""The clocks of one ticket: due, paused, met or breached (product E, sla.md R6-R11).

A clock is a function of the ticket's history and of the terms that were in force while it ran. Nothing here is
counted up by a timer, so a replay of the journal gives the same clock second for second. A stopped clock stays as
it was judged: neither a later wait nor later terms move it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sharedops_core.i18n import _
from sharedops_core.rules import history
from sharedops_core.rules.alarms import Step, step_instant
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.clocks import Pause, Target, due_for, elapsed, parse_target, remaining
from sharedops_core.rules.history import Stretch
from sharedops_core.rules.settings import NUMBERS, SILENT_AFTER

RESPONSE, RESOLUTION, UPDATE = "response", "resolution", "update"
ACCEPTANCE, LINE, SUPPLIER, PROMISE = "acceptance", "line", "supplier", "promise"
KINDS = (RESPONSE, RESOLUTION, UPDATE, PROMISE, ACCEPTANCE, LINE, SUPPLIER)
TO_REQUESTER = frozenset({RESPONSE, RESOLUTION, UPDATE, PROMISE})
"""The clocks a requester feels: the queue sorts by the first of them to fall due. The others are OLAs."""

TARGET_KEYS = (RESPONSE, RESOLUTION, UPDATE, ACCEPTANCE, "line1", "line2", "line3", SUPPLIER)
"""What a policy promises per priority; the first two always, the others where it wants."""

_SUPPLIER_REASON = "supplier"


@dataclass(frozen=True)
class Policy:
    """One version of a policy: its calendar, per clock the target text of each priority, what pauses what.

    `targets[key][priority]` is a text such as "5m", "2h" or "1wd"; `pausing[reason]` names the clocks that stand
    while a ticket waits for that reason, a reason it does not know pauses all. `team_calendars` are those on which
    receivers of hand-offs are measured; `steps` is the escalation chain; after `silent_after` workdays without a word
    of the requester a resolved ticket is closed.
    """

    calendar: Calendar
    targets: Mapping[str, Mapping[int, str]]
    pausing: Mapping[str, Sequence[str]]
    team_calendars: Mapping[int, Calendar] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    terms_id: int = 0
    code: str = ""
    made_at: datetime | None = None
    silent_after: int = NUMBERS[SILENT_AFTER].usual


PolicyOf = Callable[[int], Policy]
"""Gives the version of a policy by its id, as `Entry.terms_id` names it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How one clock stands after the last journal entry.

    `nth` counts the clocks of its kind on this ticket from 1: each hand-off, each promise has its own. `due_at` is
    None while paused (R6), then `left` holds the open time that remains. `breached_at` is the due time that was
    missed, or the moment of the change when a re-target made it late (R7). `alarm_at` is when the next step of the
    escalation chain falls due, `is_provisional` says that holidays of the year are not published yet (R12).
    """

    kind: str
    nth: int
    target: str
    started_at: datetime
    due_at: datetime | None
    left: timedelta | None
    stopped_at: datetime | None
    breached_at: datetime | None
    is_breached_on_retarget: bool
    terms_id: int = 0
    alarm_at: datetime | None = None
    is_provisional: bool = False

    @property
    def is_running(self) -> bool:
        """Return whether the clock counts now."""
        return self.stopped_at is None and self.due_at is not None

    @property
    def is_paused(self) -> bool:
        """Return whether the clock stands still until the ticket moves on."""
        return self.stopped_at is None and self.due_at is None


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a run under the same terms: since when, which version of the policy, on which calendar, how long."""

    since: datetime
    policy: Policy
    calendar: Calendar
    target: Target


@dataclass(frozen=True, slots=True)
class Run:
    """A clock before it is computed: what it measures, over which stretch, in which legs, with which pauses."""

    kind: str
    nth: int
    start: datetime
    stop: datetime | None
    legs: tuple[Leg, ...]
    pauses: tuple[Pause, ...]

    @property
    def now(self) -> Leg:
        """Return the terms that hold now, or held last."""
        return self.legs[-1]

    def due_at(self, leg: Leg, pauses: Sequence[Pause]) -> datetime | None:
        """Return when the run is due under the terms of a leg; a promise for an instant is due then, open or not."""
        return leg.target.instant or due_for(leg.calendar, self.start, leg.target, pauses)


def clocks(summary: history.Summary, policy_of: PolicyOf) -> tuple[Clock, ...]:
    """Return the clocks of a ticket as they stand at its last journal entry."""
    return tuple(_clock(run, summary) for run in runs(summary, policy_of))


def runs(summary: history.Summary, policy_of: PolicyOf) -> Iterator[Run]:
    """Yield every clock the history started, computed or not: what `clocks` computes and `explain` spells out."""
    for kind, stretches in _stretches(summary):
        for nth, stretch in enumerate(stretches, 1):
            run = _run(kind, nth, stretch, summary, policy_of)
            if run is not None:
                yield run


def _stretches(summary: history.Summary) -> Iterator[tuple[str, Sequence[Stretch]]]:
    answered = summary.responded_at or summary.confirmed_at
    settled = summary.resolved_at or summary.confirmed_at
    yield RESPONSE, [Stretch(summary.opened_at, answered, RESPONSE)]
    yield RESOLUTION, [Stretch(summary.opened_at, settled, RESOLUTION)]
    yield UPDATE, summary.updates
    yield PROMISE, summary.promises
    yield ACCEPTANCE, summary.offers
    yield LINE, summary.lines
    yield SUPPLIER, [wait for wait in summary.waits if wait.what == _SUPPLIER_REASON]


def _run(kind: str, nth: int, stretch: Stretch, summary: history.Summary, policy_of: PolicyOf) -> Run | None:
    """Return the run of a stretch, None where the policy in force promises nothing of the kind."""
    legs: list[Leg] = []
    for terms in summary.terms:
        if stretch.end is not None and terms.at >= stretch.end and terms.at > stretch.start:
            break
        if terms.at <= stretch.start:
            legs.clear()
        leg = _leg(kind, stretch, terms, policy_of(terms.terms_id))
        legs = [*legs, leg] if leg else []
    if not legs:
        return None
    return Run(kind, nth, stretch.start, stretch.end, tuple(legs), tuple(_pauses(kind, summary, legs, stretch)))


def _leg(kind: str, stretch: Stretch, terms: history.Terms, policy: Policy) -> Leg | None:
    calendar = _calendar(kind, stretch, policy)
    target = _target(kind, stretch, policy, calendar, terms.priority)
    return Leg(max(terms.at, stretch.start), policy, calendar, target) if target else None


def _calendar(kind: str, stretch: Stretch, policy: Policy) -> Calendar:
    """A receiver is measured on its own team's calendar (product E1), everything else on the policy's."""
    if kind == ACCEPTANCE and isinstance(stretch.what, int):
        return policy.team_calendars.get(stretch.what, policy.calendar)
    return policy.calendar


def _target(kind: str, stretch: Stretch, policy: Policy, calendar: Calendar, priority: int) -> Target | None:
    if kind == PROMISE:
        assert isinstance(stretch.what, datetime)  # noqa: S101  the fold writes nothing else there
        return Target.until(elapsed(calendar, stretch.start, stretch.what), stretch.what)
    key = f"line{stretch.what}" if kind == LINE else kind
    text = policy.targets.get(key, {}).get(priority)
    return parse_target(text) if text else None


def _pauses(kind: str, summary: history.Summary, legs: Sequence[Leg], stretch: Stretch) -> Iterator[Pause]:
    """Yield the half-open pauses within a stretch, each as the terms that held during it say (R7).

    What came after the end of the stretch cannot move a stopped clock.
    """
    if kind in (PROMISE, ACCEPTANCE, SUPPLIER):
        return
    begins = [stretch.start, *(leg.since for leg in legs[1:])]
    for wait in summary.waits:
        since: datetime | None = None
        for leg, begin in zip(legs, begins, strict=True):
            is_paused = _does_pause(kind, str(wait.what), leg.policy)
            if is_paused and since is None:
                since = max(wait.start, begin)
            elif since is not None and not is_paused:
                yield from _within(since, wait.end, begin)
                since = None
        if since is not None:
            yield from _within(since, wait.end, stretch.end)


def _within(since: datetime, end: datetime | None, limit: datetime | None) -> Iterator[Pause]:
    """Yield the pause up to a limit, nothing when nothing of it is left."""
    until = _earlier(end, limit)
    if until is None or since < until:
        yield since, until


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return one if other is None else other if one is None else min(one, other)


def _does_pause(kind: str, reason: str, policy: Policy) -> bool:
    return reason == history.RESOLVED_GAP or reason not in policy.pausing or kind in policy.pausing[reason]


def _clock(run: Run, summary: history.Summary) -> Clock:
    leg = run.now
    due_at = run.due_at(leg, run.pauses)
    breached_at, is_on_retarget = _breach(run, run.stop or summary.now.at)
    left = None
    if due_at is None and leg.target.span is not None:
        left = remaining(leg.calendar, run.start, summary.now.at, leg.target.span, run.pauses)
    is_running = run.stop is None and due_at is not None
    return Clock(
        run.kind, run.nth, str(leg.target), run.start, due_at, left, run.stop, breached_at, is_on_retarget,
        terms_id=leg.policy.terms_id,
        alarm_at=next_alarm(run, summary.alarms)[1] if is_running else None,
        is_provisional=is_running and due_at is not None and leg.calendar.is_provisional(run.start, due_at),
    )  # fmt: skip


def _breach(run: Run, as_of: datetime) -> tuple[datetime | None, bool]:
    """Return the first breach under the terms in the order in which they held, and whether a change caused it."""
    ends = [leg.since for leg in run.legs[1:]] + [as_of]
    for leg, end in zip(run.legs, ends, strict=True):
        known = [(a, None if b is not None and b > end else b) for a, b in run.pauses if a < end]
        due_at = run.due_at(leg, known)
        if due_at is None or due_at >= end:
            continue
        return (leg.since, True) if leg.since > run.start and due_at < leg.since else (due_at, False)
    return None, False


def next_alarm(run: Run, fired: Sequence[str], now: datetime | None = None) -> tuple[str | None, datetime | None]:
    """Return name and instant of the next step of the escalation chain that has not fired, (None, None) at its end.

    Steps fire in the order of the chain and never twice; with `now`, the last one that is due by then, because
    nobody needs to hear at once of the half and of the whole. A paused run has no next step (R6).
    """
    leg = run.now
    steps = [step for step in leg.policy.steps if step.kind == run.kind]
    names = [f"{run.kind}/{run.nth}/{step.at}" for step in steps]
    done = max((place for place, name in enumerate(names, 1) if name in fired), default=0)
    last = _last_of_another_chain(run, fired, names)
    found: tuple[str | None, datetime | None] = (None, None)
    for name, step in zip(names[done:], steps[done:], strict=True):
        at = step_instant(step, leg.calendar, run.start, leg.target, run.pauses)
        if at is not None and last is not None and at <= last:
            continue
        if now is None:
            return (name, at) if at is not None else (None, None)
        if at is None or at > now:
            break
        found = (name, at)
        if step.is_expiry:
            break  # nothing comes after the end of an offer, however late it is looked for
    return found


def _last_of_another_chain(run: Run, fired: Sequence[str], names: Sequence[str]) -> datetime | None:
    """Return where the steps that fired under an earlier chain end now: what lies before them has been told."""
    begin, leg = f"{run.kind}/{run.nth}/", run.now
    texts = [name.removeprefix(begin) for name in fired if name.startswith(begin) and name not in names]
    points = (step_instant(Step(run.kind, text), leg.calendar, run.start, leg.target, run.pauses) for text in texts)
    return max((point for point in points if point is not None), default=None)


def clock_name(kind: str) -> str:
    """Return a clock in the user's language."""
    return {
        RESPONSE: _("response"), RESOLUTION: _("resolution"), UPDATE: _("next update"), PROMISE: _("promise"),
        ACCEPTANCE: _("acceptance"), LINE: _("line hold"), SUPPLIER: _("supplier"),
    }.get(kind, kind)  # fmt: skip


def next_due(found: Sequence[Clock]) -> Clock | None:
    """Return the running clock towards the requester that is due first: the one a queue shows and sorts by."""
    felt = (clock for clock in found if clock.is_running and clock.kind in TO_REQUESTER)
    return min(felt, key=lambda clock: clock.due_at or clock.started_at, default=None)


def first_paused(found: Sequence[Clock]) -> Clock | None:
    """Return the paused clock towards the requester that a queue shows when none runs."""
    return next((clock for clock in found if clock.is_paused and clock.kind in TO_REQUESTER), None)


def is_late(due_at: datetime | None, now: datetime) -> bool:
    """Return whether a clock is breached: strictly after its due time, in seconds (R11)."""
    return due_at is not None and now > due_at
