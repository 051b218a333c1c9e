"""One text to many tickets: asked about once, kept as one draft with its list, and on each ticket said once."""

import asyncio

from sqlmodel import Session, col, select

from sharedops_core import config
from sharedops_core.desk import changing, closing, conversation, finding
from sharedops_core.errors import Away, DeskError
from sharedops_core.store.tables import Circular, Clock, Draft, Message, Person, Ticket
from sharedops_tui import texts
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from sharedops_tui.dialogs.ask import AskDialog
from sharedops_tui.dialogs.bulk import BulkDialog
from sharedops_tui.dialogs.choice import ChoiceDialog
from sharedops_tui.drafts import Drafts
from sharedops_tui.screens.circular import CircularScreen
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.widgets.composer import Composer
from sharedops_tui.widgets.queue_table import QueueTable
from tests.tui.screen import lines
from tests.tui.settling import press, settled

SMALL, WIDE = (80, 24), (160, 48)
MARKED = ["s", "1", "g", "V"]
"""All tickets in hand: 1 to 5."""

SEND = ["ctrl+s", "y"]


def said(desk):
    """Read what the desk has said per ticket, but for the story before, as direction and text."""
    found = {}
    with Session(desk.reading) as session:
        for one in session.exec(select(Message).where(col(Message.direction) != "in").order_by(col(Message.id))):
            found.setdefault(one.ticket_id, []).append((one.direction, one.body))
    found.get(1, [])[:2] = []
    return {ticket_id: words for ticket_id, words in found.items() if words}


def kept(desk):
    """Read the texts to many: kind, words, tickets, whether they are on their way out."""
    with Session(desk.reading) as session:
        rows = session.exec(select(Circular)).all()
    return [(one.kind, one.body, sorted(map(int, one.known)), one.sent_at is not None) for one in rows]


def told(console):
    """Return what the console has said."""
    return [one.message for one in console._notifications]


def colleague(console, act, ticket_id, *words):
    """Let the supervisor do something to a ticket meanwhile."""
    with console.bridge.database.write() as session:
        act(session, ticket_id, *words, actor=finding.person(session, "he.lin"), at=console.bridge.now())


def words_of(console):
    """Return what is written in the composer of the screen."""
    return console.screen.query_one(Composer).body


async def test_one_reply_goes_to_all_marked_tickets(console, desk):
    """Asked about once, written once, reviewed with how many and the first numbers: each requester gets it once."""
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *MARKED, "r")
        assert isinstance(console.screen, BulkDialog)
        await press(pilot, "enter", "text:Hello all", "ctrl+s")
        assert "Send this to 2 requesters on 5 tickets? INC-10001, INC-10002, INC-10003 …" in "\n".join(lines(console))
        assert said(desk) == {}
        await press(pilot, "y")
        assert "reply sent on 5 tickets" in told(console)

    assert said(desk) == {number: [("out", "Hello all")] for number in range(1, 6)}
    assert kept(desk) == []


