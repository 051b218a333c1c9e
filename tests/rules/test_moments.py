"""Moments as people say them, on the wall clock of whoever says them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedops_core.errors import Refused
from sharedops_core.rules.moments import parse_moment
from tests.conftest import T0

CN, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine stands in Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("15:00", "2026-03-02 15:00"),
        ("9:30", "2026-03-02 09:30"),
        ("15：00", "2026-03-02 15:00"),
        (" 15:00 ", "2026-03-02 15:00"),
        ("09:00", "2026-03-03 09:00"),
        ("8:59", "2026-03-03 08:59"),
        ("today 08:00", "2026-03-02 08:00"),
        ("今天 18:00", "2026-03-02 18:00"),
        ("tomorrow 10:00", "2026-03-03 10:00"),
        ("明天10:00", "2026-03-03 10:00"),
        ("后天 10:00", "2026-03-04 10:00"),
        ("2h", "2026-03-02 11:00"),
        ("1h30m", "2026-03-02 10:30"),
        ("2026-03-05 15:00", "2026-03-05 15:00"),
        ("2026-03-05T15:00", "2026-03-05 15:00"),
        ("2026-03-05T07:00+00:00", "2026-03-05 15:00"),
    ],
)
def test_what_people_say(said, meant):
    """A bare time is the next one, a length counts from now, a named day is that day (E5)."""
    assert parse_moment(said, T0, CN) == datetime.fromisoformat(meant).replace(tzinfo=CN)


@pytest.mark.parametrize(
    "said", ["", "soon", "25:00", "9:60", "15", "someday 10:00", "1wd", "eowd", "1d", "10:00 tomorrow"]
)
def test_what_is_no_moment_is_refused(said):
    """What cannot be read is refused in a sentence."""
    with pytest.raises(Refused, match=r"is no moment; right would be 15:00|is no time of day|is no moment"):
        parse_moment(said, T0, CN)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("tomorrow 10:00", "2026-03-29 08:00"),
        ("10:00", "2026-03-29 08:00"),
        ("2026-03-29 10:00", "2026-03-29 08:00"),
        ("后天 10:00", "2026-03-30 08:00"),
        ("today 13:00", "2026-03-28 12:00"),
    ],
)
def test_a_day_has_its_own_offset(in_berlin, said, meant):
    """Said on the eve of summer time, "tomorrow 10:00" is ten on tomorrow's clock, on this machine and in a zone."""
    now = datetime(2026, 3, 28, 11, 30, tzinfo=UTC)
    for zone in (None, BERLIN):
        assert parse_moment(said, now, zone) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)), st.integers(0, 23), st.integers(0, 59))  # noqa: DTZ001
def test_a_bare_time_is_within_a_day_and_ahead(now, hour, minute):
    """Whatever the time, the next "15:00" is after now and no more than a day away, where clocks do not change."""
    at = now.replace(tzinfo=CN)
    moment = parse_moment(f"{hour}:{minute:02}", at, CN)
    assert 0 < (moment - at).total_seconds() <= 86_400
    assert (moment.astimezone(CN).hour, moment.astimezone(CN).minute) == (hour, minute)
