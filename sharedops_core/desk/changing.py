"""Changing what a ticket is: its priority, its service item, its tags. A re-target keeps start and pauses (R7)."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, handoffs, journal, opening, tasks
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import tags as tagging
from sharedops_core.store import guard, policies, tags
from sharedops_core.store.tables import Person, ServiceItem, Team, Ticket


def prioritise(
    session: Session, ticket_id: int, priority: int, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Set the priority (1 highest to 4); both clocks count on with the targets of the new one."""
    ticket = finding.ticket(session, ticket_id, "change", actor)
    if not 1 <= priority <= 4:
        raise Refused(_("{value} is no priority; right would be 1 (highest) to 4").format(value=priority))
    if priority == ticket.priority:
        raise Refused(_("{number} has priority {value} already").format(number=ticket.number, value=priority))
    journal.move(
        session, ticket, "change", actor=actor, at=at, seen=seen,
        changes={"priority": priority}, detail={"priority": [ticket.priority, priority]},
    )  # fmt: skip
    return ticket


def reclassify(
    session: Session, ticket_id: int, code: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Make a ticket one of another service item; its clocks count on under the promise of that item.

    Team, holder and priority stay: moving it is a hand-off. An item with a lane makes the ticket confidential; making
    it an open one again is for the people of the lane. Raises NotFound for an item that is not live, Refused
    for the one it has already.
    """
    ticket = finding.ticket(session, ticket_id, "change", actor)
    item = opening.live_item(session, code)
    if ticket.lane not in (None, item.lane):
        finding.ticket(session, ticket_id, "declassify", actor)
    if item.id == ticket.item_id:
        raise Refused(_("{number} is {code} already").format(number=ticket.number, code=item.code))
    before = session.get(ServiceItem, ticket.item_id) if ticket.item_id else None
    changes: dict[str, int | None] = {"terms_id": policies.current(session, item.policy_id)}
    if is_outside := _is_offered_outside(session, ticket, item.lane):
        changes["offered_team_id"] = None
    if _is_duty_outside(session, ticket, item.lane):
        changes["duty_offered_id"] = None
    # What it needs, and who may know of it, may be something else now: the next offer goes by that.
    changes |= {"pushed_id": None, "pushed_until": None}
    detail = {"item": [before.code if before else None, item.code]} | tasks.outside(session, ticket, item.lane)
    journal.move(session, ticket, "change", actor=actor, at=at, seen=seen, changes=changes, detail=detail)
    ticket.item_id, ticket.policy_id = item.id, item.policy_id
    if is_outside:
        handoffs.withdraw(session, ticket, actor=actor, at=at)
    guard.seal(session, ticket, item.lane)
    return ticket


def tag(
    session: Session,
    ticket_id: int,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> Ticket | None:
    """Give a ticket tags and take others away; one that is named twice is added.

    Returns None when all of it is so already: nothing is written then. Raises Refused for what is no tag, and when
    there would be more than `rules.tags.MOST`.
    """
    ticket = finding.ticket(session, ticket_id, "change", actor)
    before = set(tags.of(session, [ticket.id]).get(ticket.id, ()))
    after = before.difference(map(tagging.tag, remove)).union(map(tagging.tag, add))
    if after == before:
        return None
    if len(after) > tagging.MOST:
        words = _("{number} would have {n} tags; {most} are the most")
        raise Refused(words.format(number=ticket.number, n=len(after), most=tagging.MOST))
    detail = tagging.told(sorted(after - before), sorted(before - after))
    journal.move(session, ticket, "change", actor=actor, at=at, seen=seen, detail=detail)
    return ticket


def _is_duty_outside(session: Session, ticket: Ticket, lane: str | None) -> bool:
    """Return whether the duty for a ticket that becomes confidential is offered to somebody outside its lane."""
    receiver = session.get(Person, ticket.duty_offered_id) if ticket.duty_offered_id and lane else None
    return receiver is not None and lane is not None and not finding.is_of_lane(session, lane, receiver)


def _is_offered_outside(session: Session, ticket: Ticket, lane: str | None) -> bool:
    """Return whether a ticket that becomes confidential is offered to a team that may not see it any more."""
    team = session.get(Team, ticket.offered_team_id) if ticket.offered_team_id and lane else None
    return team is not None and team.lane != lane
