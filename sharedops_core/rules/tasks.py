"""Tasks (协办任务): a piece of work asked of another team while the ticket stays where it is (product D5).

The record is the journal: every line about a task says so in its detail under `task`, and the tasks of a ticket are
what these lines give, one after the other. What is wanted and what came of it are words of the thread, said in the
same lines, so that there is one place for words. A task ends with a line of its own; cancelling a ticket withdraws all
that still stand, and undoing that brings them back.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.clocks import due_for, parse_target
from sharedops_core.rules.commitments import Policy

OPEN, TAKEN, DONE, DECLINED, WITHDRAWN = STATES = ("open", "taken", "done", "declined", "withdrawn")
STANDING = (OPEN, TAKEN)
WORK, FOLLOW_UP = KINDS = ("work", "follow_up")
"""What somebody asks for, and calling back a requester who was not content (回访)."""

ASK, TAKE, FINISH, DECLINE, WITHDRAW = ACTS = ("ask_task", "take_task", "finish_task", "decline_task", "withdraw_task")
OVERDUE = "overdue_task"
"""What time alone does, through the sweep."""

USUAL_WITHIN, FOLLOW_UP_WITHIN = "1wd", "1wd"


class Line(NamedTuple):
    """What of a line of the journal concerns tasks."""

    seq: int
    at: datetime
    act: str
    state: str
    from_state: str | None
    actor_id: int | None
    detail: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Task:
    """A task: of which team, or which agent of it; until when; and how it stands.

    `asked_line` and `ended_line` are the lines of the journal that say what is wanted and what came of it,
    `overdue_at` when its being late was told. A gate keeps the ticket from being resolved while the task stands.
    """

    nth: int
    kind: str
    team_id: int | None
    agent_id: int | None
    within: str
    due_at: datetime
    is_gate: bool
    asked_at: datetime
    asked_by_id: int | None
    asked_line: int
    state: str = OPEN
    taken_at: datetime | None = None
    taken_by_id: int | None = None
    ended_at: datetime | None = None
    ended_by_id: int | None = None
    ended_line: int | None = None
    overdue_at: datetime | None = None

    @property
    def is_standing(self) -> bool:
        """Return whether something is still to be done."""
        return self.state in STANDING

    @property
    def alarm_at(self) -> datetime | None:
        """Return when the sweep has to tell that it is late, None when it has not to."""
        return self.due_at if self.is_standing and self.overdue_at is None else None


Tasks = tuple[Task, ...]


def usual_within(policy: Policy, line: int, priority: int) -> str:
    """Return how long a team of a line has for a task when nobody says: what it has for a whole ticket, else a day."""
    return policy.targets.get(f"line{line}", {}).get(priority) or USUAL_WITHIN


def calendar_of(policy: Policy, team_id: int | None) -> Calendar:
    """Return the calendar on which a team is measured: its own, else that of the policy."""
    return policy.calendar if team_id is None else policy.team_calendars.get(team_id, policy.calendar)


def due(policy: Policy, team_id: int | None, within: str, at: datetime) -> datetime:
    """Return when a task is due that is asked at an instant, counted on the calendar of the asked team.

    Raises Refused for what is no target.
    """
    found = due_for(calendar_of(policy, team_id), at, parse_target(within))
    if found is None:
        raise ValueError("only what is paused has no due time")
    return found


def asked(
    nth: int, *, team_id: int | None, agent_id: int | None, within: str, due_at: datetime, is_gate: bool,
    kind: str = WORK,
) -> dict[str, object]:  # fmt: skip
    """Return what the line of the journal says that asks for a task; of a follow-up that is the rating."""
    told = {"nth": nth, "kind": kind, "team": team_id, "agent": agent_id, "within": within, "due": due_at.isoformat(),
            "is_gate": is_gate}  # fmt: skip
    return {"task": told}


def about(nth: int) -> dict[str, object]:
    """Return what a later line says of which task it is about."""
    return {"task": {"nth": nth}}


def leaving(nths: Iterable[int]) -> dict[str, object]:
    """Return what a line says that withdraws tasks beside its own act; nothing for none."""
    found = list(nths)
    return {"withdrawn_tasks": found} if found else {}


def concerns(line: Line) -> bool:
    """Return whether a line can change tasks, so that others need not be looked up."""
    detail = line.detail or {}
    ends = line.state == lifecycle.CANCELLED and line.from_state != lifecycle.CANCELLED
    return ends or line.act == "undo" or "task" in detail or "withdrawn_tasks" in detail


def replay(lines: Iterable[Line]) -> Tasks:
    """Return the tasks of a ticket by the lines of its journal, oldest first."""
    found: Tasks = ()
    for line in lines:
        found = fold(found, line)
    return found


def fold(tasks: Tasks, line: Line) -> Tasks:
    """Return the tasks after one more line."""
    detail = line.detail or {}
    if line.act == "undo":
        return tuple(_again(one) if one.ended_line == detail.get("line") else one for one in tasks)
    if line.state == lifecycle.CANCELLED and line.from_state != lifecycle.CANCELLED:
        return tuple(_ended(one, WITHDRAWN, line) if one.is_standing else one for one in tasks)
    if gone := detail.get("withdrawn_tasks"):
        return tuple(_ended(one, WITHDRAWN, line) if one.is_standing and one.nth in gone else one for one in tasks)
    told = detail.get("task")
    if not isinstance(told, Mapping):
        return tasks
    if "kind" in told:
        return (*tasks, _new(told, line))
    return tuple(_after(one, line) if one.nth == told["nth"] else one for one in tasks)


def _new(told: Mapping[str, Any], line: Line) -> Task:
    # Nobody asks for a follow-up: it follows from what the requester said.
    asked_by_id = line.actor_id if told["kind"] == WORK else None
    return Task(
        told["nth"], told["kind"], told["team"], told["agent"], told["within"], datetime.fromisoformat(told["due"]),
        told["is_gate"], line.at, asked_by_id, line.seq,
    )  # fmt: skip


def _after(task: Task, line: Line) -> Task:
    if line.act == OVERDUE:
        return replace(task, overdue_at=line.at)
    if line.act == TAKE:
        return replace(task, state=TAKEN, taken_at=line.at, taken_by_id=line.actor_id)
    if line.act == FINISH and task.taken_at is None:
        task = replace(task, taken_at=line.at, taken_by_id=line.actor_id)
    ends = {FINISH: DONE, DECLINE: DECLINED, WITHDRAW: WITHDRAWN}
    return _ended(task, ends[line.act], line) if line.act in ends else task


def _ended(task: Task, state: str, line: Line) -> Task:
    return replace(task, state=state, ended_at=line.at, ended_by_id=line.actor_id, ended_line=line.seq)


def _again(task: Task) -> Task:
    """Return a task that stands again because the line that ended it is undone."""
    state = OPEN if task.taken_at is None else TAKEN
    return replace(task, state=state, ended_at=None, ended_by_id=None, ended_line=None)


def number(ticket_number: str, nth: int) -> str:
    """Return what a task is called: INC-10001/1."""
    return f"{ticket_number}/{nth}"


def state_name(state: str) -> str:
    """Return the state of a task in the user's language."""
    return {
        OPEN: _("not taken yet"), TAKEN: _("taken on"), DONE: _("done"), DECLINED: _("turned down"),
        WITHDRAWN: _("withdrawn"),
    }.get(state, state)  # fmt: skip


def is_for(task: Task, person_id: int, team_ids: Collection[int]) -> bool:
    """Return whether a task is somebody's to do: the asked agent's, or of the people of the asked team."""
    return person_id in (task.agent_id, task.taken_by_id) or task.team_id in team_ids


def gates(tasks: Tasks) -> Tasks:
    """Return the tasks without which a ticket cannot be resolved."""
    return tuple(one for one in tasks if one.is_gate and one.is_standing)
