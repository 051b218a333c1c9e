"""A whole desk from one engine to the other: the same rows, all of them or none."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import SQLModel, select, text

from sharedops_core.desk import assignment, finding, merging, opening
from sharedops_core.errors import Away, NotFound, Refused
from sharedops_core.rules.request import Request
from sharedops_core.store import db, migrations, moving, postgres, search, sqlite, targets
from sharedops_core.store.tables import Event, Message, Person, Ticket
from sharedops_core.views import audit, doctor
from tests.conftest import ROOT, SEES_ALL, T0
from tests.views.conftest import hand_made

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def desk(engine, desks):
    """A desk with six tickets, on the engine it leaves."""
    with desks.copy(engine, "hand made", hand_made) as made:
        yield made


@pytest.fixture
def target(engine, desks):
    """The address of an empty database on the other engine."""
    with desks.empty(OTHER[engine]) as url:
        yield url


@contextmanager
def opened(url):
    """Open a desk for reading."""
    database = db.open_database(url)
    with database.read() as session:
        yield session
    database.close()


def move(desk, url):
    """Move a desk, and return what was carried over."""
    with desk.read() as here, targets.new(url) as there:
        return moving.carry(here, there)


def is_empty(url):
    """Return whether there is nothing at an address."""
    if not postgres.is_meant(url):
        return not [path for path in sqlite.file_of(url).parent.glob("*") if path.suffix != ".partial"]
    found = db.connect(url)
    names = db.table_names(found.reading)
    found.close()
    return names == []


def test_every_row_of_every_table_is_there(desk, target):
    """The new desk gives the same counts and hashes as the old one, table by table; none was left out."""
    done = move(desk, target)
    with desk.read() as old, opened(target) as new:
        assert moving.contents(new.connection()) == moving.contents(old.connection()) == done
    assert {one.table for one in done} == set(SQLModel.metadata.tables)
    assert {one.table: one.rows for one in done}["event"] == 28


def test_the_new_desk_is_sound(desk, target):
    """Its journal replays, its chains hold, its indexes find what the old ones found; merged tickets go on."""
    with desk.write() as session:
        merging.merge(session, 1, "INC-10002", actor=finding.person(session, "he.lin"), at=T0 + timedelta(days=9))
    move(desk, target)
    with desk.read() as old, opened(target) as new:
        assert doctor.examine(new, reader=SEES_ALL).findings == ()
        assert [one.head for one in audit.verify(new)] == [one.head for one in audit.verify(old)]
        for question in ("vpn down", "在家连不上"):
            assert [hit.rowid for hit in search.find(new, "item_fts", question)] == [1]


def test_work_goes_on_in_the_new_desk(desk, target):
    """The next ticket, line and message get the next numbers."""
    move(desk, target)
    database = db.open_database(target)
    with database.write() as session:
        agent = finding.person(session, "li.na")
        request = Request(subject="x", item="IT-NET-VPN-01", channel="phone", body="hello")
        opened_id = opening.open_ticket(session, request, actor=agent, at=T0 + timedelta(days=9)).id
        assignment.take(session, opened_id, actor=agent, at=T0 + timedelta(days=9))
        session.add(Person(login="new", name="new"))
    with database.read() as session:
        assert session.exec(select(Ticket.number).where(Ticket.id == opened_id)).one() == "INC-10007"
        assert max(session.exec(select(Event.id))) == 30
        assert len(set(session.exec(select(Message.id)))) == len(session.exec(select(Message.id)).all())
        assert audit.verify(session)[0].broken is None
    database.close()


def test_there_and_back_is_the_same_desk(engine, desk, desks, target):
    """Moved to the other engine and from there to this one, every hash is what it was."""
    first = move(desk, target)
    database = db.open_database(target)
    with desks.empty(engine) as home:
        assert move(database, home) == first
    database.close()


def test_one_moment_is_moved_while_others_write(desk, target):
    """What is written after the first row was read is not in the copy; nobody had to wait."""
    with desk.read() as here, targets.new(target) as there:
        before = moving.counts(here.connection())
        with desk.write() as session:
            assignment.take(session, 1, actor=finding.person(session, "li.na"), at=T0 + timedelta(days=9))
        done = moving.carry(here, there)

    assert {one.table: one.rows for one in done} == before
    with opened(target) as new:
        assert doctor.examine(new, reader=SEES_ALL).findings == ()


def test_the_old_desk_stays_as_it_was(desk, target):
    """Nothing is written into the desk that was copied."""
    with desk.read() as session:
        before = moving.contents(session.connection())
    move(desk, target)
    with desk.read() as session:
        assert moving.contents(session.connection()) == before


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_killed_in_the_middle_leaves_nothing(desk, target):
    """After kill -9, when every row was written but nothing kept, the target is as empty as before, and can be used."""
    command = [sys.executable, "tests/store/moving_loop.py", desk.url, target]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as started:
        assert started.stdout.readline() == b"in the middle\n"
        started.kill()

    assert is_empty(target)
    assert move(desk, target)


def test_a_failure_leaves_nothing(desk, target):
    """Whatever goes wrong before the end of the block, nothing of it is kept."""
    with pytest.raises(Refused, match="no"), desk.read() as here, targets.new(target) as there:
        moving.carry(here, there)
        raise Refused("no")
    assert is_empty(target)


def test_only_an_empty_database_is_filled(desk, target):
    """A desk, of whatever schema, and tables of another program are left alone, and named in one sentence."""
    move(desk, target)
    words = (
        f"there is a desk with schema {migrations.newest()} in it"
        if postgres.is_meant(target)
        else "there is such a file"
    )
    for act in (lambda: targets.refuse_full(target), lambda: move(desk, target)):
        with pytest.raises(Refused, match=f"is not empty: {words}; name an empty database") as refusal:
            act()
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_database_of_somebody_else_is_left_alone(desk, target):
    """Tables of another program, and a database that cannot keep Chinese, are named."""
    database = db.connect(target)
    with database.write() as session:
        session.connection().execute(text("CREATE TABLE recipes (title text)"))
    database.close()
    with pytest.raises(Refused, match="there is a table recipes in it"):
        move(desk, target)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_database_that_cannot_keep_chinese_is_refused(desk, desks):
    """Its encoding is named, and how to make one that can."""
    name = "sharedops_ascii"
    desks.server.run(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(Refused, match="keeps text as SQL_ASCII; make one that keeps it as UTF8: createdb -E UTF8"):
            move(desk, desks.server.url(name))
    finally:
        desks.server.drop(name)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_database_that_is_not_there_is_named(desk, desks):
    """The remedy is named, too: databases on a server are made by whoever runs it."""
    with pytest.raises(NotFound, match=r"there is no database sharedops_none at .*; make it with `createdb"):
        move(desk, desks.server.url("sharedops_none"))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE person SET capacity = 99999999999 WHERE id = 2", "person: row 2, column capacity: value"),
        ("UPDATE message SET body = 'a' || char(0) WHERE id = 1", "message: row 1: invalid byte sequence"),
        ("UPDATE event SET at = 'never' WHERE id = 3", "event: row 3, column at: invalid input syntax"),
        ("UPDATE event SET is_person = 7 WHERE id = 3", "event, row 3: it holds a value that cannot be read"),
        ("UPDATE person SET role = 'emperor' WHERE id = 2", "person: row 2: .*ck_person_role"),
        ("UPDATE ticket SET requester_id = 77 WHERE id = 2", "ticket: insert or update .* violates foreign key"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_row_the_server_does_not_take_is_named(desk, target, statement, words):
    """A file takes what a server refuses: table, row and column are said in one sentence, nothing is kept."""
    with desk.writing.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA ignore_check_constraints=ON")
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute(statement)
    desk.close()
    with pytest.raises(Refused, match=words) as refusal:
        move(desk, target)

    assert "\n" not in str(refusal.value)
    assert is_empty(target)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_server_that_goes_away_is_said(desk, desks, target):
    """A connection that is cut in the middle is one sentence, and nothing is kept."""
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sharedops'"
    with pytest.raises(Away, match="cannot be reached"), desk.read() as here, targets.new(target) as there:
        moving.carry(here, there, lambda _rows: desks.server.run(cut))

    assert is_empty(target)


def test_a_row_that_comes_back_otherwise_is_noticed(desk, target, monkeypatch):
    """What the target gives back is compared with what was read."""
    written = moving.pour
    with pytest.raises(Refused, match="person: 9 rows were written, but others came back"):

        def spoil(found, connection, told):
            done = written(found, connection, told)
            connection.execute(text("UPDATE person SET name = 'x' WHERE id = 2"))
            return done

        monkeypatch.setattr(moving, "pour", spoil)
        move(desk, target)
    assert is_empty(target)


def test_progress_is_told_of_every_row_twice(desk, target):
    """Once when it was written, once when it was read again."""
    told = []
    with desk.read() as here, targets.new(target) as there:
        done = moving.carry(here, there, told.append)
    assert sum(told) == 2 * sum(one.rows for one in done)
