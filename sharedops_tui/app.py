"""The app: holds the bridge, the theme and the language, and is the one place where an error becomes a notice."""

import asyncio
import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.events import Event, Paste
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from sharedops_core import config, i18n
from sharedops_core.errors import Away, DeskError
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean
from sharedops_core.views import notices, queue
from sharedops_tui import ending, listening, theming
from sharedops_tui.asking import Asking, Question
from sharedops_tui.bridge import Bridge
from sharedops_tui.drafts import Drafts
from sharedops_tui.messages import DatabaseAway, DatabaseChanged, JournalGrew, LanguageChanged, TicketChanged
from sharedops_tui.palette import DeskCommands
from sharedops_tui.present.notices import notice_line
from sharedops_tui.screens.desk import DeskScreen
from sharedops_tui.screens.help import HelpScreen
from sharedops_tui.screens.knowledge import KnowledgeScreen
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.screens.ticket import TicketScreen

TICK_SECONDS, BEAT_SECONDS, SWEEP_SECONDS = 1.0, 30.0, 20.0
_TOLD_AT_ONCE = 3
_THREADS = 32
"""Enough that questions which wait for a slow database leave room for the files of drafts."""

_SLEPT = timedelta(seconds=20)
"""A tick that comes so much late was slept through."""


class SharedopsApp(App[None]):
    """The console of one agent."""

    TITLE = "sharedops"
    CSS_PATH = "styles/app.tcss"
    COMMANDS: ClassVar[set[Any]] = {DeskCommands}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", show=False, id="app.quit", priority=True),
        Binding("ctrl+p,colon,full_width_colon,：", "command_palette", show=False, id="app.commands"),
        Binding("question_mark,f1,？", "help", show=False, id="app.help"),
        Binding("ctrl+l", "language", show=False, id="app.language"),
    ]

    def __init__(self, bridge: Bridge, settings: config.Settings, state: Path | None = None) -> None:
        super().__init__()
        self.bridge, self.settings = bridge, settings
        self.asking, self.drafts = Asking(self), Drafts(bridge, state)
        self._ticked_at = bridge.now()
        self.seen_notice: int | None = None
        self.seen_event, self.is_away = 0, False
        self.away_because = ""

    def on_mount(self) -> None:
        """Load themes and keys, open the queue, start the tick, listen to what others do."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "desk"))
        for theme in theming.load(self.settings.path.parent / "themes"):
            self.register_theme(theme)
        self.theme = self.settings.theme if self.settings.theme in self.available_themes else "harbour-dark"
        self.set_keymap(self.settings.keymap)
        self.push_screen(QueueScreen())
        if not self.is_headless:
            ending.watch(self.action_leave)
        self.run_worker(self.drafts.bring_back, thread=True, group="drafts", exit_on_error=False)
        self.call_after_refresh(_collect_garbage)
        self.set_interval(TICK_SECONDS, self._tick)
        self.set_interval(BEAT_SECONDS, self._beat)
        self.set_interval(SWEEP_SECONDS, self.sweep)
        self.poll()
        self._deaf = listening.listen(self, self.bridge.database)

    def on_unmount(self) -> None:
        """Stop listening, and wait for nothing any more."""
        self._deaf.set()
        self.bridge.end()
        if not self.is_headless:
            ending.cut_off()

    def _tick(self) -> None:
        """Clocks go on below an open dialog, too; without a terminal there is nobody to show them to."""
        if not self.is_headless and ending.is_terminal_gone():
            ending.hurry(self.action_leave)
        slept, self._ticked_at = self.bridge.now() - self._ticked_at, self.bridge.now()
        if slept > _SLEPT:
            self.run_worker(self._wake, thread=True, group="wake", exit_on_error=False)
        if self.is_away:
            self.poll()
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.tick()

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
            self.notify(notice_line(row, self.bridge.now()), severity="warning", markup=False, timeout=10)
        if len(found) > _TOLD_AT_ONCE:
            more = _("{n} more, T shows them").format(n=len(found) - _TOLD_AT_ONCE)
            self.notify(more, severity="warning", markup=False)
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
        self.fetch("poll", self._grown, queue.news, self.seen_event)

    def _grown(self, news: queue.News) -> None:
        before, self.seen_event = self.seen_event, news.newest
        self.fetch("notices", self._tell_notices, notices.unread, after=self.seen_notice or 0)
        # An own act is no news; a line with an older id, whose writer was slower, is.
        for screen in self.screen_stack if before and (news.count or news.newest == before) else []:
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
            self.notify(_("The database is back; what you see is as it is now"), markup=False)
            self.run_worker(self.drafts.bring_back, thread=True, group="drafts", exit_on_error=False)
            self._catch_up()

    def tell(self, error: BaseException) -> None:
        """Show what went wrong: a refusal as a notice, anything else with the place where its trace is kept."""
        if isinstance(error, DeskError):
            self.notify(clean(str(error)), severity="warning", markup=False, timeout=8)
            return
        self.notify(config.broken(error), severity="error", markup=False, timeout=20)

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

    def open_ticket(self, ticket_id: int, compose: str | None = None) -> None:
        """Open a ticket on its own screen, with the composer ready when asked."""
        self.push_screen(TicketScreen(ticket_id, compose))

    def open_knowledge(self, words: str = "") -> None:
        """Open the knowledge search."""
        self.push_screen(KnowledgeScreen(words))

    async def on_event(self, event: Event) -> None:
        """Clean what is pasted before any field sees it: a mail on the clipboard is text from outside, too."""
        if isinstance(event, Paste):
            event.text = clean(event.text)
        await super().on_event(event)

    def action_command_palette(self) -> None:
        """Open the commands, with the signs they know as a hint."""
        hint = _("commands: acts, tickets #, people @, knowledge ?, views, themes")
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=hint, id="--command-palette"))

    def action_help(self) -> None:
        """Show the keys of this screen."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_language(self) -> None:
        """Speak the other language, at once."""
        i18n.activate("en" if i18n.language() == "zh" else "zh")
        for screen in self.screen_stack:
            screen.post_message(LanguageChanged())

    async def action_leave(self) -> None:
        """Quit; texts that are being written have been kept as drafts by then."""
        for screen in self.screen_stack:
            await _keep(screen)
        self.exit()


def _collect_garbage() -> None:
    """Collect from now on, but never look at what start-up made: it stays, and looking at it makes keys stutter."""
    gc.freeze()
    gc.enable()


async def _keep(screen: Screen[Any]) -> None:
    keep = getattr(screen, "keep_draft", None)
    if keep is not None:
        await keep()
