"""Queue rows as cells: every row exactly as wide as its list, whatever stands in it."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from sharedops_core import i18n
from sharedops_tui.present.queue_row import Palette, cells, columns_for, fitted, heading, texts
from tests.tui.poison import ACTING, FOLDER, WORST, everything
from tests.tui.present.rows import NOW, queue_row

PLAIN = Palette(*[Style()] * 10)
WIDTHS = range(60, 201)
PIECES = [
    "👨‍👩‍👧‍👦",
    "🇨🇳",
    "👍🏽",
    "é",
    "ก็",
    "打印机",
    "ﾊﾝ",
    "❤️",
    "a b",
    "［",
    "\t",
    "\n",
    "ｗ",
    "﷽",
    "\x1b[2J",
    "…",
    "ö",
    *WORST,
]
WORDS = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


def width(segments):
    """Return how many cells segments fill."""
    return sum(cell_len(segment.text) for segment in segments)


def drawn(row, size, is_marked=False):
    """Return the segments of a row."""
    columns = columns_for(size)
    return cells(row, columns, PLAIN, texts(row, columns, NOW, 1), is_marked=is_marked)


@given(WORDS, WORDS, WORDS, st.sampled_from(WIDTHS), st.booleans())
def test_every_row_fills_exactly_its_width(subject, name, team, size, is_marked):
    """The cells of a row add up to the width of the list and hold nothing that acts, whatever people are called."""
    row = queue_row(subject=subject, requester=name, assignee=name, assignee_id=7, team_en=team, team_zh=team)

    segments = drawn(row, size, is_marked)

    assert width(segments) == size
    assert not ACTING.search("".join(segment.text for segment in segments))


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared collection of hostile strings is not here")
def test_every_hostile_string_keeps_its_columns():
    """No string of the collection moves a column or leaves its own line."""
    for string in everything():
        row = queue_row(subject=string, requester=string, assignee=string, assignee_id=7, team_en=string, number=string)
        text = "".join(segment.text for segment in drawn(row, 140))
        assert (cell_len(text), ACTING.search(text), "\n" in text) == (140, None, False), repr(string)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("size", WIDTHS)
def test_the_heading_stands_over_its_cells(size, language):
    """Heading and rows share columns at every width, in both languages; the offsets are the places drawn at."""
    i18n.activate(language)
    columns = columns_for(size)

    assert width(heading(columns, PLAIN)) == size
    ends = [column.offset + column.width for column in columns]
    assert [column.offset for column in columns] == [2, *(end + 1 for end in ends[:-1])]
    assert ends[-1] == size


@given(WORDS, st.integers(4, 60))
@example("打印机", 5)
def test_a_cut_text_says_so(text, size):
    """What does not fit ends in two dots; what fits is there in full."""
    found = fitted(text.replace("\n", " "), size)

    assert cell_len(found) == size
    if cell_len(text) > size:
        assert found.rstrip().endswith("..")


@pytest.mark.parametrize(
    ("facts", "text", "style"),
    [
        ({"due_at": NOW + timedelta(minutes=12)}, "00:12:00~", "risk"),
        ({"due_at": NOW - timedelta(seconds=1)}, "-00:00:01!", "breached"),
        ({"due_at": NOW + timedelta(days=2)}, "2d 00h ", ""),
        ({"due_at": None, "left": timedelta(hours=1), "is_paused": True}, "01:00:00=", "paused"),
        ({"state": "resolved", "resolved_at": NOW - timedelta(hours=3)}, "3h ", "dim"),
    ],
)
def test_the_countdown_has_a_sign_beside_its_colour(facts, text, style):
    """Colour is never the only sign of risk, breach or pause; what is resolved counts down no more."""
    column = next(column for column in columns_for(100) if column.key == "countdown")

    assert column.text(queue_row(**facts), NOW, 1) == (text, style)


def test_an_offered_ticket_and_an_own_one_stand_out():
    """ "offered" replaces the state, "me" the own name, a dash nobody."""
    states = {column.key: column for column in columns_for(120)}

    assert states["state"].text(queue_row(offered_team_id=2), NOW, 1) == ("offered", "risk")
    assert states["holder"].text(queue_row(assignee_id=1), NOW, 1) == ("me", "mine")
    assert states["holder"].text(queue_row(assignee_id=None), NOW, 1) == ("-", "dim")
    assert states["requester"].text(queue_row(is_vip=True), NOW, 1) == ("^Ana Ruiz", "")
