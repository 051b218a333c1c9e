"""The reports, those of other modules among them; every figure with its definition and its source.

Figures of imported tickets come in two kinds: the source's word (counters its log states) and what is recomputed
from the journal. The definition of each figure says which it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, case, cast, func, literal, select
from sqlmodel import Session, col

from sharedops_core.errors import NotAllowed, Refused
from sharedops_core.i18n import _, joined, language
from sharedops_core.rules import lifecycle, permissions
from sharedops_core.rules.duty import CLOSE
from sharedops_core.rules.ledger import DESK, Held
from sharedops_core.rules.permissions import Standing
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import Clock, Event, Handoff, Person, ServiceItem, SourceRecord, Survey, Team, Ticket
from sharedops_core.views.clocks import held_by_ticket
from sharedops_core.views.duties import DUTIES_BY, duties
from sharedops_core.views.figures import Period, Report, Row, Scope
from sharedops_core.views.pingpong import PINGPONG_BY, pingpong
from sharedops_core.views.scope import sum_if
from sharedops_core.views.shifts import SHIFTS_BY, shifts
from sharedops_core.views.taskfigures import SATISFACTION_BY, TASKS_BY, satisfaction, tasks


def report(
    session: Session, name: str, period: Period, now: datetime, *, by: str | None = None, reader: Reader | None = None
) -> Report:
    """Return a report by its name over what its reader may see.

    Raises Refused for an unknown dimension, NotAllowed for a reader whose role reads no reports.
    """
    if reader is None or not permissions.allows("report", Standing(reader.role)):
        raise NotAllowed(_("reports are for those who work or audit the desk"))
    make = REPORTS[name]
    known = OWN_DIMENSIONS.get(name, DIMENSIONS)
    if by is not None and by not in known:
        raise Refused(_("{by} is no dimension; there are: {names}").format(by=by, names=joined(known)))
    made = make(session, Scope(period, reader), now, by)
    if name == "shifts":
        return made
    first = next(iter(made.definitions))
    said = _("{said} Confidential tickets count only for those who may see them.").format(said=made.definitions[first])
    return replace(made, definitions={**made.definitions, first: said})


def _sla(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    missed = _missed(now)
    measures = {
        "tickets": func.count(),
        "missed_by_source": sum_if(col(SourceRecord.is_missed).is_(True)),
        "missed": sum_if(missed),
        "response_missed": sum_if(_clock_missed("response", now)),
        "resolution_missed": sum_if(_clock_missed("resolution", now)),
    }
    figures, rows = _measured(session, replace(scope, without=(lifecycle.MERGED,)), by, measures)
    figures["met_percent"] = _percent(figures["tickets"] - figures["missed"], figures["tickets"])
    definitions = {
        "tickets": _("Tickets opened in the period; a merged one counts as the ticket it went into."),
        "missed_by_source": _("Source's word: imported tickets whose log says that the target was missed."),
        "missed": _("Recomputed: tickets with at least one clock, response or resolution, past its due time."),
        "response_missed": _("Recomputed: tickets whose response clock passed its due time before a person answered."),
        "resolution_missed": _("Recomputed: tickets whose resolution clock passed its due time, waits cut out."),
        "met_percent": _("Recomputed: tickets without a missed clock, per hundred tickets."),
    }
    return Report("sla", _("Service levels"), scope.period, figures, definitions, rows, by, list(measures))


def _backlog(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    is_open = col(Ticket.queue_at).is_not(None)
    measures = {
        "open": sum_if(is_open),
        "waiting": sum_if(and_(is_open, col(Ticket.state) == lifecycle.WAITING)),
        "unassigned": sum_if(and_(is_open, col(Ticket.assignee_id).is_(None))),
        "offered": sum_if(col(Ticket.offered_team_id).is_not(None)),
        "breached": sum_if(and_(is_open, col(Ticket.is_paused).is_(False), col(Ticket.queue_at) < now)),
        "awaiting_confirmation": sum_if(col(Ticket.state) == lifecycle.RESOLVED),
    }
    figures, rows = _measured(session, scope, by or "line", measures)
    oldest = session.execute(_within(select(func.min(Ticket.opened_at)).where(is_open), scope)).scalar()
    figures["oldest_days"] = None if oldest is None else (now - oldest).days
    definitions = {
        "open": _("Tickets opened in the period that are received, accepted, working or waiting now."),
        "waiting": _("Open tickets that wait for somebody."),
        "unassigned": _("Open tickets that nobody holds."),
        "offered": _("Tickets whose hand-off has not been answered yet."),
        "breached": _("Open tickets whose next clock runs and is past its due time; paused ones are not counted."),
        "awaiting_confirmation": _("Resolved tickets that the requester has not confirmed."),
        "oldest_days": _("Age of the oldest open ticket in whole days."),
    }
    return Report("backlog", _("Backlog"), scope.period, figures, definitions, rows, by or "line", list(measures))


def _handoffs(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    runs = _team_runs()
    moves = (
        select(
            runs.c.ticket_id,
            _sum(case((runs.c.before.is_not(None), 1), else_=0)).label("moves"),
            func.max(case((runs.c.before_that == runs.c.team_id, 1), else_=0)).label("is_aba"),
        )
        .group_by(runs.c.ticket_id)
        .subquery()
    )
    lines = (
        select(col(Event.ticket_id), func.max(Event.line).label("deepest")).group_by(col(Event.ticket_id)).subquery()
    )
    reassigned = func.coalesce(col(SourceRecord.reassignments), moves.c.moves, 0)
    measures = {
        "tickets": func.count(),
        "reassignments": func.coalesce(_sum(reassigned), 0),
        "tickets_without_reassignment": sum_if(reassigned == 0),
        "team_handovers": func.coalesce(_sum(moves.c.moves), 0),
        "aba_tickets": func.coalesce(_sum(moves.c.is_aba), 0),
        **{f"deepest_line_{n}": sum_if(lines.c.deepest == n) for n in (1, 2, 3)},
    }
    joins = [(moves, moves.c.ticket_id), (lines, lines.c.ticket_id)]
    figures, rows = _measured(session, scope, by, measures, joins)
    figures |= _offers(session, scope)
    definitions = {
        "tickets": _("Tickets opened in the period."),
        "reassignments": _("Source's word where its log states a counter; else recomputed: changes of team."),
        "tickets_without_reassignment": _("Tickets whose number of reassignments, as above, is zero."),
        "team_handovers": _("Recomputed from the journal: changes of team from one entry to the next."),
        "aba_tickets": _("Recomputed: tickets that went from a team to another and straight back."),
        "deepest_line_1": _("Recomputed: tickets whose work never left line 1."),
        "deepest_line_2": _("Recomputed: tickets that reached line 2 and no further."),
        "deepest_line_3": _("Recomputed: tickets that reached line 3."),
        "offers": _("Hand-offs offered in this desk on tickets opened in the period."),
        "accepted": _("Of these, accepted."),
        "given_back": _("Of these, given back."),
    }
    return Report("handoffs", _("Hand-offs"), scope.period, figures, definitions, rows, by, list(measures))


def _volume(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    waited = select(col(Event.ticket_id)).where(col(Event.waiting_reason) == "requester").distinct().subquery()
    reopens = func.coalesce(col(SourceRecord.reopens), col(Ticket.reopen_count))
    is_first = and_(col(Ticket.resolved_at).is_not(None), col(Ticket.handoff_count) == 0, reopens == 0,
                    col(Ticket.line) == 1, col(SourceRecord.ticket_id).is_(None))  # fmt: skip
    is_own_resolved = and_(col(Ticket.resolved_at).is_not(None), col(SourceRecord.ticket_id).is_(None))
    silent = select(col(Event.id)).where(
        col(Event.ticket_id) == col(Ticket.id), col(Event.act) == CLOSE, col(Event.at) == col(Ticket.confirmed_at)
    )  # fmt: skip
    measures = {
        "tickets": func.count(),
        "resolved": sum_if(col(Ticket.resolved_at).is_not(None)),
        "closed": sum_if(col(Ticket.state).in_(lifecycle.CLOSED_STATES)),
        "closed_silently": sum_if(silent.exists()),
        "reopened": sum_if(reopens > 0),
        "waited_for_requester": func.count(waited.c.ticket_id),
    }
    figures, rows = _measured(session, scope, by, measures, [(waited, waited.c.ticket_id)])
    first, own = session.execute(
        _within(select(sum_if(is_first), sum_if(is_own_resolved)).select_from(_joined()), scope)
    ).one()
    csat = session.execute(
        _within(select(func.avg(Survey.csat)).join(Ticket, col(Ticket.id) == col(Survey.ticket_id)), scope)
    ).scalar()
    figures |= {"fcr_percent": _percent(first, own), "csat": round(float(csat), 2) if csat is not None else None}
    definitions = {
        "tickets": _("Tickets opened in the period."),
        "resolved": _("Of these, resolved by now, confirmed or not; a merged one is not, the one it went into is."),
        "closed": _("Of these, confirmed, cancelled or merged by now."),
        "closed_silently": _("Of the closed ones, closed by time: the requester neither confirmed nor reopened."),
        "reopened": _("Source's word where its log states a counter; else recomputed: reopened at least once."),
        "waited_for_requester": _("Recomputed from the journal: tickets that ever waited for the requester."),
        "fcr_percent": _("First contact resolution: resolved on line 1 without hand-off or reopening, per hundred"
                         " resolved tickets of this desk (imported ones left out)."),
        "csat": _("Mean satisfaction from 1 to 5 over the answered surveys of these tickets."),
    }  # fmt: skip
    return Report("volume", _("Volume"), scope.period, figures, definitions, rows, by, list(measures))


def _held(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    """Sum the ledgers in Python, because whose a second was is a rule and not a column."""
    key = HELD_BY[by or "party"]
    open_time: dict[Any, timedelta] = {}
    wall_time: dict[Any, timedelta] = {}
    tickets = 0
    for _ticket, stretches in held_by_ticket(session, scope.conditions(), now):
        tickets += 1
        for one in stretches:
            at = key(one)
            open_time[at] = open_time.get(at, timedelta()) + one.open_time
            wall_time[at] = wall_time.get(at, timedelta()) + one.wall_time
    names = _held_names(session, by or "party")
    rows = [
        {
            by or "party": names.get(at, at),
            "open_seconds": _seconds(open_time[at]),
            "elapsed_seconds": _seconds(wall_time[at]),
        }
        for at in sorted(open_time, key=lambda at: -open_time[at])
    ]
    whole = sum(open_time.values(), timedelta())
    figures = {
        "tickets": tickets,
        "open_seconds": _seconds(whole),
        "elapsed_seconds": _seconds(sum(wall_time.values(), timedelta())),
        "open_seconds_per_ticket": _seconds(whole / tickets) if tickets else None,
    }
    definitions = {
        "tickets": _("Tickets opened in the period."),
        "open_seconds": _(
            "Open time of the policy's calendar from opening to closing, or to now; the rows add up to it."
        ),
        "elapsed_seconds": _("The same on the wall clock."),
        "open_seconds_per_ticket": _("Open time per ticket."),
    }
    measures = ["open_seconds", "elapsed_seconds"]
    return Report("held", _("Time held"), scope.period, figures, definitions, rows, by or "party", measures)


HELD_BY: Mapping[str, Callable[[Held], Any]] = {
    "party": lambda one: one.party if one.party != DESK else f"line_{one.line}",
    "line": lambda one: one.line,
    "team": lambda one: one.team_id,
    "agent": lambda one: one.agent_id,
}
"""What held time can be summed by; a party is a line of the desk, or whoever was waited for."""


def _held_names(session: Session, by: str) -> Mapping[Any, Any]:
    """Return what stands in the rows for an id."""
    if by == "team":
        return {row.id: row.code for row in session.execute(select(col(Team.id), col(Team.code)))}
    if by == "agent":
        return {row.id: row.login for row in session.execute(select(col(Person.id), col(Person.login)))}
    return {}


def _seconds(length: timedelta) -> int:
    """Whole seconds, so that rows add up to the figures exactly."""
    return int(length.total_seconds())


def _measured(
    session: Session, scope: Scope, by: str | None, measures: Mapping[str, Any], joins: Sequence[tuple[Any, Any]] = ()
) -> tuple[dict[str, Any], list[Row]]:
    """Return the measures over all tickets of the period, and by dimension when one is asked for."""
    columns = [measure.label(name) for name, measure in measures.items()]
    source = _joined(joins)
    whole = session.execute(_within(select(*columns).select_from(source), scope)).mappings().one()
    rows: list[Row] = []
    if by is not None:
        dimension = DIMENSIONS[by]()
        statement = select(dimension.label(by), *columns).select_from(source).group_by(dimension).order_by(dimension)
        rows = [dict(found) for found in session.execute(_within(statement, scope)).mappings()]
    return dict(whole), rows


def _joined(joins: Sequence[tuple[Any, Any]] = ()) -> Any:
    tickets: Any = Ticket.__table__  # type: ignore[attr-defined]
    source = (
        tickets.outerjoin(SourceRecord, col(SourceRecord.ticket_id) == col(Ticket.id))
        .outerjoin(Team, col(Team.id) == col(Ticket.team_id))
        .outerjoin(ServiceItem, col(ServiceItem.id) == col(Ticket.item_id))
    )
    for table, key in joins:
        source = source.outerjoin(table, key == col(Ticket.id))
    return source


def _within(statement: Select[Any], scope: Scope) -> Select[Any]:
    return statement.where(*scope.conditions())


def _team_runs() -> Any:
    """Return the journal reduced to changes of team, each with the team before and the one before that."""
    by_ticket: dict[str, Any] = {"partition_by": col(Event.ticket_id), "order_by": col(Event.seq)}
    previous = func.lag(col(Event.team_id)).over(**by_ticket).label("previous")
    entries = select(col(Event.ticket_id), col(Event.seq), col(Event.team_id), previous).where(
        col(Event.team_id).is_not(None)
    ).subquery()  # fmt: skip
    runs = (
        select(entries.c.ticket_id, entries.c.seq, entries.c.team_id)
        .where((entries.c.previous.is_(None)) | (entries.c.previous != entries.c.team_id))
        .subquery()
    )
    order: dict[str, Any] = {"partition_by": runs.c.ticket_id, "order_by": runs.c.seq}
    return select(
        runs.c.ticket_id,
        runs.c.team_id,
        func.lag(runs.c.team_id).over(**order).label("before"),
        func.lag(runs.c.team_id, 2).over(**order).label("before_that"),
    ).subquery()


def _offers(session: Session, scope: Scope) -> dict[str, int]:
    statement = select(
        func.count(), sum_if(col(Handoff.decision) == "accepted"), sum_if(col(Handoff.decision) == "given_back")
    ).join(Ticket, col(Ticket.id) == col(Handoff.ticket_id))
    offers, accepted, given_back = session.execute(_within(statement, scope)).one()
    return {"offers": offers, "accepted": accepted, "given_back": given_back}


def _clock_missed(kind: str, now: datetime) -> ColumnElement[bool]:
    is_late = and_(col(Clock.stopped_at).is_(None), col(Clock.due_at) < now)
    return (
        select(literal(1))
        .where(
            col(Clock.ticket_id) == col(Ticket.id),
            col(Clock.kind) == kind,
            col(Clock.breached_at).is_not(None) | is_late,
        )
        .exists()
    )


def _missed(now: datetime) -> ColumnElement[bool]:
    return _clock_missed("response", now) | _clock_missed("resolution", now)


def _sum(whole: Any) -> Any:
    """A sum of whole numbers is one: PostgreSQL would make it a decimal."""
    return cast(func.sum(whole), Integer)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _item_name() -> Any:
    return ServiceItem.name_zh if language() == "zh" else ServiceItem.name_en


DIMENSIONS: Mapping[str, Callable[[], Any]] = {
    "priority": lambda: col(Ticket.priority),
    "line": lambda: col(Ticket.line),
    "team": lambda: col(Team.code),
    "state": lambda: col(Ticket.state),
    "kind": lambda: col(Ticket.kind),
    "channel": lambda: col(Ticket.channel),
    "item": lambda: col(_item_name()),
    "month": lambda: func.substr(cast(col(Ticket.opened_at), String), 1, 7),
    "day": lambda: func.substr(cast(col(Ticket.opened_at), String), 1, 10),
}
"""What rows can be made by. Months and days are those of UTC."""

REPORTS: Mapping[str, Callable[[Session, Scope, datetime, str | None], Report]] = {
    "sla": _sla,
    "backlog": _backlog,
    "handoffs": _handoffs,
    "volume": _volume,
    "held": _held,
    "pingpong": pingpong,
    "duties": duties,
    "shifts": shifts,
    "tasks": tasks,
    "satisfaction": satisfaction,
}

OWN_DIMENSIONS: Mapping[str, Mapping[str, Any]] = {
    "held": HELD_BY, "pingpong": PINGPONG_BY, "duties": DUTIES_BY, "shifts": SHIFTS_BY, "tasks": TASKS_BY,
    "satisfaction": SATISFACTION_BY,
}  # fmt: skip
"""By what the rows of these reports can be made instead."""
