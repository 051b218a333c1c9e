"""Acts by keyboard, checked where it counts: in the database."""

import asyncio

import pytest
from sqlmodel import Session, col, select

from sharedops_core.errors import DeskError
from sharedops_core.store.tables import Draft, Handoff, Message, Team, Ticket
from sharedops_tui.widgets.composer import Composer
from tests.desks import ENGINES
from tests.tui.settling import press, settled

WIDE, SMALL = (160, 48), (80, 24)


def stored(desk, ticket_id):
    """Read a ticket as the database has it."""
    with Session(desk.reading) as session:
        return session.get_one(Ticket, ticket_id)


def messages(desk, ticket_id):
    """Read the words of a ticket with their direction."""
    with Session(desk.reading) as session:
        statement = select(Message.direction, Message.body).where(col(Message.ticket_id) == ticket_id)
        return session.exec(statement.order_by(col(Message.id))).all()


async def test_t_takes_the_ticket_under_the_cursor(console, desk):
    """`t` makes the agent the holder of the ticket under the cursor, in the database."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "3", "slash", "text:Mailbox", "enter", "t")

    assert stored(desk, 8).assignee_id == 1


async def test_a_marked_range_is_taken_at_once(console, desk):
    """Marks turn an act into a bulk act on exactly the marked tickets."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "3", "greater_than_sign", "greater_than_sign", "G", "k", "space", "space", "t", "enter")

    assert (stored(desk, 7).assignee_id, stored(desk, 8).assignee_id) == (1, 1)


async def test_a_letter_that_answers_a_question_is_no_key_of_the_list_below(console, desk):
    """y does the bulk act, and copies no number on the way."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "3", "greater_than_sign", "greater_than_sign", "G", "k", "space", "space", "t", "y")

    assert (stored(desk, 7).assignee_id, stored(desk, 8).assignee_id, console.clipboard) == (1, 1, "")


async def test_a_reply_goes_out_only_after_review(console, desk):
    """ctrl+s asks, y sends: the words arrive in the thread to the requester, once, and no draft stays."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "r", "text:Done", "ctrl+s")
        assert not messages(desk, 2)[1:]
        await press(pilot, "y")

    assert messages(desk, 2)[-1] == ("out", "Done")
    with Session(desk.reading) as session:
        assert session.exec(select(Draft)).all() == []


async def test_a_reply_that_did_not_go_out_says_so_until_it_is_another_one(console, desk, monkeypatch):
    """Whoever looks away for a minute is not left to think that it went; keeping the draft later changes nothing."""

    def refuse(*_what, **_facts):
        raise DeskError("the database is damaged")

    async with console.run_test(size=SMALL) as pilot:
        with monkeypatch.context() as patch:
            await press(pilot, "s", "1", "g", "j", "r", "text:Done", "ctrl+s")
            patch.setattr(console.bridge, "read", refuse)
            await press(pilot, "y")
        composer = console.screen.query_one(Composer)
        assert (composer.body, composer.status) == ("Done", "NOT SENT, kept as a draft")
        await console.screen.keep_draft()
        assert composer.status == "NOT SENT, kept as a draft"
        await press(pilot, "text: again")
        await console.screen.keep_draft()
        assert composer.status == ""
    assert not messages(desk, 2)[1:]


async def test_a_note_never_becomes_a_reply(console, desk):
    """What is written after `c` is internal."""
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "1", "g", "j", "c", "text:secret", "ctrl+s", "y")

    assert messages(desk, 2)[-1] == ("internal", "secret")


async def test_quitting_in_the_middle_of_a_word_keeps_the_draft(console, desk):
    """ctrl+q loses no letter: the text is a draft of its author and its ticket."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "r")
        await pilot.press(*"half a sen", "ctrl+q")
        await settled(pilot)
        await press(pilot, "y")

    with Session(desk.reading) as session:
        draft = session.exec(select(Draft)).one()
    assert (draft.ticket_id, draft.author_id, draft.kind, draft.body) == (2, 1, "reply", "half a sen")


async def test_waiting_asks_for_the_reason(console, desk):
    """`w` asks for the reason, and the clock stands as the reason says."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "w", "enter")

    ticket = stored(desk, 2)
    assert (ticket.state, ticket.is_paused, ticket.waiting_reason) == ("waiting", True, "requester")


async def test_a_hand_off_without_its_slots_is_refused_in_the_dialog(console, desk):
    """The dialog names every empty slot and stays open; nothing reaches the database."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "H", "ctrl+s")
        assert len(console.screen_stack) == 3
        await press(pilot, "escape")

    assert stored(desk, 2).offered_team_id is None


async def test_a_complete_hand_off_is_offered_and_stays_with_the_giver(console, desk):
    """With all five slots the ticket is offered to line 2 and keeps its holder until it is accepted."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "H")
        for slot, words in {"tried": "restart", "found": "nothing", "promised": "-", "wanted": "look"}.items():
            console.screen.query_one(f"#{slot}").value = words
        await press(pilot, "ctrl+s")

    ticket = stored(desk, 2)
    assert (ticket.offered_team_id, ticket.assignee_id, ticket.line) == (2, 1, 1)


