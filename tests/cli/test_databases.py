"""`sharedops init` and `sharedops doctor`."""

import sqlite3
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from sharedops_core import config
from sharedops_core.desk import conversation, finding
from sharedops_core.store import db
from tests.conftest import T0


@pytest.fixture
def url(engine, desks):
    """The address of a database in which nothing is: no folder on SQLite, no table on PostgreSQL."""
    with desks.empty(engine) as address:
        yield address


def rows(url, table):
    """Return how many rows a table has."""
    database = db.open_database(url)
    with database.read() as session:
        count = session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608
    database.close()
    return count


def test_init_makes_a_desk_that_works(shell, url):
    """After `init` the seed data is there, who made the desk is its admin, and the first ticket can be opened."""
    made = shell("--db", url, "init")
    opened = shell("--db", url, "--as", "li.na", "ticket", "new", "x", "--item", "IT-NET-VPN-01", "--json")

    assert (made.code, made.out) == (0, f"ready: {url}\n")
    who = urlsplit(url).username or config.account()
    assert made.err.startswith(f"{who}, the account that made this desk, is its admin;")
    assert (opened.code, opened.json["item_code"]) == (0, "IT-NET-VPN-01")
    assert shell("--db", url, "doctor").code == 0


def test_init_again_leaves_everything_as_it_is(shell, url):
    """A second `init` upgrades and adds, but neither doubles nor deletes."""
    shell("--db", url, "init")
    shell("--db", url, "--as", "li.na", "ticket", "new", "x")
    before = [rows(url, table) for table in ("person", "serviceitem", "article", "ticket")]

    assert shell("--db", url, "init").code == 0
    assert [rows(url, table) for table in ("person", "serviceitem", "article", "ticket")] == before


def test_bare_loads_the_rules_only(shell, url):
    """`init --bare` is for a centre that brings its own people and catalogue; its admin is who made it."""
    shell("--db", url, "init", "--bare")
    assert rows(url, "policy") > 0
    assert [rows(url, table) for table in ("person", "serviceitem", "article", "ticket")] == [1, 0, 0, 0]


def test_bare_and_demo_exclude_each_other(shell, url):
    """A demo needs people: the contradiction is said before anything is made."""
    answer = shell("--db", url, "init", "--bare", "--demo", "5")
    assert answer.code == 2
    assert "--bare and --demo exclude each other" in answer.err


def test_init_refuses_a_foreign_database(shell, tmp_path):
    """The database of another program is not touched."""
    file = tmp_path / "foreign.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (title TEXT)")
    connection.close()
    answer = shell("--db", f"sqlite:///{file}", "init")

    assert answer.code == 1
    assert "it holds tables of another program" in answer.err


def test_a_sound_database_has_one_page(sharedops):
    """`doctor` says of everything how it is, in lines and as JSON, and ends with 0."""
    sharedops("ticket", "new", "x")
    answer, document = sharedops("doctor", user="ops.admin"), sharedops("doctor", "--json", user="ops.admin").json

    assert answer.code == 0
    assert "ok\treplay\t1 tickets and 1 events replayed" in answer.out.splitlines()
    assert {check["status"] for check in document["checks"] if check["name"] != "server"} == {"ok"}
    assert (document["is_sound"], document["tickets"], document["events"]) == (True, 1, 1)


def test_a_tampered_row_ends_with_one(sharedops, database):
    """A state that the journal does not give is named, and the exit code is 1 for eyes and machines alike."""
    sharedops("ticket", "new", "x")
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE ticket SET priority = 1")
    answer = sharedops("doctor", user="ops.admin")

    assert answer.code == sharedops("doctor", "--json", user="ops.admin").code == 1
    assert "wrong\treplay\tINC-10001: ticket.priority is 1, the journal says 3" in answer.out.splitlines()


def test_a_warning_is_not_wrong(sharedops, database, now):
    """A forgotten draft is worth a word, but the exit code stays 0."""
    sharedops("ticket", "new", "x")
    with database.write() as session:
        conversation.keep_draft(session, 1, "note", "x", actor=finding.person(session, "li.na"), at=T0)
    now.shift(timedelta(days=8))
    answer = sharedops("doctor", user="ops.admin")

    assert answer.code == 0
    assert "warning\tdrafts\t1 drafts are older than 7 days" in answer.out.splitlines()


def test_a_file_that_is_no_database_is_a_refusal(shell, tmp_path):
    """`doctor` on a file of something else says so in one sentence."""
    (tmp_path / "notes.txt").write_text("hello " * 1000)
    answer = shell("--db", f"sqlite:///{tmp_path / 'notes.txt'}", "doctor")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("\n") == 1
    assert "is not a sharedops database" in answer.err


def test_the_database_of_the_settings_file_is_used(shell, settings, database):
    """Without --db the settings file decides; the option decides over it."""
    settings.write_text(f'database_url = "{database.url}"\nuser = "li.na"\n', encoding="utf-8")

    assert shell("ticket", "new", "x").code == 0
    assert shell("--db", "sqlite:////none.db", "ticket", "list").code == 3
    assert db.open_database(database.url).close() is None
