"""Taking an act back: a compensating line in the journal, never a deleted one, and never over what others did since."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from sharedops_core.desk import finding, handoffs, journal
from sharedops_core.errors import NotAllowed, Refused
from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.rules import links as linking
from sharedops_core.store import companions, guard, links
from sharedops_core.store.tables import Event, Handoff, Person, PolicyVersion, ServiceItem, Ticket

_ON_TWO = ("link", "unlink", "merge", "absorb")
"""What is done to two tickets at once, and taken back from both."""


@dataclass(frozen=True)
class Done:
    """An act that is on record: by which line of which ticket it can be named when it is to be undone."""

    ticket_id: int
    number: str
    seq: int


def remembered(
    session: Session, act: Callable[..., Any], ticket_id: int, *subject: Any, actor: Person, at: datetime, **facts: Any
) -> Done | None:
    """Do an act on a ticket, and return its line of the journal; None when there was nothing to do."""
    result = act(session, ticket_id, *subject, actor=actor, at=at, **facts)
    return None if result is None else last_done(session, ticket_id)


def last_done(session: Session, ticket_id: int) -> Done:
    """Return the last act on a ticket."""
    session.flush()
    event = _newest(session, ticket_id)
    return Done(ticket_id, session.get_one(Ticket, ticket_id).number, event.seq)


def undo(session: Session, ticket_id: int, seq: int, *, actor: Person, at: datetime) -> Done:
    """Undo the actor's own act, named by its line of the journal.

    Raises Refused, naming who did what since, when it is not the last act any more; and when the act has no way back
    (`lifecycle.UNDOABLE`). An answer to a hand-off that is undone lets the offer wait again.

    Their role must still have the right to the act, and they the ticket before them as somebody who works it. How they
    stood to it was asked when it was done; the act itself may have changed that, as giving a ticket away does.
    """
    peer_ids = _peers(session, ticket_id, _line(session, ticket_id, seq))
    finding.hold(session, {ticket_id, *peer_ids})
    ticket = finding.ticket(session, ticket_id, "note", actor)
    undone = _undoable(session, ticket, seq, actor)
    finding.require(session, undone.act, actor)
    for peer_id in peer_ids:
        _take_back_there(session, peer_id, undone, actor, at)
    _put_back(session, ticket, undone, actor, at)
    before, line = journal.take_back(session, ticket, undone, actor=actor, at=at)
    ticket.offered_agent_id = _offered_agent(session, ticket) if before.offered_team_id else None
    session.flush()
    if undone.act == "change":
        _seal_back(session, ticket)
    return Done(ticket_id, ticket.number, line)


def _undoable(session: Session, ticket: Ticket, seq: int, actor: Person) -> Event:
    """Return the line that is to be undone; not after what happened since, another's, or one without a way back."""
    event = _newest(session, ticket.id)
    if event.seq != seq and not _is_undone_to(session, event, seq):
        act = lifecycle.act_name(event.act)
        if event.actor_id == actor.id and event.act not in lifecycle.UNDOABLE:
            text = _("{number}: {act} has gone out and stays, and so does what you did before it")
            raise Refused(text.format(number=ticket.number, act=act))
        who = session.get(Person, event.actor_id) if event.actor_id else None
        raise Refused(
            _("{number}: {who} did something since ({act}); undoing would undo that, too").format(
                number=ticket.number, who=who.name if who else "sharedops", act=act
            )
        )
    undone = _line(session, ticket.id, seq)
    if undone.actor_id != actor.id:
        raise NotAllowed(_("{number}: that act is not yours to undo").format(number=ticket.number))
    if undone.act not in lifecycle.UNDOABLE:
        act = lifecycle.act_name(undone.act)
        raise Refused(_("{number}: {act} cannot be undone").format(number=ticket.number, act=act))
    return undone


def _peers(session: Session, ticket_id: int, undone: Event) -> list[int]:
    """Return the tickets in whose journals an act stands, too: that made, took away, or merged by, a link."""
    named = [one.link_id for one in linking.said(undone.detail)]
    return sorted(set(links.others(session, ticket_id, named).values())) if named else []


