"""The console in a browser: the driver that `textual serve` speaks to, at the other end of two pipes."""

import json
import subprocess
import sys
import threading
import time

import pytest
from sqlmodel import Session, select

from sharedops_core.store.tables import Draft
from tests.tui.terminal import environment

pytestmark = pytest.mark.flaky(reruns=2)
"""Seconds are measured here, and a busy machine has fewer of them."""


class Page:
    """What a browser would be: it sends keys and says when it is closed."""

    def __init__(self, desk, home, columns="100"):
        command = [sys.executable, "-m", "sharedops_tui", "--lang", "en", "--db", desk.url, "--as", "li.na"]
        driver = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", "COLUMNS": columns, "ROWS": "30"}
        self.process = subprocess.Popen(
            command, env=environment(home) | driver, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.seen = bytearray()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self):
        while chunk := self.process.stdout.read1():
            self.seen += chunk

    def send(self, kind, payload):
        """Send keys ("D") or a word about the page ("M")."""
        data = payload if isinstance(payload, bytes) else payload.encode()
        self.process.stdin.write(kind.encode() + len(data).to_bytes(4, "big") + data)
        self.process.stdin.flush()

    def wait_for(self, words):
        """Wait until something is on the page."""
        limit = time.perf_counter() + 20
        while words.encode() not in self.seen:
            assert time.perf_counter() < limit, words
            time.sleep(0.02)


@pytest.fixture(params=["100"])
def page(request, desk, tmp_path):
    """A page on which a reply is being written; it says how wide it is."""
    opened = Page(desk, tmp_path, request.param)
    opened.wait_for("INC-10002")
    opened.send("D", "jr")
    opened.wait_for("Reply to the requester")
    opened.send("D", "written in a browser")
    opened.wait_for("browser")
    yield opened
    opened.process.kill()
    opened.process.wait()
    opened.process.stdin.close()
    opened.process.stdout.close()


RUBBISH = ["{", "[1]", "null", "", "[" * 100_000,
           b"\xff", '{"type": 5}', '{"type": "deliver_chunk_request", "key": []}']  # fmt: skip
SIZES = [("a", None), (-5, -9), (0, 0), (80.5, 24), (10**9, 10**9)]


def drafts(desk):
    """Return what is kept."""
    with Session(desk.reading) as session:
        return session.exec(select(Draft.body)).all()


def test_a_page_that_is_closed_keeps_the_draft_and_ends_the_console(page, desk):
    """The words of the last second are there, too, and no process stays behind."""
    page.send("M", json.dumps({"type": "quit"}))
    assert page.process.wait(5) == 0
    assert drafts(desk) == ["written in a browser"]


def test_a_server_of_pages_that_dies_ends_its_consoles(page, desk):
    """Nobody is at the other end of the pipe any more: the draft is kept, and the process goes."""
    page.process.stdin.close()
    page.process.wait(5)
    assert drafts(desk) == ["written in a browser"]


@pytest.mark.parametrize("page", ["1000000000"], indirect=True)
def test_what_a_page_says_that_makes_no_sense_is_passed_over(page, desk):
    """Rubbish, sizes no window has, also at the start, unknown packets, bytes that are no text: the keys go on."""
    sizes = [json.dumps({"type": "resize", "width": width, "height": height}) for width, height in SIZES]
    for said in [*RUBBISH, *sizes, '{"type": "resize"}']:
        page.send("M", said)
    page.send("Z", "?")
    page.send("D", b"\xff offside")
    page.wait_for("offside")
    page.send("M", json.dumps({"type": "quit"}))
    assert page.process.wait(5) == 0
    assert drafts(desk) == ["written in a browser\ufffd offside"]


def test_a_page_whose_keys_nobody_reads_any_more_is_closed(page, desk):
    """Better an end with the words kept than a page that does not listen."""
    page.send("M", json.dumps({"type": "exit"}))
    assert page.process.wait(5) == 0
    assert drafts(desk) == ["written in a browser"]
