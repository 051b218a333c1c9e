"""Putting policies in force: a change of calendar, policy or reason makes new versions and recomputes open tickets.

Everything happens in the caller's transaction: the new versions, the new due times, and one line in the journal of
each ticket whose due time became another (R7, R8).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from sharedops_core.desk import administration, journal
from sharedops_core.desk.journal import DueChange
from sharedops_core.rules import lifecycle
from sharedops_core.store import policies
from sharedops_core.store.tables import Person, Policy, PolicyVersion, Ticket

_BATCH = 500


@dataclass(frozen=True)
class Recomputed:
    """A ticket whose due times became others."""

    ticket_id: int
    number: str
    changes: tuple[DueChange, ...]


def renew(session: Session, *, actor: Person | None, at: datetime) -> Sequence[Recomputed]:
    """Put in force what calendars, policies, reasons and teams say now.

    Policies that promise the same as before keep their version. Returns the open tickets whose due times changed.
    """
    session.flush()
    last = session.exec(select(func.max(PolicyVersion.id))).one() or 0
    changed = [policy_id for policy_id, document in policies.snapshots(session).items()
               if _is_new(session, policy_id, document, at)]  # fmt: skip
    session.flush()
    found = [
        Recomputed(ticket.id, ticket.number, tuple(changes))
        for batch in _open_tickets(session, changed)
        for ticket, changes in journal.recompute(session, batch, actor=actor, at=at)
    ]
    newer = select(Policy.code).join(PolicyVersion).where(col(PolicyVersion.id) > last).order_by(Policy.code)
    if in_force := list(session.exec(newer)):
        detail = {"policies": in_force, "recomputed": len(found)}
        administration.record(session, "put_in_force", detail, actor=actor, at=at)
    return found


def renew_resolved(session: Session, *, actor: Person, at: datetime) -> None:
    """Put the tickets that wait for their requester's word under what their policies promise now."""
    for batch in _tickets(session, [col(Ticket.state) == lifecycle.RESOLVED]):
        journal.recompute(session, batch, actor=actor, at=at)


def _is_new(session: Session, policy_id: int, document: policies.Document, at: datetime) -> bool:
    newest = session.exec(
        select(PolicyVersion.document)
        .where(col(PolicyVersion.policy_id) == policy_id)
        .order_by(col(PolicyVersion.id).desc())
    ).first()
    if newest == document:
        return False
    session.add(PolicyVersion(policy_id=policy_id, made_at=at, document=document))
    return newest is not None


def _open_tickets(session: Session, policy_ids: Sequence[int]) -> Iterator[Sequence[Ticket]]:
    if policy_ids:
        yield from _tickets(session, [col(Ticket.policy_id).in_(policy_ids), col(Ticket.queue_at).is_not(None)])


def _tickets(session: Session, is_meant: Sequence[ColumnElement[bool]]) -> Iterator[Sequence[Ticket]]:
    last = 0
    while batch := session.exec(
        select(Ticket)
        .where(*is_meant, col(Ticket.id) > last)
        .order_by(col(Ticket.id))
        .limit(_BATCH)
        .with_for_update(key_share=True)
    ).all():
        last = batch[-1].id
        yield batch
