"""Logins of PostgreSQL from the shell: who makes them, who is told to, and what they are refused."""

import os
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from sqlmodel import select

from sharedops_core.desk import finding
from sharedops_core.store import guard, logins
from sharedops_core.store.tables import Notice, Person, Setting, ShiftSheet, Team
from tests.conftest import T0
from tests.lanes import add_lane, secret
from tests.logins import drop, everybody, opened, own_tables, url_of
from tests.servers import LOGIN_MARK, URL_VARIABLE, binaries


@pytest.fixture
def engine():
    """SQLite has no logins."""
    return "postgresql"


@pytest.fixture
def real(database):
    """The small centre with its lane, where everybody connects under a login of their own; no demo."""
    with database.write() as session:
        add_lane(session)
        secret(session)
        session.delete(session.get_one(Setting, "demo"))
        named = everybody(session)
        own_tables(session, named["ops.admin"])
    return database, named


@pytest.fixture
def at(shell, real):
    """Run a command under somebody's login."""
    database, named = real
    return lambda who, *arguments: shell("--db", url_of(database.url, named.get(who, who)), *arguments)


@pytest.fixture
def new(real):
    """A name for a login that is not there yet; gone again afterwards."""
    name = f"mei-{uuid4().hex[:8]}.{LOGIN_MARK}"
    yield name
    with real[0].write() as session:
        drop(session, [name])


def wanting(real, login):
    """Return what a login lacks to work at the desk."""
    with real[0].write() as session:
        return logins.wanting(session, login)


def test_an_admin_makes_logins_with_people(at, real, new):
    """`add` makes the login, `grant --account` another one instead, `revoke --role` takes it out of the desk."""
    for line in (f"add mei --role agent --team desk --account {new}", "grant li.na --role lead"):
        answer = at("ops.admin", "admin", "user", *line.split())
        assert (answer.code, answer.err) == (0, ""), answer
    assert wanting(real, new) == []
    assert at("ops.admin", "admin", "user", "revoke", "mei", "--role").code == 0
    assert wanting(real, new) == [f'GRANT sharedops_desk TO "{new}"']


def test_what_an_admin_may_not_do_on_the_server_is_said(at, real, new):
    """Without CREATEROLE the person is there, and one sentence holds the SQL for whoever runs the server."""
    database, named = real
    with database.write() as session:
        session.connection().exec_driver_sql(f'ALTER ROLE "{named["ops.admin"]}" NOCREATEROLE')
    answer = at("ops.admin", "admin", "user", "add", "mei", "--role", "agent", "--account", new)
    script = at("ops.admin", "admin", "logins")

    sql = f'CREATE ROLE "{new}" LOGIN; GRANT sharedops_desk TO "{new}";'
    assert (answer.code, answer.err.count("\n")) == (0, 1)
    assert answer.err.endswith(f"whoever runs it has to: {sql}\n")
    assert (script.code, script.out.split("\n")[:-1]) == (0, [f"{one};" for one in sql.rstrip(";").split("; ")])
    with database.read() as session:
        assert finding.known_person(session, "mei") is not None
    with psycopg.connect(database.url) as connection:
        connection.execute(script.out)
    assert wanting(real, new) == []


def test_everybody_of_the_desk_gets_a_login(at, real, new):
    """`admin logins` makes what is missing for people who came by an import, and nothing for requesters."""
    with real[0].write() as session:
        session.add(Person(login="mei", name="梅", role="agent", account=new))
    answer = at("ops.admin", "admin", "logins")

    assert (answer.code, answer.out) == (0, "")
    assert wanting(real, new) == []


def test_who_is_nobody_here_gets_one_sentence(at, real, new):
    """A login of the desk that no person has, and one that is not of the desk, end with 4."""
    with real[0].write() as session:
        opened(session, new)
    assert at(new, "ticket", "list").err == (
        f"nobody here has the account {new}; an admin adds you with `sharedops admin user add`\n"
    )
    with real[0].write() as session:
        session.connection().exec_driver_sql(f'REVOKE sharedops_desk FROM "{new}"')
    answer = at(new, "ticket", "list")
    assert (answer.code, answer.out) == (4, "")
    assert answer.err.startswith("the database does not let this login do that: permission denied for table")


@pytest.mark.parametrize("command", ["doctor", "audit verify", "backup x", "import people x", "admin user list"])
def test_what_is_about_the_whole_desk_needs_to_see_it(at, real, command):
    """An admin whose login does not own the tables would take the hidden part for missing, so it is refused."""
    database, named = real
    with database.write() as session:
        session.connection().exec_driver_sql(f'REVOKE postgres FROM "{named["ops.admin"]}"')
    answer = at("ops.admin", *command.split())
    assert (answer.code, answer.out) == (4, "")
    assert "its part of the desk only; this is for a member of" in answer.err


def test_the_auditor_sees_the_whole_desk(at):
    """Doctor and audit walk everything under the login of an auditor."""
    assert at("song.jie", "audit", "verify").code == 0
    assert "1 tickets and 3 events replayed" in at("song.jie", "doctor").out


def test_the_service_account_sweeps_all_and_reads_nothing(at, now):
    """It finds what is due in every lane; others sweep what they see."""
    now.shift(4 * 86_400)
    assert at("li.na", "sla", "sweep").code == at("portal", "sla", "sweep").code == 0
    assert at("portal", "ticket", "show", "INC-10001").code == 3


