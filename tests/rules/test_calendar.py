"""Calendars: the value, the file form, and which seconds of which dates are open."""

import pickle
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sharedops_core.errors import Refused
from sharedops_core.rules.calendar import WEEKDAYS, Calendar, calendar_document, parse_calendar, succeeding
from sharedops_core.rules.clocks import due, due_working_days, elapsed

SEED = Path(__file__).parents[2] / "seed_data" / "calendars"
OFFICE = {day: [["09:00", "12:00"], ["13:30", "18:00"]] for day in WEEKDAYS[:5]}
NIGHTS = {day: [["22:00", "06:00"]] for day in WEEKDAYS}
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
HOUR = timedelta(hours=1)


def calendar(tz="Asia/Shanghai", hours=OFFICE, **document) -> Calendar:
    return parse_calendar("test", {"tz": tz, "hours": hours, **document})


def spans(which: Calendar, start: str, end: str) -> list[tuple[str, str]]:
    """Return open time between two wall-clock times, as wall-clock text with the offset."""
    begin, until = (datetime.fromisoformat(text).replace(tzinfo=which.zone) for text in (start, end))
    return [
        (f"{a.astimezone(which.zone):%d %H:%M%z}", f"{b.astimezone(which.zone):%d %H:%M%z}")
        for a, b in which.open_segments(begin, until)
    ]


def refusal(document: dict[str, object]) -> str:
    with pytest.raises(Refused) as caught:
        parse_calendar("test", document)
    return str(caught.value)


def test_precedence_is_workday_then_holiday_then_weekday():
    """A make-up workday beats a holiday, which beats the weekday (R4)."""
    cn = calendar(holidays=["2026-02-13", "2026-02-14"], workdays={"2026-02-14": [["09:00", "12:00"]]})
    assert not cn.is_working_day(date(2026, 2, 13))
    assert cn.is_working_day(date(2026, 2, 14))
    assert cn.is_working_day(date(2026, 2, 12))
    assert not cn.is_working_day(date(2026, 2, 15))


def test_an_empty_workday_closes_the_day():
    """A date with no segments is closed, because the entry of the date beats its weekday (R4)."""
    assert not calendar(workdays={"2026-03-02": []}).is_working_day(date(2026, 3, 2))


def test_a_night_shift_belongs_to_the_date_on_which_it_starts():
    """The shift of the eve of a holiday runs into the holiday; the holiday's own shift does not start (R1)."""
    night = calendar(hours=NIGHTS, holidays=["2026-03-03"])
    assert spans(night, "2026-03-02 00:00", "2026-03-05 00:00") == [
        ("02 00:00+0800", "02 06:00+0800"),
        ("02 22:00+0800", "03 06:00+0800"),
        ("04 22:00+0800", "05 00:00+0800"),
    ]


def test_open_segments_are_clipped_and_merged():
    """Touching segments come as one, and nothing lies outside what was asked."""
    assert spans(calendar(hours=ALWAYS), "2025-12-31 10:00", "2026-01-02 11:00") == [("31 10:00+0800", "02 11:00+0800")]
    assert spans(calendar(), "2026-03-02 11:00", "2026-03-02 14:00") == [
        ("02 11:00+0800", "02 12:00+0800"),
        ("02 13:30+0800", "02 14:00+0800"),
    ]


def test_a_negative_span_has_no_open_segments():
    """Asking backwards yields nothing (R13)."""
    assert spans(calendar(), "2026-03-03 09:00", "2026-03-02 09:00") == []


def test_overlapping_shifts_of_two_days_count_once():
    """Where the night shift runs into the day shift, the time is open once."""
    both = calendar(hours={"mon": [["22:00", "10:00"]], "tue": [["09:00", "11:00"]]})
    assert spans(both, "2026-03-02 00:00", "2026-03-04 00:00") == [("02 22:00+0800", "03 11:00+0800")]


