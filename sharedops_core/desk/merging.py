"""Merging (合并): a ticket that asks for what another one asks for goes on in that one, and no word is lost.

What was said on it stays where it was said and is read in the thread of the other one; so is what its requester says
later. They hear the solution on their own ticket.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import families, finding, handoffs, journal, linking, tasks
from sharedops_core.errors import Conflict, Refused
from sharedops_core.i18n import _, joined
from sharedops_core.rules import lifecycle
from sharedops_core.rules import links as links_of
from sharedops_core.store import links
from sharedops_core.store.tables import Event, Person, Ticket


def merge(
    session: Session, ticket_id: int, number: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Let a ticket go on in another one, which is open and of the same lane; its clocks stop and its offers end.

    Of another one that was merged itself the ticket is meant in which that goes on. Raises Conflict, with the name,
    when somebody merged it meanwhile; Refused for a ticket that has open children or tasks, or one that is settled.
    """
    finding.seen(session, ticket_id, "merge", actor)
    other_id = finding.ticket_id(session, number, actor)
    linking.refuse_itself(session, ticket_id, other_id)
    into_id = links.final(session, other_id)
    if into_id == ticket_id:
        raise _was_merged(session, session.get_one(Ticket, other_id))
    held = finding.held(session, {ticket_id: "merge", into_id: "absorb"}, actor)
    ticket, into = held[ticket_id], held[into_id]
    for one in (ticket, into):
        if one.state == lifecycle.MERGED:
            raise _was_merged(session, one)
    linking.require_same_lane(ticket, into)
    lifecycle.after("absorb", into.state)
    _refuse_parent(session, ticket, actor)
    tasks.require_none(session, ticket)
    _move(session, ticket, into, actor=actor, at=at, seen=seen)
    return ticket


def _move(session: Session, ticket: Ticket, into: Ticket, *, actor: Person, at: datetime, seen: int | None) -> None:
    link_id = links.new(session, "merged_into", ticket.id, into.id)
    said = {role: links_of.told(links_of.Said(link_id, role, is_live=True)) for role in ("merged_into", "took_in")}
    journal.move(
        session, ticket, "merge", actor=actor, at=at, seen=seen, detail=said["merged_into"],
        changes=linking.as_it_is(ticket) | {"offered_team_id": None},
    )  # fmt: skip
    handoffs.withdraw(session, ticket, actor=actor, at=at)
    journal.move(session, into, "absorb", actor=actor, at=at, detail=said["took_in"], changes=linking.as_it_is(into))


def _refuse_parent(session: Session, ticket: Ticket, actor: Person) -> None:
    children = families.open_below(session, ticket.id, actor)
    if children:
        numbers = joined(one.number for one in children)
        words = _("{number} has open children: {children}; unlink them, or give them another parent first")
        raise Refused(words.format(number=ticket.number, children=numbers))


def _was_merged(session: Session, ticket: Ticket) -> Conflict:
    """Return who was first with a ticket that is merged already."""
    lines = select(Event.actor_id).where(col(Event.ticket_id) == ticket.id, col(Event.act) == "merge")
    actor_id = session.exec(lines.order_by(col(Event.seq).desc()).limit(1)).first()
    who = session.get(Person, actor_id) if actor_id else None
    into = session.get(Ticket, ticket.merged_into_id) if ticket.merged_into_id else None
    return Conflict(
        _("{who} merged {number} into {into} first").format(
            who=who.name if who else "?", number=ticket.number, into=into.number if into else "?"
        )
    )


def let_hear(session: Session, tickets: Iterable[Ticket], text: str, *, actor: Person, at: datetime) -> None:
    """Tell the requesters of merged tickets, each on their own, the solution of the one in which theirs went on."""
    for one in tickets:
        said = journal.Said("out", actor, text)
        journal.move(session, one, "hear", actor=actor, at=at, said=said, changes=linking.as_it_is(one))
