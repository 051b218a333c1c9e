"""Words for people: lists are joined as each language does it, and a thing has one name in Chinese."""

import re

import pytest

from sharedops_core import i18n
from sharedops_core.i18n import joined
from sharedops_core.rules import ledger, lifecycle
from sharedops_core.rules.lifecycle import Holder
from tests.conftest import ROOT

CATALOGUE = ROOT / "sharedops_core" / "locale" / "zh_CN" / "LC_MESSAGES" / "sharedops.po"


@pytest.mark.parametrize(("language", "said"), [("en", "a, b, 3"), ("zh", "a、b、3")])
def test_a_list_is_joined_as_its_language_does(language, said):
    """English parts the items of a list with commas, Chinese with its own sign."""
    i18n.activate(language)
    assert joined(["a", "b", 3]) == said


def test_a_sentence_joins_its_lists_in_its_own_language():
    """Why an act cannot be done names the states with the sign of the language."""
    i18n.activate("zh")
    said = lifecycle.hindrance("reopen", Holder("working")) or ""
    assert "、" in said
    assert "," not in said


@pytest.mark.parametrize("other", ["在办", r"\d 线", r"\{n\} 线"])
def test_open_tickets_and_lines_have_one_word_in_chinese(other):
    """Open is 未结 and the lines are 一线, 二线 and 三线, on the wallboard as in the list."""
    said = re.findall(r'^msgstr(?:\[0\])? "(.*)"$', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [one for one in said if re.search(other, one)] == []
    i18n.activate("zh")
    assert [ledger.line_name(line) for line in "123"] == ["一线", "二线", "三线"]
