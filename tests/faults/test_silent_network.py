"""A network that drops packets without a word: nobody says that the peer is gone, so each end has to find out."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from sharedops_core.errors import Away
from sharedops_core.store import db, postgres

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the options of a socket have other names elsewhere")
ROOT = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not (shutil.which("ip") and shutil.which("unshare")),
    reason="only root on Linux can lay a cable",
)
_OPTIONS = ("SO_KEEPALIVE", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")


def options(url: str) -> list[int]:
    """Return how the socket of a connection looks after its peer: on or off, then seconds, times, milliseconds."""
    with (
        psycopg.connect(**postgres.arguments(url)) as connection,
        socket.socket(fileno=os.dup(connection.fileno())) as end,
    ):
        return [
            end.getsockopt(socket.SOL_SOCKET if name.startswith("SO_") else socket.IPPROTO_TCP, getattr(socket, name))
            for name in _OPTIONS
        ]


@LINUX
def test_a_gone_peer_is_noticed_within_15_seconds(proxy, name):
    """The kernel tries an idle connection after 5 s and thrice, and waits 14 s for an answer to what was sent."""
    is_on, idle, interval, count, unanswered = options(proxy.url(name))
    assert (is_on, idle + interval * count <= 15, 0 < unanswered <= 15_000) == (1, True, True)


@LINUX
def test_the_address_names_its_own_times(proxy, name):
    """Whoever has a line that is silent for longer says so in the address, and ours do not count."""
    own = "?keepalives_idle=60&keepalives_interval=20&keepalives_count=9&tcp_user_timeout=90000"
    assert options(proxy.url(name) + own) == [1, 60, 20, 9, 90_000]


class Cable:
    """A network of two ends: ours, and one behind which the server is reached, as long as that has its address."""

    def __init__(self, server_socket: Path) -> None:
        network = f"198.18.{os.getpid() % 250 + 1}"
        self.theirs, self._end = f"{network}.2", f"desk{os.getpid()}"
        relay = [sys.executable, Path(__file__).with_name("relay.py"), str(server_socket)]
        self._relay = subprocess.Popen(["unshare", "--net", *relay], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._relay.stdout.readline() != b"up\n":
            pytest.skip("this root may not make networks")
        self._run("ip", "link", "add", self._end, "type", "veth", "peer", "name", "desk", "netns", str(self._relay.pid))
        self._run("ip", "address", "add", f"{network}.1/24", "dev", self._end)
        self._run("ip", "link", "set", self._end, "up")
        self._there("ip", "address", "add", f"{self.theirs}/24", "dev", "desk")
        self._there("ip", "link", "set", "desk", "up")

    def drop(self) -> None:
        """Let no packet find the other end any more, and nobody say so."""
        self._there("ip", "address", "flush", "dev", "desk")

    def close(self) -> None:
        """Take it away; the network behind it is gone with the last that lives in it."""
        self._run("ip", "link", "delete", self._end)
        self._relay.kill()
        self._relay.communicate()

    def _there(self, *command: str) -> None:
        self._run("nsenter", "--net", "--target", str(self._relay.pid), *command)

    def _run(self, *command: str) -> None:
        subprocess.run(command, check=True, timeout=10)


@pytest.fixture
def cable(server) -> Iterator[Cable]:
    """A cable to the server."""
    laid = Cable(server.folder / ".s.PGSQL.5432")
    yield laid
    laid.close()


@ROOT
@pytest.mark.parametrize("asked", ["SELECT 1", "SELECT pg_sleep(60)"])
def test_a_console_is_not_kept_waiting_by_a_network_that_drops_packets(cable, name, asked):
    """Whether nothing gets through or only the answer does not come back: after 15 seconds the console knows."""
    database = db.open_database(f"postgresql://postgres@{cable.theirs}:5432/{name}")
    with pytest.raises(Away), database.read() as session:
        session.execute(text("SELECT 1"))
        cable.drop()
        began = time.monotonic()
        session.execute(text(asked))

    assert time.monotonic() - began < 17
    database.close()
