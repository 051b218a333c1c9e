"""The tickets an act is meant for: which version of each was seen, and why the act cannot be done to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from sharedops_core.rules import lifecycle, permissions
from sharedops_core.rules.lifecycle import Holder
from sharedops_core.store import access
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import Person, Survey, Ticket


@dataclass(frozen=True, slots=True)
class Target:
    """A ticket before an act on it: `hindrance` says why it is not for the reader or not possible now."""

    ticket_id: int
    number: str
    version: int
    hindrance: str | None


def targets(session: Session, ticket_ids: Sequence[int], act: str, *, reader: Reader | None = None) -> Sequence[Target]:
    """Return the tickets that the reader may see, by id, as an act of theirs meets them; four readings for any number.

    `act` is a move of the life cycle, and by the same name a right of the matrix.
    """
    if reader is None:
        return []
    is_meant = col(Ticket.id).in_(ticket_ids)
    rated = set(session.exec(select(Survey.ticket_id).where(col(Survey.ticket_id).in_(ticket_ids))))
    found = session.exec(select(Ticket).where(is_meant, access.visible(reader)).order_by(col(Ticket.id))).all()
    ids = {one.assignee_id for one in found} | {reader.person_id}
    names = dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids - {None}))).all())

    def hindrance(ticket: Ticket) -> str | None:
        standing = access.standing(reader, ticket)
        said = {"who": names.get(reader.person_id, "?"), "holder": names.get(ticket.assignee_id or 0, "")}
        refusal = permissions.refusal(act, standing, number=ticket.number, **said)
        return refusal or lifecycle.hindrance(act, holder(ticket, reader, is_rated=ticket.id in rated))

    return [Target(one.id, one.number, one.version, hindrance(one)) for one in found]


def holder(ticket: Ticket, reader: Reader, *, is_rated: bool) -> Holder:
    """Return how a ticket stands for its reader, as the moves of the life cycle ask it."""
    return Holder(
        state=ticket.state,
        is_assigned=ticket.assignee_id is not None,
        is_mine=ticket.assignee_id is not None and ticket.assignee_id == reader.person_id,
        is_offered=ticket.offered_team_id is not None,
        is_offered_to_me=ticket.offered_team_id in reader.team_ids
        and ticket.offered_agent_id in (None, reader.person_id),
        is_rated=is_rated,
        is_bounced=ticket.bounce is not None,
        is_duty_offered=ticket.duty_offered_id is not None,
        is_duty_offered_to_me=ticket.duty_offered_id is not None and ticket.duty_offered_id == reader.person_id,
    )
