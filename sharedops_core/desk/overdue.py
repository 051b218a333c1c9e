"""Telling that a task is late: once, to the lead of the asked team and to whoever asked (product D5).

`Task.alarm_at` says which tasks have to be told of, so a sweep reads only what is due; the line of the journal is what
keeps it from being told twice.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import journal, telling
from sharedops_core.desk.lapsing import BATCH, Lapsed
from sharedops_core.rules import tasks as tasking
from sharedops_core.store.tables import Person, Task, Team, Ticket


def remind(session: Session, *, at: datetime, limit: int = BATCH) -> Sequence[Lapsed]:
    """Tell of the tasks that fell due by `at`, so many at most; nothing when all is told.

    Tickets that somebody works on in this instant are left to the next sweep.
    """
    due = select(Task).where(col(Task.alarm_at) <= at).order_by(col(Task.alarm_at)).limit(limit)
    tasks = session.exec(due).all()
    if not tasks:
        return []
    meant = select(Ticket).where(col(Ticket.id).in_({one.ticket_id for one in tasks}))
    free = {one.id: one for one in session.exec(meant.with_for_update(key_share=True, skip_locked=True))}
    still = {(one.ticket_id, one.nth) for one in session.exec(due.execution_options(populate_existing=True))}
    keys = [(one.ticket_id, one.nth) for one in tasks if (one.ticket_id, one.nth) in still]
    return [_remind(session, free[ticket_id], nth, at) for ticket_id, nth in keys if ticket_id in free]


def is_due(session: Session, *, at: datetime) -> bool:
    """Return whether there is anything to tell; looks only."""
    return session.exec(select(Task.nth).where(col(Task.alarm_at) <= at).limit(1)).first() is not None


def _remind(session: Session, ticket: Ticket, nth: int, at: datetime) -> Lapsed:
    task = session.get_one(Task, (ticket.id, nth))
    due_at, words = task.due_at, tasking.number(ticket.number, nth)
    told = _concerned(session, ticket, task, at)
    logins = [one.login for one in told]
    detail = tasking.about(nth) | {"told": logins}
    journal.move(session, ticket, tasking.OVERDUE, actor=None, at=at, detail=detail)
    notice = {"task": words, "due": due_at.isoformat()}
    telling.tell(session, ticket, told, tasking.OVERDUE, notice, at=at)
    return Lapsed(ticket.id, words, tasking.OVERDUE, tuple(logins))


def _concerned(session: Session, ticket: Ticket, task: Task, at: datetime) -> Sequence[telling.Told]:
    """Return the lead of the asked team and whoever asked; of a follow-up, which nobody asked for, whose it is."""
    team = session.get(Team, task.team_id) if task.team_id else None
    ids = [team.lead_id if team else None, task.asked_by_id or task.agent_id]
    people = [session.get_one(Person, one) for one in dict.fromkeys(ids) if one is not None]
    able = telling.with_right(session, people, "inside", ticket)
    return telling.in_place(session, able, ticket, at)
