"""Hierarchic escalation: telling the people above. The functional one, up a line, is a hand-off."""

from datetime import datetime

from sqlmodel import Session

from sharedops_core.desk import finding, journal
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.store.tables import Person, Team, Ticket

HIGHEST_LEVEL = 2


def escalate(
    session: Session,
    ticket_id: int,
    reason: str,
    note: str,
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> Ticket:
    """Tell the next level: 1 the lead of the team that has the ticket, 2 the supervisor of the centre.

    About a confidential ticket only leads of its lane are told.

    The note goes into the thread as an internal message; holder and clocks stay where they are.
    """
    ticket = finding.ticket(session, ticket_id, "escalate", actor)
    text = finding.text(note, _("the note"))
    code = finding.reason(session, "escalation", reason)
    level = ticket.escalation_level + 1
    if level > HIGHEST_LEVEL:
        raise Refused(_("{number} has reached the highest level already").format(number=ticket.number))
    told = _told(session, ticket, level)
    detail = {"level": level, "told": told.login}
    said = journal.Said("internal", actor, f"@{told.login} {text}")
    journal.move(session, ticket, "escalate", actor=actor, at=at, seen=seen, reason=code, detail=detail, said=said)
    ticket.escalation_level = level
    return ticket


def _told(session: Session, ticket: Ticket, level: int) -> Person:
    team = session.get(Team, ticket.team_id) if ticket.team_id else None
    if level == 1 and team is not None and team.lead_id is not None and ticket.lane in (None, team.lane):
        return session.get_one(Person, team.lead_id)
    chief = next(iter(finding.above(session, ticket.lane)), None)
    if chief is None:
        raise Refused(_("there is nobody above to tell: no supervisor is known"))
    return chief
