"""New tickets: one door for every channel (product B1)."""

from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, col, select

from sharedops_core.desk import finding, journal
from sharedops_core.errors import NotFound, Refused
from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.rules.request import CHANNELS, Request
from sharedops_core.store import policies
from sharedops_core.store.tables import Person, PriorityCell, ServiceItem, Ticket


def open_ticket(session: Session, request: Request, *, actor: Person, at: datetime) -> Ticket:
    """Open a ticket with the promise and the line-1 team of its service item.

    Opened by an agent, that agent is its first-contact owner from the start (product D2). Raises Refused for an
    empty subject, an unknown channel or a priority outside 1-4; NotFound for an unknown requester or item.
    """
    subject = " ".join(finding.text(request.subject, _("the subject")).split())
    body = finding.text(request.body, _("the description")) if request.body.strip() else subject
    if request.channel not in CHANNELS:
        raise Refused(
            _("{value} is no channel; there are: {channels}").format(
                value=request.channel, channels=", ".join(CHANNELS)
            )
        )
    if request.priority is not None and not 1 <= request.priority <= 4:
        raise Refused(_("{value} is no priority; right would be 1 (highest) to 4").format(value=request.priority))
    requester = finding.person(session, request.requester) if request.requester else actor
    item = live_item(session, request.item) if request.item else None
    ticket = Ticket(
        number=f"new-{uuid4()}",
        subject=subject,
        channel=request.channel,
        requester_id=requester.id,
        opened_by_id=actor.id,
        opened_at=at,
        changed_at=at,
        queue_at=at,
        state=lifecycle.RECEIVED,
        kind=item.kind if item else request.kind,
        item_id=item.id if item else None,
        policy_id=item.policy_id if item else policies.default_id(session),
        priority=_priority(session, request) or (item.priority if item else 3),
        first_contact_id=None if actor.role == "requester" else actor.id,
    )
    _place(session, ticket, item, actor)
    journal.begin(session, ticket, actor=actor, at=at, said=journal.Said("in", requester, body))
    ticket.number = journal.number(ticket.kind, ticket.id)
    session.flush()
    return ticket


def _priority(session: Session, request: Request) -> int | None:
    """Return the priority that was named, else that of the matrix for impact and urgency, else None."""
    if request.priority is not None or (request.impact is None and request.urgency is None):
        return request.priority
    cell = session.get(PriorityCell, (request.impact or "", request.urgency or ""))
    if cell is None:
        known = [col(PriorityCell.impact), col(PriorityCell.urgency)]
        impacts, urgencies = (", ".join(sorted(set(session.exec(select(column))))) for column in known)
        raise Refused(
            _("no priority for impact {impact} and urgency {urgency}; there are: {impacts}; {urgencies}").format(
                impact=request.impact, urgency=request.urgency, impacts=impacts, urgencies=urgencies
            )
        )
    return cell.priority


def live_item(session: Session, code: str) -> ServiceItem:
    """Return the live version of a service item."""
    item = session.exec(
        select(ServiceItem)
        .where(col(ServiceItem.code) == code.strip().upper(), col(ServiceItem.state) == "live")
        .order_by(col(ServiceItem.version).desc())
    ).first()
    if item is None:
        raise NotFound(_("there is no live service item {code}; try `sharedops catalogue find`").format(code=code))
    return item


def _place(session: Session, ticket: Ticket, item: ServiceItem | None, actor: Person) -> None:
    """Put a new ticket into the queue of line 1: of its service item, else of the agent who opened it."""
    if item is not None:
        ticket.team_id, ticket.line = item.line1_id, 1
    elif actor.role != "requester":
        team = finding.home_team(session, actor)
        if team is not None:
            ticket.team_id, ticket.line = team.id, team.line
