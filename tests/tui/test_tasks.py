"""Tasks by keyboard: asked of another team, taken and finished by it, in the way of resolving; a low rating."""

from sqlmodel import select

from sharedops_core import config
from sharedops_core.store.tables import Task
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from sharedops_tui.dialogs.tasks import TaskDialog
from tests.tui.settling import press
from tests.tui.test_acts import SMALL, messages, stored

FIRST = ("s", "9", "slash", "text:INC-10001", "enter")
"""The first ticket alone in the list."""
NEW = ("d", "n", "enter", "down", "enter", "tab", "tab", "text:open port 443")
"""A task for the first team that is offered: none is chosen beforehand."""


def of(desk, ticket_id=1):
    """Return the states of the tasks of a ticket."""
    with desk.read() as session:
        return session.exec(select(Task.state).where(Task.ticket_id == ticket_id).order_by(Task.nth)).all()


async def test_a_task_is_asked_for_and_its_words_outlive_the_dialog(console, desk):
    """d and n ask; what is typed and left by esc is there again; then the ticket cannot be resolved, and says why."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *FIRST, "d", "n", "ctrl+s")
        assert isinstance(console.screen, TaskDialog)
        await press(pilot, "escape", *NEW, "escape")
        assert of(desk) == []
        await press(pilot, "d", "n", "ctrl+s")
        assert of(desk) == ["open"]
        await press(pilot, "x")
        assert stored(desk, 1).state != "resolved"
        assert not console.memory.state.tasks
    assert messages(desk, 1)[-1] == ("internal", "open port 443")


async def test_the_asked_team_takes_and_finishes_by_the_same_key(console, desk):
    """Under a colleague's d the letters of the task are theirs: t takes it on, f asks for the result."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *FIRST, *NEW, "ctrl+s")
    async with SharedopsApp(Bridge(desk, "liu.yang"), config.load()).run_test(size=SMALL) as pilot:
        await press(pilot, *FIRST, "d", "t")
        assert of(desk) == ["taken"]
        await press(pilot, "d", "f", "text:it is open", "ctrl+s")
    assert (of(desk), messages(desk, 1)[-1]) == (["done"], ("internal", "it is open"))


async def test_a_low_rating_asks_ease_and_words_and_makes_a_follow_up(console, desk):
    """M asks stars, then ease, then words that may be none; the follow-up is there at once."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *FIRST, "x", "text:done", "ctrl+s")
        await press(pilot, "s", "0", "slash", "text:INC-10001", "enter", "M", "end", "enter", "end", "up", "enter")
        await press(pilot, "ctrl+s")
    assert of(desk) == ["open"]
