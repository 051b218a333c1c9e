"""The workload: what every agent has in hand, against what they can take, and who is on shift."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, or_, select

from sharedops_core.rules import permissions, query, workload
from sharedops_core.store import loads, shifts
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Membership, Person, Team, Ticket
from sharedops_core.views import scope
from sharedops_core.views.filters import IS_OPEN

QUERIES = {
    "new": "state:received,accepted", "working": "state:working", "waiting": "state:waiting", "at_risk": "sla:risk",
    "breached": "sla:breached", "load": "",
}  # fmt: skip
"""figure → the query whose tickets it counts, beside the name of the agent; a load is of all open ones."""


@dataclass(frozen=True, slots=True)
class AgentLoad:
    """What an agent has in hand: tickets by state, load by weight, capacity; `is_on_shift` is None without a shift.

    Only tickets that the reader oversees are counted; `query` means these.
    """

    login: str
    name: str
    role: str
    team_codes: tuple[str, ...]
    is_on_shift: bool | None
    new: int
    working: int
    waiting: int
    at_risk: int
    breached: int
    load: float
    capacity: int
    query: str

    @property
    def open(self) -> int:
        """Return how many open tickets the agent holds."""
        return self.new + self.working + self.waiting

    @property
    def percent(self) -> int | None:
        """Return the load in per cent of the capacity, None without any."""
        return workload.percent(self.load, self.capacity)


@dataclass(frozen=True, slots=True)
class Workload:
    """All agents at an instant, those with the heaviest load first. `changes_at`: when it changes if nobody acts."""

    at: datetime
    rows: tuple[AgentLoad, ...]
    changes_at: datetime


def agents(session: Session, now: datetime, *, reader: Reader | None = None) -> Workload:
    """Return the load of everybody in the teams that a reader oversees, and of whoever else holds their tickets.

    Raises NotAllowed for those who oversee nothing.
    """
    seen = scope.scope(session, reader)
    held = {row.assignee_id: row for row in _held(session, now, reader)}
    teams = _teams(session, seen)
    people = session.exec(
        select(Person)
        .where(or_(col(Person.id).in_(teams), col(Person.id).in_(held)))
        .where(col(Person.role).in_(permissions.DESK_ROLES))
    ).all()
    known, open_on = shifts.shifts(session), shifts.working_days(session)
    rows = []
    for person in people:
        own = teams.get(person.id, ())
        rows.append(_row(person, held.get(person.id), own, seen, _is_on(person, known, own, open_on, now)))
    rows.sort(key=lambda row: (-(row.percent or 0), -row.open, row.login))
    worn = {one.shift_id for one in people}
    turns = [workload.next_change(one, now) for shift_id, one in known.items() if shift_id in worn]
    changes_at = scope.changes_at(list(held.values()), *turns, now + timedelta(days=1))
    return Workload(now, tuple(rows), changes_at)


def _held(session: Session, now: datetime, reader: Reader | None) -> Sequence[Any]:
    counted = {name: terms for name, terms in QUERIES.items() if terms}
    statement = (
        sql_select(col(Ticket.assignee_id), *scope.counted(counted, now), *loads.columns(), *scope.turns(now))
        .where(IS_OPEN, col(Ticket.assignee_id).is_not(None), visible(reader, "oversee"))
        .group_by(col(Ticket.assignee_id))
    )
    return session.execute(statement).all()


def _teams(session: Session, seen: scope.Scope) -> Mapping[int, tuple[Team, ...]]:
    """Return the teams of everybody in the scope, home first."""
    by_id = {team.id: team for team in seen.teams}
    members = (
        select(Membership)
        .where(col(Membership.team_id).in_(by_id))
        .order_by(col(Membership.is_home).desc(), col(Membership.team_id))
    )
    found: dict[int, tuple[Team, ...]] = {}
    for member in session.exec(members):
        found[member.person_id] = (*found.get(member.person_id, ()), by_id[member.team_id])
    return found


def _is_on(
    person: Person, known: Mapping[int, workload.Shift], teams: Sequence[Team],
    open_on: Callable[[int | None], shifts.WorkingDays], now: datetime,
) -> bool | None:  # fmt: skip
    if person.shift_id is None:
        return None
    return workload.is_on(known[person.shift_id], now, open_on(teams[0].calendar_id if teams else None))


def _row(person: Person, held: Any, teams: Sequence[Team], seen: scope.Scope, is_on_shift: bool | None) -> AgentLoad:
    counts = {name: getattr(held, name) if held else 0 for name in QUERIES if name != "load"}
    asked = seen.narrowed(query.said("who", (person.login,)))
    codes = tuple(team.code for team in teams)
    return AgentLoad(person.login, person.name, person.role, codes, is_on_shift, **counts, load=loads.of(held),
                     capacity=person.capacity, query=asked)  # fmt: skip
