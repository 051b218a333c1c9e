"""The past as what-if replays it: the tickets of a span as they were opened, the agents as they are (product C4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from sharedops_core.rules import conditions, permissions, whatif
from sharedops_core.rules.dispatch import Rule
from sharedops_core.rules.whatif import Agent, Case, Replay, Resolved
from sharedops_core.store import dispatch, shifts
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Absence, Clock, Event, Membership, Person, Team, Ticket

_AT_ONCE = 5000
"""Tickets whose facts are asked for in one statement."""

_RIGHT = "oversee"


def compared(
    session: Session, rules: Sequence[Rule], start: datetime, end: datetime, *, reader: Reader | None = None
) -> tuple[Replay, Replay]:
    """Return what becomes of the tickets opened from `start` on and before `end` by the rules in force, and by others.

    They are those the reader oversees; nothing is written.
    """
    cases, agents, past = _cases(session, start, end, reader), _agents(session), _past(session, start, end, reader)
    now, then = (whatif.replay(one, cases, agents, past) for one in (dispatch.rules(session), rules))
    return now, then


def _cases(session: Session, start: datetime, end: datetime, reader: Reader | None) -> list[Case]:
    opening, answer, solution = aliased(Event), aliased(Clock), aliased(Clock)
    columns: list[Any] = [
        Ticket.__table__,  # type: ignore[attr-defined]
        col(opening.team_id).label("first_team_id"), col(opening.priority).label("first_priority"),
        col(opening.line).label("first_line"), col(answer.due_at).label("answer_by"),
        col(solution.breached_at).label("breached_at"),
    ]  # fmt: skip
    statement = (
        sql_select(*columns)
        .select_from(Ticket)
        .join(opening, and_(col(opening.ticket_id) == col(Ticket.id), col(opening.seq) == 1))
        .outerjoin(answer, _first("response", answer))
        .outerjoin(solution, _first("resolution", solution))
        .where(col(Ticket.opened_at) >= start, col(Ticket.opened_at) < end, visible(reader, _RIGHT))
        .order_by(col(Ticket.opened_at), col(Ticket.id))
    )
    rows = session.execute(statement).all()
    facts, codes = _facts(session, [row.id for row in rows]), dict(session.exec(select(Team.id, Team.code)).all())
    missed = _missed(rows, facts)
    return [_case(row, facts[row.id], codes, missed, end) for row in rows]


def _first(kind: str, clock: Any) -> ColumnElement[bool]:
    return and_(clock.ticket_id == col(Ticket.id), clock.kind == kind, clock.nth == 1)


def _facts(session: Session, ids: Sequence[int]) -> Mapping[int, conditions.Facts]:
    found: dict[int, conditions.Facts] = {}
    for begin in range(0, len(ids), _AT_ONCE):
        found |= dispatch.facts(session, ids[begin : begin + _AT_ONCE])
    return found


def _missed(rows: Sequence[Any], facts: Mapping[int, conditions.Facts]) -> Mapping[tuple[object, object], float]:
    """Return by item and priority which share of the resolved tickets missed the resolution target."""
    found: dict[tuple[object, object], list[bool]] = defaultdict(list)
    for row in rows:
        if row.resolved_at is not None and row.item_id is not None:
            found[facts[row.id]["item"], row.priority].append(row.breached_at is not None)
    return {key: sum(ones) / len(ones) for key, ones in found.items()}


def _case(
    row: Any, facts: conditions.Facts, codes: Mapping[int, str], missed: Mapping[tuple[object, object], float],
    end: datetime,
) -> Case:  # fmt: skip
    """Return a ticket with the team, line and priority of its opening; the rest of its facts is what it has now."""
    began, over = row.accepted_at or row.opened_at, row.resolved_at or row.confirmed_at or end
    first = {"team": codes.get(row.first_team_id, ""), "line": row.first_line, "priority": row.first_priority}
    is_resolved = row.resolved_at is not None and row.assignee_id is not None
    return Case(
        row.id, row.first_team_id, row.lane, {**facts, **first}, row.first_priority, row.opened_at, row.answer_by,
        max(over - began, timedelta(0)), row.requester_id, row.item_id, row.assignee_id if is_resolved else None,
        row.team_id, missed.get((facts["item"], row.priority)),
    )  # fmt: skip


def _agents(session: Session) -> Mapping[int, Agent]:
    found = session.exec(select(Person).where(col(Person.role).in_(permissions.DESK_ROLES))).all()
    people = {one.id: one for one in found}
    teams, lanes, calendars = defaultdict[int, set[int]](set), defaultdict[int, set[str]](set), dict[int, int | None]()
    members = select(Membership, Team).join(Team).where(col(Membership.person_id).in_(people))
    for member, team in session.exec(members):
        teams[member.person_id].add(team.id)
        lanes[member.person_id].update([team.lane] if team.lane else [])
        calendars |= {member.person_id: team.calendar_id} if member.is_home else {}
    for team in session.exec(select(Team).where(col(Team.lane).is_not(None), col(Team.lead_id).is_not(None))):
        lanes[team.lead_id or 0].add(team.lane or "")
    away = defaultdict[int, list[tuple[datetime, datetime]]](list)
    for one in session.exec(select(Absence)):
        away[one.person_id].append((one.from_at, one.until_at))
    every, open_on, skills = shifts.shifts(session), shifts.working_days(session), dispatch.skills(session, people)
    return {
        person_id: Agent(
            one.login, one.name, skills[person_id], one.capacity, frozenset(teams[person_id]),
            frozenset(lanes[person_id]), every[one.shift_id] if one.shift_id is not None else None,
            open_on(calendars.get(person_id)), tuple(away[person_id]),
        )
        for person_id, one in people.items()
        if teams[person_id]
    }  # fmt: skip


def _past(session: Session, start: datetime, end: datetime, reader: Reader | None) -> list[Resolved]:
    statement = (
        sql_select(col(Ticket.resolved_at), col(Ticket.requester_id), col(Ticket.item_id), col(Ticket.assignee_id))
        .where(col(Ticket.resolved_at) > start - whatif.KNOWN_FOR, col(Ticket.resolved_at) < end)
        .where(col(Ticket.assignee_id).is_not(None), visible(reader, "find"))
    )
    return [Resolved(*row) for row in session.execute(statement)]
