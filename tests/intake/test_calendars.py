"""Calendars from files: versions that count from a date, official days, notices as JSON and iCal, refusals."""

import gzip
import json
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.errors import BadInput, NotFound, Refused
from sharedops_core.intake.calendars import FROM_EVER, Edit, calendars, read_toml
from sharedops_core.rules.calendar import WEEKDAYS, parse_calendar
from sharedops_core.rules.clocks import due
from sharedops_core.store import policies
from sharedops_core.store.tables import Calendar, CalendarVersion
from tests.conftest import SHARED, T0

HOLIDAYS = SHARED / "data" / "holiday-cn" / "holiday-cn-2007-2026.json.gz"
HEAD = 'code = "{code}"\nname_en = "Works"\nname_zh = "工厂"\ntz = "Asia/Shanghai"\n'
WEEK = '[hours]\nmon = [["09:00", "12:00"], ["13:30", "18:00"]]\nfri = [["09:00", "17:00"]]\n'
LONGER = WEEK.replace("18:00", "20:00")
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)


def toml(hours=WEEK, code="works", more=""):
    """Return a calendar file."""
    return HEAD.format(code=code) + more + hours


def ics(*events):
    """Return an iCal file of events, each as its lines."""
    bodies = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{body}\r\nEND:VEVENT\r\n" for n, body in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{bodies}END:VCALENDAR\r\n"


def versions(session, code="works"):
    """Return the dates from which the versions of a calendar count."""
    found = select(CalendarVersion.valid_from).join(Calendar).where(col(Calendar.code) == code)
    return session.exec(found.order_by(col(CalendarVersion.valid_from))).all()


@pytest.fixture
def works(session, write):
    """Import a calendar file of the works, and return what changed."""

    def imported(text, name="works.toml", **edit):
        return calendars(session, write(name, text), at=T0, edit=Edit(**edit))

    return imported


def days(session, code="works"):
    """Return the days off and the make-up days of the calendar as it is now."""
    stored = policies.stored_calendar(session, code)
    return sorted(map(str, stored.holidays)), sorted(map(str, stored.workdays))


# Versions (R8).


def test_a_new_calendar_counts_from_ever(session, works):
    """The first version has no beginning; importing it again changes nothing."""
    assert (works(toml()).added, works(toml()).unchanged) == (("works",), 1)
    assert versions(session) == [FROM_EVER]


