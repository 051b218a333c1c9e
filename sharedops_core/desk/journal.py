"""The journal: the only writer of states, events and clocks.

`move` is one act on one ticket, guarded by the table of moves. `record` lays down whole histories that happened
elsewhere or earlier. Both go through the same fold, so the doctor's replay gives what is stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import Session, SQLModel, col, select

from sharedops_core.errors import Conflict, Refused
from sharedops_core.i18n import _
from sharedops_core.rules import commitments, history, lifecycle, summary
from sharedops_core.store import policies
from sharedops_core.store.events import entries
from sharedops_core.store.tables import Clock, Event, Handoff, Message, Person, SourceRecord, Survey, Ticket


def move(
    session: Session,
    ticket: Ticket,
    act: str,
    *,
    actor: Person | None,
    at: datetime,
    seen: int | None = None,
    reason: str | None = None,
    changes: Mapping[str, Any] | None = None,
    detail: Mapping[str, object] | None = None,
) -> Event:
    """Do one act: check it against the table of moves, append the event, rewrite summary and clocks.

    `changes` are after-values of team_id, line, assignee_id, first_contact_id, priority, waiting_reason;
    `seen` is the version the actor looked at. Raises Refused when the table has no such move, and Conflict,
    naming who was first, when it would have been legal in the version that was seen.
    """
    events = entries(session, ticket.id)
    folded = history.replay(events)
    at = max(at, folded.now.at)
    try:
        state = lifecycle.after(act, ticket.state)
    except Refused:
        _blame(session, ticket, seen)
        raise
    entry = _entry(ticket, act, state, actor, at, reason, _duty(ticket, actor) | dict(changes or {}))
    event = Event(ticket_id=ticket.id, seq=len(events) + 1, detail=dict(detail) if detail else None, **_columns(entry))
    session.add(event)
    _summarise(session, ticket, history.fold(folded, entry))
    session.flush()
    return event


def begin(session: Session, ticket: Ticket, *, actor: Person | None, at: datetime) -> Event:
    """Append the opening entry of a new ticket and start its clocks."""
    session.add(ticket)
    session.flush()
    entry = _entry(ticket, "open", lifecycle.RECEIVED, actor, at, None, {})
    event = Event(ticket_id=ticket.id, seq=1, **_columns(entry))
    session.add(event)
    _summarise(session, ticket, history.begin(entry))
    session.flush()
    return event


def _columns(entry: history.Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in history.Entry.__dataclass_fields__}


def _entry(
    ticket: Ticket,
    act: str,
    state: str,
    actor: Person | None,
    at: datetime,
    reason: str | None,
    changes: Mapping[str, Any],
) -> history.Entry:
    values = {
        name: getattr(ticket, name)
        for name in ("priority", "line", "team_id", "assignee_id", "first_contact_id", "waiting_reason")
    } | dict(changes)
    if state != lifecycle.WAITING:
        values["waiting_reason"] = None
    return history.Entry(
        at=at, act=act, state=state, from_state=None if act == "open" else ticket.state, reason=reason,
        actor_id=actor.id if actor else None, is_person=actor is not None and actor.role != "requester",
        **values,
    )  # fmt: skip


def _duty(ticket: Ticket, actor: Person | None) -> dict[str, Any]:
    """Return who becomes first-contact owner by an act: the first agent to touch a ticket that has none (D2)."""
    if ticket.first_contact_id is not None or actor is None or actor.role == "requester":
        return {}
    return {"first_contact_id": actor.id}


def _blame(session: Session, ticket: Ticket, seen: int | None) -> None:
    if seen is None or seen >= ticket.version:
        return
    last = session.exec(
        select(Event, Person)
        .join(Person, col(Person.id) == col(Event.actor_id), isouter=True)
        .where(col(Event.ticket_id) == ticket.id)
        .order_by(col(Event.seq).desc())
    ).first()
    if last is not None:
        event, person = last
        raise Conflict(
            _("{who} was first: {number} is {state} now").format(
                who=person.name if person else "sharedops",
                number=ticket.number,
                state=lifecycle.state_name(event.state),
            )
        )


def _summarise(session: Session, ticket: Ticket, folded: history.Summary) -> None:
    clocks = commitments.clocks(folded, policies.load(session, ticket.policy_id))
    for name, value in summary.ticket_columns(folded, clocks).items():
        setattr(ticket, name, value)
    stored = {c.kind: c for c in session.exec(select(Clock).where(col(Clock.ticket_id) == ticket.id))}
    for clock in clocks:
        columns = summary.clock_columns(clock)
        row = stored.get(clock.kind) or Clock(ticket_id=ticket.id, kind=clock.kind, **columns)
        for name, value in columns.items():
            setattr(row, name, value)
        session.add(row)
    session.add(ticket)


@dataclass
class Story:
    """A whole ticket that happened elsewhere: its fixed columns and its history, nothing yet in the database."""

    ticket: dict[str, Any]
    entries: list[history.Entry]
    details: dict[int, dict[str, object]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    handoffs: list[dict[str, Any]] = field(default_factory=list)
    survey: dict[str, Any] | None = None
    source: dict[str, Any] | None = None


def record(session: Session, stories: Iterable[Story]) -> int:
    """Lay down whole histories in bulk and return how many tickets there are now more.

    The fold and the clocks are those of `move`; only the guard is left out, because the log of another desk
    has moves our table does not have. Ids are given here: the writing transaction excludes other writers.
    """
    next_id = (session.exec(select(func.max(col(Ticket.id)))).one() or 0) + 1
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {
        table: [] for table in (Ticket, Clock, Event, Message, Handoff, Survey, SourceRecord)
    }
    for ticket_id, story in enumerate(stories, next_id):
        _lay_down(session, ticket_id, story, rows)
    for table, values in rows.items():
        if values:
            session.execute(insert(table.__table__), values)  # type: ignore[attr-defined]
    return len(rows[Ticket])


def _lay_down(
    session: Session, ticket_id: int, story: Story, rows: Mapping[type[SQLModel], list[dict[str, Any]]]
) -> None:
    folded = history.replay(story.entries)
    clocks = commitments.clocks(folded, policies.load(session, story.ticket["policy_id"]))
    columns = {"number": number(story.ticket["kind"], ticket_id), "escalation_level": 0, "version": 1,
               "offered_team_id": None, "offered_agent_id": None}  # fmt: skip
    rows[Ticket].append(columns | {"id": ticket_id} | story.ticket | summary.ticket_columns(folded, clocks))
    rows[Clock] += [{"ticket_id": ticket_id, "kind": clock.kind} | summary.clock_columns(clock) for clock in clocks]
    rows[Event] += [
        {"ticket_id": ticket_id, "seq": seq, "detail": story.details.get(seq), **_columns(entry)}
        for seq, entry in enumerate(story.entries, 1)
    ]
    rows[Message] += [{"ticket_id": ticket_id, **message} for message in story.messages]
    rows[Handoff] += [{"ticket_id": ticket_id, **handoff} for handoff in story.handoffs]
    if story.survey:
        rows[Survey].append({"ticket_id": ticket_id, **story.survey})
    if story.source:
        rows[SourceRecord].append({"ticket_id": ticket_id, **story.source})


def number(kind: str, ticket_id: int) -> str:
    """Return the number a ticket of ours carries: INC-10001."""
    prefix = {"incident": "INC", "request": "REQ", "problem": "PRB", "change": "CHG", "demand": "DEM"}[kind]
    return f"{prefix}-{10_000 + ticket_id}"
