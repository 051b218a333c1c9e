"""Dealing out what nobody holds: each ticket to whom the rules choose, most at risk first (product C2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import finding, journal
from sharedops_core.errors import NotAllowed
from sharedops_core.i18n import _
from sharedops_core.rules import dispatch as deciding
from sharedops_core.rules import lifecycle
from sharedops_core.store import access, dispatch
from sharedops_core.store.tables import Person, Ticket

BATCH = 500
"""Tickets that are read at once."""


@dataclass(frozen=True, slots=True)
class Dealt:
    """A ticket and who got it by which rules with how many points; nobody when nobody can have it now."""

    number: str
    login: str | None
    name: str
    rules: tuple[str, ...]
    score: float | None


def deal(session: Session, team: str | None = None, *, actor: Person, at: datetime) -> Sequence[Dealt]:
    """Assign what nobody holds in the teams that the actor oversees, or in one of them, and return what became of it.

    Each is assigned by the rules as they are and by the load that the ones before it have made; the line in the journal
    names the rules. Tickets that somebody acts on in this instant are left alone. Raises NotAllowed for those who
    oversee nothing, or not the team they name.
    """
    for right in ("oversee", "assign"):
        finding.require(session, right, actor)
    reader, rules = access.reader(session, actor), dispatch.rules(session)
    only = finding.team(session, team) if team is not None else None
    if only is not None and actor.role == "lead" and only.id not in reader.team_ids:
        raise NotAllowed(_("{team} is not yours to deal out for; its lead does that").format(team=only.code))
    seen: list[int] = []
    dealt: list[Dealt] = []
    free = (
        select(Ticket)
        .where(
            col(Ticket.assignee_id).is_(None),
            col(Ticket.state).in_((lifecycle.RECEIVED, lifecycle.ACCEPTED)),
            col(Ticket.offered_team_id).is_(None),
            col(Ticket.team_id).is_not(None) if only is None else Ticket.team_id == only.id,
            access.visible(reader, "oversee"),
            access.visible(reader, "assign"),
        )
        .order_by(col(Ticket.is_paused), col(Ticket.queue_at), col(Ticket.id))
        .limit(BATCH)
    )
    # What nobody can have now must not stand before what somebody can.
    while tickets := session.exec(
        free.where(col(Ticket.id).not_in(seen)).with_for_update(key_share=True, skip_locked=True)
    ).all():
        facts = dispatch.facts(session, [one.id for one in tickets])
        outcomes = {one.id: deciding.outcomes(rules, facts[one.id]) for one in tickets}
        dealt += [_give(session, one, outcomes[one.id], reader, actor, at) for one in tickets]
        seen += [one.id for one in tickets]
    return dealt


def _give(
    session: Session,
    ticket: Ticket,
    outcomes: Sequence[deciding.Outcome],
    reader: access.Reader,
    actor: Person,
    at: datetime,
) -> Dealt:
    need = deciding.need(outcomes, ticket.priority)
    verdicts = deciding.verdicts(need, dispatch.candidates(session, ticket, at, reader), at)
    rules = tuple(one.rule.code for one in outcomes if one.result == deciding.HIT)
    if (one := deciding.chosen(verdicts)) is None:
        return Dealt(ticket.number, None, "", rules, None)
    agent, score = finding.person(session, one.login), verdicts[0].score
    journal.move(
        session, ticket, "assign", actor=actor, at=at, detail={"rules": list(rules), "points": score},
        changes={"assignee_id": agent.id, "first_contact_id": ticket.first_contact_id or agent.id},
    )  # fmt: skip
    return Dealt(ticket.number, one.login, one.name, rules, score)
