"""An act whose answer was lost is done exactly once."""

import pytest
from sqlmodel import func, select

from sharedops_core.desk import finding, opening
from sharedops_core.errors import Away, Refused
from sharedops_core.rules.request import Request
from sharedops_core.store import db
from sharedops_core.store.tables import Receipt, Ticket
from tests.conftest import T0


@pytest.fixture
def engine():
    """Only a server can be lost on the way to it."""
    return "postgresql"


def opened(session):
    """Open a ticket."""
    return opening.open_ticket(session, Request("VPN drops"), actor=finding.person(session, "li.na"), at=T0)


def cut(database, monkeypatch, *, times=1, when="after"):
    """Cut the connection right before or right after the server has committed."""
    dialect, left = database.writing.dialect, [times]
    commit = dialect.do_commit

    def broken(connection):
        if left[0] and when == "before":
            left[0] -= 1
            connection.driver_connection.close()
        commit(connection)
        if left[0] and when == "after":
            left[0] -= 1
            connection.driver_connection.close()
            raise dialect.loaded_dbapi.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(dialect, "do_commit", broken)


def tickets(database):
    """Return how many tickets are there, and how many receipts."""
    with database.read() as session:
        return tuple(session.exec(select(func.count()).select_from(table)).one() for table in (Ticket, Receipt))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_whose_answer_is_lost_is_asked_again(database, monkeypatch, when):
    """Whether the server had committed or not, the act is there once, and its result is usable."""
    cut(database, monkeypatch, when=when)
    ticket = database.once(opened)

    assert ticket.number == f"INC-{10_000 + ticket.id}"
    assert tickets(database) == (1, 1)


def test_a_connection_that_breaks_twice_is_asked_twice(database, monkeypatch):
    """As long as the server comes back within the patience of an act, it is done once."""
    cut(database, monkeypatch, times=2)
    database.once(opened)
    assert tickets(database) == (1, 1)


def test_a_server_that_stays_away_leaves_a_doubt_and_says_so(database, monkeypatch):
    """When nobody can tell whether the act was done, that is what is told."""
    monkeypatch.setattr(db, "_ASK_AGAIN_FOR", 0.1)
    cut(database, monkeypatch, times=99)

    with pytest.raises(Away, match="Whether the last act was done is not known"):
        database.once(opened)


def test_a_refusal_leaves_no_receipt(database):
    """What was refused was not done."""

    def refused(_session):
        raise Refused("no")

    with pytest.raises(Refused):
        database.once(refused)
    assert tickets(database) == (0, 0)


def test_a_connection_cut_while_it_works_is_told_in_one_sentence(database):
    """Outside of an act that may be asked again, a lost connection is a sentence without a password."""
    with pytest.raises(Away, match=r"cannot be reached: .*What was acknowledged is safe") as refusal:  # noqa: SIM117
        with database.write() as session:
            pid = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with database.read() as other:
                other.connection().exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
            session.exec(select(Ticket)).all()
    assert "\n" not in str(refusal.value)
