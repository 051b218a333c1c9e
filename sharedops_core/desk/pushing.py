"""Push (推单): what nobody holds is offered to one agent after the other, until one of them takes it (product C2).

A ticket is never dropped: whoever rejects it, or does not answer in time, is not asked again while it waits, the pool
widens, and when nobody is left its lead hears of it once. Anybody may take it at any time; that ends the offer.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, true
from sqlmodel import Session, col, select

from sharedops_core.desk import dispatching, finding, journal, telling
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import dispatch as deciding
from sharedops_core.rules import history, lifecycle, push
from sharedops_core.store import access, dispatch, plans, roster
from sharedops_core.store.events import histories
from sharedops_core.store.tables import Person, PushPlan, Team, Ticket

BATCH = 200
AGAIN = timedelta(minutes=1)
"""So long after nobody was found for a ticket the sweep looks again: who comes on shift, or has room now."""

_NOBODY: Mapping[str, Any] = {"pushed_id": None, "pushed_until": None}


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a ticket by which act: offered to whom of which pool by which rules, and who was told."""

    ticket_id: int
    number: str
    act: str
    login: str | None = None
    name: str = ""
    pool: str = ""
    rules: tuple[str, ...] = ()
    score: float | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Round:
    """One going through the free tickets: by whom, when, which of them, and what all of it is decided by."""

    actor: Person | None
    at: datetime
    meant: ColumnElement[bool]
    plans: Mapping[int, push.Plan]
    rules: Sequence[deciding.Rule]
    staff: roster.Roster
    lines: Mapping[int, int]


def is_due(session: Session, *, at: datetime) -> bool:
    """Return whether there is anything to offer, or to end; looks only, so that looking often disturbs nobody."""
    waits = (
        select(Ticket.id)
        .join(PushPlan, col(PushPlan.team_id) == col(Ticket.team_id))
        .where(dispatch.IS_FREE, col(Ticket.pushed_id).is_(None), _is_due(at))
    )
    over = select(Ticket.id).where(col(Ticket.pushed_until) <= at)
    return any(session.exec(one.limit(1)).first() is not None for one in (over, waits))


def sweep(session: Session, *, at: datetime) -> Sequence[Pushed]:
    """End the offers that nobody has answered, and offer what waits in the teams that are to be looked at.

    Nothing is done while another sweep does the same: no ticket is offered twice, nobody gets more than they have room
    for.
    """
    over = [*_lapse(session, at)]
    stored = session.exec(select(PushPlan).order_by(col(PushPlan.id)).with_for_update(skip_locked=True)).all()
    if len(stored) < session.exec(select(func.count()).select_from(PushPlan)).one():
        return over
    due = [one for one in stored if one.is_on and (one.next_at is None or not at < one.next_at <= at + AGAIN)]
    return over + _offer(session, due, None, at, true())


def offer(session: Session, team: str | None = None, *, actor: Person, at: datetime) -> Sequence[Pushed]:
    """Offer what waits in the teams that the actor oversees, or in one of them, whether it is to be looked at or not.

    Raises NotAllowed for those who oversee nothing, or not the team they name, and Refused for one without a plan.
    """
    only = dispatching.teams(session, team, actor)
    stored = session.exec(select(PushPlan).order_by(col(PushPlan.id)).with_for_update()).all()
    meant = [one for one in stored if one.is_on and (only is None or one.team_id == only.id)]
    if only is not None and not meant:
        raise Refused(_("{team} has no plan for push; a [[push]] of `import dispatch` is one").format(team=only.code))
    reader = access.reader(session, actor)
    seen = access.visible(reader, "oversee") & access.visible(reader, "assign")
    return [*_lapse(session, at), *_offer(session, meant, actor, at, seen)]


