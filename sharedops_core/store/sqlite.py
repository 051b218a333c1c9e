"""SQLite: one file, writers one after the other, readers beside them.

The driver's own transaction handling is off, writers begin IMMEDIATE so that a read-then-write cannot be overtaken,
readers begin deferred on a second engine, WAL lets both run side by side.
"""

import shutil
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError, OperationalError

from sharedops_core.errors import Away, BadInput, Conflict, DeskError, Full, NotFound, Refused
from sharedops_core.i18n import _
from sharedops_core.store import files
from sharedops_core.store.addresses import shown

NAME = "SQLite"
BUSY_MILLISECONDS = 10_000
RECEIPT = text("INSERT INTO receipt (key, at) VALUES (:key, CURRENT_TIMESTAMP) ON CONFLICT DO NOTHING")
_FULL_BELOW = 65_536
"""Free bytes below which SQLite cannot even make the files beside its file, and says anything but that."""


def engines(url: str) -> tuple[Engine, Engine]:
    """Return the writing and the reading road to a file."""
    return _engine(url, "BEGIN IMMEDIATE", "journal_mode=WAL"), _engine(url, "BEGIN")


def looking(file: Path) -> Engine:
    """Return a road to a file on which nothing can be written."""
    return _engine(f"sqlite:///file:{quote(str(file.absolute()))}?mode=ro&uri=true", "BEGIN")


def filling(file: Path) -> Engine:
    """Return a road to a new file that is thrown away when it does not get full: references are checked afterwards."""
    return _engine(f"sqlite:///{file}", "BEGIN IMMEDIATE", "journal_mode=OFF", references=False)


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
    if not file_of(url).is_file() and must_exist:
        raise NotFound(_("no sharedops database at {url}; `sharedops init` makes one").format(url=shown(url)))


def prepare(url: str) -> None:
    """Make the folder for a new file."""
    files.make_folder(file_of(url))


def file_of(url: str) -> Path:
    """Return the file of an address; raises BadInput when it names none."""
    name = make_url(url).database
    if not name or name == ":memory:":
        raise BadInput(_("{url} names no file; right would be sqlite:////folder/desk.db").format(url=shown(url)))
    return Path(name)


def enforce(engine: Engine) -> None:
    """Nothing is enforced by a file: whoever can write it can write all of it."""


def _engine(url: str, begin: str, *more: str, references: bool = True) -> Engine:
    """Make an engine; only the writing one makes the file WAL, so that a look at a foreign file leaves it as it is."""
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _set_up(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            *more,
            "synchronous=NORMAL",
            f"foreign_keys={references}",
        ):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    if engine.url.database and not engine.url.database.startswith("file:"):
        _stay_with(engine, Path(engine.url.database))
    return engine


def _stay_with(engine: Engine, file: Path) -> None:
    """Never write into a file that is gone, and follow one that was put in its place.

    An open file that is removed or replaced takes everything, and nobody ever sees it again.
    """
    is_known = False

    def identity() -> tuple[int, int] | None:
        try:
            found = file.stat()
        except OSError:
            if is_known:
                gone = _("the file {file} is gone; what was acknowledged was in it, put it back")
                raise Away(gone.format(file=file)) from None
            return None
        return found.st_dev, found.st_ino

    @event.listens_for(engine, "do_connect")
    def _connecting(*_what: object) -> None:
        # Connecting would make an empty file in its place.
        identity()

    @event.listens_for(engine, "connect")
    def _connected(_raw: object, record: Any) -> None:
        nonlocal is_known
        record.info["file"] = identity()
        is_known = is_known or record.info["file"] is not None

    @event.listens_for(engine, "checkout")
    def _taken(_raw: object, record: Any, _proxy: object) -> None:
        if record.info["file"] != identity():
            raise DisconnectionError


def told(error: DBAPIError, url: str) -> DeskError | None:
    """Return what the driver says as a sentence of ours, None when it is a mistake of ours."""
    said = str(error.orig)
    if _is_full(error, url):
        return Full(_("the disk of {url} is full; nothing was changed, make room first").format(url=shown(url)))
    if isinstance(error, OperationalError):
        if "locked" in said or "busy" in said:
            return Conflict(_("the database is busy; nothing was changed, try again"))
        return Refused(_("the database at {url} cannot be used: {why}").format(url=shown(url), why=said))
    if "not a database" in said or "malformed" in said:
        return Refused(_("{url} is not a sharedops database: {why}").format(url=shown(url), why=said))
    return None


def _is_full(error: DBAPIError, url: str) -> bool:
    name = getattr(error.orig, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return True
    folder = file_of(url).parent
    may_be = name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")) and folder.is_dir()
    return may_be and shutil.disk_usage(folder).free < _FULL_BELOW


def alone(engine: Engine) -> Engine:
    """Return the road for an upgrade, on which nobody reads meanwhile; a file that others have open refuses it."""
    url = engine.url.render_as_string(hide_password=False)
    only = _engine(url, "BEGIN EXCLUSIVE")

    @event.listens_for(only, "connect")
    def _leave_log(raw: Any, _record: object) -> None:
        try:
            raw.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raw.close()
            words = _("others are at work on {url}; end them, then run `sharedops init` again")
            raise Refused(words.format(url=shown(url))) from error

    return only


def shut_out(connection: Connection) -> None:
    """Nobody else has the file open."""


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


def tidy(engine: Engine) -> None:
    """Nothing is done in a file: what was deleted leaves it when it is compacted."""


def integrity(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong with the file and its foreign keys; empty when all is well."""
    findings = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    findings += [
        _("row {row} of {table} points to nothing in {parent}").format(row=row[1], table=row[0], parent=row[2])
        for row in connection.execute(text("PRAGMA foreign_key_check"))
    ]
    return findings + _strangers(connection)


def _strangers(connection: Connection) -> list[str]:
    """Return what of the schema is not as this program makes it: what is missing, and what would act by itself."""
    found, ours = _schema(connection), _own_schema()
    words = {
        _("the {kind} {name} is not ours, and may act by itself"): {
            one for one in found if one[0] in ("trigger", "view") and one not in ours
        },
        _("the {kind} {name} is missing"): ours - found,
    }
    return [text.format(kind=kind, name=name) for text, those in words.items() for kind, name in sorted(those)]


def _schema(connection: Connection) -> set[tuple[str, str]]:
    """Return the kinds and names of all that is in a file: tables, each with its columns, indexes, triggers, views."""
    found = connection.execute(text("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")).all()
    columns = connection.execute(text(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        " AND m.name NOT LIKE 'sqlite_%'"
    )).all()  # fmt: skip
    return {(kind, name) for kind, name in found} | {("column", f"{table}.{name}") for table, name in columns}


@cache
def _own_schema() -> frozenset[tuple[str, str]]:
    from sharedops_core.store import migrations

    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            migrations.run(connection)
            return frozenset(_schema(connection))
    finally:
        engine.dispose()
