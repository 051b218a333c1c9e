"""The matrix against an oracle written the other way round: by role in prose, not by act in a table."""

from itertools import chain, combinations

import pytest

from sharedops_core.rules import lifecycle, permissions, push
from sharedops_core.rules.duty import BY_TIME
from sharedops_core.rules.permissions import MATRIX, RELATIONS, ROLES, Standing

READING = {"find", "read", "inside"}
SPEAKING_FOR_ONESELF = {"find", "read", "open", "receive", "confirm", "reopen", "rate", "cancel", "chase"}
EVERYBODYS_WORK = {
    "receive", "confirm", "reopen", "rate", "reply", "note", "escalate", "take", "chase",
    "offer_duty", "accept_duty", "decline_duty",
    "ask_task", "take_task", "finish_task", "decline_task", "withdraw_task",
    "link", "unlink", "absorb", "watch", "join", "decline_invite",
    "reject",
}  # fmt: skip
TASKS = {"ask_task", "take_task", "finish_task", "decline_task", "withdraw_task"}
HOLDERS_WORK = {
    "assign", "wait", "resume", "change", "declassify", "hand_off", "promise", "keep", "resolve", "cancel",
    "merge", "split", "invite",
}  # fmt: skip
TOGETHER = {"link", "unlink", "absorb", "watch", "join", "decline_invite"}
RECEIVERS_WORK = {"accept", "give_back"}
LEADS_WORK = {"decide"}
OF_THE_DESK = {"console", "know", "report", "sweep"}
OF_ADMINS = {"import", "administer", "audit", "act_for"}


def expected(role, act, relations, lane):
    """Return what the words of the product say about an act of somebody on a ticket."""
    if role == "auditor":
        return act in READING | {"console", "know", "report", "oversee", "audit"}
    if role == "service":
        return act in {"find", "open", "receive", "sweep"} or (act == "act_for" and "own" in relations)
    if role == "requester":
        return act in SPEAKING_FOR_ONESELF and "own" in relations
    return _of_desk(role, act, relations) and (lane is None or _in_lane(act, relations))


def _of_desk(role, act, relations):
    if act in OF_ADMINS | LEADS_WORK:
        return role == "admin" or (act in LEADS_WORK and role in {"lead", "supervisor"})
    if act in {"share_view", "be_absent"}:
        return role in {"supervisor", "admin"} or "team" in relations
    if act == "oversee":
        return role in {"supervisor", "admin"} or (role == "lead" and "team" in relations)
    if act in RECEIVERS_WORK:
        return "offered" in relations
    if act in HOLDERS_WORK:
        steps_in = role in {"supervisor", "admin"} or (role == "lead" and bool({"team", "line", "lane"} & relations))
        return steps_in or bool({"holder", "free"} & relations)
    return act in READING | EVERYBODYS_WORK | OF_THE_DESK | {"open"}


def _in_lane(act, relations):
    named = {"holder", "lane"} & relations
    if act in OF_THE_DESK | OF_ADMINS | {"share_view", "be_absent"}:
        return False
    if act in {"inside", "reply", "note", "escalate", "offer_duty", "accept_duty", "decline_duty", *TASKS, *TOGETHER}:
        return bool(named or "first_contact" in relations)
    if act in {"find", "read", "receive", "confirm", "reopen", "rate", "oversee", "chase"}:
        return bool(named or {"first_contact", "own"} & relations)
    if act == "cancel":
        return bool(named or "own" in relations)
    if act in RECEIVERS_WORK | LEADS_WORK | {"declassify", "assign"}:
        return "lane" in relations
    return act == "open" or bool(named)


def standings():
    """Yield every set of relations somebody may have to a ticket."""
    names = [name for name in RELATIONS if name != "other"]
    subsets = chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))
    return [frozenset({"other", *some}) for some in subsets]


@pytest.mark.parametrize("lane", [None, *permissions.LANES])
@pytest.mark.parametrize("role", ROLES)
def test_every_act_of_every_role_in_every_relation(role, lane):
    """What the matrix allows is what the words say: each act, each set of relations, with and without a lane."""
    wrong = [
        (act, sorted(relations))
        for act in MATRIX
        for relations in standings()
        if permissions.allows(act, Standing(role, relations, lane)) != expected(role, act, relations, lane)
    ]
    assert wrong == []


def test_every_move_of_people_is_in_the_matrix():
    """No act of the desk is without a rule; recomputing, what time alone does, and
    what a merged ticket is told are nobody's acts."""
    by_time = {"alarm", "expire", "recompute", "hear", "overdue_task", *BY_TIME, *push.BY_TIME}
    assert set(lifecycle.MOVES) - by_time <= set(MATRIX)
    assert all(len(row) == len(ROLES) + 1 for row in MATRIX.values())


@pytest.mark.parametrize(("role", "act"), [("pope", "read"), ("admin", "fly"), ("", "read"), ("auditor", "")])
def test_what_the_matrix_does_not_name_is_not_allowed(role, act):
    """An unknown role or act is refused, in a lane too."""
    for lane in (None, "hr"):
        assert not permissions.allows(act, Standing(role, frozenset(RELATIONS), lane))


def test_a_refusal_is_one_sentence_exactly_where_the_matrix_says_no():
    """Every refusal has words, no permission has any."""
    for role in ROLES:
        for act in MATRIX:
            for lane in (None, "hr"):
                standing = Standing(role, frozenset({"other"}), lane)
                said = permissions.refusal(act, standing, who="Li", number="INC-1", holder="Wu")
                assert (said is None) == permissions.allows(act, standing)
                assert said is None or (said and "\n" not in said and "{" not in said)
