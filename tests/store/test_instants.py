"""The column type of instants."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import col, select, text, update

from sharedops_core.store.tables import Survey, Ticket
from tests.conftest import T0

BEIJING = timezone(timedelta(hours=8))


@pytest.fixture
def survey(session):
    """The survey of a ticket, answered at T0."""
    session.add(
        Ticket(id=1, number="INC-1", subject="x", policy_id=1, opened_at=T0, changed_at=T0, queue_at=T0,
               state="received", version=1)
    )  # fmt: skip
    session.flush()
    session.add(Survey(ticket_id=1, csat=5, at=T0))
    session.flush()
    return session.exec(select(Survey)).one()


def test_an_instant_without_a_zone_is_refused(session, survey):
    """A naive time is no instant: it is refused before it reaches the database."""
    with pytest.raises(StatementError, match="time zone"):
        session.execute(update(Survey).values(at=datetime(2026, 3, 2, 9, 0)))  # noqa: DTZ001


def test_an_instant_of_any_zone_comes_back_as_utc(session, survey):
    """What goes in as Beijing time is the same instant in UTC when it is read."""
    session.execute(update(Survey).values(at=datetime(2026, 3, 2, 17, 30, tzinfo=BEIJING)))
    session.expire_all()

    assert survey.at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert survey.at.utcoffset() == timedelta(0)


def test_instants_sort_and_compare_as_instants(session, survey):
    """A comparison in SQL with a time of another zone compares instants, not wall clocks."""
    same = T0.astimezone(BEIJING)
    statement = select(Survey.ticket_id).where(col(Survey.at) <= same, col(Survey.at) >= same)

    assert session.exec(statement).all() == [1]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_file_holds_utc_text_without_a_zone(session, survey):
    """On disk an instant is its UTC wall clock, so that other programs can read it."""
    stored = session.connection().execute(text("SELECT at FROM survey")).scalar_one()
    assert stored == "2026-03-02 01:00:00.000000"


def test_no_instant_stays_none(session, survey):
    """A missing instant is neither refused nor invented."""
    assert session.exec(select(Ticket.resolved_at)).one() is None
