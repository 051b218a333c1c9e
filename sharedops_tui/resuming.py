"""Going on where one stopped: the place and the drafts of the last session, and an end that asks before it comes."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.content import Content

from sharedops_core.errors import DeskError
from sharedops_core.i18n import _, joined
from sharedops_core.views.circulars import CircularRow, circulars
from sharedops_core.views.drafts import DraftRow, drafts
from sharedops_tui.dialogs.ask import AskDialog
from sharedops_tui.mailing import circular_of
from sharedops_tui.present.circular import label
from sharedops_tui.screens.circular import CircularScreen
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.widgets.composer import Composer
from sharedops_tui.widgets.queue_table import QueueTable

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

_FLUSH_SECONDS = 2.0


def remember(app: "SharedopsApp") -> None:
    """Know at the next start where the agent was; written only when that is another place."""
    state = app.memory.state
    many = [screen.circular.key for screen in app.screen_stack if isinstance(screen, CircularScreen)]
    state.open_key = many[-1] if many else ""
    opened = [screen.ticket_id for screen in app.screen_stack if isinstance(screen, TicketScreen)]
    state.open_id = opened[-1] if opened else None
    for screen in (one for one in app.screen_stack if isinstance(one, QueueScreen)):
        # A second may pass while the children of a closing console are gone already.
        for table in screen.query(QueueTable):
            state.view = screen.question.view
            state.ticket_id = table.current.ticket_id if table.current else screen.begin_at
    app.memory.save()


async def keep(app: "SharedopsApp") -> None:
    """Keep what is being written on any screen, and the place, before the console ends."""
    for screen in app.screen_stack:
        if isinstance(screen, TicketScreen | CircularScreen):
            await screen.keep_draft()
    remember(app)
    app.memory.close()


def rescue(app: "SharedopsApp") -> None:
    """Keep what is being written in files at once: the console breaks in this moment."""
    for screen in app.screen_stack:
        if isinstance(screen, TicketScreen | CircularScreen) and (writing := screen.writing) is not None:
            app.drafts.file(writing)


def bring_back(app: "SharedopsApp") -> None:
    """Give the database the drafts that only files have, and say which texts were being sent."""

    def tell(found: Sequence[DraftRow], many: Sequence[CircularRow]) -> None:
        sent = [(one.number, one.sent_at) for one in found if app.outbox.of(one.ticket_id) is None]
        sent += [(label(len(one.known)), one.sent_at) for one in many if not app.outbox.holds(circular_of(one).name)]
        now = app.bridge.now()
        for text, some in (
            (_("not sent, kept as a draft: {numbers}"), [number for number, at in sent if at and at <= now]),
            (_("on its way out from another console, if that still runs: {numbers}"),
             [number for number, at in sent if at and at > now]),
        ):  # fmt: skip
            if some:
                app.notify(text.format(numbers=joined(some)), severity="warning", timeout=15)
        _reopen(app, many)

    def work() -> None:
        # Without the database the files stay where they are; it is tried again when it is back.
        with suppress(DeskError):
            app.drafts.bring_back()
            app.call_from_thread(tell, app.bridge.read(drafts), app.bridge.read(circulars))

    app.run_worker(work, thread=True, group="drafts", exit_on_error=False)


def _reopen(app: "SharedopsApp", many: Sequence[CircularRow]) -> None:
    """Go on with the text to many that was open when the last session ended, once."""
    key, app.memory.left_open = app.memory.left_open, ""
    left = next((one for one in many if one.key == key), None)
    if left is not None:
        app.open_circular(circular_of(left))


async def leave(app: "SharedopsApp") -> None:
    """End the console; ask first when something is being written, and send what is on its way out."""
    if isinstance(app.screen, AskDialog):
        return
    if any(composer.body.strip() for screen in app.screen_stack for composer in screen.query(Composer)):
        text = _("Something is being written. It is kept as a draft, and is there again at the next start.")
        if not await app.push_screen_wait(AskDialog(_("Quit"), [Content(text)], _("Quit"))):
            return
    # What a silent database does not take stays a draft, which the next start calls not sent.
    await asyncio.wait({asyncio.create_task(app.outbox.flush())}, timeout=_FLUSH_SECONDS)
    await app.action_leave()
