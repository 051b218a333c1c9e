"""The orders of the queue: every column sorts, each by an index that gives the rows one after the other.

An order has parts that follow each other: people, teams and items sort by what they are called, read through their
own table, and the tickets that have none come behind. Lists that hold settled tickets know no due time and go by
opening instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from sharedops_core.rules.query import Term
from sharedops_core.store.tables import Person, ServiceItem, Team, Ticket
from sharedops_core.views import filters

assignee, requester = aliased(Person), aliased(Person)

_DUE: tuple[Any, ...] = (col(Ticket.is_paused), col(Ticket.queue_at), col(Ticket.id))
_LAST = "\U0010ffff"
_OPENED: tuple[Any, ...] = (col(Ticket.opened_at), col(Ticket.id))


@dataclass(frozen=True)
class Part:
    """A stretch of an order: the columns it goes by, which tickets it holds, and the table that is read first."""

    columns: tuple[Any, ...]
    condition: ColumnElement[bool] | None = None
    first: Any = None

    def beyond(self, values: Sequence[Any], *, is_down: bool, is_inclusive: bool = False) -> ColumnElement[bool]:
        """Return the condition of the rows behind a place, or from it on; `is_down` for an order that goes back."""
        here, there = tuple_(*self.columns), tuple_(*map(_typed, self.columns, values))
        behind = _condition(here < there if is_down else here > there)
        if is_inclusive:
            behind = _condition(here <= there if is_down else here >= there)
        return behind if self.first is None else and_(self.begun(values[0], is_down=is_down), behind)

    def begun(self, name: str | None = None, *, is_down: bool) -> ColumnElement[bool]:
        """Return the plain comparison that lets the table that is read first begin at a name, else at its end."""
        lead = self.columns[0]
        if is_down:
            return _condition(lead <= _typed(lead, _LAST if name is None else name))
        return _condition(lead >= _typed(lead, name or ""))


def _condition(made: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = made
    return found


def _typed(column: Any, value: Any) -> Any:
    return literal(value, column.type)


def parts(sort: str, terms: Sequence[Term]) -> list[Part]:
    """Return the parts of an order for the tickets of a query."""
    is_open = filters.is_open_only(terms)
    rest = _DUE if is_open else _OPENED
    if sort == "due" and filters.is_resolved_only(terms):
        return [Part((col(Ticket.resolved_at), col(Ticket.id)))]
    named: dict[str, Any] = {
        "holder": (assignee, (assignee.name, assignee.id), Ticket.assignee_id, rest),
        "requester": (requester, (requester.name, requester.id), Ticket.requester_id, _OPENED),
        "team": (Team, (Team.code, Team.id), Ticket.team_id, rest),
        "item": (ServiceItem, (ServiceItem.code, ServiceItem.version), Ticket.item_id, rest),
    }
    if sort in named:
        table, names, key, order = named[sort]
        return [
            Part((*map(col, names), *order), col(key).is_not(None), table),
            Part(rest, col(key).is_(None)),
        ]
    columns: dict[str, tuple[Any, ...]] = {
        "due": rest,
        "priority": (col(Ticket.priority), *rest),
        "state": (col(Ticket.state), *rest),
        "line": (col(Ticket.line), *rest),
        "opened": _OPENED,
        "changed": (col(Ticket.changed_at), col(Ticket.id)),
        "number": (col(Ticket.number),),
        "subject": (col(Ticket.subject), col(Ticket.id)),
    }
    return [Part(columns[sort])]
