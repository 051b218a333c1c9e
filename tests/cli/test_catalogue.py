"""`sharedops catalogue` and `sharedops knowledge` on the shipped data."""

import pytest

from sharedops_core.desk import identity
from tests.intake.conftest import seed


@pytest.fixture
def seeded(engine, desks):
    """The address of a database with the seed data; the tests here only read."""
    return desks.shared(engine, "demo seed", demo_seed).url


def demo_seed(session):
    """Write all of the shipped data into a desk in which a test says who acts."""
    seed(session)
    identity.mark_demo(session)


@pytest.fixture
def ask(shell, seeded):
    """Run one command on the seed data as 李娜."""
    return lambda *arguments: shell("--db", seeded, "--as", "li.na", *arguments)


def test_the_tree_counts_what_is_below(ask):
    """The figure of a branch is the sum of its parts, and the items of the whole are all live ones."""
    rows = ask("catalogue", "tree", "--json").json
    tops = [row for row in rows if row["level"] == 1]

    assert set(rows[0]) == {"level", "code", "name_en", "name_zh", "items"}
    assert sum(row["items"] for row in tops) == len([row for row in rows if row["level"] == 4]) >= 220
    assert [row["code"] for row in tops] == sorted(row["code"] for row in tops)


def test_one_branch_and_fewer_levels(ask):
    """A code keeps its branch, --levels its depth; for eyes branches are indented with their counts."""
    lines = ask("catalogue", "tree", "hr", "--levels", "2").out.splitlines()

    assert lines[0].startswith("HR  Human resources")
    assert lines[0].endswith("items)")
    assert all(line.startswith("  HR-") for line in lines[1:])


def test_an_unknown_branch_is_not_found(ask):
    """A branch that is not there is no empty answer."""
    assert ask("catalogue", "tree", "XX").code == 3


def test_a_card_has_everything_one_asks_about(ask):
    """The card in the shell names path, teams, promise, phrases and steps, and as JSON all of it in both languages."""
    out = ask("catalogue", "show", "it-net-vpn-01").out
    card = ask("catalogue", "show", "IT-NET-VPN-01", "--json").json

    assert out.startswith(f"IT-NET-VPN-01  {card['name_en']}\n")
    assert all(
        f"  {title}" in out for title in ("Path: ", "Teams: L1 ", "Service level: ", "What people say:", "Steps:")
    )
    assert f"  * P{card['priority']}  respond within" in out
    assert len(card["promises"]) == 4
    assert all(card[f"{name}_{language}"] for name in ("plain", "phrases", "steps") for language in ("en", "zh"))


@pytest.mark.parametrize("words", [["VPN", "掉线"], ["vpn drops"], ["VPN断线"]])
def test_items_are_found_by_the_words_people_use(ask, words):
    """Words of either language lead to the VPN items."""
    codes = [row["code"] for row in ask("catalogue", "find", *words, "--json").json]
    assert any(code.startswith("IT-NET-VPN") for code in codes[:3])


def test_articles_are_found_and_read(ask):
    """A search gives keys; `show` prints the article of a key with kind, audience and review day."""
    keys = [row["key"] for row in ask("knowledge", "search", "VPN 断线", "--json").json]
    shown = ask("knowledge", "show", "kb-0101")

    assert "KB-0101" in keys[:3]
    assert shown.out.startswith("KB-0101  VPN drops")
    assert " · may be sent to the requester · " in shown.out
    assert ask("knowledge", "show", "KB-0101", "--json").json["title_zh"].startswith("VPN")


@pytest.mark.parametrize("group", [("catalogue", "find"), ("knowledge", "search")])
def test_nothing_found_is_said_on_stderr(ask, group):
    """No answer is an empty stdout, a remark on stderr and no error."""
    answer = ask(*group, "qqqqqqqqqqqq")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.rstrip().endswith(("fits these words", "fit these words"))
