"""Journal rows as the values the rules fold, and how lines and words get to the end of the journal.

Both go past the unit of work of the mapper: an act writes one line, and rows of the mapper cost it several times what
the database does.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Table, bindparam, insert, select
from sqlmodel import Session

from sharedops_core.rules import history
from sharedops_core.store import chains
from sharedops_core.store.tables import Event, Message

NAMES = tuple(history.Entry.__dataclass_fields__)
"""The columns of the journal that the rules know."""

_EVENTS: Table = Event.__table__  # type: ignore[attr-defined]
_MESSAGES: Table = Message.__table__  # type: ignore[attr-defined]
_HISTORIES = (
    select(_EVENTS.c.ticket_id, *(_EVENTS.c[name] for name in NAMES))
    .where(_EVENTS.c.ticket_id.in_(bindparam("ids", expanding=True)))
    .order_by(_EVENTS.c.ticket_id, _EVENTS.c.seq)
)
_INSERT_LINE = insert(_EVENTS)
_INSERT_WORDS = insert(_MESSAGES).inline()
"""Inline: nothing of it is read back, because not everybody who may say something may read it."""

Columns = dict[str, Any]
Line = tuple[Columns, Sequence[Columns]]
"""The columns of a line of the journal, and of the words that were said in it."""


def entries(session: Session, ticket_id: int) -> list[history.Entry]:
    """Return the history of a ticket, oldest first."""
    return histories(session, [ticket_id]).get(ticket_id, [])


def histories(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[history.Entry]]:
    """Return the histories of many tickets, each oldest first, in one reading."""
    found = session.connection().execute(_HISTORIES, {"ids": ticket_ids})
    return {
        key: [history.Entry(*line[1:]) for line in lines] for key, lines in groupby(found, key=lambda line: line[0])
    }


def entry_of(event: Event) -> history.Entry:
    """Return a journal row as the value the rules fold."""
    return history.Entry(**{name: getattr(event, name) for name in NAMES})


def columns(entry: history.Entry) -> Columns:
    """Return an entry as columns of its line."""
    return {name: getattr(entry, name) for name in NAMES}


def append(session: Session, lines: Sequence[Line]) -> None:
    """Put lines at the end of the chain, each with what was said in it, sealed here."""
    end = chains.tip(session, chains.JOURNAL)
    events: list[Columns] = []
    words: list[Columns] = []
    for line, said in lines:
        sealed = [chains.sealed_message(one) for one in said]
        events.append(end.append(line, sealed))
        words += [{"event_id": end.last_id, **one} for one in sealed]
    connection = session.connection()
    connection.execute(_INSERT_LINE, events)
    if words:
        connection.execute(_INSERT_WORDS, words)
    chains.move_tip(session, end)
