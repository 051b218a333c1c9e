"""Handing over first-contact duty (首问负责): offered with a reason, then taken over or declined (product D2).

Until the other one takes it over, whoever gives it answers for the ticket. While somebody is absent their deputy acts
here in their place; who is answerable does not change by that.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, journal, telling
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.store import absences
from sharedops_core.store.tables import Person, Team, Ticket


def offer_duty(
    session: Session, ticket_id: int, login: str, why: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Offer the duty for a ticket to a colleague; the reason goes into the thread as an internal message.

    It is the owner's to offer, their deputy's while they are absent, and their lead's or a supervisor's. Raises Refused
    for anybody else, a second offer, the owner themselves, somebody outside the lane, and without a reason.
    """
    ticket = finding.ticket(session, ticket_id, "offer_duty", actor)
    lifecycle.after("offer_duty", ticket.state)
    owner = _owner(session, ticket)
    _require_giver(session, ticket, owner, actor, at)
    if ticket.duty_offered_id is not None:
        receiver = session.get_one(Person, ticket.duty_offered_id)
        raise Refused(_("the duty for {number} is offered to {who} already").format(
            number=ticket.number, who=receiver.name))  # fmt: skip
    agent = finding.agent(session, login)
    finding.require_lane(session, ticket, agent)
    if agent.id == owner.id:
        raise Refused(_("{who} answers for {number} already").format(who=agent.name, number=ticket.number))
    text = finding.text(why, _("the reason"))
    said = journal.Said("internal", actor, text)
    detail: dict[str, object] = {"to": agent.login}
    journal.move(session, ticket, "offer_duty", actor=actor, at=at, seen=seen, detail=detail, said=said,
                 changes={"duty_offered_id": agent.id})  # fmt: skip
    told = telling.in_place(session, [agent], ticket, at)
    telling.tell(session, ticket, told, "duty_offer", {"by": actor.name, "words": text[: telling.SHOWN]}, at=at)
    return ticket


def accept_duty(session: Session, ticket_id: int, *, actor: Person, at: datetime, seen: int | None = None) -> Ticket:
    """Take over the duty that is offered to the actor, or to somebody they stand in for; who gave it is told."""
    ticket, receiver = _offered(session, ticket_id, "accept_duty", actor, at)
    giver = _owner(session, ticket)
    finding.require_lane(session, ticket, receiver)
    if actor.id == giver.id:
        raise Refused(_("the duty is yours to offer; somebody else has to take it over"))
    detail: dict[str, object] = {"from": giver.login, "to": receiver.login}
    journal.move(
        session, ticket, "accept_duty", actor=actor, at=at, seen=seen, detail=detail,
        changes={"first_contact_id": receiver.id, "duty_offered_id": None},
    )  # fmt: skip
    _tell(session, ticket, giver, "duty_accepted", {"by": receiver.name}, at)
    return ticket


def decline_duty(
    session: Session, ticket_id: int, why: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Decline the duty with words; the giver, who still answers for the ticket, is told them."""
    ticket, receiver = _offered(session, ticket_id, "decline_duty", actor, at)
    text = finding.text(why, _("the reason"))
    said = journal.Said("internal", actor, text)
    journal.move(session, ticket, "decline_duty", actor=actor, at=at, seen=seen, said=said,
                 changes={"duty_offered_id": None})  # fmt: skip
    _tell(
        session,
        ticket,
        _owner(session, ticket),
        "duty_declined",
        {"by": receiver.name, "words": text[: telling.SHOWN]},
        at,
    )
    return ticket


def _tell(session: Session, ticket: Ticket, owner: Person, kind: str, detail: dict[str, object], at: datetime) -> None:
    telling.tell(session, ticket, telling.in_place(session, [owner], ticket, at), kind, detail, at=at)


def _owner(session: Session, ticket: Ticket) -> Person:
    owner = session.get(Person, ticket.first_contact_id) if ticket.first_contact_id else None
    if owner is None:
        raise Refused(_("nobody answers for {number} yet; whoever takes it will").format(number=ticket.number))
    return owner


def _require_giver(session: Session, ticket: Ticket, owner: Person, actor: Person, at: datetime) -> None:
    if actor.id == owner.id or actor.role in ("supervisor", "admin"):
        return
    if finding.leads(session, actor, owner) or absences.stands_in(session, actor.id, owner.id, at):
        return
    text = _("{who} answers for {number}; the duty is theirs to offer, their deputy's or their lead's")
    raise Refused(text.format(who=owner.name, number=ticket.number))


def _offered(session: Session, ticket_id: int, act: str, actor: Person, at: datetime) -> tuple[Ticket, Person]:
    """Return a ticket and the person to whom its duty is offered: the actor, or somebody they stand in for."""
    ticket = finding.ticket(session, ticket_id, act, actor)
    receiver_id = ticket.duty_offered_id
    if receiver_id is None:
        words = _("{who} answered the offer of the duty for {number} first")
        finding.blame(session, ticket, ("accept_duty", "decline_duty"), ("offer_duty", "undo"), words)
        raise Refused(_("the duty for {number} is not offered to anybody").format(number=ticket.number))
    if receiver_id != actor.id and not absences.stands_in(session, actor.id, receiver_id, at):
        who = session.get_one(Person, receiver_id).name
        raise Refused(_("the duty for {number} is offered to {who}").format(number=ticket.number, who=who))
    return ticket, session.get_one(Person, receiver_id)


def next_owner(session: Session, ticket: Ticket, had: Collection[int | None]) -> Person | None:
    """Return to whom a duty passes that nobody looks after: the lead of its owner's team, else who is above.

    Nobody of those who `had` it before gets it back by time alone: it would go round for ever.
    """
    owner = session.get_one(Person, ticket.first_contact_id)
    teams = [finding.home_team(session, owner), session.get(Team, ticket.team_id) if ticket.team_id else None]
    leads = [session.get(Person, team.lead_id) for team in teams if team is not None and team.lead_id is not None]
    found = [one for one in (*leads, *finding.above(session, ticket.lane)) if one is not None and one.id not in had]
    # Of a desk without supervisors the admins are above it; whoever is above already keeps it.
    is_top = owner.role in ("supervisor", "admin")
    able = telling.with_right(session, found, "offer_duty", ticket)
    return None if is_top or not able else able[0]