async def test_a_note_to_many_stays_inside(console, desk):
    """What is written after `c` is internal on every ticket, and the frame says so."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *MARKED, "c", "enter", "text:gateway", "ctrl+s")
        shown = "\n".join(lines(console))
        assert "Internal note on 5 tickets: agents only" in shown
        assert "Save this note on 5 tickets?" in shown
        await press(pilot, "y")

    assert said(desk) == {number: [("internal", "gateway")] for number in range(1, 6)}


async def test_what_refuses_is_said_before_anything_is_written(console, desk):
    """A cancelled ticket among the marked ones is named in the one question; the text is for the others."""
    await asyncio.to_thread(colleague, console, closing.cancel, 5, "duplicate")
    async with console.run_test(size=SMALL) as pilot:
        console.screen.query_one(QueueTable).marked |= {4, 5, 3}
        await press(pilot, "r")
        assert "1 will be refused:" in "\n".join(lines(console))
        await press(pilot, "enter", "text:Hello", *SEND)

    assert sorted(said(desk)) == [3, 4]


async def test_a_text_to_many_can_be_taken_back(console, desk):
    """`z` within ten seconds brings text and tickets back, and nothing has been said."""
    console.outbox.seconds = 10
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:Hello", *SEND)
        assert "5 tickets: goes out in 10 seconds; z takes it back" in told(console)
        assert kept(desk) == [("reply", "Hello", [1, 2, 3, 4, 5], True)]
        await press(pilot, "z")
        assert (words_of(console), len(console.screen.circular.known)) == ("Hello", 5)
        await press(pilot, "escape")

    assert (said(desk), kept(desk)) == ({}, [("reply", "Hello", [1, 2, 3, 4, 5], False)])


async def test_fields_are_filled_per_ticket(console, desk):
    """A template keeps its fields until it goes out; the review shows the first one filled, each gets its own."""
    with desk.write() as session:
        for person_id in (30, 31):
            session.get_one(Person, person_id).language = "en"
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, *MARKED, "r", "enter", "ctrl+t", "enter")
        assert "Dear {requester}" in words_of(console)
        await press(pilot, "ctrl+s")
        assert "Dear 王小明" in "\n".join(lines(console)).replace(" ", "").replace("Dear", "Dear ")
        await press(pilot, "y")

    texts = {number: words[0][1] for number, words in said(desk).items()}
    assert "Dear Ana Ruiz" in texts[2] and "INC-10002" in texts[2]
    assert "Dear 王小明" in texts[3] and "INC-10003" in texts[3]


async def test_what_a_field_lacks_is_said_in_the_review(console):
    """Where a ticket has nothing for a field, the review names it before … goes out."""
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:by {due} and {nothing}", "ctrl+s")
        shown = "\n".join(lines(console))
        assert "{due} is empty on 1 ticket, … goes out there: INC-10003" in shown
        assert "{nothing}" in shown


async def test_the_draft_goes_on_with_the_same_list(console, desk):
    """esc keeps one draft with its tickets; the same marks go on with it, other marks ask, and both texts are kept."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:Hello", "escape")
        assert kept(desk) == [("reply", "Hello", [1, 2, 3, 4, 5], False)]
        assert isinstance(console.screen, QueueScreen)
        await press(pilot, "r", "enter")
        assert words_of(console) == "Hello"
        await press(pilot, "escape", "g", "space", "r", "enter")
        assert isinstance(console.screen, ChoiceDialog)
        await press(pilot, "enter", "text:Other", "escape")

    assert sorted((body, len(known)) for _kind, body, known, _sent in kept(desk)) == [("Hello", 5), ("Other", 4)]


async def test_the_next_start_opens_what_was_being_written(console, desk):
    """A console that ends in the middle of a text to many opens it again, with its list."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:half a sen")
        console._tick()
        await console.action_leave()
    again = SharedopsApp(Bridge(desk, "li.na"), config.load())
    async with again.run_test(size=SMALL) as pilot:
        for _time in range(100):
            if isinstance(again.screen, CircularScreen):
                break
            await pilot.pause(0.05)
        await settled(pilot)
        assert isinstance(again.screen, CircularScreen)
        assert (words_of(again), len(again.screen.circular.known)) == ("half a sen", 5)


async def test_changed_and_refused_tickets_are_asked_about_before_sending(console, desk):
    """How many changed and which, who is left out and why: enter loses nothing, y sends to the rest."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:Done")
        await asyncio.to_thread(colleague, console, closing.cancel, 5, "duplicate")
        await asyncio.to_thread(colleague, console, conversation.note, 2, "wait for me")
        await press(pilot, *SEND)
        assert isinstance(console.screen, AskDialog)
        shown = "\n".join(lines(console))
        assert "1 of 5 tickets has changed since you began: INC-10002" in shown
        assert "1 ticket is left out: INC-10005" in shown
        await press(pilot, "enter")
        assert (said(desk)[2], words_of(console)) == ([("internal", "wait for me")], "Done")
        await press(pilot, *SEND, "y")

    assert sorted(number for number, words in said(desk).items() if ("out", "Done") in words) == [1, 2, 3, 4]


