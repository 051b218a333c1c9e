"""Another schema: every one that was released becomes the newest, and nobody works on one they do not know."""

import shutil
from contextlib import closing
from datetime import datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table, create_engine
from sqlmodel import SQLModel, select, text

from sharedops_core.errors import Refused
from sharedops_core.store import backups, db, migrations
from sharedops_core.store.tables import Person, Reason, SavedView, Ticket
from tests.conftest import T0, small_centre

NEWEST = migrations.newest()

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
    (folder / "9000_a_motto.py").write_text(NEXT.format(newest=NEWEST), encoding="utf-8")
    here = migrations.VERSIONS
    return lambda is_next=True: monkeypatch.setattr(migrations, "VERSIONS", folder if is_next else here)


def logins(database):
    """Return who is in a desk."""
    with database.read() as session:
        return session.exec(select(Person.login).order_by(Person.login)).all()


def laid_down(url, version):
    """Make an empty desk as the program of a version did."""
    (db.postgres if db.postgres.is_meant(url) else db.sqlite).prepare(url)
    with closing(db.connect(url, must_exist=False)) as old, old.write() as session:
        migrations.run(session.connection(), version)


@pytest.mark.parametrize("version", migrations.known())
def test_every_released_schema_becomes_the_newest(engine, desks, version):
    """A database of each version becomes exactly what the models state."""
    with desks.empty(engine) as url:
        laid_down(url, version)
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
    expected = rf"has schema {NEWEST}, this version needs 9000; run `sharedops init` to upgrade it"
    with pytest.raises(Refused, match=expected):
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
        assert migrations.current(session.connection()) == NEWEST


def test_a_console_that_was_away_does_not_work_on_a_schema_it_does_not_know(desk, program):
    """A laptop that slept through an upgrade is told, instead of writing into what it does not understand."""
    desk.close()
    program()
    db.initialise(desk.url).close()
    program(is_next=False)
    with pytest.raises(Refused, match=f"has schema 9000, this version needs {NEWEST}; a newer sharedops made it"):
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


def filled(connection, name, /, **values):
    """Write a row as the program of an old schema did: what must be there, and is not named, is nothing."""
    table = Table(name, MetaData(), autoload_with=connection)
    must = [one for one in table.columns if not one.nullable and one.name not in values and not one.primary_key]
    nothing = {datetime: T0, bool: False, int: 0, str: "", bytes: b""}
    connection.execute(
        table.insert().values({one.name: nothing.get(one.type.python_type, {}) for one in must} | values)
    )


def of_first_schema(connection):
    """Write two tickets, one of which came back, two views of one name, and a reason."""
    for ticket_id, teams in ((1, (1, 2, 1)), (2, (1, 2, 3))):
        filled(
            connection,
            "ticket",
            id=ticket_id,
            number=f"INC-{ticket_id}",
            kind="incident",
            state="working",
            priority=3,
            line=1,
            queue_at=T0,
        )
        for seq, team_id in enumerate(teams):
            filled(
                connection,
                "event",
                ticket_id=ticket_id,
                seq=seq,
                state="working",
                act="accept",
                priority=3,
                line=1,
                team_id=team_id,
            )
    filled(connection, "person", id=1, login="li.na", role="agent", language="en")
    for _ in range(2):
        filled(connection, "savedview", name="P1", owner_id=1, saved_by_id=1)
    filled(connection, "reason", kind="waiting", code="supplier")


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_desk_without_bounces_marks_what_goes_to_and_fro_already(engine, desks):
    """What an old program moved from one to two and back to one waits for its leads; they have reasons to choose
    from; of two views with one name the younger one is called otherwise."""
    with desks.empty(engine) as url:
        laid_down(url, "0001")
        written = create_engine(url)  # holds no references, so that the rest of a desk need not be there
        with written.begin() as connection:
            of_first_schema(connection)
        written.dispose()
        opened = db.initialise(url)
        with opened.read() as session:
            assert session.exec(select(Ticket.id, Ticket.bounce)).all() == [(1, "returned"), (2, None)]
            assert session.exec(select(SavedView.name)).all() == ["P1", "P1 2"]
            assert len(session.exec(select(Reason).where(Reason.kind == "decision")).all()) == 5
        opened.close()
