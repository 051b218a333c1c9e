"""The journal: the only writer of states, events, messages, clocks, tags and tasks, and of which links hold.

`move` is one act on one ticket, guarded by the table of moves. `record` lays down whole histories that happened
elsewhere or earlier. Both go through the same fold, so the doctor's replay gives what is stored.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, select

from sharedops_core.desk import telling
from sharedops_core.errors import Conflict, Refused
from sharedops_core.i18n import _
from sharedops_core.rules import commitments, history, lifecycle, permissions, summary
from sharedops_core.rules import links as linking
from sharedops_core.rules import tags as tagging
from sharedops_core.rules import tasks as tasking
from sharedops_core.rules.request import PREFIXES
from sharedops_core.store import access, clocks, companions, events, links, policies, tags, tasks, turns
from sharedops_core.store.events import Line
from sharedops_core.store.tables import Clock, Event, Handoff, Person, SourceRecord, Survey, Ticket, TicketTag


@dataclass(frozen=True)
class DueChange:
    """A due time that became another: None stands for paused or not promised."""

    kind: str
    nth: int
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True)
class Said:
    """Words that go with an act: from the requester (in), to them (out), or among agents (internal)."""

    direction: str
    author: Person
    body: str

    def columns(self) -> dict[str, Any]:
        """Return the columns of the message."""
        return {"author_id": self.author.id, "direction": self.direction, "body": self.body}


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
    past: Sequence[history.Entry] | None = None,
    said: Said | None = None,
) -> history.Entry:
    """Do one act: check it against the table of moves, append the event, rewrite summary and clocks.

    `changes` are after-values of team_id, line, assignee_id, first_contact_id, priority, waiting_reason,
    offered_team_id, and of the entry's own promised_for and alarm; the terms are those in force now. `said` are the
    words that go with the act, `seen` is the version the actor looked at, `past` the journal so far for callers that
    have read it; the tags, links and the task that `detail` names are changed. Returns the line of the journal. Raises
    Refused when the table has no such move, and Conflict, naming who was first, when it would have been legal in the
    version that was seen.
    """
    past = events.entries(session, ticket.id) if past is None else past
    folded = history.replay(past)
    at = max(at, folded.now.at)
    try:
        state = lifecycle.after(act, ticket.state)
    except Refused:
        _blame(session, ticket, seen)
        raise
    terms = {"terms_id": policies.current(session, ticket.policy_id)}
    entry = _entry(ticket, act, state, actor, at, reason, _duty(ticket, actor) | terms | dict(changes or {}))
    detail = access.signed(session, actor, detail)
    return _append(session, ticket, len(past) + 1, entry, history.fold(folded, entry), detail, said)


def take_back(
    session: Session, ticket: Ticket, undone: Event, *, actor: Person, at: datetime
) -> tuple[history.Entry, int]:
    """Undo the last act by a line of its own; return how the ticket stood before that act, and the number of the line.

    State, holder, priority, tags, waits and clocks become those from before the act, as if it had not been; only the
    first-contact duty stays with whoever touched the ticket (D2). Raises Refused when the last act has no way back.
    """
    past = events.entries(session, ticket.id)
    folded = history.replay(past)
    if folded.before is None:
        act = lifecycle.act_name(past[-1].act)
        raise Refused(_("{number}: {act} cannot be undone").format(number=ticket.number, act=act))
    before = folded.before.now
    entry = replace(
        before, at=max(at, folded.now.at), act="undo", from_state=ticket.state, reason=None, alarm=None,
        promised_for=None, actor_id=actor.id, is_person=True, terms_id=policies.current(session, ticket.policy_id),
        first_contact_id=before.first_contact_id or ticket.first_contact_id,
    )  # fmt: skip
    back = {"act": past[-1].act, "line": len(past)} | tagging.turned(undone.detail) | linking.turned(undone.detail)
    detail = access.signed(session, actor, back)
    _append(session, ticket, len(past) + 1, entry, history.fold(folded, entry), detail)
    return before, len(past) + 1


def retag(session: Session, ticket_id: int) -> None:
    """Give a ticket the tags that its journal says, whatever it has."""
    lines = session.exec(select(Event).where(col(Event.ticket_id) == ticket_id).order_by(col(Event.seq)))
    stored = tags.of(session, [ticket_id]).get(ticket_id, ())
    told = tagging.replay(line.detail for line in lines)
    tags.write(session, ticket_id, sorted(told.difference(stored)), [tag for tag in stored if tag not in told])


def recompute(
    session: Session, tickets: Sequence[Ticket], *, actor: Person | None, at: datetime
) -> list[tuple[Ticket, list[DueChange]]]:
    """Put tickets under the terms of their policies as they are now; return those whose due times became others.

    One line of the journal says which (R7, R8). A ticket gets none when its due times and alarms, what is left of its
    paused clocks and what is provisional (R12) stay as they are; a resolved one, when it is closed silently as before.
    """
    ids = [ticket.id for ticket in tickets]
    journals, stored = events.histories(session, ids), clocks.stored(session, ids)
    terms = {policy_id: policies.current(session, policy_id) for policy_id in {one.policy_id for one in tickets}}
    policy_of = policies.versions(session)
    found, lines, rewriting = [], list[Line](), clocks.Rewriting()
    for ticket in tickets:
        past, rows = journals[ticket.id], stored.get(ticket.id, [])
        folded = history.replay(past)
        entry = replace(
            folded.now, at=max(at, folded.now.at), act="recompute", from_state=ticket.state, reason=None, alarm=None,
            promised_for=None, actor_id=actor.id if actor else None, is_person=False, terms_id=terms[ticket.policy_id],
        )  # fmt: skip
        after = history.fold(folded, entry)
        computed = commitments.clocks(after, policy_of)
        changes = _due_changes(rows, computed)
        columns = summary.ticket_columns(after, computed, policy_of)
        is_closed_otherwise = ticket.state == lifecycle.RESOLVED and columns["duty_at"] != ticket.duty_at
        if changes or is_closed_otherwise or _is_other_beside(rows, computed):
            detail = {f"{one.kind}/{one.nth}": [_text(one.before), _text(one.after)] for one in changes}
            line = {"ticket_id": ticket.id, "seq": len(past) + 1, "detail": detail, **events.columns(entry)}
            lines.append((line, ()))
            _rewrite(ticket, columns)
            rewriting.compare(ticket.id, rows, computed)
        if changes:
            found.append((ticket, changes))
    session.flush()
    if lines:
        events.append(session, lines)
        rewriting.write(session)
    return found


def _due_changes(before: Sequence[clocks.Stored], after: Sequence[commitments.Clock]) -> list[DueChange]:
    """Compare what was shown with what was computed, in the order of the latter."""
    old = {(clock.kind, clock.nth): clock.due_at for clock in before if clock.stopped_at is None}
    new = {(clock.kind, clock.nth): clock.due_at for clock in after if clock.stopped_at is None}
    keys = [key for key in new | old if old.get(key) != new.get(key)]
    return [DueChange(kind, nth, old.get((kind, nth)), new.get((kind, nth))) for kind, nth in keys]


def _is_other_beside(before: Sequence[clocks.Stored], after: Sequence[commitments.Clock]) -> bool:
    running = [one for one in before if one.stopped_at is None]
    old = {(one.kind, one.nth, one.left_seconds, one.alarm_at, one.is_provisional) for one in running}
    return old != {summary.beside_due(one) for one in after if one.stopped_at is None}


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def begin(
    session: Session,
    ticket: Ticket,
    *,
    actor: Person | None,
    at: datetime,
    detail: Mapping[str, object] | None = None,
    said: Said | None = None,
) -> history.Entry:
    """Append the opening entry of a new ticket with its first words, and start its clocks."""
    session.add(ticket)
    session.flush()
    terms = {"terms_id": policies.current(session, ticket.policy_id)}
    entry = _entry(ticket, "open", lifecycle.RECEIVED, actor, at, None, terms)
    return _append(session, ticket, 1, entry, history.begin(entry), access.signed(session, actor, detail), said)


def _append(
    session: Session,
    ticket: Ticket,
    seq: int,
    entry: history.Entry,
    folded: history.Summary,
    detail: Mapping[str, object] | None = None,
    said: Said | None = None,
) -> history.Entry:
    """Write the summary, whose version column tells whether somebody was first, then line, words, clocks and tags."""
    policy_of = policies.versions(session)
    computed = commitments.clocks(folded, policy_of)
    rewriting = clocks.Rewriting()
    rewriting.compare(ticket.id, clocks.stored(session, [ticket.id]).get(ticket.id, []), computed)
    _rewrite(ticket, summary.ticket_columns(folded, computed, policy_of))
    session.flush()
    line = {"ticket_id": ticket.id, "seq": seq, "detail": detail, **events.columns(entry)}
    words = [{"ticket_id": ticket.id, "at": entry.at, **said.columns()}] if said else []
    events.append(session, [(line, words)])
    rewriting.write(session)
    tags.write(session, ticket.id, *tagging.said(detail))
    told = (seq, entry.at, entry.act, entry.state, entry.from_state, entry.actor_id, detail)
    tasks.follow(session, ticket.id, tasking.Line(*told))
    links.write(session, ticket, linking.said(detail))
    companions.settle(session, ticket.id, entry.from_state, entry.state, entry.at)
    telling.tell_companions(session, ticket, entry, said.body if said and said.direction != "internal" else "")
    return entry


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
        for name in (
            "priority",
            "line",
            "team_id",
            "assignee_id",
            "first_contact_id",
            "waiting_reason",
            "offered_team_id",
            "duty_offered_id",
            "pushed_id",
            "pushed_until",
        )
    } | dict(changes)
    if state != lifecycle.WAITING:
        values["waiting_reason"] = None
    if state in lifecycle.CLOSED_STATES:
        values["duty_offered_id"] = None
    if not _stays_pushed(ticket, state, values):
        values |= {"pushed_id": None, "pushed_until": None}
    return history.Entry(
        at=at, act=act, state=state, from_state=None if act == "open" else ticket.state, reason=reason,
        actor_id=actor.id if actor else None, is_person=actor is not None and permissions.is_of_desk(actor.role),
        **values,
    )  # fmt: skip


def _stays_pushed(ticket: Ticket, state: str, values: Mapping[str, Any]) -> bool:
    """Return whether an offer to one agent outlives an act: nobody holds the ticket, and its team still has it."""
    is_free = values["assignee_id"] is None and values["offered_team_id"] is None and state in lifecycle.FREE_STATES
    return is_free and values["team_id"] == ticket.team_id


def _duty(ticket: Ticket, actor: Person | None) -> dict[str, Any]:
    """Return who becomes first-contact owner by an act: the first agent to touch a ticket that has none (D2)."""
    if ticket.first_contact_id is not None or actor is None or not permissions.is_of_desk(actor.role):
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


def _rewrite(row: SQLModel, columns: Mapping[str, Any]) -> None:
    """Set what differs; setting is what costs."""
    for name, value in columns.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


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
    has moves our table does not have. Ids are given here, because the rows of a story name their ticket.
    """
    told = list(stories)
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {
        table: [] for table in (Ticket, Clock, TicketTag, Handoff, Survey, SourceRecord)
    }
    lines: list[Line] = []
    for ticket_id, story in zip(turns.new_ids(session, Ticket, len(told)), told, strict=True):
        _lay_down(session, ticket_id, story, rows, lines)
    for table, values in rows.items():
        if values:
            session.execute(insert(table.__table__), values)  # type: ignore[attr-defined]
    if lines:
        events.append(session, lines)
    return len(rows[Ticket])


