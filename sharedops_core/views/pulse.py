"""The pulse of the desk: the few figures in the status line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from sharedops_core.rules import lifecycle
from sharedops_core.store.tables import Survey, Ticket
from sharedops_core.views.notices import unread_count
from sharedops_core.views.queue import WARN_WITHIN


@dataclass(frozen=True, slots=True)
class Pulse:
    """Open tickets now, of these breached (due time past, clock running), at risk (due within 30 minutes) and
    waiting; resolved within the last 24 hours; mean satisfaction (1-5) of the last 7 days, None without answers;
    notices the agent has not seen yet."""

    open_count: int
    breached_count: int
    at_risk_count: int
    waiting_count: int
    resolved_count: int
    csat: float | None
    told_count: int


def pulse(session: Session, person_id: int, now: datetime) -> Pulse:
    """Return the figures of the status line."""
    is_open = col(Ticket.queue_at).is_not(None)
    is_running = col(Ticket.is_paused).is_(False)

    def count(*conditions: object) -> int:
        return session.exec(select(func.count()).select_from(Ticket).where(*conditions)).one()  # type: ignore[arg-type]

    csat = session.exec(select(func.avg(Survey.csat)).where(col(Survey.at) >= now - timedelta(days=7))).one()
    return Pulse(
        open_count=count(is_open),
        breached_count=count(is_running, col(Ticket.queue_at) < now),
        at_risk_count=count(is_running, col(Ticket.queue_at).between(now, now + WARN_WITHIN)),
        waiting_count=count(is_open, col(Ticket.state) == lifecycle.WAITING),
        resolved_count=count(col(Ticket.resolved_at) >= now - timedelta(hours=24)),
        csat=round(float(csat), 1) if csat is not None else None,
        told_count=unread_count(session, person_id),
    )
