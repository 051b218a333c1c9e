"""The one table of moves: which act is legal in which state, and where it leads (product F1).

The guard of the journal, the keys the console offers, the help and the documentation all read this table.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sharedops_core.errors import Refused
from sharedops_core.i18n import _, joined

RECEIVED, ACCEPTED, WORKING, WAITING = "received", "accepted", "working", "waiting"
RESOLVED, CONFIRMED, CANCELLED, MERGED = "resolved", "confirmed", "cancelled", "merged"

STATES = (RECEIVED, ACCEPTED, WORKING, WAITING, RESOLVED, CONFIRMED, CANCELLED, MERGED)
OPEN_STATES = (RECEIVED, ACCEPTED, WORKING, WAITING)
FREE_STATES = (RECEIVED, ACCEPTED)
CLOSED_STATES = (CONFIRMED, CANCELLED, MERGED)
HELD_STATES = (ACCEPTED, WORKING, WAITING)

_STAY_OPEN = {state: state for state in OPEN_STATES}
_STAY_FREE = {state: state for state in FREE_STATES}
_STAY_HELD = {state: state for state in HELD_STATES}
_STAY_UNMERGED = {state: state for state in STATES if state != MERGED}
_STAY_LIVE = {state: state for state in STATES if state not in (CANCELLED, MERGED)}

MOVES: dict[str, dict[str, str]] = {
    "take": {RECEIVED: ACCEPTED, **_STAY_HELD},
    "assign": _STAY_OPEN,
    "reply": {RECEIVED: WORKING, ACCEPTED: WORKING, WORKING: WORKING, WAITING: WAITING, RESOLVED: RESOLVED},
    "note": {state: state for state in STATES},
    "receive": {**_STAY_OPEN, WAITING: WORKING, RESOLVED: RESOLVED, MERGED: MERGED},
    "wait": {ACCEPTED: WAITING, WORKING: WAITING},
    "resume": {WAITING: WORKING},
    "change": _STAY_OPEN,
    "hand_off": _STAY_HELD,
    "accept": {ACCEPTED: WORKING, WORKING: WORKING, WAITING: WAITING},
    "give_back": _STAY_HELD,
    "decide": _STAY_OPEN,
    "escalate": _STAY_OPEN,
    "chase": _STAY_OPEN,
    "resolve": dict.fromkeys(HELD_STATES, RESOLVED),
    "confirm": {RESOLVED: CONFIRMED},
    "reopen": {RESOLVED: WORKING, CONFIRMED: WORKING},
    "cancel": dict.fromkeys(OPEN_STATES, CANCELLED),
    "promise": _STAY_OPEN,
    "keep": _STAY_OPEN,
    "offer_duty": {**_STAY_OPEN, RESOLVED: RESOLVED},
    "accept_duty": {**_STAY_OPEN, RESOLVED: RESOLVED},
    "decline_duty": {**_STAY_OPEN, RESOLVED: RESOLVED},
    "lapse_duty": {**_STAY_OPEN, RESOLVED: RESOLVED},
    "stall": _STAY_OPEN,
    "pass_duty": _STAY_OPEN,
    "close_silently": {RESOLVED: CONFIRMED},
    "alarm": _STAY_OPEN,
    "push": _STAY_FREE,
    "reject": _STAY_FREE,
    "lapse_push": _STAY_FREE,
    "run_out": _STAY_FREE,
    "expire": _STAY_OPEN,
    "recompute": {**_STAY_OPEN, RESOLVED: RESOLVED},
    "rate": {RESOLVED: RESOLVED, CONFIRMED: CONFIRMED},
    "ask_task": _STAY_OPEN,
    "take_task": _STAY_LIVE,
    "finish_task": _STAY_LIVE,
    "decline_task": _STAY_LIVE,
    "withdraw_task": _STAY_LIVE,
    "overdue_task": _STAY_LIVE,
    "link": _STAY_UNMERGED,
    "unlink": _STAY_UNMERGED,
    "merge": dict.fromkeys(OPEN_STATES, MERGED),
    "absorb": _STAY_OPEN,
    "hear": {MERGED: MERGED},
    "split": _STAY_UNMERGED,
    "invite": _STAY_OPEN,
    "join": _STAY_OPEN,
    "decline_invite": _STAY_OPEN,
}
"""act → {state before: state after}. `open` has no state before; `record` copies the states of another desk's log."""

OPENING_ACTS = ("open", "record")

UNDOABLE = frozenset({
    "take", "assign", "wait", "resume", "change", "hand_off", "accept", "give_back", "resolve", "confirm", "reopen",
    "decide", "cancel", "promise", "keep", "offer_duty", "accept_duty", "decline_duty", "link", "unlink", "merge",
    "absorb", "reject",
})  # fmt: skip
"""The moves that `undo` takes back, as a line of its own in the journal. What has been said to somebody stays said:
a reply, a note, the requester's words and rating, an escalation and a chase have no way back."""

TO_ONE = {"accept": "take", "give_back": "reject"}
"""The answers to what is offered to a team, and what they are when it is offered to one agent."""

RESPONDING_ACTS = frozenset({"take", "reply", "accept", "resolve"})
"""Acts by which a person meets the response target (R10)."""


@dataclass(frozen=True)
class Holder:
    """What else than the state decides whether an act is possible."""

    state: str
    is_assigned: bool = False
    is_mine: bool = False
    is_offered: bool = False
    is_offered_to_me: bool = False
    is_rated: bool = False
    is_bounced: bool = False
    is_duty_offered: bool = False
    is_duty_offered_to_me: bool = False
    is_task_standing: bool = False
    is_task_for_me: bool = False
    is_task_free_for_me: bool = False
    gates: tuple[str, ...] = ()
    """The tasks without which it cannot be resolved."""
    is_invited: bool = False
    is_expert: bool = False
    is_pushed_to_me: bool = False