def _lay_down(
    session: Session,
    ticket_id: int,
    story: Story,
    rows: Mapping[type[SQLModel], list[dict[str, Any]]],
    lines: list[Line],
) -> None:
    folded = history.replay(story.entries)
    policy_of = policies.versions(session)
    computed = commitments.clocks(folded, policy_of)
    columns = {"number": number(story.ticket["kind"], ticket_id), "escalation_level": 0, "version": 1,
               "offered_agent_id": None, "lane": None}  # fmt: skip
    rows[Ticket].append(
        columns | {"id": ticket_id} | story.ticket | summary.ticket_columns(folded, computed, policy_of)
    )
    rows[Clock] += [{"ticket_id": ticket_id} | summary.clock_columns(clock) for clock in computed]
    said = _said_by_line(ticket_id, story)
    for seq, entry in enumerate(story.entries, 1):
        line = {"ticket_id": ticket_id, "seq": seq, "detail": story.details.get(seq), **events.columns(entry)}
        lines.append((line, said.get(seq, ())))
    told = tagging.replay(story.details[seq] for seq in sorted(story.details))
    rows[TicketTag] += [{"ticket_id": ticket_id, "tag": tag} for tag in sorted(told)]
    rows[Handoff] += [{"ticket_id": ticket_id, **handoff} for handoff in story.handoffs]
    if story.survey:
        rows[Survey].append({"ticket_id": ticket_id, **story.survey})
    if story.source:
        rows[SourceRecord].append({"ticket_id": ticket_id, **story.source})


def _said_by_line(ticket_id: int, story: Story) -> dict[int, list[dict[str, Any]]]:
    """Return the messages of a story by the line they go with: the last one that is not after them."""
    found: dict[int, list[dict[str, Any]]] = {}
    times = [entry.at for entry in story.entries] if story.messages else []
    for message in story.messages:
        seq = max(1, bisect_right(times, message["at"]))
        found.setdefault(seq, []).append({"ticket_id": ticket_id, **message})
    return found


def number(kind: str, ticket_id: int) -> str:
    """Return the number a ticket of ours carries: INC-10001."""
    return f"{PREFIXES[kind]}-{10_000 + ticket_id}"
