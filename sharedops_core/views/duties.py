"""The report on first-contact duty (首问负责): what everybody still answers for, wherever it is (product D2)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.store.tables import Event, Person, Team, Ticket
from sharedops_core.views.figures import Report, Scope
from sharedops_core.views.scope import sum_if

STALLED_AFTER = timedelta(days=1)

_SHOWN = ("duties", "elsewhere", "breached", "stalled", "chased")
"""The measures of a row: what its owner has to look after."""

DUTIES_BY: Mapping[str, Callable[[], Any]] = {
    "owner": lambda: col(Person.login),
    "team": lambda: col(Team.code),
    "line": lambda: col(Ticket.line),
    "priority": lambda: col(Ticket.priority),
}
"""What the rows can be made by: who answers for the tickets, or where they are now."""


def duties(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    """Count the open tickets of the period that somebody answers for, with a row for each of these people."""
    by = by or "owner"
    measures = _measures(now)
    is_open = col(Ticket.queue_at).is_not(None)
    source = (
        select(*(measure.label(name) for name, measure in measures.items()))
        .select_from(Ticket)
        .join(Person, col(Person.id) == col(Ticket.first_contact_id))
        .join(Team, col(Team.id) == col(Ticket.team_id), isouter=True)
        .where(is_open, *scope.conditions())
    )
    unowned = select(func.count()).select_from(Ticket).where(
        is_open, col(Ticket.first_contact_id).is_(None), *scope.conditions()
    )  # fmt: skip
    oldest = session.execute(source.with_only_columns(func.min(col(Ticket.opened_at)))).scalar()
    figures = dict(session.execute(source).mappings().one()) | {
        "unowned": session.execute(unowned).scalar_one(),
        "oldest_days": None if oldest is None else (now - oldest).days,
    }
    dimension = DUTIES_BY[by]()
    grouped = source.add_columns(dimension.label(by)).group_by(dimension).order_by(func.count().desc(), dimension)
    rows = [{by: row[by], **{name: row[name] for name in _SHOWN}} for row in session.execute(grouped).mappings()]
    return Report("duties", _("First-contact duty"), scope.period, figures, _definitions(), rows, by, _SHOWN)


def _measures(now: datetime) -> dict[str, Any]:
    elsewhere = and_(
        col(Ticket.assignee_id).is_not(None), col(Ticket.assignee_id) != col(Ticket.first_contact_id)
    )  # fmt: skip
    chased = select(col(Event.ticket_id)).where(col(Event.ticket_id) == col(Ticket.id), col(Event.act) == "chase")
    return {
        "duties": func.count(),
        "elsewhere": sum_if(elsewhere),
        "unheld": sum_if(col(Ticket.assignee_id).is_(None)),
        "waiting": sum_if(col(Ticket.state) == lifecycle.WAITING),
        "breached": sum_if(and_(col(Ticket.is_paused).is_(False), col(Ticket.queue_at) < now)),
        "stalled": sum_if(col(Ticket.changed_at) < now - STALLED_AFTER),
        "chased": sum_if(chased.exists()),
    }


def _definitions() -> dict[str, str]:
    return {
        "duties": _("Open tickets of the period that have a first-contact owner."),
        "elsewhere": _("Of these, in somebody else's hand."),
        "unheld": _("Of these, in nobody's hand."),
        "waiting": _("Of these, waiting for somebody."),
        "breached": _("Of these, with a running clock past its due time."),
        "stalled": _("Of these, with nothing done to them for 24 hours."),
        "chased": _("Of these, chased at least once."),
        "unowned": _("Open tickets that no agent has touched yet, so that nobody answers for them."),
        "oldest_days": _("Age of the oldest of these duties in whole days."),
    }
