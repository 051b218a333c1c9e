"""People, teams and reasons as dialogs offer them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from sharedops_core.store.tables import Company, Membership, Person, Reason, Team
from sharedops_core.views.ticket import PersonCard, TeamCard, person_card


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent with the teams they work in."""

    login: str
    name: str
    role: str
    team_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason code with its names."""

    code: str
    name_en: str
    name_zh: str


def teams(session: Session) -> Sequence[TeamCard]:
    """Return all teams, line by line."""
    found = session.exec(select(Team).order_by(col(Team.line), col(Team.code)))
    return [TeamCard(team.id, team.code, team.line, team.name_en, team.name_zh) for team in found]


def agents(session: Session, team_code: str | None = None) -> Sequence[AgentRow]:
    """Return the agents of a team, or all of them."""
    rows = session.exec(
        select(Person, Team.code)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .join(Team, col(Team.id) == col(Membership.team_id))
        .order_by(col(Person.login))
    )
    found: dict[str, tuple[Person, list[str]]] = {}
    for person, code in rows:
        found.setdefault(person.login, (person, []))[1].append(code)
    return [
        AgentRow(person.login, person.name, person.role, tuple(codes))
        for person, codes in found.values()
        if team_code is None or team_code in codes
    ]


def reasons(session: Session, kind: str) -> Sequence[ReasonRow]:
    """Return the reasons of a kind: waiting, hand_off, give_back, cancel or escalation."""
    found = session.exec(select(Reason).where(col(Reason.kind) == kind).order_by(col(Reason.place)))
    return [ReasonRow(reason.code, reason.name_en, reason.name_zh) for reason in found]


def find_requesters(session: Session, words: str, limit: int = 10) -> Sequence[PersonCard]:
    """Return people whose name, login, phone or mail contain every word."""
    statement = select(Person, Company).join(Company, isouter=True).where(col(Person.role) == "requester")
    columns = (Person.name, Person.name_latin, Person.login, Person.phone, Person.email)
    for word in words.split():
        statement = statement.where(or_(*(col(column).icontains(word, autoescape=True) for column in columns)))
    found = session.exec(statement.order_by(col(Person.is_vip).desc(), col(Person.login)).limit(limit))
    return [person_card(person, company) for person, company in found]
