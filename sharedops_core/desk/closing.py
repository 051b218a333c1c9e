"""The end of a ticket: resolve, confirm, reopen, cancel, rate (product F2)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from sharedops_core.desk import families, finding, handoffs, journal, merging, tasks
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.settings import LOW_CSAT, LOW_EASE
from sharedops_core.store import settings
from sharedops_core.store.tables import Person, Survey, Ticket

REOPEN_WINDOW = timedelta(days=14)


def resolve(
    session: Session, ticket_id: int, solution: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Tell the requester the solution and stop the clocks; an open hand-off offer ends with it.

    Its open children are resolved with it, or nothing is (`desk.families`); the requesters of what was merged into any
    of them hear the solution, too. Raises Refused, naming them, while tasks stand without which one of them cannot be
    resolved.
    """
    family = families.held(session, ticket_id, actor)
    ticket = family.parent
    text = finding.text(solution, _("the solution"))
    tasks.require_no_gate(session, (ticket, *family.children))
    journal.move(
        session, ticket, "resolve", actor=actor, at=at, seen=seen, changes={"offered_team_id": None},
        said=journal.Said("out", actor, text),
    )  # fmt: skip
    handoffs.withdraw(session, ticket, actor=actor, at=at)
    families.resolve_children(session, family, text, actor=actor, at=at)
    merging.let_hear(session, family.merged, text, actor=actor, at=at)
    return ticket


def confirm(session: Session, ticket_id: int, *, actor: Person, at: datetime, seen: int | None = None) -> Ticket:
    """Close the loop: the requester, or an agent on their word, says that it is done."""
    ticket = finding.ticket(session, ticket_id, "confirm", actor)
    journal.move(session, ticket, "confirm", actor=actor, at=at, seen=seen)
    return ticket


def reopen(
    session: Session, ticket_id: int, why: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Go on with a ticket that was not done after all; the same clocks resume (R9).

    Raises Refused when it was resolved longer ago than REOPEN_WINDOW: that is a new ticket.
    """
    ticket = finding.ticket(session, ticket_id, "reopen", actor)
    text = finding.text(why, _("the reason"))
    if ticket.resolved_at is not None and at - ticket.resolved_at > REOPEN_WINDOW:
        raise Refused(
            _("{number} was resolved more than {days} days ago; open a new ticket").format(
                number=ticket.number, days=REOPEN_WINDOW.days
            )
        )
    said = journal.Said("in" if actor.role == "requester" else "internal", actor, text)
    journal.move(session, ticket, "reopen", actor=actor, at=at, seen=seen, said=said)
    return ticket


def cancel(
    session: Session, ticket_id: int, reason: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """End a ticket that nobody needs any more."""
    ticket = finding.ticket(session, ticket_id, "cancel", actor)
    code = finding.reason(session, "cancel", reason)
    journal.move(
        session, ticket, "cancel", actor=actor, at=at, seen=seen, reason=code, changes={"offered_team_id": None}
    )
    handoffs.withdraw(session, ticket, actor=actor, at=at)
    return ticket


def rate(
    session: Session,
    ticket_id: int,
    csat: int,
    *,
    comment: str = "",
    ease: int | None = None,
    actor: Person,
    at: datetime,
) -> Ticket:
    """Keep the requester's answer to the survey, once: satisfaction and ease (省力度) from 1 (bad) to 5 (good).

    A low one makes a follow-up at once: what is low, the settings of the desk say.
    """
    ticket = finding.ticket(session, ticket_id, "rate", actor)
    for value in (csat, ease):
        if value is not None and not 1 <= value <= 5:
            raise Refused(_("{value} is no rating; right would be 1 (bad) to 5 (good)").format(value=value))
    if session.get(Survey, ticket_id) is not None:
        raise Refused(_("{number} has been rated already").format(number=ticket.number))
    owed = tasks.follow_up(session, ticket, at=at) if _is_low(session, csat, ease) else None
    detail: dict[str, object] = {"csat": csat, **({} if ease is None else {"ease": ease})}
    journal.move(session, ticket, "rate", actor=actor, at=at, detail=detail | (owed.detail if owed else {}))
    text = finding.text(comment, _("the comment")) if comment.strip() else ""
    session.add(Survey(ticket_id=ticket_id, csat=csat, ease=ease, comment=text, at=at))
    if owed is not None:
        tasks.tell_owed(session, ticket, owed, text, at=at)
    return ticket


def _is_low(session: Session, csat: int, ease: int | None) -> bool:
    is_hard = ease is not None and ease <= settings.number(session, LOW_EASE)
    return is_hard or csat <= settings.number(session, LOW_CSAT)
