"""A primary with a standby it waits for: one takes over from the other under load, and nothing acknowledged is lost.

The long form: `SHAREDOPS_LOAD_SECONDS=60 python -m pytest -n 0 tests/faults/test_standby.py`.
"""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread

import pytest
from sqlmodel import col, func, select

from sharedops_core.store import db
from sharedops_core.store.tables import Event
from tests import servers
from tests.conftest import ROOT, own_server
from tests.load.crowd import ended, examined, open_ticket, started

SECONDS = float(os.environ.get("SHAREDOPS_LOAD_SECONDS", "8"))


@pytest.fixture
def pair():
    """A primary and its standby, with a small centre on both."""
    with own_server() as primary:
        try:
            standby = servers.Standby(primary)
        except subprocess.SubprocessError as error:
            pytest.skip(f"no standby can be made here: {error}")
        yield primary, standby
        standby.stop()


def url_of(*pair):
    """Return one address for all."""
    return f"postgresql://postgres@/postgres?host={','.join(str(server.folder) for server in pair)}"


@contextmanager
def opened(url):
    """Open a database for as long as the block lasts."""
    database = db.open_database(url)
    yield database
    database.close()


def listed(url, home):
    """List tickets in a shell; return exit code and what was said on stderr."""
    command = [sys.executable, "-m", "sharedops_tui", "--lang", "en", "--db", url, "--as", "li.na", "ticket", "list"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(home)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stderr


def written_since(database, moment):
    """Return how many lines of the journal are younger."""
    with database.read() as session:
        return session.exec(select(func.count()).select_from(Event).where(col(Event.at) > moment)).one()


def in_doubt(database, primary, standby):
    """Ask for an act while the standby is away, on a thread of its own, and kill the primary once it hangs there."""
    standby.kill()
    asking = Thread(target=open_ticket, args=(database, "asked for without the standby"))
    asking.start()
    asking.join(1)
    assert asking.is_alive()
    primary.kill()
    return asking


def test_a_standby_that_takes_over_under_load_has_all_that_was_acknowledged(pair):
    """kill -9 of the primary in the middle of acts, promotion: all that was acknowledged is there; work goes on."""
    primary, standby = pair
    processes = started(url_of(*pair), 4, SECONDS)
    time.sleep(SECONDS / 2)
    primary.kill()
    time.sleep(0.5)
    standby.promote()
    promoted_at = datetime.now(UTC)
    acknowledged = ended(processes)

    with opened(url_of(*pair)) as database:
        examined(database, acknowledged)
        assert written_since(database, promoted_at) > 0


def test_an_act_the_standby_never_got_is_done_once_by_its_successor(pair):
    """Nobody is told that an act is done before the standby has it; when only the dead primary had it, it is asked
    again."""
    _primary, standby = pair
    with opened(url_of(*pair)) as database:
        asking = in_doubt(database, *pair)
        standby.start()
        standby.promote()
        asking.join(15)
        assert examined(database, []).tickets == 1


def test_an_act_that_survived_only_here_is_not_acknowledged_before_the_standby_has_it(pair):
    """A primary that restarts alone still has the act; whoever asks again waits until the standby has it as well."""
    primary, standby = pair
    with opened(url_of(*pair)) as database:
        asking = in_doubt(database, *pair)
        primary.start()
        asking.join(1.5)
        assert asking.is_alive()
        standby.start()
        asking.join(15)
        assert examined(database, []).tickets == 1


def test_a_command_finds_the_server_that_is_written(pair, tmp_path):
    """Before and after the promotion the same command with the same address works; in between it says who is away."""
    primary, standby = pair
    told = [listed(url_of(*pair), tmp_path)]
    primary.kill()
    told.append(listed(url_of(*pair), tmp_path))
    standby.promote()
    told.append(listed(url_of(*pair), tmp_path))

    assert [code for code, _said in told] == [0, 6, 0]
    assert f"{primary.folder}: Connection refused; {standby.folder}: session is read-only" in told[1][1]
