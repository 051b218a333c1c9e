"""Policies from files: targets of every kind, escalation chains, the matrix, and all that is wrong named at once."""

import pytest
from sqlmodel import col, select

from sharedops_core import config
from sharedops_core.desk import terms
from sharedops_core.errors import BadInput
from sharedops_core.intake.promises import policies
from sharedops_core.store import policies as stored
from sharedops_core.store.tables import Policy, PolicyTarget, PriorityCell, Reason
from tests.conftest import T0

TARGETS = "".join(f'p{n} = {{ respond = "{n}m", resolve = "{n}h" }}\n' for n in range(1, 5))
HEAD = '[[policies]]\ncode = "fast"\nname_en = "Fast"\nname_zh = "快"\ncalendar = "cn-office"\n'
POLICY = f"{HEAD}[policies.targets]\n{TARGETS}"
STEP = '[[{where}]]\nclock = "{clock}"\nat = "{at}"\ntell = {tell}\n{more}'


def step(where="escalation", clock="resolution", at="75%", tell='["holder"]', more=""):
    """Return a step of a chain as TOML."""
    return STEP.format(where=where, clock=clock, at=at, tell=tell, more=more)


def chain(session, code="fast"):
    """Return the chain of a policy."""
    return [(one["clock"], one["at"], one["tell"], one["give"]) for one in session.exec(
        select(Policy.escalation).where(col(Policy.code) == code)).one()]  # fmt: skip


def findings(session, write, text):
    """Import a file that is wrong, and return what was said about it."""
    with pytest.raises(BadInput) as refusal:
        policies(session, write("p.toml", text))
    return refusal.value.findings


def test_every_kind_of_target_comes_in(session, write):
    """Update, acceptance, lines and supplier are promised where a policy says so, and nowhere else."""
    more = 'update = "2h", accept = "30m", line1 = "1h", line2 = "1wd", line3 = "eowd", supplier = "3wd"'
    policies(session, write("p.toml", POLICY.replace('resolve = "1h"', f'resolve = "1h", {more}')))
    terms.renew(session, actor=None, at=T0)
    fast = session.exec(select(Policy.id).where(col(Policy.code) == "fast")).one()
    targets = stored.load(session, stored.current(session, fast)).targets

    assert {key: one.get(1) for key, one in targets.items()} == {
        "response": "1m", "resolution": "1h", "update": "2h", "acceptance": "30m", "line1": "1h", "line2": "1wd",
        "line3": "eowd", "supplier": "3wd",
    }  # fmt: skip
    assert [one.get(2) for key, one in targets.items() if key not in ("response", "resolution")] == [None] * 6


def test_a_chain_at_the_top_is_that_of_all_without_their_own(session, write):
    """[[escalation]] is usual; a policy with steps of its own has only those."""
    own = POLICY.replace('"fast"', '"own"') + step("policies.escalation", at="100%", tell='["lead", "supervisor"]')
    policies(session, write("p.toml", POLICY + own + step() + step(at="2h after", more='give = "lead"\n')))

    assert chain(session) == [("resolution", "75%", ["holder"], None), ("resolution", "2h after", ["holder"], "lead")]
    assert chain(session, "own") == [("resolution", "100%", ["lead", "supervisor"], None)]


def test_a_chain_reaches_the_clocks(session, write):
    """What a file says about a chain is what the terms in force say."""
    policies(session, write("p.toml", POLICY + step(more='give = "supervisor"\n')))
    terms.renew(session, actor=None, at=T0)
    fast = session.exec(select(Policy.id).where(col(Policy.code) == "fast")).one()
    (found,) = stored.load(session, stored.current(session, fast)).steps
    assert (found.kind, found.at, found.tell, found.give) == ("resolution", "75%", ("holder",), "supervisor")


WRONG = (
    ("fast p1: respond: 'soon' is not a target", '"1m"', '"soon"'),
    ("fast p2: resolve: 1d: a day is not a unit", '"2h"', '"1d"'),
    ("fast: calendar = 'moon'", '"cn-office"', '"moon"'),
    ("fast, step 1: lunch is no clock", '"response"', '"lunch"'),
    ("[[escalation]], step 1: 'later' is no point", '"75%"', '"later"'),
    ("[[escalation]], step 2: boss is nobody", '"lead"', '"boss"'),
    ("[[escalation]], step 2: nobody is nobody", '"supervisor"', '"nobody"'),
)


