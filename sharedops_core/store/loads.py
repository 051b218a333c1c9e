"""How much work people have in hand, counted for `rules.workload.load`: one weighing for boards and for dispatch."""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func
from sqlmodel import col

from sharedops_core.rules import lifecycle, workload
from sharedops_core.store.tables import Ticket

_NAMES = ("usual", "urgent", "usual_waiting", "urgent_waiting")


def columns() -> list[ColumnElement[int]]:
    """Return the counts of open tickets of each weight, to be grouped by their holders."""
    is_urgent, is_waiting = col(Ticket.priority) == 1, col(Ticket.state) == lifecycle.WAITING
    weighed = (
        and_(~is_urgent, ~is_waiting), and_(is_urgent, ~is_waiting), and_(~is_urgent, is_waiting),
        and_(is_urgent, is_waiting),
    )  # fmt: skip
    return [func.count().filter(one).label(name) for name, one in zip(_NAMES, weighed, strict=True)]


def of(row: Row[Any] | None) -> float:
    """Return the weighted load of somebody by a row that has these counts; nothing of nobody's."""
    return workload.load(*(getattr(row, name) for name in _NAMES)) if row is not None else 0.0
