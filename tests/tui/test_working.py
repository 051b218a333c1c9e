"""Working with many tickets and with time: bulk acts, undo, redo, repeat, modify, marks, the next ticket."""

import re

import pytest
from sqlalchemy import insert
from sqlmodel import Session, col, select
from textual._compositor import Compositor
from textual.events import Key

from sharedops_core.desk import conversation, finding
from sharedops_core.store.tables import Event, Ticket
from sharedops_tui.acts import Step
from sharedops_tui.dialogs.bulk import BulkDialog
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.widgets.facet_list import FacetList
from sharedops_tui.widgets.queue_table import QueueTable
from tests.tui.screen import lines, still
from tests.tui.settling import press, settled

WIDE, SMALL = (160, 48), (80, 24)


def stored(desk, ticket_id):
    """Read a ticket as the database has it."""
    with Session(desk.reading) as session:
        return session.get_one(Ticket, ticket_id)


def journal(desk, ticket_id):
    """Read what was done to a ticket."""
    with Session(desk.reading) as session:
        lines = select(Event.act).where(col(Event.ticket_id) == ticket_id).order_by(col(Event.seq))
        return list(session.exec(lines))


def told(console):
    """Return what the notices say."""
    return [notice.message for notice in console._notifications]


async def test_a_bulk_act_says_how_many_and_what_will_be_refused(console, desk):
    """Before many tickets change, one question counts them and names each reason with its number; esc changes none."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "V", "t")
        assert isinstance(console.screen, BulkDialog)
        shown = "\n".join(lines(console))
        assert "take: 2 tickets will be changed" in shown
        assert "6 will be refused:" in shown
        assert "5 × the ticket is yours already" in shown
        assert "1 × somebody else holds the ticket" in shown
        await press(pilot, "escape")

    assert stored(desk, 8).assignee_id is None


async def test_a_bulk_act_is_undone_and_done_again_as_a_whole(console, desk):
    """`z` takes back what was done to every ticket, `Z` does it again; all of it is on record."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "V", "t", "enter")
        assert (stored(desk, 7).assignee_id, stored(desk, 8).assignee_id) == (1, 1)
        await press(pilot, "z")
        assert (stored(desk, 7).assignee_id, stored(desk, 8).assignee_id) == (None, None)
        await press(pilot, "Z")

    assert (stored(desk, 7).assignee_id, stored(desk, 8).assignee_id) == (1, 1)
    assert journal(desk, 8) == ["open", "take", "undo", "take"]


async def test_confirming_at_once_can_be_undone(console, desk):
    """An act without a question is no trap: `C` closes, `z` has the ticket resolved again."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "x", "text:Fixed", "ctrl+s", "s", "0", "C")
        assert stored(desk, 2).state == "confirmed"
        await press(pilot, "z")
        assert stored(desk, 2).state == "resolved"
        await press(pilot, "z")

    assert stored(desk, 2).state == "accepted"


async def test_what_somebody_did_since_is_not_undone(console, desk):
    """The refusal says who, and the ticket stays as it is."""
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, "s", "3", "slash", "text:Mailbox", "enter", "t")
        with desk.write() as session:
            conversation.note(session, 8, "hm", actor=finding.person(session, "wang.lei"), at=console.bridge.now())
        await press(pilot, "z")
        assert "王磊 did something since" in told(console)[-1]

    assert stored(desk, 8).assignee_id == 1


async def test_nothing_to_undo_is_said(console):
    """`z`, `Z` and `.` without anything before them say so."""
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, "s", "9", "z", "Z", ".")
        assert [text.split()[0] for text in told(console)[-3:]] == ["there", "there", "nothing"]


async def test_the_last_act_is_repeated_with_its_answers(console, desk):
    """`.` does the last act once more on the ticket under the cursor, without asking again."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "m", "p", "up", "enter", "j", ".")
        changed = [number for number in range(1, 9) if "change" in journal(desk, number)]

    assert len(changed) == 2


async def test_m_and_a_letter_modify(console, desk):
    """`m p` asks for the priority, `m s` for the state, each with one more key."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "m", "p", "home", "enter")
        assert stored(desk, 2).priority == 1
        await press(pilot, "m", "s", "enter", "enter")

    assert stored(desk, 2).state == "waiting"


async def test_a_range_and_all_are_marked(console):
    """`v` marks from the last mark to the cursor, `V` all in view and none again."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "g", "space", "j", "v")
        table = console.screen.query_one(QueueTable)
        assert len(table.marked) == 3
        await pilot.pause(0.3)
        assert "3 marked" in str(table.border_subtitle)
        await press(pilot, "V")
        assert len(table.marked) == len(table.rows)
        await press(pilot, "V")
        assert table.marked == set()


