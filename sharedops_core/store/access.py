"""Who is looking: how a person stands to a ticket, and the same as the one SQL condition behind every list and count.

Both are made from `rules.permissions`, so that a list never shows what an act would refuse.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, or_, true
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from sharedops_core.rules import lifecycle, permissions
from sharedops_core.rules.permissions import (
    FIRST_CONTACT,
    FREE,
    HOLDER,
    LANE,
    LINE,
    OFFERED,
    OTHER,
    OWN,
    TEAM,
    Relations,
    Standing,
)
from sharedops_core.store.tables import Membership, Person, Team, Ticket

_FROM_OUTSIDE = frozenset({OWN, FREE})
"""How a requester stands to a confidential request of their own, whatever else they are at this desk."""

_DEPUTY = "deputy"

_OWN_TEAMS = select(Membership.team_id).where(col(Membership.person_id) == bindparam("me"))
_TEAMS = select(Team.id, Team.line, Team.lane).where(
    or_(col(Team.lead_id) == bindparam("me"), col(Team.id).in_(_OWN_TEAMS))
)


@dataclass(frozen=True)
class Deputy:
    """Somebody who acts in a session for another person: who they are, and for whom."""

    login: str
    role: str
    person_id: int


def depute(session: Session, deputy: Deputy) -> None:
    """Let a session know that whoever acts in it does so for somebody else."""
    session.info[_DEPUTY] = deputy


def deputy_of(session: Session, person_id: int) -> Deputy | None:
    """Return who acts for a person in this session, None when they act themselves."""
    found: Deputy | None = session.info.get(_DEPUTY)
    return found if found is not None and found.person_id == person_id else None


def signed(session: Session, actor: Person | None, detail: Mapping[str, object] | None) -> dict[str, object] | None:
    """Return what a line of a journal says besides; an act done for somebody else names who did it."""
    deputy = deputy_of(session, actor.id) if actor else None
    return (dict(detail or {}) | ({"by": deputy.login} if deputy else {})) or None


@dataclass(frozen=True)
class Reader:
    """Somebody who looks: person, role, teams (as member or lead) and what these are.

    `is_sealed` is an administrator who acts for somebody else, an auditor too: nothing confidential opens that way.
    """

    person_id: int
    role: str
    team_ids: frozenset[int] = frozenset()
    lines: frozenset[int] = frozenset()
    lanes: frozenset[str] = frozenset()
    is_sealed: bool = False


def reader(session: Session, person: Person) -> Reader:
    """Return a person as a reader, as the database and this session have them now."""
    session.flush()
    teams = session.connection().execute(_TEAMS, {"me": person.id}).all()
    return Reader(
        person.id,
        person.role,
        frozenset(team.id for team in teams),
        frozenset(team.line for team in teams),
        frozenset(team.lane for team in teams if team.lane),
        is_sealed=is_sealed(session, person),
    )


def is_sealed(session: Session, person: Person) -> bool:
    """Return whether an administrator acts for this person in the session."""
    deputy = deputy_of(session, person.id)
    return deputy is not None and OTHER in permissions.granted(deputy.role, "act_for")


def standing(who: Reader | None, ticket: Ticket) -> Standing:
    """Return how somebody stands to a ticket; nobody stands nowhere."""
    if who is None:
        return Standing("", lane=ticket.lane)
    return Standing(who.role, _relations(who, ticket), ticket.lane)


def standing_of(session: Session, person: Person, ticket: Ticket) -> Standing:
    """Return how a person stands to a ticket."""
    return standing(reader(session, person), ticket)


def _relations(who: Reader, ticket: Ticket) -> Relations:
    facts = {
        OWN: ticket.requester_id == who.person_id,
        HOLDER: ticket.assignee_id == who.person_id,
        FREE: ticket.assignee_id is None or ticket.state in lifecycle.CLOSED_STATES,
        TEAM: ticket.team_id in who.team_ids,
        OFFERED: ticket.offered_team_id in who.team_ids and ticket.offered_agent_id in (None, who.person_id),
        FIRST_CONTACT: ticket.first_contact_id == who.person_id,
        LINE: ticket.line in who.lines,
        LANE: ticket.lane in who.lanes,
        OTHER: True,
    }
    found = frozenset(name for name, holds in facts.items() if holds)
    if ticket.lane is not None and who.is_sealed:
        return frozenset()
    return found & _FROM_OUTSIDE if ticket.lane is not None and OWN in found else found


@lru_cache(maxsize=256)
def visible(who: Reader | None, act: str = "read") -> ColumnElement[bool]:
    """Return the condition for the tickets somebody may see, or do `act` on; nobody sees any."""
    if who is None:
        return false()
    return condition(who, permissions.granted(who.role, act), permissions.granted_in_lane(who.role, act))


def condition(who: Reader, granted: Relations, in_lane: Relations) -> ColumnElement[bool]:
    """Return the condition for the tickets to which somebody has one of these relations, in a lane one of those, too.

    The lists of a reader are made of it, and what the database gives the rows of a login by.
    """
    is_open = col(Ticket.lane).is_(None)
    if OTHER in granted:
        return or_(is_open, _sealed(who, granted, in_lane))
    return or_(and_(is_open, _any(who, granted)), and_(~is_open, _sealed(who, granted, in_lane)))


def count(session: Session, who: Reader | None, found: Select[Any], most: int | None = None) -> int:
    """Return how many of the tickets that a statement finds somebody may see, counted up to `most`.

    The confidential ones are few: all are counted from the indexes alone, and those that are not for this reader are
    taken away. That costs a tenth of asking every ticket.
    """
    if who is None or OTHER not in permissions.granted(who.role, "read"):
        return _so_many(session, found.where(visible(who)), most)
    number = _so_many(session, found, most)
    if number == most:
        return number
    is_hidden = and_(col(Ticket.lane).is_not(None), case((visible(who), 0), else_=1) == 1)
    return number - _so_many(session, found.where(is_hidden), None)


def _so_many(session: Session, found: Select[Any], most: int | None) -> int:
    if most is None:
        statement = found.with_only_columns(func.count(), maintain_column_froms=True)
    else:
        statement = sql_select(func.count()).select_from(found.limit(most).subquery())
    number: int = session.execute(statement).scalar_one()
    return number


def tally(session: Session, who: Reader | None, conditions: Mapping[str, ColumnElement[bool]]) -> dict[str, int]:
    """Return how many tickets somebody may see under each condition."""
    tickets = sql_select(col(Ticket.id))
    return {name: count(session, who, tickets.where(one)) for name, one in conditions.items()}


def may(session: Session, who: Reader | None, act: str, ticket_id: int) -> bool:
    """Return whether somebody may do an act on a ticket, without holding it for that."""
    return session.exec(select(Ticket.id).where(col(Ticket.id) == ticket_id, visible(who, act))).first() is not None


def seen(session: Session, who: Reader | None, ticket_ids: Iterable[int]) -> frozenset[int]:
    """Return which of these tickets somebody may see."""
    return frozenset(session.exec(select(Ticket.id).where(col(Ticket.id).in_(ticket_ids), visible(who))))


def _sealed(who: Reader, granted: Relations, in_lane: Relations) -> ColumnElement[bool]:
    """Return the condition that somebody may do it to a ticket that is confidential."""
    if who.is_sealed:
        return false()
    if OTHER in granted & in_lane:
        return true()
    is_others = col(Ticket.requester_id).is_distinct_from(who.person_id)
    return or_(
        and_(~is_others, _any(who, granted & _FROM_OUTSIDE), _any(who, in_lane & _FROM_OUTSIDE)),
        and_(is_others, _any(who, granted), _any(who, in_lane)),
    )


def _any(who: Reader, relations: Relations) -> ColumnElement[bool]:
    """Return the condition that somebody stands to a ticket in one of these relations."""
    if OTHER in relations:
        return true()
    me = who.person_id
    conditions = {
        OWN: col(Ticket.requester_id) == me,
        HOLDER: col(Ticket.assignee_id) == me,
        FREE: or_(col(Ticket.assignee_id).is_(None), col(Ticket.state).in_(lifecycle.CLOSED_STATES)),
        TEAM: col(Ticket.team_id).in_(who.team_ids),
        OFFERED: and_(
            col(Ticket.offered_team_id).in_(who.team_ids),
            or_(col(Ticket.offered_agent_id).is_(None), col(Ticket.offered_agent_id) == me),
        ),
        FIRST_CONTACT: col(Ticket.first_contact_id) == me,
        LINE: col(Ticket.line).in_(who.lines),
        LANE: col(Ticket.lane).in_(who.lanes),
    }
    return or_(*(conditions[name] for name in sorted(relations))) if relations else false()
