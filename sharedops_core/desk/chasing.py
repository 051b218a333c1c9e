"""Chasing (催办): whoever answers for a ticket, or asked for it, urges whoever has it in hand (product D2).

The words go into the thread, and the holder is told; from the second time on so is the lead of the team.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from sharedops_core.desk import finding, journal, telling
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.lifecycle import after
from sharedops_core.store.tables import Event, Person, Team, Ticket


def chase(
    session: Session, ticket_id: int, words: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Urge whoever has a ticket in hand, its lead while nobody has; clocks and holder stay as they are.

    The requester's words are theirs, those of the desk an internal message. Raises Refused for a ticket that is
    settled, for empty words, and for one the actor holds.
    """
    ticket = finding.ticket(session, ticket_id, "chase", actor)
    after("chase", ticket.state)
    text = finding.text(words, _("the message"))
    if ticket.assignee_id == actor.id:
        raise Refused(_("you have {number} in hand yourself; there is nobody to chase").format(number=ticket.number))
    nth = 1 + _chases(session, ticket)
    told = telling.in_place(session, _told(session, ticket, actor, nth), ticket, at)
    said = journal.Said("in" if actor.id == ticket.requester_id else "internal", actor, text)
    detail: dict[str, object] = {"nth": nth, "told": [one.login for one in told]}
    journal.move(session, ticket, "chase", actor=actor, at=at, seen=seen, detail=detail, said=said)
    notice = {"by": actor.name, "nth": nth, "words": text[: telling.SHOWN]}
    telling.tell(session, ticket, told, "chase", notice, at=at)
    return ticket


def _chases(session: Session, ticket: Ticket) -> int:
    lines = select(func.count()).select_from(Event).where(col(Event.ticket_id) == ticket.id, col(Event.act) == "chase")
    return session.exec(lines).one()


def _told(session: Session, ticket: Ticket, actor: Person, nth: int) -> Sequence[Person]:
    """Return who is urged: the holder, from the second time on the lead, too; who is above where there is neither."""
    team = session.get(Team, ticket.team_id) if ticket.team_id else None
    lead_id = team.lead_id if team and (nth > 1 or ticket.assignee_id is None) else None
    ids = dict.fromkeys(one for one in (ticket.assignee_id, lead_id) if one not in (None, actor.id))
    found = [session.get_one(Person, person_id) for person_id in ids]
    able = telling.with_right(session, found, "inside", ticket)
    return able or [one for one in finding.above(session, ticket.lane) if one.id != actor.id]