def reject(
    session: Session, ticket_id: int, reason: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Reject the ticket that is offered to the actor, with a reason to give back; the next one is asked.

    Raises Refused when it is not offered to them, or for a reason that is not known.
    """
    ticket = finding.ticket(session, ticket_id, "reject", actor)
    lifecycle.after("reject", ticket.state)
    if ticket.pushed_id != actor.id:
        raise Refused(_("{number} is not offered to you").format(number=ticket.number))
    code = finding.reason(session, "give_back", reason)
    # Whoever says no does not answer for the ticket by that.
    changes = {**_NOBODY, "first_contact_id": ticket.first_contact_id}
    journal.move(session, ticket, "reject", actor=actor, at=at, seen=seen, reason=code, changes=changes)
    return ticket


def _is_due(at: datetime) -> ColumnElement[bool]:
    # What a clock that went wrong put off for longer is looked at now.
    is_put_off = (col(PushPlan.next_at) > at) & (col(PushPlan.next_at) <= at + AGAIN)
    return col(PushPlan.is_on) & or_(col(PushPlan.next_at).is_(None), ~is_put_off)


def _lapse(session: Session, at: datetime) -> Iterator[Pushed]:
    over = select(Ticket).where(col(Ticket.pushed_until) <= at).order_by(col(Ticket.pushed_until)).limit(BATCH)
    for ticket in session.exec(over.with_for_update(key_share=True, skip_locked=True)).all():
        asked = session.get_one(Person, ticket.pushed_id)
        journal.move(session, ticket, push.LAPSE, actor=None, at=at, detail={"to": asked.login}, changes=_NOBODY)
        yield Pushed(ticket.id, ticket.number, push.LAPSE, asked.login, asked.name)


def _offer(
    session: Session, stored: Sequence[PushPlan], actor: Person | None, at: datetime, meant: ColumnElement[bool]
) -> list[Pushed]:
    """Offer what waits in some teams, most at risk first; what nobody can have now is looked at again a while later."""
    if not stored:
        return []
    found = plans.read(session, stored)
    lines = dict(session.exec(select(Team.id, Team.line)).all())
    turn = _Round(actor, at, meant, found, dispatch.rules(session),
                  roster.roster(session, _reached(found, lines), at, roster.EVERYBODY), lines)  # fmt: skip
    done: list[Pushed] = []
    seen: list[int] = []
    stuck: set[int | None] = set()
    # What nobody can have now must not stand before what somebody can, as long as anybody has room.
    while len(done) < BATCH and (tickets := _free(session, turn, seen)):
        acts = _offer_each(session, tickets, turn)
        done += filter(None, acts)
        stuck |= {ticket.team_id for ticket, act in zip(tickets, acts, strict=True) if act is None or not act.login}
        seen += [one.id for one in tickets]
        if not any(map(turn.staff.has_room, turn.staff.people)):
            stuck.update(found)
            break
    if len(done) < BATCH:  # else there may be more, and the next call goes on at once
        for one in stored:
            one.next_at = at + AGAIN if one.team_id in stuck else None
        session.flush()
    return done


def _reached(found: Mapping[int, push.Plan], lines: Mapping[int, int]) -> Collection[int] | None:
    """Return the teams that the pools of these plans reach at their widest, None for all."""
    pools = {team_id: {step.pool for step in plan.widen} for team_id, plan in found.items()}
    if any(push.ALL in one for one in pools.values()):
        return None
    wide = {lines[team_id] for team_id, one in pools.items() if push.LINE in one}
    return found.keys() | {team_id for team_id, line in lines.items() if line in wide}


def _free(session: Session, turn: _Round, seen: Collection[int]) -> Sequence[Ticket]:
    statement = (
        select(Ticket)
        .where(dispatch.IS_FREE, col(Ticket.pushed_id).is_(None), col(Ticket.team_id).in_(turn.plans), turn.meant)
        .where(col(Ticket.id).not_in(seen))
        .order_by(col(Ticket.is_paused), col(Ticket.queue_at), col(Ticket.id))
        .limit(BATCH)
    )
    return session.exec(statement.with_for_update(key_share=True, skip_locked=True)).all()


def _offer_each(session: Session, tickets: Sequence[Ticket], turn: _Round) -> list[Pushed | None]:
    batch = dispatching.batch(session, tickets, turn.rules, turn.staff, turn.at, roster.EVERYBODY)
    pasts = histories(session, [one.id for one in tickets])
    return [_offer_one(session, one, pasts[one.id], batch, turn) for one in tickets]


def _offer_one(
    session: Session, ticket: Ticket, past: list[history.Entry], batch: dispatching.Batch, turn: _Round
) -> Pushed | None:
    """Offer a ticket to the best who has not been asked yet; tell its lead once when there will be nobody."""
    plan, waited = turn.plans[ticket.team_id or 0], push.wait(past)
    length = plan.waited(waited.since, turn.at)
    pool = push.pool(plan, length)
    among = [one for one in _pool(turn, pool, ticket.team_id) if one not in waited.asked and turn.staff.has_room(one)]
    choice, until = batch.choice(ticket, among, turn.at), plan.until(turn.at)
    if choice.person is not None and until is not None:
        return _push(session, ticket, past, choice, pool, until, turn)
    if push.is_over(plan, length) and not waited.is_told:
        return _tell_lead(session, ticket, past, pool, turn)
    return None


def _pool(turn: _Round, pool: str, team_id: int | None) -> Collection[int]:
    if pool == push.ALL:
        return turn.staff.people
    line = turn.lines[team_id or 0]
    teams = {one for one, its in turn.lines.items() if its == line} if pool == push.LINE else {team_id}
    return [person_id for person_id, of in turn.staff.teams.items() if of & teams]


def _push(
    session: Session, ticket: Ticket, past: list[history.Entry], choice: dispatching.Choice, pool: str,
    until: datetime, turn: _Round,
) -> Pushed:  # fmt: skip
    agent = choice.person
    if agent is None:
        raise ValueError("nobody was chosen")
    detail = {"to": agent.login, "rules": list(choice.rules), "points": choice.score, "pool": pool}
    changes = {"pushed_id": agent.id, "pushed_until": until, "first_contact_id": ticket.first_contact_id}
    journal.move(session, ticket, push.PUSH, actor=turn.actor, at=turn.at, detail=detail, changes=changes, past=past)
    telling.tell(session, ticket, [agent], push.PUSH, {"due": until.isoformat()}, at=turn.at)
    turn.staff.give(agent.id, choice.weight, turn.at)
    return Pushed(ticket.id, ticket.number, push.PUSH, agent.login, agent.name, pool, choice.rules, choice.score,
                  (agent.login,))  # fmt: skip


def _tell_lead(session: Session, ticket: Ticket, past: list[history.Entry], pool: str, turn: _Round) -> Pushed:
    """Tell the lead of its team, or who is above, that nobody is left to ask."""
    team = session.get_one(Team, ticket.team_id)
    leads = [session.get_one(Person, team.lead_id)] if team.lead_id is not None else []
    able = telling.with_right(session, leads, "inside", ticket) or finding.above(session, ticket.lane)
    told = telling.in_place(session, able, ticket, turn.at)
    logins = [one.login for one in told]
    changes = {"first_contact_id": ticket.first_contact_id}
    journal.move(session, ticket, push.RUN_OUT, actor=turn.actor, at=turn.at, changes=changes, past=past,
                 detail={"pool": pool, "told": logins})  # fmt: skip
    telling.tell(session, ticket, told, push.RUN_OUT, {}, at=turn.at)
    return Pushed(ticket.id, ticket.number, push.RUN_OUT, pool=pool, told=tuple(logins))
