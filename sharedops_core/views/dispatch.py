"""Who would get a ticket now, and why: the reading behind `dispatch explain` and its key (product C4)."""

from datetime import datetime
from statistics import median

from sqlalchemy import exists
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from sharedops_core.i18n import pick
from sharedops_core.rules import dispatch as deciding
from sharedops_core.rules import push, triage
from sharedops_core.rules.choice import Explanation, Risk
from sharedops_core.store import dispatch, roster
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.events import histories
from sharedops_core.store.tables import Clock, Event, Person, ServiceItem, Team, Ticket, TriageRule

_COMPARED = 200
"""Tickets that a risk is told from, the newest ones."""


def explanation(session: Session, ticket_id: int, now: datetime, *, reader: Reader | None = None) -> Explanation | None:
    """Return who would get a ticket now and why; None for a reader who may not see it from inside."""
    ticket = session.exec(select(Ticket).where(col(Ticket.id) == ticket_id, visible(reader, "inside"))).first()
    if ticket is None:
        return None
    facts = dispatch.facts(session, [ticket_id])[ticket_id]
    outcomes = deciding.outcomes(dispatch.rules(session), facts)
    need = deciding.need(outcomes, ticket.priority)
    candidates = roster.candidates(session, ticket, now, reader)
    team = session.get(Team, ticket.team_id) if ticket.team_id else None
    return Explanation(
        ticket.number, team.code if team else "", outcomes, need, deciding.verdicts(need, candidates, now),
        risk(session, ticket, now, reader=reader), dispatch.skill_names(session), *_triage(session, ticket_id),
        _called(session, ticket.assignee_id), _called(session, ticket.pushed_id), ticket.pushed_until,
        _declined(session, ticket),
    )  # fmt: skip


def _triage(session: Session, ticket_id: int) -> tuple[triage.Told, dict[str, str]]:
    """Return what the opening line says of the rules, and what these are called now."""
    opening = select(Event.detail).where(col(Event.ticket_id) == ticket_id, col(Event.seq) == 1)
    told = triage.told(session.exec(opening).first())
    meant = col(TriageRule.code).in_(told.rules)
    named = session.exec(select(TriageRule.code, TriageRule.name_en, TriageRule.name_zh).where(meant)).all()
    return told, {code: pick(english, chinese) for code, english, chinese in named}


def _declined(session: Session, ticket: Ticket) -> tuple[str, ...]:
    """Return who was offered a ticket that nobody holds, as long as it waits, and does not have the offer any more."""
    if ticket.assignee_id is not None:
        return ()
    past = histories(session, [ticket.id])[ticket.id]
    return tuple(_called(session, one) for one in sorted(push.wait(past).asked - {ticket.pushed_id}))


def _called(session: Session, person_id: int | None) -> str:
    one = session.get(Person, person_id) if person_id is not None else None
    return f"{one.login} {one.name}" if one else ""


def risk(session: Session, ticket: Ticket, now: datetime, *, reader: Reader | None = None) -> Risk:
    """Return how tickets of the same service item and priority went that were resolved last."""
    is_missed = exists().where(
        col(Clock.ticket_id) == Ticket.id, col(Clock.kind) == "resolution", col(Clock.breached_at).is_not(None)
    )
    same = select(ServiceItem.id).where(
        col(ServiceItem.code).in_(select(ServiceItem.code).where(col(ServiceItem.id) == ticket.item_id))
    )
    statement = (
        sql_select(col(Ticket.opened_at), col(Ticket.resolved_at), is_missed)
        .where(col(Ticket.item_id).in_(same), col(Ticket.priority) == ticket.priority, visible(reader, "find"))
        .where(col(Ticket.resolved_at).is_not(None), col(Ticket.id) != ticket.id)
        .order_by(col(Ticket.resolved_at).desc(), col(Ticket.id).desc())
        .limit(_COMPARED)
    )
    past = session.execute(statement).all()
    usual = median(resolved - opened for opened, resolved, _missed in past) if past else None
    due = session.exec(
        select(Clock.due_at)
        .where(col(Clock.ticket_id) == ticket.id, col(Clock.kind) == "resolution", col(Clock.stopped_at).is_(None))
        .order_by(col(Clock.nth).desc())
    ).first()
    return Risk(sum(missed for _opened, _resolved, missed in past), len(past), usual, due - now if due else None)
