"""Opening, making and upgrading a database, and what happens when the file is something else."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

from sharedops_core.errors import Away, BadInput, NotFound, Refused
from sharedops_core.store import db, migrations, search
from sharedops_core.store.tables import Person

GARBAGE = b"this is no database, it only lives here\n" * 200


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A place for a database file."""
    return tmp_path / "desk.db"


def url(file: Path) -> str:
    """Return the address of a file."""
    return f"sqlite:///{file}"


def foreign(file: Path) -> Path:
    """Write a database of another program."""
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (title TEXT)")
    connection.close()
    return file


def of_schema(file: Path, version: str) -> Path:
    """Write a database of ours that says it has another schema version."""
    db.initialise(url(file)).close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()
    return file


def test_a_new_database_has_the_newest_schema(file):
    """Making a database brings it to the version this program works with."""
    opened = db.initialise(url(file))
    with opened.reading.connect() as connection:
        found = migrations.current(connection)
    opened.close()

    assert found == migrations.newest() == migrations.known()[-1]


def test_making_a_database_twice_changes_nothing(database):
    """`init` on a database that is there leaves every row where it is."""
    again = db.initialise(database.url)
    with again.read() as session:
        count = session.connection().exec_driver_sql("SELECT count(*) FROM person").scalar_one()
    again.close()

    assert count == 9


def test_models_and_migrations_agree(database):
    """A database made by the migrations has exactly the tables, columns and indexes that the models state."""
    with database.reading.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _parents: kind != "table" or "_fts" not in name}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_index_has_its_table_and_its_vocabulary(database):
    """The search tables, which no model states, are there."""
    names = db.table_names(database.reading)
    assert {f"{name}{end}" for name in search.INDEXES for end in ("", "_words")} <= set(names)


@pytest.mark.parametrize("act", [db.open_database, db.initialise])
def test_an_unknown_schema_is_refused_and_nothing_changed(file, act):
    """A database that a newer version made is refused in one sentence that names both versions."""
    before = of_schema(file, "9999").read_bytes()
    with pytest.raises(Refused, match=r"has schema 9999, this version needs \d{4}") as refusal:
        act(url(file))

    assert "\n" not in str(refusal.value)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["desk.db"]


def test_an_old_schema_names_the_remedy(file, monkeypatch):
    """A database that a known older version made is refused with the command that upgrades it."""
    of_schema(file, "0000")
    versions = migrations.known()
    monkeypatch.setattr(migrations, "known", lambda: ["0000", *versions])

    with pytest.raises(Refused, match="run `sharedops init` to upgrade it"):
        db.open_database(url(file))


@pytest.mark.parametrize("engine", ["postgresql"])
def test_an_upgrade_is_refused_while_consoles_run(database, monkeypatch):
    """A schema is not changed under the feet of those who work on it; their number is said."""
    versions = migrations.known()
    monkeypatch.setattr(migrations, "known", lambda: [*versions, "9000"])
    with database.write() as session:
        session.connection().exec_driver_sql("SELECT 1")
        with pytest.raises(Refused, match="1 console or command is at work on postgresql:"):
            db.initialise(database.url)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_every_text_sorts_by_code_point(database):
    """Whatever the language of the server, lists have the order that SQLite gives them."""
    strange = (
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND"
        " data_type = 'character varying' AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'alembic_version'"
    )
    with database.reading.connect() as connection:
        assert connection.exec_driver_sql(strange).all() == []


@pytest.mark.parametrize("act", [db.open_database, db.initialise])
def test_a_file_that_is_no_database_is_refused(file, act):
    """Garbage is named as what it is, and stays what it was."""
    file.write_bytes(GARBAGE)
    with pytest.raises(Refused, match="is not a sharedops database: file is not a database"):
        act(url(file))

    assert file.read_bytes() == GARBAGE


def test_looking_into_a_foreign_database_changes_nothing(file):
    """The database of another program is told apart from ours without writing one byte into it."""
    before = foreign(file).read_bytes()
    with pytest.raises(NotFound, match="no sharedops database at"):
        db.open_database(url(file))

    assert file.read_bytes() == before


