"""What a PostgreSQL server tells of itself."""

import pytest
from sqlmodel import text

from sharedops_core.store import db, server


@pytest.fixture(params=["postgresql"])
def engine(request):
    """A file tells nothing of the kind."""
    return request.param


@pytest.fixture
def connection(database):
    """A connection of its own transaction."""
    with database.read() as session:
        yield session.connection()


def test_a_server_says_how_it_keeps_text_and_who_is_connected(connection):
    """Version, encoding, collation, connections; it has no standby."""
    found = server.facts(connection)

    assert (found.version >= server.OLDEST, found.encoding, found.collation, found.wrong) == (
        True,
        "UTF8",
        "C.UTF-8",
        (),
    )
    assert 1 <= found.connected <= found.places
    assert (found.standbys, found.behind) == (0, 0)


def test_settings_that_lose_what_was_acknowledged_are_named(connection):
    """A desk that says an act was done must be able to keep its word."""
    connection.execute(text("SET LOCAL synchronous_commit = off"))
    wanted = "synchronous_commit is off: what was acknowledged may be lost when the machine dies"
    assert wanted in server.facts(connection).warnings


def test_dead_rows_and_a_standby_that_does_not_come_are_named(database):
    """A table nobody sweeps grows, a slot nobody reads fills the disk."""
    fill = "INSERT INTO receipt SELECT n::text, now() FROM generate_series(1, 11000) n"
    with database.write() as session:
        session.connection().execute(text(fill))
    with database.write() as session:
        session.connection().execute(text("DELETE FROM receipt"))
        session.connection().execute(text("SELECT pg_create_physical_replication_slot('sharedops_gone', true)"))
    with database.read() as session:
        session.connection().execute(text("SELECT pg_stat_force_next_flush()"))
    try:
        told = " ".join(told_by(database))
    finally:
        with database.write() as session:
            session.connection().execute(text("SELECT pg_drop_replication_slot('sharedops_gone')"))

    assert "every fifth row of receipt is dead" in told
    assert "the replication slot sharedops_gone" in told


def told_by(database: db.Database) -> tuple[str, ...]:
    """Return the warnings of the server of a desk."""
    with database.read() as session:
        return server.facts(session.connection()).warnings


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_file_has_no_server(engine, desks, database):
    """There is nothing to be told of a file."""
    with database.read() as session:
        assert server.facts(session.connection()) is None
