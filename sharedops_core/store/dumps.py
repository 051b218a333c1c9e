"""Dumps of PostgreSQL: written by pg_dump, and read without any server, as pg_restore prints them.

Nothing in a dump is ever run: its rows are taken, the schema is made by our own migrations.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import IO, cast

from sqlalchemy import Connection, text

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean
from sharedops_core.store import postgres
from sharedops_core.store.moving import Block

_BEGIN, _END = b"PGDMP", b"\\.\n"
_COPY = re.compile(rb'^COPY (?:"?\w+"?\.)?"?(\w+)"? \((.*)\) FROM stdin;$')
_VERSION = re.compile(r"(\d+)[.\d]*")


def is_dump(file: Path) -> bool:
    """Return whether a file is a dump of PostgreSQL."""
    with file.open("rb") as stream:
        return stream.read(len(_BEGIN)) == _BEGIN


def write(connection: Connection, url: str, file: Path) -> None:
    """Write the schema of a desk and all that is in it into a file; one moment of it, whoever writes meanwhile."""
    tool = _found("pg_dump")
    ours = _version(subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout)  # noqa: S603
    theirs = _version(str(connection.execute(text("SHOW server_version")).scalar_one()))
    if ours < theirs:
        words = _("pg_dump has version {ours}, the server {theirs}; put that of PostgreSQL {theirs} first on the PATH")
        raise Refused(words.format(ours=ours, theirs=theirs))
    schema = str(connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one())
    environment, rest = _connection(url)
    schema = schema if schema.startswith('"') else f'"{schema}"'
    command = [tool, "--format=custom", "--no-password", f"--schema={schema}", f"--file={file}", f"--dbname={rest}"]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise _failed("pg_dump", done.stderr)


def revision(file: Path) -> str | None:
    """Return the schema version of the desk in a dump, None when there is no desk in it."""
    found = [line for block in _blocks(file, "--table=alembic_version") for line in block.lines]
    return found[0].decode() if found else None


def blocks(file: Path) -> Iterator[Block]:
    """Yield the tables of a dump, each to be read to its end before the next one; search indexes are left out."""
    for block in _blocks(file):
        if block.table != "alembic_version" and "_fts" not in block.table:
            yield block


def _blocks(file: Path, *only: str) -> Iterator[Block]:
    command = [_found("pg_restore"), "--data-only", "--file=-", *only, str(file)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603
            command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
        ) as tool,
    ):
        printed = cast(IO[bytes], tool.stdout)
        for line in printed:
            begun = _COPY.match(line)
            if begun:
                columns = [name.strip('"') for name in begun[2].decode().split(", ")]
                rows = takewhile(lambda row: row != _END, printed)
                yield Block(begun[1].decode(), columns, (row.removesuffix(b"\n") for row in rows))
        if tool.wait():
            said.seek(0)
            raise _failed("pg_restore", said.read())


def _found(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        words = _(
            "{tool} is not installed; it comes with PostgreSQL's client programs: postgresql-client on Debian and"
            " Ubuntu, postgresql on Red Hat, libpq with Homebrew"
        )
        raise Refused(words.format(tool=tool))
    return found


def _version(said: str) -> int:
    found = _VERSION.search(said)
    return int(found[1]) if found else 0


def _failed(tool: str, said: bytes) -> Refused:
    lines = [line.removeprefix(f"{tool}: error: ") for line in said.decode(errors="replace").splitlines()]
    if "unsupported version" in "".join(lines):
        return Refused(_("{tool} is older than the one that wrote this file; install a newer one").format(tool=tool))
    why = next((line for line in lines if line.strip()), "?")
    return Refused(_("{tool} failed: {why}").format(tool=tool, why=clean(why)))


def _environment() -> dict[str, str]:
    return dict(os.environ) | {"LC_ALL": "C"}


def _connection(url: str) -> tuple[Mapping[str, str], str]:
    """Return the environment that says how to connect, and what can be said on the command line only.

    What is secret stands in the environment, which nobody else can read, and never in what `ps` shows to everybody.
    """
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import Conninfo

    options = {one.keyword.decode(): one for one in Conninfo.get_defaults()}
    environment, rest = _environment(), {}
    for name, value in postgres.arguments(url).items():
        option = options[name]
        if option.envvar:
            environment[option.envvar.decode()] = str(value)
        elif option.dispchar:
            words = _("{name} cannot be given to pg_dump in secret; put it into a service file of PostgreSQL")
            raise Refused(words.format(name=name))
        else:
            rest[name] = value
    return environment, make_conninfo("", **rest)
