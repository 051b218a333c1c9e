"""Dealing out what nobody holds: each ticket to whom the rules choose, most at risk first (product C2)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import finding, journal
from sharedops_core.errors import NotAllowed
from sharedops_core.i18n import _
from sharedops_core.rules import dispatch as deciding
from sharedops_core.store import access, dispatch, roster
from sharedops_core.store.tables import Person, Team, Ticket

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


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom the rules choose for a ticket, with how many points, by which rules; what it weighs."""

    person: Person | None
    score: float | None
    rules: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Batch:
    """Tickets with all that the rules decide by, read at once; `staff` counts what is dealt out of it."""

    outcomes: Mapping[int, Sequence[deciding.Outcome]]
    known: Mapping[int, roster.Known]
    staff: roster.Roster

    def choice(self, ticket: Ticket, among: Iterable[int], at: datetime) -> Choice:
        """Return whom of some agents the rules choose."""
        outcomes = self.outcomes[ticket.id]
        need = deciding.need(outcomes, ticket.priority)
        candidates = self.staff.candidates(ticket, self.known[ticket.id], among)
        verdicts = deciding.verdicts(need, candidates, at)
        rules = tuple(one.rule.code for one in outcomes if one.result == deciding.HIT)
        if (one := deciding.chosen(verdicts)) is None:
            return Choice(None, None, rules, need.weight)
        return Choice(self.staff.person(one.login), verdicts[0].score, rules, need.weight)


def batch(
    session: Session,
    tickets: Sequence[Ticket],
    rules: Sequence[deciding.Rule],
    staff: roster.Roster,
    at: datetime,
    reader: access.Reader,
) -> Batch:
    """Return tickets with all that the rules decide by."""
    facts = dispatch.facts(session, [one.id for one in tickets])
    outcomes = {one.id: deciding.outcomes(rules, facts[one.id]) for one in tickets}
    return Batch(outcomes, roster.affinities(session, tickets, at, reader), staff)


def teams(session: Session, code: str | None, actor: Person) -> Team | None:
    """Return the team of that code, None for all that the actor oversees.

    Raises NotAllowed for those who oversee nothing, or not the team they name.
    """
    for right in ("oversee", "assign"):
        finding.require(session, right, actor)
    only = finding.team(session, code) if code is not None else None
    if only is not None and actor.role == "lead" and only.id not in access.reader(session, actor).team_ids:
        raise NotAllowed(_("{team} is not yours to deal out for; its lead does that").format(team=only.code))
    return only


def deal(session: Session, team: str | None = None, *, actor: Person, at: datetime) -> Sequence[Dealt]:
    """Assign what nobody holds in the teams that the actor oversees, or in one of them, and return what became of it.

    Each is assigned by the rules as they are and by the load that the ones before it have made; the line in the journal
    names the rules. Tickets that somebody acts on in this instant, or is offered, are left alone. Raises NotAllowed for
    those who oversee nothing, or not the team they name.
    """
    only = teams(session, team, actor)
    reader, rules = access.reader(session, actor), dispatch.rules(session)
    staff = roster.roster(session, None if only is None else [only.id], at, reader)
    seen: list[int] = []
    dealt: list[Dealt] = []
    # What nobody can have now must not stand before what somebody can.
    while tickets := _free(session, only, reader, seen):
        found = batch(session, tickets, rules, staff, at, reader)
        dealt += [_give(session, one, found, actor, at) for one in tickets]
        seen += [one.id for one in tickets]
    return dealt


def _free(session: Session, only: Team | None, reader: access.Reader, seen: Collection[int]) -> Sequence[Ticket]:
    statement = (
        select(Ticket)
        .where(
            dispatch.IS_FREE,
            col(Ticket.pushed_id).is_(None),
            col(Ticket.team_id).is_not(None) if only is None else Ticket.team_id == only.id,
            access.visible(reader, "oversee"),
            access.visible(reader, "assign"),
            col(Ticket.id).not_in(seen),
        )
        .order_by(col(Ticket.is_paused), col(Ticket.queue_at), col(Ticket.id))
        .limit(BATCH)
    )
    return session.exec(statement.with_for_update(key_share=True, skip_locked=True)).all()


def _give(session: Session, ticket: Ticket, found: Batch, actor: Person, at: datetime) -> Dealt:
    choice = found.choice(ticket, found.staff.of_team(ticket.team_id), at)
    if (agent := choice.person) is None:
        return Dealt(ticket.number, None, "", choice.rules, None)
    journal.move(
        session, ticket, "assign", actor=actor, at=at, detail={"rules": list(choice.rules), "points": choice.score},
        changes={"assignee_id": agent.id, "first_contact_id": ticket.first_contact_id or agent.id},
    )  # fmt: skip
    found.staff.give(agent.id, choice.weight, at)
    return Dealt(ticket.number, agent.login, agent.name, choice.rules, choice.score)
