"""Presence: who looks and who writes is seen in list and ticket, soon, on both engines, and leaves no trace."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from sharedops_core import config
from sharedops_core.desk import finding, presence
from sharedops_core.errors import NotFound
from sharedops_core.rules.presence import FRESH, SAY_EVERY
from sharedops_core.store import access
from sharedops_core.store.tables import Event, Presence
from sharedops_core.views import presence as presences
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from sharedops_tui.present.here import here, sign
from sharedops_tui.session import SessionState
from sharedops_tui.widgets.ticket_pane import TicketPane
from tests.conftest import T0
from tests.desks import ENGINES
from tests.lanes import add_lane, secret
from tests.tui.screen import lines
from tests.tui.settling import press, settled

SMALL = (80, 24)


@pytest.mark.parametrize("engine", ENGINES)
def test_word_of_somebody_is_believed_for_a_while(engine, session):
    """Whoever stays is seen by others and not by themselves, writers first; after the last word they are forgotten."""
    who = {login: finding.person(session, login) for login in ("li.na", "wang.lei", "liu.yang")}
    for login, is_writing in (("li.na", False), ("wang.lei", False), ("liu.yang", True)):
        presence.stay(session, 1, is_writing=is_writing, actor=who[login], at=T0)
    session.flush()

    li_na = access.reader(session, who["li.na"])

    def seen(at):
        return [(one.name, one.is_writing) for one in presences.others(session, at, reader=li_na)]

    assert seen(T0) == [("刘洋", True), ("王磊", False)]
    assert seen(T0 + FRESH + timedelta(seconds=1)) == []
    presence.stay(session, 2, is_writing=False, actor=who["li.na"], at=T0 + 2 * FRESH)
    session.flush()
    assert session.exec(select(Presence.ticket_id).where(Presence.person_id == who["li.na"].id)).all() == [2]


@pytest.mark.parametrize("engine", ENGINES)
def test_nobody_learns_who_is_at_a_confidential_ticket(engine, session):
    """Word of it is taken from the lane only, and given to the lane only."""
    add_lane(session)
    secret_id = secret(session).id
    who = {login: finding.person(session, login) for login in ("hou.jia", "xu.li", "li.na", "song.jie")}
    presence.stay(session, secret_id, is_writing=True, actor=who["hou.jia"], at=T0)
    for login in ("li.na", "song.jie"):
        with pytest.raises(NotFound):
            presence.stay(session, secret_id, is_writing=True, actor=who[login], at=T0)
    found = {login: presences.others(session, T0, reader=access.reader(session, who[login])) for login in who}
    assert {login: [one.name for one in others] for login, others in found.items()} == {
        "hou.jia": [], "xu.li": ["侯佳"], "li.na": [], "song.jie": ["侯佳"],
    }  # fmt: skip


@pytest.fixture
def session(engine, desks):
    """A transaction on the small centre with two tickets."""
    from sharedops_core.desk import opening
    from sharedops_core.rules.request import Request
    from tests.conftest import small_centre

    with desks.lent(engine, "small centre", small_centre) as opened:
        for subject in ("a", "b"):
            opening.open_ticket(opened, Request(subject), actor=finding.person(opened, "ana.ruiz"), at=T0)
        yield opened


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_colleague_who_writes_is_seen_in_list_and_ticket(engine, console, desk):
    """Coming, writing and going show on another console within a second or two, by sign and by name."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "g", "enter")
        ticket_id = console.screen.ticket_id
        pane = console.screen.query_one(TicketPane)
        actor = "wang.lei"

        async def until(words):
            for _try in range(80):
                await asyncio.sleep(0.05)
                if words in str(pane.border_subtitle):
                    return True
            return False

        def there(is_writing):
            with desk.write() as session:
                presence.stay(session, ticket_id, is_writing=is_writing, actor=finding.person(session, actor),
                              at=console.bridge.now())  # fmt: skip

        await asyncio.to_thread(there, False)
        assert await until("& 王磊 looks at it")
        # What this console says of itself is heard, too, and must be over before.
        await asyncio.sleep(1.5)
        await asyncio.to_thread(there, True)
        assert await until("@ 王磊 is writing")
        await press(pilot, "q")
        assert any(line.strip("│ ").startswith("@") for line in lines(console))


async def test_a_console_says_where_it_is_and_leaves(console, desk):
    """Opening a ticket, writing and going back each change one row; nothing of it is in the journal."""

    def rows():
        with Session(desk.reading) as session:
            return [(one.ticket_id, one.is_writing) for one in session.exec(select(Presence))]

    async def settle():
        console.presence.tick()
        await settled(pilot)

    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "j", "enter")
        with Session(desk.reading) as session:
            count = len(session.exec(select(Event)).all())
        await settle()
        assert rows() == [(2, False)]
        await press(pilot, "r")
        await settle()
        assert rows() == [(2, True)]
        await press(pilot, "escape", "q")
        await settle()
        assert rows() == []
        with Session(desk.reading) as session:
            assert len(session.exec(select(Event)).all()) == count


async def test_it_is_said_at_most_every_few_seconds(console, monkeypatch):
    """Looking on says nothing new before the time is up."""
    said = []
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "1", "g", "enter")
        console.presence.tick()
        await settled(pilot)
        monkeypatch.setattr(console.presence, "_say", lambda *place: said.append(place) or asyncio.sleep(0))
        console.presence.tick()
        assert said == []
        console.presence._said_at -= SAY_EVERY
        console.presence.tick()
        assert len(said) == 1


def test_signs_and_words_need_no_colour():
    """Looking and writing differ by their sign, and nobody is a blank."""
    both = [presences.Present(1, "王磊", True), presences.Present(1, "刘洋", False)]
    assert [sign(both), sign(both[1:]), sign([])] == ["@", "&", " "]
    assert here(both).plain == "@ 王磊 is writing  & 刘洋 looks at it"


async def test_the_place_is_restored_at_the_next_start(console, desk):
    """View, cursor and open ticket are those of the end; a state that cannot be read is none."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "s", "9", "j", "j", "enter")
        was = console.screen.ticket_id
        await press(pilot, "ctrl+q")
    again = SharedopsApp(Bridge(desk, "li.na"), config.load())
    async with again.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert again.screen.ticket_id == was
        await press(pilot, "q")
        assert (again.screen.question.view, again.screen.chosen()) == ("open", [was])
    for rubbish in ('{"view": 7, "nonsense": 1}', '{"view":' * 50_000, '{"view": "open", "open_id": 1e300}',
                    f'{{"view": "open", "ticket_id": {2**80}}}', "[", ""):  # fmt: skip
        again.memory.file.write_text(rubbish, encoding="utf-8")
        third = SharedopsApp(Bridge(desk, "li.na"), config.load())
        assert third.memory.state == SessionState()
