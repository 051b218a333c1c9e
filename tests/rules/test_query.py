"""The query language: what is understood, what is refused and where, and what may come next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedops_core import i18n
from sharedops_core.rules import completion, query

NAMES = {"team": [("network", "Network 网络组"), ("desk", "Service desk")]}


def said(text):
    """Return the terms of a query as short tuples."""
    return [(("-" if one.is_negated else "") + one.field, one.op, one.values) for one in query.parse(text)]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("   ", []),
        ("line:1 state:open,waiting", [("line", ":", ("1",)), ("state", ":", ("open", "waiting"))]),
        ("sla<30m age>=1d12h", [("sla", "<", ("30m",)), ("age", ">=", ("1d12h",))]),
        ("item:hr.payroll first:me", [("item", ":", ("hr.payroll",)), ("first", ":", ("me",))]),
        ('text:"登录失败"', [("text", ":", ("登录失败",))]),
        ('text:"a:b, c",d', [("text", ":", ("a:b, c", "d"))]),
        ("vpn 掉线", [("text", ":", ("vpn",)), ("text", ":", ("掉线",))]),
        ('"two words" -"not this" -nor', [
            ("text", ":", ("two words",)), ("-text", ":", ("not this",)), ("-text", ":", ("nor",))]),
        ("-who:me,none p:1", [("-who", ":", ("me", "none")), ("priority", ":", ("1",))]),
        ("状态：挂起，处理中 处理人：我", [("state", ":", ("waiting", "working")), ("who", ":", ("me",))]),
        ("时限＜2h －线：1", [("sla", "<", ("2h",)), ("-line", ":", ("1",))]),
        ("STATE:Waiting", [("state", ":", ("waiting",))]),
        ("opened:today resolved>2026-03-01", [("opened", ":", ("today",)), ("resolved", ">", ("2026-03-01",))]),
        ("100% a_b ' \\ - INC-10001", [("text", ":", (w,)) for w in ("100%", "a_b", "'", "\\", "-", "INC-10001")]),
    ],
)  # fmt: skip
def test_what_is_understood(text, terms):
    """Fields, comparisons, lists, quotes, negation, full-width signs and Chinese words mean what the help says."""
    assert said(text) == terms


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("stat:open", 0, 'did you mean "state"'),
        ("vpn 登录失败：x", 4, 'no field "登录失败"'),
        ("-nosuch:1", 1, 'no field "nosuch"'),
        ("line:4", 5, '"4" is no value of "line"; right would be 1, 2, 3'),
        ("line:", 5, "a value is missing"),
        ("line:1, vpn", 7, "a value is missing"),
        ('vpn text:"abc', 9, "never closed"),
        ("who<3", 3, 'knows only ":"'),
        ("sla:30m", 4, "< or >"),
        ("sla<soon", 4, "a length such as 30m"),
        ("sla<1h,2h", 6, "takes one value"),
        ("opened:13.3.", 7, "today, yesterday"),
        ('text:"a"b', 8, "a blank is missing"),
    ],
)
def test_what_is_refused_and_where(text, at, words):
    """A mistake is one sentence with its place, and the caret stands below it, also behind wide characters."""
    with pytest.raises(query.BadQuery) as refused:
        query.parse(text)

    sentence, shown, caret = str(refused.value).split("\n")
    assert (refused.value.at, shown) == (at, f"  {text}")
    assert words in sentence
    assert len(caret) - 1 == 2 + query.width(text[:at])


@given(st.text(max_size=30))
def test_nothing_that_is_typed_breaks_the_parser(text):
    """Whatever is typed is understood or refused with a place inside it."""
    try:
        terms = query.parse(text)
    except query.BadQuery as error:
        assert 0 <= error.at <= len(text)
    else:
        assert all(0 <= one.begin < one.end <= len(text) for one in terms)


@given(st.text(max_size=30))
def test_plain_words_mean_only_themselves(text):
    """Words made plain are looked for as they are, whatever signs they hold."""
    assert all((one.field, one.is_negated) == ("text", False) for one in query.parse(query.plain(text)))


@pytest.mark.parametrize(
    ("value", "length"),
    [("30m", timedelta(minutes=30)), ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
     ("-90s", -timedelta(seconds=90)), ("0", timedelta(0)), ("", None), ("-", None), ("3", None), ("3x", None)],
)  # fmt: skip
def test_lengths(value, length):
    """A length is days, hours, minutes and seconds, in this order."""
    assert query.span(value) == length


def test_days():
    """A day is a date, a word, or so many days ago."""
    today = date(2026, 3, 2)
    said = ("today", "yesterday", "7d", "2026-02-01", "soon")
    assert [query.day(one, today) for one in said] == [
        today, date(2026, 3, 1), date(2026, 2, 23), date(2026, 2, 1), None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "field", "value", "after"),
    [
        ("", "line", "1", "line:1"),
        ("vpn line:1 -who:me", "line", "2", "vpn line:1,2 -who:me"),
        ("vpn line:1,2 -who:me", "line", "1", "vpn line:2 -who:me"),
        ("vpn line:1 -who:me", "line", "1", "vpn -who:me"),
        ("-line:1", "line", "1", "-line:1 line:1"),
        ("", "team", "a b", 'team:"a b"'),
    ],
)
def test_a_facet_goes_into_the_query_and_out_of_it(before, field, value, after):
    """Toggling a value changes its own term and leaves every other word of the query as it was typed."""
    assert query.toggled(before, field, value) == after


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", "line:"),
        ("st", "state:"),
        ("vpn -st", "vpn -state:"),
        ("ag", "age<"),
        ("state:w", "state:working"),
        ("state:open,wai", "state:open,waiting"),
        ("state:off", "state:offered"),
        ("team:n", "team:none"),
        ("team:网", "team:network"),
        ("line:1 ", None),
        ("sla<", None),
        ("nosuch:", None),
    ],
)
def test_what_may_come_next(typed, offered):
    """Completion knows fields, fixed values, and by code or name what only the database knows."""
    found = completion.completions(typed, NAMES)

    assert (found[0].query if found else None) == offered


def test_completion_speaks_chinese():
    """Who works in Chinese is offered Chinese words, Latin ones after a Latin letter; all are understood."""
    i18n.activate("zh")

    assert [completion.completions(typed, {})[0].query for typed in ("", "状", "st", "状态:挂")] == [
        "线:", "状态:", "state:", "状态:挂起",
    ]  # fmt: skip
    for field in query.FIELDS.values():
        for one in completion.completions(f"{field.zh}:", {}):
            assert query.parse(one.query)
