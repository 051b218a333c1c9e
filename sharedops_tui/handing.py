"""Handing off many tickets with one dialog: what is left empty is filled from each of them, in its own transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import handoffs
from sharedops_core.rules.handoff import Slots
from sharedops_core.store import access
from sharedops_core.store.tables import Person, Ticket
from sharedops_core.views import ticket as tickets
from sharedops_core.views.handoffs import begun

_NOTHING = Slots(asked="-", tried="-", found="-", promised="-")
"""What a slot says of which a ticket knows nothing; what is wanted is written by whoever hands off."""


def hand_off(
    session: Session,
    ticket_id: int,
    to: handoffs.Destination,
    slots: Slots,
    reason: str,
    answers: Mapping[str, str],
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> Ticket:
    """Hand off one of many tickets, its empty slots filled with what it knows; raises as `handoffs.hand_off` does."""
    card = tickets.ticket(session, ticket_id, at, reader=access.reader(session, actor))
    known = begun(session, card) if card is not None else Slots()
    filled = slots.filled_from(known).filled_from(_NOTHING)
    return handoffs.hand_off(session, ticket_id, to, filled, reason, answers, actor=actor, at=at, seen=seen)
