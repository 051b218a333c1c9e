"""Short words for the intake tests: small files, and the two real logs, each imported once for all tests."""

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from sharedops_core import config
from sharedops_core.intake import masterdata, profiles, tickets
from sharedops_core.store import db
from tests.conftest import SHARED, T0
from tests.desks import Desks

LOGS = {
    "servicenow": SHARED / "data" / "uci-servicenow-incidents" / "incident_event_log.csv.gz",
    "volvo": SHARED / "data" / "bpic2013-volvo" / "bpic2013_incidents.csv.gz",
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a small file and return its path."""

    def written(name: str, text: str | bytes) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return written


@pytest.fixture
def bare(engine: str, desks: Desks) -> Iterator[db.Database]:
    """A database that holds the shipped calendars, policies and reasons, and nobody."""
    with desks.copy(engine, "bare", rules_only) as opened:
        yield opened


def rules_only(session: Session) -> None:
    """Write the shipped calendars, policies and reasons."""
    masterdata.load_rules(session, config.shipped("seed_data"), at=T0)


def seed(session: Session) -> None:
    """Write all of the shipped data."""
    masterdata.load_seed(session, config.shipped("seed_data"), at=T0)


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], db.Database]]:
    """Open the database that holds a real log: the first test of the first worker who asks imports it."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    opened: dict[str, db.Database] = {}

    def database(log: str) -> db.Database:
        if not LOGS[log].exists():
            pytest.skip(f"the real log {LOGS[log]} is not on this machine")
        if log not in opened:
            with (folder / f"{log}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                opened[log] = _with_log(folder / f"{log}.db", log)
        return opened[log]

    yield database
    for one in opened.values():
        one.close()


def _with_log(file: Path, log: str) -> db.Database:
    url = f"sqlite:///{file}"
    if file.exists():
        return db.open_database(url)
    database = db.initialise(url)
    with database.write() as session:
        masterdata.load_rules(session, config.shipped("seed_data"), at=T0)
        done = tickets.import_log(session, LOGS[log], profiles.find(log))
    assert (done.left_out, done.flaws) == (0, ())
    return database
