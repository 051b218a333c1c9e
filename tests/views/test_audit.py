"""The chains: whatever is changed behind the journal's back is found, at the line where it happened."""

import re

import pytest
from sqlalchemy import Table, insert, select
from sqlmodel import col

from sharedops_core.desk import administration, conversation, finding
from sharedops_core.store import access, chains
from sharedops_core.store.tables import AdminEvent, Event, Message
from sharedops_core.views import audit, health
from tests.conftest import SEES_ALL, T0
from tests.lanes import add_lane, secret

LINE = 9
OTHER = {
    "ticket_id": "1", "seq": "99", "at": "'2026-03-02 01:09:59.000000'", "act": "'note'", "actor_id": "2",
    "is_person": "0", "reason": "'x'", "from_state": "'working'", "state": "'working'", "waiting_reason": "'x'",
    "priority": "4", "line": "2", "team_id": "3", "assignee_id": "2", "first_contact_id": "2", "terms_id": "9",
    "offered_team_id": "1", "duty_offered_id": "2", "pushed_id": "2",
    "pushed_until": "'2026-03-02 01:09:59.000000'", "promised_for": "'2026-03-02 01:09:59.000000'", "alarm": "'x'",
    "detail": """'{"x": 1}'""",
    "salt": "x'00'", "detail_hash": "x'00'", "hash_before": "x'00'", "hash": "x'00'", "id": "-5",
}  # fmt: skip
"""Column of the journal → another value of it."""


def change(session, statement):
    """Run a statement written for SQLite behind the journal's back, on either engine."""
    if session.get_bind().dialect.name == "postgresql":
        statement = re.sub("x'(..)'", r"'\\x\1'", statement).replace("is_person = 0", "is_person = false")
    session.connection().exec_driver_sql(statement)


@pytest.fixture
def tamper(desk, engine):
    """Run a statement behind the journal's back and return where the journal's chain breaks now."""
    unguarded = {"sqlite": "PRAGMA defer_foreign_keys=ON", "postgresql": "SET LOCAL session_replication_role = replica"}

    def run(*statements):
        for statement in (unguarded[engine], *statements):
            change(desk, statement)
        return broken(desk)

    yield run
    desk.rollback()


def broken(session, chain=0):
    """Return where a chain breaks, as a sentence."""
    found = audit.verify(session, reader=SEES_ALL)[chain].broken
    return found and found.sentence


def place(session, line):
    """Return what a line of the journal is called."""
    found = session.get_one(Event, line)
    return f"INC-1000{found.ticket_id}, journal line {found.seq}: "


def test_an_untouched_desk_holds(desk):
    """Both chains hold from their first line to the last, one link per line."""
    journal, administration_ = audit.verify(desk, reader=SEES_ALL)

    assert (journal.lines, journal.broken) == (28, None)
    assert (administration_.lines, administration_.broken) == (1, None)


def test_every_column_has_a_case():
    """A column that comes later needs its case below."""
    assert OTHER.keys() == set(Event.__table__.columns.keys())


@pytest.mark.parametrize("column", [name for name in OTHER if name not in ("id", "hash_before")])
def test_each_column_of_a_line_is_guarded(desk, tamper, column):
    """Any other value in any column is named with ticket and line."""
    where = {"ticket_id": "INC-10001", "seq": "INC-10004, journal line 99"}.get(column, place(desk, LINE))
    assert tamper(f"UPDATE event SET {column} = {OTHER[column]} WHERE id = {LINE}").startswith(where)  # noqa: S608


@pytest.mark.parametrize("value", ["'garbage'", "x'ff'"])
@pytest.mark.parametrize("column", ["at", "detail", "priority", "hash"])
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_value_that_cannot_be_read_is_named(desk, tamper, column, value):
    """Even what no column of its kind can hold leads to the line and not to a crash; PostgreSQL takes no such value."""
    where = place(desk, LINE)
    assert tamper(f"UPDATE event SET {column} = {value} WHERE id = {LINE}").startswith(where)  # noqa: S608


MOVED = {
    "a line is taken out": (["UPDATE message SET event_id = 1 WHERE event_id = 9", "DELETE FROM event WHERE id = 9"],
                            10, "1 lines before it are missing"),
    "a line is taken out and the rest moves up": (
        ["DELETE FROM event WHERE id = 9", "UPDATE event SET id = -id WHERE id > 9",
         "UPDATE event SET id = -id - 1 WHERE id < 0"],
        10, "it does not follow the line before it"),
    "two lines change places": (
        ["UPDATE event SET id = 99 WHERE id = 9", "UPDATE event SET id = 9 WHERE id = 10",
         "UPDATE event SET id = 10 WHERE id = 99"], 10, "it does not follow the line before it"),
    "a line stands before the first": (["UPDATE event SET id = -5 WHERE id = 9"], 9, "it stands before the first line"),
    "another line is named as the one before": (["UPDATE event SET hash_before = x'00' WHERE id = 9"], 9,
                                                "it does not follow the line before it"),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "line", "what"), MOVED.values(), ids=MOVED.keys())
