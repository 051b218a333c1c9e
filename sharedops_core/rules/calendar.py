"""The working-time calendar as a value: which seconds of which local dates are open, and its file form.

A segment belongs to the date on which it starts (R1), so one look-up by date answers for lunch breaks, overnight
shifts, holidays and make-up workdays alike.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from sharedops_core.errors import Refused
from sharedops_core.i18n import _, clauses, joined
from sharedops_core.rules.opentime import DAY, OpenTime, Segment, opening_second, to_instant, to_seconds

__all__ = ["WEEKDAYS", "Calendar", "Segment", "calendar_document", "parse_calendar", "succeeding"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Calendar:
    """Open hours of one place. Equal and hashed by value; the index of open time is built when first asked.

    `hours`: weekday (0 = Monday) → segments in seconds after local midnight. `holidays`: closed dates.
    `workdays`: date → segments, for make-up days and half days; they beat holidays, which beat weekdays (R4).
    `published`: the years whose holidays have been announced; empty where nobody waits for an announcement (R12).
    An edit counts from a date on (R8): before `since`, the version `before` says what is open.
    """

    name: str
    tz: str
    hours: Mapping[int, tuple[Segment, ...]]
    holidays: frozenset[date]
    workdays: Mapping[date, tuple[Segment, ...]]
    published: frozenset[int] = frozenset()
    since: date | None = None
    before: "Calendar | None" = None

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        hours, workdays = frozenset(self.hours.items()), frozenset(self.workdays.items())
        return hash((self.name, self.tz, hours, self.holidays, workdays, self.published, self.since, self.before))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone whose wall clock the segments are written in."""
        return ZoneInfo(self.tz)

    @cached_property
    def open_time(self) -> OpenTime:
        """The index that counts open seconds; it widens as it is asked."""
        return OpenTime(self.name, self.zone, self.segments_on, self.last_open_day)

    @cached_property
    def last_open_day(self) -> date | None:
        """The last date with open time; None when weekly hours go on for ever, date.min when there is none."""
        if any(self.hours.values()):
            return None
        eve = date.fromordinal(self.since.toordinal() - 1) if self.since is not None else date.min
        return max(eve, *(day for day, segments in self.workdays.items() if segments), date.min)

    def segments_on(self, day: date) -> tuple[Segment, ...]:
        """Return the segments that start on a local date: workday > holiday > weekday (R4), in its version (R8)."""
        version = self.version_on(day)
        special = version.workdays.get(day)
        if special is not None:
            return special
        return () if day in version.holidays else version.hours.get(day.weekday(), ())

    def version_on(self, day: date) -> "Calendar":
        """Return the version that says what is open on a local date (R8)."""
        version = self
        while version.since is not None and version.before is not None and day < version.since:
            version = version.before
        return version

    def is_provisional(self, start: datetime, end: datetime) -> bool:
        """Return whether the span reaches into a year whose holidays have not been announced yet (R12)."""
        if not self.published:
            return False
        first, last = (at.astimezone(self.zone).year for at in (start, end))
        return not self.published.issuperset(range(first, last + 1))

    def is_working_day(self, day: date) -> bool:
        """Return whether any segment starts on the local date (R1, R4)."""
        return bool(self.segments_on(day))

    def open_segments(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Return the open time in [start, end) as pairs of UTC instants, clipped, touching ones merged.

        Nothing for a negative span (R13); a time without zone is Refused.
        """
        spans = self.open_time.spans(to_seconds(start), to_seconds(end))
        return ((to_instant(opens), to_instant(closes)) for opens, closes in spans)

    def instant(self, wall: datetime) -> datetime:
        """Return the UTC instant of a wall-clock time of the calendar; one with a zone is only converted.

        A skipped time moves to the end of the gap, a repeated one is the first (R3).
        """
        if wall.tzinfo is not None:
            return to_instant(to_seconds(wall))
        second = (wall.hour * 60 + wall.minute) * 60 + wall.second
        return to_instant(opening_second(self.zone, wall.date(), second))


def parse_calendar(name: str, document: Mapping[str, object]) -> Calendar:
    """Return the calendar that a document describes: the form of calendar files and of sla-cases.json.

    Keys: `tz` (IANA name), `hours` ("mon"…"sun" → [["09:00", "12:00"], …]), `holidays` (dates or ISO strings),
    `workdays` (date → segments), `published_years` (whole numbers); other keys are left alone. A segment whose end
    is not after its start runs into the next day, "24:00" ends a day. Raises Refused with all findings in one
    line: an unknown zone or weekday, a bad or overlapping segment, a bad date, or no open time at all (R13).
    """
    findings: list[str] = []
    hours = _hours(document.get("hours"), findings)
    workdays = _workdays(document.get("workdays"), findings)
    if not findings and not any(hours.values()) and not any(workdays.values()):
        findings.append(_("it has no open time at all, so nothing would ever be due"))
    holidays = _holidays(document.get("holidays"), findings)
    tz = _zone_name(document.get("tz"), findings)
    published = _years(document.get("published_years"), findings)
    if findings:
        raise Refused(_("calendar {name}: {findings}").format(name=name, findings=clauses(findings)))
    return Calendar(name, tz, hours, holidays, workdays, published)


def succeeding(versions: Iterable[tuple[date, Calendar]]) -> Calendar:
    """Return one calendar of versions, each with the date from which it counts (R8); the first counts from ever.

    Raises Refused for versions in different zones: a date would mean another day before and after.
    """
    whole: Calendar | None = None
    for since, version in sorted(versions, key=lambda pair: pair[0]):
        if whole is None:
            whole = version
            continue
        if version.tz != whole.tz:
            raise Refused(
                _("calendar {name}: the zone cannot change from {old} to {new}; make another calendar").format(
                    name=version.name, old=whole.tz, new=version.tz
                )
            )
        whole = replace(version, since=since, before=whole)
    if whole is None:
        raise ValueError("a calendar has at least one version")
    return whole


def calendar_document(calendar: Calendar) -> dict[str, object]:
    """Return the JSON-able document that `parse_calendar` reads back to an equal calendar."""
    return {
        "tz": calendar.tz,
        "hours": {WEEKDAYS[day]: _texts(segments) for day, segments in sorted(calendar.hours.items())},
        "holidays": [day.isoformat() for day in sorted(calendar.holidays)],
        "workdays": {day.isoformat(): _texts(segments) for day, segments in sorted(calendar.workdays.items())},
        "published_years": sorted(calendar.published),
    }


def _years(value: object, findings: list[str]) -> frozenset[int]:
    if value is None or (isinstance(value, list) and all(type(year) is int and 1900 <= year <= 2999 for year in value)):
        return frozenset(value or ())
    findings.append(_("published_years must be a list of years"))
    return frozenset()


def _zone_name(value: object, findings: list[str]) -> str:
    try:
        if isinstance(value, str):
            return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        pass
    findings.append(_('tz {value} is not a time zone; write a name such as "Asia/Shanghai"').format(value=repr(value)))
    return ""


def _holidays(value: object, findings: list[str]) -> frozenset[date]:
    if not isinstance(value, list | tuple | set | frozenset | None):
        findings.append(_("holidays must be a list of dates"))
        return frozenset()
    return frozenset(day for item in value or () if (day := _date(item, "holidays", findings)))


def _hours(value: object, findings: list[str]) -> dict[int, tuple[Segment, ...]]:
    hours: dict[int, tuple[Segment, ...]] = {}
    for key, segments in _entries(value, "hours", findings):
        if key in WEEKDAYS:
            hours[WEEKDAYS.index(str(key))] = _segments(segments, f"hours {key}", findings)
        else:
            findings.append(
                _("hours: {value} is not a weekday; use {weekdays}").format(value=repr(key), weekdays=joined(WEEKDAYS))
            )
    return hours


def _workdays(value: object, findings: list[str]) -> dict[date, tuple[Segment, ...]]:
    workdays: dict[date, tuple[Segment, ...]] = {}
    for key, segments in _entries(value, "workdays", findings):
        day = _date(key, "workdays", findings)
        found = _segments(segments, f"workdays {key}", findings)
        if day:
            workdays[day] = found
    return workdays


def _entries(value: object, where: str, findings: list[str]) -> Iterable[tuple[object, object]]:
    if isinstance(value, Mapping):
        return value.items()
    if value is not None:
        findings.append(_("{where} must be a table").format(where=where))
    return ()


def _date(value: object, where: str, findings: list[str]) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    findings.append(_("{where}: {value} is not a date like 2026-02-14").format(where=where, value=repr(value)))
    return None


def _segments(value: object, where: str, findings: list[str]) -> tuple[Segment, ...]:
    """Return the segments of one day in order, or note what is wrong with each of them."""
    if not isinstance(value, list | tuple):
        findings.append(_("{where} must be a list of segments").format(where=where))
        return ()
    found = [_segment(item) for item in value]
    findings.extend(
        _('{where}: {value} is not a segment like ["09:00", "12:00"]').format(where=where, value=repr(item))
        for item, segment in zip(value, found, strict=True)
        if segment is None
    )
    segments = sorted(segment for segment in found if segment)
    findings.extend(
        _("{where}: {first} and {second} overlap").format(where=where, first=_text(one), second=_text(two))
        for one, two in pairwise(segments)
        if two[0] < one[1]
    )
    return tuple(segments)


def _segment(value: object) -> Segment | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    start, end = map(_second_of_day, value)
    if start is None or end is None or start == DAY:
        return None
    return (start, end if end > start else end + DAY)


def _second_of_day(value: object) -> int | None:
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    total = (hour * 60 + minute) * 60 + second
    return total if minute < 60 and second < 60 and total <= DAY else None


def _texts(segments: Iterable[Segment]) -> list[list[str]]:
    return [[_clock(start), _clock(end if end <= DAY else end - DAY)] for start, end in segments]


def _text(segment: Segment) -> str:
    return "–".join(_texts([segment])[0])


def _clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
