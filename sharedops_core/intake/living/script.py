"""Scripts of tickets: which acts lead to a fate, in which order, and when each of them falls due."""

import random
from collections.abc import Sequence

from sharedops_core.intake.living.plan import Plan
from sharedops_core.rules.opentime import DAY, OpenTime

OPTIONAL = frozenset({"note", "progress", "ask", "answer", "chase", "thanks", "rate", "returned", "escalate"})
"""Steps that are left out when nobody is at work any more before now."""

_AFTERWARDS = {
    "thanks": (300, 3 * 3600), "confirm": (1200, 36 * 3600), "rate": (40, 20 * 3600), "reopen": (3 * 3600, 40 * 3600),
    "note": (900, 3 * 3600), "progress": (1800, 3 * 3600), "resolve": (3600, 9 * 3600), "retry": (600, 2 * 3600),
}  # fmt: skip
"""Seconds between a step and the one before it, once the ticket has been resolved the first time."""

_CLOSED = (
    (30, ("take", "ack", "resolve")),
    (10, ("take", "resolve")),
    (14, ("take", "ack", "ask", "answer", "note", "resolve")),
    (10, ("take", "ack", "note", "progress", "resolve")),
    (8, ("take", "ack", "wait", "resume", "note", "resolve")),
    (13, ("take", "ack", "note", "hand_2", "accept", "progress", "note", "resolve")),
    (4, ("take", "ack", "hand_2", "accept", "note", "hand_3", "accept", "note", "progress", "resolve")),
    (3, ("take", "ack", "hand_2", "give_back", "returned", "progress", "resolve")),
    (2, ("take", "ack", "note", "hand_2", "resolve")),
    (2, ("take", "ack", "chase", "escalate", "progress", "resolve")),
    (2, ("take", "change", "ack", "note", "resolve")),
    (3, ("take", "ack", "note", "chase", "progress", "chase", "progress", "resolve")),
    (5, ("take", "ack", "resolve", "reopen", "retry", "note", "resolve")),
)
_WORKING = (
    (20, ("take", "ack", "note")),
    (16, ("take", "ack", "ask", "answer")),
    (10, ("take", "ack", "ask")),
    (12, ("take", "ack", "note", "progress")),
    (8, ("take", "ack", "ask", "answer", "note", "chase")),
    (7, ("take", "ack", "progress", "chase", "escalate")),
    (6, ("take", "change", "ack", "note")),
    (5, ("take", "ack")),
)
_CALM = ((12, ("take", "ack", "wait", "resume", "note")),)
"""Scripts with a pause, which would move a due time that was chosen closely."""

_PREFIX = {
    1: ((6, ("take", "ack")), (3, ("take", "ack", "note")), (2, ("take", "ack", "ask", "answer"))),
    2: ((1, ("take", "ack", "note", "hand_2", "accept", "progress")), (1, ("take", "ack", "hand_2", "accept"))),
    3: ((1, ("take", "ack", "hand_2", "accept", "note", "hand_3", "accept")),),
}
_TAIL = ((4, ("note",)), (3, ("note", "progress")), (2, ("chase", "progress")), (2, ()), (1, ("chase", "escalate")))

Weighted = Sequence[tuple[int, tuple[str, ...]]]


def steps(plan: Plan, rng: random.Random) -> list[str]:
    """Return the steps after the opening that lead to the fate of a plan."""
    build = {
        "received": _received, "dispatched": _dispatched, "accepted": _accepted, "working": _working,
        "waiting": _waiting, "confirmed": _confirmed, "cancelled": _cancelled, "resolved": _resolved,
        "reopened": _reopened,
    }  # fmt: skip
    return build.get(plan.fate, _handed)(plan, rng)


def moments(plan: Plan, script: Sequence[str], first: int, hours: OpenTime, at: int, rng: random.Random) -> list[int]:
    """Return when each step falls due: the first answer at `first`, then up to `plan.until`, then what comes after."""
    place = script.index("resolve") if "resolve" in script else len(script) - 1
    start, end = min(first, plan.until), plan.until
    cuts = _cuts(place, rng)
    open_seconds = hours.between(start, end)
    spread = [
        hours.reach(start, int(open_seconds * cut)) if open_seconds > 60 else start + int((end - start) * cut)
        for cut in cuts
    ]
    if script[1:2] == ["ack"] and place > 0:
        spread[0] = min(spread[0], start + rng.randint(90, 2400))
    found = [start, *spread] if place else [end if script[:1] == ["resolve"] else start]
    for step in script[place + 1 :]:
        found.append(_afterwards(step, found[-1], at, rng))
    return found


