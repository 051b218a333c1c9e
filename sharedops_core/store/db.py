"""The database: one writing and one reading road to it, its schema version, and acts that are done exactly once.

Which engine is meant says the address; all that differs between them is in `store.sqlite` and `store.postgres`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any, Generic, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy import exc as sqlalchemy_errors
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, SQLModel

from sharedops_core import sources
from sharedops_core.errors import Away, Conflict, DeskError, NotFound, Refused
from sharedops_core.i18n import _, ngettext
from sharedops_core.store import migrations, postgres, sqlite, turns
from sharedops_core.store.addresses import shown

_ASK_AGAIN_FOR, _ASK_AGAIN_AFTER = 15.0, 0.25
"""Seconds for which an act is asked again while the database is away, and between two tries."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Database:
    """Both roads to one database."""

    url: str
    writing: Engine
    reading: Engine

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open one transaction that commits at the end of the block, or leaves no trace when the block fails."""
        with _told(self.url), Session(self.writing, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open one consistent reading."""
        with _told(self.url), Session(self.reading, expire_on_commit=False) as session:
            yield session

    def once(self, work: Callable[[Session], Result]) -> Result:
        """Do work in a transaction of its own, exactly once, also when a connection breaks in the middle of it."""
        return Act(self, work).do()

    def close(self) -> None:
        """Let go of every connection."""
        self.writing.dispose()
        self.reading.dispose()


class Act(Generic[Result]):
    """Work that is done exactly once, however often it is asked for.

    Its transaction leaves a receipt. When the answer is lost, the same is asked for with the same receipt; one that is
    there already says that it was done.
    """

    def __init__(self, database: Database, work: Callable[[Session], Result]) -> None:
        self._database, self._work, self._key = database, work, uuid4().hex
        self._is_asked = self._is_doubted = False
        """Whether all was said to a server this time, and whether an earlier time may have been enough."""
        self._result: Any = None
        self._identity: Any = None

    def do(self, until: Event | None = None) -> Result:
        """Do it, and ask again for a quarter of a minute while the database is away.

        With `until`, one that may have been done is asked for again until that is known, or the event is set. Raises
        Away when the database stays away.
        """
        give_up_at, first, ended = time.monotonic() + _ASK_AGAIN_FOR, None, until or Event()
        while True:
            try:
                with self._database.write() as session:
                    self._run(session)
                result: Result = self._result
                return result
            except DeskError as error:
                is_away = isinstance(error, Away)
                self._is_doubted |= is_away and self._is_asked
                # One that may have been done is no conflict with itself: its first transaction has not ended yet.
                if not (is_away or self._is_doubted):
                    raise
                first = first or error
                is_over = time.monotonic() > give_up_at and not (until and self._is_doubted)
                if is_over or ended.wait(_ASK_AGAIN_AFTER):
                    raise _in_doubt(first) if self._is_doubted else first from error

    def _run(self, session: Session) -> None:
        connection = session.connection()
        receipt = _backend(self._database.url).RECEIPT
        if connection.execute(receipt, {"key": self._key}).rowcount == 1:
            self._is_asked = self._is_doubted = False
            self._result = self._work(session)
            session.flush()
            self._identity = inspect(self._result).identity if isinstance(self._result, SQLModel) else None
            self._is_asked = True
            return
        # Writing once more lets this commit wait for the standby, too, which may not have the first one yet.
        connection.execute(text("UPDATE receipt SET at = CURRENT_TIMESTAMP WHERE key = :key"), {"key": self._key})
        if self._identity is not None:
            self._result = session.get_one(type(self._result), self._identity)


def _in_doubt(error: DeskError) -> Away:
    return Away(
        _("{reason}. Whether the last act was done is not known; look before you do it again").format(
            reason=error if isinstance(error, Away) else _("the database is busy")
        )
    )


def open_database(url: str) -> Database:
    """Open an existing database of the schema this version knows.

    Raises NotFound when there is none, Refused when its schema is another one, BadInput for a wrong address, Away
    when its server cannot be reached.
    """
    return _of_our_schema(connect(url))


def open_file(file: Path) -> Database:
    """Open a database file for looking only: nothing can be written into it. Raises like `open_database`."""
    sources.require(file)
    return _of_our_schema(_looking(file))


def _looking(file: Path) -> Database:
    engine = sqlite.looking(file)
    return Database(f"sqlite:///{file}", engine, engine)


def schema_of(file: Path) -> str | None:
    """Return the schema version of a database file, None when there is no desk in it."""
    database = _looking(file)
    try:
        return _schema(database)
    finally:
        database.close()


def _schema(database: Database) -> str | None:
    with _told(database.url), database.reading.connect() as connection:
        return migrations.current(connection)


def _of_our_schema(database: Database) -> Database:
    try:
        found = _schema(database)
        if found is None:
            raise NotFound(
                _("no sharedops database at {url}; `sharedops init` makes one").format(url=shown(database.url))
            )
        if found != migrations.newest():
            raise _other_schema(database.url, found)
    except DeskError:
        database.close()
        raise
    return _held_to_schema(database)


