"""Hand-offs between teams: offered with the five slots, then accepted or given back (product D3).

Until the receiver accepts, giver and clock stay where they are.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import arbitration, finding, journal
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.handoff import Answer, Slots, checked, questions
from sharedops_core.store import guard
from sharedops_core.store.tables import Event, Handoff, Person, Team, Ticket


@dataclass(frozen=True)
class Destination:
    """Where a ticket is offered: a team, and within it one agent or whoever is free."""

    team: str
    agent: str | None = None


def hand_off(
    session: Session,
    ticket_id: int,
    to: Destination,
    slots: Slots,
    reason: str,
    answers: Mapping[str, str] | None = None,
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> Ticket:
    """Offer a ticket to another team with what was asked, tried, found, promised and is wanted from them.

    `answers` are those to the checklist of the team, by the codes of its questions. Raises Refused with all empty
    slots and all questions without an answer, a second offer, the same team, an agent outside the team, a team outside
    the lane of a confidential ticket, or one that goes to and fro between teams.
    """
    ticket = finding.ticket(session, ticket_id, "hand_off", actor)
    arbitration.refuse_bouncing(session, ticket)
    team, agent = _destination(session, ticket, to)
    filled, answered = checked(slots, questions(team.checklist), answers or {})
    code = finding.reason(session, "hand_off", reason)
    _refuse_second_offer(session, ticket)
    handoff = Handoff(
        ticket_id=ticket_id, from_team_id=ticket.team_id, from_agent_id=ticket.assignee_id, to_team_id=team.id,
        to_agent_id=agent.id if agent else None, reason=code, offered_at=at,
        answers=[_row(one) for one in answered], **asdict(filled),
    )  # fmt: skip
    detail = {"to_team": team.code} | ({"to_agent": agent.login} if agent else {})
    journal.move(
        session, ticket, "hand_off", actor=actor, at=at, seen=seen, reason=code, detail=detail,
        changes={"offered_team_id": team.id},
    )  # fmt: skip
    ticket.offered_agent_id = agent.id if agent else None
    session.add(handoff)
    session.flush()
    return ticket


def accept(session: Session, ticket_id: int, *, actor: Person, at: datetime, seen: int | None = None) -> Ticket:
    """Sign for an offered ticket: team, line and holder change, the first-contact owner stays answerable.

    When it has thereby come back, or been passed on unworked, the leads of its teams are called.
    """
    ticket, handoff = _offered(session, ticket_id, "accept", actor)
    team = session.get_one(Team, handoff.to_team_id)
    journal.move(
        session, ticket, "accept", actor=actor, at=at, seen=seen,
        changes={"team_id": team.id, "line": team.line, "assignee_id": actor.id, "offered_team_id": None},
    )  # fmt: skip
    _decide(session, ticket, handoff, "accepted", actor, at, None)
    arbitration.call_arbiters(session, ticket, at=at)
    return ticket


def give_back(
    session: Session, ticket_id: int, reason: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Return an offered ticket to its giver with a reason."""
    ticket, handoff = _offered(session, ticket_id, "give_back", actor)
    code = finding.reason(session, "give_back", reason)
    journal.move(
        session, ticket, "give_back", actor=actor, at=at, seen=seen, reason=code, changes={"offered_team_id": None}
    )
    _decide(session, ticket, handoff, "given_back", actor, at, code)
    return ticket


def withdraw(session: Session, ticket: Ticket, *, actor: Person, at: datetime) -> None:
    """End an open offer after the ticket was settled without it; nothing happens when there is none."""
    _end(session, ticket, "withdrawn", actor, at)


def expire(session: Session, ticket: Ticket, *, at: datetime) -> None:
    """End an open offer that nobody has answered in time; ticket and clocks are with the giver, where they were."""
    ticket.offered_agent_id = None
    _end(session, ticket, "expired", None, at)


def _end(session: Session, ticket: Ticket, decision: str, actor: Person | None, at: datetime) -> None:
    if guard.end_offer(session, ticket, decision, at):
        return
    handoff = open_offer(session, ticket)
    if handoff is not None:
        _decide(session, ticket, handoff, decision, actor, at, None)


_ENDED_BY = {"accept": "accepted", "give_back": "given_back"}
"""Act → how it ends an offer; whatever settles the ticket withdraws it."""


def offer_again(session: Session, ticket: Ticket, undone: Event) -> None:
    """Let an offer wait again whose answer, or whose end with the ticket, is being undone."""
    last = session.exec(
        select(Handoff).where(col(Handoff.ticket_id) == ticket.id).order_by(col(Handoff.id).desc())
    ).first()
    # Somebody can accept and resolve within one second: only what the undone act did is taken back.
    is_its_work = last is not None and last.decision == _ENDED_BY.get(undone.act, "withdrawn")
    if last is not None and is_its_work and (last.decided_by_id, last.decided_at) == (undone.actor_id, undone.at):
        last.decision, last.decided_at, last.decided_by_id, last.decision_reason = "offered", None, None, None


def open_offer(session: Session, ticket: Ticket) -> Handoff | None:
    """Return the hand-off that waits for an answer."""
    return session.exec(
        select(Handoff).where(col(Handoff.ticket_id) == ticket.id, col(Handoff.decision) == "offered")
    ).first()


def _destination(session: Session, ticket: Ticket, to: Destination) -> tuple[Team, Person | None]:
    team = finding.team(session, to.team)
    if team.id == ticket.team_id:
        raise Refused(
            _("{number} is with {team} already; assign it instead").format(number=ticket.number, team=team.code)
        )
    finding.require_team_of_lane(session, ticket, team)
    return team, finding.member(session, to.agent, team) if to.agent is not None else None


def _row(answer: Answer) -> dict[str, str]:
    return {**asdict(answer.question), "answer": answer.text}


def _refuse_second_offer(session: Session, ticket: Ticket) -> None:
    handoff = open_offer(session, ticket)
    if handoff is not None:
        team = session.get_one(Team, handoff.to_team_id)
        raise Refused(_("{number} is offered to {team} already").format(number=ticket.number, team=team.code))


def _offered(session: Session, ticket_id: int, act: str, actor: Person) -> tuple[Ticket, Handoff]:
    """Return a ticket and its open offer to the actor; one that has been answered names who was first."""
    ticket = finding.ticket(session, ticket_id, "read", actor)
    finding.require(session, act, actor)
    handoff = None
    if ticket.offered_team_id is not None:
        # Whoever only asked for it may not see the offer: they are refused before it is looked for.
        ticket = finding.ticket(session, ticket_id, act, actor)
        handoff = open_offer(session, ticket)
    if handoff is None:
        since = ("hand_off", "assign", "take", "undo")
        finding.blame(session, ticket, ("accept",), since, _("{who} accepted {number} first"))
        raise Refused(_("{number} is not offered to anybody").format(number=ticket.number))
    return ticket, handoff


def _decide(
    session: Session,
    ticket: Ticket,
    handoff: Handoff,
    decision: str,
    actor: Person | None,
    at: datetime,
    reason: str | None,
) -> None:
    handoff.decision, handoff.decided_at, handoff.decided_by_id = decision, at, actor.id if actor else None
    handoff.decision_reason = reason
    ticket.offered_agent_id = None
    session.flush()
