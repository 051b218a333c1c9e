"""The terms of a query as SQL: one condition over the ticket table each, without joins, so that counts use them too."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, literal_column, or_, select, true, union
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col

from sharedops_core.rules import lifecycle, query, tags
from sharedops_core.rules.query import Term
from sharedops_core.store.tables import (
    CatalogueNode,
    Membership,
    Person,
    ServiceItem,
    Task,
    Team,
    Ticket,
    TicketPerson,
    TicketTag,
)
from sharedops_core.views.rows import WARN_WITHIN

Condition = ColumnElement[bool]
IS_OPEN: Condition = col(Ticket.queue_at).is_not(None)
_IS_OFFERED: Condition = col(Ticket.offered_team_id).is_not(None)
_IS_OFFERED_AT_ALL: Condition = or_(
    _IS_OFFERED, col(Ticket.duty_offered_id).is_not(None), col(Ticket.pushed_id).is_not(None)
)
"""A team is asked to have it, somebody to answer for it, or to take it: word for word the condition of an index."""
_IS_RUNNING: Condition = col(Ticket.is_paused).is_(False)
_STATES = {
    query.OPEN: lifecycle.OPEN_STATES,
    query.SETTLED: (lifecycle.RESOLVED, *lifecycle.CLOSED_STATES),
    query.ANY: lifecycle.STATES,
    query.OFFERED: lifecycle.OPEN_STATES,
}
"""Words for several states; what is offered may be in any that is open."""


class _Aside(FunctionElement[Any]):
    """A column whose index is not to be used.

    SQLite takes a third of a million rows through the index of their line and sorts them, where the index of the
    order gives the first hundred at once; PostgreSQL keeps statistics and knows better.
    """

    inherit_cache = True


@compiles(_Aside)  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _plainly(element: _Aside, compiler: Any, **facts: Any) -> str:
    return str(compiler.process(element.clauses, **facts))


@compiles(_Aside, "sqlite")  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _with_plus(element: _Aside, compiler: Any, **facts: Any) -> str:
    return f"+{compiler.process(element.clauses, **facts)}"


def conditions(terms: Sequence[Term], me: int | None, now: datetime, sort: str = "due") -> list[Condition]:
    """Return the conditions of a query, asked by a person at an instant; a query without a state means open ones.

    Fields of few values lend their index to the order by due time and to their own, and stand aside for others.
    """
    found = [_condition(term, terms, me, now, sort) for term in terms]
    # What is offered is open, and has a small index of its own that the plain condition would hide.
    is_offered = any((term.field == "offered" or term.values == (query.OFFERED,)) and not term.is_negated
                     for term in terms)  # fmt: skip
    return [IS_OPEN, *found] if is_open_only(terms) and not is_offered else found


def is_open_only(terms: Sequence[Term]) -> bool:
    """Return whether only open tickets can fit, which lets the indexes of the open ones be used."""
    if not query.names_state(tuple(terms)):
        return True
    states = [term for term in terms if term.field == "state" and not term.is_negated]
    return any(set(_states(term)) <= set(lifecycle.OPEN_STATES) for term in states)


def is_resolved_only(terms: Sequence[Term]) -> bool:
    """Return whether only resolved tickets can fit: all of them, and no others, have an instant to be ordered by."""
    allowed = set(lifecycle.STATES)
    for term in (term for term in terms if term.field == "state"):
        if term.is_negated:
            # Of the open ones, those that are not offered stay.
            allowed -= {state for value in term.values if value != query.OFFERED for state in _states_of(value)}
        else:
            allowed &= set(_states(term))
    return allowed == {lifecycle.RESOLVED}


def _condition(term: Term, terms: Sequence[Term], me: int | None, now: datetime, sort: str) -> Condition:
    table = _MADE if sort in {"due", term.field} else _MADE | _MADE_ASIDE
    made = _text(terms, term) if term.field == "text" else table[term.field](term, me, now)
    # What is unknown, such as the holder of a ticket that nobody has, is not what was negated.
    return made.is_not(true()) if term.is_negated else made


def _states(term: Term) -> list[str]:
    return [state for value in term.values for state in _states_of(value)]


def _states_of(value: str) -> Sequence[str]:
    return _STATES.get(value, (value,))


def _one_of(column: Any, values: Sequence[Any]) -> Condition:
    """Return an equation where one value is asked for: only that lets an index give the rows in order."""
    made: Condition = column == values[0] if len(values) == 1 else column.in_(values)
    return made


def _compared(column: Any, op: str, value: Any) -> Condition:
    made: Condition = {"<": column < value, "<=": column <= value, ">": column > value, ">=": column >= value}[op]
    return made


def _number(column: Any) -> Callable[[Term, int | None, datetime], Condition]:
    def make(term: Term, _me: int | None, _now: datetime) -> Condition:
        values = [int(value) for value in term.values]
        return _one_of(column, values) if term.op == ":" else _compared(column, term.op, values[0])

    return make


def _plain(column: Any) -> Callable[[Term, int | None, datetime], Condition]:
    return lambda term, _me, _now: _one_of(column, term.values)


def _state(column: Any) -> Callable[[Term, int | None, datetime], Condition]:
    def make(term: Term, me: int | None, now: datetime) -> Condition:
        if query.OFFERED in term.values:
            others = tuple(value for value in term.values if value != query.OFFERED)
            return or_(_IS_OFFERED, make(replace(term, values=others), me, now)) if others else _IS_OFFERED
        states = _states(term)
        if states == [lifecycle.RESOLVED]:
            # Written out, not bound: only then is the partial index of the resolved known to hold them all.
            resolved: Condition = column == literal_column(f"'{lifecycle.RESOLVED}'")
            return resolved
        return true() if set(states) == set(lifecycle.STATES) else _one_of(column, states)

    return make


def _sla(term: Term, _me: int | None, now: datetime) -> Condition:
    due = col(Ticket.queue_at)
    if term.op != ":":
        return and_(_IS_RUNNING, _compared(due, term.op, now + (query.span(term.values[0]) or timedelta(0))))
    meant = {
        query.BREACHED: and_(_IS_RUNNING, due < now),
        query.RISK: and_(_IS_RUNNING, due.between(now, now + WARN_WITHIN)),
        query.CALM: and_(_IS_RUNNING, due > now + WARN_WITHIN),
        query.PAUSED: and_(due.is_not(None), col(Ticket.is_paused).is_(True)),
    }
    return or_(*(meant[value] for value in term.values))


def _since(column: Any) -> Callable[[Term, int | None, datetime], Condition]:
    """A time that has passed is the longer the earlier it began."""
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    return lambda term, _me, now: _compared(column, turned[term.op], now - (query.span(term.values[0]) or timedelta(0)))


def _day(column: Any) -> Callable[[Term, int | None, datetime], Condition]:
    """Days are those of the wall clock of this machine."""

    def bounds(value: str, now: datetime) -> tuple[datetime, datetime]:
        day = query.day(value, now.astimezone().date())
        begin = datetime(day.year, day.month, day.day).astimezone() if day else now
        return begin, (begin.replace(tzinfo=None) + timedelta(days=1)).astimezone()

    def make(term: Term, _me: int | None, now: datetime) -> Condition:
        found = [bounds(value, now) for value in term.values]
        begin, end = found[0]
        if term.op == ":":
            return or_(*(and_(column >= one, column < other) for one, other in found))
        limit = end if term.op in {"<=", ">"} else begin
        return _compared(column, "<" if term.op in {"<", "<="} else ">=", limit)

    return make


def _person(column: Any) -> Callable[[Term, int | None, datetime], Condition]:
    def one(value: str, me: int | None) -> Condition:
        if value == query.ME:
            mine: Condition = column == me
            return mine
        if value == query.NONE:
            nobody: Condition = column.is_(None)
            return nobody
        named = or_(
            col(Person.login) == value.lower(),
            *(col(name).icontains(value, autoescape=True) for name in (Person.name, Person.name_latin)),
        )
        other: Condition = column.in_(select(col(Person.id)).where(named))
        return other

    return lambda term, me, _now: or_(*(one(value, me) for value in term.values))


def _team(term: Term, me: int | None, _now: datetime) -> Condition:
    def one(value: str) -> Condition:
        if value == query.MINE:
            return col(Ticket.team_id).in_(_teams_of(me))
        named: Condition = col(Ticket.team_id) == _team_id(value)
        return col(Ticket.team_id).is_(None) if value == query.NONE else named

    return or_(*(one(value) for value in term.values))


def _team_id(value: str) -> Any:
    is_called = or_(func.lower(col(Team.code)) == value.lower(), col(Team.name_en) == value, col(Team.name_zh) == value)
    return select(col(Team.id)).where(is_called).order_by(col(Team.id)).limit(1).scalar_subquery()


def _teams_of(me: int | None) -> Any:
    return select(col(Membership.team_id)).where(col(Membership.person_id) == me)


def _offered(term: Term, me: int | None, _now: datetime) -> Condition:
    def one(value: str) -> Condition:
        if value == query.ANY:
            return _IS_OFFERED
        if value != query.ME:
            named: Condition = col(Ticket.offered_team_id) == _team_id(value)
            return named
        is_mine = or_(
            col(Ticket.offered_agent_id) == me,
            and_(col(Ticket.offered_agent_id).is_(None), col(Ticket.offered_team_id).in_(_teams_of(me))),
        )
        # Of what is resolved the duty can be offered, too; the list is of open tickets.
        is_duty = and_(col(Ticket.duty_offered_id) == me, IS_OPEN)
        return or_(and_(_IS_OFFERED, is_mine), is_duty, col(Ticket.pushed_id) == me)

    # Said twice, because only the plain condition lets the partial index serve the alternatives.
    return and_(_IS_OFFERED_AT_ALL, or_(*(one(value) for value in term.values)))


def _task(term: Term, me: int | None, now: datetime) -> Condition:
    """A task that stands: for me, which nobody else has taken; for my teams; any, late, or asked by me; of a team."""

    def one(value: str) -> Condition:
        said = query.CHINESE.get(value, value)
        if said in {query.TEAM, query.MINE}:
            return col(Task.team_id).in_(_teams_of(me))
        is_free = and_(col(Task.agent_id).is_(None), col(Task.team_id).in_(_teams_of(me)))
        meant: dict[str, Condition] = {
            query.ME: or_(
                col(Task.taken_by_id) == me,
                and_(col(Task.taken_by_id).is_(None), or_(col(Task.agent_id) == me, is_free)),
            ),
            query.OPEN: true(),
            query.LATE: col(Task.due_at) < now,
            query.ASKED: col(Task.asked_by_id) == me,
        }
        of_team: Condition = col(Task.team_id) == _team_id(value)
        return meant.get(said, of_team)

    standing = select(col(Task.ticket_id)).where(col(Task.ended_at).is_(None), or_(*map(one, term.values)))
    return col(Ticket.id).in_(standing)


def _item(term: Term, _me: int | None, _now: datetime) -> Condition:
    """An item by its code, or all items of a class, family or category; "hr.payroll" is HR-PAYROLL."""
    class_, family, category = (aliased(CatalogueNode) for _level in range(3))

    def one(value: str) -> Condition:
        if value == query.NONE:
            return col(Ticket.item_id).is_(None)
        code = value.upper().replace(".", "-")
        nodes = (
            select(col(class_.id))
            .outerjoin(family, col(family.id) == col(class_.parent_id))
            .outerjoin(category, col(category.id) == col(family.parent_id))
            .where(or_(*(func.upper(col(node.code)) == code for node in (class_, family, category))))
        )
        is_meant = or_(
            func.upper(col(ServiceItem.code)) == code,
            func.upper(col(ServiceItem.code)).startswith(f"{code}-", autoescape=True),
            col(ServiceItem.class_id).in_(nodes),
        )
        return col(Ticket.item_id).in_(select(col(ServiceItem.id)).where(is_meant))

    return or_(*(one(value) for value in term.values))


def _tag(term: Term, _me: int | None, _now: datetime) -> Condition:
    """A tag however it was typed; "none" is a ticket without any."""
    wanted = [tags.folded(value) for value in term.values if value != query.NONE]
    tagged = select(col(TicketTag.ticket_id))
    is_tagged: Condition = col(Ticket.id).in_(tagged.where(_one_of(col(TicketTag.tag), wanted))) if wanted else false()
    if query.NONE not in term.values:
        return is_tagged
    return or_(is_tagged, ~tagged.where(col(TicketTag.ticket_id) == col(Ticket.id)).exists())


def _watching(term: Term, me: int | None, now: datetime) -> Condition:
    """Who watches a ticket, or is asked to help with it and has not declined."""
    is_here = and_(col(TicketPerson.ended_at).is_(None), col(TicketPerson.state) != "declined")
    people = _person(col(TicketPerson.person_id))(term, me, now)
    return col(Ticket.id).in_(select(col(TicketPerson.ticket_id)).where(is_here, people))


def _is(term: Term, _me: int | None, _now: datetime) -> Condition:
    meant = {
        "vip": lambda: col(Ticket.requester_id).in_(select(col(Person.id)).where(col(Person.is_vip).is_(True))),
        query.BOUNCING: lambda: col(Ticket.bounce).is_not(None),
    }
    return or_(*(meant[value]() for value in term.values))


class _Has(FunctionElement[bool]):
    """A column contains a text, capital letters or not."""

    inherit_cache = True


@compiles(_Has)  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _ilike(element: _Has, compiler: Any, **facts: Any) -> str:
    column, pattern = (compiler.process(one, **facts) for one in element.clauses)
    return f"{column} ILIKE {pattern} ESCAPE '/'"


@compiles(_Has, "sqlite")  # type: ignore[no-untyped-call, untyped-decorator, unused-ignore]
def _like(element: _Has, compiler: Any, **facts: Any) -> str:
    column, pattern = (compiler.process(one, **facts) for one in element.clauses)
    return f"{column} LIKE {pattern} ESCAPE '/'"


def _text(terms: Sequence[Term], term: Term) -> Condition:
    """The words must occur in one of the columns an agent reads in the list.

    The number of a merged ticket leads to the one in which it goes on.
    Looked for column by column, each in its own index: a million subjects take 70 ms, read from the table 2 s.
    """
    among = [IS_OPEN] if is_open_only(terms) else []

    def one(value: str) -> list[Any]:
        escaped = value.replace("/", "//").replace("%", "/%").replace("_", "/_")
        pattern = literal(f"%{escaped}%")
        ids = select(col(Ticket.id)).where(*among)
        named = [
            select(col(Person.id)).where(or_(*(_Has(name, pattern) for name in names)))
            for names in (
                (col(Person.name), col(Person.name_latin), col(Person.login)),
                (col(Person.name), col(Person.login)),
            )
        ]
        merged = select(col(Ticket.merged_into_id)).where(
            col(Ticket.merged_into_id).is_not(None), _Has(col(Ticket.number), pattern)
        )
        return [
            merged,
            *(ids.where(column >= "", _Has(column, pattern)) for column in (col(Ticket.subject), col(Ticket.number))),
            ids.where(col(Ticket.requester_id).in_(named[0])),
            ids.where(col(Ticket.assignee_id).in_(named[1])),
        ]

    return col(Ticket.id).in_(union(*(ids for value in term.values for ids in one(value))))


_MADE: dict[str, Callable[[Term, int | None, datetime], Condition]] = {
    "line": _number(col(Ticket.line)),
    "state": _state(col(Ticket.state)),
    "priority": _number(col(Ticket.priority)),
    "sla": _sla,
    "team": _team,
    "who": _person(col(Ticket.assignee_id)),
    "first": _person(col(Ticket.first_contact_id)),
    "requester": _person(col(Ticket.requester_id)),
    "item": _item,
    "offered": _offered,
    "task": _task,
    "kind": _plain(col(Ticket.kind)),
    "channel": _plain(col(Ticket.channel)),
    "is": _is,
    "tag": _tag,
    "watching": _watching,
    "age": _since(col(Ticket.opened_at)),
    "idle": _since(col(Ticket.changed_at)),
    "opened": _day(col(Ticket.opened_at)),
    "resolved": _day(col(Ticket.resolved_at)),
}
_MADE_ASIDE = {
    "line": _number(_Aside(col(Ticket.line))),
    "priority": _number(_Aside(col(Ticket.priority))),
    "state": _state(_Aside(col(Ticket.state))),
}
