"""Keys that come faster than they can be dealt with, in one piece over a slow line or from a quick hand."""

import pytest
from sqlmodel import Session, select
from textual.events import Key

from sharedops_core.store.tables import Message, Ticket
from sharedops_tui.screens.help import HelpScreen
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.widgets.composer import Composer
from sharedops_tui.widgets.queue_table import QueueTable
from tests.tui.settling import press, settled

SMALL = (80, 24)


async def rushed(console, pilot, *keys):
    """Press all keys before the first of them is dealt with."""
    for key in keys:
        console.post_message(Key(key, key if len(key) == 1 else None))
    for _time in range(4):
        await settled(pilot)


async def test_words_typed_behind_the_key_that_opens_the_composer_are_words(console):
    """`r` and a sentence in one piece: no letter of it is taken for a key of the ticket."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j")
        await rushed(console, pilot, "r", *"Hxwt")
        assert console.screen.query_one(Composer).body == "Hxwt"
        assert len(console.screen_stack) == 3


async def test_a_reply_written_and_sent_in_one_piece_goes_out_whole(console, desk):
    """From the queue: open, write, review, send; the answer to the review is no letter of the reply."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j")
        await rushed(console, pilot, "r", *"Done", "ctrl+s", "y")
    with Session(desk.reading) as session:
        assert session.exec(select(Message.body).where(Message.ticket_id == 2)).all()[1:] == ["Done"]


async def test_an_answer_typed_behind_the_key_of_an_act_goes_into_its_dialog(console, desk):
    """`x` and what was done in one piece: the dialog comes after a reading, and no letter is lost before it."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j")
        await rushed(console, pilot, "x", *"Hjw", "ctrl+s")
    with Session(desk.reading) as session:
        assert session.get_one(Ticket, 2).state == "resolved"
        assert session.exec(select(Message.body).where(Message.ticket_id == 2)).all()[-1] == "Hjw"


@pytest.mark.parametrize("pairs", [1, 5])
async def test_what_is_opened_and_closed_in_one_piece_is_closed(console, pairs):
    """Help opened and left, several times over, and a key behind it."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g")
        await rushed(console, pilot, *["question_mark", "escape"] * pairs, "j")
        assert isinstance(console.screen, QueueScreen)
        await rushed(console, pilot, "question_mark")
        assert isinstance(console.screen, HelpScreen)


async def test_keys_behind_another_view_mean_its_tickets(console):
    """`s`, its digit, `j` and `enter` in one piece: the second ticket of that view is opened, no key is dropped."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9")
        second = console.screen.query_one(QueueTable).rows[1].ticket_id
        await press(pilot, "s", "1")
        await rushed(console, pilot, "s", "9", "g", "j", "enter")
        assert isinstance(console.screen, TicketScreen)
        assert console.screen.shown.ticket_id == second
