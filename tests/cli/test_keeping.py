"""`sharedops audit`, `backup`, `restore`, `verify` and `admin`: keeping a desk from the shell."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url

from sharedops_core.cli import context
from sharedops_core.desk import finding
from sharedops_core.errors import Refused
from sharedops_core.store import postgres
from sharedops_core.store.tables import Person
from tests.conftest import ROOT

try:
    import pty
except ImportError:
    pty = None


@pytest.fixture
def admin(sharedops, database, client_programs):
    """Run a command as the admin, on a desk with one ticket."""
    sharedops("ticket", "new", "VPN 掉线", "--requester", "wang.xiaoming")
    with database.write() as session:
        session.add(Person(login="root", name="管理员", role="admin"))

    def run(*arguments, stdin=b""):
        return sharedops(*arguments, user="root", stdin=stdin)

    return run


def change(database, statement):
    """Change the desk behind the program's back."""
    with database.write() as session:
        session.connection().exec_driver_sql(statement)


def test_audit_verify_says_where_a_chain_ends(admin):
    """Both chains are walked; the last hash can be noted and found again."""
    document = admin("audit", "verify", "--json").json
    journal, administration = document["chains"]
    noted = admin("audit", "verify", "--noted", journal["head"][:10])

    assert [(one["lines"], one["broken"]) for one in (journal, administration)] == [(1, None), (1, None)]
    assert (document["is_noted_found"], noted.code) == (None, 0)
    assert noted.out.startswith(f"journal: 1 lines hold, the last hash is {journal['head']}\n")


def test_audit_verify_names_the_broken_link(admin, database):
    """A changed line ends with 1, for eyes and machines, with ticket, line and reason."""
    change(database, "UPDATE event SET reason = 'x'")
    answer, document = admin("audit", "verify"), admin("audit", "verify", "--json")

    where = "INC-10001, journal line 1: its fields or messages are not those that were written"
    assert (answer.code, document.code) == (1, 1)
    assert f"journal: broken at {where}" in answer.out.splitlines()
    assert (document.json["chains"][0]["broken"]["number"], document.json["chains"][0]["broken"]["seq"]) == (
        "INC-10001",
        1,
    )


def test_a_noted_hash_that_is_gone_ends_with_one(admin):
    """A past that was written anew does not have the hash that was noted."""
    answer = admin("audit", "verify", "--noted", "abc123")

    assert answer.code == 1
    assert "no line has the hash abc123" in answer.out
    assert admin("audit", "verify", "--noted", "abc123", "--json").json["is_noted_found"] is False


def test_imports_are_listed(admin):
    """Who imported what, when; a dry run leaves no line, a stranger is named by their login."""
    calendars = ROOT / "seed_data" / "calendars"
    assert admin("import", "calendar", calendars, "--dry-run").code == 0
    assert admin("import", "calendar", calendars).code == 0
    rows = admin("audit", "list", "--json").json

    assert [(row["login"], row["act"]) for row in rows if row["act"] == "import"] == [("root", "import")]
    assert admin("audit", "list", "--limit", "1").out.count("\n") == 1
    assert admin("audit", "list", "--csv").out.startswith("line_id,at,login,act,detail\n")


