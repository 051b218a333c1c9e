"""Dispatch: the rules say what is needed, and the candidates are judged by that alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedops_core.rules import conditions, dispatch
from sharedops_core.rules.dispatch import Candidate, Need, Rule

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
SKILLS = st.dictionaries(st.sampled_from(["vpn", "network", "german"]), st.sampled_from(dispatch.LEVELS))
NEEDS = st.builds(Need, SKILLS, SKILLS, st.sampled_from([1.0, 2.0]))
CANDIDATES = st.builds(
    Candidate, st.text("abc", min_size=1), st.just("-"), SKILLS, st.booleans(), st.booleans(), st.booleans(),
    st.none(), st.integers(0, 24).map(lambda halves: halves / 2), st.integers(0, 12), st.integers(0, 5),
    st.none() | st.integers(0, 900).map(lambda minutes: NOW - timedelta(minutes=minutes)),
)  # fmt: skip
CROWDS = st.lists(CANDIDATES, unique_by=lambda one: one.login, max_size=6)
FREE = Candidate("li.na", "李娜", {"vpn": 2}, load=3.0)


def rule(code, condition, hit=dispatch.ALL, must=(), should=()):
    """Return a rule."""
    return Rule(code, code, code, condition, hit, dict(must), dict(should))


def kinds(candidate, asked):
    """Return what is in the way of a candidate."""
    return [one.kind for one in dispatch.verdicts(asked, [candidate], NOW)[0].hindrances]


def test_rules_add_up_until_the_first_last_word():
    """`all` lets the next rules count, too; behind a `first` that hit nothing is reached; a miss ends nothing."""
    rules = [rule("a", "line == 1", must={"vpn": 1}), rule("b", "is_vip", "first", must={"german": 3}),
             rule("c", "line == 1", "first", must={"vpn": 2}), rule("d", "true", must={"network": 1})]  # fmt: skip

    found = dispatch.outcomes(rules, conditions.FIELDS)

    assert [one.result for one in found] == ["hit", "missed", "hit", "unreached"]
    assert dispatch.need(found, 3) == Need({"vpn": 2})


def test_what_must_be_there_is_no_wish_any_more():
    """Of one skill the highest level counts; a wish for more than what is needed stays a wish."""
    rules = [rule("a", "true", must={"vpn": 1, "network": 2}, should={"german": 1}),
             rule("b", "true", should={"network": 1, "vpn": 3})]  # fmt: skip

    asked = dispatch.need(dispatch.outcomes(rules, conditions.FIELDS), 1)

    assert (asked.must, asked.should, asked.weight) == ({"network": 2, "vpn": 1}, {"german": 1, "vpn": 3}, 2.0)


def test_a_rule_that_cannot_be_decided_does_not_hit():
    """A condition that slipped past the import asks nothing of anybody, and is shown as what it is."""
    found = dispatch.outcomes([rule("a", "priority < 'a'", must={"vpn": 3})], conditions.FIELDS)
    assert (found[0].result, dispatch.need(found, 3)) == ("undecided", Need())


@pytest.mark.parametrize(
    ("candidate", "asked", "in_the_way"),
    [
        (FREE, Need({"vpn": 2}), []), (FREE, Need({"vpn": 3, "german": 1}), ["skill", "skill"]),
        (replace(FREE, load=9.5), Need(), ["full"]), (replace(FREE, load=9.0), Need(), []),
        (replace(FREE, load=9.0), Need(weight=2.0), ["full"]),
        (replace(FREE, is_on_shift=False, load=10), Need(), ["shift", "full"]),
        (replace(FREE, is_on_shift=False, is_absent=True), Need(), ["absent"]),
        (replace(FREE, is_of_lane=False), Need(), ["lane"]),
    ],
)  # fmt: skip
def test_everything_that_is_in_the_way_is_named(candidate, asked, in_the_way):
    """Not the first reason only: whoever explains a choice wants all of them."""
    assert kinds(candidate, asked) == in_the_way


@given(NEEDS, CROWDS)
def test_nobody_is_chosen_who_cannot_have_the_ticket(asked, crowd):
    """The chosen one has every needed skill, is there, and has room; when nobody is chosen, nobody could."""
    able = [one for one in crowd if one.is_on_shift and not one.is_absent and one.is_of_lane
            and one.load + asked.weight <= one.capacity
            and all(one.skills.get(skill, 0) >= level for skill, level in asked.must.items())]  # fmt: skip

    one = dispatch.chosen(dispatch.verdicts(asked, crowd, NOW))

    assert one in able if able else one is None


@given(NEEDS, CROWDS, st.randoms())
def test_the_order_in_which_candidates_come_does_not_matter(asked, crowd, random):
    """The same candidates give the same verdicts in the same order."""
    shuffled = random.sample(crowd, len(crowd))
    assert dispatch.verdicts(asked, shuffled, NOW) == dispatch.verdicts(asked, crowd, NOW)


@given(NEEDS, CANDIDATES, st.sampled_from(["vpn", "network", "german"]))
def test_more_of_anything_good_never_makes_a_verdict_worse(asked, candidate, skill):
    """A better skill, a lighter load, more acquaintance, a longer wait: no new hindrance, and no point less."""
    before, *_rest = dispatch.verdicts(asked, [candidate], NOW)
    better = [
        replace(candidate, skills={**candidate.skills, skill: 3}), replace(candidate, load=candidate.load / 2),
        replace(candidate, affinity=candidate.affinity + 1), replace(candidate, dispatched_at=None),
        replace(candidate, capacity=candidate.capacity + 1),
    ]  # fmt: skip
    for one in better:
        after, *_rest = dispatch.verdicts(asked, [one], NOW)
        assert {one.kind for one in after.hindrances} <= {one.kind for one in before.hindrances}
        assert all(new.points >= old.points for new, old in zip(after.parts, before.parts, strict=True))


def test_points_are_made_of_named_parts():
    """Half of the wished level, 6 of 10 free after this one, one ticket known, four hours without a new one."""
    one = replace(FREE, affinity=1, dispatched_at=NOW - timedelta(hours=4))

    verdict, *_rest = dispatch.verdicts(Need(should={"vpn": 2, "german": 2}), [one], NOW)

    assert {part.name: part.points for part in verdict.parts} == {
        "skill": 20.0, "room": 18.0, "affinity": 6.7, "turn": 5.0,
    }  # fmt: skip
    assert verdict.score == 49.7
