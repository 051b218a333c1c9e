"""Links (关联) between tickets: made and taken away on both at once, by whoever may act on both (product D5)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, journal
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import links as linking
from sharedops_core.rules.permissions import lane_name
from sharedops_core.store import access, links, turns
from sharedops_core.store.tables import Person, Ticket


def link(
    session: Session,
    ticket_id: int,
    role: str,
    number: str,
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> Ticket:
    """Link a ticket to another one, as it looks from the first: "blocks", "child_of" (`rules.links.BY_HAND`).

    Raises Refused for a ticket itself, a link of this kind that is there, a second parent, a parent below its own
    child, and one of another lane; NotFound for a number that is not there for the actor.
    """
    linking.role(role)
    kind, _is_from = linking.ROLES[role]
    finding.seen(session, ticket_id, "link", actor)
    other_id = finding.ticket_id(session, number, actor)
    refuse_itself(session, ticket_id, other_id)
    if kind == linking.PARENT:
        # Whoever makes a family elsewhere at the same time could close the circle.
        turns.wait_for_turn(session.connection(), "parents")
    held = finding.held(session, {ticket_id: "link", other_id: "link"}, actor)
    ticket, other = held[ticket_id], held[other_id]
    _refuse_doubled(session, ticket, other, kind)
    if kind == linking.PARENT:
        require_same_lane(ticket, other)
        parent, child = (ticket, other) if role == "parent_of" else (other, ticket)
        _refuse_second_parent(session, child, actor)
        _refuse_circle(session, parent, child)
    connect(session, "link", ticket, role, other, actor=actor, at=at, seen=seen)
    return ticket


def unlink(
    session: Session, ticket_id: int, number: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Take every link away that somebody made between two tickets; what was split or merged stays so.

    Raises Refused when there is none.
    """
    finding.seen(session, ticket_id, "unlink", actor)
    other_id = finding.ticket_id(session, number, actor)
    held = finding.held(session, {ticket_id: "unlink", other_id: "unlink"}, actor)
    ticket, other = held[ticket_id], held[other_id]
    found = [
        one for one in links.ends(session, [ticket_id]) if one.other_id == other_id and one.role in linking.BY_HAND
    ]
    if not found:
        raise Refused(_("{a} and {b} are not linked").format(a=ticket.number, b=other.number))
    here = [linking.Said(one.link_id, one.role, is_live=False) for one in found]
    there = [linking.Said(one.link_id, linking.turned_role(one.role), is_live=False) for one in found]
    journal.move(session, ticket, "unlink", actor=actor, at=at, seen=seen, detail=linking.told(*here),
                 changes=as_it_is(ticket))  # fmt: skip
    journal.move(session, other, "unlink", actor=actor, at=at, detail=linking.told(*there), changes=as_it_is(other))
    return ticket


def connect(
    session: Session,
    act: str,
    ticket: Ticket,
    role: str,
    other: Ticket,
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Write a link between two tickets that are held, and a line in the journal of each."""
    link_id = links.new(session, role, ticket.id, other.id)
    for one, looks, version in ((ticket, role, seen), (other, linking.turned_role(role), None)):
        detail = linking.told(linking.Said(link_id, looks, is_live=True))
        journal.move(session, one, act, actor=actor, at=at, seen=version, detail=detail, changes=as_it_is(one))


def as_it_is(ticket: Ticket) -> dict[str, int | None]:
    """Return the change that makes nobody first-contact owner: whoever links has not taken the request."""
    return {"first_contact_id": ticket.first_contact_id}


def refuse_itself(session: Session, ticket_id: int, other_id: int) -> None:
    """Refuse to bring a ticket together with itself."""
    if ticket_id == other_id:
        number = session.get_one(Ticket, ticket_id).number
        raise Refused(_("{number} is this ticket itself; name another one").format(number=number))


def require_same_lane(ticket: Ticket, other: Ticket) -> None:
    """Refuse to bring a confidential ticket together with one outside its lane."""
    sealed = next((one for one in (ticket, other) if one.lane is not None), None)
    if ticket.lane != other.lane and sealed is not None:
        raise Refused(
            _("{number} is confidential ({lane}); this is for tickets of the same lane only").format(
                number=sealed.number, lane=lane_name(sealed.lane)
            )
        )


def _refuse_doubled(session: Session, ticket: Ticket, other: Ticket, kind: str) -> None:
    found = [one for one in links.ends(session, [ticket.id], kind) if one.other_id == other.id]
    if found:
        raise Refused(
            _("{a} {role} {b} already").format(a=ticket.number, role=linking.role_name(found[0].role), b=other.number)
        )


def _refuse_second_parent(session: Session, child: Ticket, actor: Person) -> None:
    """Refuse a second parent; one that the actor may not see is none, for a refusal would betray it."""
    above = sorted(access.seen(session, access.reader(session, actor), _parents(session, [child.id])))
    if above:
        words = _("{child} has a parent already: {parent}")
        raise Refused(words.format(child=child.number, parent=session.get_one(Ticket, above[0]).number))


def _refuse_circle(session: Session, parent: Ticket, child: Ticket) -> None:
    """Refuse a parent that is below its child."""
    seen, wanted = {parent.id}, [parent.id]
    while wanted := sorted(set(_parents(session, wanted)) - seen):
        seen.update(wanted)
    if child.id in seen:
        words = _("{child} stands above {parent}; a parent cannot be below its child")
        raise Refused(words.format(child=child.number, parent=parent.number))


def _parents(session: Session, ticket_ids: Sequence[int]) -> list[int]:
    return [one.other_id for one in links.ends(session, ticket_ids, linking.PARENT) if one.role == "child_of"]
