"""What the database itself holds to, and two writers at once."""

from threading import Event, Thread

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import col, select, text, update

from sharedops_core.desk import finding
from sharedops_core.errors import Conflict, NotFound, Refused
from sharedops_core.store import db, postgres, sqlite
from sharedops_core.store.tables import Article, Clock, Company, Handoff, Message, Person, Team, Ticket
from tests.conftest import T0


def ticket(**columns):
    """Return a received ticket, with some columns other than usual."""
    usual = {"number": "INC-10001", "subject": "x", "policy_id": 1, "state": "received", "opened_at": T0,
             "changed_at": T0, "queue_at": T0}  # fmt: skip
    return Ticket(**usual | columns)


def message(**columns):
    """Return a message of no ticket, with some columns other than usual."""
    usual = {"ticket_id": 99, "event_id": 99, "at": T0, "direction": "in", "body": "x", "body_hash": b""}
    return Message(**usual | columns)


def found_company(session):
    """Write one more company, so that the transaction has begun."""
    session.add(Company(code="new", name_en="New", name_zh="新"))
    session.flush()


def companies(database):
    """Return the codes of the companies that are committed."""
    with database.read() as session:
        return session.exec(select(Company.code).order_by(col(Company.code))).all()


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("road", ["writing", "reading"])
def test_every_connection_to_a_file_keeps_references(database, road):
    """Both roads watch foreign keys and work on a file whose writers do not block its readers."""
    with getattr(database, road).connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM person")
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("foreign_keys", "journal_mode", "busy_timeout")
        }

    assert pragmas == {"foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 10_000}


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize(
    ("road", "isolation", "read_only"), [("writing", "read committed", "off"), ("reading", "repeatable read", "on")]
)
def test_every_connection_to_a_server_gives_up_in_time(database, road, isolation, read_only):
    """No statement, lock or forgotten transaction holds others up for ever, and the server knows who is there."""
    wanted = {
        "transaction_isolation": isolation, "transaction_read_only": read_only, "statement_timeout": "30s",
        "lock_timeout": "10s", "idle_in_transaction_session_timeout": "5min", "application_name": "sharedops",
        "TimeZone": "UTC",
    }  # fmt: skip
    with getattr(database, road).connect() as connection:
        found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in wanted}

    assert found == wanted