async def test_done_tickets_lose_their_marks(console):
    """After a bulk act only what was refused stays marked, so that no second act meets what is done."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "V", "t", "enter")
        table = console.screen.query_one(QueueTable)
        assert {7, 8} & table.marked == set()
        assert len(table.marked) == 6


async def test_the_arrows_go_through_the_queue(console):
    """ctrl+right opens the next ticket of the queue, ctrl+left the one before, and `-` goes back."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "g", "enter")
        first = console.screen.ticket_id
        await press(pilot, "ctrl+right")
        assert console.screen.ticket_id != first
        await press(pilot, "ctrl+left")
        assert console.screen.ticket_id == first
        await press(pilot, "-")
        assert not isinstance(console.screen, TicketScreen)


async def test_the_jump_overlay_gives_a_pane_the_keyboard(console):
    """ctrl+o names the panes by letters; pressing one goes there, anything else back."""
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "9")
        before = console.focused
        await press(pilot, "ctrl+o", "a")
        assert console.focused is not before
        await press(pilot, "ctrl+o", "escape")
        assert len(console.screen_stack) == 2


async def test_a_pane_alone_and_all_panes_again(console):
    """`+` leaves the pane with the keyboard, status and keys; `_` brings the others back."""
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "9", "+")
        assert not console.screen.query_one("#left").display
        assert console.screen.query_one("#keys").display
        await press(pilot, "_")
        assert console.screen.query_one("#left").display


async def test_back_to_the_view_before(console):
    """`-` shows the view that was shown before."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "s", "3", "-")
        assert console.screen.question.view == "open"


@pytest.mark.parametrize(("key", "copied"), [("y", "INC-10002"), ("Y", "INC-10002  打印机脱机 printer offline 3F")])
async def test_copying_says_what_it_did(key, copied, console):
    """The number, or the number with the subject, goes to the terminal, and the notice says so."""
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, "s", "1", "g", "j", key)
        await settled(pilot)
        assert console.clipboard == copied
        assert told(console)[-1] == f"{copied} sent to the terminal's clipboard"


async def test_the_ticket_that_was_taken_next_can_be_given_up(console, desk):
    """ctrl+n is taken back like any other taking."""
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, "ctrl+n")
        taken = console.screen.ticket_id
        assert "z undoes it" in told(console)[-1]
        assert stored(desk, taken).assignee_id == 1
        await press(pilot, "z")
    assert (stored(desk, taken).assignee_id, journal(desk, taken)[-2:]) == (None, ["take", "undo"])


@pytest.mark.parametrize(("act", "said"), [("m", "508 tickets"), ("full_stop", "priority: 5")])
async def test_an_act_pressed_right_behind_the_marks_is_meant_for_all_of_them(act, said, console, desk):
    """Marks over a list of many pages are read first: nobody acts on one ticket who sees hundreds marked."""
    columns = [one for one in Ticket.__table__.c if one.name not in ("id", "number")]
    with desk.write() as session:
        copied = session.execute(select(*columns).where(Ticket.id == 8)).mappings().one()
        session.execute(insert(Ticket), [{**copied, "number": f"INC-{20000 + n}"} for n in range(500)])
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9")
        # What "." repeats is meant for the marks, too.
        console.trail.add(Step("prioritise", (1,), ()))
        for key in ("V", act):
            console.post_message(Key(key, key if len(key) == 1 else "."))
        for _time in range(10):
            await settled(pilot)
        assert said in "\n".join(lines(console))


async def test_no_notice_acts(console):
    """Whatever a notice quotes, controls are marks and brackets are brackets."""
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        console.notify("\x1b]0;OWNED\x07 [@click=app.quit]x[/] \u202e")
        console.screen.notify("[/nope]\x9b")
        await pilot.pause()
        shown = "\n".join(lines(console))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "[@click=app.quit]x[/]" in shown
    assert "[/nope]" in shown


async def test_an_idle_second_draws_little(console, monkeypatch):
    """Neither the list under a ticket nor the clocks above its tabs have the whole screen drawn again."""
    drawn = []
    whole = Compositor.render_full_update
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "9", "g", "enter")
        # The first one says where the agent is.
        console._tick()
        await still(pilot)
        monkeypatch.setattr(
            Compositor, "render_full_update", lambda *facts, **named: drawn.append(1) or whole(*facts, **named)
        )
        for _second in range(3):
            console._tick()
            await settled(pilot)
        assert drawn == []


async def test_esc_leaves_the_facets_and_drops_nothing(console):
    """From the facets esc goes back to the list; the filter they made stays, and so do they."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "f", "j", "j", "space")
        await still(pilot)
        await press(pilot, "escape")
        screen = console.screen
        assert screen.query_one(QueueTable).has_focus
        assert (screen.question.text, screen.query_one(FacetList).display) == ("state:waiting", True)
