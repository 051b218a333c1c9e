"""Engines and transactions: one writing and one reading road to one database, and its schema version.

SQLite recipe: the driver's own transaction handling is off, writers begin IMMEDIATE so that a read-then-write
cannot be overtaken, readers begin deferred on a second engine, WAL lets both run side by side.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from sharedops_core.errors import BadInput, Conflict, DeskError, NotFound, Refused
from sharedops_core.i18n import _
from sharedops_core.store import migrations

_BUSY_MILLISECONDS = 10_000


@dataclass(frozen=True)
class Database:
    """Both roads to one database."""

    url: str
    writing: Engine
    reading: Engine

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open one transaction that commits at the end of the block, or leaves no trace when the block fails."""
        with Session(self.writing, expire_on_commit=False) as session, _told(self.url), session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open one consistent reading."""
        with Session(self.reading, expire_on_commit=False) as session, _told(self.url):
            yield session

    def close(self) -> None:
        """Let go of every connection."""
        self.writing.dispose()
        self.reading.dispose()


def open_database(url: str) -> Database:
    """Open an existing database of the schema this version knows.

    Raises NotFound when there is none, Refused when its schema is another one, BadInput for a wrong address.
    """
    database = connect(url)
    try:
        with _told(url), database.reading.connect() as connection:
            found = migrations.current(connection)
        if found is None:
            raise NotFound(_("no sharedops database at {url}; `sharedops init` makes one").format(url=shown(url)))
        if found != migrations.newest():
            raise _other_schema(url, found)
    except DeskError:
        database.close()
        raise
    return database


def _other_schema(url: str, found: str) -> Refused:
    return Refused(
        _("the database at {url} has schema {found}, this version needs {wanted}; {remedy}").format(
            url=shown(url),
            found=found,
            wanted=migrations.newest(),
            remedy=_("run `sharedops init` to upgrade it")
            if found in migrations.known()
            else _("a newer sharedops made it: install that version"),
        )
    )


def connect(url: str, *, must_exist: bool = True) -> Database:
    """Make the engines for an address without looking at the schema."""
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadInput(
            _("{url} is no database address; right would be sqlite:////folder/desk.db").format(url=shown(url))
        ) from error
    if parsed.get_backend_name() != "sqlite":
        raise BadInput(_("{url}: this version keeps its data in SQLite only").format(url=shown(url)))
    if parsed.database in (None, "", ":memory:"):
        raise BadInput(_("{url} names no file; right would be sqlite:////folder/desk.db").format(url=shown(url)))
    if must_exist and not Path(parsed.database).is_file():
        raise NotFound(_("no sharedops database at {url}; `sharedops init` makes one").format(url=shown(url)))
    return Database(url, _engine(url, "BEGIN IMMEDIATE", "journal_mode=WAL"), _engine(url, "BEGIN"))


def initialise(url: str) -> Database:
    """Create the database or upgrade it to the newest schema, and return it open.

    Raises Refused, before anything is written, for a schema this version does not know and for tables that are
    not ours; BadInput for a folder that cannot be made.
    """
    database = connect(url, must_exist=False)
    path = Path(database.writing.url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            _("cannot make the folder {path}: {why}").format(path=path.parent, why=error.strerror)
        ) from error
    try:
        with _told(url):
            _refuse_foreign(database)
            migrations.upgrade(database.writing)
    except DeskError:
        database.close()
        raise
    return database


def _refuse_foreign(database: Database) -> None:
    """Look through the reading engine, which changes nothing, not even the journal mode of the file."""
    with database.reading.connect() as connection:
        found = migrations.current(connection)
    if found is None and table_names(database.reading):
        raise Refused(
            _("{url} is not a sharedops database: {why}").format(
                url=shown(database.url), why=_("it holds tables of another program")
            )
        )
    if found is not None and found not in migrations.known():
        raise _other_schema(database.url, found)


def shown(url: str) -> str:
    """Return the address as it may be printed: without a password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url


def _engine(url: str, begin: str, *more: str) -> Engine:
    """Make an engine; only the writing one makes the file WAL, so that a look at a foreign file leaves it as it is."""
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _set_up(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None
        for pragma in (
            f"busy_timeout={_BUSY_MILLISECONDS}",
            *more,
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what the driver says into a sentence of ours."""
    try:
        yield
    except StaleDataError as error:
        raise Conflict(_("somebody else changed the ticket in the same second; look again and retry")) from error
    except OperationalError as error:
        if "locked" in str(error.orig) or "busy" in str(error.orig):
            raise Conflict(_("the database is busy; nothing was changed, try again")) from error
        raise Refused(
            _("the database at {url} cannot be used: {why}").format(url=shown(url), why=error.orig)
        ) from error
    except DatabaseError as error:
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise Refused(
                _("{url} is not a sharedops database: {why}").format(url=shown(url), why=error.orig)
            ) from error
        raise


def integrity(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong with the file and its foreign keys; empty when all is well."""
    findings = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    findings += [
        _("row {row} of {table} points to nothing in {parent}").format(row=row[1], table=row[0], parent=row[2])
        for row in connection.execute(text("PRAGMA foreign_key_check"))
    ]
    return findings


def table_names(engine: Engine) -> list[str]:
    """Return the tables that are there."""
    return inspect(engine).get_table_names()
