"""Arbitration (裁决): a ticket that teams pass to and fro moves on no more until a lead of theirs decides (product D4).

The act that completes the to and fro calls the leads; whichever of them decides first decides for both, once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, journal, telling
from sharedops_core.errors import NotAllowed, Refused
from sharedops_core.i18n import _, joined
from sharedops_core.rules import history, route
from sharedops_core.store import events
from sharedops_core.store.tables import Person, Team, Ticket


@dataclass(frozen=True)
class Verdict:
    """Where a ticket stays: a team by its code, one agent of it by login or its lead, and the reason by its code."""

    team: str
    reason: str
    agent: str | None = None


def decide(
    session: Session,
    ticket_id: int,
    verdict: Verdict,
    note: str,
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> Ticket:
    """Settle with which team a ticket stays that bounced between teams; it counts from there anew.

    The agent that is named has it at once and without an offer, else whoever has it there, else the lead of that team;
    the note says why, and goes into the thread as an internal message. Raises Refused when it does not bounce, for an
    agent of another team, or a team outside the lane, and by a lead for a third team; Conflict, with the name, when
    somebody has decided already; NotAllowed for a lead of none of these teams.
    """
    ticket = finding.ticket(session, ticket_id, "decide", actor)
    if ticket.bounce is None:
        finding.blame(session, ticket, ("decide",), ("accept", "undo"), _("{who} decided about {number} first"))
        raise Refused(_("{number} does not go to and fro between teams").format(number=ticket.number))
    teams = _teams(session, ticket)
    _require_arbiter(session, ticket, teams, actor)
    said = journal.Said("internal", actor, finding.text(note, _("the note")))
    code = finding.reason(session, "decision", verdict.reason)
    team = finding.team(session, verdict.team)
    finding.require_team_of_lane(session, ticket, team)
    if actor.role == "lead" and team.id not in {one.id for one in teams}:
        text = _("{number} goes between {teams}; that it stays with a third team is for the supervisor to decide")
        raise Refused(text.format(number=ticket.number, teams=joined(one.code for one in teams)))
    holder = _holder(session, ticket, team, verdict.agent, actor)
    changes = {"team_id": team.id, "line": team.line, "assignee_id": holder.id}
    detail: dict[str, object] = {"team": team.code, "holder": holder.login, "between": [one.code for one in teams]}
    journal.move(
        session, ticket, "decide", actor=actor, at=at, seen=seen, reason=code, changes=changes, detail=detail, said=said
    )
    return ticket


def refuse_bouncing(session: Session, ticket: Ticket) -> None:
    """Refuse to move a ticket on that bounces, naming who decides."""
    if ticket.bounce is None:
        return
    teams = _teams(session, ticket)
    text = _("{number} goes to and fro between {teams}; where it stays is decided by: {leads}")
    raise Refused(
        text.format(
            number=ticket.number, teams=joined(one.code for one in teams),
            leads=joined(one.name for one in _arbiters(session, ticket, teams)) or "-",
        )
    )  # fmt: skip


def call_arbiters(session: Session, ticket: Ticket, *, at: datetime) -> None:
    """Tell the leads of the teams that a ticket bounces between; nothing happens while it does not."""
    if ticket.bounce is None:
        return
    teams = _teams(session, ticket)
    detail = {"bounce": ticket.bounce, "between": [one.code for one in teams]}
    telling.tell(session, ticket, _arbiters(session, ticket, teams), "bounce", detail, at=at)


def _teams(session: Session, ticket: Ticket) -> list[Team]:
    """Return the teams a ticket bounces between, the present one first."""
    way = history.replay(events.entries(session, ticket.id)).route
    return [session.get_one(Team, team_id) for team_id in route.teams_of(way)]


def _arbiters(session: Session, ticket: Ticket, teams: Sequence[Team]) -> Sequence[Person]:
    """Return the leads of the teams who may see the ticket, whoever is above them where there is none."""
    ids = list(dict.fromkeys(one.lead_id for one in teams if one.lead_id is not None))
    leads = [session.get_one(Person, person_id) for person_id in ids]
    return telling.with_right(session, leads, "decide", ticket) or finding.above(session, ticket.lane)


def _require_arbiter(session: Session, ticket: Ticket, teams: Sequence[Team], actor: Person) -> None:
    if actor.role != "lead" or actor in _arbiters(session, ticket, teams):
        return
    raise NotAllowed(
        _("{who} leads none of the teams {number} goes between: {teams}").format(
            who=actor.name, number=ticket.number, teams=joined(one.code for one in teams)
        )
    )


def _holder(session: Session, ticket: Ticket, team: Team, login: str | None, actor: Person) -> Person:
    if login is not None:
        return finding.member(session, login, team)
    if ticket.team_id == team.id and ticket.assignee_id is not None:
        return session.get_one(Person, ticket.assignee_id)
    return session.get_one(Person, team.lead_id) if team.lead_id is not None else actor
