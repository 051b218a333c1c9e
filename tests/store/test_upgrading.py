"""Another schema: every one that was released becomes the newest, and nobody works on one they do not know."""

import shutil
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel, select, text

from sharedops_core.errors import Refused
from sharedops_core.store import backups, db, migrations
from sharedops_core.store.tables import Person
from tests.conftest import small_centre

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = '9000'
down_revision = '{newest}'
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column('company', sa.Column('motto', sa.String(), nullable=True))
"""


@pytest.fixture
def desk(engine, desks):
    """A desk of its own, because no other test wants its schema afterwards."""
    with desks.empty(engine) as url:
        made = db.initialise(url)
        with made.write() as session:
            small_centre(session)
        yield made
        made.close()


@pytest.fixture
def program(tmp_path, monkeypatch):
    """The next version of the program, with one more migration, once it is installed."""
    folder = tmp_path / "versions"
    shutil.copytree(migrations.VERSIONS, folder)
    (folder / "9000_a_motto.py").write_text(NEXT.format(newest=migrations.newest()), encoding="utf-8")
    here = migrations.VERSIONS
    return lambda is_next=True: monkeypatch.setattr(migrations, "VERSIONS", folder if is_next else here)


def logins(database):
    """Return who is in a desk."""
    with database.read() as session:
        return session.exec(select(Person.login).order_by(Person.login)).all()


@pytest.mark.parametrize("version", migrations.known())
def test_every_released_schema_becomes_the_newest(engine, desks, version):
    """A database of each version becomes exactly what the models state."""
    with desks.empty(engine) as url:
        old = db.connect(url, must_exist=False)
        (db.sqlite if engine == "sqlite" else db.postgres).prepare(url)
        with old.write() as session:
            migrations.run(session.connection(), version)
        old.close()
        opened = db.initialise(url)
        with opened.reading.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"include_name": lambda name, kind, _parents: kind != "table" or "_fts" not in name}
            )
            assert compare_metadata(context, SQLModel.metadata) == []
        opened.close()


def test_an_upgrade_keeps_every_row(desk, program):
    """The next version names the remedy, `init` does it, and what was there is there."""
    before = logins(desk)
    desk.close()
    program()
    with pytest.raises(Refused, match=r"has schema 0001, this version needs 9000; run `sharedops init` to upgrade it"):
        db.open_database(desk.url)
    upgraded = db.initialise(desk.url)

    assert logins(upgraded) == before
    upgraded.close()


def test_nobody_upgrades_under_the_feet_of_others(desk, program):
    """While a console has the desk open, `init` of the next version changes nothing and says so."""
    logins(desk)
    program()
    with pytest.raises(Refused, match="at work on") as refusal:
        db.initialise(desk.url)

    assert "\n" not in str(refusal.value)
    with desk.read() as session:
        assert migrations.current(session.connection()) == "0001"


def test_a_console_that_was_away_does_not_work_on_a_schema_it_does_not_know(desk, program):
    """A laptop that slept through an upgrade is told, instead of writing into what it does not understand."""
    desk.close()
    program()
    db.initialise(desk.url).close()
    program(is_next=False)
    with pytest.raises(Refused, match="has schema 9000, this version needs 0001; a newer sharedops made it"):
        logins(desk)


def test_an_old_backup_is_read_by_the_next_version(desk, program, client_programs, tmp_path):
    """A backup of an older schema is proved, and becomes a desk, as if it had been upgraded; it stays what it was."""
    file = tmp_path / "desk.backup"
    backups.back_up(desk, file)
    content = file.read_bytes()
    program()
    with backups.readable(file) as ready:
        opened = db.open_file(ready)
        found = logins(opened)
        with opened.read() as session:
            session.connection().execute(text("SELECT motto FROM company")).all()
        opened.close()

    assert found == logins_before(desk)
    assert file.read_bytes() == content


def logins_before(desk):
    """Return who is in a desk that is still of the old schema."""
    with closing(db.connect(desk.url)) as old, old.read() as session:
        return session.exec(select(Person.login).order_by(Person.login)).all()


def test_a_backup_of_a_newer_version_is_refused(desk, program, client_programs, tmp_path):
    """Its schema and the remedy are named."""
    program()
    desk.close()
    upgraded = db.initialise(desk.url)
    backups.back_up(upgraded, tmp_path / "new.backup")
    upgraded.close()
    program(is_next=False)
    with (
        pytest.raises(Refused, match="a newer sharedops made it: install that version"),
        backups.readable(tmp_path / "new.backup"),
    ):
        pass
