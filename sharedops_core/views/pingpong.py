"""The report on tickets that teams passed to and fro: how often, why, and what leads decided (product D4)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle, route
from sharedops_core.store.tables import Event, Team, Ticket
from sharedops_core.views.figures import Report, Row, Scope


@dataclass(frozen=True, slots=True)
class _Bounce:
    """A time at which a ticket had gone to and fro: how, between which teams, and why it was handed off last."""

    ticket_id: int
    kind: str
    team_ids: tuple[int, ...]
    reason: str | None
    decision: str | None = None
    """The reason of the leads; None while they have not decided."""


_Walked = tuple[route.Route, tuple[_Bounce, ...]]
"""Where a ticket has been, and how often it had gone to and fro by then."""

PINGPONG_BY: Mapping[str, Callable[[_Bounce], Any]] = {
    "reason": lambda one: one.reason,
    "decision": lambda one: one.decision,
    "teams": lambda one: tuple(sorted(one.team_ids)),
}
"""What the rows can be made by: the reason of the last hand-off, that of the leads, the teams."""


def pingpong(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    """Count how often tickets of the period went to and fro, with rows by reason unless something else is asked for."""
    del now
    by = by or "reason"
    found = list(_bounces(session, scope))
    whole = select(func.count(), func.count(col(Ticket.bounce))).select_from(Ticket).where(*scope.conditions())
    tickets, bouncing = session.execute(whole).one()
    figures = {
        "tickets": tickets, "bounced_tickets": len({one.ticket_id for one in found}), **_counted(found),
        "bouncing": bouncing,
    }  # fmt: skip
    definitions = {
        "tickets": _("Tickets opened in the period."),
        "bounced_tickets": _("Of these, gone to and fro between teams at least once, as the two lines below say."),
        "bounces": _("How often that happened; a decision of leads begins anew."),
        "returned": _("Recomputed from the journal: from a team to another and straight back (A-B-A)."),
        "passed_on": _("Recomputed from the journal: three moves in a row, and nobody worked on the ticket."),
        "decisions": _("How often a lead decided where the ticket stays."),
        "bouncing": _("Open tickets that move on no more until a lead decides."),
    }
    return Report("pingpong", _("To and fro"), scope.period, figures, definitions, _rows(session, found, by), by,
                  list(_counted([])))  # fmt: skip


def _counted(found: list[_Bounce]) -> dict[str, int]:
    kinds = Counter(one.kind for one in found)
    return {
        "bounces": len(found), "returned": kinds[route.RETURNED], "passed_on": kinds[route.PASSED_ON],
        "decisions": sum(one.decision is not None for one in found),
    }  # fmt: skip


def _rows(session: Session, found: list[_Bounce], by: str) -> list[Row]:
    grouped: dict[Any, list[_Bounce]] = {}
    for one in found:
        grouped.setdefault(PINGPONG_BY[by](one), []).append(one)
    codes = dict(session.exec(select(Team.id, Team.code)).all()) if by == "teams" else {}
    return [
        {by: " · ".join(codes[one] for one in key) if by == "teams" else key, **_counted(ones)}
        for key, ones in sorted(grouped.items(), key=lambda one: (-len(one[1]), str(one[0])))
    ]


def _bounces(session: Session, scope: Scope) -> Iterator[_Bounce]:
    """Yield each time a ticket went to and fro; only journals in which the team changed are read."""
    meant = select(Ticket.id).where(*scope.conditions())
    moved = (
        select(Event.ticket_id)
        .where(col(Event.ticket_id).in_(meant))
        .group_by(col(Event.ticket_id))
        .having(func.count(func.distinct(Event.team_id)) > 1)
    )
    lines = session.execute(
        select(Event.ticket_id, Event.act, Event.team_id, Event.reason)
        .where(col(Event.ticket_id).in_(moved))
        .order_by(col(Event.ticket_id), col(Event.seq))
    )
    for ticket_id, acts in groupby(lines, key=lambda line: line.ticket_id):
        yield from _walk(ticket_id, acts)


def _walk(ticket_id: int, acts: Iterable[Any]) -> tuple[_Bounce, ...]:
    """Follow a ticket on its way; an act that was undone has not been."""
    state: _Walked = ((), ())
    undoable: list[_Walked] = []
    reason: str | None = None
    for line in acts:
        before = state
        reason = line.reason if line.act == "hand_off" else reason
        state = undoable.pop() if line.act == "undo" and undoable else _step(ticket_id, state, line, reason)
        if line.act in lifecycle.UNDOABLE:
            undoable.append(before)
        elif line.act != "undo":
            undoable.clear()
    return state[1]


def _step(ticket_id: int, state: _Walked, line: Any, reason: str | None) -> _Walked:
    before, found = state
    way = route.follow(before, line.act, line.team_id)
    if line.act == "decide" and found:
        return way, (*found[:-1], replace(found[-1], decision=line.reason or "-"))
    kind = route.bounce(way) if len(way) > len(before) else None
    return way, (*found, _Bounce(ticket_id, kind, route.teams_of(way), reason)) if kind else found
