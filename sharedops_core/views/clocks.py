"""Readings of time: why a ticket is due when it is, who has had it in hand, and the sums of that over many tickets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from sharedops_core.rules import commitments, explain, history, ledger
from sharedops_core.rules.explain import Explanation
from sharedops_core.store import policies
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.events import entries, histories
from sharedops_core.store.tables import Person, Team, Ticket

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A stretch in one hand with names: party (`rules.ledger`), line, team, agent; open and wall-clock time."""

    start: datetime
    end: datetime
    party: str
    line: int
    team_en: str
    team_zh: str
    agent: str
    open_time: timedelta
    wall_time: timedelta


def explanations(
    session: Session, ticket_id: int, now: datetime, *, reader: Reader | None = None
) -> Sequence[Explanation]:
    """Return how each clock of a ticket came to its due time, in the order of `commitments.KINDS`.

    A reader from outside sees what was promised to the requester; one who may not see the ticket sees nothing.
    """
    if not _sees(session, ticket_id, reader, "read"):
        return []
    is_inside = _sees(session, ticket_id, reader, "inside")
    folded = history.replay(entries(session, ticket_id))
    runs = commitments.runs(folded, policies.versions(session))
    return [explain.explain_run(run, now) for run in runs if is_inside or run.kind in commitments.TO_REQUESTER]


def _sees(session: Session, ticket_id: int, reader: Reader | None, act: str) -> bool:
    return session.exec(select(Ticket.id).where(col(Ticket.id) == ticket_id, visible(reader, act))).first() is not None


def held(session: Session, ticket_id: int, now: datetime, *, reader: Reader | None = None) -> Sequence[HeldRow]:
    """Return who has had a ticket in hand; the rows add up to the time since it was opened, second for second."""
    if not _sees(session, ticket_id, reader, "inside"):
        return []
    lines = entries(session, ticket_id)
    teams = {team.id: team for team in session.exec(select(Team))}
    agents = {entry.assignee_id for entry in lines} - {None}
    names = dict(session.exec(select(Person.id, Person.name).where(col(Person.id).in_(agents))).all())
    rows = []
    for one in _ledger(session, lines, now):
        team = teams.get(one.team_id or 0)
        rows.append(
            HeldRow(
                one.start, one.end, one.party, one.line, team.name_en if team else "", team.name_zh if team else "",
                names.get(one.agent_id or 0, ""), one.open_time, one.wall_time,
            )
        )  # fmt: skip
    return rows


def _ledger(session: Session, lines: Sequence[history.Entry], now: datetime) -> tuple[ledger.Held, ...]:
    """The hours are those of the terms that hold now; a change of terms never changes who held what."""
    return ledger.ledger(lines, policies.load(session, lines[-1].terms_id).calendar, max(now, lines[-1].at))


def held_by_ticket(
    session: Session, conditions: Sequence[object], now: datetime
) -> Iterator[tuple[Ticket, tuple[ledger.Held, ...]]]:
    """Yield the ledger of every ticket that meets the conditions, read in batches."""
    last = 0
    while batch := session.exec(
        select(Ticket).where(*conditions, col(Ticket.id) > last).order_by(col(Ticket.id)).limit(_BATCH)  # type: ignore[arg-type]
    ).all():
        last = batch[-1].id
        journals = histories(session, [ticket.id for ticket in batch])
        for ticket in batch:
            yield ticket, _ledger(session, journals[ticket.id], now)
        session.expunge_all()
