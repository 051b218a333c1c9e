"""Watching (关注): whoever of the desk may see the inside of a ticket hears what becomes of it.

It is no act on the ticket and no line of its journal: it moves nothing, and stands in nobody's way who undoes an act.
"""

from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, telling
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.store import companions
from sharedops_core.store.tables import Person, Ticket

_WATCHER = companions.WATCHER


def watch(session: Session, ticket_id: int, login: str = "", *, actor: Person, at: datetime) -> Ticket:
    """Let the actor, or a colleague, hear of replies, the requester's words and other states; a colleague is told so.

    Raises Refused for who watches already, and for a colleague who may not see the inside of the ticket.
    """
    ticket = finding.ticket(session, ticket_id, "watch", actor)
    person = finding.agent(session, login) if login.strip() else actor
    if not telling.with_right(session, [person], "watch", ticket):
        words = _("{number} is not for {who} to see; they cannot watch it")
        raise Refused(words.format(number=ticket.number, who=person.name))
    if companions.one(session, ticket_id, person.id, _WATCHER):
        raise Refused(_("{who} watches {number} already").format(who=person.name, number=ticket.number))
    companions.put(session, ticket_id, person.id, _WATCHER, "watching", by_id=actor.id, at=at)
    if person.id != actor.id:
        telling.tell(session, ticket, [person], "watch_for", {"by": actor.name}, at=at)
    return ticket


def unwatch(session: Session, ticket_id: int, login: str = "", *, actor: Person, at: datetime) -> Ticket:
    """Let the actor hear no more of a ticket, or a colleague; raises Refused for who does not watch it."""
    ticket = finding.ticket(session, ticket_id, "watch", actor)
    person = finding.agent(session, login) if login.strip() else actor
    if not companions.one(session, ticket_id, person.id, _WATCHER):
        raise Refused(_("{who} does not watch {number}").format(who=person.name, number=ticket.number))
    companions.remove(session, ticket_id, person.id, _WATCHER)
    return ticket


def toggle(session: Session, ticket_id: int, *, actor: Person, at: datetime) -> bool:
    """Let the actor watch a ticket, or no longer, and return whether they do now."""
    is_watching = companions.one(session, ticket_id, actor.id, _WATCHER) is not None
    (unwatch if is_watching else watch)(session, ticket_id, actor=actor, at=at)
    return not is_watching
