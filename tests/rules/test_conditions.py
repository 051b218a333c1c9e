"""Conditions as data: a closed language in which nothing can fail later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedops_core import i18n
from sharedops_core.rules import conditions

KNOWN = {"item": {"IT-NET-VPN-01", "IT-DEV-PC-01"}, "channel": {"portal", "mail"}}
VPN = dict(conditions.FIELDS) | {"item": "IT-NET-VPN-01", "subject": "vpn 掉线", "priority": 1, "is_vip": True}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("item == 'IT-NET-VPN-01'", True), ("item in ['IT-DEV-PC-01']", False), ("startsWith(item, 'IT-NET')", True),
        ("contains(subject, '掉线') and priority <= 2", True), ("not (is_vip or line == 2)", False), ("true", True),
        ("channel == ''", True), ("priority in [2, 3] or language == 'de'", False), ("item not in ['x']", True),
    ],
)  # fmt: skip
def test_a_condition_is_true_or_false_of_a_ticket(condition, holds):
    """Fields, comparisons, lists, a few functions, and their joints: that is the whole language."""
    assert conditions.holds(condition, VPN) is holds


@pytest.mark.parametrize(
    ("condition", "finding"),
    [
        ("itm == 'x'", "itm is no known field; right would be one of: category"),
        ("matches(item, '(a+)+$')", "matches is no known function"),
        ("item == 'IT-NET-VNP-01'", "item is never 'IT-NET-VNP-01'; there are: IT-DEV-PC-01, IT-NET-VPN-01"),
        ("is_vip and channel in ['portal', 'fax']", "channel is never 'fax'"),
        ("contains(subject, 'VPN')", "right would be 'vpn' instead of 'VPN'"),
        ("is_vip or priority == 'high'", "priority is no text; right would be like priority <= 2"),
        ("priority <= 2 and priority", "priority is neither true nor false"),
        ("not priority == 1", "right would be brackets, like not (priority == 1)"),
        ("line == 2 and priority < subject", "priority < subject is neither true nor false"),
        ("workdays_left <= 2 and month == 13", "month is never 13; it goes from 1 to 12"),
        ("weekday == 'mon'", "weekday is no text; right would be like weekday <= 5"),
        ("item ==", "item == is neither true nor false"), ("", "- is neither true nor false"),
        ("item == `${item}`", "is not understood from here on: `${item}`"), ("item.x == 1", "from here on: .x == 1"),
        ("(is_vip", "( is_vip is neither"), ("is_vip or " * 60 + "is_vip", "is longer than 500 characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_condition_is_said_with_what_would_be_right(condition, finding):
    """Behind an `and` that would never be reached, too; in the other language as well."""
    assert any(finding in one for one in conditions.findings(condition, KNOWN))
    i18n.activate("zh")
    assert all(any(sign >= "\u4e00" for sign in one) for one in conditions.findings(condition, KNOWN))


@pytest.mark.parametrize(
    "condition",
    ["item == 'IT-NET-VPN-01' and (is_vip or not priority > 2)", "item == ''", "len(subject) > 20", "false"],
)
def test_what_is_right_is_left_alone(condition):
    """An absent text is '', so comparing with that is right."""
    assert conditions.findings(condition, KNOWN) == []


_TOKENS = st.sampled_from([*"()[]',<=12x", "is_vip", "item", "and", "or", "not", "in", "priority <= 2"])


@given(st.lists(_TOKENS).map(" ".join))
def test_whatever_passes_the_check_can_be_decided_of_every_ticket(condition):
    """The check never breaks, and what it lets through is true or false, never undecided."""
    if not conditions.findings(condition, KNOWN):
        assert conditions.holds(condition, VPN) is not None
        assert conditions.holds(condition, conditions.FIELDS) is not None
