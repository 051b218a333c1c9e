"""The reports on tasks for other teams, and on what requesters say: satisfaction, ease and follow-ups (D5, F2)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Float, String, and_, cast, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from sharedops_core.i18n import _
from sharedops_core.rules import tasks as tasking
from sharedops_core.rules.duty import CLOSE
from sharedops_core.store.tables import Event, Person, Survey, Task, Team, Ticket
from sharedops_core.views.figures import Report, Scope
from sharedops_core.views.scope import sum_if

_taker = aliased(Person)
_IS_DONE = col(Task.state) == tasking.DONE
_IS_IN_TIME = and_(_IS_DONE, col(Task.ended_at) <= col(Task.due_at))
_IS_LATE = and_(_IS_DONE, col(Task.ended_at) > col(Task.due_at))
_STANDS = and_(col(Task.ticket_id).is_not(None), col(Task.ended_at).is_(None))

_TASKS_SHOWN = ("tasks", "done", "in_time", "late", "declined", "standing", "overdue")
_SATISFACTION_SHOWN = ("resolved", "rated", "csat", "ease", "follow_ups", "follow_ups_open")
"""The measures of a row: as many as a terminal of eighty columns has room for."""

TASKS_BY: Mapping[str, Callable[[], Any]] = {
    "team": lambda: col(Team.code),
    "line": lambda: col(Team.line),
    "agent": lambda: col(_taker.login),
    "asker": lambda: col(Person.login),
    "priority": lambda: col(Ticket.priority),
    "month": lambda: func.substr(cast(col(Task.asked_at), String), 1, 7),
}
"""What the rows of tasks can be made by: the asked team and its line, who has taken them on, who asked."""

SATISFACTION_BY: Mapping[str, Callable[[], Any]] = {
    "team": lambda: col(Team.code),
    "line": lambda: col(Ticket.line),
    "owner": lambda: col(Person.login),
    "priority": lambda: col(Ticket.priority),
    "month": lambda: func.substr(cast(col(Ticket.opened_at), String), 1, 7),
}


def tasks(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    """Count the tasks on the tickets of the period, follow-ups left out, with a row for each asked team."""
    by = by or "team"
    measures = {
        "tasks": func.count(),
        "gates": sum_if(col(Task.is_gate).is_(True)),
        "done": sum_if(_IS_DONE),
        "in_time": sum_if(_IS_IN_TIME),
        "late": sum_if(_IS_LATE),
        "declined": sum_if(col(Task.state) == tasking.DECLINED),
        "withdrawn": sum_if(col(Task.state) == tasking.WITHDRAWN),
        "standing": sum_if(_STANDS),
        "overdue": sum_if(and_(_STANDS, col(Task.due_at) < now)),
    }
    source = (
        select(*(measure.label(name) for name, measure in measures.items()))
        .select_from(Task)
        .join(Ticket, col(Ticket.id) == col(Task.ticket_id))
        .outerjoin(Team, col(Team.id) == col(Task.team_id))
        .outerjoin(_taker, col(_taker.id) == col(Task.taken_by_id))
        .outerjoin(Person, col(Person.id) == col(Task.asked_by_id))
        .where(col(Task.kind) == tasking.WORK, *scope.conditions())
    )
    figures, rows = _measured(session, source, by, TASKS_BY[by](), _TASKS_SHOWN)
    figures["in_time_percent"] = _percent(figures["in_time"], figures["done"])
    definitions = {
        "tasks": _("Tasks asked of teams on tickets opened in the period; follow-ups are counted with satisfaction."),
        "gates": _("Of these, such that the ticket cannot be resolved before they are done."),
        "done": _("Of these, done by now."),
        "in_time": _("Of the done ones, done by their due time on the calendar of the asked team."),
        "late": _("Of the done ones, done after it."),
        "declined": _("Turned down by the asked team."),
        "withdrawn": _("Withdrawn, or withdrawn with their cancelled ticket."),
        "standing": _("Asked or taken on, and not ended."),
        "overdue": _("Of the open ones, past their due time now."),
        "in_time_percent": _("Done in time per hundred done."),
    }
    return Report("tasks", _("Tasks"), scope.period, figures, definitions, rows, by, _TASKS_SHOWN)


def satisfaction(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    """Tell what requesters say of the tickets of the period, and what became of the follow-ups; silence apart."""
    silent = select(col(Event.id)).where(
        col(Event.ticket_id) == col(Ticket.id), col(Event.act) == CLOSE, col(Event.at) == col(Ticket.confirmed_at)
    )  # fmt: skip
    reopened = select(col(Event.id)).where(
        col(Event.ticket_id) == col(Ticket.id), col(Event.act) == "reopen", col(Event.seq) > col(Task.asked_line)
    )
    measures = {
        "resolved": sum_if(col(Ticket.resolved_at).is_not(None)),
        "rated": func.count(col(Survey.ticket_id)),
        "closed_silently": sum_if(silent.exists()),
        "follow_ups": func.count(col(Task.ticket_id)),
        "follow_ups_open": sum_if(_STANDS),
        "follow_ups_in_time": sum_if(_IS_IN_TIME),
        "follow_ups_late": sum_if(_IS_LATE),
        "follow_ups_reopened": sum_if(and_(_IS_DONE, reopened.exists())),
        "csat": cast(func.avg(col(Survey.csat)), Float),
        "ease": cast(func.avg(col(Survey.ease)), Float),
    }
    source = (
        select(*(measure.label(name) for name, measure in measures.items()))
        .select_from(Ticket)
        .outerjoin(Survey, col(Survey.ticket_id) == col(Ticket.id))
        .outerjoin(Task, and_(col(Task.ticket_id) == col(Ticket.id), col(Task.kind) == tasking.FOLLOW_UP))
        .outerjoin(Team, col(Team.id) == col(Ticket.team_id))
        .outerjoin(Person, col(Person.id) == col(Ticket.first_contact_id))
        .where(*scope.conditions())
    )
    figures, rows = _measured(session, source, by, SATISFACTION_BY[by]() if by else None, _SATISFACTION_SHOWN)
    figures["rated_percent"] = _percent(figures["rated"], figures["resolved"])
    ended = figures["follow_ups_in_time"] + figures["follow_ups_late"]
    figures["follow_ups_in_time_percent"] = _percent(figures["follow_ups_in_time"], ended)
    return Report(
        "satisfaction", _("Satisfaction"), scope.period, figures, _satisfaction_means(), rows, by, _SATISFACTION_SHOWN
    )


def _satisfaction_means() -> dict[str, str]:
    return {
        "resolved": _("Tickets opened in the period that are resolved by now, confirmed or not."),
        "rated": _("Of the tickets opened in the period, those whose requester answered the survey."),
        "closed_silently": _("Closed by time: the requester neither confirmed nor reopened; no rating is supposed."),
        "follow_ups": _("Ratings so low, by the settings of the desk then, that the requester has to be called back."),
        "follow_ups_open": _("Of these, not done and not withdrawn yet."),
        "follow_ups_in_time": _("Of these, done within one workday on the calendar of the team."),
        "follow_ups_late": _("Of these, done after it."),
        "follow_ups_reopened": _("Of the done ones, with the ticket reopened since the rating."),
        "csat": _("Mean satisfaction from 1 to 5 over the answered surveys."),
        "ease": _("Mean ease from 1 (very hard) to 5 (very easy) over the surveys that answered it."),
        "rated_percent": _("Answered surveys per hundred resolved tickets."),
        "follow_ups_in_time_percent": _("Follow-ups done in time per hundred done."),
    }


def _measured(
    session: Session, source: Any, by: str | None, dimension: Any, shown: Sequence[str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the measures over all, and by dimension when one is asked for; means with two places."""
    whole = _rounded(session.execute(source).mappings().one())
    if by is None:
        return whole, []
    grouped = source.add_columns(dimension.label(by)).group_by(dimension).order_by(dimension)
    found = session.execute(grouped).mappings()
    return whole, [{by: row[by], **_rounded({name: row[name] for name in shown})} for row in found]


def _rounded(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in row.items()}


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
