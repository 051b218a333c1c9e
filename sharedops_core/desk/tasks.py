"""Tasks (协办任务): work asked of other teams in parallel; the ticket, its clocks and who answers for it stay (D5).

Whoever may write on a ticket asks; the people of the asked team take, finish or turn down, whatever they are to the
ticket otherwise, as long as they may read it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import finding, journal, telling
from sharedops_core.errors import Conflict, NotFound, Refused
from sharedops_core.i18n import _, joined
from sharedops_core.rules import lifecycle
from sharedops_core.rules import tasks as tasking
from sharedops_core.rules.clocks import parse_target
from sharedops_core.rules.commitments import Policy
from sharedops_core.rules.tasks import Task
from sharedops_core.store import absences, access, policies
from sharedops_core.store import tasks as stored
from sharedops_core.store.tables import Membership, Person, Team, Ticket


@dataclass(frozen=True)
class Wish:
    """What is asked of a team, or of one agent of it; `within` is a target such as 4h or 1wd, empty for the usual."""

    team: str
    words: str
    agent: str | None = None
    within: str = ""
    is_gate: bool = True


def ask_task(
    session: Session, ticket_id: int, wish: Wish, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Ask a team for a piece of work; the words go into the thread as an internal message, and the team is told.

    Due on the calendar of the asked team. Raises Refused for a team outside the lane of a confidential ticket, an agent
    outside the team, what is no target, and without words.
    """
    ticket = finding.ticket(session, ticket_id, tasking.ASK, actor)
    lifecycle.after(tasking.ASK, ticket.state)
    team = finding.team(session, wish.team)
    finding.require_team_of_lane(session, ticket, team)
    agent = finding.member(session, wish.agent, team) if wish.agent else None
    text = finding.text(wish.words, _("what is wanted"))
    policy = _policy(session, ticket)
    within = _within(wish.within or tasking.usual_within(policy, team.line, ticket.priority))
    nth = _next(session, ticket)
    detail = tasking.asked(
        nth, team_id=team.id, agent_id=agent.id if agent else None, within=within, is_gate=wish.is_gate,
        due_at=tasking.due(policy, team.id, within, at),
    )  # fmt: skip
    said = journal.Said("internal", actor, text)
    journal.move(session, ticket, tasking.ASK, actor=actor, at=at, seen=seen, detail=detail, said=said)
    people = [agent] if agent else [one for one in _members(session, team) if one.id != actor.id]
    _tell(session, ticket, nth, people, "task_asked", actor, text, at)
    return ticket


