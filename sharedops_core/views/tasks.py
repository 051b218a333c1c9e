"""The tasks of tickets with their words, and what their reader may do to each (product D5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.i18n import _, pick
from sharedops_core.rules import permissions, spans
from sharedops_core.rules import tasks as tasking
from sharedops_core.rules.text import one_line
from sharedops_core.store import tasks as stored
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Event, Message, Person, Survey, Task, Team, Ticket

_MOST = 500


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task: what is wanted of whom until when, how it stands, what came of it; `acts` are those of its reader."""

    ticket_id: int
    nth: int
    number: str
    subject: str
    kind: str
    wanted: str
    team_code: str
    team_en: str
    team_zh: str
    agent: str
    agent_login: str
    within: str
    due_at: datetime
    is_gate: bool
    asked_at: datetime
    asked_by: str
    state: str
    taken_at: datetime | None
    taken_by: str
    ended_at: datetime | None
    ended_by: str
    result: str
    acts: tuple[str, ...] = ()

    @property
    def is_standing(self) -> bool:
        """Return whether something is still to be done."""
        return self.ended_at is None

    @property
    def is_late(self) -> bool:
        """Return whether it was ended after it was due."""
        return self.ended_at is not None and self.ended_at > self.due_at


def tasks(session: Session, tickets: Sequence[Ticket], reader: Reader) -> list[TaskRow]:
    """Return the tasks of tickets, whose inside the reader may see, each in the order of its numbers."""
    of_ticket = stored.of(session, [one.id for one in tickets])
    if not of_ticket:
        return []
    words, surveys = _words(session, list(of_ticket)), _surveys(session, list(of_ticket))
    teams = {one.id: one for one in session.exec(select(Team))}
    all_tasks = [one for some in of_ticket.values() for one in some]
    ids = {who for one in all_tasks for who in (one.agent_id, one.asked_by_id, one.taken_by_id, one.ended_by_id)}
    people = {one.id: one for one in session.exec(select(Person).where(col(Person.id).in_(ids - {None})))}

    def name(person_id: int | None) -> str:
        return people[person_id].name if person_id else ""

    return [
        TaskRow(
            ticket.id, one.nth, tasking.number(ticket.number, one.nth), ticket.subject, one.kind,
            surveys.get(ticket.id, "") if one.kind == tasking.FOLLOW_UP else words.get((ticket.id, one.asked_line), ""),
            *_team(teams, one.team_id), name(one.agent_id), people[one.agent_id].login if one.agent_id else "",
            one.within, one.due_at, one.is_gate, one.asked_at, name(one.asked_by_id), one.state,
            one.taken_at, name(one.taken_by_id), one.ended_at, name(one.ended_by_id),
            words.get((ticket.id, one.ended_line or 0), ""), _acts(ticket, one, reader),
        )
        for ticket in tickets
        for one in of_ticket.get(ticket.id, ())
    ]  # fmt: skip


def standing(session: Session, *, reader: Reader | None = None) -> list[TaskRow]:
    """Return the tasks that are a reader's or their teams' to do, the one due first at the top."""
    if reader is None:
        return []
    is_mine = (
        (col(Task.agent_id) == reader.person_id)
        | (col(Task.taken_by_id) == reader.person_id)
        | col(Task.team_id).in_(reader.team_ids)
    )
    ids = select(Task.ticket_id).where(col(Task.ended_at).is_(None), is_mine)
    found = select(Ticket).where(col(Ticket.id).in_(ids), visible(reader, "inside")).limit(_MOST)
    rows = tasks(session, session.exec(found).all(), reader)
    return sorted((one for one in rows if tasking.FINISH in one.acts), key=lambda one: one.due_at)


def standing_words(row: TaskRow, now: datetime) -> str:
    """Return how a task stands: what is left of its time, or how it ended, by whom and whether late."""
    if row.is_standing:
        left = spans.sentence(row.due_at, None, now, is_paused=False)
        who = f" {one_line(row.taken_by)}" if row.taken_by else ""
        return f"{tasking.state_name(row.state)}{who} · {left}"
    late = " · " + _("late") if row.is_late and row.state == tasking.DONE else ""
    return f"{tasking.state_name(row.state)} {one_line(row.ended_by)}".rstrip() + late


def whom(row: TaskRow) -> str:
    """Return of whom a task is asked."""
    parts = (one_line(pick(row.team_en, row.team_zh)), one_line(row.agent))
    return " · ".join(part for part in parts if part) or "-"


def noted(rows: Sequence[TaskRow]) -> dict[tuple[datetime, str], str]:
    """Return what the notes by which tasks were asked for and ended are about, by their moment and words."""
    asked = {(one.asked_at, one.wanted): f"{one.number} → {whom(one)}" for one in rows}
    ended = {
        (one.ended_at, one.result): f"{one.number} {tasking.state_name(one.state)}" for one in rows if one.ended_at
    }
    return asked | ended


def _team(teams: Mapping[int, Team], team_id: int | None) -> tuple[str, str, str]:
    team = teams.get(team_id) if team_id else None
    return (team.code, team.name_en, team.name_zh) if team else ("", "", "")


def _words(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """Return what was said in the lines of the journal that ask for a task and end one."""
    said = select(Event.ticket_id, Event.seq, Message.body).join(Message, col(Message.event_id) == col(Event.id))
    found = session.exec(said.where(col(Event.ticket_id).in_(ids), col(Event.act).in_(tasking.ACTS)))
    return {(ticket_id, seq): body for ticket_id, seq, body in found}


def _surveys(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return for each ticket what a follow-up is about: what its requester said."""
    found = session.exec(select(Survey).where(col(Survey.ticket_id).in_(ids)))
    return {one.ticket_id: _said(one) for one in found}


def _said(survey: Survey) -> str:
    ease = "-" if survey.ease is None else str(survey.ease)
    text = _("call the requester back: satisfaction {csat} of 5, ease {ease} of 5")
    comment = f"; {survey.comment}" if survey.comment else ""
    return text.format(csat=survey.csat, ease=ease) + comment


def _acts(ticket: Ticket, task: tasking.Task, reader: Reader) -> tuple[str, ...]:
    """Return the acts that are offered to a reader; whether a lead is the right one, the desk asks."""
    if not task.is_standing or not permissions.is_of_desk(reader.role):
        return ()
    is_owed = task.kind == tasking.FOLLOW_UP
    is_theirs = tasking.is_for(task, reader.person_id, reader.team_ids)
    is_giver = not is_owed and reader.person_id in (task.asked_by_id, ticket.assignee_id)
    is_above = reader.role in ("supervisor", "admin") or (
        reader.role == "lead" and (task.team_id if is_owed else ticket.team_id) in reader.team_ids
    )
    offered = {
        tasking.TAKE: is_theirs and task.state == tasking.OPEN,
        tasking.FINISH: is_theirs,
        tasking.DECLINE: is_theirs and not is_owed,
        tasking.WITHDRAW: is_giver or is_above,
    }
    return tuple(act for act, may in offered.items() if may)