def after(act: str, state: str) -> str:
    """Return the state that `act` leads to from `state`.

    Raises Refused, with the states in which the act would be possible, when the table has no such move.
    """
    target = MOVES[act].get(state)
    if target is None:
        raise Refused(
            _("{act} is not possible while the ticket is {state}; possible when it is {states}").format(
                act=act_name(act), state=state_name(state), states=joined(map(state_name, MOVES[act]))
            )
        )
    return target


def hindrance(act: str, holder: Holder) -> str | None:
    """Return why `act` cannot be done now, in one sentence, or None when it can (keys and help show it)."""
    try:
        after(act, holder.state)
    except Refused as refusal:
        return str(refusal)
    is_others = holder.is_assigned and not holder.is_mine
    reasons = {
        "take": [
            (holder.is_mine and holder.state != RECEIVED, _("the ticket is yours already")),
            (is_others, _("somebody else holds the ticket; ask for a hand-off")),
        ],
        "hand_off": [
            (holder.is_offered, _("a hand-off is waiting to be accepted already")),
            (holder.is_bounced, _("it goes to and fro between teams; their leads decide where it stays")),
        ],
        "decide": [(not holder.is_bounced, _("it does not go to and fro between teams; there is nothing to decide"))],
        "chase": [(holder.is_mine, _("you have it in hand yourself; there is nobody to chase"))],
        "accept": [(not holder.is_offered_to_me, _("nothing is offered to you here"))],
        "give_back": [(not holder.is_offered_to_me, _("nothing is offered to you here"))],
        "offer_duty": [(holder.is_duty_offered, _("the duty is offered to somebody already"))],
        "accept_duty": [(not holder.is_duty_offered_to_me, _("no duty is offered to you here"))],
        "decline_duty": [(not holder.is_duty_offered_to_me, _("no duty is offered to you here"))],
        "join": [(not holder.is_invited, _("nobody has invited you here"))],
        "decline_invite": [(not holder.is_invited and not holder.is_expert, _("nobody has invited you here"))],
        "reject": [(not holder.is_pushed_to_me, _("nothing is offered to you here"))],
        "rate": [(holder.is_rated, _("the ticket has been rated already"))],
        "resolve": [(bool(holder.gates), gated(holder.gates))],
        "take_task": [(not holder.is_task_free_for_me, _("no task here waits for you or your team"))],
        "finish_task": [(not holder.is_task_for_me, _("no task here is yours or your team's"))],
        "decline_task": [(not holder.is_task_for_me, _("no task here is yours or your team's"))],
        "withdraw_task": [(not holder.is_task_standing, _("no task is open here"))],
    }
    return next((reason for applies, reason in reasons.get(act, []) if applies), None)


def gated(numbers: Iterable[str]) -> str:
    """Return in one sentence that tasks keep a ticket from being resolved."""
    text = _("it cannot be resolved before these tasks are done or withdrawn: {tasks}")
    return text.format(tasks=joined(numbers))


def answering(act: str, holder: Holder) -> str:
    """Return the act that an answer is for somebody: a ticket pushed to them they take, or reject."""
    return TO_ONE.get(act, act) if holder.is_pushed_to_me else act


def state_name(state: str) -> str:
    """Return the state in the user's language."""
    return {
        RECEIVED: _("received"), ACCEPTED: _("accepted"), WORKING: _("working"), WAITING: _("waiting"),
        RESOLVED: _("resolved"), CONFIRMED: _("confirmed"), CANCELLED: _("cancelled"),
        MERGED: _("merged"),
    }.get(state, state)  # fmt: skip


def act_name(act: str) -> str:
    """Return the act in the user's language."""
    return {
        "open": _("open a ticket"), "record": _("import"), "take": _("take"), "assign": _("assign"),
        "reply": _("reply"),
        "note": _("note"), "receive": _("requester's reply"), "wait": _("wait"), "resume": _("resume"),
        "change": _("change"), "hand_off": _("hand off"), "accept": _("accept"), "give_back": _("give back"),
        "decide": _("decide"), "escalate": _("escalate"), "chase": _("chase"),
        "resolve": _("resolve"), "confirm": _("confirm"), "reopen": _("reopen"),
        "cancel": _("cancel"), "rate": _("rate"), "promise": _("promise"), "keep": _("keep a promise"),
        "offer_duty": _("offer duty"), "accept_duty": _("take over duty"),
        "decline_duty": _("decline duty"), "lapse_duty": _("duty offer lapsed"),
        "stall": _("nothing done"), "pass_duty": _("duty passed on"),
        "close_silently": _("close silently"),
        "undo": _("undo"), "alarm": _("alarm"), "recompute": _("recompute"),
        "expire": _("hand-off expired"),
        "ask_task": _("ask for a task"), "take_task": _("take a task"), "finish_task": _("finish a task"),
        "decline_task": _("turn down a task"), "withdraw_task": _("withdraw a task"),
        "overdue_task": _("task overdue"),
        "link": _("link"), "unlink": _("unlink"), "merge": _("merge"), "absorb": _("take in"),
        "hear": _("told the solution"), "split": _("split"), "invite": _("invite"), "join": _("join"),
        "decline_invite": _("decline invitation"), "watch": _("watch"),
        "push": _("push"), "reject": _("reject"), "lapse_push": _("push lapsed"),
        "run_out": _("nobody left to ask"),
    }.get(act, act)  # fmt: skip