def _take_back_there(session: Session, ticket_id: int, undone: Event, actor: Person, at: datetime) -> None:
    """Undo the other half of an act on two tickets; refused when something happened there since."""
    ticket = finding.ticket(session, ticket_id, "note", actor)
    named = {one.link_id for one in linking.said(undone.detail)}
    lines = session.exec(
        select(Event).where(
            col(Event.ticket_id) == ticket_id, col(Event.actor_id) == actor.id, col(Event.at) == undone.at,
            col(Event.act).in_(_ON_TWO),
        )
    )  # fmt: skip
    half = next(one for one in lines if {said.link_id for said in linking.said(one.detail)} == named)
    half = _undoable(session, ticket, half.seq, actor)
    _put_back(session, ticket, half, actor, at)
    before, _line = journal.take_back(session, ticket, half, actor=actor, at=at)
    ticket.offered_agent_id = _offered_agent(session, ticket) if before.offered_team_id else None
    session.flush()


def undo_last(session: Session, ticket_id: int, *, actor: Person, at: datetime) -> Done:
    """Undo the last act on a ticket that has not been undone yet, if it is the actor's; raises as `undo` does."""
    acts = session.exec(
        select(Event.seq, Event.act).where(col(Event.ticket_id) == ticket_id).order_by(col(Event.seq).desc())
    ).all()
    skipped = 0
    for seq, act in acts:
        if act == "undo":
            skipped += 1
        elif skipped:
            skipped -= 1
        else:
            return undo(session, ticket_id, seq, actor=actor, at=at)
    raise Refused(_("there is nothing to undo"))


def _newest(session: Session, ticket_id: int) -> Event:
    lines = select(Event).where(col(Event.ticket_id) == ticket_id).order_by(col(Event.seq).desc())
    return session.exec(lines.limit(1)).one()


def _line(session: Session, ticket_id: int, seq: int) -> Event:
    return session.exec(select(Event).where(col(Event.ticket_id) == ticket_id, col(Event.seq) == seq)).one()


def _is_undone_to(session: Session, newest: Event, seq: int) -> bool:
    """Return whether everything since a line has been undone already, so that it is the last act again."""
    lines = session.exec(
        select(Event.act).where(col(Event.ticket_id) == newest.ticket_id, col(Event.seq) > seq).order_by(col(Event.seq))
    ).all()
    open_count = 0
    for act in lines:
        open_count += -1 if act == "undo" else 1
        if open_count < 0:
            return False
    return open_count == 0


def _put_back(session: Session, ticket: Ticket, undone: Event, actor: Person, at: datetime) -> None:
    """Undo what an act wrote beside the journal: the answer to an offer, the service item."""
    if undone.act == "hand_off":
        handoffs.withdraw(session, ticket, actor=actor, at=at)
    elif undone.act in ("accept", "give_back", "resolve", "cancel", "merge"):
        handoffs.offer_again(session, ticket, undone)
        companions.call_back(session, ticket.id, undone.at)
    elif undone.act == "change" and isinstance(codes := (undone.detail or {}).get("item"), list):
        _reclassify_back(session, ticket, undone, codes[0], actor)
    session.flush()


def _reclassify_back(session: Session, ticket: Ticket, undone: Event, code: str | None, actor: Person) -> None:
    versions = select(ServiceItem).where(col(ServiceItem.code) == code).order_by(col(ServiceItem.version).desc())
    item = session.exec(versions).first() if code else None
    if ticket.lane not in (None, item.lane if item else None):
        finding.ticket(session, ticket.id, "declassify", actor)
    ticket.item_id = item.id if item else None
    before = _line(session, ticket.id, undone.seq - 1)
    ticket.policy_id = session.get_one(PolicyVersion, before.terms_id).policy_id


def _seal_back(session: Session, ticket: Ticket) -> None:
    """Let a ticket be as confidential as its service item; the last thing that is written, or it might not be seen."""
    item = session.get(ServiceItem, ticket.item_id) if ticket.item_id else None
    if item is not None and item.lane != ticket.lane:
        guard.seal(session, ticket, item.lane)


def _offered_agent(session: Session, ticket: Ticket) -> int | None:
    offer: Handoff | None = handoffs.open_offer(session, ticket)
    return offer.to_agent_id if offer else None
