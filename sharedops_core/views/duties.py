"""The report on first-contact duty (首问负责): what everybody still answers for, wherever it is (product D2)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from sharedops_core.i18n import _
from sharedops_core.rules import duty, history, lifecycle
from sharedops_core.store.tables import Event, Person, Team, Ticket
from sharedops_core.views.figures import Report, Scope
from sharedops_core.views.scope import sum_if

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
        "stalled": sum_if(_is_stalled()),
        "chased": sum_if(chased.exists()),
    }


def _is_stalled() -> ColumnElement[bool]:
    """Return the condition that the owner has been told of a stall and nothing has moved the ticket since.

    It is the journal's word, so that report and sweep mean the same.
    """
    told, later = aliased(Event), aliased(Event)
    is_moved = or_(col(later.act).not_in((*history.UNMOVING_ACTS, duty.PASS)),
                   col(later.from_state) != col(later.state))  # fmt: skip
    moved = select(col(later.id)).where(
        col(later.ticket_id) == col(told.ticket_id), col(later.seq) > col(told.seq), is_moved
    )  # fmt: skip
    stall = select(col(told.id)).where(
        col(told.ticket_id) == col(Ticket.id), col(told.act) == duty.STALL, ~moved.exists()
    )  # fmt: skip
    return stall.exists()


def _definitions() -> dict[str, str]:
    return {
        "duties": _("Open tickets of the period that have a first-contact owner."),
        "elsewhere": _("Of these, in somebody else's hand."),
        "unheld": _("Of these, in nobody's hand."),
        "waiting": _("Of these, waiting for somebody."),
        "breached": _("Of these, with a running clock past its due time."),
        "stalled": _("Of these, whose owner was told that nothing was done for a working day, and nothing since."),
        "chased": _("Of these, chased at least once."),
        "unowned": _("Open tickets that no agent has touched yet, so that nobody answers for them."),
        "oldest_days": _("Age of the oldest of these duties in whole days."),
    }
