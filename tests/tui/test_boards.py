"""Wallboard and workload in the console: opened by those they are for, live, and open to what is behind a figure."""

import pytest
import time_machine
from sqlmodel import select

from sharedops_core.desk import assignment, finding
from sharedops_core.store.tables import Person, Team
from sharedops_tui.screens import boards
from sharedops_tui.screens.boards import WallboardScreen, WorkloadScreen
from sharedops_tui.screens.found import FoundScreen
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.widgets.figure_table import FigureTable
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.tiles import Tile
from tests.tui.conftest import NOON
from tests.tui.poison import ACTING, WORST
from tests.tui.screen import lines
from tests.tui.settling import press, settled


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Boards rest for a moment only."""
    monkeypatch.setattr(boards, "_REST", 0.01)
    monkeypatch.setattr(boards, "_SHARE", 0)


async def opened(pilot, name="wallboard"):
    """Open a board, and return its table."""
    await settled(pilot)
    await press(pilot, "s", f"text:{'wallb' if name == 'wallboard' else 'workl'}", "enter")
    await settled(pilot)
    return pilot.app.screen.query_one(FigureTable)


def figure(table, key, column):
    """Return a figure of the table."""
    place = [one.key for one in table.columns].index(column)
    return next(line.cells[place][0] for line in table.lines if line.key == key)


async def until(pilot, holds):
    """Wait until something holds, not for ever."""
    for _try in range(100):
        await pilot.pause(0.02)
        if holds():
            return
    pytest.fail("it never came true")


async def test_a_supervisor_sees_how_the_desk_stands(console_of_supervisor):
    """`s` and the name open the wallboard; q goes back to the queue."""
    async with console_of_supervisor.run_test(size=(160, 48)) as pilot:
        table = await opened(pilot)
        assert [figure(table, "all", key) for key in ("open", "unassigned", "offered", "waiting")] == [
            "8",
            "2",
            "1",
            "1",
        ]
        assert pilot.app.screen.query(Tile).first().query_one("Digits").value == "8"
        await press(pilot, "q")
        assert isinstance(pilot.app.screen, QueueScreen)


async def test_an_agent_is_told_why_not(console):
    """The choice names the reason beside the boards, and choosing one says it again."""
    async with console.run_test(size=(120, 36), notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, "s", "text:wallb")
        assert any("Wallboard  (this is not for your role)" in line for line in lines(pilot.app))
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, QueueScreen)
        assert any("for these roles: team lead, supervisor" in one.message for one in pilot.app._notifications)


async def test_enter_opens_the_tickets_behind_a_figure(console_of_supervisor):
    """Behind "nobody" of line 1 stand its two tickets; q leads back to the same figure."""
    async with console_of_supervisor.run_test(size=(120, 36)) as pilot:
        table = await opened(pilot)
        await press(pilot, "j", "l", "l", "l", "enter")
        assert isinstance(pilot.app.screen, FoundScreen)
        rows = pilot.app.screen.query_one(QueueTable).rows
        assert (len(rows), {row.assignee_id for row in rows}) == (2, {None})
        await press(pilot, "q")
        assert (table.current.key, table.column.key) == ("line:1", "unassigned")


async def test_enter_opens_the_tickets_of_an_agent(console_of_supervisor):
    """The workload of 李娜 opens to what she holds."""
    async with console_of_supervisor.run_test(size=(120, 36)) as pilot:
        table = await opened(pilot, "workload")
        while table.current.key != "li.na":
            await press(pilot, "j")
        await press(pilot, "l", "l", "enter")
        rows = pilot.app.screen.query_one(QueueTable).rows
        assert {row.assignee_login for row in rows} == {"li.na"}


async def test_what_others_do_is_seen_at_once_and_moves_nothing(console_of_supervisor, desk):
    """A ticket taken elsewhere changes the figure where it stands; the cursor stays on its row."""
    async with console_of_supervisor.run_test(size=(120, 36)) as pilot:
        table = await opened(pilot)
        await press(pilot, "j", "j", "l")
        with desk.write() as session:
            assignment.take(session, 7, actor=finding.person(session, "wang.lei"), at=NOON)
        await until(pilot, lambda: figure(table, "all", "unassigned") == "1")
        assert (table.place, table.at) == (2, 2)


async def test_ones_own_act_elsewhere_is_seen(console_of_supervisor, desk):
    """What the same person does in another window changes the board, too."""
    async with console_of_supervisor.run_test(size=(120, 36)) as pilot:
        table = await opened(pilot)
        with desk.write() as session:
            assignment.take(session, 7, actor=finding.person(session, "he.lin"), at=NOON)
        await until(pilot, lambda: figure(table, "all", "unassigned") == "1")


async def test_nobody_is_asked_while_nothing_changes(console_of_supervisor, monkeypatch):
    """A board that is looked at asks nothing; when a due time passes it asks once."""
    async with console_of_supervisor.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        asked = []
        screen = pilot.app.screen
        monkeypatch.setattr(screen, "read", lambda: asked.append(1))
        await pilot.pause(0.3)
        assert asked == []
        assert screen.found.changes_at > NOON
        with time_machine.travel(screen.found.changes_at, tick=False):
            screen.show(screen.found)
            await until(pilot, lambda: asked)
        screen._turns.stop()
        assert asked == [1]


async def test_a_board_below_catches_up(console_of_supervisor, desk, monkeypatch):
    """While tickets are open above it a board asks nothing; it is up to date when one comes back."""
    async with console_of_supervisor.run_test(size=(120, 36)) as pilot:
        table = await opened(pilot)
        asked, read = [], pilot.app.screen.read
        monkeypatch.setattr(pilot.app.screen, "read", lambda: (asked.append(1), read()))
        await press(pilot, "enter")
        with desk.write() as session:
            assignment.take(session, 7, actor=finding.person(session, "wang.lei"), at=NOON)
        await until(pilot, lambda: pilot.app.screen.news)
        await pilot.pause(0.1)
        assert asked == []
        await press(pilot, "q")
        await until(pilot, lambda: figure(table, "all", "unassigned") == "1")


async def test_the_other_board_takes_its_place(console_of_supervisor):
    """`s` turns from one board to the other, and one q leads back to the queue from either."""
    async with console_of_supervisor.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        for kind in (WorkloadScreen, WallboardScreen):
            await press(pilot, "s")
            assert isinstance(pilot.app.screen, kind)
        await press(pilot, "q")
        assert isinstance(pilot.app.screen, QueueScreen)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_names_from_outside_are_only_text(console_of_supervisor, desk, size):
    """Names of people and teams that are markup or escapes are shown, and do nothing."""
    with desk.write() as session:
        for n, person in enumerate(session.exec(select(Person))):
            person.name = WORST[n % len(WORST)]
        for n, team in enumerate(session.exec(select(Team))):
            team.name_en = team.name_zh = WORST[n % len(WORST)]
    async with console_of_supervisor.run_test(size=size) as pilot:
        for name in ("wallboard", "workload"):
            await opened(pilot, name)
            await press(pilot, "j", "l")
            assert not ACTING.search("".join(lines(pilot.app)))
            await press(pilot, "q")
