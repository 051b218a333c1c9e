"""Facets: by which values the tickets of a list can be narrowed, and how many each would leave."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from sharedops_core.rules import query
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import CatalogueNode, ServiceItem, Team, Ticket, TicketTag
from sharedops_core.views.queue import seen
from sharedops_core.views.rows import Facet, Question

FACETS = ("state", "priority", "line", "team", "item", "tag")
_MOST = 12


def facets(
    session: Session, question: Question, now: datetime, *, reader: Reader | None = None
) -> dict[str, Sequence[Facet]]:
    """Return the values of each facet with how many tickets a reader sees in the list have them, most first, twelve.

    A facet is counted as if nothing had been chosen in it, so that its other values stay within reach.
    """
    return {field: _values(session, _without(question, field), field, now, reader) for field in FACETS}


def _without(question: Question, field: str) -> Question:
    """Return the question without what its filter asks of a field."""
    text = question.text
    for term in reversed(query.parse(text)):
        if term.field == field and term.op == ":" and not term.is_negated:
            text = text[: term.begin] + text[term.end :]
    return replace(question, text=text)


def _values(session: Session, question: Question, field: str, now: datetime, reader: Reader | None) -> list[Facet]:
    column, name_en, name_zh, joins = _columns()[field]
    counted = select(column, name_en, name_zh, func.count()).select_from(Ticket)
    for table, condition_ in joins:
        counted = counted.join(table, condition_)
    groups = dict.fromkeys((column, name_en, name_zh))
    found = session.execute(
        counted.where(seen(question, now, reader), *([visible(reader, "inside")] if field == "tag" else []))
        .group_by(*groups)
        .order_by(func.count().desc(), column)
        .limit(_MOST)
    )
    rows = [Facet(str(value), str(en), str(zh), count) for value, en, zh, count in found]
    return sorted(rows, key=lambda row: row.value) if field in {"priority", "line"} else rows


def _columns() -> dict[str, tuple[Any, Any, Any, list[tuple[Any, Any]]]]:
    own = {name: (getattr(Ticket, name),) * 3 for name in ("state", "priority", "line")}
    item = (ServiceItem, col(ServiceItem.id) == col(Ticket.item_id))
    return {
        **{name: (*columns, []) for name, columns in own.items()},
        "team": (Team.code, Team.name_en, Team.name_zh, [(Team, col(Team.id) == col(Ticket.team_id))]),
        "tag": (*(col(TicketTag.tag),) * 3, [(TicketTag, col(TicketTag.ticket_id) == col(Ticket.id))]),
        "item": (
            CatalogueNode.code, CatalogueNode.name_en, CatalogueNode.name_zh,
            [item, (CatalogueNode, col(CatalogueNode.id) == col(ServiceItem.class_id))],
        ),
    }  # fmt: skip
