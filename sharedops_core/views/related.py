"""What belongs to a ticket besides itself: links, merged tickets, watchers and experts.

A link is shown to who may see both of its tickets. To anybody else there is nothing: neither in what is related, nor in
the journal that the reader is shown, nor in how many there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from sharedops_core.rules import links as linking
from sharedops_core.store import access, companions, links
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import Event, Person, Ticket, TicketPerson

_OF_LINKS = ("link", "unlink", "undo")
"""Lines that say nothing but of links: who may not see the other ticket does not see them."""


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """A ticket that another one is linked to, and how it looks from there (`rules.links`)."""

    role: str
    ticket_id: int
    number: str
    subject: str
    state: str


@dataclass(frozen=True, slots=True)
class CompanionRow:
    """Somebody about a ticket: a watcher, or an expert who is invited, has joined or declined; asked by whom, when."""

    role: str
    state: str
    login: str
    name: str
    by: str
    at: datetime
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """A merged ticket whose words a reader sees: its number, and whether they see the internal ones."""

    number: str
    is_inside: bool


def related(session: Session, ticket_id: int, reader: Reader) -> tuple[RelatedRow, ...]:
    """Return the tickets that one is linked to, in the order in which the links were made."""
    ends = links.ends(session, [ticket_id])
    tickets = _seen(session, {one.other_id for one in ends}, reader)
    found = [(one, tickets[one.other_id]) for one in ends if one.other_id in tickets]
    return tuple(RelatedRow(end.role, one.id, one.number, one.subject, one.state) for end, one in found)


def about(session: Session, ticket_id: int) -> tuple[CompanionRow, ...]:
    """Return who watches a ticket and who is asked to help with it, experts first."""
    asked_by = aliased(Person)
    rows = session.exec(
        select(TicketPerson, Person, asked_by)
        .join(Person, col(Person.id) == col(TicketPerson.person_id))
        .join(asked_by, col(asked_by.id) == col(TicketPerson.by_id))
        .where(col(TicketPerson.ticket_id) == ticket_id, col(TicketPerson.ended_at).is_(None))
        .order_by(col(TicketPerson.role), col(TicketPerson.at), col(TicketPerson.person_id))
    )
    return tuple(
        CompanionRow(row.role, row.state, who.login, who.name, by.name, row.at, who.id) for row, who, by in rows
    )


def invitations(session: Session, ticket_ids: Iterable[int], reader: Reader) -> Mapping[int, str]:
    """Return with which of these tickets a reader is asked to help: invited, or joined when they said yes."""
    asked = select(TicketPerson.ticket_id, TicketPerson.state).where(
        col(TicketPerson.ticket_id).in_(list(ticket_ids)), col(TicketPerson.person_id) == reader.person_id,
        col(TicketPerson.state).in_((companions.INVITED, companions.JOINED)), col(TicketPerson.ended_at).is_(None),
    )  # fmt: skip
    return dict(session.exec(asked).all())


def threads(session: Session, ticket_id: int, reader: Reader) -> dict[int, Thread]:
    """Return the tickets merged into one, and into those, whose words a reader may see."""
    merged = links.merged_into(session, [ticket_id])
    if not merged:
        return {}
    inside = set(session.exec(select(Ticket.id).where(col(Ticket.id).in_(merged), access.visible(reader, "inside"))))
    return {one.id: Thread(one.number, one.id in inside) for one in _seen(session, merged, reader).values()}


def details(session: Session, lines: Sequence[Event], reader: Reader) -> dict[int, dict[str, object]]:
    """Return what the lines of a journal say besides, by their number, with tickets in the place of links.

    Lines that tell only of a link to a ticket that the reader may not see are left out.
    """
    named = {one.link_id for line in lines for one in linking.said(line.detail)} | {
        link for line in lines if isinstance(link := (line.detail or {}).get("with"), int)
    }
    others = links.others(session, lines[0].ticket_id, named) if named else {}
    tickets = _seen(session, set(others.values()), reader)
    numbers = {link: tickets[other].number for link, other in others.items() if other in tickets}
    shown = {line.seq: _shown(line, numbers) for line in lines}
    return {seq: detail for seq, detail in shown.items() if detail is not None}


def _shown(line: Event, numbers: dict[int, str]) -> dict[str, object] | None:
    detail = dict(line.detail or {})
    said = linking.said(detail)
    told = [
        f"{'+' if one.is_live else '-'} {one.role} {numbers[one.link_id]}" for one in said if one.link_id in numbers
    ]
    if said and not told and line.act in _OF_LINKS:
        return None
    if said:
        detail["links"] = told
    if "with" in detail:
        detail["with"] = numbers.get(detail["with"], "")  # type: ignore[call-overload]
    return detail


def _seen(session: Session, ticket_ids: Iterable[int], reader: Reader) -> dict[int, Ticket]:
    ids = list(ticket_ids)
    if not ids:
        return {}
    found = session.exec(select(Ticket).where(col(Ticket.id).in_(ids), access.visible(reader)))
    return {one.id: one for one in found}
