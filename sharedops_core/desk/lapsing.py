"""What time alone does to the duty for a ticket: offers lapse, stalls are told, duties pass on, silence closes.

`Ticket.duty_at` says when a ticket has to be looked at, so a sweep reads only what is due. Every act is a line of the
journal by nobody, and that line is what keeps it from happening twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import duties, journal, telling
from sharedops_core.rules import duty, history
from sharedops_core.store import policies
from sharedops_core.store.events import histories
from sharedops_core.store.tables import Person, Ticket

BATCH = 200


@dataclass(frozen=True)
class Lapsed:
    """What time did: to which ticket, by which act, and the logins that were told."""

    ticket_id: int
    number: str
    act: str
    told: tuple[str, ...]


def lapse(session: Session, *, at: datetime, limit: int = BATCH) -> Sequence[Lapsed]:
    """Do what is due by `at` on at most so many tickets, one act on each; nothing when all is done.

    Tickets that somebody works on in this instant are left to the next sweep.
    """
    due = select(Ticket).where(col(Ticket.duty_at) <= at).order_by(col(Ticket.duty_at)).limit(limit)
    tickets = session.exec(due.with_for_update(key_share=True, skip_locked=True)).all()
    pasts = histories(session, [one.id for one in tickets])
    return [one for ticket in tickets if (one := _lapse(session, ticket, pasts[ticket.id], at))]


def is_due(session: Session, *, at: datetime) -> bool:
    """Return whether time has anything to do; looks only, so that looking often disturbs nobody."""
    return session.exec(select(Ticket.id).where(col(Ticket.duty_at) <= at).limit(1)).first() is not None


def _lapse(session: Session, ticket: Ticket, past: list[history.Entry], at: datetime) -> Lapsed | None:
    step = duty.next_step(history.replay(past), policies.versions(session))
    if step is None or step.at > at:
        return None
    told = _ACTS[step.act](session, ticket, past, at)
    return Lapsed(ticket.id, ticket.number, step.act, tuple(one.login for one in told))


def _answer_is_missing(
    session: Session, ticket: Ticket, past: list[history.Entry], at: datetime
) -> Sequence[telling.Told]:
    """An offer that nobody answered is over; the giver answers for the ticket as before, and hears of it."""
    receiver = session.get_one(Person, ticket.duty_offered_id)
    told = _owner(session, ticket, at)
    detail: dict[str, object] = {"to": receiver.login, "told": _logins(told)}
    journal.move(session, ticket, duty.LAPSE, actor=None, at=at, detail=detail, past=past,
                 changes={"duty_offered_id": None})  # fmt: skip
    telling.tell(session, ticket, told, "duty_lapsed", {"by": receiver.name}, at=at)
    return told


def _nothing_is_done(
    session: Session, ticket: Ticket, past: list[history.Entry], at: datetime
) -> Sequence[telling.Told]:
    told = _owner(session, ticket, at)
    journal.move(session, ticket, duty.STALL, actor=None, at=at, detail={"told": _logins(told)}, past=past)
    telling.tell(session, ticket, told, "stall", {}, at=at)
    return told


def _nobody_looks_after_it(
    session: Session, ticket: Ticket, past: list[history.Entry], at: datetime
) -> Sequence[telling.Told]:
    """The duty passes to who is above; where nobody is, it stays where it is, and that is the last word of it."""
    had = {one.first_contact_id for one in past}
    before, after = session.get_one(Person, ticket.first_contact_id), duties.next_owner(session, ticket, had)
    told = telling.in_place(session, [before, after] if after else [before], ticket, at)
    detail: dict[str, object] = {
        "from": before.login, "to": after.login if after else before.login, "told": _logins(told),
    }  # fmt: skip
    changes = {"first_contact_id": after.id, "duty_offered_id": None} if after else {}
    journal.move(session, ticket, duty.PASS, actor=None, at=at, detail=detail, past=past, changes=changes)
    if after:
        notice = {"by": before.name, "to": after.name}
        telling.tell(session, ticket, told, "duty_passed", notice, at=at)
    return told


def _requester_is_silent(
    session: Session, ticket: Ticket, past: list[history.Entry], at: datetime
) -> Sequence[telling.Told]:
    """A solution that nobody contradicts holds; the requester may still reopen within the window."""
    journal.move(session, ticket, duty.CLOSE, actor=None, at=at, past=past)
    return []


def _owner(session: Session, ticket: Ticket, at: datetime) -> Sequence[telling.Told]:
    return telling.in_place(session, [session.get_one(Person, ticket.first_contact_id)], ticket, at)


def _logins(people: Sequence[telling.Told]) -> list[str]:
    return [one.login for one in people]


_ACTS: Mapping[str, Callable[[Session, Ticket, list[history.Entry], datetime], Sequence[telling.Told]]] = {
    duty.LAPSE: _answer_is_missing, duty.STALL: _nothing_is_done, duty.PASS: _nobody_looks_after_it,
    duty.CLOSE: _requester_is_silent,
}  # fmt: skip
