"""Wallboard and workload: big figures, a table of lines, teams or agents, what a figure means, and what is behind it.

Nothing polls: a board is read when somebody acts, and when a clock passes a due time, which the board itself says.
"""

from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from sharedops_core.i18n import _
from sharedops_core.views import wallboard, workload
from sharedops_tui import keymap
from sharedops_tui.messages import JournalGrew, LanguageChanged, TicketChanged, TicketOpened
from sharedops_tui.present import boards, keys
from sharedops_tui.present.hours import hours
from sharedops_tui.screens.found import FoundScreen
from sharedops_tui.widgets.figure_table import FigureTable
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.tiles import Tiles

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

_REST, _SHARE = 1.0, 9
"""Seconds in which many acts of others are read together; a large desk is left alone nine times as long as it took."""

_LONGEST = timedelta(days=1)
_TALL = 40


class BoardScreen(Screen[None]):
    """What both boards have in common; whoever inherits says what is read and how it is shown."""

    DEFAULT_CSS = """
    BoardScreen .title { height: 1; background: $panel; }
    BoardScreen .meaning { height: auto; max-height: 2; padding: 0 1; color: $foreground 70%; }
    BoardScreen .hours { height: auto; padding: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("board")]
    called = ""
    queries: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.found: Any = None
        self._rests: Timer | None = None
        self._turns: Timer | None = None
        self._is_stale, self._asked_at, self._rest = False, 0.0, _REST

    @property
    def desk(self) -> "SharedopsApp":
        """Return the app by its own type."""
        return cast("SharedopsApp", self.app)

    def compose(self) -> ComposeResult:
        """Title, big figures, table, plot, meaning, keys."""
        yield Static(classes="title", markup=False)
        yield Tiles(8)
        yield FigureTable(id="figures")
        yield Static(classes="hours", markup=False)
        yield Static(classes="meaning", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Read the figures."""
        self.query_one(FigureTable).focus()
        self.action_load()

    def action_load(self) -> None:
        """Read the figures now."""
        self._is_stale = False
        if self._rests is not None:
            self._rests.stop()
            self._rests = None
        self._asked_at = monotonic()
        self.read()

    def read(self) -> None:
        """Ask for the figures."""
        raise NotImplementedError

    def draw(self) -> None:
        """Show what has been read, in the language and the size of now."""
        raise NotImplementedError

    def show(self, found: Any) -> None:
        """Show newer figures, and read again when the clock changes them."""
        self.found = found
        self._rest = max(_REST, _SHARE * (monotonic() - self._asked_at))
        if self._turns is not None:
            self._turns.stop()
        wait = min(_LONGEST, found.changes_at - self.desk.bridge.now()).total_seconds()
        self._turns = self.set_timer(max(self._rest, wait), self._stale)
        self.redraw()

    def redraw(self) -> None:
        """Draw everything that has words or figures."""
        self.query_one(KeyBar).hints = keys.place_hints(self.desk.keymap, "board", "figures.open")
        if self.found is not None:
            self.draw()
            at = f"{self.found.at.astimezone():%H:%M:%S}"
            title = _("{board} · as of {time}").format(board=boards.board_name(self.called), time=at)
            self.query_one(".title", Static).update(Content.styled(f" {title}", "bold $primary"))
        self._mean()

    @on(FigureTable.Moved)
    def _mean(self) -> None:
        """Say what the figure under the cursor means."""
        self.query_one(".meaning", Static).update(Content(boards.definition(self.query_one(FigureTable).column.key)))
        self.plot()

    def plot(self) -> None:
        """Draw what belongs to the row under the cursor."""
        self.query_one(".hours").display = False

    @on(JournalGrew)
    @on(TicketChanged)
    @on(TicketOpened)
    def _stale(self) -> None:
        """Read again, not at once for each act, and not while something else is on the screen."""
        self._is_stale = True
        # Textual calls the screen below an opaque one current, too.
        if self.app.screen is self and self._rests is None:
            self._rests = self.set_timer(self._rest, self.action_load)

    def on_screen_resume(self) -> None:
        """Catch up with what happened below another screen."""
        if self._is_stale:
            self.action_load()

    def on_resize(self, _event: Resize) -> None:
        """Draw for the size of now."""
        self.redraw()

    @on(LanguageChanged)
    def _language_changed(self) -> None:
        self.redraw()

    @on(FigureTable.Opened)
    def _opened(self) -> None:
        table = self.query_one(FigureTable)
        line, column = table.current, table.column
        if line is not None and column.is_open:
            asked = next(row.query for row in self.found.rows if self.key_of(row) == line.key)
            terms = self.queries.get(column.key, "")
            self.desk.push_screen(FoundScreen(" ".join(part for part in (terms, asked) if part)))

    def key_of(self, row: Any) -> str:
        """Return the key of a row of the board."""
        raise NotImplementedError

    def action_switch(self) -> None:
        """Show the other board."""
        self.desk.action_board("workload" if self.called == "wallboard" else "wallboard")

    def action_back(self) -> None:
        """Go back to where this was opened."""
        self.dismiss()


class WallboardScreen(BoardScreen):
    """How lines and teams stand now."""

    called = "wallboard"
    queries = wallboard.QUERIES

    def read(self) -> None:
        """Ask for the figures."""
        self.desk.fetch("board", self.show, wallboard.wallboard, self.desk.bridge.now())

    def draw(self) -> None:
        """Show lines and teams."""
        self.query_one(Tiles).show(boards.board_tiles(self.found))
        self.query_one(FigureTable).show(boards.board_columns(), boards.board_lines(self.found))

    def key_of(self, row: wallboard.BoardRow) -> str:
        """Return the key of a line or team."""
        return row.key

    def plot(self) -> None:
        """Draw what came and went in the line or team under the cursor, hour by hour."""
        line = self.query_one(FigureTable).current
        rows = [] if self.found is None or line is None else [one for one in self.found.rows if one.key == line.key]
        for row in rows:
            height = 4 if self.app.size.height >= _TALL else 1
            text = hours(row.arrived, row.resolved, self.app.size.width, height)
            self.query_one(".hours", Static).update(text)


class WorkloadScreen(BoardScreen):
    """What every agent has in hand."""

    called = "workload"
    queries = workload.QUERIES

    def read(self) -> None:
        """Ask for the figures."""
        self.desk.fetch("board", self.show, workload.agents, self.desk.bridge.now())

    def draw(self) -> None:
        """Show the agents."""
        columns = boards.load_columns(self.app.size.width)
        self.query_one(Tiles).show(boards.load_tiles(self.found))
        self.query_one(FigureTable).show(columns, boards.load_lines(self.found, columns))

    def key_of(self, row: workload.AgentLoad) -> str:
        """Return the login of an agent."""
        return row.login


BOARDS: dict[str, type[BoardScreen]] = {one.called: one for one in (WallboardScreen, WorkloadScreen)}
