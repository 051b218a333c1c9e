"""People, teams and reasons as dialogs offer them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from sharedops_core.i18n import pick
from sharedops_core.rules.handoff import questions
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import CatalogueNode, Company, Membership, Person, Reason, Team
from sharedops_core.views import tags
from sharedops_core.views.persons import PersonCard, person_card
from sharedops_core.views.ticket import TeamCard


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


@dataclass(frozen=True, slots=True)
class UserRow:
    """Somebody at this desk: role, teams (home first), the lanes these open, the account if not the login."""

    login: str
    name: str
    role: str
    teams: tuple[str, ...]
    lanes: tuple[str, ...]
    account: str | None


def teams(session: Session) -> Sequence[TeamCard]:
    """Return all teams with their checklists, line by line."""
    found = session.exec(select(Team).order_by(col(Team.line), col(Team.code)))
    return [
        TeamCard(team.id, team.code, team.line, team.name_en, team.name_zh, questions(team.checklist)) for team in found
    ]


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


def names(session: Session, *, reader: Reader | None = None) -> dict[str, list[tuple[str, str]]]:
    """Return what may be said in a query of teams, people, service items and tags: field → (code, name)."""
    coded = {
        "team": select(Team.code, Team.name_en, Team.name_zh).order_by(col(Team.line), col(Team.code)),
        "item": select(CatalogueNode.code, CatalogueNode.name_en, CatalogueNode.name_zh).order_by(
            col(CatalogueNode.code)
        ),
    }
    found = {field: [(code, pick(en, zh)) for code, en, zh in session.exec(asked)] for field, asked in coded.items()}
    people = select(Person.login, Person.name).where(col(Person.role) != "requester").order_by(col(Person.login))
    agents = [(login, name) for login, name in session.exec(people)]
    tagged = [(tag, tag) for tag in tags.in_use(session, reader=reader)]
    return found | {"who": agents, "first": agents, "offered": found["team"], "task": found["team"], "tag": tagged}


def users(session: Session, role: str | None = None) -> Sequence[UserRow]:
    """Return everybody of a role, or everybody who is no requester, by login."""
    is_meant = col(Person.role) == role if role else col(Person.role) != "requester"
    return _users(session, is_meant)


def is_nobody_here(session: Session) -> bool:
    """Return whether a desk has no people yet: it is just being set up."""
    return session.exec(select(Person.id).limit(1)).first() is None


def user(session: Session, person_id: int) -> UserRow:
    """Return one person."""
    return _users(session, col(Person.id) == person_id)[0]


def _users(session: Session, is_meant: ColumnElement[bool]) -> list[UserRow]:
    found = session.exec(select(Person).where(is_meant).order_by(col(Person.login))).all()
    of_person: dict[int, list[Team]] = {person.id: [] for person in found}
    members = (
        select(Membership, Team)
        .join(Team, col(Team.id) == col(Membership.team_id))
        .order_by(col(Membership.is_home).desc(), col(Team.line), col(Team.code))
    )
    for member, team in session.exec(members):
        if member.person_id in of_person:
            of_person[member.person_id].append(team)
    for team in session.exec(select(Team).where(col(Team.lead_id).is_not(None))):
        if team.lead_id in of_person and team not in of_person[team.lead_id]:
            of_person[team.lead_id].append(team)
    return [
        UserRow(
            person.login, person.name, person.role, tuple(team.code for team in of_person[person.id]),
            tuple(sorted({team.lane for team in of_person[person.id] if team.lane})), person.account,
        )
        for person in found
    ]  # fmt: skip


def reasons(session: Session, kind: str) -> Sequence[ReasonRow]:
    """Return the reasons of a kind: waiting, hand_off, give_back, cancel, escalation or decision."""
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
