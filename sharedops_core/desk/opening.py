"""New tickets: one door for every channel (product B1)."""

from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, col, select

from sharedops_core.desk import finding, journal, triage
from sharedops_core.errors import NotAllowed, NotFound, Refused
from sharedops_core.i18n import _, joined
from sharedops_core.rules import lifecycle, permissions
from sharedops_core.rules.permissions import OTHER, OWN, Standing
from sharedops_core.rules.request import CHANNELS, Request, headline
from sharedops_core.store import access, policies
from sharedops_core.store.tables import Person, PriorityCell, ServiceItem, Team, Ticket


def open_ticket(session: Session, request: Request, *, actor: Person, at: datetime) -> Ticket:
    """Open a ticket with the promise and the line-1 team of its service item.

    A confidential one goes past line 1 to the first team of its lane (K2). Opened by an agent, that agent is its
    first-contact owner from the start (product D2). Raises Refused for an empty subject, an unknown channel or a
    priority outside 1-4; NotFound for an unknown requester or item; NotAllowed to requesters who ask for others. A
    subject that is too long for a heading stands whole before the description.
    """
    whole = finding.text(request.subject, _("the subject"))
    subject = headline(whole)
    body = finding.text(request.body, _("the description")) if request.body.strip() else whole
    if subject != " ".join(whole.split()) and body != whole:
        body = f"{whole}\n\n{body}"
    _refuse_unknown(request)
    requester = finding.person(session, request.requester) if request.requester else actor
    _require(actor, requester)
    item = live_item(session, request.item) if request.item else None
    if item is not None and item.lane and access.is_sealed(session, actor):
        raise NotAllowed(
            _("{code} is confidential; nobody opens it in the name of somebody else").format(code=item.code)
        )
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
        lane=item.lane if item else None,
        first_contact_id=actor.id if permissions.is_of_desk(actor.role) else None,
    )
    _place(session, ticket, item, actor)
    detail = triage.sort_in(session, ticket)
    journal.begin(session, ticket, actor=actor, at=at, detail=detail, said=journal.Said("in", requester, body))
    ticket.number = journal.number(ticket.kind, ticket.id)
    session.flush()
    triage.let_watch(session, ticket, detail, actor=actor, at=at)
    return ticket


def _refuse_unknown(request: Request) -> None:
    if request.channel not in CHANNELS:
        raise Refused(
            _("{value} is no channel; there are: {channels}").format(value=request.channel, channels=joined(CHANNELS))
        )
    if request.priority is not None and not 1 <= request.priority <= 4:
        raise Refused(_("{value} is no priority; right would be 1 (highest) to 4").format(value=request.priority))


def _require(actor: Person, requester: Person) -> None:
    standing = Standing(actor.role, frozenset({OTHER, OWN} if requester.id == actor.id else {OTHER}))
    refusal = permissions.refusal("open", standing, who=actor.name)
    if refusal is not None:
        raise NotAllowed(refusal)


def _priority(session: Session, request: Request) -> int | None:
    """Return the priority that was named, else that of the matrix for impact and urgency, else None."""
    if request.priority is not None or (request.impact is None and request.urgency is None):
        return request.priority
    cell = session.get(PriorityCell, (request.impact or "", request.urgency or ""))
    if cell is None:
        known = [col(PriorityCell.impact), col(PriorityCell.urgency)]
        impacts, urgencies = (joined(sorted(set(session.exec(select(column))))) for column in known)
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
        team = _first_of_lane(session, item)
        if team is not None:
            ticket.team_id, ticket.line = team.id, team.line
    elif permissions.is_of_desk(actor.role):
        team = finding.home_team(session, actor)
        if team is not None:
            ticket.team_id, ticket.line = team.id, team.line


def _first_of_lane(session: Session, item: ServiceItem) -> Team | None:
    """Return the first team of a confidential item that is of its lane; line 1 stays outside unless it is one."""
    if item.lane is None:
        return None
    ids = (item.line1_id, item.line2_id, item.line3_id)
    teams = [session.get_one(Team, one) for one in ids if one is not None]
    return next((team for team in teams if team.lane == item.lane), None)