async def test_what_changes_in_the_last_moment_stays_a_draft(console, desk):
    """The others get the text; one notice names the one that changed, and the text is kept for it only."""
    console.outbox.seconds = 60
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:Hello", *SEND)
        await asyncio.to_thread(colleague, console, changing.prioritise, 2, 1)
        await console.outbox.flush()
        await settled(pilot)
        assert any("INC-10002: changed meanwhile -- not sent there" in one for one in told(console))

    assert (sorted(said(desk)), kept(desk)) == ([1, 3, 4, 5], [("reply", "Hello", [2], False)])


async def test_a_database_that_goes_in_the_middle_gets_the_rest_later(console, desk, monkeypatch):
    """Two have it, then nobody answers: the rest waits, goes out once it is back, and nobody gets it twice."""
    console.outbox.seconds = 60
    send_to, tries = console.drafts.send_to, []

    def twice(*what):
        tries.append(what)
        if len(tries) > 2:
            raise Away("away")
        return send_to(*what)

    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:Hello", *SEND)
        monkeypatch.setattr(console.drafts, "send_to", twice)
        monkeypatch.setattr(console.outbox, "go_on", lambda: None)
        await console.outbox.flush()
        assert (sorted(said(desk)), len(console.outbox)) == ([1, 2], 1)
        assert [known for _kind, _body, known, _sent in kept(desk)] == [[3, 4, 5]]
        monkeypatch.undo()
        console.outbox.go_on()
        await settled(pilot)

    assert (said(desk), kept(desk)) == ({number: [("out", "Hello")] for number in range(1, 6)}, [])


async def test_what_one_ticket_refuses_holds_up_no_other(console, desk, monkeypatch):
    """A refusal in the act itself is named with its number; everybody else has the text."""
    send_to = console.drafts.send_to

    def refuse(ticket_id, *what):
        if ticket_id == 3:
            raise DeskError("Wang Lei was first")
        return send_to(ticket_id, *what)

    async with console.run_test(size=SMALL, notifications=True) as pilot:
        monkeypatch.setattr(console.drafts, "send_to", refuse)
        await press(pilot, *MARKED, "r", "enter", "text:Hello", *SEND)
        assert any("INC-10003: Wang Lei was first" in one for one in told(console))

    assert (sorted(said(desk)), kept(desk)) == ([1, 2, 4, 5], [("reply", "Hello", [3], False)])


async def test_two_consoles_send_a_text_to_many_once(console, desk):
    """The same text sent from a second console of the same agent is no second message to anybody, which is said."""
    console.outbox.seconds = 60
    other = SharedopsApp(Bridge(desk, "li.na"), config.load())
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:Hello", *SEND)
        async with other.run_test(size=SMALL, notifications=True) as second:
            other.outbox.seconds = 60
            await press(second, *MARKED, "r", "enter", *SEND)
            await console.outbox.flush()
            await other.outbox.flush()
            await settled(second)
            assert "5 tickets: not sent, another console of yours has sent it" in told(other)

    assert (said(desk), kept(desk)) == ({number: [("out", "Hello")] for number in range(1, 6)}, [])


async def test_a_console_that_sends_later_sends_nothing_twice(console, desk):
    """A second console has the draft open while the first one sends it, and sends it when that is long through."""
    other = SharedopsApp(Bridge(desk, "li.na"), config.load())
    other.outbox.seconds = 0
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:Hello", "escape")
        async with other.run_test(size=SMALL, notifications=True) as second:
            await press(second, *MARKED, "r", "enter")
            await press(pilot, *MARKED, "r", "enter", *SEND)
            await settled(pilot)
            await press(second, *SEND)
            await settled(second)
            assert "5 tickets: not sent, another console of yours has sent it" in told(other)

    assert (said(desk), kept(desk)) == ({number: [("out", "Hello")] for number in range(1, 6)}, [])


