"""What the people of a living desk do together: tasks for other teams, experts, watchers, links, a family, a merging.

Done by the acts themselves at the instant of the desk, by whoever holds the tickets, so that every view has something
to show. A desk that is too small to spare the tickets goes without.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import cycle, pairwise

from sqlmodel import Session, col, select

from sharedops_core.desk import linking, merging, swarming, tasks, watching
from sharedops_core.errors import DeskError
from sharedops_core.intake.living.plan import HERO, HERO_FROM, Planner
from sharedops_core.intake.living.words import Words
from sharedops_core.rules import lifecycle
from sharedops_core.store.tables import Membership, Person, Team, Ticket

_MOST = 24
"""Acts at most, whatever the size of the desk."""
_ONE_IN = 6
"""Of so many open tickets one gets an act."""


def bring_together(session: Session, planner: Planner, words: Words, rng: random.Random, at: datetime) -> None:
    """Let the holders of some open tickets ask others for help, and bring together what belongs together."""
    held = _held(session)
    if len(held) < HERO_FROM // 4 or planner.hero is None:
        return
    _family(session, held, at)
    _merging(session, held, at)
    open_now = [one for one in _held(session) if one.merged_into_id is None]
    acts = cycle((_ask, _invite, _watch, _ask, _relate))
    for ticket in open_now[::_ONE_IN][:_MOST]:
        next(acts)(session, ticket, words, rng, at)


def _held(session: Session) -> Sequence[Ticket]:
    """Return what somebody holds and everybody may see, in an order that no ids decide."""
    meant = col(Ticket.state).in_((lifecycle.WORKING, lifecycle.ACCEPTED)), col(Ticket.lane).is_(None)
    free = col(Ticket.assignee_id).is_not(None), col(Ticket.offered_team_id).is_(None), col(Ticket.bounce).is_(None)
    return session.exec(select(Ticket).where(*meant, *free).order_by(col(Ticket.opened_at), col(Ticket.subject))).all()


def _holder(session: Session, ticket: Ticket) -> Person:
    return session.get_one(Person, ticket.assignee_id)


def _said(session: Session, ticket: Ticket, words: Words, role: str) -> str:
    """Return a sentence in the language of the thread."""
    return str(words.draw(session.get_one(Person, ticket.requester_id).language, role, "any"))


def _ask(session: Session, ticket: Ticket, words: Words, rng: random.Random, at: datetime) -> None:
    """Ask the hero's team when the ticket is of another one, else any other team."""
    home = select(Team).join(Membership).join(Person).where(Person.login == HERO, col(Membership.is_home))
    others = select(Team).where(col(Team.lane).is_(None), col(Team.id) != ticket.team_id).order_by(col(Team.code))
    hers = session.exec(home).first()
    team = hers if hers and hers.id != ticket.team_id else rng.choice(session.exec(others).all())
    wish = tasks.Wish(team.code, _said(session, ticket, words, "task"), is_gate=rng.random() < 0.5)
    tasks.ask_task(session, ticket.id, wish, actor=_holder(session, ticket), at=at)


def _invite(session: Session, ticket: Ticket, words: Words, rng: random.Random, at: datetime) -> None:
    """Ask somebody of the second or third line to have a look."""
    experts = select(Person.login).join(Membership).join(Team).where(
        col(Team.line) > 1, col(Team.lane).is_(None), col(Person.role) == "agent", col(Person.id) != ticket.assignee_id
    ).distinct().order_by(col(Person.login))  # fmt: skip
    login = rng.choice(session.exec(experts).all())
    why = _said(session, ticket, words, "invite")
    swarming.invite(session, ticket.id, login, why, actor=_holder(session, ticket), at=at)


def _watch(session: Session, ticket: Ticket, _words: Words, _rng: random.Random, at: datetime) -> None:
    """Let the hero hear what becomes of the ticket."""
    hero = session.exec(select(Person).where(Person.login == HERO)).one()
    watching.watch(session, ticket.id, actor=hero, at=at)


def _relate(session: Session, ticket: Ticket, _words: Words, _rng: random.Random, at: datetime) -> None:
    """Link a ticket to the one opened next."""
    after = next((one for one in _held(session) if one.opened_at > ticket.opened_at), None)
    if after is not None:
        linking.link(session, ticket.id, "relates", after.number, actor=_holder(session, ticket), at=at)


def _family(session: Session, held: Sequence[Ticket], at: datetime) -> None:
    """Make a ticket the parent of the one opened after it in the same team."""
    for parent, child in _pairs(held):
        linking.link(session, parent.id, "parent_of", child.number, actor=_holder(session, parent), at=at)
        return


def _merging(session: Session, held: Sequence[Ticket], at: datetime) -> None:
    """Let the newer one of two tickets go on in the older one, which asks for the same if any does."""
    same = sorted(held, key=lambda one: one.item_id or 0)
    alike = [(older, newer) for older, newer in pairwise(same) if older.item_id == newer.item_id]
    for older, newer in (*alike, *reversed(list(_pairs(held)))):
        try:
            merging.merge(session, newer.id, older.number, actor=_holder(session, newer), at=at)
        except DeskError:
            continue
        return


def _pairs(held: Sequence[Ticket]) -> Iterator[tuple[Ticket, Ticket]]:
    """Yield neighbours that one agent of one team holds."""
    for older, newer in pairwise(held):
        if older.team_id == newer.team_id and older.assignee_id == newer.assignee_id:
            yield older, newer
