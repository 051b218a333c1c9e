"""Acts of administration, each a line of a journal of its own that nobody rewrites (product K3)."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from sharedops_core.errors import NotAllowed
from sharedops_core.i18n import _
from sharedops_core.store import chains
from sharedops_core.store.tables import AdminEvent, Person


def record(
    session: Session, act: str, detail: Mapping[str, object], *, actor: Person | None, at: datetime
) -> AdminEvent:
    """Append one act of administration in the caller's transaction; `actor` None stands for the program itself."""
    end = chains.tip(session, chains.ADMIN)
    columns = {"act": act, "at": at, "actor_id": actor.id if actor else None, "detail": dict(detail)}
    event = AdminEvent(**end.append(columns))
    session.add(event)
    session.flush()
    chains.move_tip(session, end)
    return event


def require_admin(actor: Person) -> None:
    """Refuse an act of administration to anybody else."""
    if actor.role != "admin":
        raise NotAllowed(_("{who} is no admin; this act belongs to administration").format(who=actor.name))
