"""Writing: ten seconds to think again, drafts nothing loses, others' changes beside the text, what is put in."""

import asyncio
import json
import stat
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select
from textual.events import Paste

from sharedops_core import config
from sharedops_core.desk import changing, closing, conversation, finding, opening
from sharedops_core.errors import Away, BadInput
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import Clock, Draft, Message, Person, Ticket
from sharedops_tui import templates
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from sharedops_tui.dialogs.ask import AskDialog
from sharedops_tui.drafts import Drafts
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.texts import Writing
from sharedops_tui.widgets.composer import Composer
from sharedops_tui.widgets.ticket_pane import TicketBody
from tests.lanes import add_lane
from tests.tui.present.rows import NOW, card
from tests.tui.screen import lines
from tests.tui.settling import press, settled

SMALL, WIDE = (80, 24), (160, 48)
OPEN = ["s", "1", "g", "j", "enter"]


def said(desk, ticket_id=2):
    """Read what was said on a ticket."""
    with Session(desk.reading) as session:
        return list(session.exec(select(Message.body).where(col(Message.ticket_id) == ticket_id)))


def kept(desk):
    """Read the drafts as kind, text, and whether they are on their way out."""
    with Session(desk.reading) as session:
        return [(one.kind, one.body, one.sent_at is not None) for one in session.exec(select(Draft))]


def colleague(console, act, *words):
    """Let 王磊's supervisor do something to the second ticket meanwhile."""
    with console.bridge.database.write() as session:
        act(session, 2, *words, actor=finding.person(session, "he.lin"), at=console.bridge.now())


async def on_its_way(console, pilot):
    """Wait until a text has been given to the outbox, then let its time be up."""
    for _try in range(100):
        if len(console.outbox) and not console.drafts._turn.locked():
            break
        await pilot.pause(0.05)
    await console.outbox.flush()
    await settled(pilot)


async def test_a_text_can_be_taken_back_for_ten_seconds(console, desk):
    """After y the text waits; `z` brings it back into the composer, and nothing has been said."""
    console.outbox.seconds = 10
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:Hello", "ctrl+s", "y")
        assert (said(desk)[1:], kept(desk)) == ([], [("reply", "Hello", True)])
        await press(pilot, "z")
        composer = console.screen.query_one(Composer)
        assert (composer.display, composer.kind, composer.body) == (True, "reply", "Hello")

    assert (said(desk)[1:], kept(desk)) == ([], [("reply", "Hello", False)])


async def test_after_the_time_the_text_goes_out(console, desk):
    """Nobody has to do anything: the words are on record and no draft stays."""
    console.outbox.seconds = 0.2
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:Hello", "ctrl+s", "y")
        await asyncio.sleep(0.5)
        await settled(pilot)

    assert (said(desk)[1:], kept(desk)) == (["Hello"], [])


async def test_a_change_within_these_seconds_holds_the_reply_back(console, desk):
    """What a colleague does after y is seen before the words go out: they are a draft again, the notice says why."""
    console.outbox.seconds = 0.3
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *OPEN, "r", "text:Hello", "ctrl+s", "y")
        await asyncio.to_thread(colleague, console, changing.prioritise, 1)
        await asyncio.sleep(0.6)
        await settled(pilot)
        assert any(
            "not sent, kept as a draft" in one.message and "何琳" in one.message for one in console._notifications
        )

    assert (said(desk)[1:], kept(desk)) == ([], [("reply", "Hello", False)])


@pytest.fixture
def sealed(console, desk):
    """A ticket that 李娜 has nothing to do with, and a colleague who makes it confidential."""
    at = console.bridge.now()
    with desk.write() as session:
        add_lane(session)
        request = Request("a quarrel", requester="ana.ruiz", item="IT-NET-VPN-01", channel="phone")
        opening.open_ticket(session, request, actor=finding.person(session, "wang.lei"), at=at)

    def seal():
        with desk.write() as session:
            changing.reclassify(session, 9, "SEALED-HR", actor=finding.person(session, "he.lin"), at=at)

    return seal


