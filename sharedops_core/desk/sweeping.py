"""The sweep: what has fallen due is told to whom the policy names, once, however many sweep at the same time (E4).

A clock says when it has to be looked at again (`alarm_at`), so a sweep reads only what is due. Every step that fires
is a line of the journal, and that line is what keeps it from firing twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from sharedops_core.desk import finding, handoffs, journal, telling
from sharedops_core.rules import commitments, history
from sharedops_core.rules.alarms import Step
from sharedops_core.store import policies
from sharedops_core.store.events import histories
from sharedops_core.store.tables import Clock, Notice, Person, Receipt, Team, Ticket

BATCH = 200
_RECEIPTS_KEPT = timedelta(days=1)
"""Nobody asks for an act again a day later."""


@dataclass(frozen=True)
class Fired:
    """A step that fired: of which clock of which ticket, and the logins that were told."""

    ticket_id: int
    number: str
    alarm: str
    is_breach: bool
    told: tuple[str, ...]


def sweep(session: Session, *, at: datetime, limit: int = BATCH) -> Sequence[Fired]:
    """Fire what is due by `at` on at most so many tickets, and return it; nothing when all is done.

    One transaction of the caller's: a sweep that is killed has done nothing, one that waited for another finds
    nothing left to do. Tickets that somebody works on in this instant are left to the next one.
    """
    session.exec(delete(Receipt).where(col(Receipt.at) < at - _RECEIPTS_KEPT))
    due = select(Clock.ticket_id).where(col(Clock.alarm_at) <= at).order_by(col(Clock.alarm_at)).limit(limit)
    ids = list(dict.fromkeys(session.exec(due)))
    if not ids:
        return []
    free = select(Ticket).where(col(Ticket.id).in_(ids)).with_for_update(key_share=True, skip_locked=True)
    tickets = {one.id: one for one in session.exec(free)}
    journals, staff = histories(session, ids), _staff(session, tickets.values())
    return [
        one
        for ticket_id in ids
        if ticket_id in tickets  # else somebody acts on it in this instant; the next sweep finds it again
        for one in _sweep_ticket(session, tickets[ticket_id], journals[ticket_id], staff, at)
    ]


def is_due(session: Session, *, at: datetime) -> bool:
    """Return whether a sweep would find anything; looks only, so that looking often disturbs nobody."""
    return session.exec(select(Clock.ticket_id).where(col(Clock.alarm_at) <= at).limit(1)).first() is not None


@dataclass(frozen=True)
class _Staff:
    """Whom the roles of a chain can mean, read once per sweep: the lead of each team, who is above by lane, by id."""

    people: Mapping[int, Person]
    leads: Mapping[int, int | None]
    above: Mapping[str | None, Sequence[Person]]


def _staff(session: Session, tickets: Collection[Ticket]) -> _Staff:
    leads = dict(session.exec(select(Team.id, Team.lead_id)).all())
    named = {person_id for one in tickets for person_id in (one.assignee_id, one.first_contact_id)}
    found = session.exec(select(Person).where(col(Person.id).in_((named | set(leads.values())) - {None})))
    above = {lane: finding.above(session, lane) for lane in {one.lane for one in tickets}}
    return _Staff({one.id: one for one in found}, leads, above)


def _sweep_ticket(
    session: Session, ticket: Ticket, past: list[history.Entry], staff: _Staff, at: datetime
) -> list[Fired]:
    folded = history.replay(past)
    found = []
    for run in list(commitments.runs(folded, policies.versions(session))):
        if run.stop is not None:
            continue
        name, _due = commitments.next_alarm(run, folded.alarms, at)
        if name is not None:
            step = next(one for one in run.now.policy.steps if one.kind == run.kind and name.endswith(f"/{one.at}"))
            found.append(_fire(session, ticket, past, staff, run, step, name, at))
    return found


def _fire(
    session: Session,
    ticket: Ticket,
    past: list[history.Entry],
    staff: _Staff,
    run: commitments.Run,
    step: Step,
    name: str,
    at: datetime,
) -> Fired:
    told = telling.in_place(session, _people(session, staff, ticket, step.tell), ticket, at)
    due_at = run.due_at(run.now, run.pauses)
    detail: dict[str, object] = {
        "clock": run.kind, "at": step.at, "due": due_at.isoformat() if due_at else None,
        "told": [person.login for person in told],
    }  # fmt: skip
    if step.is_expiry:
        entry = _expire(session, ticket, past, name, detail, at)
    else:
        changes: dict[str, Any] = {"alarm": name} | _given(session, staff, ticket, step, detail)
        entry = journal.move(session, ticket, "alarm", actor=None, at=at, changes=changes, detail=detail, past=past)
    past.append(entry)
    telling.tell(session, ticket, told, "alarm", detail, at=at)
    return Fired(ticket.id, ticket.number, name, step.is_breach, tuple(person.login for person in told))


def _expire(
    session: Session, ticket: Ticket, past: list[history.Entry], name: str, detail: dict[str, object], at: datetime
) -> history.Entry:
    """Let the offer of a ticket go back to the giver, and name the team that has not answered."""
    if ticket.offered_team_id is not None:
        detail["expired"] = session.get_one(Team, ticket.offered_team_id).code
    changes = {"alarm": name, "offered_team_id": None}
    entry = journal.move(session, ticket, "expire", actor=None, at=at, changes=changes, detail=detail, past=past)
    handoffs.expire(session, ticket, at=at)
    return entry


def _given(session: Session, staff: _Staff, ticket: Ticket, step: Step, detail: dict[str, object]) -> dict[str, Any]:
    """Return the new holder when the step gives the ticket to somebody; the first-contact owner stays answerable."""
    receiver = next(iter(_people(session, staff, ticket, (step.give,), "take")), None) if step.give else None
    if receiver is None or receiver.id == ticket.assignee_id:
        return {}
    detail["given_to"] = receiver.login
    return {"assignee_id": receiver.id, "first_contact_id": ticket.first_contact_id or receiver.id}


def _people(
    session: Session, staff: _Staff, ticket: Ticket, roles: Sequence[str], right: str = "inside"
) -> Sequence[Person]:
    """Return whom the roles mean for a ticket, each person once; a role that nobody has means nobody.

    Of a confidential ticket only those hear who have the right to read it, or to take it.
    """
    ids = {
        "holder": ticket.assignee_id,
        "first_contact": ticket.first_contact_id,
        "lead": staff.leads.get(ticket.team_id) if ticket.team_id else None,
        "receiver": staff.leads.get(ticket.offered_team_id) if ticket.offered_team_id else None,
    }
    found: dict[int, Person] = {}
    for role in roles:
        if role == "supervisor":
            found |= {one.id: one for one in staff.above[ticket.lane]}
        elif (person_id := ids[role]) is not None:
            found[person_id] = staff.people[person_id]
    if ticket.lane is None:
        return list(found.values())
    return telling.with_right(session, found.values(), right, ticket)


def read_notices(session: Session, *, actor: Person, at: datetime) -> int:
    """Mark what the actor has been told as seen, and return how much that was."""
    unread = session.exec(select(Notice).where(col(Notice.person_id) == actor.id, col(Notice.read_at).is_(None))).all()
    for notice in unread:
        notice.read_at = at
    return len(unread)
