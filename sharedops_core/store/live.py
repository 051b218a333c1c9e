"""Word of what others write into the journal, without asking for it: a console waits here and is woken.

PostgreSQL tells by NOTIFY, which a trigger on the journal sends with the transaction that wrote it. SQLite tells
nobody, but counts: `PRAGMA data_version` is another one once somebody else has committed, and reading it looks at no
table. What was missed while the server was away is told as one change, because whoever is woken reads the journal.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from threading import Event
from typing import Any

from sqlalchemy.exc import DBAPIError

from sharedops_core.errors import Away, DeskError
from sharedops_core.i18n import _
from sharedops_core.store import postgres
from sharedops_core.store.db import Database

CHANNEL = "sharedops"
_LOOK_AFTER = 0.25
"""Seconds after which SQLite is looked at again, and within which a watch ends that is told to."""

_GROWN = (
    "SELECT (SELECT max(id) FROM event),"
    " (SELECT group_concat(ticket_id || ' ' || person_id || ' ' || is_writing) FROM presence)"
)
"""What is another one when somebody acted, came to a ticket, went, or began to write."""

_AT_MOST_EVERY = 0.5
"""Seconds between two wakings: the first change of a burst is told at once, all others together after it."""

_TRY_AGAIN_AFTER = 1.0


@dataclass(frozen=True)
class Watcher:
    """Whom to tell: `changed` after commits of anybody, `away` with the reason, or None once all is well again."""

    changed: Callable[[], None]
    away: Callable[[DeskError | None], None]


def watch(database: Database, watcher: Watcher, stop: Event) -> None:
    """Tell of every change until `stop` is set; blocks, and comes back by itself when the server was away."""
    ticks = _told_by_server if postgres.is_meant(database.url) else _counted_in_file
    is_away = False
    while not stop.is_set():
        try:
            for is_changed in ticks(database, stop):
                if is_away:
                    is_away = False
                    watcher.away(None)
                if is_changed:
                    watcher.changed()
                    stop.wait(_AT_MOST_EVERY)
        except DeskError as error:
            if not is_away:
                is_away = True
                watcher.away(error)
            stop.wait(_TRY_AGAIN_AFTER)


def _counted_in_file(database: Database, stop: Event) -> Iterator[bool]:
    """Yield, four times a second, whether the journal has grown; only a commit of somebody is worth a look into it."""
    try:
        with closing(database.reading.raw_connection()) as connection:
            cursor = connection.cursor()
            seen = grown_to = None
            while not stop.is_set():
                version, newest = _read(cursor, "PRAGMA data_version"), grown_to
                if version != seen:
                    newest = _read(cursor, _GROWN)
                yield seen is not None and newest != grown_to
                seen, grown_to = version, newest
                stop.wait(_LOOK_AFTER)
    except (sqlite3.Error, DBAPIError) as error:
        raise Away(_("the database at {url} cannot be read: {why}").format(url=database.url, why=error)) from error


def _read(cursor: Any, statement: str) -> object:
    cursor.execute(statement)
    return cursor.fetchone()


def _told_by_server(database: Database, stop: Event) -> Iterator[bool]:
    """Yield whether the server has told of something, first of all that much may have happened before we listened."""
    import psycopg

    try:
        with closing(psycopg.connect(**postgres.arguments(database.url), autocommit=True)) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            yield True
            while not stop.is_set():
                with closing(connection.notifies(timeout=_LOOK_AFTER, stop_after=1)) as notices:
                    yield next(notices, None) is not None
    except psycopg.Error as error:
        raise postgres.unreachable(error, database.url) from error
