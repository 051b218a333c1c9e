"""Why a clock is due when it is: the arithmetic of a due time line by line, so that anybody can follow it (E5).

The lines are the open segments that were used, with pauses cut out; their seconds add up to the target, and the end
of the last one is the due time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sharedops_core.i18n import _
from sharedops_core.rules import clocks
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.clocks import Pause, Target
from sharedops_core.rules.commitments import PROMISE, Run
from sharedops_core.rules.spans import clock

_HORIZON = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch that counted: the local date it belongs to, from when to when, and what is used up after it."""

    day: date
    opens: datetime
    closes: datetime
    counted: timedelta
    total: timedelta


@dataclass(frozen=True, slots=True)
class Special:
    """A date on the way that is not like its weekday: closed as a holiday, or open as a make-up or half day."""

    day: date
    is_open: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms a clock ran, since when, and when it was due under them."""

    since: datetime
    policy: str
    terms_id: int
    made_at: datetime | None
    target: str
    due_at: datetime | None


@dataclass(frozen=True)
class Explanation:
    """A due time with everything it is made of. `due_at` is None while paused; then the lines reach to now."""

    kind: str
    nth: int
    calendar: str
    tz: str
    start: datetime
    target: str
    pauses: tuple[Pause, ...]
    terms: tuple[Terms, ...]
    lines: tuple[Line, ...]
    specials: tuple[Special, ...]
    due_at: datetime | None
    used: timedelta
    is_provisional: bool


def explain(
    calendar: Calendar,
    start: datetime,
    target: Target,
    pauses: Sequence[Pause] = (),
    *,
    now: datetime | None = None,
    run: Run | None = None,
) -> Explanation:
    """Return how a target is spent from `start` on; `now` ends the lines of a clock that is paused."""
    due_at = target.instant or clocks.due_for(calendar, start, target, pauses)
    end = due_at or now or max((since for since, _end in pauses), default=start)
    lines = tuple(_lines(calendar, start, end, pauses))
    return Explanation(
        kind=run.kind if run else "", nth=run.nth if run else 1, calendar=calendar.name, tz=calendar.tz, start=start,
        target=str(target), pauses=tuple(pauses), terms=tuple(_terms(run)) if run else (), lines=lines,
        specials=tuple(_specials(calendar, start, end)), due_at=due_at,
        used=sum((line.counted for line in lines), timedelta()),
        is_provisional=calendar.is_provisional(start, end),
    )  # fmt: skip


def explain_run(run: Run, now: datetime) -> Explanation:
    """Return how a clock of a ticket came to its due time, with every change of terms on the way (R7)."""
    return explain(run.now.calendar, run.start, run.now.target, run.pauses, now=run.stop or now, run=run)


def _terms(run: Run) -> Iterator[Terms]:
    for leg in run.legs:
        due_at = run.due_at(leg, run.pauses)
        yield Terms(leg.since, leg.policy.code, leg.policy.terms_id, leg.policy.made_at, str(leg.target), due_at)


def _lines(calendar: Calendar, start: datetime, end: datetime, pauses: Sequence[Pause]) -> Iterator[Line]:
    total = timedelta()
    for opens, closes in calendar.open_segments(start, end):
        for begin, stop in _without(opens, closes, pauses):
            counted = stop - begin
            total += counted
            yield Line(begin.astimezone(calendar.zone).date(), begin, stop, counted, total)


def _without(opens: datetime, closes: datetime, pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime]]:
    """Yield what is left of a segment when the pauses are cut out (R5)."""
    for since, end in sorted(pauses, key=lambda pause: pause[0]):
        if since >= closes or (end is not None and end <= opens):
            continue
        if since > opens:
            yield opens, since
        if end is None or end >= closes:
            return
        opens = max(opens, end)
    if opens < closes:
        yield opens, closes


def _specials(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Special]:
    first, last = (at.astimezone(calendar.zone).date() for at in (start, min(end, start + _HORIZON)))
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        usual = calendar.version_on(day).hours.get(day.weekday(), ())
        if calendar.segments_on(day) != usual:
            yield Special(day, calendar.is_working_day(day))


def spelled_out(found: Explanation) -> list[str]:
    """Return an explanation as lines of text, times on the wall clock of the calendar, lengths as h:mm:ss."""
    return [*_beginning(found), *_interruptions(found), *_sum(found)]


def _at(found: Explanation, moment: datetime | None) -> str:
    return moment.astimezone(ZoneInfo(found.tz)).strftime("%Y-%m-%d %H:%M:%S") if moment else _("not ended yet")


def _beginning(found: Explanation) -> list[str]:
    """Say what was promised, since when, and every change of it."""

    def target(text: str) -> str:
        return _at(found, found.due_at) if found.kind == PROMISE else text

    lines = [
        _("target {target} on calendar {calendar} ({tz})").format(
            target=target(found.target), calendar=found.calendar, tz=found.tz
        ),
        _("starts {at}").format(at=_at(found, found.start)),
    ]
    return lines + [
        (
            _("from {at} on: {target} by policy {policy}, version {version}, due {due}")
            if one.due_at
            else _("from {at} on: {target} by policy {policy}, version {version}, no due time while paused")
        ).format(
            at=_at(found, one.since), target=target(one.target), policy=one.policy, version=one.terms_id,
            due=_at(found, one.due_at),
        )
        for one in found.terms
    ]  # fmt: skip


def _interruptions(found: Explanation) -> list[str]:
    """Say what was cut out, and which days on the way are not like their weekday."""
    pauses = [
        (_("paused {since} to {end}") if end else _("paused since {since}")).format(
            since=_at(found, since), end=_at(found, end)
        )
        for since, end in found.pauses
    ]
    return pauses + [
        _("{day} is open, make-up or special hours").format(day=one.day)
        if one.is_open
        else _("{day} is closed, holiday").format(day=one.day)
        for one in found.specials
    ]


def _sum(found: Explanation) -> list[str]:
    """Say every stretch that counted, and what they add up to."""
    lines = [
        f"{weekday_name(one.day)} {_at(found, one.opens)}-{_at(found, one.closes)[11:]}"
        f"  +{clock(one.counted)}  = {clock(one.total)}"
        for one in found.lines
    ]
    lines.append(
        _("due {at}, {used} used").format(at=_at(found, found.due_at), used=clock(found.used))
        if found.due_at
        else _("paused: no due time, {used} used").format(used=clock(found.used))
    )
    if found.is_provisional:
        lines.append(_("provisional: the holidays of that year have not been announced yet"))
    return lines


def weekday_name(day: date) -> str:
    """Return the weekday of a date in the user's language, short."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[day.weekday()]