def test_whoever_seals_a_free_ticket_may_lose_sight_of_it(at, real):
    """刘洋 sees that a ticket is one for HR: it goes into the lane under their login, and out of their sight."""
    opened_ = at("li.na", "ticket", "new", "sick leave", "--item", "IT-NET-VPN-01")
    assert opened_.code == 0
    answer = at("liu.yang", "ticket", "reclassify", "INC-10002", "--to", "SEALED-HR")
    assert (answer.code, answer.err) == (0, ""), answer
    assert at("liu.yang", "ticket", "show", "INC-10002").code == 3
    assert at("hou.jia", "ticket", "show", "INC-10002", "--json").json["lane"] == "hr"
    assert at("song.jie", "audit", "verify").code == 0


def test_erasing_takes_a_login_out_of_the_desk(at, real):
    """The server keeps the login, because other databases may have it; the answer says so."""
    _database, named = real
    answer = at("ops.admin", "admin", "erase", "liu.yang", "--yes")
    assert answer.code == 0
    assert f"the server still knows the login {named['liu.yang']}" in answer.err
    assert wanting(real, named["liu.yang"]) == [f'GRANT sharedops_desk TO "{named["liu.yang"]}"']


def test_a_server_without_the_group_is_told_how_to_make_it(shell, desks, monkeypatch):
    """The owner of a database who may make no roles gets one sentence with the SQL; after it `init` does the rest."""
    group, owner = f"desk_{uuid4().hex[:8]}", f"owner-{uuid4().hex[:8]}.{LOGIN_MARK}"
    monkeypatch.setattr(guard, "GROUP", group)
    run, quoted = desks.server.run, f'"{owner}"'
    run(f"CREATE ROLE {quoted} LOGIN PASSWORD 'of a test'")
    with desks.empty("postgresql") as url:
        run(f"ALTER DATABASE {urlsplit(url).path[1:]} OWNER TO {quoted}")
        first = shell("--db", url_of(url, owner), "init", "--bare")
        run(f"CREATE ROLE {group}; GRANT {group} TO {quoted} WITH ADMIN OPTION")
        second = shell("--db", url_of(url, owner), "init", "--bare")
        with psycopg.connect(url) as connection:
            granted = connection.execute(f"SELECT has_table_privilege('{group}', 'ticket', 'INSERT')").fetchone()
    run(f"DROP ROLE {group}; DROP ROLE {quoted}")

    assert (first.code, second.code, granted) == (0, 0, (True,))
    assert f"CREATE ROLE {group}; GRANT {group} TO" in first.err
    assert "CREATE ROLE" not in second.err


def test_a_restored_desk_is_guarded_again(at, real, desks, shell, tmp_path, monkeypatch):
    """A dump brings policies and no grants; the restore writes both anew, and is in the journal."""
    if URL_VARIABLE in os.environ:
        pytest.skip("the programs that are here may be of another version than the server that is named")
    monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")
    _database, named = real
    assert at("ops.admin", "backup", tmp_path / "desk.dump").code == 0
    with desks.empty("postgresql") as url:
        answer = shell("--db", url, "restore", tmp_path / "desk.dump", "--force")
        assert answer.code == 0, answer
        listed = [shell("--db", url_of(url, named[who]), "ticket", "list", "--view", "line_2", "--json").json
                  for who in ("hou.jia", "li.na")]  # fmt: skip
        audited = shell("--db", url_of(url, named["song.jie"]), "audit", "list", "--json").json
    assert [len(one) for one in listed] == [1, 0]
    assert audited[0]["act"] == "restore"


def test_a_shift_is_handed_over_under_logins_of_their_own(at, real):
    """Author, successor and lead see the sheet, a colleague does not; a service finds it late; signing assigns."""
    database, named = real
    with database.write() as session:
        session.get_one(Team, 1).lead_id = finding.person(session, "zhao.min").id
    number = at("li.na", "ticket", "new", "plain", "--item", "IT-NET-VPN-01", "--json").json["number"]
    at("li.na", "ticket", "take", number)
    assert at("li.na", "shift", "hand-over", "--to", "wang.lei", "--text", "x").code == 0
    assert [at(who, "shift", "show", "1").code for who in ("wang.lei", "liu.yang", "zhao.min", "he.lin")] == [
        0,
        3,
        0,
        0,
    ]
    at("wang.lei", "absence", "add", "wang.lei", "--deputy", "sun.hao", "--until", "2h")
    assert (at("sun.hao", "shift", "show", "1").code, at("wang.lei", "absence", "end", "wang.lei").code) == (0, 0)
    with database.write() as session:
        session.get_one(ShiftSheet, 1).sign_by = T0
    # It tells the lead about a sheet that it may not read itself.
    assert at("portal", "sla", "sweep", "--json").json["unsigned"] == []
    with database.read() as session:
        told = session.exec(select(Notice.person_id).where(Notice.kind == "shift_late")).all()
        assert told == [finding.person(session, "zhao.min").id]
    assert at("wang.lei", "shift", "sign", "1", "--json").json == {"sheet": 1, "moved": [number], "stayed": {}}
    with psycopg.connect(url_of(database.url, named["liu.yang"])) as raw:
        assert raw.execute("SELECT count(*) FROM shift_sheet").fetchone() == (0,)
