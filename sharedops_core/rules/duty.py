"""First-contact duty (首问负责): who answers for a ticket from when until when, and what time alone makes of it.

The record is the journal read along its `first_contact_id`, so there is no second store of it. A duty leaves somebody
by the requester's word, by a transfer that the other one accepted, or by time-out, and never by nothing (product D2).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import commitments, history, lifecycle
from sharedops_core.rules.clocks import due_working_days

ANSWERED_WITHIN, STALLED_AFTER, PASSED_AFTER = 1, 1, 3
"""Workdays of the policy's calendar: for the answer to an offer; without an act until the owner is told; from there
until the duty passes on. After how many of the requester's silence a resolved ticket is closed, its policy says."""

LAPSE, STALL, PASS, CLOSE = "lapse_duty", "stall", "pass_duty", "close_silently"
BY_TIME = (LAPSE, STALL, PASS, CLOSE)
"""The acts that time alone does, through the sweep."""


@dataclass(frozen=True, slots=True)
class Step:
    """What time does next to the duty of a ticket, and when: one of BY_TIME."""

    act: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """The duty offered to somebody, by which line of the journal; how that ended, None while it waits."""

    line: int
    to_id: int
    at: datetime
    by_id: int | None
    ended_by: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody's duty: since when, until when (None while it lasts), what began and ended it, and offers in between.

    `line` is that of the journal which ended it.
    """

    owner_id: int
    since: datetime
    begun_by: str
    until: datetime | None = None
    ended_by: str | None = None
    line: int | None = None
    offers: tuple[Offer, ...] = ()


def next_step(summary: history.Summary, policy_of: commitments.PolicyOf) -> Step | None:
    """Return what time does next to a ticket when nobody does anything, None when it does nothing.

    A ticket that waits for somebody does not stall, and what is resolved waits for its requester.
    """
    return min(_steps(summary, policy_of), key=lambda step: step.at, default=None)


def _steps(summary: history.Summary, policy_of: commitments.PolicyOf) -> Iterator[Step]:
    now = summary.now
    waits = {LAPSE: (summary.duty_offered_at, ANSWERED_WITHIN)}
    if now.state == lifecycle.RESOLVED:
        waits[CLOSE] = (summary.moved_at, policy_of(now.terms_id).silent_after)
    if now.first_contact_id is not None and now.state in lifecycle.OPEN_STATES and now.state != lifecycle.WAITING:
        is_told = summary.stalled_at is not None
        stalls = (PASS, summary.stalled_at, PASSED_AFTER) if is_told else (STALL, summary.moved_at, STALLED_AFTER)
        waits[stalls[0]] = (None if summary.moved_at is None else stalls[1], stalls[2])
    for act, (since, days) in waits.items():
        if since is not None and (at := _workdays_on(policy_of(now.terms_id), since, days)):
            yield Step(act, at)


def _workdays_on(policy: commitments.Policy, since: datetime, days: int) -> datetime | None:
    """Return the same time some workdays on; a calendar that has none left brings nothing about."""
    try:
        return due_working_days(policy.calendar, since, days)
    except Refused:
        return None


def record(entries: Iterable[history.Entry]) -> tuple[Span, ...]:
    """Return everybody's duty for one ticket, oldest first; what was undone stays, as a duty that came back."""
    spans: list[Span] = []
    for line, entry in enumerate(entries, 1):
        last = spans[-1] if spans and spans[-1].until is None else None
        is_over = entry.state in lifecycle.CLOSED_STATES
        if last is not None:
            last = spans[-1] = replace(last, offers=_offers(last.offers, line, entry))
            if is_over or last.owner_id != entry.first_contact_id:
                spans[-1] = replace(last, until=entry.at, ended_by=entry.act, line=line)
                last = None
        if last is None and not is_over and entry.first_contact_id is not None:
            spans.append(Span(entry.first_contact_id, entry.at, entry.act))
    return tuple(spans)


def _offers(offers: tuple[Offer, ...], line: int, entry: history.Entry) -> tuple[Offer, ...]:
    is_open = bool(offers) and offers[-1].ended_by is None
    if is_open and entry.duty_offered_id != offers[-1].to_id:
        return (*offers[:-1], replace(offers[-1], ended_by=entry.act, ended_at=entry.at))
    if not is_open and entry.duty_offered_id is not None:
        return (*offers, Offer(line, entry.duty_offered_id, entry.at, entry.actor_id))
    return offers


def ending(act: str | None) -> str:
    """Return in the user's language what ended a duty, or an offer of it."""
    return {
        None: _("lasts"), "confirm": _("confirmed"), "cancel": _("cancelled"), "accept_duty": _("accepted transfer"),
        "decline_duty": _("declined"), LAPSE: _("time-out: no answer"), CLOSE: _("time-out: requester silent"),
        PASS: _("time-out: nothing done"), "undo": _("undone"), "record": _("closed in the other desk"),
    }.get(act, lifecycle.act_name(act or ""))  # fmt: skip
