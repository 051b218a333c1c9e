"""Importing the rules of dispatch: all that is wrong at once, nothing that could fail later."""

import pytest
from sqlmodel import select

from sharedops_core import i18n
from sharedops_core.errors import BadInput
from sharedops_core.intake import masterdata
from sharedops_core.store import dispatch
from sharedops_core.store.tables import DispatchRule, PersonSkill, PushPlan
from tests.conftest import T0
from tests.skilled import rule, skilled

RULE = """
[[rules]]
code = "vpn"
place = 10
name_en = "VPN"
name_zh = "VPN"
when = "class == 'IT-NET-VPN' and priority <= 2"
hit = "all"
must = { vpn = 2 }
"""
WRONG = """
[[rules]]
code = "a"
place = 10
name_en = "A"
name_zh = "甲"
when = "itm == 'x'"
hit = "last"
must = { vnp = 1, vpn = 9 }
[[rules]]
code = "b"
place = 20
name_en = "B"
name_zh = "乙"
when = "family == 'IT-NTE' or priority"
hit = "all"
should = 5
"""


@pytest.fixture
def taken_in(session, tmp_path):
    """Import a text as rules."""
    skilled(session)

    def work(text):
        file = tmp_path / "dispatch.toml"
        file.write_text(text, encoding="utf-8")
        return masterdata.IMPORTS["dispatch"](session, file, T0)

    return work


def test_rules_come_in_and_a_second_time_nothing_is_new(session, taken_in):
    """What is new is added, what differs is changed; the order is that of the places."""
    assert taken_in(RULE).added == ("vpn",)
    assert taken_in(RULE).unchanged == 1
    assert taken_in(RULE.replace("place = 10", "place = 30").replace("vpn = 2", "vpn = 1")).changed == ("vpn",)
    rule(session, "before", 20, "true")
    assert [(one.code, one.must) for one in dispatch.rules(session)] == [("before", {}), ("vpn", {"vpn": 1})]


def test_everything_that_is_wrong_is_said_at_once(session, taken_in):
    """Form, fields, codes, skills and levels of every rule, each with where it stands; and nothing is written."""
    with pytest.raises(BadInput) as refused:
        taken_in(WRONG)

    said = str(refused.value)
    for finding in (
        "[[rules]] 1 a: hit = 'last': right would be 'first' or 'all'", "1 a: must.vpn = 9: must be 3 or less",
        """1 a: when = "itm == 'x'": itm is no known field""", "1 a: must: skill = 'vnp' is not known",
        "2 b: should = 5: must be names with a number each", "family is never 'IT-NTE'; there are: IT-NET",
        "priority is neither true nor false",
    ):  # fmt: skip
        assert finding in said
    assert session.exec(select(DispatchRule)).all() == []
    i18n.activate("zh")
    with pytest.raises(BadInput, match="itm 不是已知字段"):
        taken_in(WRONG)


def test_which_rule_comes_first_is_never_left_open(session, taken_in):
    """Two rules at one place are refused, also when one of them is stored already."""
    rule(session, "other", 10, "true")
    with pytest.raises(BadInput, match="place 10: other, vpn stand there"):
        taken_in(RULE)
    with pytest.raises(BadInput, match="vpn: stands there twice"):
        taken_in(RULE.replace("10", "11") + RULE)


TRIAGE = """
[[triage]]
code = "close"
place = 10
name_en = "Close"
name_zh = "月结"
when = "category == 'IT' and workdays_left <= 2"
hit = "all"
priority = 2
tags = ["Month End", "月结"]
"""


def test_rules_of_triage_stand_beside_those_of_dispatch(session, taken_in):
    """Each part has places of its own; tags are kept as tags are written."""
    assert taken_in(RULE + TRIAGE).added == ("vpn", "close")
    assert taken_in(RULE + TRIAGE).unchanged == 2
    assert [(one.priority, one.tags) for one in dispatch.triage_rules(session)] == [(2, ("month-end", "月结"))]


def test_everything_that_is_wrong_with_triage_is_said_at_once(session, taken_in):
    """A day there is not, a team and a tag there cannot be, a priority out of range, a rule that changes nothing."""
    wrong = TRIAGE.replace("<= 2", "<= 99").replace("priority = 2", 'priority = 7\nteam = "dsek"')
    idle = TRIAGE.replace("close", "idle").replace('priority = 2\ntags = ["Month End", "月结"]', "")
    with pytest.raises(BadInput) as refused:
        taken_in(wrong.replace("Month End", "+x") + idle + "should = { vpn = 1 }\n")

    for finding in ("workdays_left is never 99; it goes from 0 to 31", "priority = 7: must be 4 or less",
                    "1 close: team = 'dsek' is not known", '1 close: tags: "+x" is no tag: it begins with +',
                    "2 idle: changes nothing", "2 idle: should is no known field",
                    ):  # fmt: skip
        assert finding in str(refused.value)


def test_agents_come_with_their_levels(session, tmp_path):
    """A skill alone is level 1; a file says what is true now; a level there is not is refused."""
    skilled(session)
    file = tmp_path / "agents.csv"
    file.write_text("login,name,teams,skills\nli.na,李娜,desk,vpn:3;german\n", encoding="utf-8")

    masterdata.people(session, file)

    levels = session.exec(select(PersonSkill.skill_id, PersonSkill.level).where(PersonSkill.person_id == 1))
    assert set(levels) == {(1, 3), (2, 1), (3, 1)}
    file.write_text("login,name,teams,skills\nli.na,李娜,desk,vpn:4\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"skills\.vpn = '4': must be 3 or less"):
        masterdata.people(session, file)


PLAN = """
[[push]]
team = "desk"
accept_within = "5m"
widen = [{ after = "20m", pool = "line" }, { after = "1h", pool = "all" }]
"""


def test_plans_for_push_come_in_with_the_rules(session, taken_in):
    """By the code of their team; a second time nothing is new, and one that is to rest is turned off."""
    assert taken_in(PLAN).added == ("desk",)
    assert taken_in(PLAN).unchanged == 1
    assert taken_in(PLAN + "is_on = false\n").changed == ("desk",)
    assert session.exec(select(PushPlan.is_on, PushPlan.accept_within)).all() == [(False, "5m")]


@pytest.mark.parametrize(
    ("part", "wrong", "said"),
    [
        ('"desk"', '"dsk"', "team = 'dsk' is not known"),
        ('"5m"', '"2wd"', "accept_within = '2wd': right would be open time above zero, like 5m or 1h30m"),
        ('"1h"', '"20m"', "widen: all must come later than the step before it"),
        ('"all"', '"line"', "widen: line does not widen line"),
        ('"all"', '"world"', "pool = 'world': right would be 'line' or 'all'"),
    ],
)
def test_a_plan_that_could_not_work_is_refused(session, taken_in, part, wrong, said):
    """Teams, times and pools are checked where they come in, and nothing is written."""
    with pytest.raises(BadInput) as refused:
        taken_in(PLAN.replace(part, wrong))
    assert said in str(refused.value) and session.exec(select(PushPlan)).all() == []


def test_a_condition_without_end_is_refused_in_a_line(taken_in):
    """Of a condition of many pages the finding shows the beginning."""
    with pytest.raises(BadInput) as refused:
        taken_in(RULE.replace("priority <= 2", "not " * 20000 + "is_vip"))
    assert all(len(one) < 500 for one in str(refused.value).splitlines())