def _cuts(count: int, rng: random.Random) -> list[float]:
    """Return growing shares of a stretch, the last of them 1."""
    weights = [0.3 + rng.random() for _ in range(count)]
    total, so_far, cuts = sum(weights), 0.0, []
    for weight in weights:
        so_far += weight
        cuts.append(so_far / total)
    return cuts


def _afterwards(step: str, before: int, at: int, rng: random.Random) -> int:
    low, high = _AFTERWARDS.get(step, (900, DAY))
    gap = rng.randint(low, high)
    left = max(0, at - before)
    return before + (gap if gap < left * 0.9 else int(left * rng.uniform(0.2, 0.7)))


def _pick(rng: random.Random, scripts: Weighted) -> list[str]:
    return list(rng.choices([one for _weight, one in scripts], [weight for weight, _one in scripts])[0])


def _received(_plan: Plan, rng: random.Random) -> list[str]:
    return ["chase"] if rng.random() < 0.12 else []


def _dispatched(_plan: Plan, _rng: random.Random) -> list[str]:
    return ["assign"]


def _accepted(_plan: Plan, rng: random.Random) -> list[str]:
    return ["take", "note"] if rng.random() < 0.35 else ["take"]


def _working(plan: Plan, rng: random.Random) -> list[str]:
    script = _pick(rng, (*_WORKING, *_CALM) if plan.left == "later" else _WORKING)
    if plan.left == "overdue" and rng.random() < 0.5:
        script += ["chase", "escalate"]
    return script


def _waiting(plan: Plan, rng: random.Random) -> list[str]:
    line = 1 if plan.part == "own" else rng.choices((1, 2, 3), (58, 32, 10))[0]
    script = _pick(rng, _PREFIX[line])
    return [*script, "wait", *(["note"] if rng.random() < 0.2 else [])]


def _handed(plan: Plan, rng: random.Random) -> list[str]:
    """Return the script of an open ticket that was offered to another team."""
    offer = {"to_team": "hand_1", "to_me": "hand_1"}.get(plan.part, "hand_2")
    if plan.fate == "offered":
        is_back = plan.part == "back" or (not plan.part and rng.random() < 0.2)
        start = ["take", "ack", "hand_2", "accept", "note"] if is_back else ["take", "ack", "note"]
        return [*start, "hand_back" if is_back else offer]
    if plan.fate == "given_back":
        return ["take", "ack", "note", "hand_2", "give_back", "returned", *(["progress"] if rng.random() < 0.5 else [])]
    if plan.fate == "bounced":
        return ["take", "ack", "hand_2", "accept", "note", "hand_back", "accept", "bounce"]
    line = 3 if plan.fate == "line_3" else 2
    return [*_pick(rng, _PREFIX[line]), *_pick(rng, _TAIL)]


def _reopened(_plan: Plan, rng: random.Random) -> list[str]:
    return ["take", "ack", "resolve", "reopen", "retry", *(["note"] if rng.random() < 0.6 else [])]


def _resolved(_plan: Plan, rng: random.Random) -> list[str]:
    return [*_pick(rng, _CLOSED), *(["thanks"] if rng.random() < 0.15 else [])]


def _confirmed(_plan: Plan, rng: random.Random) -> list[str]:
    return [
        *_pick(rng, _CLOSED), *(["thanks"] if rng.random() < 0.3 else []), "confirm",
        *(["rate"] if rng.random() < 0.5 else []),
    ]  # fmt: skip


def _cancelled(plan: Plan, _rng: random.Random) -> list[str]:
    if plan.reason in ("withdrawn", "opened_by_mistake"):
        return ["take", "withdraw"]
    if plan.reason == "no_reply":
        return ["take", "ack", "wait", "remind", "drop"]
    return ["take", "drop"]
