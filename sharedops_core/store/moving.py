"""A whole desk from one database into another, table after table as lines, so that no size of desk sits in memory.

What was read is hashed on its way; the target is read again before anything is kept, and has to give the same.
Search indexes are written anew: each engine has its own way.
"""

import re
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

import sharedops_core.store.tables  # noqa: F401  registers them
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.store import db, lines, turns
from sharedops_core.store.search import contents as search

_CHUNK = 2**16
_TELL_EVERY = 10_000


@dataclass(frozen=True)
class Block:
    """The rows of one table, as lines of these columns."""

    table: str
    columns: Sequence[str]
    lines: Iterable[bytes]


@dataclass(frozen=True)
class Contents:
    """How many rows a table has, and a hash of them that is the same on both engines."""

    table: str
    rows: int
    hash: str


def tables() -> list[Table]:
    """Return what a desk consists of, tables that others refer to first; the search indexes are not among them."""
    return SQLModel.metadata.sorted_tables


Told = Callable[[int], None]
"""Is told how many more rows have been carried over."""


def _nobody(_rows: int) -> None:
    """Tell nobody."""


def counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    _take_whole(connection)
    names = [table.name for table in tables()]
    return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}  # noqa: S608


def blocks(connection: Connection) -> Iterator[Block]:
    """Yield every table of a desk, those that others refer to first; rights that hide rows are an error here."""
    _take_whole(connection)
    for table in tables():
        names = [column.name for column in table.columns]
        yield Block(table.name, names, _lines(connection, table.name, names))


def contents(connection: Connection, told: Told = _nobody) -> list[Contents]:
    """Return what a desk holds; reads all of it."""
    return [_carried(block, deque[bytes](maxlen=0).extend, told) for block in blocks(connection)]


def carry(source: Session, target: Session, told: Told = _nobody) -> list[Contents]:
    """Write a whole desk into one that has no rows, read it again there, and return what both hold.

    Each row is told twice, when it was written and when it was read again. Raises Refused for a row that the target
    does not take, and when it gives another one back.
    """
    written = pour(blocks(source.connection()), target.connection(), told)
    search.renew(target)
    for before, after in zip(written, contents(target.connection(), told), strict=True):
        if before != after:
            words = _("{table}: {n} rows were written, but others came back; nothing was changed")
            raise Refused(words.format(table=before.table, n=before.rows))
    return written


def pour(found: Iterable[Block], connection: Connection, told: Told = _nobody) -> list[Contents]:
    """Write tables into a desk that has none of their rows, and return what was read; sequences go on behind it."""
    write = _into_server if connection.dialect.name == "postgresql" else _into_file
    written = []
    for block in found:
        _clear(connection, block.table)
        written.append(_carried(block, partial(write, connection, block), told))
    turns.number_on(connection)
    return written


def _clear(connection: Connection, table: str) -> None:
    """Take out what the migrations wrote by themselves."""
    if not inspect(connection).has_table(table):
        raise Refused(_("there is no table {table} in this schema").format(table=table))
    connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608


def _carried(block: Block, write: Callable[[Iterable[bytes]], object], told: Told) -> Contents:
    tally = lines.Tally()
    write(_reported(tally.counted(block.lines), told))
    return Contents(block.table, tally.rows, tally.hash)


def _take_whole(connection: Connection) -> None:
    """Read for as long as it takes, and never a part for the whole."""
    db.unhurried(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL row_security = off"))


def _reported(found: Iterable[bytes], told: Told) -> Iterator[bytes]:
    count = 0
    for count, line in enumerate(found, 1):
        if count % _TELL_EVERY == 0:
            told(_TELL_EVERY)
        yield line
    told(count % _TELL_EVERY)


def _lines(connection: Connection, table: str, names: Sequence[str]) -> Iterator[bytes]:
    if connection.dialect.name == "postgresql":
        statement = f'COPY "{table}" ({_listed(names)}) TO STDOUT'
        with _cursor(connection, table) as cursor, cursor.copy(statement) as copied:
            for line in copied:
                yield bytes(line)[:-1]
        return
    yield from _lines_of_file(connection, table, names)


def _lines_of_file(connection: Connection, table: str, names: Sequence[str]) -> Iterator[bytes]:
    raw: Any = connection.connection.dbapi_connection
    types = _types(connection, table, names)
    number = 0
    try:
        for row in raw.execute(f'SELECT {_listed(names)} FROM "{table}"'):  # noqa: S608
            number += 1
            yield lines.written(row, types)
    except (LookupError, TypeError, ValueError, AttributeError, sqlite3.Error) as error:
        words = _("{table}, row {row}: it holds a value that cannot be read")
        raise Refused(words.format(table=table, row=number)) from error


def _into_server(connection: Connection, block: Block, found: Iterable[bytes]) -> None:
    statement = f'COPY "{block.table}" ({_listed(block.columns)}) FROM STDIN'
    with _cursor(connection, block.table) as cursor, cursor.copy(statement) as copied:
        chunk = bytearray()
        for line in found:
            chunk += line
            chunk += b"\n"
            if len(chunk) > _CHUNK:
                copied.write(bytes(chunk))
                chunk.clear()
        copied.write(bytes(chunk))


def _into_file(connection: Connection, block: Block, found: Iterable[bytes]) -> None:
    raw: Any = connection.connection.dbapi_connection
    types = _types(connection, block.table, block.columns)
    places = ", ".join("?" * len(block.columns))
    statement = f'INSERT INTO "{block.table}" ({_listed(block.columns)}) VALUES ({places})'  # noqa: S608
    try:
        raw.executemany(statement, _rows(found, types, block.table))
    except sqlite3.Error as error:
        raise Refused(_("{table}: {why}").format(table=block.table, why=error)) from error


def _rows(found: Iterable[bytes], types: Sequence[str], table: str) -> Iterator[list[Any]]:
    """Read lines as rows; one that cannot be read is named."""
    for number, line in enumerate(found, 1):
        try:
            yield lines.read(line, types)
        except (LookupError, ValueError) as error:
            words = _("{table}, row {row}: it cannot be read; the file is damaged, take another backup")
            raise Refused(words.format(table=table, row=number)) from error


def _types(connection: Connection, table: str, names: Sequence[str]) -> list[str]:
    """Return the types that the columns of a table in a file were declared with."""
    declared = {row[1]: row[2] for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}")')}
    strange = [name for name in names if name not in declared]
    if strange:
        words = _("{table}: there is no column {name} in this schema")
        raise Refused(words.format(table=table, name=strange[0]))
    return [declared[name] for name in names]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@contextmanager
def _cursor(connection: Connection, table: str) -> Iterator[Any]:
    """Give the driver's own cursor, for COPY; what the server says about a row names the row and not its words."""
    import psycopg

    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor() as cursor:
            yield cursor
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise Refused(_("{table}: {why}").format(table=table, why=_said(error))) from error
    except psycopg.Error as error:
        raise DBAPIError("COPY", None, error, hide_parameters=True) from error


_PLACE = re.compile(r"^COPY \w+, line (\d+)(?:, column (\w+))?")


def _said(error: Any) -> str:
    """Return what is wrong with a row: its number, where the server knows it, and no word of what stands in it."""
    place = _PLACE.match(error.diag.context or "")
    if place is None:
        return str(error.diag.message_primary)
    row = _("row {row}, column {column}") if place[2] else _("row {row}")
    return f"{row.format(row=place[1], column=place[2])}: {error.diag.message_primary}"