@pytest.mark.parametrize("is_sent", [False, True])
async def test_words_for_a_ticket_one_may_not_see_any_more_stay_with_their_author(is_sent, console, desk, sealed):
    """Sealed before y or within the ten seconds: nothing goes out, one sentence says where the words are."""
    console.outbox.seconds = 60
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        console.open_ticket(9, "reply")
        await settled(pilot)
        await press(pilot, "text:I know", "ctrl+s", *(["y"] if is_sent else []))
        await asyncio.to_thread(sealed)
        if is_sent:
            await on_its_way(console, pilot)
        else:
            await press(pilot, "y")
            await pilot.pause(0.2)
        assert sum("the words are in" in one.message for one in console._notifications) == 1
        await press(pilot, *(["r"] if is_sent else []))
        assert console.screen.composer.body == "I know"
    assert (said(desk, 9)[1:], console.drafts.found(9, "reply"), len(console.outbox)) == ([], "I know", 0)


async def test_a_refused_text_is_told_in_one_sentence(console, desk):
    """Cancelled after the author said to send it anyway: that it is kept, and why."""
    console.outbox.seconds = 60
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *OPEN, "r", "text:Hello", "ctrl+s")
        await asyncio.to_thread(colleague, console, closing.cancel, "duplicate")
        await press(pilot, "y", "y")
        await on_its_way(console, pilot)
        told = [one.message for one in console._notifications if "not possible" in one.message]
        assert told[0].startswith("INC-10002: not sent, kept as a draft; reply is not possible while")
    assert (len(told), said(desk)[1:], kept(desk)) == (1, [], [("reply", "Hello", False)])


async def test_a_text_that_finds_no_database_goes_out_once_it_is_back(console, desk, monkeypatch):
    """It waits, which is said; whoever is asked twice to go on sends it once; until then `z` has it back."""
    console.outbox.seconds = 0.1

    def away(*_what, **_facts):
        raise Away("away")

    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *OPEN, "r", "text:Hello")
        for is_first in (True, False):
            await press(pilot, "ctrl+s")
            with monkeypatch.context() as patch:
                patch.setattr(console.drafts, "send", away)
                await press(pilot, "y")
                await asyncio.sleep(0.3)
                await settled(pilot)
            assert (said(desk)[1:], len(console.outbox), console.is_away) == ([], 1, True)
            if is_first:
                await press(pilot, "z")
                assert console.screen.query_one(Composer).body == "Hello"
        assert any("NOT SENT yet" in one.message for one in console._notifications)
        console.answered()
        console.outbox.go_on()
        await settled(pilot)
    assert (said(desk)[1:], kept(desk)) == (["Hello"], [])


async def test_two_consoles_of_one_agent_send_a_text_once(console, desk):
    """The other console says that it is on its way; sent there, too, it is no second message to the requester."""
    console.outbox.seconds = 10
    other = SharedopsApp(Bridge(desk, "li.na"), config.load())
    other.outbox.seconds = 0.2
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:Hello", "ctrl+s", "y")
        async with other.run_test(size=SMALL, notifications=True) as second:
            await settled(second)
            await press(second, *OPEN)
            assert any("another console" in one.message for one in other._notifications)
            assert not any("not sent, kept" in one.message for one in other._notifications)
            await console.outbox.flush()
            await press(second, "r", "ctrl+s", "y")
            await asyncio.sleep(0.5)
            await settled(second)
            if isinstance(other.screen, AskDialog):
                await press(second, "y")
            assert any("has sent it" in one.message for one in other._notifications)
    assert (said(desk)[1:], kept(desk)) == (["Hello"], [])


async def test_quitting_sends_what_waits(console, desk):
    """Whoever has said y and leaves has still said y."""
    console.outbox.seconds = 10
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:Hello", "ctrl+s", "y", "ctrl+q")

    assert said(desk)[1:] == ["Hello"]


async def test_an_end_in_these_seconds_keeps_the_text_as_a_draft_that_says_so(console, desk):
    """A console that ends without being asked sends nothing: next time the text is there, and says it is not sent."""
    console.outbox.seconds = 10
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:Hello", "ctrl+s", "y")
        await console.action_leave()
    again = SharedopsApp(Bridge(desk, "li.na"), config.load())
    async with again.run_test(size=SMALL, notifications=True) as pilot:
        await settled(pilot)
        await settled(pilot)
        composer = again.screen.query_one(Composer)
        assert composer.body == "Hello"
        assert "was being sent, is not sent" in str(composer.border_subtitle)
        assert "INC-10002" in next(one.message for one in again._notifications)

    assert said(desk)[1:] == []


async def test_the_thread_shows_what_one_has_just_said(console, desk):
    """After a reply on a small screen, the thread stands at its end with the new words on it."""
    long = "\n".join(f"line {n}" for n in range(40))
    with desk.write() as session:
        conversation.note(session, 2, long, actor=finding.person(session, "li.na"), at=console.bridge.now())
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:last words", "ctrl+s", "y")
        await pilot.pause(0.2)
        body = console.screen.query_one(TicketBody)
        assert body.scroll_offset.y == body.max_scroll_y
        assert "last words" in "\n".join(lines(console))