def test_a_foreign_database_is_never_filled_with_our_tables(file):
    """`init` refuses a database that holds the tables of another program."""
    before = foreign(file).read_bytes()
    with pytest.raises(Refused, match="it holds tables of another program"):
        db.initialise(url(file))

    assert file.read_bytes() == before


def test_an_empty_file_is_no_database_yet(file):
    """An empty file opens as nothing and becomes a database by `init`."""
    file.touch()
    with pytest.raises(NotFound, match="`sharedops init` makes one"):
        db.open_database(url(file))
    assert file.stat().st_size == 0

    db.initialise(url(file)).close()
    db.open_database(url(file)).close()


def test_a_missing_folder_is_made_by_init_only(tmp_path):
    """Opening what is not there makes nothing; `init` makes the folders it needs."""
    deep = tmp_path / "a" / "b" / "desk.db"
    with pytest.raises(NotFound):
        db.open_database(url(deep))
    assert not deep.parent.exists()

    db.initialise(url(deep)).close()
    assert deep.is_file()


def test_a_folder_that_cannot_be_made_is_named(file):
    """A file where the folder should be is said in one sentence."""
    file.touch()
    with pytest.raises(BadInput, match=r"cannot make the folder .*desk\.db"):
        db.initialise(url(file / "deeper.db"))


def test_a_folder_is_no_database(tmp_path):
    """A folder's name where a file is wanted is refused, whatever is done with it."""
    with pytest.raises(NotFound):
        db.open_database(url(tmp_path))
    with pytest.raises(Refused, match="cannot be used"):
        db.initialise(url(tmp_path))


@pytest.mark.parametrize(
    "wrong", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://li@host/desk", "postgresql://host:1:5/desk%"]
)
def test_an_address_without_a_file_or_server_is_refused(wrong):
    """Only a file or a server keeps what is written: every other address is bad input."""
    with pytest.raises(BadInput):
        db.initialise(wrong)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://li:hunter2@127.0.0.1:1/desk", "postgres://li:hunter2@127.0.0.1:1,127.0.0.1:2/desk",
        "postgresql+psycopg://li:hunter2@127.0.0.1:1/desk", "postgresql://li:hun@ter/hunter2@127.0.0.1:1/desk",
        "postgresql://127.0.0.1:1/desk?user=li&password=hunter2", "postgresql://li:hunter2@127.0.0.1:x/desk",
        "mysql://li:hunter2@host/desk", " postgresql://li:hunter2@127.0.0.1:1/desk",
        "postgresql:/li:hunter2@127.0.0.1/desk", "host=127.0.0.1 port=1 password=hunter2",
        "postgresql://127.0.0.1:1/desk?user=li&passw%6Frd=hunter2", "postgresql://127.0.0.1:1/desk?PASSWORD=hunter2",
        "postgresql://li:p@hunter2@127.0.0.1:1/desk",
    ],
)  # fmt: skip
def test_a_password_is_never_printed(address):
    """An address that leads nowhere is shown without its password."""
    with pytest.raises((Away, BadInput)) as refusal:
        db.open_database(address)

    assert "hunter2" not in str(refusal.value)
    assert "***" in str(refusal.value)


def test_a_check_gets_another_condition_and_every_row_stays(desks, engine):
    """What a table that others refer to may hold is changed in place, and holds from then on."""
    with desks.empty(engine) as url:
        opened = db.initialise(url)
        with opened.write() as session:
            session.add(Person(login="li.na", name="Li Na"))
        with opened.write() as session:
            migrations.recheck(session.connection(), "person", "ck_person_role", "role in ('requester', 'guest')")
        with opened.write() as session:
            session.exec(select(Person)).one().role = "guest"
        with pytest.raises(IntegrityError), opened.write() as session:
            session.exec(select(Person)).one().role = "admin"
        opened.close()
