"""A road to a PostgreSQL server that a test can make slow, cut at the worst moment, or let fall silent.

It listens on a port of the loopback and passes bytes on to the socket of the server, each connection on two threads.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

from tests import servers

Judge = Callable[["Road"], bool]
"""Is told of a COMMIT on its way, and returns whether the server gets to see it; it may cut the road as well."""


class Road:
    """One connection: the client's end and the server's end."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server, self.is_dead = client, server, False

    def cut(self) -> None:
        """Let both ends know that there is no road any more."""
        for end in (self.client, self.server):
            cut(end)


class Proxy:
    """What stands between; `delay` seconds pass before the server gets to see anything, `silent` holds all back."""

    def __init__(self, server: servers.OwnServer) -> None:
        self._target = str(server.folder / ".s.PGSQL.5432")
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.delay, self.silent = 0.0, threading.Event()
        self.judge: Judge | None = None
        self.roads: list[Road] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database: str) -> str:
        """Return the address of a database by this road."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def close(self) -> None:
        """Let nobody in any more, and cut every road."""
        cut(self._listening)
        self.silent.clear()
        for road in self.roads:
            road.cut()

    def forget(self) -> None:
        """Pass on nothing more on the roads that are there, and tell nobody; new ones are good."""
        for road in self.roads:
            road.is_dead = True

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listening.accept()
                self._open(client)

    def _open(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._target)
        except OSError:
            client.close()
            return
        road = Road(client, server)
        self.roads.append(road)
        for pump in (self._ask, self._answer):
            threading.Thread(target=pump, args=(road,), daemon=True).start()

    def _ask(self, road: Road) -> None:
        for said in heard(road.client):
            self._wait(self.delay)
            if road.is_dead:
                continue
            judge = self.judge if b"COMMIT\x00" in said else None
            if judge is None or judge(road):
                with contextlib.suppress(OSError):
                    road.server.sendall(said)
        cut(road.server)

    def _answer(self, road: Road) -> None:
        for said in heard(road.server):
            self._wait(0)
            if road.is_dead:
                continue
            with contextlib.suppress(OSError):
                road.client.sendall(said)
        cut(road.client)

    def _wait(self, seconds: float) -> None:
        time.sleep(seconds)
        while self.silent.is_set():
            time.sleep(0.02)


def heard(end: socket.socket) -> Iterator[bytes]:
    """Yield what is said at an end until it is closed."""
    with contextlib.suppress(OSError):
        while said := end.recv(1 << 16):
            yield said


def cut(end: socket.socket) -> None:
    """Close an end, also under a thread that waits at it."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
