"""SQLite: one file, writers one after the other, readers beside them.

The driver's own transaction handling is off, writers begin IMMEDIATE so that a read-then-write cannot be overtaken,
readers begin deferred on a second engine, WAL lets both run side by side.
"""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from sharedops_core.errors import BadInput, Conflict, DeskError, NotFound, Refused
from sharedops_core.i18n import _

NAME = "SQLite"
BUSY_MILLISECONDS = 10_000


def engines(url: str) -> tuple[Engine, Engine]:
    """Return the writing and the reading road to a file."""
    return _engine(url, "BEGIN IMMEDIATE", "journal_mode=WAL"), _engine(url, "BEGIN")


def looking(file: Path) -> Engine:
    """Return a road to a file on which nothing can be written."""
    return _engine(f"sqlite:///file:{quote(str(file.absolute()))}?mode=ro&uri=true", "BEGIN")


def room(connection: Connection) -> tuple[int, int | None]:
    """Return how many bytes a database takes, and how many are free beside it."""
    name = next((row[2] for row in connection.execute(text("PRAGMA database_list")) if row[1] == "main"), "")
    files = [Path(name + end) for end in ("", "-wal")]
    size = sum(file.stat().st_size for file in files if name and file.is_file())
    return size, shutil.disk_usage(files[0].parent).free if name else None


def check(url: str, *, must_exist: bool) -> None:
    """Refuse an address that names no file, or no file that is there."""
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadInput(
            _("{url} is no database address; right would be sqlite:////folder/desk.db").format(url=shown(url))
        ) from error
    if parsed.get_backend_name() != "sqlite":
        raise BadInput(_("{url}: data is kept in SQLite or PostgreSQL only").format(url=shown(url)))
    if parsed.database in (None, "", ":memory:"):
        raise BadInput(_("{url} names no file; right would be sqlite:////folder/desk.db").format(url=shown(url)))
    if must_exist and not Path(parsed.database).is_file():
        raise NotFound(_("no sharedops database at {url}; `sharedops init` makes one").format(url=shown(url)))


def prepare(url: str) -> None:
    """Make the folder for a new file."""
    path = Path(make_url(url).database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            _("cannot make the folder {path}: {why}").format(path=path.parent, why=error.strerror)
        ) from error


def enforce(engine: Engine) -> None:
    """Nothing is enforced by a file: whoever can write it can write all of it."""


def shown(url: str) -> str:
    """Return the address as it may be printed: without a password, should somebody have typed one."""
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
            f"busy_timeout={BUSY_MILLISECONDS}",
            *more,
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def told(error: DBAPIError, url: str) -> DeskError | None:
    """Return what the driver says as a sentence of ours, None when it is a mistake of ours."""
    said = str(error.orig)
    if isinstance(error, OperationalError):
        if "locked" in said or "busy" in said:
            return Conflict(_("the database is busy; nothing was changed, try again"))
        return Refused(_("the database at {url} cannot be used: {why}").format(url=shown(url), why=said))
    if "not a database" in said or "malformed" in said:
        return Refused(_("{url} is not a sharedops database: {why}").format(url=shown(url), why=said))
    return None


def others(connection: Connection) -> int:
    """Return 0: a file does not know who has it open, and one person upgrades what is on their own desk."""
    return 0


def compact(engine: Engine) -> bool:
    """Write the file anew; False when readers keep old pages in the log beside it."""
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("VACUUM")
        is_blocked, _pages, _moved = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_blocked


def integrity(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong with the file and its foreign keys; empty when all is well."""
    findings = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    findings += [
        _("row {row} of {table} points to nothing in {parent}").format(row=row[1], table=row[0], parent=row[2])
        for row in connection.execute(text("PRAGMA foreign_key_check"))
    ]
    return findings