@pytest.mark.parametrize(
    ("segment", "day", "expected"),
    [
        (["02:30", "05:00"], "2026-03-29", [("29 03:00+0200", "29 05:00+0200")]),
        (["01:00", "02:30"], "2026-03-29", [("29 01:00+0100", "29 03:00+0200")]),
        (["02:10", "02:50"], "2026-03-29", []),
        (["02:30", "05:00"], "2026-10-25", [("25 02:30+0200", "25 05:00+0100")]),
        (["01:00", "02:30"], "2026-10-25", [("25 01:00+0200", "25 02:30+0100")]),
    ],
)
def test_gaps_and_repeated_hours(segment, day, expected):
    """A time in a gap moves to its end; in a repeated hour a start takes the first, an end the second (R3)."""
    berlin = calendar("Europe/Berlin", {"sun": [segment]})
    assert spans(berlin, f"{day} 00:00", f"{day} 23:00") == expected


@pytest.mark.parametrize(
    ("tz", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("America/Havana", date(2026, 11, 1), 25),
        ("Asia/Shanghai", date(2026, 2, 14), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_day_has_the_seconds_it_really_has(tz, day, hours):
    """A 24-hour day counts real seconds, also when midnight is skipped or the whole date is (R15)."""
    always = calendar(tz, {WEEKDAYS[day.weekday()]: [["00:00", "24:00"]]})
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    found = always.open_segments(noon - timedelta(days=2), noon + timedelta(days=2))
    assert sum((b - a for a, b in found), timedelta()) == hours * HOUR


def test_wall_clock_times_of_a_calendar():
    """A time without zone is the calendar's; in a gap it moves to the end of the gap, repeated it is the first (R3)."""
    berlin = calendar("Europe/Berlin")
    at = {hour: berlin.instant(datetime(2026, 3, 29, hour, 30)) for hour in (1, 2, 3)}  # noqa: DTZ001
    assert [f"{at[hour]:%H:%M}" for hour in (1, 2, 3)] == ["00:30", "01:00", "01:30"]
    assert f"{berlin.instant(datetime(2026, 10, 25, 2, 30)):%H:%M}" == "00:30"  # noqa: DTZ001


def test_a_time_without_zone_is_no_instant():
    """Naive times are refused, because nobody can say when they are."""
    with pytest.raises(Refused, match="no time zone"):
        calendar().open_segments(datetime(2026, 3, 2), datetime(2026, 3, 3))  # noqa: DTZ001


@pytest.mark.parametrize("year", [1, 1899, 3000, 9999])
def test_absurd_years_are_refused(year):
    """A year in which no ticket was ever opened is refused in a sentence, not with an overflow."""
    with pytest.raises(Refused, match="clocks count from 1900 to 2999"):
        calendar().open_segments(datetime(year, 6, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


def test_calendars_are_equal_and_hashed_by_value():
    """Two readings of one document are the same calendar; another name or day off makes another."""
    one, two = calendar(holidays=["2026-05-01"]), calendar(holidays=[date(2026, 5, 1)])
    assert one == two
    assert hash(one) == hash(two)
    assert one != replace(one, holidays=frozenset())
    assert one != replace(one, name="other")


def test_a_used_calendar_travels():
    """The index is no part of the value: a pickled calendar and a changed copy start afresh."""
    cn = calendar()
    before = spans(cn, "2026-05-01 00:00", "2026-05-02 00:00")
    assert pickle.loads(pickle.dumps(cn)) == cn  # noqa: S301
    assert spans(replace(cn, holidays=frozenset({date(2026, 5, 1)})), "2026-05-01 00:00", "2026-05-02 00:00") == []
    assert spans(cn, "2026-05-01 00:00", "2026-05-02 00:00") == before != []


def test_threads_share_an_index():
    """Threads that widen one index at the same time all get right answers."""
    cn = calendar()
    starts = [datetime(year, 3, 2, tzinfo=UTC) for year in range(2010, 2040, 2)]
    lone = [list(replace(cn).open_segments(at, at + timedelta(days=9))) for at in starts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda at: list(cn.open_segments(at, at + timedelta(days=9))), starts)) == lone


def test_all_findings_come_at_once():
    """A bad document is refused with everything that is wrong with it, not only the first thing."""
    text = refusal(
        {
            "tz": "Asia/Peking",
            "hours": {"mon": [["09:00", "25:00"], ["09:00", "12:00"], ["11:00", "13:00"]], "Funday": [], "tue": "all"},
            "holidays": ["2026-02-30", 7],
            "workdays": {"20260214": [], "2026-02-15": [["24:00", "06:00"]]},
        }
    )
    assert text.startswith("calendar test: ")
    for words in (
        """hours mon: ['09:00', '25:00'] is not a segment""",
        "hours mon: 09:00–12:00 and 11:00–13:00 overlap",
        "'Funday' is not a weekday",
        "hours tue must be a list",
        "holidays: '2026-02-30' is not a date",
        "holidays: 7 is not a date",
        "workdays: '20260214' is not a date",
        "workdays 2026-02-15: ['24:00', '06:00'] is not a segment",
        "tz 'Asia/Peking' is not a time zone",
    ):
        assert words in text
    assert text.count("; ") >= 8


@pytest.mark.parametrize("tz", [None, 8, "", "../etc/passwd", "/etc/localtime", "America", "Asia/Shanghai\0"])
def test_what_is_no_zone_is_refused(tz):
    """Only the name of a time zone is one; paths and folders are not."""
    assert "is not a time zone" in refusal({"tz": tz, "hours": ALWAYS})


@pytest.mark.parametrize(
    "segment",
    ["09:00-12:00", ["09:00"], ["9", "12"], ["09:00", "24:01"], ["09:60", "12:00"], [9, 12], ["９:00", "12:00"]],
)
def test_what_is_no_segment_is_refused(segment):
    """A segment is a pair of clock times up to 24:00, nothing else."""
    assert "is not a segment" in refusal({"tz": "UTC", "hours": {"mon": [segment]}})


@pytest.mark.parametrize("field", ["hours", "holidays", "workdays"])
def test_a_field_of_the_wrong_shape_is_refused(field):
    """A word where a table or list belongs is named with its field."""
    assert f"{field} must be a" in refusal({"tz": "UTC", "hours": ALWAYS, field: "none"})


@pytest.mark.parametrize("document", [{}, {"hours": {}}, {"hours": {"mon": []}, "workdays": {"2026-01-04": []}}])
def test_a_calendar_without_open_time_is_refused(document):
    """A calendar with no open time is refused when it is read (R13)."""
    assert "no open time at all" in refusal({"tz": "UTC", **document})


@pytest.mark.parametrize("path", sorted(SEED.glob("*.toml")), ids=lambda path: path.stem)
def test_the_calendars_we_ship_can_be_read(path):
    """Every calendar file in the seed data parses, and its document reads back to the same value."""
    found = parse_calendar(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    assert parse_calendar(path.stem, calendar_document(found)) == found


def test_the_document_is_written_as_people_write_it():
    """Touching segments are allowed, midnight ends a day as 24:00, and a night shift ends before it starts."""
    hours = {"mon": [["09:00", "12:00"], ["12:00", "24:00"]], "tue": [["22:00:30", "06:00"]], "wed": []}
    document = calendar_document(calendar(hours=hours, holidays=[date(2026, 5, 1)]))
    expected = {"tz": "Asia/Shanghai", "hours": hours, "holidays": ["2026-05-01"], "workdays": {}}
    assert document == expected | {"published_years": []}


CLOCKS = st.integers(0, 86399).map(lambda s: f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(date.isoformat)
SEGMENTS = st.tuples(CLOCKS, CLOCKS | st.just("24:00")).map(lambda pair: [list(pair)])


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(WEEKDAYS), SEGMENTS, min_size=1), st.lists(DAYS), st.dictionaries(DAYS, SEGMENTS)
)
def test_a_document_reads_back(hours, holidays, workdays):
    """The document of a calendar reads back to an equal calendar, with an equal hash."""
    first = calendar("Europe/Berlin", hours, holidays=holidays, workdays=workdays)
    again = parse_calendar("test", calendar_document(first))
    assert again == first
    assert hash(again) == hash(first)


# Versions (R8).

VERSIONS = st.dictionaries(
    st.dates(date(2026, 2, 20), date(2026, 3, 20)),
    st.dictionaries(st.sampled_from(WEEKDAYS), SEGMENTS, min_size=1),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=60)
@given(VERSIONS, st.permutations(range(4)))
def test_versions_choose_day_by_day(versions, order):
    """On each date a calendar of versions is what the newest one begun by then says, in whatever order they come."""
    parsed = {since: calendar("Europe/Berlin", hours) for since, hours in versions.items()}
    whole = succeeding([list(parsed.items())[place] for place in order if place < len(parsed)])
    first = min(parsed)
    for number in range(-10, 60):
        day = date(2026, 2, 15) + timedelta(days=number)
        chosen = parsed[max((since for since in parsed if since <= day), default=first)]
        assert whole.segments_on(day) == chosen.segments_on(day)
        assert whole.version_on(day).hours == chosen.hours


@settings(deadline=None, max_examples=40)
@given(VERSIONS, st.integers(0, 30 * 24), st.integers(0, 30 * 24))
def test_open_time_of_versions_is_the_sum_of_their_days(versions, start, hours):
    """The index over versions counts what the single days count, and a due time uses its target up."""
    whole = succeeding((since, calendar("Europe/Berlin", document)) for since, document in versions.items())
    begin = datetime(2026, 2, 20, tzinfo=UTC) + start * HOUR
    end = begin + hours * HOUR
    days = (begin + number * HOUR for number in range(hours))
    assert elapsed(whole, begin, end) == sum((elapsed(whole, hour, hour + HOUR) for hour in days), timedelta())
    # A calendar that is open for a second a week reaches no target within a life.
    assume(elapsed(whole, begin, begin + timedelta(days=365 * 90)) > hours * HOUR)
    assert elapsed(whole, begin, due(whole, begin, hours * HOUR)) == hours * HOUR


def test_one_version_is_the_calendar_itself():
    """A calendar that was never edited counts from ever; none at all is an error of the caller."""
    cn = calendar()
    assert succeeding([(date(2026, 3, 2), cn)]) == cn
    with pytest.raises(ValueError, match="at least one version"):
        succeeding([])


def test_the_zone_of_a_calendar_cannot_change():
    """A date would mean another day before and after, so that another calendar is asked for."""
    with pytest.raises(Refused, match="the zone cannot change from Asia/Shanghai to Europe/Berlin"):
        succeeding([(date.min, calendar()), (date(2026, 3, 2), calendar("Europe/Berlin"))])


def test_another_past_is_another_calendar():
    """Two calendars that differ only before an edit are not equal: their clocks differ."""
    one, two = (
        succeeding([(date.min, calendar(hours=hours)), (date(2026, 3, 2), calendar())]) for hours in (OFFICE, ALWAYS)
    )
    assert one != two
    assert hash(one) != hash(two)


def test_a_calendar_that_ends_with_its_last_version_is_refused():
    """A version with special days only has no open time after them, but counts what was open before (R13)."""
    last = calendar(hours={}, workdays={"2026-02-01": [["09:00", "10:00"]]})
    whole = succeeding([(date.min, calendar()), (date(2026, 3, 3), last)])
    monday = datetime(2026, 3, 2, 1, tzinfo=UTC)

    assert whole.last_open_day == date(2026, 3, 2)
    assert due(whole, monday, 7 * HOUR) == monday + timedelta(hours=8, minutes=30)
    for count in (lambda: due(whole, monday, 8 * HOUR), lambda: due_working_days(whole, monday, 1)):
        with pytest.raises(Refused):
            count()


@pytest.mark.parametrize(
    ("years", "is_provisional"), [([], False), ([2026, 2027], False), ([2026], True), ([2027], True)]
)
def test_a_span_is_provisional_in_a_year_without_notice(years, is_provisional):
    """Every local year of the span must have been announced, where anybody waits for announcements (R12)."""
    cn = calendar(published_years=years)
    span = datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert cn.is_provisional(*span) is is_provisional


@pytest.mark.parametrize("years", ["2026", [2026.0], [True], [1899], ["2026"], 2026])
def test_published_years_are_years(years):
    """Anything but a list of years is named."""
    assert "published_years must be a list of years" in refusal(
        {"tz": "UTC", "hours": ALWAYS, "published_years": years}
    )
