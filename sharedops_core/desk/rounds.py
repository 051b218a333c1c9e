"""A round: everything that time alone does to a desk, so that the shell and every console do the same.

Each part reads only what is due, and its line of the journal, or its row, keeps it from happening twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import lapsing, overdue, pushing, sheets, sweeping
from sharedops_core.store import access
from sharedops_core.store import sheets as stored
from sharedops_core.store.tables import Person, ShiftSheet

BATCH = sweeping.BATCH


@dataclass(frozen=True)
class Round:
    """What one round did: alarms, duties looked after, late tasks and unsigned sheets told of, offers made."""

    fired: Sequence[sweeping.Fired]
    lapsed: Sequence[lapsing.Lapsed]
    overdue: Sequence[lapsing.Lapsed]
    unsigned: Sequence[sheets.Late]
    pushed: Sequence[pushing.Pushed]

    def __len__(self) -> int:
        """Return how much that was."""
        return sum(map(len, (self.fired, self.lapsed, self.overdue, self.unsigned, self.pushed)))

    def seen_by(self, session: Session, person: Person) -> "Round":
        """Return the part of it that somebody may see."""
        ids = {one.ticket_id for one in self.fired} | {one.ticket_id for one in self.pushed}
        ids |= {one.ticket_id for one in (*self.lapsed, *self.overdue)}
        reader = access.reader(session, person)
        seen, sheet_ids = access.seen(session, reader, ids), [one.sheet_id for one in self.unsigned]
        meant = select(ShiftSheet.id).where(col(ShiftSheet.id).in_(sheet_ids), stored.readable(reader))
        read = frozenset(session.exec(meant))
        return replace(
            self, fired=[one for one in self.fired if one.ticket_id in seen],
            lapsed=[one for one in self.lapsed if one.ticket_id in seen],
            overdue=[one for one in self.overdue if one.ticket_id in seen],
            unsigned=[one for one in self.unsigned if one.sheet_id in read],
            pushed=[one for one in self.pushed if one.ticket_id in seen],
        )  # fmt: skip


def is_due(session: Session, *, at: datetime) -> bool:
    """Return whether a round would find anything; looks only, so that looking often disturbs nobody."""
    return any(one.is_due(session, at=at) for one in (sweeping, lapsing, overdue, sheets, pushing))


def turn(session: Session, *, at: datetime, limit: int = BATCH) -> Round:
    """Do what is due by `at`, so much of each at most, and return it; an empty round when all is done."""
    return Round(
        sweeping.sweep(session, at=at, limit=limit),
        lapsing.lapse(session, at=at, limit=limit),
        overdue.remind(session, at=at, limit=limit),
        sheets.remind(session, at=at, limit=limit),
        pushing.sweep(session, at=at),
    )