def test_init_is_listed_under_a_login_nobody_here_has(shell, tmp_path):
    """The first act of a desk is its making, by whoever typed it."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    shell("--db", url, "--as", "installer", "init", "--bare")
    rows = shell("--db", url, "audit", "list", "--json").json

    assert [(row["login"], row["act"]) for row in rows] == [("installer", "init"), (None, "put_in_force")]


def kept(database, file):
    """Return where a restore keeps the desk that was there: beside it, or beside the backup of a desk on a server."""
    name = make_url(database.url).database
    return Path(f"{name}.before-restore") if "/" in name else file.with_name(f"{name}.before-restore")


def test_a_backup_is_made_verified_and_restored(admin, database, tmp_path):
    """What was there at the backup is there after the restore, which is itself written down."""
    file = tmp_path / "desk.backup"
    assert admin("backup", file).code == 0
    assert admin("verify", file).code == 0
    admin("ticket", "new", "later")
    refused, restored = admin("restore", file), admin("restore", file, "--force", "--json")

    assert (refused.code, restored.code) == (1, 0)
    assert f"--force replaces it and keeps it as {kept(database, file)}" in refused.err
    assert restored.json == {"file": str(file), "kept": str(kept(database, file)), "erase_again": []}
    assert admin("verify", kept(database, file), "--json").json["tickets"] == 2
    assert admin("ticket", "show", "INC-10002").code == 3
    assert admin("audit", "list", "--json").json[0]["act"] == "restore"
    assert admin("doctor").code == 0


def test_every_desk_that_was_replaced_is_kept(admin, database, tmp_path):
    """A second and a third restore keep a desk of their own each, and say under which name."""
    admin("backup", tmp_path / "a")
    first, told = kept(database, tmp_path / "a"), []
    for later in (1, 2, 3):
        for _nth in range(later):
            admin("ticket", "new", "later")
        told.append(admin("restore", tmp_path / "a", "--force").err)

    places = [first, Path(f"{first}.2"), Path(f"{first}.3")]
    assert [f"is kept as {place}\n" in err for place, err in zip(places, told, strict=True)] == [True] * 3
    assert [admin("verify", place, "--json").json["tickets"] for place in places] == [2, 3, 4]


def test_a_backup_says_what_it_holds(admin, engine, tmp_path):
    """Verifying counts and hashes every table, without asking the desk."""
    admin("backup", tmp_path / "a")
    answer, document = admin("verify", tmp_path / "a"), admin("verify", tmp_path / "a", "--json").json
    kind = {"sqlite": "file of SQLite", "postgresql": "dump of PostgreSQL"}[engine]

    assert answer.out.splitlines()[0].startswith(f"ok\tbackup\t{kind}, ")
    rows = {one["table"]: one["rows"] for one in document["tables"]}
    assert answer.out.splitlines()[1] == f"ok\tcontents\t{len(rows)} tables with {sum(rows.values())} rows"
    assert (document["is_sound"], rows["person"], rows["ticket"]) == (True, 10, 1)


def test_a_backup_becomes_a_desk_on_the_other_engine(admin, shell, engine, desks, tmp_path):
    """A backup of a server is restored into a file, and one of a file on a server."""
    admin("backup", tmp_path / "a")
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[engine]
    with desks.empty(other) as url:
        assert shell("--db", url, "restore", tmp_path / "a").code == 0
        assert shell("--db", url, "--as", "root", "ticket", "show", "INC-10001", "--json").json["subject"] == "VPN 掉线"
        assert shell("--db", url, "--as", "root", "doctor").code == 0


def test_a_restore_that_fails_leaves_the_desk(admin, database, tmp_path, monkeypatch):
    """What goes wrong on the way changes nothing: neither the desk nor what is in its search."""
    admin("backup", tmp_path / "a")
    admin("ticket", "new", "later")

    def fail(*_arguments):
        raise Refused("no")

    monkeypatch.setattr(context, "record", fail)
    assert admin("restore", tmp_path / "a", "--force").code == 1
    assert admin("ticket", "show", "INC-10002").code == 0
    assert admin("doctor").code == 0


def test_a_damaged_backup_is_not_restored(admin, database, tmp_path):
    """Verifying comes first: what is not sound never takes the place of a desk."""
    change(database, "UPDATE event SET reason = 'x'")
    admin("backup", tmp_path / "bad")
    change(database, "UPDATE event SET reason = NULL")

    assert admin("verify", tmp_path / "bad").code == 1
    answer = admin("restore", tmp_path / "bad", "--force")
    assert answer.code == 1
    assert "is not sound; nothing was changed" in answer.err
    assert admin("audit", "verify").code == 0


@pytest.mark.parametrize(("command", "code"), [("verify", 3), ("restore", 3)])
def test_a_file_that_is_not_there_is_not_found(admin, tmp_path, command, code):
    """A wrong name is said and changes nothing."""
    assert admin(command, tmp_path / "none").code == code


def test_a_file_of_something_else_is_refused(admin, tmp_path):
    """A file that is no backup is named as what it is."""
    (tmp_path / "notes").write_text("hello " * 1000)
    answer = admin("verify", tmp_path / "notes")

    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert "is not a sharedops database" in answer.err


def typed(database, answer):
    """Erase 王小明 on a real terminal, type an answer, and return the exit code."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "sharedops_core", "--db", database.url, "--as", "root", "admin", "erase",
               "wang.xiaoming"]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(ROOT), "SHAREDOPS_LANG": "en"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        told = b""
        with suppress(OSError):
            while more := os.read(ours, 4096):
                told += more
    os.close(ours)
    return process.returncode, told.decode()


