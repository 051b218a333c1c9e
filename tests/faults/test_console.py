"""The console in a real terminal beside a server that dies, is slow, or has fallen silent."""

import json
import stat
import time

import pytest
from sqlmodel import col, select

from sharedops_core.desk import assignment, finding
from sharedops_core.store.tables import Draft, Message
from tests.conftest import T0
from tests.load.crowd import open_ticket
from tests.tui.terminal import console

pytestmark = pytest.mark.flaky(reruns=2)
"""Seconds are measured here, and a busy machine has fewer of them."""


@pytest.fixture
def held(database):
    """A ticket that 李娜 holds."""
    ticket_id = open_ticket(database, "printer offline")
    with database.write() as session:
        assignment.take(session, ticket_id, actor=finding.person(session, "li.na"), at=T0)
    return ticket_id


def begun(terminal):
    """Wait for the queue to stand."""
    terminal.wait_for("INC-10001")
    terminal.wait_until_quiet()


def writing(terminal, words):
    """Open the composer, which must be there at once, and type; the keys are not waited for."""
    terminal.press("r")
    terminal.wait_for("Reply to the requester", timeout=3)
    terminal.press(words)


def alone(terminal, server, words):
    """Kill the server under the queue, and write once the console has said so."""
    begun(terminal)
    server.kill()
    terminal.wait_for("DATABASE AWAY")
    writing(terminal, words)


def filed(home):
    """Return the files of drafts."""
    return sorted(home.glob("XDG_STATE_HOME/sharedops/*/drafts/*.json"))


def within(seconds, answer):
    """Wait until something is so."""
    limit = time.perf_counter() + seconds
    while not (found := answer()):
        assert time.perf_counter() < limit
        time.sleep(0.05)
    return found


def stored(database, table):
    """Return the words that are in a table."""
    with database.read() as session:
        return [body for body in session.exec(select(col(table.body))) if body != "printer offline"]


def test_words_typed_while_the_server_is_away_outlive_both(server, database, held, tmp_path):
    """Server killed, words typed, console killed: nobody else can read the file, and the next start has the words."""
    with console(database.url, tmp_path) as terminal:
        alone(terminal, server, "words without a server")
        (file,) = within(5, lambda: [one for one in filed(tmp_path) if "server" in one.read_text()])
        terminal.process.kill()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, file.parent)] == [0o600, 0o700]
    server.start()
    with console(database.url, tmp_path) as terminal:
        within(10, lambda: stored(database, Draft) == ["words without a server"])
        begun(terminal)
        writing(terminal, "")
        terminal.wait_for("words without a server")
    assert filed(tmp_path) == []


def test_what_is_sent_while_the_server_is_away_goes_out_once_it_is_back(server, database, held, tmp_path):
    """ctrl+s and y, pressed twice while nobody answers, put one reply on record, and no draft stays anywhere."""
    with console(database.url, tmp_path) as terminal:
        alone(terminal, server, "we come at ten")
        for _time in range(2):
            terminal.press("\x13")
            terminal.wait_until_quiet()
            terminal.press("y")
            terminal.wait_until_quiet()
        server.start()
        terminal.wait_for("reply sent", timeout=45)
        within(5, lambda: not filed(tmp_path))
        time.sleep(1)
    assert (stored(database, Message), stored(database, Draft)) == (["we come at ten"], [])


def test_a_slow_server_is_said_and_holds_no_key_up(proxy, name, database, held, tmp_path):
    """With seconds for every answer keys act at once, and the line at the top says what is waited for."""
    with console(proxy.url(name), tmp_path) as terminal:
        begun(terminal)
        proxy.delay = 3.0
        terminal.press("R" * 20)
        terminal.wait_for("waiting for the database: [2-9] s", timeout=8)
        since = len(terminal.bytes)
        terminal.press("?")
        terminal.wait_for("queue|Queue|keys|Keys", since, timeout=1)
        proxy.delay = 0.0
        limit = time.perf_counter()
        terminal.press("\x1b")
        terminal.wait_until_quiet()
        writing(terminal, "at once")
        within(15, lambda: stored(database, Draft) == ["at once"])
        assert time.perf_counter() - limit < 15


def test_a_silent_server_does_not_hold_up_the_end(proxy, name, database, held, tmp_path):
    """A console whose server does not answer at all is left by ctrl+q in seconds, and the words are kept."""
    with console(proxy.url(name), tmp_path) as terminal:
        begun(terminal)
        proxy.silent.set()
        writing(terminal, "last words")
        within(5, lambda: filed(tmp_path))
        terminal.press("\x11")
        terminal.wait_for("kept as a draft")
        terminal.press("y")
        terminal.process.wait(8)
    assert json.loads(filed(tmp_path)[0].read_text())["body"] == "last words"
