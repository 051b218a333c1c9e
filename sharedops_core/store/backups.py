"""Copies of a whole desk: written beside their place and renamed, so that whoever is killed leaves the old state.

SQLite is copied by its own online backup, which gives one consistent moment while others write, and puts a copy
back over a desk in one transaction. A desk on PostgreSQL is written by pg_dump. A backup of either kind is looked at
as a file of SQLite of the newest schema, so it can be proved without a server, and can become a desk on either engine.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import chain, count
from pathlib import Path

from sharedops_core import sources
from sharedops_core.errors import Conflict, Refused
from sharedops_core.i18n import _
from sharedops_core.store import db, dumps, migrations, moving, postgres, sqlite, targets
from sharedops_core.store.files import beside, make_folder, put
from sharedops_core.store.search import contents as search

_BEFORE = ".before-restore"
_WAIT_SECONDS = 10


def back_up(database: db.Database, file: Path) -> None:
    """Write a copy of the desk into a file, which is the old one or the whole new one at every moment.

    Raises NotFound for a desk that is not there, Refused for the desk itself and when the copy cannot be written.
    """
    is_served = postgres.is_meant(database.url)
    if not is_served and file.resolve() == sqlite.file_of(database.url).resolve():
        raise Refused(_("{file} is the desk itself; name another file").format(file=file))
    with beside(file) as partial:
        if is_served:
            with database.read() as session:
                dumps.write(session.connection(), database.url, partial)
        else:
            _copy(sqlite.file_of(database.url), partial)
        put(partial, file)


def keep(url: str, kept: Path) -> None:
    """Back a desk on a server up before something else takes its place."""
    with closing(db.open_database(url)) as database:
        back_up(database, kept)


def place_of_old(desk: Path) -> Path:
    """Return where a desk is kept when another takes its place: what an earlier restore has kept stays as it is."""
    first = desk.with_name(desk.name + _BEFORE)
    places = chain([first], (first.with_name(f"{first.name}.{nth}") for nth in count(2)))
    return next(place for place in places if not place.exists())


@contextmanager
def readable(file: Path) -> Iterator[Path]:
    """Yield a backup as a file of SQLite with the newest schema: itself, or what was made from it for this block.

    Raises NotFound when it is not there, Refused when there is no desk in it, or one of a newer program.
    """
    sources.require(file)
    is_dump = dumps.is_dump(file)
    found = dumps.revision(file) if is_dump else db.schema_of(file)
    if found is None:
        raise Refused(_("{url} is not a sharedops database: {why}").format(url=file, why=_("there is no desk in it")))
    if not is_dump and found == migrations.newest():
        yield file
        return
    db.refuse_unknown(str(file), found)
    with tempfile.TemporaryDirectory(prefix="sharedops-") as folder:
        made = Path(folder) / "desk.db"
        if not is_dump:
            _copy(file, made)
        with targets.filling(made) as session:
            if is_dump:
                migrations.run(session.connection(), found)
                moving.pour(dumps.blocks(file), session.connection())
            migrations.run(session.connection())
            search.renew(session)
        yield made


@contextmanager
def staged(ready: Path, url: str) -> Iterator[Path]:
    """Yield a copy of a readable backup beside the desk it will become; gone again afterwards."""
    target = sqlite.file_of(url)
    make_folder(target)
    with beside(target) as partial:
        _copy(ready, partial)
        yield partial


def put_in_place(partial: Path, url: str) -> Path | None:
    """Make a staged copy the desk, and return where the desk that was there is kept, None when there was none.

    Consoles that have the desk open see the restored one with their next look.
    """
    target = sqlite.file_of(url)
    if not target.exists():
        put(partial, target)
        return None
    kept = place_of_old(target)
    try:
        with beside(kept) as copy:
            _copy(target, copy)
            put(copy, kept)
        _pour(partial, target)
    except Refused:
        # What stands there is no database any more: nobody works on it, so the file itself is exchanged.
        shutil.copy2(target, kept)
        for end in ("-wal", "-shm"):
            target.with_name(target.name + end).unlink(missing_ok=True)
        put(partial, target)
    return kept


def _copy(source: Path, target: Path) -> None:
    """Copy a database into a new file that needs no second file beside it."""
    sources.require(source)
    with _told(source), closing(_open(source, "ro")) as here, closing(_open(target, "rwc")) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")


def _pour(source: Path, target: Path) -> None:
    """Write a database over another one in a transaction of that one: killed in the middle, it keeps what it had."""
    with _told(target), closing(_open(source, "ro")) as here, closing(_open(target, "rw")) as there:
        here.backup(there)


def _open(file: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=_WAIT_SECONDS)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Conflict(_("the database is busy; nothing was changed, try again")) from error
        raise Refused(_("{file}: {why}").format(file=file, why=error)) from error
    except sqlite3.DatabaseError as error:
        raise Refused(_("{url} is not a sharedops database: {why}").format(url=file, why=error)) from error