def test_all_that_is_wrong_is_named_at_once(session, write):
    """Bad targets, an unknown calendar, bad clocks, points and people: each with its place, and nothing is written."""
    text = POLICY + step("policies.escalation", clock="response", at="50%") + step()
    text += step(at="100%", tell='["lead"]', more='give = "supervisor"\n')
    for _place, right, wrong in WRONG:
        text = text.replace(right, wrong)
    said = findings(session, write, text)

    assert [sum(place in finding for finding in said) for place, _right, _wrong in WRONG] == [1] * len(said)
    assert session.exec(select(Policy.code)).all() == ["standard"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("p4 = ", "p5 = "), "p5"), (('respond = "1m", ', ""), "respond is missing"), ((TARGETS, ""), "targets"),
        (("[[policies]]", "[[policy]]"), "policy is no known field"), (("clock", "kind"), "kind is no known field"),
        (('tell = ["holder"]', "tell = 7"), "tell"),
    ],
)  # fmt: skip
def test_a_form_that_is_not_kept_is_named(session, write, change, said):
    """A priority that does not exist, a target that is missing, a misspelt name: each is said."""
    assert any(said in finding for finding in findings(session, write, (POLICY + step()).replace(*change)))


def test_a_step_that_stands_there_twice_is_refused(session, write):
    """Two steps of one clock at one point could only fire as one: what they tell belongs into one step."""
    said = findings(session, write, POLICY + step() + step(tell='["lead"]'))
    assert said == (said[0],)
    assert "[[escalation]], step 2: resolution 75%: stands there twice" in said[0]


def test_the_matrix_and_reasons_come_in(session, write):
    """Impact and urgency give a priority; a waiting reason names the clocks that stand."""
    text = "[matrix.high]\nhigh = 1\nlow = 3\n"
    text += '[[waiting_reasons]]\ncode = "parts"\nname_en = "x"\nname_zh = "x"\npauses = ["line"]\n'
    policies(session, write("p.toml", text))
    assert session.get(PriorityCell, ("high", "low")).priority == 3
    assert session.get(Reason, ("waiting", "parts")).pauses == ["line"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[matrix.high]\nlow = 9\n", "[matrix.high]: low: 9 is no priority"),
        ('[matrix.high]\nlow = "1"\n', "[matrix.high]: low: '1' is no priority"),
        ("[matrix]\nhigh = 1\n", "[matrix.high] must be a table"), ("matrix = 7\n", "[matrix.] must be a table"),
    ],
)  # fmt: skip
def test_a_matrix_that_is_none_is_named(session, write, text, said):
    """A cell without a priority from 1 to 4 would only be found by the first ticket: it is refused."""
    assert [said in finding for finding in findings(session, write, text)] == [True]


def test_importing_again_changes_nothing(session, write):
    """The same file is the same promise: nothing is changed, and no new version comes of it."""
    file = write("p.toml", POLICY + step())
    policies(session, file)
    terms.renew(session, actor=None, at=T0)
    before = stored.current(session, 2)
    assert (policies(session, file).changed, terms.renew(session, actor=None, at=T0)) == ((), [])
    assert stored.current(session, 2) == before


def test_a_target_that_is_taken_away_is_gone(session, write):
    """A file without the update target of before promises no updates any more."""
    with_update = POLICY.replace('resolve = "1h"', 'resolve = "1h", update = "1h"')
    for text in (with_update, POLICY):
        policies(session, write("p.toml", text))
    assert session.get_one(PolicyTarget, (2, 1)).update_within is None


def test_the_shipped_policies_have_chains_whose_points_can_be_met(bare):
    """Every shipped policy warns before its resolution is missed, and tells somebody then."""
    with bare.read() as session:
        codes = dict(session.exec(select(Policy.id, Policy.code)).all())
        for policy_id, code in codes.items():
            steps = stored.load(session, stored.current(session, policy_id)).steps
            assert {one.is_breach for one in steps if one.kind == "resolution"} == {True, False}, code
            assert all(one.tell or one.give for one in steps), code
    assert (config.shipped("seed_data") / "policies").is_dir()
