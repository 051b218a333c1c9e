"""Importing the rules of dispatch: all that is wrong at once, nothing that could fail later."""

import pytest
from sqlmodel import select

from sharedops_core import i18n
from sharedops_core.errors import BadInput
from sharedops_core.intake import masterdata
from sharedops_core.store import dispatch
from sharedops_core.store.tables import DispatchRule, PersonSkill
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