def test_an_edit_counts_from_today(session, works):
    """What was open before the edit stays so; today's second edit replaces today's first."""
    works(toml())
    assert works(toml(LONGER)).changed == ("works",)
    works(toml(LONGER.replace("20:00", "21:00")))
    calendar = policies.stored_calendar(session, "works")

    assert versions(session) == [FROM_EVER, TODAY]
    assert [calendar.segments_on(day)[1][1] // 3600 for day in (TODAY - timedelta(days=7), TODAY)] == [18, 21]


def test_an_edit_may_count_from_a_later_date(session, works):
    """Hours that change next week are known today; until then the old ones count (S54)."""
    works(toml())
    works(toml(LONGER), since=date(2026, 3, 9))
    calendar = policies.stored_calendar(session, "works")
    start = calendar.instant(T0.replace(day=6, hour=16, tzinfo=None))

    assert versions(session) == [FROM_EVER, date(2026, 3, 9)]
    assert due(calendar, start, timedelta(hours=9)) == calendar.instant(
        T0.replace(day=9, hour=18, minute=30, tzinfo=None)
    )


def test_today_is_that_of_the_calendar(session, works, write):
    """At 17:00 in London it is tomorrow in Shanghai: the edit counts from there on."""
    works(toml())
    calendars(session, write("works.toml", toml(LONGER)), at=T0 + timedelta(hours=16))
    assert versions(session) == [FROM_EVER, TOMORROW]


def test_the_past_is_changed_only_on_request(session, works):
    """An edit from a date that has passed is refused with the remedy; asked for, it is done (R8)."""
    works(toml())
    with pytest.raises(Refused, match="2026-02-01 has passed; to change the past say so: --retroactive"):
        works(toml(LONGER), since=date(2026, 2, 1))
    works(toml(LONGER), since=date(2026, 2, 1), is_retroactive=True)
    assert versions(session) == [FROM_EVER, date(2026, 2, 1)]


def test_what_comes_later_is_edited_there(session, works):
    """An edit before a version that is there already would be undone by it: that one is named."""
    works(toml())
    works(toml(LONGER), since=date(2026, 3, 9))
    with pytest.raises(Refused, match="a later version of works, from 2026-03-09 on"):
        works(toml(LONGER.replace("20:00", "21:00")))


def test_names_change_without_a_version(session, works):
    """A better name is no other calendar."""
    works(toml())
    assert works(toml().replace("Works", "The works")).changed == ("works",)
    assert versions(session) == [FROM_EVER]


# Official days.


@pytest.fixture
def notices():
    """Every day that the notices of twenty years list, with whether it is off."""
    if not HOLIDAYS.exists():
        pytest.skip(f"the shared file {HOLIDAYS} is not on this machine")
    listed = [day for notice in json.loads(gzip.decompress(HOLIDAYS.read_bytes())).values() for day in notice["days"]]
    days = {date.fromisoformat(day["date"]): day["isOffDay"] for day in listed}
    return {day: is_off for day, is_off in days.items() if 2007 <= day.year <= 2026}


def test_official_days_are_those_of_the_notices(write, notices):
    """In all twenty years every day is off, made up or ordinary as the notices say, Saturdays and Sundays included."""
    every = "[hours]\n" + "".join(f'{day} = [["09:00", "18:00"]]\n' for day in WEEKDAYS)
    calendar = parse_calendar("cn", read_toml(write("cn.toml", toml(every, more='official_days = "CN"\n')), T0))
    made_up = {day for day, is_off in notices.items() if not is_off and day.weekday() >= 5}

    assert {day for day in calendar.holidays if day.year <= 2026} == {day for day, is_off in notices.items() if is_off}
    assert {day for day in calendar.workdays if day.year <= 2026} == made_up
    assert calendar.published == frozenset(range(2007, 2027))


def test_official_days_of_hesse(write):
    """In Frankfurt Corpus Christi is a holiday, no day is made up, and no year waits for a notice."""
    document = read_toml(
        write("de.toml", toml(more='official_days = "DE-HE"\n').replace("Asia/Shanghai", "Europe/Berlin")), T0
    )
    assert {"2026-06-04", "2026-12-25", "2027-05-27"} <= set(document["holidays"])
    assert "2026-01-06" not in document["holidays"]
    assert (document["workdays"], 2030 in document["published_years"]) == ({}, True)


@pytest.mark.parametrize("code", ["XX", "DE-XX", "moon"])
def test_an_unknown_place_is_named(works, code):
    """A country or state nobody knows is refused with what would be right, and with the file."""
    with pytest.raises(
        BadInput, match=rf"works\.toml: official_days = '{code}' is not known; right would be CN or DE-HE"
    ):
        works(toml(more=f'official_days = "{code}"\n'))


def test_named_days_beat_official_ones(session, works):
    """A works that opens on a holiday, and closes on a day of its own, says so beside the official days."""
    own = 'official_days = "CN"\nholidays = [2026-03-13]\n'
    works(toml(WEEK + '[workdays]\n2026-10-01 = [["10:00", "12:00"]]\n', more=own))
    calendar = policies.stored_calendar(session, "works")

    assert calendar.segments_on(date(2026, 10, 1)) == ((36_000, 43_200),)
    assert not calendar.is_working_day(date(2026, 3, 13))
    assert not calendar.is_working_day(date(2026, 10, 2))


# Notices as JSON.


def notice(year, **is_off):
    """Return a notice in the holiday-cn form; days are given as m0101=True."""
    listed = [{"name": "x", "date": f"{year}-{day[1:3]}-{day[3:]}", "isOffDay": off} for day, off in is_off.items()]
    return json.dumps({"year": year, "days": listed})


def test_a_notice_goes_into_a_calendar(session, works):
    """Days off and make-up days of a year come in; the make-up day has the usual hours; the year is published (R12)."""
    works(toml(more="published_years = [2026]\n"))
    works(notice(2027, m0101=True, m0103=False), "2027.json", calendar="works")
    calendar = policies.stored_calendar(session, "works")

    assert days(session) == (["2027-01-01"], ["2027-01-03"])
    assert calendar.segments_on(date(2027, 1, 3)) == calendar.hours[0]
    assert (calendar.published, versions(session)) == (frozenset({2026, 2027}), [FROM_EVER, TODAY])


def test_a_corrected_notice_replaces_its_year_only(session, works):
    """The second notice of a year stands for the first; other years, and names, stay."""
    works(toml(more="holidays = [2026-05-01]\n"))
    works(notice(2027, m0101=True, m0103=False), "2027.json", calendar="works")
    works(notice(2027, m0102=True), "2027.json", calendar="works")
    assert days(session) == (["2026-05-01", "2027-01-02"], [])
    assert session.exec(select(Calendar.name_zh).where(col(Calendar.code) == "works")).one() == "工厂"


NO_NOTICES = (
    "{", "[]", "{}", '{"year": 2027}', '{"year": "x", "days": []}', '{"year": 1, "days": [1]}',
    '{"year": 2027, "days": [{"date": "2027-02-30", "isOffDay": true}]}',
)  # fmt: skip


@pytest.mark.parametrize("text", NO_NOTICES)
def test_what_is_no_notice_is_refused(works, text):
    """A file that is none is named with the form it should have."""
    works(toml())
    with pytest.raises(BadInput, match=r"2027\.json: is no list of holidays; right would be"):
        works(text, "2027.json", calendar="works")


@pytest.mark.parametrize("name", ["2027.json", "2027.ics"])
def test_a_notice_needs_its_calendar(works, name):
    """Holidays alone are of no calendar: the option is named, and an unknown one with those there are."""
    with pytest.raises(BadInput, match=f"{name}: holds holidays only; say for which calendar: --calendar CODE"):
        works(notice(2027, m0101=True), name)
    with pytest.raises(NotFound, match="there is no calendar moon; there are: cn-office"):
        works(ics("DTSTART;VALUE=DATE:20270101") if name.endswith("ics") else notice(2027), name, calendar="moon")


# Notices as iCal.


def test_whole_days_and_stretches_of_an_ical(session, works):
    """A day, a stretch whose end is the first day after it, an event with times: all are days off."""
    works(toml())
    works(ics("DTSTART;VALUE=DATE:20270101\r\nSUMMARY:元旦", "DTSTART;VALUE=DATE:20270206\r\nDTEND;VALUE=DATE:20270209",
              "DTSTART:20270501T010000Z\r\nDTEND:20270501T090000Z"), "cn.ics", calendar="works")  # fmt: skip
    assert days(session) == (["2027-01-01", "2027-02-06", "2027-02-07", "2027-02-08", "2027-05-01"], [])


@pytest.mark.parametrize("summary", ["补班", "元旦调休（班）", "Make-up workday", "MAKEUP day", "Special workday"])
def test_an_event_that_says_so_is_a_make_up_day(session, works, summary):
    """班 and make-up in the summary make a workday of it."""
    works(toml())
    works(ics(f"DTSTART;VALUE=DATE:20270103\r\nSUMMARY:{summary}"), "cn.ics", calendar="works")
    assert days(session) == ([], ["2027-01-03"])


@pytest.mark.parametrize("begin", ["2026", "1970"])
def test_a_yearly_event_is_spelled_out(session, works, begin):
    """Every first of May for ten years from now is off, however long ago the series began."""
    works(toml())
    works(ics(f"DTSTART;VALUE=DATE:{begin}0501\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:x"), "cn.ics", calendar="works")
    off, _made_up = days(session)
    assert {f"{year}-05-01" for year in range(2026, 2037)} <= set(off)
    assert len(off) == 2037 - int(begin)


def test_a_leap_day_that_repeats(session, works):
    """A series that begins on 29 February repeats in leap years."""
    works(toml())
    works(ics("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY"), "cn.ics", calendar="works")
    assert days(session)[0] == ["2024-02-29", "2028-02-29", "2032-02-29", "2036-02-29"]


NO_ICALS = (
    b"", b"\x00\xff\xfe", "元旦", "BEGIN:VEVENT\r\nEND:VEVENT", ics("SUMMARY:x"), ics("DTSTART:soon"),
    ics("DTSTART;VALUE=DATE:20270101\r\nRRULE:FREQ=NEVER"),
)  # fmt: skip


@pytest.mark.parametrize("text", NO_ICALS)
def test_what_is_no_ical_is_refused(session, works, text):
    """Rubbish, and an event of no day, is refused in a sentence with the file's name; nothing is stored."""
    works(toml())
    with pytest.raises(BadInput, match=r"cn\.ics: "):
        works(text, "cn.ics", calendar="works")
    assert days(session) == ([], [])


# What is refused.


def test_a_calendar_with_no_open_time_is_refused(session, works):
    """Nothing would ever be due: the file is named (R13)."""
    with pytest.raises(BadInput, match=r"works\.toml: calendar works: it has no open time at all"):
        works(toml("[hours]\nmon = []\n"))
    assert versions(session) == []


def test_every_finding_of_every_file_is_said(session, write, tmp_path):
    """Two wrong files of a folder are named together, each with all that is wrong."""
    write("cal/a.toml", toml("[hours]\nmonday = []\n").replace("Asia/Shanghai", "Asia/Peking"))
    write("cal/b.toml", WEEK)
    with pytest.raises(BadInput) as refusal:
        calendars(session, tmp_path / "cal", at=T0)

    said = "\n".join(refusal.value.findings)
    for words in ("a.toml", "'monday' is not a weekday", "'Asia/Peking' is not a time zone", "b.toml: code is missing"):
        assert words in said


def test_a_calendar_keeps_its_zone(session, works):
    """A date means another day in another zone: the new version is refused before it could stop every clock."""
    works(toml())
    with pytest.raises(Refused, match="the zone cannot change from Asia/Shanghai to Europe/Berlin"):
        works(toml(LONGER).replace("Asia/Shanghai", "Europe/Berlin"))
    assert versions(session) == [FROM_EVER]
