"""Word of changes: at once, in few wakings, from either engine, and again after the server was away."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest

from sharedops_core.desk import finding, opening, presence
from sharedops_core.errors import Away
from sharedops_core.rules.request import Request
from sharedops_core.store import db, live
from tests.conftest import T0


class Ear:
    """Remembers when it was told what."""

    def __init__(self, database: db.Database) -> None:
        self.changed: list[float] = []
        self.away: list[object] = []
        self._stop = Event()
        watcher = live.Watcher(lambda: self.changed.append(time.monotonic()), self.away.append)
        self._thread = Thread(target=live.watch, args=(database, watcher, self._stop))

    @contextmanager
    def open(self) -> Iterator["Ear"]:
        """Listen for as long as the block lasts; what is told at the beginning is forgotten."""
        self._thread.start()
        time.sleep(1)
        self.changed.clear()
        try:
            yield self
        finally:
            self._stop.set()
            self._thread.join(5)

    def wait(self, heard: list, count: int = 1, limit: float = 20) -> None:
        """Wait until so much has been told."""
        end = time.monotonic() + limit
        while len(heard) < count and time.monotonic() < end:
            time.sleep(0.01)
        assert len(heard) >= count


def open_tickets(database: db.Database, count: int = 1) -> None:
    """Open tickets, each in a transaction of its own."""
    for number in range(count):
        database.once(
            lambda session, n=number: opening.open_ticket(
                session, Request(f"news {n}"), actor=finding.person(session, "li.na"), at=T0
            )
        )


def test_a_change_is_told_within_a_second(database):
    """What one console commits wakes the others before anybody could ask."""
    other = db.open_database(database.url)
    with Ear(database).open() as ear:
        began = time.monotonic()
        open_tickets(other)
        ear.wait(ear.changed)
    other.close()
    assert ear.changed[0] - began < 2


def test_coming_writing_and_going_are_told_and_staying_is_not(database):
    """Who comes to a ticket, begins to write or goes wakes the others; word of still being there does not."""

    def say(act, minutes, **facts):
        database.once(lambda session: act(session, 1, **facts, actor=finding.person(session, "li.na"),
                                          at=T0 + timedelta(seconds=15 * minutes)))  # fmt: skip

    open_tickets(database)
    with Ear(database).open() as ear:
        for count, (act, facts) in enumerate(
            [(presence.stay, {"is_writing": False}), (presence.stay, {"is_writing": True}), (presence.leave, {})]
        ):
            say(act, count, **facts)
            ear.wait(ear.changed, count + 1, limit=3)
            if act is presence.stay:
                say(act, count + 1, **facts)
            time.sleep(1.2)
            assert len(ear.changed) == count + 1


def test_nothing_is_told_while_nothing_changes(database):
    """A quiet desk wakes nobody, and neither does a transaction that is taken back."""
    with Ear(database).open() as ear:
        with pytest.raises(ZeroDivisionError), database.write() as session:
            opening.open_ticket(session, Request("x"), actor=finding.person(session, "li.na"), at=T0)
            raise ZeroDivisionError
        time.sleep(1)
    assert (ear.changed, ear.away) == ([], [])


def test_a_burst_wakes_a_few_times_only(database):
    """Hundreds of changes are told together: at most two wakings a second, and one behind the last change."""
    with Ear(database).open() as ear:
        began = time.monotonic()
        open_tickets(database, 150)
        last = time.monotonic()
        open_tickets(database)
        ended = time.monotonic()
        time.sleep(1.2)
    assert 1 <= len(ear.changed) <= (ended - began) * 2 + 3
    assert ear.changed[-1] >= last


def test_a_server_that_was_away_is_heard_again(mortal):
    """A killed server is told once, with a reason; its return is told too, and what was missed counts as a change."""
    server, database = mortal
    with Ear(database).open() as ear:
        server.kill()
        ear.wait(ear.away)
        assert isinstance(ear.away[0], Away)
        server.start()
        ear.wait(ear.away, 2)
        ear.wait(ear.changed)

    assert ear.away[1:] == [None]