def refuse_unknown(url: str, found: str) -> None:
    """Refuse a schema that this version does not know, because a newer one made it."""
    if found not in migrations.known():
        raise _other_schema(url, found)


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
    backend = _backend(url)
    backend.check(url, must_exist=must_exist)
    return Database(url, *backend.engines(url))


def initialise(url: str) -> Database:
    """Create the database or upgrade it to the newest schema, and return it open.

    Raises Refused, before anything is written, for a schema this version does not know and for tables that are
    not ours, and while others are at work on a database that would have to be upgraded; BadInput for a folder that
    cannot be made.
    """
    database = connect(url, must_exist=False)
    _backend(url).prepare(url)
    try:
        with _told(url):
            if _found(database) != migrations.newest():
                _upgrade(database)
            _backend(url).enforce(database.writing)
    except DeskError:
        database.close()
        raise
    return _held_to_schema(database)


def _found(database: Database) -> str | None:
    """Return the schema that is there, seen through the reading engine, which changes nothing of a foreign file."""
    with database.reading.connect() as connection:
        found = migrations.current(connection)
    if found is None and table_names(database.reading):
        raise Refused(
            _("{url} is not a sharedops database: {why}").format(
                url=shown(database.url), why=_("it holds tables of another program")
            )
        )
    if found is not None:
        refuse_unknown(database.url, found)
    return found


def _upgrade(database: Database) -> None:
    """Make the schema the newest one, alone: whoever runs knows their own schema only, and nobody opens it meanwhile.

    Raises Refused, with their number where it is known, while others are at work.
    """
    database.close()
    backend = _backend(database.url)
    alone = backend.alone(database.writing)
    with alone.begin() as connection:
        turns.wait_for_turn(connection, "schema")
        backend.shut_out(connection)
        if migrations.current(connection) is not None:
            _refuse_in_use(database.url, backend.others(connection))
        migrations.run(connection)
    alone.dispose()


def _refuse_in_use(url: str, count: int) -> None:
    if count:
        text = ngettext(
            "{n} console or command is at work on {url}; end it, then run `sharedops init` again",
            "{n} consoles or commands are at work on {url}; end them, then run `sharedops init` again",
            count,
        )
        raise Refused(text.format(n=count, url=shown(url)))


def _held_to_schema(database: Database) -> Database:
    """Let no later connection of ours work on another schema: it may have become one while we were away."""

    def _check(raw: Any, _record: object) -> None:
        found = raw.cursor().execute("SELECT version_num FROM alembic_version").fetchone()
        raw.rollback()
        if not found or found[0] != migrations.newest():
            raw.close()
            raise _other_schema(database.url, str(found[0]) if found else "-")

    for pool in {database.writing.pool, database.reading.pool}:
        event.listen(pool, "connect", _check)
    return database


def others(database: Database) -> int:
    """Return how many consoles and commands of others are at work, as far as the engine knows."""
    with _told(database.url), database.reading.connect() as connection:
        count: int = _backend(database.url).others(connection)
    return count


def _backend(url: str) -> ModuleType:
    return postgres if postgres.is_meant(url) else sqlite


def _backend_of(connection: Connection) -> ModuleType:
    return postgres if connection.dialect.name == "postgresql" else sqlite


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what the driver says into a sentence of ours."""
    try:
        yield
    except StaleDataError as error:
        raise Conflict(_("somebody else changed the ticket in the same second; look again and retry")) from error
    except sqlalchemy_errors.TimeoutError as error:
        raise Conflict(_("the database is busy; nothing was changed, try again")) from error
    except sqlalchemy_errors.DBAPIError as error:
        sentence: DeskError | None = _backend(url).told(error, url)
        if sentence is None:
            raise
        raise sentence from error


@dataclass(frozen=True)
class Place:
    """What a database is kept by and how much room it takes; `free_bytes` is None where that cannot be known."""

    engine: str
    schema: str | None
    size_bytes: int
    free_bytes: int | None


def place(connection: Connection) -> Place:
    """Return where a database is kept."""
    backend = _backend_of(connection)
    version = ".".join(map(str, connection.dialect.server_version_info or ()))
    size, free = backend.room(connection)
    return Place(f"{backend.NAME} {version}", migrations.current(connection), size, free)


def integrity(connection: Connection) -> list[str]:
    """Return what the engine itself finds wrong; empty when all is well."""
    findings: list[str] = _backend_of(connection).integrity(connection)
    return findings


def unhurried(connection: Connection) -> None:
    """Take back, for this transaction, the limits of time that a console has."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {limit} = 0"))


def compact(database: Database) -> bool:
    """Write the files anew without what was deleted; False when readers keep what is old.

    Others wait for it. Raises Conflict while others write.
    """
    with _told(database.url):
        is_gone: bool = _backend(database.url).compact(database.writing)
    return is_gone


def tidy(database: Database) -> None:
    """Do what can be done about deleted rows while others are at work."""
    with _told(database.url):
        _backend(database.url).tidy(database.writing)


def table_names(engine: Engine) -> list[str]:
    """Return the tables that are there."""
    return inspect(engine).get_table_names()