async def test_a_colleagues_change_stands_beside_the_draft(console, desk):
    """What others do is said above the text; text, cursor and draft stay."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:half a sen")
        await asyncio.to_thread(colleague, console, changing.prioritise, 1)
        console.poll()
        await settled(pilot)
        shown = "\n".join(lines(console))
        assert "1 change since you began, last 何琳: change" in shown
        assert console.screen.query_one(Composer).body == "half a sen"


async def test_a_reply_to_a_changed_ticket_is_asked_about(console, desk):
    """Who, what and the words that were said stand in the question; only y sends, enter and esc do not."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:Done")
        await asyncio.to_thread(colleague, console, conversation.note, "wait for me")
        await press(pilot, "ctrl+s", "y")
        assert isinstance(console.screen, AskDialog)
        assert "wait for me" in "\n".join(lines(console))
        await press(pilot, "escape")
        assert said(desk)[1:] == ["wait for me"]
        await press(pilot, "ctrl+s", "y", "y")

    assert said(desk)[1:] == ["wait for me", "Done"]


async def test_a_reply_and_a_note_are_kept_apart(console, desk):
    """Beginning a note loses no letter of a reply that was begun: each comes back under its own key."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:to her", "escape", "c", "text:to us", "escape", "r")
        composer = console.screen.query_one(Composer)
        assert (composer.kind, composer.body) == ("reply", "to her")
        await press(pilot, "escape", "c")
        assert (composer.kind, composer.body) == ("note", "to us")


async def test_a_draft_on_reopening_says_how_to_go_on(console):
    """The draft is seen, the keys are the ticket's, and the frame names the key that goes on writing."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "c", "text:hm", "escape", "q", "enter")
        composer = console.screen.query_one(Composer)
        assert "c goes on writing" in str(composer.border_subtitle)
        await press(pilot, "c", "text:m")
        assert composer.body == "hmm"


async def test_no_notice_covers_the_question_before_sending(console):
    """At 80 by 24 a notice comes above the composer: text, question and keys stay in sight."""
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *OPEN, "c", "text:Toner", "ctrl+s")
        console.notify("a notice of some length that comes just now, and another line of it", timeout=9)
        await pilot.pause(0.2)
        shown = lines(console)
        assert any("a notice of some length" in line for line in shown[:13])
        assert any("Save this note?  y save  n discard  e edit  p keep draft" in line for line in shown)
        assert shown[-1].startswith(" y save")


