"""Swarming (会诊): an expert is asked to help with a ticket where it is; holder, clocks and duty stay (product D5).

They come or decline with words, and are free again when the ticket is settled.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, journal, linking, telling
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.store import companions
from sharedops_core.store.tables import Person, Ticket, TicketPerson

_EXPERT = companions.EXPERT


def invite(
    session: Session, ticket_id: int, login: str, why: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Ask a colleague to help, with words that they are told and that stand in the thread as an internal message.

    Raises Refused for its holder, for who is asked already, somebody outside the lane, and without words.
    """
    ticket = finding.ticket(session, ticket_id, "invite", actor)
    lifecycle.after("invite", ticket.state)
    agent = finding.agent(session, login)
    finding.require_lane(session, ticket, agent)
    if agent.id == ticket.assignee_id:
        raise Refused(_("{who} has {number} already").format(who=agent.name, number=ticket.number))
    found = companions.one(session, ticket_id, agent.id, _EXPERT)
    if found is not None and found.state != "declined":
        raise Refused(_("{who} is asked to help with {number} already").format(who=agent.name, number=ticket.number))
    text = finding.text(why, _("the reason"))
    journal.move(
        session, ticket, "invite", actor=actor, at=at, seen=seen, detail={"to": agent.login},
        said=journal.Said("internal", actor, text), changes=linking.as_it_is(ticket),
    )  # fmt: skip
    companions.put(session, ticket_id, agent.id, _EXPERT, companions.INVITED, by_id=actor.id, at=at)
    notice = {"by": actor.name, "words": text[: telling.SHOWN]}
    telling.tell(session, ticket, telling.in_place(session, [agent], ticket, at), "invited", notice, at=at)
    return ticket


def join(session: Session, ticket_id: int, *, actor: Person, at: datetime, seen: int | None = None) -> Ticket:
    """Come to help; who asked is told, and the expert hears from now on what becomes of the ticket."""
    ticket, found = _invited(session, ticket_id, "join", actor)
    journal.move(session, ticket, "join", actor=actor, at=at, seen=seen, changes=linking.as_it_is(ticket))
    _answer(session, ticket, found, companions.JOINED, "expert_joined", "", actor, at)
    return ticket


def decline_invite(
    session: Session, ticket_id: int, why: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Decline to help, or help no longer, with words that stand in the thread; who asked is told them."""
    ticket, found = _invited(session, ticket_id, "decline_invite", actor, (companions.INVITED, companions.JOINED))
    text = finding.text(why, _("the reason"))
    journal.move(
        session, ticket, "decline_invite", actor=actor, at=at, seen=seen,
        said=journal.Said("internal", actor, text), changes=linking.as_it_is(ticket),
    )  # fmt: skip
    _answer(session, ticket, found, "declined", "expert_declined", text, actor, at)
    return ticket


def _invited(
    session: Session, ticket_id: int, act: str, actor: Person, states: Sequence[str] = (companions.INVITED,)
) -> tuple[Ticket, TicketPerson]:
    ticket = finding.ticket(session, ticket_id, act, actor)
    lifecycle.after(act, ticket.state)
    found = companions.one(session, ticket_id, actor.id, _EXPERT)
    if found is None or found.state not in states:
        raise Refused(_("{who} is not asked to help with {number}").format(who=actor.name, number=ticket.number))
    return ticket, found


def _answer(
    session: Session, ticket: Ticket, found: TicketPerson, state: str, kind: str, words: str, actor: Person,
    at: datetime,
) -> None:  # fmt: skip
    asked_by = session.get_one(Person, found.by_id)
    companions.put(session, ticket.id, actor.id, _EXPERT, state, by_id=found.by_id, at=at)
    notice = {"by": actor.name, "words": words[: telling.SHOWN]}
    telling.tell(session, ticket, telling.in_place(session, [asked_by], ticket, at), kind, notice, at=at)
