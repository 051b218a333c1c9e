"""What dispatch decides by: the rules, the facts of tickets, and the agents of a team as candidates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from sharedops_core.i18n import pick
from sharedops_core.rules import conditions, dispatch, permissions
from sharedops_core.rules.dispatch import Candidate, Rule
from sharedops_core.rules.text import one_line
from sharedops_core.store import absences, loads, shifts
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import (
    CatalogueNode,
    Company,
    DispatchRule,
    Event,
    Membership,
    Person,
    PersonSkill,
    ServiceItem,
    Skill,
    Team,
    Ticket,
)

_KNOWN_FOR = timedelta(days=90)
"""So long somebody is said to know a requester or a matter."""

_GIVING = ("take", "assign")
"""Acts by which somebody gets a ticket."""


def rules(session: Session) -> Sequence[Rule]:
    """Return the rules in the order in which they are tried."""
    found = session.exec(select(DispatchRule).order_by(col(DispatchRule.place), col(DispatchRule.code)))
    return [Rule(one.code, one.name_en, one.name_zh, one.condition, one.hit, one.must, one.should) for one in found]


def facts(session: Session, ticket_ids: Collection[int]) -> Mapping[int, conditions.Facts]:
    """Return what conditions can ask about tickets, by their ids."""
    klass, family, category = (aliased(CatalogueNode) for _level in range(3))
    columns = {
        "item": ServiceItem.code, "class": klass.code, "family": family.code, "category": category.code,
        "kind": Ticket.kind, "priority": Ticket.priority, "channel": Ticket.channel, "line": Ticket.line,
        "team": Team.code, "lane": Ticket.lane, "subject": Ticket.subject, "company": Company.code,
        "language": Person.language, "is_vip": Person.is_vip,
    }  # fmt: skip
    statement = (
        sql_select(col(Ticket.id), *(col(column) for column in columns.values()))
        .select_from(Ticket)
        .outerjoin(ServiceItem, col(ServiceItem.id) == Ticket.item_id)
        .outerjoin(klass, col(klass.id) == ServiceItem.class_id)
        .outerjoin(family, col(family.id) == klass.parent_id)
        .outerjoin(category, col(category.id) == family.parent_id)
        .outerjoin(Team, col(Team.id) == Ticket.team_id)
        .outerjoin(Person, col(Person.id) == Ticket.requester_id)
        .outerjoin(Company, col(Company.id) == Person.company_id)
        .where(col(Ticket.id).in_(ticket_ids))
    )
    return {row[0]: _stated(dict(zip(columns, row[1:], strict=True))) for row in session.execute(statement)}


def _stated(values: Mapping[str, Any]) -> conditions.Facts:
    """Return facts without a null, the subject as conditions compare it."""
    found = {name: usual if values[name] is None else values[name] for name, usual in conditions.FIELDS.items()}
    return found | {"subject": one_line(str(found["subject"])).casefold()}


def skills(session: Session, people_ids: Iterable[int]) -> Mapping[int, dict[str, int]]:
    """Return what people can do, and how well; whoever can nothing has no skill."""
    found: dict[int, dict[str, int]] = {person_id: {} for person_id in people_ids}
    statement = (
        select(PersonSkill.person_id, Skill.code, PersonSkill.level)
        .join(Skill)
        .where(col(PersonSkill.person_id).in_(found))
    )
    for person_id, code, level in session.exec(statement):
        found[person_id][code] = level
    return found


def skill_names(session: Session) -> Mapping[str, str]:
    """Return what skills are called in the user's language."""
    named = session.exec(select(Skill.code, Skill.name_en, Skill.name_zh)).all()
    return {code: pick(english, chinese) for code, english, chinese in named}


def candidates(session: Session, ticket: Ticket, now: datetime, reader: Reader | None) -> list[Candidate]:
    """Return the agents of the team that has a ticket; their load is what the reader may find of it."""
    of_team = select(Membership.person_id).where(col(Membership.team_id) == ticket.team_id)
    found = select(Person).where(col(Person.id).in_(of_team), col(Person.role).in_(permissions.DESK_ROLES))
    people = {one.id: one for one in session.exec(found)}
    can, there = skills(session, people), shifts.presence(session, people, now)
    loaded, known = _loads(session, people, reader), _affinities(session, people, ticket, now, reader)
    given, insiders = _last_given(session, people, now, reader), _insiders(session, ticket)
    away = absences.ends(session, people, now)
    return [
        Candidate(
            one.login, one.name, can[person_id], is_on_shift=there.get(person_id, (True, now))[0],
            is_absent=person_id in away, is_of_lane=insiders is None or person_id in insiders,
            back_at=away.get(person_id) or there.get(person_id, (True, None))[1], load=loaded.get(person_id, 0.0),
            capacity=one.capacity, affinity=known.get(person_id, 0), dispatched_at=given.get(person_id),
        )
        for person_id, one in people.items()
    ]  # fmt: skip


def _loads(session: Session, people_ids: Iterable[int], reader: Reader | None) -> Mapping[int, float]:
    statement = (
        sql_select(col(Ticket.assignee_id), *loads.columns())
        .where(col(Ticket.assignee_id).in_(people_ids), col(Ticket.queue_at).is_not(None), visible(reader, "find"))
        .group_by(col(Ticket.assignee_id))
    )
    return {row[0]: loads.of(row) for row in session.execute(statement)}


def _affinities(
    session: Session, people_ids: Iterable[int], ticket: Ticket, now: datetime, reader: Reader | None
) -> Mapping[int, int]:
    """Return how many tickets of the same requester or the same item, that the reader may find, people resolved."""
    same = [column == value for column, value in ((col(Ticket.requester_id), ticket.requester_id),
                                                  (col(Ticket.item_id), ticket.item_id)) if value]  # fmt: skip
    if not same:
        return {}
    statement = (
        sql_select(col(Ticket.assignee_id), func.count())
        .where(or_(*same), col(Ticket.resolved_at) > now - _KNOWN_FOR, col(Ticket.id) != ticket.id)
        .where(col(Ticket.assignee_id).in_(people_ids), visible(reader, "find"))
        .group_by(col(Ticket.assignee_id))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _last_given(
    session: Session, people_ids: Iterable[int], now: datetime, reader: Reader | None
) -> Mapping[int, datetime]:
    """Return when people last got a ticket, as far back as it matters for whose turn it is."""
    statement = (
        sql_select(col(Event.assignee_id), func.max(Event.at))
        .where(col(Event.at) > now - dispatch.LONG_WAIT, col(Event.act).in_(_GIVING))
        .join(Ticket, col(Ticket.id) == col(Event.ticket_id))
        .where(col(Event.assignee_id).in_(people_ids), visible(reader, "find"))
        .group_by(col(Event.assignee_id))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _insiders(session: Session, ticket: Ticket) -> frozenset[int | None] | None:
    """Return who belongs to the lane of a confidential ticket, None when it is not confidential."""
    if ticket.lane is None:
        return None
    of_lane = select(Team.id, Team.lead_id).where(col(Team.lane) == ticket.lane)
    teams = dict(session.exec(of_lane).all())
    members = session.exec(select(Membership.person_id).where(col(Membership.team_id).in_(teams)))
    return frozenset((*members, *teams.values()))
