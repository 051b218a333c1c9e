"""The app: holds the bridge, the theme and the language, and is the one place where an error becomes a notice."""

import asyncio
import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from sqlmodel import Session
from textual import on
from textual.binding import BindingType
from textual.events import Event, Paste
from textual.worker import Worker, WorkerState

from sharedops_core import config
from sharedops_core.errors import Away, DeskError
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean
from sharedops_core.store.access import Reader
from sharedops_core.views import notices, presence, queue
from sharedops_core.views.presence import Present
from sharedops_tui import alerts, ending, keymap, listening, resuming, theming
from sharedops_tui.acts import Trail
from sharedops_tui.asking import Asking, Question
from sharedops_tui.attending import Attendance
from sharedops_tui.bridge import Bridge
from sharedops_tui.drafts import Drafts, folder_of
from sharedops_tui.messages import DatabaseAway, DatabaseChanged, JournalGrew, TicketChanged
from sharedops_tui.outbox import Outbox
from sharedops_tui.overlays import Overlays
from sharedops_tui.palette import DeskCommands
from sharedops_tui.present.notices import notice_line
from sharedops_tui.screens.boards import BoardScreen
from sharedops_tui.screens.circular import CircularScreen
from sharedops_tui.screens.desk import DeskScreen
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.session import SessionFile

TICK_SECONDS, BEAT_SECONDS, SWEEP_SECONDS = 1.0, 30.0, 20.0
_TOLD_AT_ONCE = 3
_THREADS = 32
"""Enough that questions which wait for a slow database leave room for the files of drafts."""

_SLEPT = timedelta(seconds=20)
"""A tick that comes so much late was slept through."""


