"""Who works on a ticket: take and assign."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sharedops_core.desk import finding, journal
from sharedops_core.errors import Conflict, NotAllowed, Refused
from sharedops_core.i18n import _, ngettext
from sharedops_core.rules import choice, conditions, lifecycle
from sharedops_core.rules import dispatch as dispatching
from sharedops_core.store import access, dispatch
from sharedops_core.store.tables import Person, Ticket

_PAGE = 200


def take(session: Session, ticket_id: int, *, actor: Person, at: datetime, seen: int | None = None) -> Ticket:
    """Make the actor the holder of a ticket nobody else holds.

    The first agent to touch it becomes first-contact owner (product D2). Raises Conflict, with the name, when
    somebody else holds it, Refused when it is the actor's already or closed.
    """
    ticket = finding.ticket(session, ticket_id, "take", actor)
    if ticket.assignee_id not in (None, actor.id):
        holder = session.get(Person, ticket.assignee_id)
        raise Conflict(_("{who} took {number} first").format(who=holder.name if holder else "?", number=ticket.number))
    if ticket.assignee_id == actor.id and ticket.state != lifecycle.RECEIVED:
        raise Refused(_("{number} is yours already").format(number=ticket.number))
    changes: dict[str, Any] = {"assignee_id": actor.id} | _team(session, ticket, actor)
    journal.move(session, ticket, "take", actor=actor, at=at, seen=seen, changes=changes)
    return ticket


def take_next(session: Session, *, actor: Person, at: datetime) -> Ticket:
    """Make the actor the holder of the ticket most at risk of those of their teams that nobody holds (product C3).

    Most at risk is what falls due first; tickets whose clocks are paused come last. What needs skills that the actor
    does not have is passed over, and what is offered to somebody else just now. Whoever asks at the same time gets
    another one, and nobody waits. Raises Refused when there is none, with the skills that those that wait need, and
    Conflict when others are at all of them in this instant.
    """
    finding.require(session, "take", actor)
    free, lacked, are_held = _free(session, actor), list[dispatching.Skills](), False
    rules, skills = dispatch.rules(session), dispatch.skills(session, [actor.id])[actor.id]
    for place in count(0, _PAGE):
        ids = session.exec(free.offset(place).limit(_PAGE)).all()
        lacks = _lacks(session, rules, ids, skills)
        lacked += filter(None, lacks.values())
        able = [one for one in ids if not lacks[one]]
        first = free.where(col(Ticket.id).in_(able)).limit(1).with_for_update(key_share=True, skip_locked=True)
        if (found := session.exec(first).first()) is not None:
            return take(session, found, actor=actor, at=at)
        are_held |= bool(able)
        if len(ids) < _PAGE:
            break
    if are_held:
        raise Conflict(_("somebody else works on what waits for your teams in this second; try again"))
    raise Refused(_nothing_next(session, lacked))


def _free(session: Session, actor: Person) -> SelectOfScalar[int]:
    """Return the tickets that somebody could take next, most at risk first."""
    return (
        select(Ticket.id)
        .where(
            dispatch.IS_FREE,
            or_(col(Ticket.pushed_id).is_(None), col(Ticket.pushed_id) == actor.id),
            col(Ticket.team_id).in_(finding.team_ids(session, actor)),
            access.visible(access.reader(session, actor), "take"),
        )
        .order_by(col(Ticket.is_paused), col(Ticket.queue_at), col(Ticket.id))
    )


def _lacks(
    session: Session, rules: Sequence[dispatching.Rule], ids: Sequence[int], skills: dispatching.Skills
) -> Mapping[int, dispatching.Skills]:
    """Return for each ticket which of the needed skills are not there."""
    facts = dispatch.facts(session, ids) if rules else {}
    found = {one: dispatching.outcomes(rules, facts.get(one, conditions.FIELDS)) for one in ids}
    return {one: dispatching.lacking(dispatching.need(said, 3).must, skills) for one, said in found.items()}


def _nothing_next(session: Session, lacked: Sequence[dispatching.Skills]) -> str:
    if not lacked:
        return _("no ticket of your teams waits for somebody")
    words = ngettext(
        "{n} ticket of your teams waits, but needs: {skills}", "{n} tickets of your teams wait, but need: {skills}",
        len(lacked),
    )  # fmt: skip
    return words.format(n=len(lacked), skills=choice.named(dispatching.highest(lacked), dispatch.skill_names(session)))


def assign(
    session: Session, ticket_id: int, login: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Give a ticket to an agent of the team that has it.

    The assignee becomes first-contact owner when there is none. An agent may pass on what is free or
    their own; moving somebody else's ticket is for its leads. Raises Refused for an agent of another team: that
    is a hand-off.
    """
    ticket = finding.ticket(session, ticket_id, "assign", actor)
    agent = finding.agent(session, login)
    finding.require_lane(session, ticket, agent)
    if ticket.team_id is not None and ticket.team_id not in finding.team_ids(session, agent):
        raise Refused(
            _("{who} is not in the team that has {number}; hand the ticket off instead").format(
                who=agent.name, number=ticket.number
            )
        )
    if agent.id == ticket.assignee_id:
        raise Refused(_("{who} has {number} already").format(who=agent.name, number=ticket.number))
    changes: dict[str, Any] = {"assignee_id": agent.id, "first_contact_id": ticket.first_contact_id or agent.id}
    changes |= _team(session, ticket, agent)
    journal.move(session, ticket, "assign", actor=actor, at=at, seen=seen, changes=changes)
    return ticket


def _team(session: Session, ticket: Ticket, agent: Person) -> dict[str, Any]:
    """A ticket without a team gets the home team of whoever works on it."""
    if ticket.team_id is not None:
        return {}
    team = finding.home_team(session, agent)
    if team is None:
        raise NotAllowed(_("{who} belongs to no team").format(who=agent.name))
    return {"team_id": team.id, "line": team.line}
