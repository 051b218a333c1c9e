"""Dumps of PostgreSQL: written by its own program with nothing secret on the command line, read without any server."""

import os
import signal
import subprocess
from contextlib import closing

import pytest

from sharedops_core.errors import Refused
from sharedops_core.store import backups, db, dumps, migrations, moving, targets
from sharedops_core.store.moving import Block
from tests.conftest import small_centre

POSIX = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no shell scripts")


@pytest.fixture(params=["postgresql"])
def engine(request):
    """Files have no dumps."""
    return request.param


@pytest.fixture
def desk(engine, desks, client_programs):
    """A desk on the server."""
    with desks.copy(engine, "small centre", small_centre) as made:
        yield made


@pytest.fixture
def dump(desk, tmp_path):
    """A dump of it."""
    backups.back_up(desk, tmp_path / "desk.backup")
    return tmp_path / "desk.backup"


def instead(tmp_path, monkeypatch, tool, script):
    """Put a program of ours in the place of one of PostgreSQL's."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    (folder / tool).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / tool).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_dump_holds_the_schema_of_the_desk_only(dump):
    """Who else has tables in the database is not in the backup of a desk."""
    listed = subprocess.run(["pg_restore", "--list", dump], capture_output=True, text=True, check=True).stdout

    assert dumps.is_dump(dump)
    assert dumps.revision(dump) == migrations.newest()
    assert " public event " in listed
    assert " kept " not in listed


def test_a_dump_is_read_table_by_table(dump):
    """Every row is there as its line; what the search indexes hold is left out."""
    found = {block.table: [*block.lines] for block in dumps.blocks(dump)}

    assert found["setting"] == [b"demo\tyes"]
    assert len(found["person"]) == 9
    assert not {"alembic_version", "item_fts", "item_fts_words"} & found.keys()


@POSIX
def test_nothing_secret_stands_on_the_command_line(desk, tmp_path, monkeypatch):
    """What `ps` shows to everybody has no password in it; the program finds it in its environment."""
    instead(tmp_path, monkeypatch, "pg_dump", f"""case "$1" in --version) echo 'pg_dump (PostgreSQL) 99.1';; *)
        echo "$*" > {tmp_path}/said; env > {tmp_path}/environment;; esac""")  # fmt: skip
    with desk.read() as session:
        url = "postgresql://li:geheim@host,other:5433/desk?sslmode=require&keepalives_idle=7"
        dumps.write(session.connection(), url, tmp_path / "a")
    said, environment = ((tmp_path / name).read_text(encoding="utf-8") for name in ("said", "environment"))

    assert "geheim" not in said
    assert "keepalives_idle=7" in said
    for line in ("PGPASSWORD=geheim", "PGHOST=host,other", "PGUSER=li", "PGDATABASE=desk", "PGSSLMODE=require"):
        assert line in environment.splitlines()


def test_a_secret_without_a_place_is_refused(desk, tmp_path):
    """A secret that could be given on the command line only is not given at all."""
    with desk.read() as session, pytest.raises(Refused, match="sslpassword cannot be given to pg_dump in secret"):
        dumps.write(session.connection(), "postgresql://host/desk?sslpassword=x", tmp_path / "a")


@POSIX
def test_an_older_program_is_refused(desk, tmp_path, monkeypatch):
    """Both versions are named, before anything is written."""
    instead(tmp_path, monkeypatch, "pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'")
    with pytest.raises(Refused, match=r"pg_dump has version 9, the server \d+; put that of PostgreSQL \d+ first"):
        backups.back_up(desk, tmp_path / "a")

    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


@POSIX
def test_a_file_of_a_newer_program_is_said(dump, tmp_path, monkeypatch):
    """A dump that the program here cannot read is not called broken."""
    instead(tmp_path, monkeypatch, "pg_restore",
            "echo 'pg_restore: error: unsupported version (1.99) in file header' >&2; exit 1")  # fmt: skip
    with pytest.raises(Refused, match="pg_restore is older than the one that wrote this file"):
        dumps.revision(dump)


def test_a_missing_program_is_named_with_its_package(desk, dump, tmp_path, monkeypatch):
    """One sentence says what to install, for making a backup and for looking at one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for tool, act in (
        ("pg_dump", lambda: backups.back_up(desk, tmp_path / "a")),
        ("pg_restore", lambda: dumps.revision(dump)),
    ):
        with pytest.raises(Refused, match=f"{tool} is not installed; .*postgresql-client on Debian"):
            act()


@POSIX
def test_what_a_program_says_is_passed_on(desk, tmp_path, monkeypatch):
    """A dump that fails gives the reason without what could act on the terminal, and leaves nothing behind."""
    instead(tmp_path, monkeypatch, "pg_dump", r"""case "$1" in --version) echo 'pg_dump 99';; *)
        printf 'pg_dump: error: no \033[31mroom\npg_dump: detail: none\n' >&2; exit 1;; esac""")  # fmt: skip
    with pytest.raises(Refused, match="pg_dump failed: no ␛"):
        backups.back_up(desk, tmp_path / "a")

    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_half_a_dump_is_refused(dump):
    """A file that was cut off is said to be what it is, and no desk is made of it."""
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size * 2 // 3])
    with pytest.raises(Refused, match="pg_restore failed: "), backups.readable(dump):
        pass


@pytest.mark.parametrize("line", [b"1", b"\xff\xff", b"desk\tx\ty"])
def test_a_line_that_cannot_be_read_is_named(line, tmp_path):
    """Bytes that are no row of the table are said to be damage, with the table and the row."""
    with (
        targets.filling(tmp_path / "made.db") as session,
        pytest.raises(Refused, match="setting, row 2: it cannot be read; the file is damaged"),
    ):
        migrations.run(session.connection())
        moving.pour([Block("setting", ["key", "value"], [b"demo\tyes", line])], session.connection())


def test_a_dump_of_something_else_is_refused(desks, client_programs, tmp_path):
    """A dump without a desk in it is no backup of one."""
    with desks.server.copy("template0") as url:
        database = db.connect(url)
        with database.read() as session:
            dumps.write(session.connection(), url, tmp_path / "other")
        database.close()
    with pytest.raises(Refused, match="there is no desk in it"), backups.readable(tmp_path / "other"):
        pass


def test_nothing_of_a_dump_is_run(desk, tmp_path):
    """A dump that carries code of its own is read as rows: whatever it would do, it does nowhere."""
    with desk.writing.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE 'run'; RETURN NULL; END $$; CREATE TRIGGER evil BEFORE INSERT ON person"
            " EXECUTE FUNCTION evil()"
        )
    backups.back_up(desk, tmp_path / "a")
    with desk.writing.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION evil CASCADE")
    with backups.readable(tmp_path / "a") as ready, closing(db.open_file(ready)) as made, made.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM person").scalar() == 9
