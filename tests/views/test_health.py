"""The page of the doctor: a line for everything, each ok, a warning or wrong, and why."""

from datetime import timedelta

import pytest
from sqlmodel import col, text, update

from sharedops_core import config
from sharedops_core.desk import conversation, finding
from sharedops_core.intake import masterdata
from sharedops_core.store import db
from sharedops_core.store.tables import CalendarVersion, Clock, PolicyTarget
from sharedops_core.views import health
from tests.conftest import OFFICE, SEES_ALL, T0

NAMES = ["database", "integrity", "replay", "clocks", "indexes", "journal", "admin", "policies", "calendars", "alarms",
         "drafts", "disk"]  # fmt: skip


def not_ok(session, now=T0):
    """Return the lines that are not ok: name, status and findings; the server of the tests is a careless one."""
    return [
        (one.name, one.status, *one.findings)
        for one in health.page(session, now, reader=SEES_ALL).checks
        if one.status != "ok" and one.name != "server"
    ]


def test_a_desk_in_order_is_ok_in_every_line(engine, desk):
    """Every check has its line, its name and its sentence, and none has a finding."""
    page = health.page(desk, T0, reader=SEES_ALL)

    assert [check.name for check in page.checks] == [*NAMES, *(["server"] if engine == "postgresql" else [])]
    assert not_ok(desk) == []
    assert all(check.said and health.check_name(check.name) for check in page.checks)
    assert (page.tickets, page.events, page.is_sound) == (6, 28, True)


NEVER = "UPDATE event SET at = 'never' WHERE id = 3"


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE ticket SET priority = 4 WHERE id = 1", ["replay"]),
        ("UPDATE clock SET target = '9h' WHERE ticket_id = 3", ["clocks"]),
        ("DELETE FROM item_fts", ["indexes"]),
        ("UPDATE event SET reason = 'x' WHERE id = 3", ["journal"]),
        ("UPDATE adminevent SET act = 'x'", ["admin"]),
        (NEVER, ["replay", "journal"]),
        ("UPDATE event SET priority = 1 WHERE id = 28", ["replay", "clocks", "journal"]),
    ],
)
def test_what_is_wrong_stands_in_its_line(engine, desk, statement, names):
    """Each kind of damage shows where it belongs, and makes the whole desk unsound."""
    if statement == NEVER and engine == "postgresql":
        pytest.skip("PostgreSQL takes no instant that is none")
    desk.connection().execute(text(statement))
    page = health.page(desk, T0, reader=SEES_ALL)

    assert [(check.name, bool(check.findings)) for check in page.checks if check.status == "wrong"] == [
        (name, True) for name in names
    ]
    assert not page.is_sound
    desk.rollback()


def test_what_somebody_should_see_to_is_a_warning(desk):
    """Forgotten drafts, policies that say more than is in force, holidays that are not known yet."""
    conversation.keep_draft(desk, 1, "note", "x", actor=finding.person(desk, "li.na"), at=T0)
    desk.execute(update(PolicyTarget).values(resolve_within="1h"))
    desk.execute(update(CalendarVersion).values(document=OFFICE | {"published_years": [2025]}))
    desk.expire_all()
    found = {name: (status, len(findings)) for name, status, *findings in not_ok(desk, T0 + timedelta(days=8))}

    assert found == dict.fromkeys(("policies", "calendars", "drafts"), ("warning", 1))
    assert health.page(desk, T0, reader=SEES_ALL).is_sound


def test_clocks_that_nobody_sweeps_are_a_warning(desk):
    """An alarm that has waited for more than ten minutes means that no sweep runs."""
    desk.execute(update(Clock).where(col(Clock.ticket_id) == 3).values(alarm_at=T0))
    page = health.page(desk, T0 + timedelta(minutes=9), reader=SEES_ALL)
    assert "alarms" not in [check.name for check in page.checks if check.status == "warning"]

    late = {check.name: check for check in health.page(desk, T0 + timedelta(minutes=10), reader=SEES_ALL).checks}[
        "alarms"
    ]
    assert (late.status, late.findings[0][:24]) == ("warning", "2 clocks wait since 2026")


def test_a_full_disk_is_a_warning(desk, monkeypatch):
    """Before a backup fits no more, somebody is told."""
    place = db.Place("SQLite 3", "0001", 4096, 5 * 2**20)
    monkeypatch.setattr(db, "place", lambda _connection: place)

    assert not_ok(desk) == [("disk", "warning", "a backup and a day of work may not fit any more")]
    monkeypatch.setattr(db, "place", lambda _connection: db.Place("PostgreSQL 18", "0001", 4096, None))
    assert not_ok(desk) == []


def test_a_policy_that_was_never_put_in_force_is_wrong(database):
    """Nobody can open a ticket under it."""
    with database.write() as session:
        session.connection().execute(text("INSERT INTO policy VALUES (9, 'new', 'x', 'x', '', '', 1, '[]')"))
        assert ("policies", "wrong", "new was never put in force") in not_ok(session)


def test_the_shipped_calendars_are_published(tmp_path):
    """The page says until which year the holidays of each calendar are known."""
    opened = db.initialise(f"sqlite:///{tmp_path / 'desk.db'}")
    with opened.write() as session:
        masterdata.load_rules(session, config.shipped("seed_data"), at=T0)
        said = {check.name: check.said for check in health.page(session, T0, reader=SEES_ALL).checks}["calendars"]
    opened.close()
    assert "cn-office 20" in said


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (5 * 2**20, "5.0 MB"), (3 * 2**40, "3072.0 GB")]
)
def test_sizes_are_said_in_their_unit(count, said):
    """Bytes are said as people read them."""
    assert health.size_text(count) == said
