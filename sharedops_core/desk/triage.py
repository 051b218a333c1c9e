"""Triage of a new ticket: the rules of the desk say its priority, tags, team and watchers (product C1, F2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import telling
from sharedops_core.rules import permissions, tags, triage
from sharedops_core.store import companions, dispatch
from sharedops_core.store.tables import Person, Team, Ticket


def sort_in(session: Session, ticket: Ticket) -> dict[str, object]:
    """Make of a ticket that is about to be opened what the rules say; return it for the opening line of its journal.

    A team is said by a rule only where no service item says it.
    """
    rules = dispatch.triage_rules(session)
    if not rules:
        return {}
    session.add(ticket)
    session.flush()
    found = triage.verdict(rules, dispatch.facts(session, [ticket.id])[ticket.id])
    if not found.rules:
        return {}
    detail: dict[str, object] = {triage.RULES: list(found.rules)}
    if found.priority is not None and found.priority < ticket.priority:
        detail["priority"] = [ticket.priority, found.priority]
        ticket.priority = found.priority
    if found.team is not None and ticket.item_id is None:
        team = session.exec(select(Team).where(col(Team.code) == found.team)).one()
        ticket.team_id, ticket.line = team.id, team.line
        detail["to_team"] = team.code
    if watchers := _able(session, ticket, found.watchers):
        detail["watchers"] = [one.login for one in watchers]
    return detail | tags.told(found.tags, ())


def let_watch(session: Session, ticket: Ticket, detail: Mapping[str, object], *, actor: Person, at: datetime) -> None:
    """Let whom the opening line names watch the ticket, and tell them so."""
    people = _able(session, ticket, triage.told(detail).watchers)
    for one in people:
        companions.put(session, ticket.id, one.id, companions.WATCHER, "watching", by_id=actor.id, at=at)
    telling.tell(session, ticket, [one for one in people if one.id != actor.id], "watch_rule", {}, at=at)


def _able(session: Session, ticket: Ticket, logins: Sequence[str]) -> Sequence[Person]:
    """Return those of some people who may watch a ticket: who has left, or is outside its lane, hears nothing."""
    if not logins:
        return []
    meant = col(Person.login).in_(logins), col(Person.role).in_(permissions.DESK_ROLES)
    found = session.exec(select(Person).where(*meant).order_by(col(Person.login))).all()
    return telling.with_right(session, found, "watch", ticket)
