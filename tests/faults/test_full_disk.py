"""A disk that is full: one sentence says so, nothing is half done, and all goes on once there is room."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import event

from sharedops_core.errors import Full
from sharedops_core.store import db
from tests import servers
from tests.conftest import ROOT, small_centre
from tests.faults.disks import fill, small_disk
from tests.load.crowd import examined, open_ticket

LONG = "words that need more than one page of the file " * 400


def commanded(url, home, *words, stdout=subprocess.PIPE):
    """Run a command; return its exit code and what it said on stderr."""
    command = [sys.executable, "-m", "sharedops_tui", "--lang", "en", "--db", url, "--as", "li.na", *words]
    folders = {name: str(home) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | folders
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, timeout=60
    )
    return done.returncode, done.stderr


def initialised(url):
    """Make a small centre with one ticket."""
    database = db.initialise(url)
    with database.write() as session:
        small_centre(session)
    open_ticket(database, "there was room for this one")
    return database


def test_a_file_that_may_not_grow_is_told_as_a_full_disk(tmp_path):
    """SQLite at the limit of its file refuses an act whole, reads on, and writes again as soon as it may."""
    database = initialised(f"sqlite:///{tmp_path / 'desk.db'}")

    def limit(connection, _record):
        connection.execute("PRAGMA max_page_count=1")

    event.listen(database.writing, "connect", limit)
    database.writing.dispose()
    with pytest.raises(Full, match=r"the disk of sqlite:///.*desk\.db is full; nothing was changed, make room first"):
        open_ticket(database, LONG)
    assert examined(database, []).tickets == 1
    event.remove(database.writing, "connect", limit)
    database.writing.dispose()
    open_ticket(database, LONG)
    database.close()


def test_a_full_disk_under_a_file_is_told_and_survived(tmp_path):
    """On a file system without a free block acts and commands say so and nothing else; with room all goes on."""
    with small_disk(tmp_path / "disk", 8) as disk:
        database = initialised(f"sqlite:///{disk / 'desk.db'}")
        ballast = fill(disk)
        with pytest.raises(Full):
            open_ticket(database, LONG)
        code, said = commanded(database.url, tmp_path, "ticket", "new", LONG, "--requester", "ana.ruiz")
        assert (code, said.count("\n"), "is full; nothing was changed" in said) == (7, 1, True)
        assert examined(database, []).tickets == 1
        ballast.unlink()
        open_ticket(database, LONG)
        database.close()


def test_a_full_disk_under_a_table_is_told_and_survived(server):
    """A server that cannot make a table longer refuses the act with the file it meant, and works on with room."""
    with small_disk(server.folder / "disk", 24, server.user) as disk:
        server.run(f"CREATE TABLESPACE small LOCATION '{disk}'")
        server.run("CREATE DATABASE small TABLESPACE small TEMPLATE template0")
        database = initialised(server.url("small"))
        ballast = fill(disk)
        with pytest.raises(Full, match=r"is full: could not extend file \S+ No space left on device; nothing was"):
            for number in range(200):
                open_ticket(database, f"{number} {LONG}")
        before = examined(database, []).tickets
        ballast.unlink()
        open_ticket(database, LONG)
        assert examined(database, []).tickets == before + 1
        database.close()
        server.drop("small")
        server.run("DROP TABLESPACE small")


@pytest.fixture
def small_log(tmp_path_factory):
    """A server whose log lies on a disk of 16 megabytes."""
    place = Path(tmp_path_factory.mktemp("log", numbered=True))
    for folder in (place, *place.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    with small_disk(place / "disk", 16, servers.OwnServer.user) as disk:
        try:
            server = servers.OwnServer(wal=disk / "wal")
        except servers.NoServer as error:
            pytest.skip(str(error))
        yield server, disk
        server.stop()


def test_an_act_that_killed_the_server_is_done_once_when_there_is_room(small_log):
    """A server without room for its log dies; made room for and started, it has every act once, the last one too."""
    server, disk = small_log
    database = initialised(server.url("postgres"))
    ballast, opened, enough = fill(disk), [], Event()

    def work():
        while not enough.is_set():
            # A server that finds no room may refuse before it dies: then nothing was done.
            with suppress(Full):
                opened.append(open_ticket(database, f"{len(opened)} {os.urandom(20_000).hex()}"))

    worker = Thread(target=work)
    worker.start()
    limit = time.perf_counter() + 60
    while server.is_running and time.perf_counter() < limit:
        time.sleep(0.05)
    assert not server.is_running
    enough.set()
    ballast.unlink()
    server.start()
    worker.join(60)
    assert examined(database, []).tickets == len(opened) + 1
    database.close()


def test_output_that_finds_no_room_is_told(tmp_path):
    """A list that is written to a full disk ends with one sentence and exit code 7."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    initialised(url).close()
    with Path("/dev/full").open("w") as full:
        code, said = commanded(url, tmp_path, "ticket", "list", "--json", stdout=full)
    assert (code, said.count("\n"), "the disk is full; what was being written is not whole" in said) == (7, 1, True)
