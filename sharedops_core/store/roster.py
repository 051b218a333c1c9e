"""The agents that tickets can go to, read once for any number of tickets: who is there, can do what, has how much."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from sharedops_core.rules import dispatch, permissions, workload
from sharedops_core.rules.dispatch import Candidate
from sharedops_core.store import absences, loads, shifts
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.dispatch import skills
from sharedops_core.store.tables import Event, Membership, Person, Team, Ticket

KNOWN_FOR = timedelta(days=90)
"""So long somebody is said to know a requester or a matter."""

_GIVING = ("take", "assign")
"""Acts by which somebody gets a ticket."""

Known = Mapping[int, int]
"""person → how many tickets of the same requester or the same item they resolved lately"""


@dataclass(frozen=True)
class Roster:
    """The agents of some teams at an instant; what is dealt out in the meantime is counted by `give`."""

    people: Mapping[int, Person]
    teams: Mapping[int, frozenset[int]]
    skills: Mapping[int, dict[str, int]]
    there: Mapping[int, tuple[bool, datetime]]
    away: Mapping[int, datetime]
    lanes: Mapping[str, frozenset[int]]
    load: dict[int, float]
    given: dict[int, datetime]

    def candidates(self, ticket: Ticket, known: Known, among: Iterable[int]) -> list[Candidate]:
        """Return some agents as candidates for a ticket."""
        return [self._candidate(person_id, ticket, known) for person_id in among]

    def _candidate(self, person_id: int, ticket: Ticket, known: Known) -> Candidate:
        one = self.people[person_id]
        is_on, turn_at = self.there.get(person_id, (True, None))
        return Candidate(
            one.login, one.name, self.skills[person_id], is_on_shift=is_on, is_absent=person_id in self.away,
            is_of_lane=ticket.lane is None or person_id in self.lanes.get(ticket.lane, ()),
            back_at=self.away.get(person_id) or turn_at, load=self.load.get(person_id, 0.0),
            capacity=one.capacity, affinity=known.get(person_id, 0), dispatched_at=self.given.get(person_id),
        )  # fmt: skip

    def person(self, login: str) -> Person:
        """Return one of them by login."""
        return next(one for one in self.people.values() if one.login == login)

    def of_team(self, team_id: int | None) -> list[int]:
        """Return who belongs to a team."""
        return [person_id for person_id, teams in self.teams.items() if team_id in teams]

    def has_room(self, person_id: int) -> bool:
        """Return whether somebody is there and could have one more of the usual tickets."""
        is_there = self.there.get(person_id, (True, None))[0] and person_id not in self.away
        return is_there and self.load.get(person_id, 0.0) + workload.USUAL_WEIGHT <= self.people[person_id].capacity

    def give(self, person_id: int, weight: float, at: datetime) -> None:
        """Count a ticket that somebody gets, or is offered."""
        self.load[person_id] = self.load.get(person_id, 0.0) + weight
        self.given[person_id] = at


EVERYBODY = Reader(0, "service")
"""What the machine itself finds: dealing out goes by the whole load, whoever lets the sweep run."""


def roster(session: Session, team_ids: Collection[int | None] | None, now: datetime, reader: Reader | None) -> Roster:
    """Return the agents of some teams, or of all; their load, offers among it, is what the reader may find of it."""
    members = select(Membership.person_id, Membership.team_id)
    if team_ids is not None:
        members = members.where(col(Membership.team_id).in_([one for one in team_ids if one is not None]))
    teams: dict[int, set[int]] = defaultdict(set)
    for person_id, team_id in session.exec(members):
        teams[person_id].add(team_id)
    found = select(Person).where(col(Person.id).in_(teams), col(Person.role).in_(permissions.DESK_ROLES))
    people = {one.id: one for one in session.exec(found)}
    return Roster(
        people, {person_id: frozenset(teams[person_id]) for person_id in people}, skills(session, people),
        shifts.presence(session, people, now), absences.ends(session, people, now), _lanes(session),
        _loads(session, people, reader), _last_given(session, people, now, reader),
    )  # fmt: skip


def candidates(session: Session, ticket: Ticket, now: datetime, reader: Reader | None) -> list[Candidate]:
    """Return the agents of the team that has a ticket; their load is what the reader may find of it."""
    found = roster(session, [ticket.team_id], now, reader)
    return found.candidates(ticket, affinities(session, [ticket], now, reader)[ticket.id], found.people)


def _loads(session: Session, people_ids: Collection[int], reader: Reader | None) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for holder in (col(Ticket.assignee_id), col(Ticket.pushed_id)):
        statement = (
            sql_select(holder, *loads.columns())
            .where(holder.in_(people_ids), col(Ticket.queue_at).is_not(None), visible(reader, "find"))
            .group_by(holder)
        )
        for row in session.execute(statement):
            found[row[0]] += loads.of(row)
    return found


def affinities(
    session: Session, tickets: Sequence[Ticket], now: datetime, reader: Reader | None
) -> Mapping[int, dict[int, int]]:
    """Return for each ticket how many of the same requester or item, that the reader may find, who resolved lately."""
    same_item = _resolved(session, tickets, "item_id", now, reader)
    same_requester = _resolved(session, tickets, "requester_id", now, reader)
    found: dict[int, dict[int, int]] = {}
    for one in tickets:
        known = found[one.id] = defaultdict(int)
        for _item, person_id, count in same_item.get(one.item_id, ()):
            known[person_id] += count
        for item_id, person_id, count in same_requester.get(one.requester_id, ()):
            # Those of the same item, too, are counted already.
            known[person_id] += count if one.item_id is None or item_id != one.item_id else 0
    return found


def _resolved(
    session: Session, tickets: Sequence[Ticket], name: str, now: datetime, reader: Reader | None
) -> Mapping[int | None, list[tuple[int | None, int, int]]]:
    """Return by the value of a column how many tickets of which item somebody resolved lately."""
    column, values = col(getattr(Ticket, name)), {getattr(one, name) for one in tickets} - {None}
    statement = (
        sql_select(column, col(Ticket.item_id), col(Ticket.assignee_id), func.count())
        .where(column.in_(values), col(Ticket.resolved_at) > now - KNOWN_FOR, visible(reader, "find"))
        .where(col(Ticket.assignee_id).is_not(None), col(Ticket.id).not_in([one.id for one in tickets]))
        .group_by(column, col(Ticket.item_id), col(Ticket.assignee_id))
    )
    found = defaultdict(list)
    for value, item_id, person_id, count in session.execute(statement):
        found[value].append((item_id, person_id, count))
    return found


def _last_given(
    session: Session, people_ids: Iterable[int], now: datetime, reader: Reader | None
) -> dict[int, datetime]:
    """Return when people last got a ticket, as far back as it matters for whose turn it is."""
    statement = (
        sql_select(col(Event.assignee_id), func.max(Event.at))
        .where(col(Event.at) > now - dispatch.LONG_WAIT, col(Event.act).in_(_GIVING))
        .join(Ticket, col(Ticket.id) == col(Event.ticket_id))
        .where(col(Event.assignee_id).in_(people_ids), visible(reader, "find"))
        .group_by(col(Event.assignee_id))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _lanes(session: Session) -> Mapping[str, frozenset[int]]:
    """Return who belongs to each confidential lane: its people, and who leads them."""
    found: dict[str, set[int]] = defaultdict(set)
    of_lane = select(Team.lane, Team.lead_id, Membership.person_id).join(Membership, isouter=True)
    for lane, *people in session.exec(of_lane.where(col(Team.lane).is_not(None))):
        found[str(lane)].update(one for one in people if one is not None)
    return {lane: frozenset(people) for lane, people in found.items()}