FK, UNIQUE = "(?i)foreign key", "(?i)unique"
BAD_ROWS = {
    "a state the table of moves does not know": (ticket(state="lost", queue_at=None), "ck_ticket_state"),
    "priority 5": (ticket(priority=5), "ck_ticket_priority"),
    "line 4": (ticket(line=4), "ck_ticket_line"),
    "a kind nobody knows": (ticket(kind="wish"), "ck_ticket_kind"),
    "waiting for nothing": (ticket(state="waiting"), "ck_ticket_waiting"),
    "a reason without waiting": (ticket(waiting_reason="requester"), "ck_ticket_waiting"),
    "open without a place in the queue": (ticket(queue_at=None), "ck_ticket_queue"),
    "closed with a place in the queue": (ticket(state="confirmed"), "ck_ticket_queue"),
    "a policy that is not there": (ticket(policy_id=99), FK),
    "a team that is not there": (ticket(team_id=99), FK),
    "a requester who is not there": (ticket(requester_id=99), FK),
    "a person of no role": (Person(login="x", name="x", role="king"), "ck_person_role"),
    "a person of no language": (Person(login="x", name="x", language="fr"), "ck_person_language"),
    "a login twice": (Person(login="li.na", name="x"), UNIQUE),
    "a team of line 0": (Team(code="x", line=0, name_en="x", name_zh="x"), "ck_team_line"),
    "a message of no ticket": (message(ticket_id=99), FK),
    "a message of no direction": (message(direction="up"), "ck_message_direction"),
    "a clock of no ticket": (Clock(ticket_id=99, kind="response", nth=1, target="1h", started_at=T0, terms_id=1), FK),
    "an offer that is decided at no time": (
        Handoff(ticket_id=99, to_team_id=1, reason="x", asked="", tried="", found="", promised="", wanted="",
                offered_at=T0, decision="accepted"),
        "ck_handoff_decided",
    ),
    "an article of no kind": (
        Article(key="KB-1", kind="poem", audience="agents", families=[], reviewed_on=T0.date(), title_en="",
                title_zh="", body_en="", body_zh=""),
        "ck_article_kind",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "rule"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_bad_row_is_refused_by_the_database_itself(session, row, rule):
    """Whatever the code forgets, a row that makes no sense does not get in."""
    session.add(row.model_copy())
    with pytest.raises(IntegrityError, match=rule):
        session.flush()


def test_a_good_row_gets_in(session):
    """The rows of the test above fail for the reason they name: the usual ticket is fine."""
    session.add(ticket())
    session.flush()
    assert session.exec(select(Ticket.version)).one() == 1


def test_a_number_is_given_once(session):
    """Two tickets never carry the same number."""
    session.add(ticket())
    session.flush()
    session.add(ticket())
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_block_that_fails_leaves_no_trace(database):
    """One error anywhere in a writing block takes back everything that block did."""
    with pytest.raises(ZeroDivisionError), database.write() as session:
        found_company(session)
        raise ZeroDivisionError

    assert companies(database) == ["hq"]


def test_a_block_that_ends_is_committed(database):
    """What a writing block did is there for the next reader."""
    with database.write() as session:
        found_company(session)

    assert companies(database) == ["hq", "new"]


def test_a_reader_sees_one_state_while_others_write(database):
    """A reading that has begun does not see what is committed meanwhile, and does not block the writer."""
    with database.read() as reading:
        before = reading.exec(select(Company.code)).all()
        with database.write() as session:
            found_company(session)
        assert reading.exec(select(Company.code)).all() == before


def locked(session, ticket_id):
    """Return a ticket as an act of 李娜 reads it."""
    return finding.ticket(session, ticket_id, "change", finding.person(session, "li.na"))


@pytest.fixture
def one(database):
    """The id of a ticket that is there for everybody."""
    with database.write() as session:
        session.add(ticket(id=1))
    return 1


def test_a_second_writer_waits_for_the_first(database, one):
    """Two acts on a ticket at once happen one after the other, so the second sees what the first has done."""
    seen, begun = [], Event()

    def second():
        begun.set()
        with database.write() as session:
            seen.append(locked(session, one).subject)

    thread = Thread(target=second)
    with database.write() as session:
        locked(session, one).subject = "changed"
        thread.start()
        begun.wait(5)
        thread.join(0.1)
        assert seen == []
    thread.join(5)
    assert seen == ["changed"]


def test_a_writer_who_waited_too_long_gets_a_conflict(database, one, monkeypatch):
    """A ticket that stays busy is told as a conflict, with nothing changed and no trace of SQL."""
    for engine in (sqlite, postgres):
        monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 20)
    other = db.open_database(database.url)
    with database.write() as session:
        locked(session, one)
        with pytest.raises(Conflict, match="the database is busy; nothing was changed"), other.write() as late:
            locked(late, one)
    other.close()


def test_a_ticket_changed_by_somebody_else_meanwhile_is_a_conflict(database):
    """The version column catches an act on a row that is not the row that was read."""
    with database.write() as session:
        session.add(ticket())
    with pytest.raises(Conflict, match="somebody else changed the ticket"), database.write() as session:
        found = session.exec(select(Ticket)).one()
        session.connection().execute(update(Ticket.__table__).values(version=7))
        found.subject = "other"

    with database.read() as session:
        assert session.exec(select(Ticket.subject)).one() == "x"


def test_the_version_grows_with_every_change(database):
    """Each saved change gives a ticket the next version."""
    with database.write() as session:
        session.add(ticket())
    for subject in ("y", "z"):
        with database.write() as session:
            session.exec(select(Ticket)).one().subject = subject

    with database.read() as session:
        assert session.exec(select(Ticket.version)).one() == 3


def test_what_the_driver_says_is_told_in_one_sentence(database):
    """A table that is gone becomes a refusal with the address."""
    with database.write() as session:
        session.connection().execute(text("DROP TABLE survey"))
    missing = r"the database at (sqlite|postgresql):.* cannot be used: .*survey.*"
    with pytest.raises(Refused, match=missing) as refusal:  # noqa: SIM117
        with database.read() as session:
            session.connection().execute(text("SELECT * FROM survey"))
    assert "\n" not in str(refusal.value)


def test_our_own_refusals_pass_unchanged(database):
    """A refusal raised inside a block reaches the caller as it is."""
    with pytest.raises(NotFound, match="nothing here"), database.write():
        raise NotFound("nothing here")


def test_no_parameters_in_error_texts(session):
    """The words of a requester never get into a traceback by way of a failed statement."""
    with pytest.raises((IntegrityError, OperationalError)) as failure:
        session.connection().execute(text("INSERT INTO company(code, tz) VALUES (:a, :a)"), {"a": "secret words"})

    assert "secret words" not in str(failure.value)


UNWATCHED = {
    "sqlite": ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON"),
    "postgresql": ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT"),
}


def test_the_examination_names_dangling_rows(database, engine):
    """References that were broken behind our back are found, with row and table."""
    off, on = UNWATCHED[engine]
    connection = database.writing.raw_connection()
    for statement in (off, "UPDATE person SET company_id = 99 WHERE id = 30", on):
        connection.cursor().execute(statement)
    connection.commit()
    connection.close()

    with database.reading.connect() as reading:
        assert db.integrity(reading) == ["row 30 of person points to nothing in company"]
