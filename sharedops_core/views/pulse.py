"""The pulse of the desk: the few figures in the status line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, func, select

from sharedops_core.rules import lifecycle
from sharedops_core.store.access import Reader, tally, visible
from sharedops_core.store.tables import Survey, Ticket
from sharedops_core.views.notices import unread_count
from sharedops_core.views.rows import WARN_WITHIN


@dataclass(frozen=True, slots=True)
class Pulse:
    """Of what the reader may see: tickets open now, of these breached (due time past, clock running), at risk (due
    within 30 minutes) and waiting; resolved within the last 24 hours; mean satisfaction (1-5) of the last 7 days, None
    without answers; notices not seen yet."""

    open_count: int
    breached_count: int
    at_risk_count: int
    waiting_count: int
    resolved_count: int
    csat: float | None
    told_count: int


def pulse(session: Session, now: datetime, *, reader: Reader | None = None) -> Pulse:
    """Return the figures of the status line for its reader."""
    is_open, is_running = col(Ticket.queue_at).is_not(None), col(Ticket.is_paused).is_(False)
    counts = tally(
        session,
        reader,
        {
            "open_count": is_open,
            "breached_count": and_(is_running, col(Ticket.queue_at) < now),
            "at_risk_count": and_(is_running, col(Ticket.queue_at).between(now, now + WARN_WITHIN)),
            "waiting_count": and_(is_open, col(Ticket.state) == lifecycle.WAITING),
        },
    )
    is_new = col(Ticket.resolved_at) >= now - timedelta(hours=24)
    resolved = session.exec(select(func.count()).select_from(Ticket).where(is_new, visible(reader))).one()
    csat = session.exec(
        select(func.avg(Survey.csat))
        .join(Ticket, col(Ticket.id) == col(Survey.ticket_id))
        .where(col(Survey.at) >= now - timedelta(days=7), visible(reader))
    ).one()
    return Pulse(
        **counts,
        resolved_count=resolved,
        csat=round(float(csat), 1) if csat is not None else None,
        told_count=unread_count(session, reader=reader),
    )
