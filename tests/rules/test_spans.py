"""Words for the time that is left: the same everywhere, never overdue while paused, seconds near the end."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedops_core import i18n
from sharedops_core.rules import spans
from tests.conftest import T0

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86_400))


@pytest.mark.parametrize(
    ("left", "text", "mark"),
    [
        (timedelta(0), "00:00:00", "~"), (-SECOND, "-00:00:01", "!"), (-4 * MINUTE - 11 * SECOND, "-00:04:11", "!"),
        (30 * MINUTE, "00:30:00", "~"), (30 * MINUTE + SECOND, "00:30:01", " "), (2 * DAY + 4 * HOUR, "2d 04h", " "),
        (-3 * DAY, "-3d 00h", "!"), (100 * DAY, "100d", " "), (-1000 * DAY, "-1000d", "!"),
    ],
)  # fmt: skip
def test_a_countdown_shows_seconds_near_the_end_and_days_far_away(left, text, mark):
    """The cell of a list, with one sign per standing so that colour is never the only one (R11)."""
    found = spans.countdown(T0 + left, None, T0, is_paused=False)
    assert (found.text, found.mark) == (text, mark)


def test_paused_is_not_overdue_and_nothing_is_a_dash():
    """A paused clock shows what is left under its own sign, whatever its due time was (R6)."""
    assert spans.countdown(T0 - DAY, HOUR, T0, is_paused=True) == spans.Countdown("01:00:00", spans.PAUSED)
    assert spans.countdown(None, None, T0, is_paused=True).text == "--:--"
    assert spans.countdown(None, None, T0, is_paused=False) == spans.Countdown("-", spans.NONE)


@given(st.integers(-(10**8), 10**8), st.booleans())
def test_a_countdown_fits_its_column(seconds, is_paused):
    """However far away, the cell is at most nine wide."""
    left = timedelta(seconds=seconds)
    assert len(spans.countdown(T0 + left, abs(left), T0, is_paused=is_paused).text) <= 9


@pytest.mark.parametrize(
    ("left", "words", "chinese"),
    [
        (12 * MINUTE, "12 min left", "剩 12 分"), (-4 * MINUTE, "4 min over", "超 4 分"),
        (timedelta(0), "0 s left", "剩 0 秒"), (3 * HOUR + 20 * MINUTE, "3 h 20 min left", "剩 3 小时 20 分"),
        (-2 * DAY - 4 * HOUR, "2 d 4 h over", "超 2 天 4 小时"),
    ],
)  # fmt: skip
def test_a_sentence_in_both_languages(left, words, chinese):
    """In words the two largest units, over or left, as the house says it."""
    assert spans.sentence(T0 + left, None, T0, is_paused=False) == words
    i18n.activate("zh")
    assert spans.sentence(T0 + left, None, T0, is_paused=False) == chinese


def test_a_paused_sentence_never_says_over():
    """A ticket that waits says so and what is left, in both languages (R6)."""
    assert spans.sentence(T0 - DAY, 2 * HOUR, T0, is_paused=True) == "paused, 2 h left"
    assert spans.sentence(None, None, T0, is_paused=True) == "paused"
    assert spans.sentence(None, None, T0, is_paused=False) == "-"
    assert spans.named("resolution", "12 min left") == "resolution: 12 min left"


@pytest.mark.parametrize(
    ("length", "text"),
    [(timedelta(0), "0:00:00"), (26 * HOUR + 30 * MINUTE + 5 * SECOND, "26:30:05"), (99 * SECOND, "0:01:39")],
)
def test_a_length_to_the_second(length, text):
    """Lengths in explanations and ledgers are exact."""
    assert spans.clock(length) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(0), "now"),
        (59 * SECOND, "now"),
        (5 * MINUTE, "5m"),
        (3 * HOUR, "3h"),
        (2 * DAY, "2d"),
        (-HOUR, "now"),
    ],
)
def test_an_age_in_one_short_unit(ago, text):
    """How long ago, in one unit; what lies ahead is now."""
    assert spans.age(T0 - ago, T0) == text