class SharedopsApp(Overlays):
    """The console of one agent."""

    TITLE = "sharedops"
    CSS_PATH = "styles/app.tcss"
    COMMANDS: ClassVar[set[Any]] = {DeskCommands}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("app")]

    def __init__(self, bridge: Bridge, settings: config.Settings, state: Path | None = None) -> None:
        super().__init__()
        self.bridge, self.settings = bridge, settings
        self.themes = theming.Themes(self, settings.path.parent / "themes")
        self.keymap, self._wrong_keys = keymap.read(settings.path)
        self.trail, self.outbox = Trail(), Outbox(self)
        self.asking, self.drafts = Asking(self), Drafts(bridge, state)
        self.presence, self.rescue = Attendance(self), partial(resuming.rescue, self)
        self.memory = SessionFile((state or folder_of(bridge)) / "session.json")
        self._ticked_at = bridge.now()
        self.seen_notice: int | None = None
        self.seen_event, self.is_away, self.away_because = 0, False, ""

    @property
    def role(self) -> str:
        """Return the role of the agent."""
        return self.bridge.me.role

    def on_mount(self) -> None:
        """Load themes and keys, open the queue, start the tick, listen to what others do."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "desk"))
        self.themes.open(self.settings.theme)
        self.set_keymap(self.keymap.changed())
        self.push_screen(QueueScreen(self.memory.state.view, self.memory.state.ticket_id))
        if self.memory.state.open_id is not None:
            self.open_ticket(self.memory.state.open_id)
        if not self.is_headless:
            ending.watch(self.action_leave)
        self.call_after_refresh(_collect_garbage)
        self.set_interval(TICK_SECONDS, self._tick)
        self.set_interval(BEAT_SECONDS, self._beat)
        self.set_interval(SWEEP_SECONDS, self.sweep)
        self._deaf = listening.listen(self, self.bridge.database)

    def begin(self) -> None:
        """Look what is new and what was being written, now that the first rows are there: they waited for nothing."""
        resuming.bring_back(self)
        self.poll()

    def on_unmount(self) -> None:
        """Stop listening, and wait for nothing any more."""
        self._deaf.set()
        self.bridge.end()
        if not self.is_headless:
            ending.cut_off()

    def _tick(self) -> None:
        """Clocks go on below an open dialog, too; without a terminal there is nobody to show them to."""
        if not self.is_headless and ending.is_terminal_gone(is_web=self.is_web):
            ending.hurry(self.action_leave)
        slept, self._ticked_at = self.bridge.now() - self._ticked_at, self.bridge.now()
        if slept > _SLEPT:
            self.run_worker(self._wake, thread=True, group="wake", exit_on_error=False)
        if self.is_away:
            self.poll()
        for screen in reversed(self.screen_stack):
            if isinstance(screen, DeskScreen | CircularScreen):
                screen.tick()
            if not screen.is_modal:
                # Drawing what lies below, unseen, would have Textual draw all of this screen anew.
                break
        self.presence.tick()
        resuming.remember(self)

    def _wake(self) -> None:
        """Catch up after a sleep, on new connections: nobody may be at the other end of the old ones any more."""
        self.bridge.database.close()
        self.call_from_thread(self._catch_up)

    def _catch_up(self) -> None:
        self.poll()
        for screen in self.screen_stack:
            screen.post_message(JournalGrew(0))

    def _beat(self) -> None:
        """Figures change with the time, too: what was calm is at risk half an hour later."""
        if isinstance(self.screen, DeskScreen):
            self.screen.beat()

    def sweep(self) -> None:
        """Tell whom the policies name about what has fallen due; every console does, none does it twice."""

        def work() -> None:
            # A busy database, or another console that sweeps, is no news: the next round finds the rest.
            with suppress(DeskError):
                self.bridge.sweep()

        self.run_worker(work, thread=True, exclusive=True, group="sweep", exit_on_error=False)

    def _tell_notices(self, found: Sequence[notices.NoticeRow]) -> None:
        """Show what is new to the agent; what waited before the console was opened is counted in the status line."""
        if self.seen_notice is None:
            self.seen_notice = found[0].notice_id if found else 0
            return
        for row in found[:_TOLD_AT_ONCE]:
            self.notify(notice_line(row, self.bridge.now()), severity="warning", timeout=10)
        if len(found) > _TOLD_AT_ONCE:
            more = _("{n} more, T shows them").format(n=len(found) - _TOLD_AT_ONCE)
            self.notify(more, severity="warning")
        if self._driver is not None:
            alerts.call(self._driver.write, self.settings.alert, found, self.bridge.now())
        if found:
            self.seen_notice = found[0].notice_id

    def fetch(
        self, group: str, then: Callable[[Any], None], view: Callable[..., Any], *subject: Any, **facts: Any
    ) -> None:
        """Read a view in a thread and hand the result to `then`; a newer question of the group drops this one."""
        self.asking.ask(group, Question(then, view, subject, facts))

    @on(DatabaseChanged)
    def poll(self) -> None:
        """Look what is new in the journal, and tell the screens."""
        self.fetch("poll", self._grown, _news, self.seen_event, self.bridge.now())

    def _grown(self, found: tuple[queue.News, Sequence[Present]]) -> None:
        (news, others), before = found, self.seen_event
        if self.presence.meet(others) and news.newest == before and not news.count:
            # Somebody came or went: no ticket is another one.
            return
        self.fetch("notices", self._tell_notices, notices.unread, after=self.seen_notice or 0)
        self.seen_event = news.newest
        # An own act is no news to a list; to a board it is, and a line with an older id, whose writer was slower, is.
        is_news = bool(news.count) or news.newest == before
        for screen in self.screen_stack if before else []:
            if is_news or isinstance(screen, BoardScreen):
                screen.post_message(JournalGrew(news.count))

    @on(DatabaseAway)
    def _database_away(self, event: DatabaseAway) -> None:
        if event.reason is not None:
            self.failed(event.reason)
        else:
            self.answered()

    def answered(self) -> None:
        """Take notice that the database answers, and catch up when it did not before."""
        if self.is_away:
            self.is_away, self.away_because = False, ""
            self.notify(_("The database is back; what you see is as it is now"))
            resuming.bring_back(self)
            self.outbox.go_on()
            self._catch_up()

    def tell(self, error: BaseException) -> None:
        """Show what went wrong: a refusal as a notice, anything else with the place where its trace is kept."""
        if isinstance(error, DeskError):
            self.notify(str(error), severity="warning", timeout=8)
            return
        self.notify(config.broken(error), severity="error", timeout=20)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the error of any worker, in this one place."""
        if event.state is WorkerState.ERROR and event.worker.error:
            self.failed(event.worker.error)

    def failed(self, error: BaseException) -> None:
        """Tell of an error; that the database is away is said by the line at the top, for as long as it is so."""
        if isinstance(error, Away):
            self.is_away, self.away_because = True, clean(str(error))
        else:
            self.tell(error)

    def ticket_changed(self, ticket_id: int) -> None:
        """Tell every open screen that a ticket is another one now."""
        for screen in self.screen_stack:
            screen.post_message(TicketChanged(ticket_id))

    def open_ticket(self, ticket_id: int, compose: str | None = None, insert: str = "", pane: str = "ticket") -> None:
        """Open a ticket on its own screen, in one of its panes; with the composer when asked, and a text put in."""
        self.push_screen(TicketScreen(ticket_id, compose, insert, pane))
        self.call_later(resuming.remember, self)

    async def on_event(self, event: Event) -> None:
        """Clean what is pasted before any field sees it: a mail on the clipboard is text from outside, too."""
        if isinstance(event, Paste):
            event.text = clean(event.text)
        await super().on_event(event)

    async def action_quit(self) -> None:
        """Quit; ask first when something is being written, and send what is on its way out."""
        self.run_worker(resuming.leave(self), group="quit", exit_on_error=False)

    async def action_leave(self) -> None:
        """End; texts that are being written have been kept as drafts by then."""
        await resuming.keep(self)
        self.exit()

    async def on_exit_app(self) -> None:
        """A page that is closed in a browser ends the console without asking it to leave."""
        await resuming.keep(self)


def _news(session: Session, seen: int, now: datetime, *, reader: Reader) -> tuple[queue.News, Sequence[Present]]:
    """Return the newest line of the journal, how many new ones are of others, and who is where."""
    return queue.news(session, seen, reader=reader), presence.others(session, now, reader=reader)


def _collect_garbage() -> None:
    """Collect from now on, but never look at what start-up made: it stays, and looking at it makes keys stutter."""
    gc.freeze()
    gc.enable()
