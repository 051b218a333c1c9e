"""Words in a text: found whatever their case and width, in Chinese too, and marked by more than a colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from sharedops_tui.present.finding import marked, places, standing
from sharedops_tui.present.wrapping import begins, wrapped

TEXTS = st.text(st.sampled_from("ab ，。登录失败\n▌ＡＢßﬁ㈱"), max_size=60)


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("VPN drops, vpn again", "Vpn", ["VPN", "vpn"]),
        ("ＶＰＮ １２号机", "vpn 12", ["ＶＰＮ １２"]),
        ("vpn 12", "ＶＰＮ　１２", ["vpn 12"]),
        ("昨天起无法登录工资系统", "登录工资", ["登录工资"]),
        ("die Straße", "STRASSE", ["Straße"]),
        ("㈱ and (株)", "(株)", ["㈱", "(株)"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("a.c abc [x]", ".", ["."]),
        ("words", "  ", []),
        ("words", "else", []),
    ],
)
def test_words_are_found_whatever_their_case_and_width(text, words, found):
    """Capitals, full-width letters and signs of several letters are their plain twins; no sign is a pattern."""
    assert [text[begin:end] for begin, end in places(text, words)] == found


@given(TEXTS, st.text(st.sampled_from("ab登录 ｂ"), min_size=1, max_size=3))
def test_matches_follow_each_other_and_hold_something(text, words):
    """No match is empty, none begins before the one in front of it ends, and all lie in the text."""
    ends = [0, *(place for match in places(text, words) for place in match), len(text)]
    assert ends == sorted(ends)
    assert all(begin < end for begin, end in places(text, words))


@given(TEXTS, st.integers(2, 20))
def test_the_line_of_a_match_is_known_before_it_is_drawn(text, width):
    """Where lines begin by count is where they begin when the text is wrapped."""
    lines = wrapped(Content(text), width)
    found = begins(text, width)
    assert len(found) == len(lines)
    assert all(text[at:].startswith(line.plain.removeprefix("▌") if at else line.plain) or line.plain.startswith("▌")
               for at, line in zip(found, lines, strict=True))  # fmt: skip


def test_a_match_is_marked_by_more_than_its_colour():
    """Each match is underlined and the current one is reverse, which every terminal without colours shows."""
    content = marked(Content("vpn vpn"), [(0, 3), (4, 7)], 1)
    assert [("underline" in span.style, "reverse" in span.style) for span in content.spans] == [
        (True, False), (False, True),
    ]  # fmt: skip


def test_the_edge_says_which_match_is_shown():
    """How many there are, which one is shown, and at which end the search began again."""
    assert [standing(*facts) for facts in ((0, None, 0), (1, None, 0), (7, None, 0), (7, 1, 0), (7, 0, 1))] == [
        "no match", "1 match", "7 matches", "match 2 of 7", "match 1 of 7 · from the beginning again",
    ]  # fmt: skip
    assert standing(7, 6, -1) == "match 7 of 7 · from the end again"
