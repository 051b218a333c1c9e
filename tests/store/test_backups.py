"""Copies of a desk: one moment of it, whole or not there, whoever writes or dies meanwhile."""

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import select, text

from sharedops_core.errors import BadInput, NotFound, Refused
from sharedops_core.store import backups, db
from sharedops_core.store.tables import Person
from sharedops_core.views import health
from tests.conftest import ROOT, SEES_ALL, small_centre

POSIX = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")


@pytest.fixture
def database(desks, tmp_path):
    """A desk in one file, under the name the tests know."""
    with desks.copy("sqlite", "small centre", small_centre) as made:
        file = shutil.copy(made.url.removeprefix("sqlite:///"), tmp_path / "desk.db")
    opened = db.open_database(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def desk(engine, desks, client_programs):
    """A desk on either engine."""
    with desks.copy(engine, "small centre", small_centre) as made:
        yield made


def page(file: Path) -> health.Page:
    """Return what the doctor says of a backup that is only looked at."""
    with backups.readable(file) as ready:
        opened = db.open_file(ready)
        with opened.read() as session:
            found = health.soundness(session, reader=SEES_ALL)
        opened.close()
    return found


def names(url: str) -> list[str]:
    """Return who is in a desk."""
    opened = db.open_database(url)
    with opened.read() as session:
        found = list(session.exec(select(Person.login).order_by(Person.login)))
    opened.close()
    return found


def rename(database: db.Database, login: str) -> None:
    """Make the desk another one than before."""
    with database.write() as session:
        session.connection().execute(text(f"UPDATE person SET login = '{login}' WHERE id = 1"))  # noqa: S608


@contextmanager
def process(script: str, *arguments: object):
    """Run a script beside this test, killed at the end of the block."""
    command = [sys.executable, f"tests/store/{script}", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as started:
        started.stdout.readline()
        yield started
        started.kill()


def leave(folder: Path) -> list[str]:
    """Return the names in a folder without what a killed process has begun."""
    return sorted(
        path.name for path in folder.iterdir() if not (".partial" in path.name or path.name[-4:] in ("-wal", "-shm"))
    )


def test_a_copy_is_one_file_that_is_sound_and_private(desk, tmp_path):
    """A backup needs nothing beside it, is readable by its owner only, and holds who is in the desk."""
    file = tmp_path / "desk.backup"
    backups.back_up(desk, file)

    assert page(file).is_sound
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["desk.backup"]
    with backups.readable(file) as ready:
        assert names(f"sqlite:///{shutil.copy(ready, tmp_path / 'other.db')}") == names(desk.url)


def test_looking_at_a_backup_changes_nothing(database, tmp_path):
    """Whoever verifies cannot write, not even by mistake."""
    backups.back_up(database, tmp_path / "a")
    before = (tmp_path / "a").read_bytes()
    opened = db.open_file(tmp_path / "a")
    with pytest.raises(Refused, match="readonly"), opened.write() as session:
        session.connection().execute(text("DELETE FROM person"))
    opened.close()

    assert (tmp_path / "a").read_bytes() == before


@POSIX
def test_copies_are_sound_while_a_process_writes(desk, tmp_path):
    """Each of several copies holds one moment: its journal replays and its chains hold; the writer goes on."""
    with process("crash_loop.py", desk.url):
        sizes = []
        for number in range(6):
            backups.back_up(desk, tmp_path / f"{number}.backup")
            found = page(tmp_path / f"{number}.backup")
            assert found.findings == ()
            sizes.append(found.events)
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


@POSIX
def test_a_killed_backup_leaves_the_old_one(desk, tmp_path):
    """After kill -9 in the middle of copying, the file is a whole backup, the old or the new."""
    file = tmp_path / "desk.backup"
    for after in (0.003, 0.011, 0.02, 0.05):
        with process("copying_loop.py", "backup", desk.url, file) as started:
            time.sleep(after)
            started.send_signal(signal.SIGKILL)
        assert page(file).is_sound


@POSIX
def test_a_killed_restore_leaves_the_old_desk_or_the_new(database, tmp_path):
    """After kill -9 in the middle of restoring, the desk is whole: as it was before, or as it was to become."""
    file = tmp_path / "desk.backup"
    backups.back_up(database, file)
    old = names(database.url)
    new = sorted({*old, "changed"} - {"li.na"})
    for after in (0.003, 0.008, 0.015, 0.03, 0.06):
        rename(database, "changed")
        with process("copying_loop.py", "restore", database.url, file) as started:
            time.sleep(after)
            started.send_signal(signal.SIGKILL)
        database.close()
        assert names(database.url) in (new, old)
        assert page(tmp_path / "desk.db").is_sound
    assert [name for name in leave(tmp_path) if ".before-restore" not in name] == ["desk.backup", "desk.db"]


def test_a_restored_desk_is_seen_by_whoever_has_it_open(database, tmp_path):
    """Consoles stay connected and see the restored desk; the one that was there is kept beside it."""
    backups.back_up(database, tmp_path / "a")
    rename(database, "changed")
    with backups.staged(tmp_path / "a", database.url) as partial:
        kept = backups.put_in_place(partial, database.url)

    assert "li.na" in names(database.url)
    with database.read() as session:
        assert "li.na" in session.exec(select(Person.login)).all()
    assert kept == tmp_path / "desk.db.before-restore"
    assert "changed" in names(f"sqlite:///{kept}")
    rename(database, "written.after")
    assert page(tmp_path / "desk.db").is_sound


def test_a_desk_that_is_no_database_any_more_is_replaced(database, tmp_path):
    """A file full of garbage is no reason not to restore; it is kept too."""
    backups.back_up(database, tmp_path / "a")
    database.close()
    (tmp_path / "desk.db").write_bytes(b"garbage" * 5000)
    with backups.staged(tmp_path / "a", database.url) as partial:
        kept = backups.put_in_place(partial, database.url)

    assert page(tmp_path / "desk.db").is_sound
    assert kept.read_bytes().startswith(b"garbage")


def test_a_desk_that_is_not_there_is_made(database, tmp_path):
    """A backup becomes a desk in a new folder, on a new machine."""
    backups.back_up(database, tmp_path / "a")
    url = f"sqlite:///{tmp_path / 'new' / 'desk.db'}"
    with backups.staged(tmp_path / "a", url) as partial:
        assert backups.put_in_place(partial, url) is None

    assert names(url) == names(database.url)
    assert leave(tmp_path / "new") == ["desk.db"]


@pytest.mark.parametrize(
    ("make", "file", "error", "words"),
    [
        (lambda folder: None, "gone/desk.backup", BadInput, "cannot be written"),
        (lambda folder: None, "desk.db", Refused, "is the desk itself"),
        (lambda folder: (folder / "desk.db").unlink(), "a", NotFound, "no such file"),
        (lambda folder: (folder / "desk.db").write_bytes(b"x" * 9000), "a", Refused, "is not a sharedops database"),
        (lambda folder: (folder / "a").mkdir(), "a", Refused, "cannot be written"),
    ],
)
def test_what_cannot_be_copied_is_said_in_one_sentence(database, tmp_path, make, file, error, words):
    """A missing folder, the desk itself, a desk that is gone or garbage: refused, and nothing is left lying about."""
    database.close()
    make(tmp_path)
    with pytest.raises(error, match=words) as refusal:
        backups.back_up(database, tmp_path / file)

    assert "\n" not in str(refusal.value)
    assert not list(tmp_path.glob("*.partial")) + list(tmp_path.glob(".*.partial"))


def test_damage_in_a_backup_is_found(database, tmp_path):
    """A row of a backup that points to nothing is named by the check it belongs to."""
    file = tmp_path / "a"
    backups.back_up(database, file)
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO membership VALUES (1, 77, 0)")
    connection.close()
    assert [check.name for check in page(file).checks if check.status == health.WRONG] == ["integrity"]


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            "CREATE TRIGGER tr AFTER INSERT ON event BEGIN UPDATE person SET role = 'admin'; END",
            "trigger tr is not ours",
        ),
        ("CREATE VIEW ours AS SELECT 1", "view ours is not ours"),
        ("DROP INDEX ix_ticket_requester", "index ix_ticket_requester is missing"),
        ("ALTER TABLE survey RENAME COLUMN comment TO words", "column survey.comment is missing"),
    ],
)
def test_a_backup_with_another_schema_is_not_sound(database, tmp_path, statement, finding):
    """What would act by itself in the desk, and what a desk cannot do without, is found beforehand."""
    file = tmp_path / "a"
    backups.back_up(database, file)
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()
    with backups.readable(file) as ready:
        opened = db.open_file(ready)
        with opened.read() as session:
            found = db.integrity(session.connection())
        opened.close()

    assert any(finding in one for one in found), found
