"""Databases that are about to be filled with a whole desk, each in one transaction: all of it, or nothing was there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlmodel import Session

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.store import db, files, guard, migrations, moving, postgres, sqlite, turns
from sharedops_core.store.addresses import shown


def refuse_full(url: str) -> None:
    """Refuse a database in which something is, and one that cannot keep every text."""
    database = db.connect(url, must_exist=False)
    try:
        if not postgres.is_meant(url):
            _refuse_file(sqlite.file_of(url), url)
            return
        with database.read() as session:
            _refuse_tables(session.connection(), url)
    finally:
        database.close()


def desk_at(url: str) -> str | None:
    """Return the name of a database on a server when there is a desk in it, of whatever schema; else None."""
    database = db.connect(url)
    try:
        with database.read() as session:
            if migrations.current(session.connection()) is None:
                return None
            return str(session.connection().execute(text("SELECT current_database()")).scalar_one())
    finally:
        database.close()


@contextmanager
def new(url: str) -> Iterator[Session]:
    """Give a transaction on a desk with no rows, made for it in an empty database; kept at the end of the block only.

    Killed in the middle, the database is as empty as before. Raises Refused for one in which something is.
    """
    database = db.connect(url, must_exist=False)
    try:
        if postgres.is_meant(url):
            with database.write() as session:
                connection = session.connection()
                db.unhurried(connection)
                turns.wait_for_turn(connection, "schema")
                _refuse_tables(connection, url)
                migrations.run(connection)
                guard.install(connection)
                yield session
            return
        with _new_file(sqlite.file_of(url), url) as session:
            yield session
    finally:
        database.close()


@contextmanager
def _new_file(file: Path, url: str) -> Iterator[Session]:
    _refuse_file(file, url)
    files.make_folder(file)
    with files.beside(file) as partial:
        with filling(partial) as session:
            migrations.run(session.connection())
            yield session
        files.put(partial, file)


@contextmanager
def filling(file: Path) -> Iterator[Session]:
    """Give a transaction on a file that is thrown away when the block fails; references are not checked in it."""
    engine = sqlite.filling(file)
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        engine.dispose()


@contextmanager
def emptied(url: str) -> Iterator[Session]:
    """Give a transaction on a desk of a server that has lost all of its rows; they are back when the block fails."""
    database = db.open_database(url)
    try:
        with database.write() as session:
            db.unhurried(session.connection())
            turns.wait_for_turn(session.connection(), "schema")
            names = ", ".join(f'"{table.name}"' for table in moving.tables())
            session.connection().execute(text(f"TRUNCATE {names}"))
            yield session
    finally:
        database.close()


def _refuse_tables(connection: Connection, url: str) -> None:
    found = migrations.current(connection)
    if found is not None:
        raise _full(url, _("there is a desk with schema {found} in it").format(found=found))
    names = inspect(connection).get_table_names()
    if names:
        raise _full(url, _("there is a table {name} in it").format(name=names[0]))
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        words = _("{url} keeps text as {encoding}; make one that keeps it as UTF8: createdb -E UTF8 -T template0")
        raise Refused(words.format(url=shown(url), encoding=encoding))


def _refuse_file(file: Path, url: str) -> None:
    if file.exists() and (file.is_dir() or file.stat().st_size):
        raise _full(url, _("there is such a file"))


def _full(url: str, why: str) -> Refused:
    return Refused(_("{url} is not empty: {why}; name an empty database").format(url=shown(url), why=why))
