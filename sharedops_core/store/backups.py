"""Copies of a whole desk: written beside their place and renamed, so that whoever is killed leaves the old state.

SQLite is copied by its own online backup, which gives one consistent moment while others write, and puts a copy
back over a desk in one transaction. PostgreSQL is left to pg_dump and pg_restore.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from sharedops_core.errors import BadInput, Conflict, NotFound, Refused
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean

BEFORE = ".before-restore"
_WAIT_SECONDS = 10


def is_postgres(url: str) -> bool:
    """Return whether an address is one of PostgreSQL."""
    return make_url(url).get_backend_name() == "postgresql"


def file_of(url: str) -> Path:
    """Return the file of an SQLite address."""
    name = make_url(url).database
    if not name or name == ":memory:":
        raise BadInput(_("{url} names no file; right would be sqlite:////folder/desk.db").format(url=url))
    return Path(name)


def back_up(url: str, file: Path) -> None:
    """Write a copy of the desk into a file, which is the old one or the whole new one at every moment.

    Raises NotFound for a desk that is not there, Refused for the desk itself and when the copy cannot be written.
    """
    if not is_postgres(url) and file.resolve() == file_of(url).resolve():
        raise Refused(_("{file} is the desk itself; name another file").format(file=file))
    with _beside(file) as partial:
        if is_postgres(url):
            _run("pg_dump", "--format=custom", f"--file={partial}", url=url)
        else:
            _copy(file_of(url), partial)
        _put(partial, file)


@contextmanager
def staged(file: Path, url: str) -> Iterator[Path]:
    """Yield a copy of a backup beside the desk it will become; gone again afterwards."""
    target = file_of(url)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            _("cannot make the folder {path}: {why}").format(path=target.parent, why=error.strerror)
        ) from error
    with _beside(target) as partial:
        _copy(file, partial)
        yield partial


def put_in_place(partial: Path, url: str) -> Path | None:
    """Make a staged copy the desk, and return where the desk that was there is kept, None when there was none.

    Consoles that have the desk open see the restored one with their next look.
    """
    target = file_of(url)
    if not target.exists():
        _put(partial, target)
        return None
    kept = target.with_name(target.name + BEFORE)
    try:
        with _beside(kept) as copy:
            _copy(target, copy)
            _put(copy, kept)
        _pour(partial, target)
    except Refused:
        # What stands there is no database any more: nobody works on it, so the file itself is exchanged.
        shutil.copy2(target, kept)
        for end in ("-wal", "-shm"):
            target.with_name(target.name + end).unlink(missing_ok=True)
        _put(partial, target)
    return kept


def restore_postgres(file: Path, url: str) -> None:
    """Put a dump back in one transaction."""
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-acl", "--single-transaction", str(file), url=url)


def contents_of_dump(file: Path) -> int:
    """Return how many objects a dump of PostgreSQL holds; raises Refused when it cannot be read."""
    lines = _run("pg_restore", "--list", str(file)).splitlines()
    return sum(not line.startswith(";") for line in lines)


def is_dump(file: Path) -> bool:
    """Return whether a file is a dump of PostgreSQL."""
    with file.open("rb") as stream:
        return stream.read(5) == b"PGDMP"


def _copy(source: Path, target: Path) -> None:
    """Copy a database into a new file that needs no second file beside it."""
    if not source.is_file():
        raise NotFound(_("{file}: there is no such file").format(file=source))
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


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Yield a new file beside another one, readable by its owner only; gone when it was not renamed."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".partial", dir=file.absolute().parent)
    except OSError as error:
        raise BadInput(_("{file}: cannot be written: {why}").format(file=file, why=error.strerror)) from error
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
    except OSError as error:
        raise Refused(_("{file}: cannot be written: {why}").format(file=file, why=error.strerror)) from error
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            partial.with_name(partial.name + end).unlink(missing_ok=True)


def _put(partial: Path, file: Path) -> None:
    """Rename, after everything has reached the disk."""
    with partial.open("rb") as stream:
        os.fsync(stream.fileno())
    partial.replace(file)
    if os.name == "posix":
        folder = os.open(file.absolute().parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _run(tool: str, *arguments: str, url: str | None = None) -> str:
    """Run a tool of PostgreSQL and return what it prints; a password goes by the environment, never by `ps`."""
    found = shutil.which(tool)
    if found is None:
        raise Refused(_("{tool} is not installed; it comes with PostgreSQL's client programs").format(tool=tool))
    environment = dict(os.environ)
    if url is not None:
        parsed = make_url(url).set(drivername="postgresql")
        environment |= {"PGPASSWORD": parsed.password} if parsed.password else {}
        plain = parsed._replace(password=None).render_as_string()
        arguments = (f"--dbname={plain}", *arguments)
    done = subprocess.run(  # noqa: S603  the tool is found by name, arguments are a list
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["?"]
        raise Refused(_("{tool} failed: {why}").format(tool=tool, why=clean(said[-1])))
    return done.stdout