async def test_a_sending_can_be_stopped(console, desk, monkeypatch):
    """`z` while it goes out ends it behind the ticket under way; the rest is a draft, and nothing is undone."""
    console.outbox.seconds = 60
    send_to = console.drafts.send_to

    def stop(*what):
        console.call_from_thread(console.screen.action_undo)
        return send_to(*what)

    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:Hello", *SEND)
        monkeypatch.setattr(console.drafts, "send_to", stop)
        await console.outbox.flush()
        await settled(pilot)
        assert any("stopped; kept as a draft for the other" in one for one in told(console))

    (kind, _body, known, _sent), gone = kept(desk)[0], sorted(said(desk))
    assert (kind, sorted(gone + known)) == ("reply", [1, 2, 3, 4, 5])
    assert gone and known


async def test_a_promise_becomes_a_clock_on_each(console, desk):
    """ctrl+r asks once; a clock runs on every ticket, and the words stand in the text once."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *MARKED, "r", "enter", "ctrl+r", "text:2h", "enter", "text:It works again", "enter")
        assert words_of(console).count("It works again") == 1

    with Session(desk.reading) as session:
        clocks = session.exec(select(Clock.ticket_id).where(Clock.kind == "promise")).all()
    assert sorted(clocks) == [1, 2, 3, 4, 5]


async def test_an_article_is_put_into_a_text_to_many(console):
    """ctrl+k looks up by the first ticket, `i` puts the article in."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *MARKED, "c", "enter", "text:See: ", "ctrl+k", "ctrl+u", "text:vpn", "enter", "i")
        assert words_of(console).startswith("See: ")
        assert "KB-0" in words_of(console)


async def test_a_draft_to_one_of_them_is_another_text(console, desk):
    """What was begun on one ticket alone is still there when the text to many has gone out."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "enter", "r", "text:only you", "escape", "q")
        await press(pilot, "V", "r", "enter", "text:all of you", *SEND)

    assert said(desk)[2] == [("out", "all of you")]
    with Session(desk.reading) as session:
        assert [(one.ticket_id, one.body) for one in session.exec(select(Draft))] == [(2, "only you")]


async def test_throwing_it_away_leaves_nothing(console, desk):
    """`n` in the review drops the text for all, and nobody has got anything."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *MARKED, "r", "enter", "text:Hello", "escape", "r", "enter", "ctrl+s", "n")

    assert (said(desk), kept(desk)) == ({}, [])


async def test_one_ticket_that_is_left_opens_its_own_composer(console, desk):
    """When all marked tickets but one refuse, the text is to that one."""
    await asyncio.to_thread(colleague, console, closing.cancel, 5, "duplicate")
    async with console.run_test(size=SMALL) as pilot:
        console.screen.query_one(QueueTable).marked |= {4, 5}
        await press(pilot, "r", "enter")
        assert (isinstance(console.screen, TicketScreen), console.screen.ticket_id) == (True, 4)


async def test_a_reply_takes_what_nobody_holds_and_says_so_before(console, desk):
    """The list above the text says how many become one's own."""
    async with console.run_test(size=SMALL) as pilot:
        console.screen.query_one(QueueTable).marked |= {7, 8}
        await press(pilot, "r", "enter")
        assert "2 are nobody's yet: your reply takes them" in "\n".join(lines(console))
        await press(pilot, "text:Hello", *SEND)

    with Session(desk.reading) as session:
        assert [session.get_one(Ticket, number).assignee_id for number in (7, 8)] == [1, 1]


def test_a_text_to_many_outlives_a_lost_database(desk, tmp_path, monkeypatch):
    """What only the file has comes back with its list, and the file goes."""
    drafts = Drafts(Bridge(desk, "li.na"), tmp_path)

    def away(*_what, **_facts):
        raise Away("away")

    text = texts.Circular.begin("reply", {1: 3, 2: 4})
    with monkeypatch.context() as patch:
        patch.setattr(drafts.bridge, "act", away)
        assert drafts.keep(texts.Circular(text.key, "reply", "precious", text.known)) is False
    assert [one.body for one in drafts.circulars()] == ["precious"]
    assert drafts.bring_back() == 1
    assert (kept(desk), list(drafts.folder.iterdir())) == ([("reply", "precious", [1, 2], False)], [])
