"""`sharedops ticket` on tickets together: linked, merged, split, watched; an old number leads to the new one."""

import pytest


@pytest.fixture
def two(sharedops):
    """Two tickets of one requester that 李娜 has opened."""
    for subject in ("VPN drops at home", "VPN drops at home again"):
        sharedops("ticket", "new", subject, "--requester", "wang.xiaoming", "--item", "IT-NET-VPN-01")
    return "INC-10001", "INC-10002"


def test_links_are_made_shown_and_taken_away(sharedops, two):
    """Each end says it its way, in words and as JSON; likely duplicates are offered."""
    a, b = two
    assert sharedops("ticket", "link", a, "blocked-by", b).out.startswith("INC-10001: linked")
    assert "blocks  INC-10001  [received]  VPN drops at home" in sharedops("ticket", "show", b).out
    found = sharedops("ticket", "links", a, "--likely", "--json").json
    assert [one["role"] for one in found["related"]] == ["blocked_by"]
    assert [one["number"] for one in found["likely"]] == [b]
    assert sharedops("ticket", "link", a, "likes", b).code == 2
    assert sharedops("ticket", "unlink", a, b).code == 0
    assert sharedops("ticket", "unlink", a, b).code == 1


def test_an_old_number_leads_to_the_new_one_until_the_merging_is_undone(sharedops, two):
    """`show` says where it went, `list` finds it by the old number, and a second merging is a conflict."""
    a, b = two
    assert sharedops("ticket", "merge", a, "--into", b).code == 0
    shown = sharedops("ticket", "show", a)
    assert (shown.err.strip(), shown.out.split()[0]) == ("INC-10001 is merged into INC-10002", b)
    assert [one["number"] for one in sharedops("ticket", "list", a, "--json").json] == [b]
    assert sharedops("ticket", "merge", b, "--into", a).code == 5
    sharedops("ticket", "undo", a)
    assert sharedops("ticket", "show", a, "--json").json["state"] == "received"


def test_a_matter_is_split_off_and_experts_answer(sharedops, two):
    """The new number is told; who is invited joins or declines."""
    a, _b = two
    assert sharedops("ticket", "split", a, "--message", "1", "--json").json["number"] == "INC-10003"
    assert sharedops("ticket", "split", a, "--message", "9").code == 3
    for login in ("wang.lei", "sun.hao"):
        sharedops("ticket", "invite", a, "--who", login, "--text", "look")
    assert sharedops("--as", "wang.lei", "ticket", "join", a).code == 0
    assert sharedops("--as", "sun.hao", "ticket", "decline-invite", a, "--text", "away").code == 0
    people = sharedops("ticket", "links", a, "--json").json["people"]
    assert [(one["login"], one["state"]) for one in people] == [("wang.lei", "joined"), ("sun.hao", "declined")]
    sharedops("ticket", "watch", a)
    assert "INC-10001" in sharedops("ticket", "list", "watching:me").out
