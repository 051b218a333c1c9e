"""What one was told: shown as a list in which enter opens the ticket, or the sheet of a shift, and taken as seen."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from sharedops_core.desk import sweeping
from sharedops_core.views import notices
from sharedops_tui import shifts
from sharedops_tui.dialogs.notices import NoticesDialog

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp


async def show(app: "SharedopsApp", then: Callable[[], None]) -> None:
    """Show what was told last, take it as seen, and open what is chosen; `then` brings the count up to now."""
    found = await asyncio.to_thread(app.bridge.read, notices.recent)
    if any(row.is_unread for row in found):
        await asyncio.to_thread(app.bridge.act, sweeping.read_notices)
    then()
    row = await app.push_screen_wait(NoticesDialog(found, app.bridge.now()))
    if row is None:
        return
    if row.ticket_id is not None:
        app.open_ticket(row.ticket_id)
    elif row.sheet_id is not None:
        await shifts.answer(app, row.sheet_id)
