"""`sharedops ticket task` and `sharedops settings`: what is asked, done and refused, for eyes and for machines."""

import pytest


@pytest.fixture
def asked(sharedops):
    """A ticket of 李娜 with a task for the network team."""
    sharedops("ticket", "new", "VPN drops", "--requester", "wang.xiaoming", "--item", "IT-NET-VPN-01")
    sharedops("ticket", "take", "INC-10001")
    return sharedops("ticket", "task", "add", "INC-10001", "--to", "network", "--text", "open 443", "--within", "4h")


def test_a_task_goes_from_one_to_the_other_and_back(sharedops, asked):
    """Asked, listed for the other team, taken, done; the ticket shows it, and can be resolved then only."""
    assert asked.out.startswith("INC-10001/1: Network is asked; not taken yet · 5 h 30 min left (2026-03-02 ")
    refused = sharedops("ticket", "resolve", "INC-10001", "--text", "x")
    assert (refused.code, "before these tasks are done or withdrawn: INC-10001/1" in refused.err) == (1, True)
    [row] = sharedops("ticket", "task", "list", "--json", user="liu.yang").json
    assert (row["number"], row["wanted"], row["acts"]) == ("INC-10001/1", "open 443",
                                                           ["take_task", "finish_task", "decline_task"])  # fmt: skip
    assert sharedops("ticket", "task", "take", "INC-10001/1", user="liu.yang").code == 0
    done = sharedops("ticket", "task", "done", "INC-10001/1", "--text", "it is open", "--json", user="sun.hao").json
    assert (done["state"], done["taken_by"], done["result"]) == ("done", "刘洋", "it is open")
    assert "    open 443 -> it is open\n" in sharedops("ticket", "show", "INC-10001").out
    assert sharedops("ticket", "resolve", "INC-10001", "--text", "x").code == 0


@pytest.mark.parametrize(
    ("code", "user", "line", "said"),
    [
        (2, "liu.yang", "take INC-10001", "is no task; right would be INC-10001/1"),
        (3, "liu.yang", "take INC-10001/9", "there is no task INC-10001/9"),
        (1, "zhou.kai", "take INC-10001/1", "INC-10001/1 is asked of network"),
        (1, "li.na", "add INC-10001 --to network --text x --within 3d", "a day is not a unit of a target"),
        (1, "li.na", "add INC-10001 --to network --text x --within 0m", "a task needs time"),
        (4, "wang.xiaoming", "withdraw INC-10001/1", "王小明 is a requester"),
    ],
)
def test_each_refusal_is_one_sentence(sharedops, asked, code, user, line, said):
    """What is no task, is not there, or is not theirs is refused with its exit code."""
    answer = sharedops("ticket", "task", *line.split(), user=user)
    assert (answer.code, said in answer.err) == (code, True), answer.err


def test_queries_find_tickets_by_their_tasks(sharedops, asked):
    """The asked team and whoever asked find the ticket, in both languages; a requester learns of no task."""

    def found(query, user):
        return len(sharedops("ticket", "list", query, "--no-header", user=user).out.splitlines())

    for query, *counts in (
        ("task:me", 1, 0, 0), ("协办：本组", 1, 0, 0), ("task:asked", 0, 1, 0), ("task:network", 1, 1, 1),
        ("-task:open", 0, 0, 0), ("task:late", 0, 0, 0),
    ):  # fmt: skip
        assert [found(query, who) for who in ("liu.yang", "li.na", "zhou.kai")] == counts, query
    assert found("task:open", "wang.xiaoming") == 0


def test_an_admin_sets_the_numbers_of_the_desk(sharedops, asked):
    """A dry run says what would be and changes nothing; everybody reads what is set, an admin alone sets it."""
    dry = sharedops("settings", "set", "silent_after", "9", "--dry-run", user="ops.admin")
    assert (dry.out, "0 resolved tickets are closed silently" in dry.err) == ("silent_after: 5 -> 9\n", True)
    assert sharedops("settings", "set", "silent_after", "9", "--json", user="ops.admin").json["before"] == 5
    assert [row["value"] for row in sharedops("settings", "list", "--json").json] == [9, 2, 2]
    assert sharedops("settings", "set", "low_csat", "1").code == 4
    assert sharedops("settings", "set", "volume", "1", user="ops.admin").code == 3


def test_a_sweep_can_be_looked_at_before(sharedops, asked, now):
    """--dry-run says what is late and writes nothing; the sweep after it says the same."""
    now.shift(9 * 3600)
    dry, swept, again = (sharedops("sla", "sweep", *more) for more in (["--dry-run"], [], []))
    assert "INC-10001/1  task overdue  li.na" in dry.out
    assert (dry.out, "overdue" in again.out) == (swept.out, False)
