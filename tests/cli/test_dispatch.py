"""`sharedops dispatch`: who gets which ticket, for people and for machines."""

import pytest

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
