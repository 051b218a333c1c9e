"""Promises to the requester ("I call you by 15:00"): a clock of their own, until they are kept (product E5)."""

from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, journal
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import history
from sharedops_core.store.events import entries
from sharedops_core.store.tables import Person, Ticket


def promise(
    session: Session,
    ticket_id: int,
    due_at: datetime,
    words: str,
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> Ticket:
    """Put a promise on record; its clock is due at the instant that was named, open hours or not.

    Raises Refused for an instant that has passed, or the same instant promised twice.
    """
    ticket = finding.ticket(session, ticket_id, "promise", actor)
    text = finding.text(words, _("the promise"))
    if due_at <= at:
        raise Refused(_("{moment} has passed; a promise is for later").format(moment=due_at.astimezone()))
    if due_at in _open_promises(session, ticket_id):
        raise Refused(_("something is promised for {moment} already").format(moment=due_at.astimezone()))
    journal.move(
        session, ticket, "promise", actor=actor, at=at, seen=seen,
        changes={"promised_for": due_at}, detail={"promised": text},
    )  # fmt: skip
    return ticket


def keep(session: Session, ticket_id: int, *, actor: Person, at: datetime, seen: int | None = None) -> Ticket:
    """Say that the promise that is due first has been kept. Raises Refused when nothing is promised."""
    ticket = finding.ticket(session, ticket_id, "keep", actor)
    due = min(_open_promises(session, ticket_id), default=None)
    if due is None:
        raise Refused(_("nothing is promised on {number}").format(number=ticket.number))
    journal.move(session, ticket, "keep", actor=actor, at=at, seen=seen, changes={"promised_for": due})
    return ticket


def _open_promises(session: Session, ticket_id: int) -> list[datetime]:
    folded = history.replay(entries(session, ticket_id))
    return [one.what for one in folded.promises if one.end is None and isinstance(one.what, datetime)]
