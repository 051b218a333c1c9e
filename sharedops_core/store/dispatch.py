"""What dispatch decides by: the rules, the facts of tickets, and what is called by which name."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from sharedops_core.i18n import pick
from sharedops_core.rules import conditions, days, lifecycle, triage
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.dispatch import Rule
from sharedops_core.rules.text import one_line
from sharedops_core.store import policies
from sharedops_core.store.tables import (
    CatalogueNode,
    Company,
    DispatchRule,
    Person,
    PersonSkill,
    ServiceItem,
    Skill,
    Team,
    Ticket,
    TriageRule,
)

IS_FREE: ColumnElement[bool] = and_(
    col(Ticket.assignee_id).is_(None), col(Ticket.state).in_(lifecycle.FREE_STATES),
    col(Ticket.offered_team_id).is_(None),
)  # fmt: skip
"""Nobody holds a ticket, and no other team is asked to have it."""


def rules(session: Session) -> Sequence[Rule]:
    """Return the rules in the order in which they are tried."""
    found = session.exec(select(DispatchRule).order_by(col(DispatchRule.place), col(DispatchRule.code)))
    return [Rule(one.code, one.name_en, one.name_zh, one.condition, one.hit, one.must, one.should) for one in found]


def triage_rules(session: Session) -> Sequence[triage.Rule]:
    """Return the rules of triage in the order in which they are tried."""
    found = session.exec(select(TriageRule).order_by(col(TriageRule.place), col(TriageRule.code)))
    return [triage.Rule(one.code, one.condition, one.hit, one.priority, tuple(one.tags), one.team, tuple(one.watchers))
            for one in found]  # fmt: skip


def facts(session: Session, ticket_ids: Collection[int]) -> Mapping[int, conditions.Facts]:
    """Return what conditions can ask about tickets, by their ids; days are those of the calendar of their policy."""
    klass, family, category = (aliased(CatalogueNode) for _level in range(3))
    columns = {
        "item": ServiceItem.code, "class": klass.code, "family": family.code, "category": category.code,
        "kind": Ticket.kind, "priority": Ticket.priority, "channel": Ticket.channel, "line": Ticket.line,
        "team": Team.code, "lane": Ticket.lane, "subject": Ticket.subject, "company": Company.code,
        "language": Person.language, "is_vip": Person.is_vip,
    }  # fmt: skip
    statement = (
        sql_select(*(col(one) for one in (Ticket.id, Ticket.opened_at, Ticket.policy_id, *columns.values())))
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
    rows = session.execute(statement).all()
    calendars = {one: _calendar(session, one) for one in {row[2] for row in rows}}
    return {
        ticket_id: _stated(dict(zip(columns, values, strict=True)) | days.facts(opened_at, calendars[policy_id]))
        for ticket_id, opened_at, policy_id, *values in rows
    }


def _calendar(session: Session, policy_id: int) -> Calendar:
    return policies.load(session, policies.current(session, policy_id)).calendar


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
