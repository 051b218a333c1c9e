"""Tags: one spelling for each, what is none, what a line of them means, and the tags that a journal gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedops_core.errors import Refused
from sharedops_core.rules import query, tags
from sharedops_core.rules.completion import completions, tag_completions
from sharedops_core.rules.text import clean

TAGS = st.from_regex(r"[a-z月结入职é][a-z0-9月结入职\-_.é]{0,12}", fullmatch=True).filter(
    lambda tag: tag not in ("none", "无")
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("vpn", "vpn"),
        ("Month End", "month-end"),
        ("  ＶＰＮ　二期 ", "vpn-二期"),
        ("月结", "月结"),
        ("STRASSE straße", "strasse-strasse"),
        ("a\r\nb\tc", "a-b-c"),
        ("vpn\u200d", "vpn"),
        ("\x1b[31mred", "␛[31mred"),
        ("x\u202egpj", "x⟨202e⟩gpj"),
        ("nul\x00", "nul␀"),
        ("x" * 40, "x" * 40),
    ],
)
def test_a_tag_has_one_spelling(typed, kept):
    """Case, width and blanks make no other tag of it, and nothing in it can act on a terminal."""
    assert tags.tag(typed) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "a tag is empty"),
        (" \u3000\t", "a tag is empty"),
        ("\u200d", "a tag is empty"),
        ("a,b", '"a,b" is no tag: no , may stand'),
        ("时限：超时", '"时限:超时" is no tag: no : may stand'),
        ("“vip”", '"“vip”" is no tag: no “ may stand'),
        ("don't", "is no tag: no ' may stand"),
        ("-later", '"-later" is no tag: it begins with -'),
        ("＋加急", '"\\+加急" is no tag: it begins with \\+'),
        ("None", '"none" is no tag: queries mean'),
        ("无", '"无" is no tag: queries mean'),
        ("x" * 41, "at most 40 characters, this one has 41: xxx"),
        ("\x1b]0;OWNED\x07:", "is no tag: no : may stand"),
    ],
)
def test_what_is_no_tag_is_refused_in_one_sentence(typed, sentence):
    """The sentence names the sign or the length, and is harmless itself."""
    with pytest.raises(Refused, match=sentence) as refusal:
        tags.tag(typed)
    assert clean(str(refusal.value)) == str(refusal.value)
    assert "\n" not in str(refusal.value)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_harmless_tag_or_refused(typed):
    """A tag is kept as it is when it is read again, fits its column, and can be found and completed."""
    try:
        found = tags.tag(typed)
    except Refused:
        return
    assert tags.tag(found) == found == clean(found)
    assert 1 <= len(found) <= tags.LONGEST
    assert found.split() == [found]
    assert query.parse(query.said("tag", (found,)))[0].values == (found,)
    assert tags.changes([found], ()) == ((found,), ())


@pytest.mark.parametrize(
    ("typed", "present", "added", "removed"),
    [
        ("vpn 月结", ("vpn",), ("月结",), ()),
        ("月结，VPN、vpn", ("later",), ("月结", "vpn"), ("later",)),
        ("", ("vpn", "later"), (), ("vpn", "later")),
        ("vpn", ("vpn",), (), ()),
        ("+urgent -later", ("vpn",), ("urgent",), ("later",)),
        ("＋加急 －后补", None, ("加急",), ("后补",)),
        ("+a -a +a", None, ("a",), ()),
        ("vpn +urgent", ("vpn", "later"), ("urgent",), ("later",)),
        ("vpn later -later +vpn", ("vpn", "later"), (), ("later",)),
    ],
)
def test_a_line_means_all_tags_or_changes(typed, present, added, removed):
    """Words without signs are what is to be there; + adds, - takes away; what is named both ways is added."""
    assert tags.changes(tags.words(typed), present) == (added, removed)


@pytest.mark.parametrize(("typed", "present"), [("urgent", None), ("", None), ("+a b", None), ("+", None)])
def test_a_line_that_is_not_clear_is_refused(typed, present):
    """Many tickets never get their tags replaced."""
    with pytest.raises(Refused):
        tags.changes(tags.words(typed), present)


@given(st.lists(st.tuples(st.sets(TAGS, max_size=4), st.sets(TAGS, max_size=4)), max_size=8))
def test_the_journal_gives_the_tags_and_its_lines_turn_back(steps):
    """Changes told, replayed, and turned from the last to the first give nothing again."""
    details, stands = [], [frozenset()]
    for add, remove in steps:
        after = stands[-1] - remove | add
        details.append(tags.told(sorted(after - stands[-1]), sorted(stands[-1] - after)))
        stands.append(after)

    assert tags.replay(details) == stands[-1]
    assert tags.replay([*details, *(tags.turned(one) for one in reversed(details))]) == frozenset()


@pytest.mark.parametrize("detail", [None, {}, {"tags": "x"}, {"tags": [1, "", "x", "+"]}, {"item": ["+a", "-b"]}])
def test_a_line_about_something_else_changes_no_tag(detail):
    """Only words with a sign, in the place of tags, are changes."""
    assert tags.replay([{"tags": ["+a"]}, detail]) - {""} == {"a"}


@pytest.mark.parametrize(
    ("text", "is_signed", "offered"),
    [
        ("", False, ["month-end", "onboarding", "月结"]),
        ("month-end ", False, ["onboarding", "月结"]),
        ("vpn MON", False, ["month-end"]),
        ("-on", False, ["-onboarding"]),
        ("", True, ["+month-end", "+onboarding", "+月结"]),
        ("+month-end ＋月", True, ["+月结"]),
        ("月结", False, []),
    ],
)
def test_tags_in_use_are_offered(text, is_signed, offered):
    """What is there already is offered no more, a sign stays."""
    found = tag_completions(text, ["month-end", "onboarding", "月结"], is_signed=is_signed)
    assert [one.word for one in found] == offered


def test_a_query_completes_tags():
    """Behind tag: stand the tags in use, and none."""
    found = completions("tag:m", {"tag": [("month-end", "month-end"), ("vpn", "vpn")]})
    assert [one.query for one in found] == ["tag:month-end"]


@pytest.mark.parametrize("typed", ["tag:变更", "标签：变更", "text:变更", "who:变更"])
def test_a_chinese_word_stays_one_where_words_are_free(typed):
    """变更 is a kind of ticket only where kinds are asked for."""
    assert query.parse(typed)[0].values == ("变更",)
    assert query.parse("类型：变更")[0].values == ("change",)
