"""Journal rows as the values the rules fold."""

from sqlmodel import Session, col, select

from sharedops_core.rules import history
from sharedops_core.store.tables import Event


def entries(session: Session, ticket_id: int) -> list[history.Entry]:
    """Return the history of a ticket, oldest first."""
    found = session.exec(select(Event).where(col(Event.ticket_id) == ticket_id).order_by(col(Event.seq)))
    return [entry_of(event) for event in found]


def entry_of(event: Event) -> history.Entry:
    """Return a journal row as the value the rules fold."""
    return history.Entry(**{name: getattr(event, name) for name in history.Entry.__dataclass_fields__})
