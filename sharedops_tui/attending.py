"""Saying at which ticket one is, at most every few seconds, and knowing who else is where."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sharedops_core.desk import presence
from sharedops_core.errors import DeskError
from sharedops_core.rules import permissions
from sharedops_core.rules.presence import SAY_EVERY
from sharedops_core.views.presence import Present
from sharedops_tui.messages import PresenceChanged
from sharedops_tui.screens.ticket import TicketScreen

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp


class Attendance:
    """Where this agent is, and where the others are."""

    def __init__(self, app: "SharedopsApp") -> None:
        self.app = app
        self.others: Sequence[Present] = ()
        self._said: tuple[int, bool] | None = None
        self._said_at: datetime | None = None

    def at(self, ticket_id: int) -> Sequence[Present]:
        """Return who else is at a ticket."""
        return [one for one in self.others if one.ticket_id == ticket_id]

    def meet(self, others: Sequence[Present]) -> bool:
        """Take in who is where; return whether that is another picture than before."""
        is_new = list(others) != list(self.others)
        self.others = others
        if is_new:
            for screen in self.app.screen_stack:
                screen.post_message(PresenceChanged())
        return is_new

    def tick(self) -> None:
        """Say where one is when that has changed, or has not been said for a while."""
        if not permissions.granted(self.app.bridge.me.role, "note"):
            # Who works no tickets is in nobody's way.
            return
        now, place = self.app.bridge.now(), self._place()
        if place == self._said and (place is None or self._said_at is None or now - self._said_at < SAY_EVERY):
            return
        gone = self._said[0] if self._said and (place is None or place[0] != self._said[0]) else None
        self._said, self._said_at = place, now
        self.app.run_worker(self._say(place, gone), group="presence", exit_on_error=False)

    def _place(self) -> tuple[int, bool] | None:
        screen = next((one for one in reversed(self.app.screen_stack) if isinstance(one, TicketScreen)), None)
        return (screen.ticket_id, screen.is_writing) if screen is not None and screen.is_mounted else None

    async def _say(self, place: tuple[int, bool] | None, gone: int | None) -> None:
        """A word that is lost, because the database is away or busy, is said again with the next one."""
        try:
            if gone is not None:
                await asyncio.to_thread(self.app.bridge.act, presence.leave, gone)
            if place is not None:
                await asyncio.to_thread(self.app.bridge.act, presence.stay, place[0], is_writing=place[1])
        except DeskError:
            self._said_at = None
