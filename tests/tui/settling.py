"""Waiting in pilot tests until every question to the database has been answered and drawn."""

import asyncio

from textual.pilot import Pilot

_TRIES = 200
_ASKING = ("default", "quit")
"""The groups of what waits for an answer of the user; everything else reads or writes."""


async def settled(pilot: Pilot[None]) -> None:
    """Wait for the readings under way and for the frames that show their results.

    An act waits for its dialog, and leaving for the answer, so these do not count.
    """
    has_read = False
    for _try in range(_TRIES):
        await pilot.pause()
        if not any(worker.group not in _ASKING and not worker.is_finished for worker in pilot.app.workers):
            break
        has_read = True
        await asyncio.sleep(0.01)
    if has_read:
        await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other, each after the answer to the one before; "text:" types words at once."""
    for key in keys:
        await pilot.press(*(key.removeprefix("text:") if key.startswith("text:") else [key]))
        await settled(pilot)
        await settled(pilot)
