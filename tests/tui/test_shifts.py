"""A shift handed over by keyboard: sent, signed by the successor; notices that open what they are about."""

from datetime import timedelta

from sqlmodel import Session, select

from sharedops_core import config
from sharedops_core.desk import absences, chasing, duties, finding
from sharedops_core.store.tables import Absence, Notice, ShiftSheet
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from sharedops_tui.dialogs.sheet import SignDialog
from sharedops_tui.screens.ticket import TicketScreen
from tests.tui.conftest import NOON
from tests.tui.screen import lines
from tests.tui.settling import press, settled
from tests.tui.test_acts import SMALL, stored


def sheet(desk):
    """Return the sheet as the database has it."""
    with Session(desk.reading) as session:
        return session.exec(select(ShiftSheet)).one()


def of(desk, login):
    """Return the console of somebody."""
    return SharedopsApp(Bridge(desk, login), config.load())


async def test_a_shift_is_handed_over_and_signed_by_the_same_key(console, desk):
    """L draws up the sheet and sends it; the successor's L opens it, y signs, and the tickets are theirs."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "L", "enter", "text:Watch the gateway", "ctrl+s")
    assert (sheet(desk).successor_id, sheet(desk).words, sheet(desk).decision) == (2, "Watch the gateway", "sent")

    async with of(desk, "wang.lei").run_test(size=SMALL) as pilot:
        await press(pilot, "L", "enter")
        assert isinstance(pilot.app.screen, SignDialog)
        assert "Watch the gateway" in "\n".join(lines(pilot.app))
        await press(pilot, "y")

    assert (sheet(desk).decision, len(sheet(desk).moved)) == ("signed", 5)
    assert [(stored(desk, n).assignee_id, stored(desk, n).first_contact_id) for n in (1, 5)] == [(2, 1)] * 2


async def test_a_notice_is_opened_by_enter_and_a_sheet_sent_back_from_there(console, desk):
    """What is new is marked; enter opens the sheet that the notice is about, b sends it back with words."""
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "L", "enter", "text:-", "tab", "space", "ctrl+s")
    async with of(desk, "wang.lei").run_test(size=SMALL) as pilot:
        await press(pilot, "T")
        assert any("* 03-02 11:50  sheet 1  李娜 hands the shift over" in one for one in lines(pilot.app))
        await press(pilot, "enter", "b", "text:the P1 is missing", "ctrl+s")

    assert (sheet(desk).decision, sheet(desk).answer, sheet(desk).assigns) == ("returned", "the P1 is missing", False)
    assert stored(desk, 1).assignee_id == 1


async def test_enter_on_a_notice_opens_its_ticket(console, desk):
    """The ticket of the notice is open, and the notice is read."""
    with desk.write() as session:
        chasing.chase(session, 2, "when?", actor=finding.person(session, "ana.ruiz"), at=NOON)
    async with console.run_test(size=SMALL) as pilot:
        await press(pilot, "T", "enter")
        assert isinstance(console.screen, TicketScreen)
        assert console.screen.ticket_id == 2
    with Session(desk.reading) as session:
        assert session.exec(select(Notice.read_at)).one() is not None


async def test_a_deputy_answers_the_offer_of_a_duty_in_the_console(console, desk):
    """王磊 is away: 刘洋 is told in his place, and O takes the duty over for him."""
    with desk.write() as session:
        who = {login: finding.person(session, login) for login in ("li.na", "wang.lei")}
        absences.be_absent(session, "wang.lei", "liu.yang", NOON, NOON + timedelta(days=1), actor=who["wang.lei"])
        duties.offer_duty(session, 2, "wang.lei", "on leave", actor=who["li.na"], at=NOON)
    async with of(desk, "liu.yang").run_test(size=SMALL) as pilot:
        await press(pilot, "T")
        assert any("(in place of 王磊)" in one for one in lines(pilot.app))
        await press(pilot, "enter", "O", "enter")

    assert (stored(desk, 2).first_contact_id, stored(desk, 2).duty_offered_id) == (2, None)


async def test_one_records_ones_own_absence(console, desk):
    """The palette's act asks who stands in, and until when; without a beginning it begins now."""
    async with console.run_test(size=SMALL) as pilot:
        console.screen.action_begin("absence")
        await settled(pilot)
        await press(pilot, "enter", "enter", "text:tomorrow 09:00", "enter")

    with Session(desk.reading) as session:
        [found] = session.exec(select(Absence)).all()
    assert (found.person_id, found.deputy_id, found.from_at) == (1, 2, NOON)