def test_lines_cannot_be_moved(desk, tamper, statements, line, what):
    """Taking out, moving and putting in is told from changing, at the first line that does not fit."""
    where = place(desk, line)
    assert tamper(*statements).startswith(where + what)


def test_lines_at_the_end_are_missed(tamper):
    """A journal that was cut off at the end is shorter than it says."""
    assert tamper("DELETE FROM event WHERE id > 26") == "2 lines at the end are missing"


def forged(session, tip):
    """Return a line that continues the chain as well as anybody who knows the form could make it."""
    table: Table = Event.__table__
    last = dict(session.connection().execute(select(table).where(table.c.id == 28)).mappings().one())
    return tip.append(last | {"seq": last["seq"] + 1})


def test_a_forged_line_behind_the_end_is_named(desk):
    """Its hashes are right, but the chain says that it ends before it."""
    line = forged(desk, chains.tip(desk, chains.JOURNAL))
    desk.connection().execute(insert(Event.__table__).values(line))

    assert broken(desk) == "INC-10006, journal line 6: it was added behind the end of the chain"


def test_a_noted_hash_finds_a_chain_that_was_written_anew(desk):
    """Whoever rewrites the whole chain cannot give back a hash that was noted outside."""
    head = audit.verify(desk, reader=SEES_ALL)[0].head
    assert audit.verify(desk, reader=SEES_ALL, noted=head[:12].upper())[0].is_noted_found

    change(desk, "UPDATE event SET priority = 1 WHERE id = 28")
    tip = chains.Tip(chains.JOURNAL, 27, desk.get_one(Event, 27).hash)
    table: Table = Event.__table__
    last = dict(desk.connection().execute(select(table).where(table.c.id == 28)).mappings().one())
    again = tip.append(last)
    desk.connection().execute(table.update().where(table.c.id == 28).values(again))
    chains.move_tip(desk, tip)

    assert broken(desk) is None
    assert not any(one.is_noted_found for one in audit.verify(desk, reader=SEES_ALL, noted=head))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE message SET body = 'x' WHERE id = 8",
        "UPDATE message SET direction = 'in' WHERE id = 8",
        "UPDATE message SET author_id = 5 WHERE id = 8",
        "UPDATE message SET at = '2026-03-02 01:09:59.000000' WHERE id = 8",
        "UPDATE message SET salt = NULL WHERE id = 8",
        "UPDATE message SET body_hash = x'00' WHERE id = 8",
        "UPDATE message SET body = 'x', salt = NULL WHERE id = 8",
        "DELETE FROM message WHERE id = 8",
        "INSERT INTO message SELECT 99, ticket_id, event_id, at, author_id, direction, body, salt, body_hash"
        " FROM message WHERE id = 8",
    ],
)
def test_messages_are_guarded_by_their_line(desk, tamper, statement):
    """What was said cannot be changed, taken out or put in unseen."""
    where = place(desk, desk.get_one(Message, 8).event_id)
    assert tamper(statement).startswith(where)


def test_administration_has_a_chain_of_its_own(desk):
    """Acts of administration are listed newest first, and a changed one is named."""
    administration.record(desk, "import", {"file": "a.csv"}, actor=finding.person(desk, "he.lin"), at=T0)
    newest = audit.admin_events(desk)[0]
    assert (newest.line_id, newest.login, newest.act, newest.detail) == (2, "he.lin", "import", {"file": "a.csv"})

    change(desk, """UPDATE adminevent SET detail = '{"file": "b.csv"}' WHERE id = 2""")
    assert broken(desk, 1) == "line 2: its detail is not what was written"
    assert broken(desk) is None
    desk.rollback()


def test_acts_go_on_behind_a_broken_link(desk):
    """A desk with a broken link still works, and the first broken link stays the one that is named."""
    change(desk, "UPDATE event SET reason = 'x' WHERE id = 5")
    before = broken(desk)
    conversation.note(desk, 1, "go on", actor=finding.person(desk, "li.na"), at=T0)

    assert broken(desk) == before
    assert desk.exec(select(col(AdminEvent.id))).all() == [(1,)]


def test_a_broken_line_of_a_ticket_that_one_may_not_see_is_told_by_its_id(desk, tamper):
    """Whoever audits learns that the chain is broken and at which line, not on whose confidential ticket."""
    add_lane(desk)
    ticket = secret(desk)
    first = desk.exec(select(col(Event.id)).where(col(Event.ticket_id) == ticket.id)).first()[0]
    said = "its fields or messages are not those that were written"
    statement = f"UPDATE event SET reason = 'x' WHERE id = {first}"  # noqa: S608
    assert tamper(statement) == f"{ticket.number}, journal line 1: {said}"

    admin = access.reader(desk, finding.person(desk, "ops.admin"))
    assert audit.verify(desk, reader=admin)[0].broken == audit.Broken(first, None, None, said)
    assert ticket.number not in str(health.soundness(desk, reader=admin))
