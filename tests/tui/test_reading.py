"""What is read and when: the first rows wait for nothing else, and a cursor on its way reads no ticket."""

import asyncio

import pytest

from sharedops_core import config
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from tests.tui.settling import press, settled

SIZE = (160, 48)


class Told(Bridge):
    """A bridge that remembers which views were begun and ended, and of what."""

    def __init__(self, *facts):
        self.notes = []
        super().__init__(*facts)

    def read(self, view, *subject, **facts):
        """Read and take note."""
        self.notes.append(("begun", view.__name__, subject))
        found = super().read(view, *subject, **facts)
        self.notes.append(("ended", view.__name__, subject))
        return found


@pytest.fixture
def told(desk):
    """A console that remembers what it reads."""
    return SharedopsApp(Told(desk, "li.na"), config.load())


async def test_the_first_rows_wait_for_nothing(told):
    """The first page is read before anything else is: views, figures, drafts and news come behind it."""
    async with told.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await settled(pilot)
        notes = [(what, name) for what, name, _subject in told.bridge.notes]
        assert notes[:2] == [("begun", "window"), ("ended", "window")]
        assert {"saved", "counts", "pulse", "drafts", "_news", "ticket"} <= {name for _what, name in notes}


async def test_a_cursor_on_its_way_reads_no_ticket(told):
    """Of a list that is run through, only the ticket at which the cursor comes to rest is read, and shown."""
    async with told.run_test(size=SIZE) as pilot:
        await press(pilot, "s", "9")
        told.bridge.notes.clear()
        table = told.screen.query_one("#queue")
        for _key in range(5):
            table.action_move(1)
            await asyncio.sleep(0.005)
        await settled(pilot)
        await settled(pilot)
        read = [subject[0] for what, name, subject in told.bridge.notes if (what, name) == ("begun", "ticket")]
        assert read == [table.current.ticket_id] == [told.screen.shown.ticket_id]
