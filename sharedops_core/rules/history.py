"""The journal folded into what a ticket is now: one fold for acts, imports and the doctor's replay."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sharedops_core.rules import lifecycle
from sharedops_core.rules.route import Route, follow


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: what was done, by whom, and how the ticket stood after it.

    `terms_id` is the version of the policy that counts from here on, `offered_team_id` the team that has not
    answered a hand-off yet, `duty_offered_id` whoever has not said whether they take over the first-contact duty,
    `pushed_id` whoever a ticket that nobody holds is offered to until `pushed_until`, `promised_for` the instant of a
    promise made or kept by this act, `alarm` the step of the escalation chain that fired.
    """

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
    terms_id: int = 0
    offered_team_id: int | None = None
    promised_for: datetime | None = None
    alarm: str | None = None
    duty_offered_id: int | None = None
    pushed_id: int | None = None
    pushed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised from an instant on: the version of the policy, and the priority that chooses the target."""

    at: datetime
    terms_id: int
    priority: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the history, open while `end` is None: a wait for a reason, a stay on a line, an offer to a team,
    a promise for an instant. `what` says which one."""

    start: datetime
    end: datetime | None
    what: str | int | datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What the history says: the current entry, the instants that count, and the stretches that clocks run over."""

    now: Entry
    opened_at: datetime
    accepted_at: datetime | None = None
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    confirmed_at: datetime | None = None
    reopen_count: int = 0
    handoff_count: int = 0
    terms: tuple[Terms, ...] = ()
    waits: tuple[Stretch, ...] = ()
    lines: tuple[Stretch, ...] = ()
    offers: tuple[Stretch, ...] = ()
    promises: tuple[Stretch, ...] = ()
    updates: tuple[Stretch, ...] = ()
    alarms: tuple[str, ...] = ()
    route: Route = ()
    moved_at: datetime | None = None
    """Since when nothing has been done to it that moves it on; None after nobody was left to answer for it."""
    stalled_at: datetime | None = None
    """When its owner was told of that."""
    duty_offered_at: datetime | None = None
    before: "Summary | None" = None
    """How the ticket stood before the last act, as long as that can be undone."""


RESOLVED_GAP = "resolved"
"""The reason under which the time between resolving and reopening is kept: it pauses every clock (R9)."""

_SETTLED = (lifecycle.RESOLVED, *lifecycle.CLOSED_STATES)
_UPDATING_ACTS = frozenset({"reply", "resolve"})
_SPEAKING_ACTS = frozenset({"reply", "receive"})
UNMOVING_ACTS = frozenset({
    "alarm", "recompute", "stall", "lapse_duty", "chase", "receive", "rate", "overdue_task", "link", "unlink", "absorb",
    "hear", "split", "invite", "decline_invite", "push", "reject", "lapse_push", "run_out",
})  # fmt: skip


def begin(entry: Entry) -> Summary:
    """Return the summary after the opening entry of a ticket."""
    return fold(Summary(now=entry, opened_at=entry.at), entry)


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
    """Return the summary after one more entry; an undone act leaves no trace in it, as if it had never been."""
    if entry.act == "undo" and summary.before is not None:
        return replace(_fold(summary.before, entry), before=summary.before.before)
    return replace(_fold(summary, entry), before=summary if entry.act in lifecycle.UNDOABLE else None)


def _fold(summary: Summary, entry: Entry) -> Summary:
    is_answer = entry.is_person and entry.act in lifecycle.RESPONDING_ACTS
    has_started = entry.state not in (lifecycle.RECEIVED, lifecycle.CANCELLED, lifecycle.MERGED)
    is_settled = entry.state in _SETTLED
    responded_at = summary.responded_at or (entry.at if is_answer or _is_recorded_answer(entry) else None)
    moved_at, stalled_at = _moved(summary, entry)
    return replace(
        summary,
        now=entry,
        accepted_at=summary.accepted_at or (entry.at if has_started else None),
        responded_at=responded_at,
        resolved_at=_resolved_at(summary, entry),
        confirmed_at=_confirmed_at(summary, entry),
        reopen_count=summary.reopen_count + (entry.act == "reopen"),
        handoff_count=summary.handoff_count + (entry.act == "accept"),
        terms=_terms(summary, entry),
        waits=_follow(summary.waits, entry.at, _waiting_for(entry)),
        lines=_follow(summary.lines, entry.at, None if is_settled else entry.line),
        offers=_follow(summary.offers, entry.at, None if is_settled else entry.offered_team_id),
        promises=_promises(summary, entry, is_settled=is_settled),
        updates=_updates(summary, entry, responded_at, is_settled=is_settled),
        alarms=(*summary.alarms, entry.alarm) if entry.alarm else summary.alarms,
        route=follow(summary.route, entry.act, entry.team_id),
        moved_at=moved_at,
        stalled_at=stalled_at,
        duty_offered_at=_duty_offered_at(summary, entry),
    )


def _moved(summary: Summary, entry: Entry) -> tuple[datetime | None, datetime | None]:
    """Return since when nothing moves the ticket on, and when its owner was told so.

    Urging is no moving; of what is resolved only what is said counts, because the requester has the next word.
    """
    has_owner_changed = entry.first_contact_id != summary.now.first_contact_id
    if entry.act == "stall":
        return summary.moved_at, entry.at
    if entry.act == "pass_duty" and not has_owner_changed:
        return None, entry.at
    is_moved = entry.act in _SPEAKING_ACTS if entry.state == lifecycle.RESOLVED else entry.act not in UNMOVING_ACTS
    if is_moved or has_owner_changed or entry.from_state != entry.state:
        return entry.at, None
    return summary.moved_at, summary.stalled_at


def _duty_offered_at(summary: Summary, entry: Entry) -> datetime | None:
    if entry.duty_offered_id is None:
        return None
    is_same = summary.duty_offered_at is not None and entry.duty_offered_id == summary.now.duty_offered_id
    return summary.duty_offered_at if is_same else entry.at


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


def _terms(summary: Summary, entry: Entry) -> tuple[Terms, ...]:
    last = summary.terms[-1] if summary.terms else None
    if last is not None and (last.terms_id, last.priority) == (entry.terms_id, entry.priority):
        return summary.terms
    return (*summary.terms, Terms(entry.at, entry.terms_id, entry.priority))


def _follow(stretches: tuple[Stretch, ...], at: datetime, what: str | int | None) -> tuple[Stretch, ...]:
    """Close the open stretch when what it is about ends or changes, and open the next one."""
    last = stretches[-1] if stretches else None
    is_open = last is not None and last.end is None
    if is_open and last is not None and last.what == what:
        return stretches
    if is_open and last is not None:
        stretches = (*stretches[:-1], replace(last, end=at))
    return (*stretches, Stretch(at, None, what)) if what is not None else stretches


def _waiting_for(entry: Entry) -> str | None:
    if entry.state == lifecycle.WAITING:
        return entry.waiting_reason or "other"
    return RESOLVED_GAP if entry.state in _SETTLED else None


def _promises(summary: Summary, entry: Entry, *, is_settled: bool) -> tuple[Stretch, ...]:
    """A promise lasts until it is kept or the ticket is settled."""
    kept = [
        replace(one, end=entry.at)
        if one.end is None and (is_settled or (entry.act == "keep" and one.what == entry.promised_for))
        else one
        for one in summary.promises
    ]
    if entry.act == "promise" and entry.promised_for is not None:
        kept.append(Stretch(entry.at, None, entry.promised_for))
    return tuple(kept)


def _updates(summary: Summary, entry: Entry, responded_at: datetime | None, *, is_settled: bool) -> tuple[Stretch, ...]:
    """The requester is owed the next word from the first answer on, and again from every word they get (E1)."""
    updates = summary.updates
    is_update = entry.is_person and entry.act in _UPDATING_ACTS
    is_open = bool(updates) and updates[-1].end is None
    if is_open and (is_update or is_settled):
        updates = (*updates[:-1], replace(updates[-1], end=entry.at))
        is_open = False
    if not is_open and not is_settled and responded_at is not None:
        updates = (*updates, Stretch(entry.at, None, "update"))
    return updates