async def test_quitting_asks_while_something_is_written(console):
    """ctrl+q asks; n goes on writing."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "text:half", "ctrl+q")
        assert isinstance(console.screen, AskDialog)
        await press(pilot, "n")
        assert isinstance(console.screen, TicketScreen)


class LostBridge(Bridge):
    """A bridge whose database is away when it is told so."""

    is_away = False

    def act(self, *words, **facts):
        """Refuse while the database is away."""
        if self.is_away:
            raise Away("gone")
        return super().act(*words, **facts)


def test_a_draft_outlives_a_lost_database(desk):
    """It is in a file that only its owner can read, and the database has it once it is back; then the file goes."""
    bridge = LostBridge(desk, "li.na")
    drafts = Drafts(bridge)
    bridge.is_away = True
    assert drafts.keep(Writing(2, "reply", "precious", 3)) is False
    file = drafts.folder / "2-reply.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert drafts.bring_back() == 0
    bridge.is_away = False
    assert drafts.bring_back() == 1

    assert (kept(desk), file.exists()) == ([("reply", "precious", False)], False)


def test_an_older_file_never_overwrites_a_newer_draft(desk):
    """What was written later elsewhere stays, the older words behind it; a file that cannot be read stays as it is."""
    drafts = Drafts(Bridge(desk, "li.na"))
    drafts.keep(Writing(2, "reply", "newer"))
    drafts.folder.mkdir(parents=True, exist_ok=True)
    old = {
        "ticket_id": 2,
        "kind": "reply",
        "body": "older",
        "at": (drafts.bridge.now() - timedelta(hours=1)).isoformat(),
    }
    (drafts.folder / "2-reply.json").write_text(json.dumps(old), encoding="utf-8")
    (drafts.folder / "broken.json").write_text("{", encoding="utf-8")
    drafts.bring_back()

    assert kept(desk) == [("reply", "newer\n\nolder", False)]
    assert [file.name for file in drafts.folder.iterdir()] == ["broken.json"]


async def test_a_template_is_filled_for_the_ticket(console, desk):
    """ctrl+t puts a text in, in the language of the requester, with the number in it."""
    with desk.write() as session:
        session.get_one(Person, 31).language = "en"
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "ctrl+t", "enter")
        body = console.screen.query_one(Composer).body
        assert "Dear Ana Ruiz" in body
        assert "INC-10002" in body


@pytest.mark.parametrize("own", [None, '[mine]\ntitle_en="a"\ntitle_zh="b"\nbody_en="{agent}"\nbody_zh="{agent}"'])
def test_every_template_can_be_filled(own, tmp_path):
    """No shipped template, nor one of the user, leaves a brace behind, whatever the ticket lacks."""
    file = tmp_path / "templates.toml"
    file.write_text(own or "", encoding="utf-8")
    found = templates.load(file)
    for one in found:
        assert "{" not in templates.filled(one, card("words", requester=None, clocks=()), "李娜", NOW)
    assert ("mine" in [one.code for one in found]) is bool(own)


def test_a_wrong_template_is_told(tmp_path):
    """Missing texts and fields that no ticket has are named with the file."""
    file = tmp_path / "templates.toml"
    file.write_text(
        '[a]\ntitle_en = "x"\n[b]\ntitle_en="x"\ntitle_zh="x"\nbody_en="{name}"\nbody_zh=""', encoding="utf-8"
    )
    with pytest.raises(BadInput) as error:
        templates.load(file)
    assert any("a.title_zh is missing" in one for one in error.value.findings)
    assert any("there is no field {name}" in one for one in error.value.findings)


async def test_an_article_is_put_into_the_reply(console):
    """ctrl+k looks knowledge up for the ticket, `i` puts the article in where the cursor stands."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "enter", "r", "text:See: ", "ctrl+k", "ctrl+u", "text:vpn", "enter", "i")
        body = console.screen.query_one(Composer).body
        assert body.startswith("See: ")
        assert "KB-0" in body


async def test_a_promise_while_writing_becomes_a_clock(console, desk):
    """ctrl+r asks what and by when; the clock runs, and the words are in the text."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, *OPEN, "r", "ctrl+r", "text:2h", "enter", "text:I call you", "enter")
        assert "I call you" in console.screen.query_one(Composer).body

    with Session(desk.reading) as session:
        clock = session.exec(select(Clock).where(Clock.ticket_id == 2, Clock.kind == "promise")).one()
    assert clock.due_at == console.bridge.now() + timedelta(hours=2)


async def test_the_editor_can_be_forbidden(console, monkeypatch):
    """Where the administrator allows no other program, ctrl+e and F3 say so and start none."""
    monkeypatch.setenv("SHAREDOPS_NO_PROGRAMS", "1")
    monkeypatch.setenv("EDITOR", "touch")
    async with console.run_test(size=SMALL, notifications=True) as pilot:
        await press(pilot, *OPEN, "f3", "r", "text:x", "ctrl+e")
        said = [one.message for one in console._notifications]
        assert sum("no other program may be started" in one for one in said) == 2


async def test_a_hundred_kilobytes_are_pasted_at_once(console):
    """A long text from the clipboard arrives whole and in order, within two seconds."""
    text = "\n".join(f"{n:05} 日志一行 connection reset by peer" for n in range(2500))
    assert len(text.encode()) > 100_000
    async with console.run_test(size=WIDE) as pilot:
        await press(pilot, *OPEN, "r")
        began = asyncio.get_running_loop().time()
        console.post_message(Paste(text))
        await settled(pilot)
        assert asyncio.get_running_loop().time() - began < 2
        assert console.screen.query_one(Composer).body == text


async def test_intake_keeps_what_was_typed(console):
    """esc loses nothing: the next N shows the words again; opening the ticket empties them."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "N", "text:ana", "enter", "text:vpn down", "escape", "N")
        assert console.screen.query_one("#subject").value == "vpn down"
        await press(pilot, "enter", "tab", "tab", "ctrl+s", "N")
        assert console.screen.query_one("#subject").value == ""


async def test_leaving_the_subject_takes_the_likely_service(console, desk):
    """tab from the subject chooses the first proposal, as enter does."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "N", "text:ana", "enter", "text:vpn", "tab", "ctrl+s")

    with Session(desk.reading) as session:
        assert session.get_one(Ticket, 9).item_id == 1
