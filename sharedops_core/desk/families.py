"""Parents and children (父子单): resolving a parent resolves the open tickets below it, all of them or none.

Whoever holds the parent is responsible for its children, so they are resolved whatever open state they are in. What
the actor may not even see is left alone, for a word about it would betray it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import finding, handoffs, journal
from sharedops_core.errors import NotAllowed
from sharedops_core.i18n import joined, ngettext
from sharedops_core.rules import lifecycle, permissions
from sharedops_core.rules import links as linking
from sharedops_core.store import access, links
from sharedops_core.store.tables import Person, Ticket


@dataclass(frozen=True)
class Family:
    """The tickets that one solution is for: the one that is resolved, its open children, what was merged into them."""

    parent: Ticket
    children: Sequence[Ticket]
    merged: Sequence[Ticket]


def open_below(session: Session, ticket_id: int, actor: Person) -> Sequence[Ticket]:
    """Return what is open below a ticket, its children and theirs, by id, as far as somebody may see it."""
    found: set[int] = set()
    wanted = {ticket_id}
    while wanted:
        ends = links.ends(session, sorted(wanted), linking.PARENT)
        wanted = {one.other_id for one in ends if one.role == "parent_of"} - found
        found |= wanted
    if not found:
        return []
    is_seen = access.visible(access.reader(session, actor))
    meant = col(Ticket.id).in_(found), col(Ticket.state).in_(lifecycle.OPEN_STATES), is_seen
    return session.exec(select(Ticket).where(*meant).order_by(col(Ticket.id))).all()


def held(session: Session, ticket_id: int, actor: Person) -> Family:
    """Return what is resolved with a ticket, all of it held in the order of the ids.

    Raises NotAllowed, naming them, when the actor may not resolve some of the children; Conflict when the family
    became another one meanwhile.
    """
    seen = finding.seen(session, ticket_id, "resolve", actor)
    below, merged = _around(session, seen, actor)
    if not below and not merged:
        return Family(finding.ticket(session, ticket_id, "resolve", actor), [], [])
    _refuse_foreign(session, below, actor)
    acts = dict.fromkeys([*below, ticket_id], "resolve") | dict.fromkeys(merged, "read")
    found = finding.held(session, acts, actor)
    if _around(session, found[ticket_id], actor) != (below, merged):
        raise finding.overtaken()
    return Family(found[ticket_id], [found[one] for one in below], [found[one] for one in merged])


def _around(session: Session, ticket: Ticket, actor: Person) -> tuple[list[int], list[int]]:
    """Return by id what is open below a ticket, and what was merged into any of them, as far as the actor sees it.

    The solution of one that has become confidential since is for none outside its lane.
    """
    below = [one.id for one in open_below(session, ticket.id, actor) if ticket.lane in (None, one.lane)]
    merged = links.merged_into(session, [ticket.id, *below])
    meant = col(Ticket.id).in_(merged), access.visible(access.reader(session, actor))
    found = session.exec(select(Ticket).where(*meant).order_by(col(Ticket.id))).all() if merged else []
    return below, [one.id for one in found if ticket.lane in (None, one.lane)]


def _refuse_foreign(session: Session, ticket_ids: Sequence[int], actor: Person) -> None:
    children = [session.get_one(Ticket, one) for one in ticket_ids]
    reader = access.reader(session, actor)
    foreign = [one for one in children if not permissions.allows("resolve", access.standing(reader, one))]
    if foreign:
        words = ngettext(
            "nothing was resolved: {children} below it is not yours to resolve; ask its holder, or unlink it",
            "nothing was resolved: {children} below it are not yours to resolve; ask their holders, or unlink them",
            len(foreign),
        )
        raise NotAllowed(words.format(children=joined(one.number for one in foreign)))


def resolve_children(session: Session, family: Family, text: str, *, actor: Person, at: datetime) -> None:
    """Resolve the open children with their parent, each with a line that says so, and the solution for its requester.

    Whoever resolves holds what nobody holds yet.
    """
    for child in family.children:
        if child.state == lifecycle.RECEIVED:
            journal.move(session, child, "take", actor=actor, at=at, changes=_holder(session, child, actor))
        journal.move(
            session, child, "resolve", actor=actor, at=at, changes={"offered_team_id": None},
            said=journal.Said("out", actor, text), detail={"with": _link(session, family, child)},
        )  # fmt: skip
        handoffs.withdraw(session, child, actor=actor, at=at)


def _link(session: Session, family: Family, child: Ticket) -> int:
    """Return the link to the parent with which a child is resolved; one that is hidden may stand beside it."""
    family_ids = {family.parent.id, *(one.id for one in family.children)}
    ends = [one for one in links.ends(session, [child.id], linking.PARENT) if one.role == "child_of"]
    return max(ends, key=lambda one: one.other_id in family_ids).link_id


def _holder(session: Session, child: Ticket, actor: Person) -> dict[str, int | None]:
    team = finding.home_team(session, actor) if child.team_id is None else None
    placed: dict[str, int | None] = {"team_id": team.id, "line": team.line} if team else {}
    return {"assignee_id": child.assignee_id or actor.id} | placed