def take_task(
    session: Session, ticket_id: int, nth: int, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Take a task that is asked of the actor or their team on; whoever asked is told.

    Raises Conflict, naming who was first, when somebody has it already.
    """
    ticket, task = _asked_of(session, ticket_id, tasking.TAKE, nth, actor, at)
    if task.state == tasking.TAKEN:
        _blame(session, ticket, task, task.taken_by_id, actor)
    _move(session, ticket, tasking.TAKE, nth, actor, at, seen)
    _tell(session, ticket, nth, _asker(session, task, actor), "task_taken", actor, "", at)
    return ticket


def finish_task(
    session: Session, ticket_id: int, nth: int, words: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Finish a task with what came of it, which goes into the thread; one that nobody has taken on is so thereby."""
    ticket, task = _asked_of(session, ticket_id, tasking.FINISH, nth, actor, at)
    text = finding.text(words, _("the result"))
    _move(session, ticket, tasking.FINISH, nth, actor, at, seen, text)
    _tell(session, ticket, nth, _asker(session, task, actor), "task_done", actor, text, at)
    return ticket


def decline_task(
    session: Session, ticket_id: int, nth: int, words: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Turn a task down with the reason; whoever asked is told. A follow-up is owed, and only withdrawn by a lead."""
    ticket, task = _asked_of(session, ticket_id, tasking.DECLINE, nth, actor, at)
    if task.kind == tasking.FOLLOW_UP:
        raise Refused(_("a follow-up is owed to the requester; a lead can withdraw it"))
    text = finding.text(words, _("the reason"))
    _move(session, ticket, tasking.DECLINE, nth, actor, at, seen, text)
    _tell(session, ticket, nth, _asker(session, task, actor), "task_declined", actor, text, at)
    return ticket


def withdraw_task(
    session: Session, ticket_id: int, nth: int, words: str = "", *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Withdraw a task: for whoever asked, the holder, and leads. Whoever has taken it on, or was named, is told."""
    ticket, task = _standing(session, ticket_id, tasking.WITHDRAW, nth, actor)
    _require_giver(session, ticket, task, actor)
    text = finding.text(words, _("the reason")) if words.strip() else ""
    _move(session, ticket, tasking.WITHDRAW, nth, actor, at, seen, text)
    doers = [one for one in _people(session, {task.taken_by_id or task.agent_id}) if one.id != actor.id]
    _tell(session, ticket, nth, doers, "task_withdrawn", actor, text, at)
    return ticket


@dataclass(frozen=True)
class Owed:
    """A follow-up that is owed to a requester: what the line of the rating says of it, and who is to be told."""

    nth: int
    detail: dict[str, object]
    people: Sequence[Person]


def follow_up(session: Session, ticket: Ticket, *, at: datetime) -> Owed | None:
    """Return the task of calling back a requester who was not content: for the first-contact owner, else for a lead.

    None on a desk on which there is nobody it could be for.
    """
    team, agent = _who_follows_up(session, ticket)
    if team is None and agent is None:
        return None
    team_id, agent_id = team.id if team else None, agent.id if agent else None
    nth, within = _next(session, ticket), tasking.FOLLOW_UP_WITHIN
    detail = tasking.asked(
        nth, kind=tasking.FOLLOW_UP, team_id=team_id, agent_id=agent_id, within=within, is_gate=False,
        due_at=tasking.due(_policy(session, ticket), team_id, within, at),
    )  # fmt: skip
    return Owed(nth, detail, [agent] if agent else _members(session, team) if team else [])


def tell_owed(session: Session, ticket: Ticket, owed: Owed, words: str, *, at: datetime) -> None:
    """Tell whoever owes a follow-up what the requester said."""
    _tell(session, ticket, owed.nth, owed.people, "follow_up", None, words, at)


def require_no_gate(session: Session, tickets: Iterable[Ticket]) -> None:
    """Refuse to resolve tickets while tasks stand without which they cannot be, and name them all."""
    numbers = {one.id: one.number for one in tickets}
    found = stored.of(session, list(numbers))
    standing = [tasking.number(numbers[one], task.nth) for one in numbers for task in tasking.gates(found.get(one, ()))]
    if standing:
        raise Refused(lifecycle.gated(standing))


def require_none(session: Session, ticket: Ticket) -> None:
    """Refuse what would leave the tasks of a ticket behind, and name those that stand."""
    standing = [one for one in stored.of_one(session, ticket.id) if one.is_standing]
    if standing:
        words = _("{number} has open tasks: {tasks}; finish or withdraw them first")
        names = joined(tasking.number(ticket.number, one.nth) for one in standing)
        raise Refused(words.format(number=ticket.number, tasks=names))


def outside(session: Session, ticket: Ticket, lane: str | None) -> dict[str, object]:
    """Return what a line says that makes a ticket confidential: tasks of teams outside the lane are withdrawn."""
    if lane is None:
        return {}
    within = set(session.exec(select(Team.id).where(col(Team.lane) == lane)))
    tasks = stored.of_one(session, ticket.id)
    return tasking.leaving(one.nth for one in tasks if one.is_standing and one.team_id not in within)


# ----------------------------------------------------------------------------------------------------------------------


def _move(
    session: Session, ticket: Ticket, act: str, nth: int, actor: Person, at: datetime, seen: int | None, text: str = ""
) -> None:
    # A task makes nobody answerable for the ticket.
    changes: Mapping[str, int | None] = {"first_contact_id": ticket.first_contact_id}
    said = journal.Said("internal", actor, text) if text else None
    detail = tasking.about(nth)
    journal.move(session, ticket, act, actor=actor, at=at, seen=seen, detail=detail, said=said, changes=changes)


def _policy(session: Session, ticket: Ticket) -> Policy:
    return policies.load(session, policies.current(session, ticket.policy_id))


def _within(text: str) -> str:
    target = parse_target(text)
    if target.amount == 0:
        raise Refused(_("a task needs time; write for example 4h, 1wd or eowd"))
    return str(target)


def _next(session: Session, ticket: Ticket) -> int:
    return len(stored.of_one(session, ticket.id)) + 1


def _standing(session: Session, ticket_id: int, act: str, nth: int, actor: Person) -> tuple[Ticket, Task]:
    """Return a ticket and a task of it that stands; one that has ended names who was first."""
    ticket = finding.ticket(session, ticket_id, act, actor)
    task = next((one for one in stored.of_one(session, ticket_id) if one.nth == nth), None)
    if task is None:
        raise NotFound(_("there is no task {task}").format(task=tasking.number(ticket.number, nth)))
    if not task.is_standing:
        _blame(session, ticket, task, task.ended_by_id, actor)
    return ticket, task


def _asked_of(session: Session, ticket_id: int, act: str, nth: int, actor: Person, at: datetime) -> tuple[Ticket, Task]:
    """Return them when the task is the actor's to do, or that of somebody they stand in for."""
    ticket, task = _standing(session, ticket_id, act, nth, actor)
    is_theirs = tasking.is_for(task, actor.id, access.reader(session, actor).team_ids)
    if not is_theirs and not absences.stands_in(session, actor.id, task.agent_id, at):
        name, who = tasking.number(ticket.number, nth), _asked_name(session, task)
        raise Refused(_("{task} is asked of {who}").format(task=name, who=who))
    return ticket, task


def _asked_name(session: Session, task: Task) -> str:
    person = session.get(Person, task.agent_id) if task.agent_id else None
    team = session.get(Team, task.team_id) if task.team_id else None
    return person.name if person else team.code if team else "-"


def _blame(session: Session, ticket: Ticket, task: Task, by_id: int | None, actor: Person) -> None:
    """Tell whoever comes second who was first, and whoever did it themselves that it is so already."""
    said = {"task": tasking.number(ticket.number, task.nth), "state": tasking.state_name(task.state)}
    if by_id == actor.id:
        raise Refused(_("{task} is {state} already").format(**said))
    who = session.get(Person, by_id) if by_id else None
    text = _("{who} was first: {task} is {state}")
    raise Conflict(text.format(who=who.name if who else "sharedops", **said))


def _require_giver(session: Session, ticket: Ticket, task: Task, actor: Person) -> None:
    is_owed = task.kind == tasking.FOLLOW_UP
    teams = {ticket.team_id, task.team_id if is_owed else None}
    asker = session.get(Person, task.asked_by_id) if task.asked_by_id else None
    leads = session.exec(select(Team.lead_id).where(col(Team.id).in_(teams - {None}))).all()
    is_lead = actor.id in leads or (asker is not None and finding.leads(session, actor, asker))
    is_giver = not is_owed and actor.id in (task.asked_by_id, ticket.assignee_id)
    if is_giver or is_lead or actor.role in ("supervisor", "admin"):
        return
    name = tasking.number(ticket.number, task.nth)
    text = _("{task} is for its leads to withdraw") if is_owed else _("{task} is for who asked, the holder or their "
                                                                      "leads to withdraw")  # fmt: skip
    raise Refused(text.format(task=name))


def _who_follows_up(session: Session, ticket: Ticket) -> tuple[Team | None, Person | None]:
    owner = session.get(Person, ticket.first_contact_id) if ticket.first_contact_id else None
    home = finding.home_team(session, owner) if owner is not None else None
    if owner is not None and home is not None and telling.with_right(session, [owner], "inside", ticket):
        return home, owner
    team = session.get(Team, ticket.team_id) if ticket.team_id else None
    return team, session.get(Person, team.lead_id) if team is not None and team.lead_id else None


def _members(session: Session, team: Team) -> Sequence[Person]:
    found = select(Person).join(Membership, col(Membership.person_id) == col(Person.id))
    return session.exec(found.where(col(Membership.team_id) == team.id).order_by(col(Person.login))).all()


def _people(session: Session, ids: Iterable[int | None]) -> Sequence[Person]:
    return session.exec(select(Person).where(col(Person.id).in_(set(ids) - {None}))).all()


def _asker(session: Session, task: Task, actor: Person) -> Sequence[Person]:
    return [one for one in _people(session, {task.asked_by_id}) if one.id != actor.id]


def _tell(
    session: Session, ticket: Ticket, nth: int, people: Sequence[Person], kind: str, by: Person | None, text: str,
    at: datetime,
) -> None:  # fmt: skip
    told = telling.in_place(session, telling.with_right(session, people, "inside", ticket), ticket, at)
    detail = {"task": tasking.number(ticket.number, nth), "by": by.name if by else "", "words": text[: telling.SHOWN]}
    telling.tell(session, ticket, told, kind, detail, at=at)
