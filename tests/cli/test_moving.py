"""`sharedops move`: a desk into an empty database from the shell."""

import pytest

from sharedops_core import config
from sharedops_core.desk import assignment, finding
from sharedops_core.store import moving
from sharedops_core.store.tables import Setting
from tests.conftest import T0

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def target(engine, desks):
    """The address of an empty database on the other engine."""
    with desks.empty(OTHER[engine]) as url:
        yield url


@pytest.fixture
def admin(sharedops):
    """Run a command as the admin, on a desk with one ticket."""
    sharedops("ticket", "new", "VPN 掉线", "--requester", "wang.xiaoming")

    def run(*arguments):
        return sharedops(*arguments, user="ops.admin")

    return run


def test_a_desk_is_moved(admin, shell, target, settings):
    """Each table is said with its rows and hash, what was proved, and which setting to change; the new desk works."""
    answer = admin("move", "--to", target)
    lines = dict(line.split("\t", 1) for line in answer.out.splitlines())

    assert (answer.code, lines["ticket"][:2], lines["person"][:2]) == (0, "1\t", "9\t")
    assert len(lines["ticket"]) == 18
    assert "came back with the same hashes, both hash chains hold" in answer.err
    assert f'put database_url = "{target}" into {settings}, or say --db {target}' in answer.err
    found = shell("--db", target, "--as", "li.na", "ticket", "show", "INC-10001", "--json")
    assert found.json["subject"] == "VPN 掉线"
    assert shell("--db", target, "--as", "ops.admin", "doctor").code == 0


def test_machines_get_one_document(admin, target):
    """Tables with their whole hashes, chains with their heads, and what came too late."""
    document = admin("move", "--to", target, "--json").json

    assert (document["to"], document["written_meanwhile"]) == (target, 0)
    assert {one["table"]: one["rows"] for one in document["tables"]}["ticket"] == 1
    assert {len(one["hash"]) for one in document["tables"]} == {64}
    assert [(one["chain"], one["lines"]) for one in document["chains"]] == [("journal", 1), ("admin", 1)]


def test_a_rehearsal_counts_and_changes_nothing(admin, target):
    """`--dry-run` says what would be moved; the target is empty afterwards, and a full one is refused."""
    rehearsed, document = (
        admin("move", "--to", target, "--dry-run"),
        admin("move", "--to", target, "--dry-run", "--json"),
    )

    assert "ticket\t1" in rehearsed.out.splitlines()
    assert "dry run: nothing was changed" in rehearsed.err
    assert {"table": "ticket", "rows": 1} in document.json["tables"]
    assert admin("move", "--to", target).code == 0
    assert admin("move", "--to", target, "--dry-run").code == 1


def test_only_an_empty_database_is_filled(admin, target, database):
    """A second move is refused, and so is a move into the desk itself."""
    admin("move", "--to", target)
    for url in (target, database.url):
        answer = admin("move", "--to", url)
        assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
        assert "is not empty" in answer.err


def test_a_move_is_listed(admin, shell, target, database):
    """The new desk knows where it came from and who brought it; the old one has no such line."""
    admin("move", "--to", target)
    newest = shell("--db", target, "--as", "ops.admin", "audit", "list", "--json").json[0]

    assert (newest["act"], newest["login"], newest["detail"]) == ("move", "ops.admin", {"from": database.url})
    assert admin("audit", "list", "--json").json[0]["act"] != "move"


def test_whoever_moves_a_desk_administers_it_there(shell, database, target):
    """Outside a demo the account decides who acts: the mover's account in the new database is written down."""
    account = config.account() if database.url.startswith("sqlite") else "postgres"
    with database.write() as session:
        session.delete(session.get_one(Setting, "demo"))
        finding.person(session, "ops.admin").account = account
    answer = shell("--db", database.url, "move", "--to", target)
    there = "postgres" if database.url.startswith("sqlite") else config.account()

    assert (answer.code, f"there you are known by your account {there}" in answer.err) == (0, there != account)
    assert shell("--db", target, "doctor").code == 0
    assert shell("--db", target, "audit", "list", "--json").json[0]["login"] == "ops.admin"


def test_a_broken_chain_is_not_moved(admin, shell, target, database):
    """A desk somebody has tampered with does not become a new beginning: its first broken link is named."""
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE event SET reason = 'x'")
    answer = admin("move", "--to", target)

    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "journal: broken at INC-10001, journal line 1" in answer.err
    assert shell("--db", target, "--as", "ops.admin", "doctor").code == 3


def test_what_came_too_late_is_said(admin, target, database, monkeypatch):
    """Lines that were written while the desk was moved are counted: they are not in the copy."""
    carried = moving.carry

    def with_a_colleague(here, there, told):
        done = carried(here, there, told)
        with database.write() as session:
            assignment.take(session, 1, actor=finding.person(session, "li.na"), at=T0)
        return done

    monkeypatch.setattr(moving, "carry", with_a_colleague)
    answer = admin("move", "--to", target)
    assert "1 line of the journal was written meanwhile and is not in the copy" in answer.err


def test_the_variable_that_decides_is_named(admin, target, monkeypatch):
    """Where a variable says which database it is, the variable is what has to change."""
    monkeypatch.setenv("SHAREDOPS_DATABASE_URL", "sqlite:///elsewhere.db")
    assert f"to work there, set SHAREDOPS_DATABASE_URL={target}" in admin("move", "--to", target).err


def test_only_an_admin_moves(sharedops, target):
    """For everybody else it is not allowed."""
    assert sharedops("move", "--to", target).code == 4


def test_a_password_is_not_printed(admin):
    """An address that leads nowhere is shown without its password."""
    answer = admin("move", "--to", "postgresql://li:hunter2@127.0.0.1:1/desk")

    assert answer.code == 6
    assert "hunter2" not in answer.out + answer.err


@pytest.mark.parametrize("engine", ["sqlite"])
def test_help_has_examples(engine, shell):
    """Help shows how a command is used."""
    assert "sharedops move --to" in shell("move", "--help").out.split("Examples:")[1]
