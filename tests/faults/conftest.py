"""A server that may be killed, and roads to it that break."""

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from sharedops_core.store import db
from tests import servers
from tests.faults.proxy import Proxy


@pytest.fixture
def server(mortal: tuple[servers.OwnServer, db.Database]) -> servers.OwnServer:
    """A server that the test may kill."""
    return mortal[0]


@pytest.fixture
def database(mortal: tuple[servers.OwnServer, db.Database]) -> db.Database:
    """A small centre on it, by the straight road."""
    return mortal[1]


@pytest.fixture
def name(database: db.Database) -> str:
    """The name of that database."""
    return str(make_url(database.url).database)


@pytest.fixture
def proxy(server: servers.OwnServer) -> Iterator[Proxy]:
    """A road to the server that can be made a bad one."""
    road = Proxy(server)
    yield road
    road.close()


@pytest.fixture
def by_road(proxy: Proxy, name: str) -> Iterator[db.Database]:
    """The database by that road."""
    opened = db.open_database(proxy.url(name))
    yield opened
    opened.close()
