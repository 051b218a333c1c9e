"""The doctor: is the file sound, and does the journal alone give back every ticket, clock, tag, task and link?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlmodel import Session, col, func, select

from sharedops_core.i18n import _
from sharedops_core.rules import commitments, history, lifecycle, permissions, summary
from sharedops_core.rules import links as linking
from sharedops_core.rules import tags as tagging
from sharedops_core.rules import tasks as tasking
from sharedops_core.store import access, db, links, policies, search, tags, tasks
from sharedops_core.store.events import entry_of
from sharedops_core.store.tables import Article, Clock, Event, Handoff, ServiceItem, Ticket
from sharedops_core.store.tables.knowledge import SHOWN_STATES

_BATCH = 500


@dataclass(frozen=True)
class Examination:
    """How much of what was replayed the reader may see, and everything that is wrong, by what it is about."""

    tickets: int
    events: int
    integrity: tuple[str, ...]
    replay: tuple[str, ...]
    clocks: tuple[str, ...]
    indexes: tuple[str, ...]

    @property
    def findings(self) -> tuple[str, ...]:
        """Return everything that is wrong."""
        return self.integrity + self.replay + self.clocks + self.indexes


def examine(session: Session, *, reader: access.Reader | None = None) -> Examination:
    """Return the state of health of a database; reads everything, changes nothing.

    Everything is replayed; a ticket that the reader may not see is neither counted nor named, its findings are told.
    """
    replayed: list[str] = []
    timed: list[str] = []
    tickets = events = 0
    policy_of = policies.versions(session)
    for batch in _batches(session):
        journals = _journals(session, batch)
        ids = [ticket.id for ticket in batch]
        clocks, tagged, asked = _clocks(session, batch), tags.of(session, ids), tasks.of(session, ids)
        linked = _links(session, batch)
        for ticket in batch:
            lines = journals.get(ticket.id, [])
            is_seen = _sees(reader, ticket)
            tickets, events = tickets + is_seen, events + len(lines) * is_seen
            called = ticket.number if is_seen else _("a ticket you may not see")
            if not lines:
                replayed.append(_("{number}: has no journal").format(number=called))
                continue
            folded = history.replay(entry_of(line) for line in lines)
            computed = commitments.clocks(folded, policy_of)
            replayed += _broken_history(called, lines)
            replayed += _differences(called, _("ticket"), ticket, summary.ticket_columns(folded, computed, policy_of))
            replayed += _wrong_tags(called, lines, tagged.get(ticket.id, ()))
            replayed += _wrong_tasks(called, lines, asked.get(ticket.id, ()))
            replayed += _wrong_links(called, ticket, lines, linked.get(ticket.id, []))
            timed += _wrong_clocks(called, computed, clocks.get(ticket.id, {}))
        session.expunge_all()
    integrity, indexes = db.integrity(session.connection()), _indexes(session)
    return Examination(
        tickets, events, tuple(integrity), (*replayed, *_handoffs(session, reader)), tuple(timed), tuple(indexes)
    )


def _sees(reader: access.Reader | None, ticket: Ticket) -> bool:
    return permissions.allows("read", access.standing(reader, ticket))


def _batches(session: Session) -> Iterator[Sequence[Ticket]]:
    last = 0
    while batch := session.exec(
        select(Ticket).where(col(Ticket.id) > last).order_by(col(Ticket.id)).limit(_BATCH)
    ).all():
        last = batch[-1].id
        yield batch


def _journals(session: Session, batch: Sequence[Ticket]) -> dict[int, list[Event]]:
    found = session.exec(
        select(Event)
        .where(col(Event.ticket_id).between(batch[0].id, batch[-1].id))
        .order_by(col(Event.ticket_id), col(Event.seq))
    )
    return {ticket_id: list(lines) for ticket_id, lines in groupby(found, key=lambda event: event.ticket_id)}


def _clocks(session: Session, batch: Sequence[Ticket]) -> dict[int, dict[str, Clock]]:
    found: dict[int, dict[str, Clock]] = {}
    for clock in session.exec(select(Clock).where(col(Clock.ticket_id).between(batch[0].id, batch[-1].id))):
        found.setdefault(clock.ticket_id, {})[f"{clock.kind}/{clock.nth}"] = clock
    return found


def _wrong_clocks(number: str, computed: Sequence[commitments.Clock], clocks: Mapping[str, Clock]) -> list[str]:
    findings: list[str] = []
    expected = {f"{clock.kind}/{clock.nth}": clock for clock in computed}
    for kind, clock in expected.items():
        stored = clocks.get(kind)
        if stored is None:
            findings.append(_("{number}: the {kind} clock is missing").format(number=number, kind=kind))
        else:
            findings += _differences(number, kind, stored, summary.clock_columns(clock))
    findings += [
        _("{number}: there is a {kind} clock that the journal does not know").format(number=number, kind=kind)
        for kind in clocks.keys() - expected.keys()
    ]
    return findings


def _wrong_tags(number: str, lines: Sequence[Event], stored: Sequence[str]) -> list[str]:
    told = sorted(tagging.replay(line.detail for line in lines))
    if told == list(stored):
        return []
    words = _("{number}: its tags are {stored}, the journal says {expected}")
    return [words.format(number=number, stored=" ".join(stored) or "-", expected=" ".join(told) or "-")]


def _wrong_tasks(number: str, lines: Sequence[Event], stored: tasking.Tasks) -> list[str]:
    told = {one.nth: one for one in tasking.replay(tasks.lines(lines))}
    kept = {one.nth: one for one in stored}
    words = _("{task}: it is stored otherwise than the journal says")
    wrong = (nth for nth in sorted(told.keys() | kept.keys()) if told.get(nth) != kept.get(nth))
    return [words.format(task=tasking.number(number, nth)) for nth in wrong]


def _links(session: Session, batch: Sequence[Ticket]) -> dict[int, list[links.End]]:
    found: dict[int, list[links.End]] = {}
    for end in links.ends(session, {ticket.id for ticket in batch}):
        found.setdefault(end.ticket_id, []).append(end)
    return found


def _wrong_links(number: str, ticket: Ticket, lines: Sequence[Event], stored: Sequence[links.End]) -> list[str]:
    """Compare links by their ids, and never by the ticket at the other end, which not every reader may know of."""
    told = linking.replay(line.detail for line in lines)
    there = {(end.link_id, end.role) for end in stored}
    into = next((end.other_id for end in stored if end.role == "merged_into"), None)
    if told == there and into == ticket.merged_into_id:
        return []
    shown = [" ".join(f"{link_id}:{role}" for link_id, role in sorted(one)) or "-" for one in (there, told)]
    words = _("{number}: its links are {stored}, the journal says {expected}")
    return [words.format(number=number, stored=shown[0], expected=shown[1])]


def _broken_history(number: str, lines: Sequence[Event]) -> list[str]:
    findings = []
    before: Event | None = None
    for place, line in enumerate(lines, 1):
        where = _("{number}, journal line {seq}: ").format(number=number, seq=line.seq)
        if line.seq != place:
            findings.append(where + _("line {seq} is missing").format(seq=place))
        if before is not None and line.from_state != before.state:
            findings.append(
                where + _("begins from {a}, the line before ended in {b}").format(a=line.from_state, b=before.state)
            )
        if before is not None and before.first_contact_id and not line.first_contact_id:
            findings.append(where + _("the first-contact owner went blank"))
        is_known = line.act == "undo" or not _is_ours(lines)
        if before is not None and not is_known and lifecycle.MOVES.get(line.act, {}).get(before.state) != line.state:
            findings.append(
                where + _("{act} does not lead from {a} to {b}").format(act=line.act, a=before.state, b=line.state)
            )
        before = line
    return findings


def _is_ours(lines: Sequence[Event]) -> bool:
    """Return whether a journal was written by this desk: an imported one has the moves of its source."""
    return lines[0].act == "open"


def _differences(number: str, what: str, stored: Any, expected: Mapping[str, Any]) -> list[str]:
    return [
        _("{number}: {what}.{column} is {stored}, the journal says {expected}").format(
            number=number, what=what, column=name, stored=getattr(stored, name), expected=value
        )
        for name, value in expected.items()
        if getattr(stored, name) != value
    ]


def _handoffs(session: Session, reader: access.Reader | None) -> list[str]:
    """An open offer and the columns that put it into a queue must say the same."""
    is_open = col(Handoff.decision) == "offered"
    open_offers = select(Handoff.ticket_id, Handoff.to_team_id).where(is_open)
    offers = dict(session.exec(open_offers).all())
    shown = dict(
        session.exec(select(Ticket.id, Ticket.offered_team_id).where(col(Ticket.offered_team_id).is_not(None))).all()
    )
    wrong = {key for key in offers.keys() | shown.keys() if offers.get(key) != shown.get(key)}
    tickets = session.exec(select(Ticket).where(col(Ticket.id).in_(wrong))).all()
    names = [one.number if _sees(reader, one) else _("a ticket you may not see") for one in tickets]
    return [
        _("{number}: the queue and the open hand-off disagree about the team it is offered to").format(number=number)
        for number in names
    ]


def _indexes(session: Session) -> list[str]:
    findings = []
    articles = select(func.count()).select_from(Article).where(col(Article.state).in_(SHOWN_STATES))
    items = select(func.count()).select_from(ServiceItem).where(col(ServiceItem.state) == "live")
    for name, statement in (("article_fts", articles), ("item_fts", items)):
        indexed = search.size(session, name)
        rows = session.exec(statement).one()
        if indexed != rows:
            findings.append(
                _("the index {name} has {n} entries for {rows} rows").format(name=name, n=indexed, rows=rows)
            )
    return findings
