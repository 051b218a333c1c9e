"""The bridge between screens and the desk: one transaction per act, in a thread, with actor and instant filled in.

The only place of the console that opens sessions and reads the clock. Every method blocks: screens call them
in thread workers and never from a handler.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import signature
from threading import Event, Lock
from typing import Any, TypeVar

from sqlmodel import Session

from sharedops_core.desk import finding, identity, rounds
from sharedops_core.rules import permissions
from sharedops_core.store import access, guard
from sharedops_core.store.db import Act, Database
from sharedops_core.store.tables import Person

Result = TypeVar("Result")


@dataclass(frozen=True)
class Me:
    """The agent at this console."""

    person_id: int
    login: str
    name: str
    role: str
    team_code: str
    line: int


class Bridge:
    """All the console knows of the database."""

    def __init__(self, database: Database, login: str, deputy: access.Deputy | None = None) -> None:
        self.database, self.deputy = database, deputy
        self._asked: dict[object, float] = {}
        self._sweeping, self._ended = Lock(), Event()
        self.heard_at = self.now()
        with database.read() as session:
            person = finding.person(session, login)
            finding.require(session, "console", person)
            self._is_other = guard.is_bound(session) and identity.of_login(session) != person
            team = finding.home_team(session, person)
            self.me = Me(
                person.id or 0,
                person.login,
                person.name,
                person.role,
                team.code if team else "",
                team.line if team else 1,
            )

    def now(self) -> datetime:
        """Return the present instant in whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)

    @property
    def waited(self) -> float:
        """Return for how many seconds the oldest question that is not answered yet has been waiting."""
        since = list(self._asked.values())
        return time.monotonic() - min(since) if since else 0.0

    @contextmanager
    def _asking(self) -> Iterator[None]:
        key = object()
        self._asked[key] = time.monotonic()
        try:
            yield
        finally:
            del self._asked[key]

    def act(self, act: Callable[..., Result], *subject: Any, **facts: Any) -> Result:
        """Run one desk act in one transaction, exactly once, as the agent of this console; raises its DeskError.

        Raises Away when it was certainly not done; one that may have been is asked for until that is known, or until
        the console ends.
        """
        at = self.now()

        def work(session: Session) -> Result:
            return act(session, *subject, actor=self._person(session), at=at, **facts)

        with self._asking():
            return Act(self.database, work).do(until=self._ended)

    def sweep(self) -> int:
        """Fire what has fallen due, and return how much that was; writes only when something is due.

        Nothing is done while the sweep before still waits for the database.
        """
        if not permissions.granted(self.me.role, "sweep") or not self._sweeping.acquire(blocking=False):
            return 0
        try:
            with self.database.read() as session:
                at = self.now()
                if not rounds.is_due(session, at=at):
                    return 0
            with self.database.write() as session:
                return len(rounds.turn(session, at=at))
        finally:
            self._sweeping.release()

    def read(self, view: Callable[..., Result], *subject: Any, **facts: Any) -> Result:
        """Run one view in one consistent reading; a view that asks for its reader gets the agent of this console."""
        with self._asking(), self.database.read() as session:
            if "reader" in signature(view).parameters:
                facts["reader"] = access.reader(session, self._person(session))
            asked_at = self.now()
            found = view(session, *subject, **facts)
            self.heard_at = asked_at
            return found

    def end(self) -> None:
        """Ask for nothing again: the console ends."""
        self._ended.set()

    def _person(self, session: Session) -> Person:
        if self.deputy is not None:
            access.depute(session, self.deputy)
        person = finding.person(session, self.me.login)
        if self._is_other:
            guard.stand_in(session, person)
        return person
