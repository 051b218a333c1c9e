"""One agent in a hurry: run as `python random_acts.py URL LOGIN SEED SECONDS`, it says what was acknowledged.

After `ready`, each line of stdout is one acknowledged act, `act number-of-ticket note`. Refusals and conflicts are
part of the work; a database that is away is waited for. Anything else ends the process with a trace.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from sharedops_core.desk import (
    assignment,
    changing,
    closing,
    conversation,
    finding,
    handoffs,
    linking,
    merging,
    opening,
    pushing,
    rounds,
    sheets,
    splitting,
    swarming,
    tasks,
    undoing,
    waiting,
    watching,
)
from sharedops_core.errors import Away, DeskError
from sharedops_core.rules.handoff import Slots
from sharedops_core.rules.request import Request
from sharedops_core.store import db
from sharedops_core.store.tables import Person, ShiftSheet, Task, Ticket

SLOTS = Slots("VPN drops", "KB-331", "timeout", "-", "check gateway")


def act(session: Session, rng: random.Random, login: str, note: str) -> tuple[str, int]:
    """Do one act by chance on one ticket by chance, and return its name and the ticket."""
    by: dict[str, Any] = {"actor": finding.person(session, login), "at": datetime.now(UTC).replace(microsecond=0)}
    ids = session.exec(select(Ticket.id).order_by(col(Ticket.id).desc()).limit(30)).all()
    if not ids or rng.random() < 0.1:
        requester = {"requester": "ana.ruiz", "item": "IT-NET-VPN-01"}
        return "open", opening.open_ticket(session, Request(note, **requester), **by).id
    ticket_id = rng.choice(ids)
    team = rng.choice(("desk", "network", "platform"))
    acts: dict[str, Callable[[], object]] = {
        "take": lambda: assignment.take(session, ticket_id, **by),
        "reply": lambda: conversation.reply(session, ticket_id, note, **by),
        "note": lambda: conversation.note(session, ticket_id, note, **by),
        "receive": lambda: conversation.receive(session, ticket_id, note, **by),
        "wait": lambda: waiting.wait(session, ticket_id, rng.choice(("requester", "supplier")), **by),
        "resume": lambda: waiting.resume(session, ticket_id, **by),
        "hand_off": lambda: handoffs.hand_off(session, ticket_id, handoffs.Destination(team), SLOTS, "other", **by),
        "accept": lambda: handoffs.accept(session, ticket_id, **by),
        "give_back": lambda: handoffs.give_back(session, ticket_id, "not_ours", **by),
        "prioritise": lambda: changing.prioritise(session, ticket_id, rng.randint(1, 4), **by),
        "resolve": lambda: closing.resolve(session, ticket_id, note, **by),
        "reopen": lambda: closing.reopen(session, ticket_id, note, **by),
        "sweep": lambda: rounds.turn(session, at=by["at"]),
        "cancel": lambda: closing.cancel(session, ticket_id, "not_needed", **by),
    } | _together(session, rng, ticket_id, note, by)
    name = rng.choice(list(acts))
    acts[name]()
    return name, ticket_id


def _together(
    session: Session, rng: random.Random, ticket_id: int, note: str, by: dict[str, Any]
) -> dict[str, Callable[[], object]]:
    """Return the acts on several tickets, by several people, and on sheets of shifts."""
    ids = session.exec(select(Ticket.number).order_by(col(Ticket.id).desc()).limit(30)).all()
    number, login = rng.choice(ids), rng.choice(("li.na", "wang.lei", "liu.yang", "sun.hao", "zhou.kai"))
    nth = session.exec(select(Task.nth).where(Task.ticket_id == ticket_id).order_by(col(Task.nth).desc())).first() or 1
    sheet = session.exec(select(ShiftSheet.id).order_by(col(ShiftSheet.id).desc())).first() or 1
    role = rng.choice(("blocks", "parent_of", "child_of"))
    return {
        "take_next": lambda: assignment.take_next(session, **by),
        "push": lambda: pushing.sweep(session, at=by["at"]),
        "reject": lambda: pushing.reject(session, _offered(session, by["actor"]) or ticket_id, "not_ours", **by),
        "merge": lambda: merging.merge(session, ticket_id, number, **by),
        "link": lambda: linking.link(session, ticket_id, role, number, **by),
        "unlink": lambda: linking.unlink(session, ticket_id, number, **by),
        "split": lambda: splitting.split(session, ticket_id, note, **by),
        "watch": lambda: watching.toggle(session, ticket_id, **by),
        "invite": lambda: swarming.invite(session, ticket_id, login, note, **by),
        "join": lambda: swarming.join(session, ticket_id, **by),
        "ask_task": lambda: tasks.ask_task(session, ticket_id, tasks.Wish("network", note), **by),
        "take_task": lambda: tasks.take_task(session, ticket_id, nth, **by),
        "finish_task": lambda: tasks.finish_task(session, ticket_id, nth, note, **by),
        "decline_task": lambda: tasks.decline_task(session, ticket_id, nth, note, **by),
        "hand_over": lambda: sheets.hand_over(session, login, note, **by),
        "sign": lambda: sheets.sign(session, sheet, **by),
        "undo": lambda: undoing.undo_last(session, ticket_id, **by),
    }


def _offered(session: Session, person: Person) -> int | None:
    return session.exec(select(Ticket.id).where(col(Ticket.pushed_id) == person.id)).first()


def run(url: str, login: str, seed: int, seconds: float) -> None:
    """Act until the time is over."""
    database, rng = db.open_database(url), random.Random(seed)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        note, state = uuid4().hex, rng.getstate()

        def work(session: Session, note: str = note, state: Any = state) -> tuple[str, int]:
            rng.setstate(state)
            return act(session, rng, login, note)

        try:
            name, ticket_id = database.once(work)
        except Away:
            time.sleep(0.1)
        except DeskError:
            pass
        else:
            sys.stdout.write(f"{name} {ticket_id} {note}\n")
            sys.stdout.flush()
    database.close()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