async def test_another_team_asks_other_things_and_takes_nothing_that_was_typed(console, desk):
    """Slots keep what was typed; the checklist is that of the chosen team and goes with its answers."""
    with desk.write() as session:
        session.get_one(Team, 2).checklist = [{"code": "device", "en": "Which device?", "zh": "哪台设备？"}]
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "H")
        dialog = console.screen
        for slot, words in {"asked": "mine", "tried": "-", "found": "-", "promised": "-", "wanted": "look"}.items():
            dialog.query_one(f"#{slot}").value = words
        dialog.asked["device"].value = "PC-1023"
        for team, count in (("platform", 0), ("network", 1)):
            dialog.query_one("#team").value = team
            await pilot.pause()
            assert len(dialog.asked) == count
        await press(pilot, "ctrl+s")

    with desk.read() as session:
        offer = session.exec(select(Handoff).where(Handoff.ticket_id == 2)).one()
        assert (offer.asked, offer.answers[0]["answer"]) == ("mine", "PC-1023")


async def test_many_are_handed_off_with_one_dialog_and_each_with_its_own_words(console, desk):
    """What is left empty comes from each ticket; what is wanted and asked by the team is written once for all."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "space", "space", "H")
        console.screen.query_one("#wanted").value = "look"
        await press(pilot, "ctrl+s", "enter")
        await settled(pilot)

    with desk.read() as session:
        offers = session.exec(select(Handoff).where(Handoff.ticket_id != 1)).all()
        asked = [session.get_one(Ticket, one.ticket_id).subject for one in offers]
        assert len(offers) == 2
        assert [(one.asked, one.tried, one.wanted) for one in offers] == [(words, "-", "look") for words in asked]


async def test_line_2_accepts_what_is_offered(console_of_line_2, desk):
    """`8` shows what is offered to my team, `A` signs for it: line, team and holder change."""
    async with console_of_line_2.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "8", "A")

    ticket = stored(desk, 1)
    assert (ticket.line, ticket.team_id, ticket.assignee_id, ticket.first_contact_id) == (2, 2, 3, 1)


async def test_giving_back_needs_a_reason(console_of_line_2, desk):
    """`B` asks why; the ticket stays with its giver and the reason is on record."""
    async with console_of_line_2.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "8", "B", "enter")

    with Session(desk.reading) as session:
        handoff = session.exec(select(Handoff)).one()
    assert (handoff.decision, stored(desk, 1).assignee_id) == ("given_back", 1)


async def test_resolving_sends_the_solution(console, desk):
    """`x` asks for the solution; the requester gets it and the clocks stop."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "x", "text:Fixed", "ctrl+s")

    assert (stored(desk, 2).state, messages(desk, 2)[-1]) == ("resolved", ("out", "Fixed"))


async def test_an_act_that_is_not_possible_says_why(console, desk):
    """A key that cannot work now changes nothing and gives the reason."""
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, "s", "1", "g", "j", "X")
        told = [notice.message for notice in console._notifications]

    assert told and "resolved" in told[-1]
    assert stored(desk, 2).state == "accepted"


async def test_intake_opens_a_ticket_for_the_chosen_requester(console, desk):
    """`N` opens a ticket on behalf of somebody found by name, with the likely service item."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "N", "text:ana", "enter", "text:vpn", "enter", "enter", "ctrl+s")

    ticket = stored(desk, 9)
    assert (ticket.subject, ticket.requester_id, ticket.channel, ticket.first_contact_id) == ("vpn", 31, "phone", 1)


async def test_somebody_elses_act_moves_nothing_under_the_cursor(console, desk):
    """News from another console is announced; cursor, order and viewport stay until R."""
    from sharedops_core.desk import finding, opening
    from sharedops_core.rules.request import Request
    from sharedops_tui.widgets.queue_table import QueueTable

    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "j", "j")
        table = console.screen.query_one(QueueTable)
        console.poll()
        await settled(pilot)
        before = (table.current.ticket_id, [row.ticket_id for row in table.rows])
        with desk.write() as session:
            request = Request("brand new", requester="ana.ruiz", priority=1)
            actor = finding.person(session, "wang.lei")
            opening.open_ticket(session, request, actor=actor, at=console.bridge.now())
        console.poll()
        await settled(pilot)
        assert (table.current.ticket_id, [row.ticket_id for row in table.rows]) == before
        assert "1 change" in table.border_subtitle
        await press(pilot, "R")
        assert len(table.rows) == len(before[1]) + 1


@pytest.mark.parametrize("engine", ENGINES)
async def test_another_console_is_heard_without_asking(console, desk, engine):
    """What somebody else does shows by itself within a second, on either engine; an own act is no news."""
    from sharedops_core.desk import finding, opening
    from sharedops_core.rules.request import Request
    from sharedops_tui.widgets.queue_table import QueueTable

    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "j")
        table = console.screen.query_one(QueueTable)
        await asyncio.sleep(1)
        await press(pilot, "t")
        await asyncio.sleep(1)
        assert "change" not in (table.border_subtitle or "")
        await asyncio.to_thread(
            desk.once,
            lambda session: opening.open_ticket(
                session, Request("new"), actor=finding.person(session, "wang.lei"), at=console.bridge.now()
            ),
        )
        for _time in range(100):
            if "1 change" in (table.border_subtitle or ""):
                break
            await asyncio.sleep(0.05)
        assert "1 change" in table.border_subtitle
