"""`sharedops dispatch`: who gets which ticket, for people and for machines."""

import pytest

from sharedops_core.store.tables import PushPlan
from tests.skilled import rule, skilled


@pytest.fixture
def opened(database, sharedops):
    """A desk with skills and one rule, and a ticket for it."""
    with database.write() as session:
        skilled(session)
        rule(session, "vpn", 10, "family == 'IT-NET'", must={"vpn": 2})
    return sharedops("ticket", "new", "VPN drops", "--item", "IT-NET-VPN-01", "--requester", "ana.ruiz", "--json")


def test_a_choice_is_explained_for_people_and_for_machines(opened, sharedops):
    """The choice first, then what it comes from; JSON is in no language."""
    said = sharedops("dispatch", "explain", "10001")
    document = sharedops("--lang", "zh", "dispatch", "explain", "INC-10001", "--json").json

    assert said.out.startswith("Who would get it\n  wang.lei 王磊 with 77 points\n")
    assert "  hit  vpn vpn: family == 'IT-NET' -> must Vpn 2\n" in said.out
    assert (document["chosen"], document["need"]["must"]) == ("wang.lei", {"vpn": 2})
    assert document["candidates"][1]["hindrances"] == [{"kind": "skill", "skill": "vpn", "wanted": 2, "has": 1}]


def test_requesters_do_not_see_how_work_is_dealt_out(opened, sharedops):
    """Their own ticket they may see, the choice is for the desk; a ticket that is not there is not found."""
    assert sharedops("dispatch", "explain", "10001", user="ana.ruiz").code == 4
    assert sharedops("dispatch", "explain", "99999").code == 3


def test_a_run_says_who_got_what_and_a_dry_one_changes_nothing(opened, sharedops):
    """One line a ticket; what nobody can have is told apart, and an agent may not deal out."""
    tried = sharedops("dispatch", "run", "--dry-run", "--json", user="he.lin")
    done = sharedops("dispatch", "run", user="he.lin")
    again = sharedops("dispatch", "run", user="he.lin")

    assert (tried.json[0]["login"], tried.err) == ("wang.lei", "dry run: nothing was changed\n")
    assert (done.code, done.out) == (0, "INC-10001\twang.lei\t王磊\t77.0\tvpn\n")
    assert (again.code, again.out, sharedops("dispatch", "run").code) == (0, "", 4)


@pytest.fixture
def pushing(opened, database):
    """The desk pushes, five minutes to answer."""
    with database.write() as session:
        session.add(PushPlan(team_id=1, accept_within="5m", widen=[]))


def test_a_push_is_offered_rejected_and_offered_to_nobody_else_who_cannot(pushing, sharedops):
    """A dry one changes nothing; the ticket says who is asked; a rejection wants a reason; an agent may not push."""
    tried = sharedops("dispatch", "push", "--dry-run", user="he.lin")
    done = sharedops("dispatch", "push", "--json", user="he.lin").json
    shown = sharedops("ticket", "show", "10001", user="wang.lei").out
    rejected = sharedops("ticket", "reject", "10001", "--reason", "not_ours", user="wang.lei")

    assert tried.out == "INC-10001\tpush\twang.lei\t王磊\tteam\t77.0\tvpn\n"
    assert (done[0]["login"], done[0]["pool"]) == ("wang.lei", "team")
    assert "Offered to: wang.lei until " in shown
    assert (rejected.code, rejected.out.partition(";")[0]) == (0, "INC-10001 rejected")
    assert sharedops("sla", "sweep").err.startswith("0 alarms") and sharedops("dispatch", "push").code == 4


def test_what_if_compares_and_says_what_its_figures_are(opened, sharedops, tmp_path):
    """For those who oversee; what is wrong with the rules is said as by the import, and nothing is stored."""
    rules = tmp_path / "new.toml"
    rules.write_text('[[rules]]\ncode = "all"\nplace = 10\nname_en = "A"\nname_zh = "甲"\nwhen = "true"\nhit = "all"\n'
                     "must = { german = 1 }\n", encoding="utf-8")  # fmt: skip
    asked = ("dispatch", "what-if", "--rules", str(rules), "--from", "2020-01-01", "--to", "2090-01-01")
    found = sharedops(*asked, "--json", user="he.lin").json

    assert (found["present"]["given"], found["new"]["given"], found["new"]["handed_on_percent"]) == (1, 0, None)
    assert set(found["definitions"]) <= set(found["new"])
    assert "given\t1\t0\n" in sharedops(*asked, user="he.lin").out
    assert sharedops(*asked).code == 4
    rules.write_text(rules.read_text(encoding="utf-8").replace("true", "itm == 1"), encoding="utf-8")
    assert "itm is no known field" in sharedops(*asked, user="he.lin").err


def test_a_simulation_compares_three_policies(sharedops):
    """One line each; the same seed says the same, in both languages."""
    small = ("dispatch", "simulate", "--seed", "3", "--agents", "2", "--days", "1", "--per-hour", "3")
    found = sharedops(*small, "--json").json
    assert [one["policy"] for one in found] == ["push", "pull", "round_robin"]
    assert sharedops(*small).out == sharedops("--lang", "zh", *small).out
