"""Where lines break: as a reader of Chinese and of English expects, whatever the width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from sharedops_tui.present.wrapping import wrapped


def broken(text, width):
    """Return the lines as text."""
    return [line.plain for line in wrapped(Content(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("when a line is full", 10, ["when a", "line is", "full"]),
        ("招标当天 30 天内不收", 12, ["招标当天 30", "天内不收"]),
        ("超过 5% 时安排，找我。", 12, ["超过 5% 时安", "排，找我。"]),
        ("一二三四五。", 10, ["一二三四", "五。"]),
        ("一二三（四五）", 8, ["一二三", "（四五）"]),
        ("https://example.org/a-long-address", 12, ["https://exam", "ple.org/a-lo", "ng-address"]),
        ("▌说了很多话", 7, ["▌说了很", "▌多话"]),
        ("▌a b\n\n▌c", 9, ["▌a b", "", "▌c"]),
        ("▌111中。", 4, ["▌111", "▌中", "▌。"]),
        ("", 5, [""]),
    ],
)
def test_lines_break_as_people_break_them(text, width, lines):
    """At blanks, between Chinese characters, never before a closing sign, and within a word only when it must be."""
    assert broken(text, width) == lines


@given(st.text("ab 中，。（）1é😀▌\n", max_size=60), st.integers(4, 20))
def test_no_line_is_too_wide_and_no_sign_is_lost(text, width):
    """Blanks at the end of a line may go, and a bar may be said again; everything else is there in order."""
    lines = broken(text, width)
    assert all(cell_len(line.rstrip()) <= width for line in lines)
    assert "".join(lines).replace("▌", "").replace(" ", "") == text.replace("▌", "").replace(" ", "").replace("\n", "")


def test_a_line_that_goes_on_keeps_its_colours():
    """The bar and the words have the styles they had."""
    text = Content.assemble(("▌", "red"), ("一二三四", "bold"))
    first, second = wrapped(text, 5)
    assert [[(span.start, span.end, span.style) for span in line.spans] for line in (first, second)] == [
        [(0, 1, "red"), (1, 3, "bold")], [(0, 1, "red"), (1, 3, "bold")],
    ]  # fmt: skip
