"""A database file that is taken away under whoever has it open, or replaced."""

import shutil
from pathlib import Path

import pytest
from sqlmodel import func, select

from sharedops_core.errors import Away
from sharedops_core.store import backups, db
from sharedops_core.store.tables import Ticket
from tests.conftest import small_centre
from tests.load.crowd import open_ticket


@pytest.fixture
def desk(tmp_path):
    """A small centre in a file, open."""
    opened = db.initialise(f"sqlite:///{tmp_path / 'desk.db'}")
    with opened.write() as session:
        small_centre(session)
    open_ticket(opened)
    yield opened
    opened.close()


def file_of(desk):
    """Return the file."""
    return Path(desk.url.removeprefix("sqlite:///"))


def count(desk):
    """Return how many tickets there are."""
    with desk.read() as session:
        return session.exec(select(func.count()).select_from(Ticket)).one()


def test_nothing_is_written_into_a_file_that_is_gone(desk, monkeypatch):
    """It is said to be away, no empty file takes its place, and it goes on once it is back."""
    monkeypatch.setattr(db, "_ASK_AGAIN_FOR", 0.2)
    file = file_of(desk)
    aside = file.with_suffix(".aside")
    with desk.reading.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    shutil.move(file, aside)
    with pytest.raises(Away, match="is gone"):
        open_ticket(desk)
    with pytest.raises(Away, match="is gone"):
        count(desk)
    assert not file.exists()
    shutil.move(aside, file)
    open_ticket(desk)
    assert count(desk) == 2


def test_a_file_that_takes_its_place_is_followed(desk, tmp_path):
    """What is done after a restore is in the desk that was restored."""
    file, other = file_of(desk), tmp_path / "other.db"
    backups.back_up(desk, other)
    open_ticket(desk)
    for one in file.parent.glob(file.name + "*"):
        one.unlink()
    other.replace(file)
    assert count(desk) == 1
    open_ticket(desk)
    assert count(desk) == 2
