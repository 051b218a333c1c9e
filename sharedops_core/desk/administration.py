"""Acts of administration, each a line of a journal of its own that nobody rewrites (product K3)."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from sharedops_core.store import access, chains
from sharedops_core.store.tables import AdminEvent, Person


def record(
    session: Session, act: str, detail: Mapping[str, object], *, actor: Person | None, at: datetime
) -> AdminEvent:
    """Append one act of administration in the caller's transaction; `actor` None stands for the program itself."""
    end = chains.tip(session, chains.ADMIN)
    detail = access.signed(session, actor, detail) or {}
    columns = {"act": act, "at": at, "actor_id": actor.id if actor else None, "detail": detail}
    event = AdminEvent(**end.append(columns))
    session.add(event)
    session.flush()
    chains.move_tip(session, end)
    return event