@pytest.mark.skipif(pty is None, reason="this system has no pseudo-terminals")
def test_erasing_asks_first(admin, database):
    """On a terminal the login has to be typed, elsewhere --yes has to be said; a wrong login changes nothing."""
    assert admin("admin", "erase", "wang.xiaoming").code == 2
    assert typed(database, "li.na")[0] == 1
    with database.read() as session:
        assert finding.known_person(session, "wang.xiaoming") is not None
    code, told = typed(database, "wang.xiaoming")

    assert (code, "王小明 will be erased everywhere" in told) == (0, True)
    with database.read() as session:
        assert finding.known_person(session, "wang.xiaoming") is None


def test_erasing_is_rehearsed_done_and_listed(admin, database):
    """A dry run changes nothing; afterwards figures and chains are as before, and the list names the pseudonym."""
    database.close()
    before = admin("report", "volume", "--json").json
    rehearsed = admin("admin", "erase", "wang.xiaoming", "--dry-run", "--json").json
    done = admin("admin", "erase", "wang.xiaoming", "--yes", "--json").json

    assert (rehearsed["dry_run"], done["dry_run"], done["is_compact"]) == (True, False, True)
    assert rehearsed["changed"] == done["changed"] == {"message": 1, "ticket": 1}
    assert admin("report", "volume", "--json").json == before
    assert admin("audit", "verify").code == 0
    assert admin("audit", "list", "--json").json[0]["detail"]["person"] == "erased-30"
    assert admin("admin", "erase", "wang.xiaoming", "--yes").code == 3


@pytest.mark.parametrize("engine", ["postgresql"])
def test_nobody_waits_for_an_erasure(admin, database):
    """While consoles are at work the tables are not written anew under them; what is left to do is said."""
    with database.read():
        answer = admin("admin", "erase", "wang.xiaoming", "--yes")
    assert "consoles are at work: what was there stays in old pages until `sharedops admin compact`" in answer.err

    assert admin("admin", "compact").code == 0


@pytest.mark.parametrize("engine", ["postgresql"])
def test_what_somebody_still_sees_is_not_gone(admin, database, monkeypatch):
    """Old rows stay as long as a transaction that began before may look at them, and that is said."""
    monkeypatch.setattr(postgres, "BUSY_MILLISECONDS", 200)
    with database.read() as session:
        session.connection().exec_driver_sql("SELECT 1")
        answer = admin("admin", "compact")
    assert (answer.code, "consoles are reading what is old" in answer.err) == (5, True)


def test_an_old_backup_says_who_is_to_be_erased_again(admin, tmp_path):
    """A restore brings back whoever was erased since, and says so."""
    admin("backup", tmp_path / "a")
    admin("admin", "erase", "wang.xiaoming", "--yes")
    answer = admin("restore", tmp_path / "a", "--force")

    assert answer.code == 0
    assert "run `sharedops admin erase wang.xiaoming`" in answer.err


def test_only_an_admin_erases(sharedops):
    """For everybody else it is not allowed."""
    assert sharedops("admin", "erase", "ana.ruiz", "--yes").code == 4


def test_deleted_rows_leave_the_file(admin):
    """`admin compact` does by hand what an erasure does by itself."""
    assert admin("admin", "compact").code == 0


@pytest.mark.parametrize(
    "command", ["audit verify", "audit list", "admin erase", "admin compact", "backup", "restore", "verify"]
)
def test_every_command_has_examples(shell, command):
    """Help shows how a command is used."""
    assert f"sharedops {command}" in shell(*command.split(), "--help").out.split("Examples:")[1]
