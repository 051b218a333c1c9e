"""Queries and saved views in the shell."""

import pytest


@pytest.fixture
def three(sharedops):
    """Three open tickets of two priorities, one of them taken."""
    for subject, priority in (("VPN drops", 1), ("打印机脱机", 3), ("Mailbox full", 3)):
        sharedops("ticket", "new", subject, "--item", "IT-NET-VPN-01", "--priority", priority)
    sharedops("ticket", "take", "INC-10002")
    return sharedops


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["p:3"], [2, 3]),
        (["p:3 -who:me"], [3]),
        (["--", "-p:3"], [1]),
        (["脱机"], [2]),
        ([], [1, 2, 3]),
    ],
)
def test_a_query_narrows_the_list(three, words, numbers):
    """`ticket list QUERY` prints what the same query shows in the console."""
    rows = three("ticket", "list", "--sort", "number", "--json", *words).json

    assert [row["number"] for row in rows] == [f"INC-1000{n}" for n in numbers]


def test_a_mistake_is_shown_with_its_place(three):
    """A query that cannot be understood is refused as wrong usage, with a caret below what is wrong."""
    answer = three("ticket", "list", "vpn stat:open")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines()[1:] == ["  vpn stat:open", "      ^"]


def test_a_piped_list_names_its_columns(three):
    """In a pipe the first line names the columns, unless it is not wanted."""
    with_header = three("ticket", "list").out.splitlines()
    without = three("ticket", "list", "--no-header").out.splitlines()

    assert with_header[0].split("\t")[:3] == ["number", "due", "priority"]
    assert with_header[1:] == without


def test_the_order_can_be_turned_round(three):
    """A minus in front of an order turns it round."""
    found = [[row["number"] for row in three("ticket", "list", "--sort", one, "--json").json]
             for one in ("subject", "-subject")]  # fmt: skip

    assert found[0] == found[1][::-1] == ["INC-10003", "INC-10001", "INC-10002"]


def test_a_view_is_saved_listed_used_and_removed(three):
    """A saved view has a name by which it is listed, shown, renamed and removed."""
    assert three("view", "save", "calm", "p:3 -who:me", "--sort", "-opened").err == "the view calm is saved\n"
    assert [row["name"] for row in three("view", "list", "--json").json] == ["calm"]
    assert [row["number"] for row in three("ticket", "list", "--view", "calm", "--json").json] == ["INC-10003"]
    assert three("view", "rename", "calm", "quiet").code == 0
    assert three("ticket", "list", "--view", "calm").code == 2
    assert three("view", "remove", "quiet").code == 0
    assert three("view", "list", "--no-header").out == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["save", "x", "p:9"], 2),
        (["save", "x", "p:1", "--sort", "colour"], 2),
        (["save", "x", "p:1", "--team", "desk"], 4),
        (["save", "x", "p:1", "--team", "nobody"], 3),
        (["remove", "x"], 3),
    ],
)
def test_what_is_refused(sharedops, words, code):
    """Each refusal has its exit code and one sentence, and saves nothing."""
    answer = sharedops("view", *words)

    assert (answer.code, answer.out, bool(answer.err)) == (code, "", True)
    assert sharedops("view", "list", "--json").json == []
