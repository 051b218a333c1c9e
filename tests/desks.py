"""Databases for the tests on both engines: made once per run by name, then copied for whoever writes into them."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import Session

from sharedops_core.store import db, turns
from tests import servers

ENGINES = ("sqlite", "postgresql")
Make = Callable[[Session], None]


def number_on(session: Session) -> None:
    """Let the sequences of PostgreSQL go on behind the newest rows: some brought their ids, some are gone again."""
    turns.number_on(session.connection())


class Desks:
    """Makes databases, and keeps what is worth copying until the run ends."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._stack = folder, contextlib.ExitStack()
        self._server: servers.Server | None = None
        self._made: dict[tuple[str, str], str] = {}
        self._shared: dict[tuple[str, str], db.Database] = {}
        self._idle: dict[str, list[servers.Lent]] = {}

    @property
    def server(self) -> servers.Server:
        """Return the PostgreSQL server, started for the first test that wants one."""
        if self._server is None:
            try:
                self._server = self._stack.enter_context(servers.server())
            except servers.NoServer as error:
                pytest.skip(str(error))
        return self._server

    @contextlib.contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """Give the address of a database in which nothing is."""
        if engine == "sqlite":
            yield f"sqlite:///{self.folder / uuid4().hex / 'desk.db'}"
        else:
            with self.server.copy("template0") as url:
                yield url

    @contextlib.contextmanager
    def copy(self, engine: str, name: str, make: Make) -> Iterator[db.Database]:
        """Give a database of its own that holds what `make` wrote."""
        source = self._source(engine, name, make)
        with contextlib.ExitStack() as stack:
            if engine == "sqlite":
                file = shutil.copy(source, self.folder / f"{uuid4().hex}.db")
                stack.callback(Path(file).unlink)
                url = f"sqlite:///{file}"
            else:
                url = stack.enter_context(self._lease(source))
            opened = db.open_database(url)
            stack.callback(opened.close)
            with opened.write() as session:
                number_on(session)
            yield opened

    @contextlib.contextmanager
    def _lease(self, source: str) -> Iterator[str]:
        """Give a copy on the server; what a test did to it is undone, which takes a tenth of making a new one."""
        idle = self._idle.setdefault(source, [])
        if idle:
            lent = idle.pop()
        else:
            lent = servers.Lent(self.server, source)
            self._stack.callback(self.server.drop, lent.name)
        yield lent.url
        if lent.restore():
            idle.append(lent)

    @contextlib.contextmanager
    def lent(self, engine: str, name: str, make: Make) -> Iterator[Session]:
        """Give one transaction on a shared database and take it back afterwards: nothing stays but used-up numbers."""
        database = self.shared(engine, name, make)
        with Session(database.writing, expire_on_commit=False) as session, contextlib.closing(session):
            number_on(session)
            yield session
            session.rollback()

    def shared(self, engine: str, name: str, make: Make) -> db.Database:
        """Return a database that holds what `make` wrote, for tests that only read."""
        if (engine, name) not in self._shared:
            self._shared[engine, name] = self._stack.enter_context(self.copy(engine, name, make))
        return self._shared[engine, name]

    def _source(self, engine: str, name: str, make: Make) -> str:
        """Return the file, or the name of the database on the server, from which copies are made."""
        if (engine, name) not in self._made:
            if engine == "sqlite":
                source = str(self.folder / f"{uuid4().hex}.db")
                url = f"sqlite:///{source}"
            else:
                source = self.server.create()
                self._stack.callback(self.server.drop, source)
                url = self.server.url(source)
            opened = db.initialise(url)
            with opened.write() as session:
                make(session)
            opened.close()
            if engine == "postgresql":
                servers.keep(url)
            self._made[engine, name] = source
        return self._made[engine, name]

    def close(self) -> None:
        """Remove everything on the server, then the server; files are left to pytest."""
        self._stack.close()
