"""Running a file of clock cases (the form of sla-cases.json) against the rules, so that anybody can check them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from sharedops_core.errors import Refused
from sharedops_core.i18n import _, joined
from sharedops_core.rules import clocks
from sharedops_core.rules.calendar import Calendar, parse_calendar

_PAUSED = "paused"


@dataclass(frozen=True)
class FailedCase:
    """A case that came out otherwise, both results as text."""

    id: str
    expected: str
    got: str


@dataclass(frozen=True)
class CaseReport:
    """How many cases came out exactly, and those that did not."""

    passed: int
    failed: tuple[FailedCase, ...]


@dataclass(frozen=True)
class _Case:
    """One case with its fields checked as they are read."""

    id: str
    fields: Mapping[str, object]
    calendar: Calendar

    def at(self, key: str) -> datetime:
        """Return a time of the case as an instant; one without zone is wall-clock time of the calendar."""
        return self._instant(key, self.fields.get(key))

    def whole(self, key: str) -> int:
        """Return a whole number of the case."""
        value = self.fields.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _malformed(self.id, _("{key} must be a whole number").format(key=key))
        return value

    def pauses(self) -> list[clocks.Pause]:
        """Return the pauses of the case; none when the field is missing."""
        value = self.fields.get("pauses", [])
        if not isinstance(value, list) or not all(isinstance(item, list) and len(item) == 2 for item in value):
            raise _malformed(self.id, _("pauses must be a list of pairs of times"))
        return [
            (self._instant("pauses", since), None if end is None else self._instant("pauses", end))
            for since, end in value
        ]

    def _instant(self, key: str, value: object) -> datetime:
        return self.calendar.instant(_parse_time(self.id, key, value))


def run_cases(document: Mapping[str, object]) -> CaseReport:
    """Return how the cases of a document come out: kinds due, elapsed, elapsed_minutes_floor and due_working_days.

    `document`: `calendars` (name → calendar document) and `cases` (objects with id, kind, calendar, start and what
    the kind needs). Times without a zone are wall-clock times of the calendar. A calculation that is refused is a
    failed case; a malformed document raises Refused with a sentence that names the case or the calendar.
    """
    calendars = _calendars(document.get("calendars"))
    cases = document.get("cases")
    if not isinstance(cases, list):
        raise Refused(_("the document has no list of cases"))
    outcomes = [_run(_case(number, item, calendars)) for number, item in enumerate(cases, start=1)]
    failed = tuple(outcome for outcome in outcomes if outcome is not None)
    return CaseReport(passed=len(outcomes) - len(failed), failed=failed)


def _calendars(value: object) -> dict[str, Calendar]:
    if not isinstance(value, Mapping):
        raise Refused(_("the document has no table of calendars"))
    return {str(name): parse_calendar(str(name), _table(name, document)) for name, document in value.items()}


def _table(name: object, document: object) -> Mapping[str, object]:
    if not isinstance(document, Mapping):
        raise Refused(_("calendar {name} must be a table").format(name=name))
    return document


def _case(number: int, item: object, calendars: Mapping[str, Calendar]) -> _Case:
    if not isinstance(item, Mapping) or not isinstance(item.get("id"), str):
        raise Refused(_("case number {number} has no id").format(number=number))
    name = item.get("calendar")
    if not isinstance(name, str) or name not in calendars:
        raise _malformed(item["id"], _("unknown calendar {name}").format(name=repr(name)))
    return _Case(item["id"], item, calendars[name])


def _run(case: _Case) -> FailedCase | None:
    kind = case.fields.get("kind")
    checks = _CHECKS.get(kind) if isinstance(kind, str) else None
    if checks is None:
        raise _malformed(
            case.id, _("unknown kind {kind}; known: {kinds}").format(kind=repr(kind), kinds=joined(_CHECKS))
        )
    return checks(case)


def _check_due(case: _Case) -> FailedCase | None:
    start, target, pauses = case.at("start"), case.whole("target_seconds"), case.pauses()
    return _compare_instant(case, lambda: clocks.due(case.calendar, start, timedelta(seconds=target), pauses))


def _check_working_days(case: _Case) -> FailedCase | None:
    start, days = case.at("start"), case.whole("target_days")
    return _compare_instant(case, lambda: clocks.due_working_days(case.calendar, start, days))


def _check_end_of_working_day(case: _Case) -> FailedCase | None:
    start, days = case.at("start"), case.whole("target_days")
    return _compare_instant(case, lambda: clocks.due_end_of_working_day(case.calendar, start, days))


def _check_elapsed(case: _Case) -> FailedCase | None:
    return _compare_elapsed(case, "expect_seconds", timedelta(seconds=1))


def _check_elapsed_minutes(case: _Case) -> FailedCase | None:
    key = "expect_minutes" if "expect_minutes" in case.fields else "expect"
    return _compare_elapsed(case, key, timedelta(minutes=1))


def _compare_elapsed(case: _Case, key: str, unit: timedelta) -> FailedCase | None:
    start, end, pauses, expected = case.at("start"), case.at("end"), case.pauses(), case.whole(key)
    return _compare(case, str(expected), lambda: str(clocks.elapsed(case.calendar, start, end, pauses) // unit))


def _compare_instant(case: _Case, compute: Callable[[], datetime | None]) -> FailedCase | None:
    """Compare on the clock on which the case expects its result; null expects no due time at all (R6)."""
    if "expect" in case.fields and case.fields["expect"] is None:
        return _compare(case, _PAUSED, lambda: _on_clock(case.calendar.zone, compute()))
    expected = _parse_time(case.id, "expect", case.fields.get("expect"))
    if expected.tzinfo is None:
        return _compare(case, expected.isoformat(" "), lambda: _on_clock(case.calendar.zone, compute()))
    return _compare(case, f"{_on_clock(UTC, expected)}Z", lambda: f"{_on_clock(UTC, compute())}Z")


def _on_clock(zone: tzinfo, at: datetime | None) -> str:
    return _PAUSED if at is None else at.astimezone(zone).replace(tzinfo=None).isoformat(" ")


def _compare(case: _Case, expected: str, compute: Callable[[], str]) -> FailedCase | None:
    try:
        got = compute()
    except Refused as refusal:
        got = str(refusal)
    return None if got == expected else FailedCase(case.id, expected, got)


def _parse_time(case_id: str, key: str, value: object) -> datetime:
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    raise _malformed(case_id, _("{key} {value} is not a time").format(key=key, value=repr(value)))


def _malformed(case_id: str, finding: str) -> Refused:
    return Refused(_("case {id}: {finding}").format(id=case_id, finding=finding))


_CHECKS: Mapping[str, Callable[[_Case], FailedCase | None]] = {
    "due": _check_due,
    "elapsed": _check_elapsed,
    "elapsed_minutes_floor": _check_elapsed_minutes,
    "due_working_days": _check_working_days,
    "due_working_days_end_of_day": _check_end_of_working_day,
}
