"""Working-time calendars from files: whole ones in TOML, and the holidays of a year in iCal or holiday-cn JSON.

An edit counts from a date on, today unless another is named (R8). An earlier date is a retroactive edit, and has to
be asked for.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from sharedops_core import sources
from sharedops_core.desk.masterdata import Changes, store
from sharedops_core.errors import BadInput, NotFound, Refused
from sharedops_core.i18n import _, joined
from sharedops_core.intake import documents, official_days
from sharedops_core.intake.records import Named
from sharedops_core.rules.calendar import WEEKDAYS, calendar_document, parse_calendar, succeeding
from sharedops_core.rules.text import clean
from sharedops_core.store.tables import Calendar, CalendarVersion

FROM_EVER = date(1900, 1, 1)
_YEARS_AHEAD, _REPEATED_YEARS = 5, 10
_MAKE_UP_SIGNS = ("班", "make-up", "makeup", "workday")

Document = dict[str, Any]


@dataclass(frozen=True)
class Edit:
    """How a calendar is edited: which one (for files that hold only holidays), from when on, and whether backwards."""

    calendar: str | None = None
    since: date | None = None
    is_retroactive: bool = False


def calendars(session: Session, path: Path, *, at: datetime, edit: Edit = Edit()) -> Changes:
    """Import calendars; a definition that differs becomes a new version.

    Raises BadInput with every finding, NotFound for an unknown calendar, Refused for a past date or another zone.
    """
    findings: list[str] = []
    changes = Changes()
    for file in documents.files(path, ".toml", ".ics", ".json"):
        for named, document in _definitions(session, file, at, edit, findings):
            if not findings:
                changes += _store(session, named, document, at, edit)
    documents.refuse(findings)
    return changes


def _definitions(
    session: Session, file: Path, at: datetime, edit: Edit, findings: list[str]
) -> Sequence[tuple[Document, Document]]:
    if file.suffix.lower() == ".toml":
        return _from_toml(file, at, findings)
    if edit.calendar is None:
        findings.append(
            _("{file}: holds holidays only; say for which calendar: --calendar CODE").format(file=clean(str(file)))
        )
        return []
    off, work, year = _from_ics(file, at.year) if file.suffix.lower() == ".ics" else _from_json(file)
    named, newest = _newest(session, edit.calendar)
    return [(named, _with_days(newest, off, work, year))]


def read_toml(file: Path, at: datetime) -> Document:
    """Return the document of a calendar file, its official days spelled out; raises BadInput for what is none."""
    return _with_official_days(documents.toml(file), at, str(file))


def _with_official_days(document: Document, at: datetime, where: str) -> Document:
    """Put the public holidays and make-up workdays of `official_days` ("CN", "DE-HE") in, beside those that are named.

    Where make-up workdays have to be announced, a year counts as published once they are; before that the days
    fixed by law stand in for it, and what is due then is provisional (R12).
    """
    code = document.get("official_days")
    if code is None:
        return document
    off, work, published = official_days.known(str(code), at.year + _YEARS_AHEAD, where)
    named = {"holidays": [str(day) for day in document.get("holidays", [])],
             "workdays": {str(day): hours for day, hours in document.get("workdays", {}).items()}}  # fmt: skip
    whole = _with_days({"hours": document.get("hours", {}), **named, "published_years": published}, off, work, None)
    return document | whole | {"workdays": whole["workdays"] | named["workdays"]}


def _from_toml(file: Path, at: datetime, findings: list[str]) -> Sequence[tuple[Document, Document]]:
    document = read_toml(file, at)
    where = documents.Found(clean(str(file)), {key: document[key] for key in Named.model_fields if key in document})
    found = documents.checked([where], Named, findings)
    try:
        parsed = parse_calendar(str(document.get("code")), document)
    except Refused as refusal:
        findings.append(f"{clean(str(file))}: {refusal}")
        return []
    return [(one.model_dump(), calendar_document(parsed)) for one in found]


def _from_json(file: Path) -> tuple[set[date], set[date], int]:
    """Read the form in which the Chinese notices are published as data: year, and days with date and isOffDay."""
    try:
        document = json.loads(sources.text(file, "utf-8-sig"))
        days = [(date.fromisoformat(day["date"]), bool(day["isOffDay"])) for day in document["days"]]
        year = int(document["year"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            _("{file}: is no list of holidays; right would be {form} ({why})").format(
                file=clean(str(file)),
                form='{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true}]}',
                why=clean(str(error)),
            )
        ) from None
    return {day for day, is_off in days if is_off}, {day for day, is_off in days if not is_off}, year


def _from_ics(file: Path, year: int) -> tuple[set[date], set[date], None]:
    """Read whole-day events as holidays, those that say 班 or make-up as workdays.

    Repetitions are spelled out up to ten years after `year`, however long ago they began.
    """
    import icalendar

    off: set[date] = set()
    work: set[date] = set()
    try:
        events = icalendar.Calendar.from_ical(sources.content(file)).walk("VEVENT")
        for event in events:
            words = str(event.get("SUMMARY", "")).lower()
            days = work if any(sign in words for sign in _MAKE_UP_SIGNS) else off
            days.update(_days(event, year + _REPEATED_YEARS))
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(
            _("{file}: is no iCal calendar: {why}").format(file=clean(str(file)), why=clean(str(error)))
        ) from None
    return off, work, None


def _days(event: Any, last_year: int) -> list[date]:
    start = event.decoded("DTSTART")
    if not isinstance(start, date):
        raise ValueError(
            _("{where}: {value} is not a date like 2026-02-14").format(where="DTSTART", value=clean(repr(start)))
        )
    first = start.date() if isinstance(start, datetime) else start
    end = event.decoded("DTEND", first + timedelta(days=1))
    length = max(1, ((end.date() if isinstance(end, datetime) else end) - first).days)
    starts = [first]
    if "RRULE" in event:
        from dateutil.rrule import rrulestr

        begin = datetime(first.year, first.month, first.day)  # noqa: DTZ001  a whole day has no zone
        rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=begin)
        last = datetime(max(last_year, first.year), 12, 31)  # noqa: DTZ001
        starts = [one.date() for one in rule.between(begin, last, inc=True)]
    return [one + timedelta(days=n) for one in starts for n in range(length)]


def _newest(session: Session, code: str) -> tuple[Document, Document]:
    found = session.exec(
        select(Calendar, CalendarVersion)
        .join(CalendarVersion)
        .where(col(Calendar.code) == code)
        .order_by(col(CalendarVersion.valid_from).desc())
    ).first()
    if found is None:
        codes = joined(session.exec(select(Calendar.code).order_by(col(Calendar.code))))
        raise NotFound(_("there is no calendar {code}; there are: {codes}").format(code=code, codes=codes))
    calendar, version = found
    return {name: getattr(calendar, name) for name in ("code", "name_en", "name_zh")}, dict(version.document)


def _with_days(newest: Mapping[str, Any], off: set[date], work: set[date], year: int | None) -> Document:
    """Return a definition with the days of a notice; the notice of a whole year replaces what was known of it."""
    holidays = {day for day in newest["holidays"] if year is None or not day.startswith(f"{year}-")}
    workdays = {
        day: segments for day, segments in newest["workdays"].items() if year is None or not day.startswith(f"{year}-")
    }
    usual: list[list[str]] = next((newest["hours"][day] for day in WEEKDAYS if newest["hours"].get(day)), [])
    holidays |= {day.isoformat() for day in off}
    workdays |= {day.isoformat(): usual for day in work}
    published = {*newest.get("published_years", []), *([year] if year is not None else [])}
    return dict(newest) | {
        "holidays": sorted(holidays - workdays.keys()), "workdays": dict(sorted(workdays.items())),
        "published_years": sorted(published),
    }  # fmt: skip


def _store(session: Session, named: Document, document: Document, at: datetime, edit: Edit) -> Changes:
    changes = store(session, Calendar, ["code"], [named])
    calendar = session.exec(select(Calendar).where(col(Calendar.code) == named["code"])).one()
    versions = session.exec(
        select(CalendarVersion)
        .where(col(CalendarVersion.calendar_id) == calendar.id)
        .order_by(col(CalendarVersion.valid_from))
    ).all()
    if versions and versions[-1].document == document:
        return changes
    since = _since(versions, named, document, at, edit)
    old = [(one.valid_from, parse_calendar(named["code"], one.document)) for one in versions if one.valid_from < since]
    succeeding([*old, (since, parse_calendar(named["code"], document))])
    same = next((version for version in versions if version.valid_from == since), None)
    if same is None:
        session.add(CalendarVersion(calendar_id=calendar.id, valid_from=since, made_at=at, document=document))
    else:
        same.document, same.made_at = document, at
    session.flush()
    return changes if changes.added else Changes(changed=(named["code"],))


def _since(versions: Sequence[CalendarVersion], named: Document, document: Document, at: datetime, edit: Edit) -> date:
    if not versions:
        return FROM_EVER
    today = at.astimezone(parse_calendar("", document).zone).date()
    since = edit.since or today
    if since < today and not edit.is_retroactive:
        raise Refused(
            _("an edit counts from today on and {day} has passed; to change the past say so: --retroactive").format(
                day=since
            )
        )
    if since < versions[-1].valid_from:
        raise Refused(
            _("there is a later version of {code}, from {day} on; edit that one").format(
                code=named["code"], day=versions[-1].valid_from
            )
        )
    return since
