"""Handing a shift over: a sheet is sent, signed or sent back, and nothing of it is half-done or overheard."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import col, select, text

from sharedops_core.desk import absences, assignment, conversation, finding, opening, sheets
from sharedops_core.errors import Conflict, NotAllowed, Refused
from sharedops_core.rules.request import Request
from sharedops_core.store import access
from sharedops_core.store.tables import Event, Notice, Person, Team, Ticket
from sharedops_core.views import notices, reports
from sharedops_core.views import sheets as reading
from tests.conftest import SEES_ALL, T0, small_centre
from tests.lanes import add_lane

MINUTE = timedelta(minutes=1)


@pytest.fixture
def who(session):
    """Find people by their logins."""
    return lambda login: finding.person(session, login)


@pytest.fixture
def held(session, who):
    """Three tickets in the hand of 李娜, the first of priority 1."""
    found = []
    for priority in (1, 3, 3):
        request = Request(f"P{priority}", requester="ana.ruiz", item="IT-NET-VPN-01", priority=priority)
        ticket = opening.open_ticket(session, request, actor=who("li.na"), at=T0)
        found.append(assignment.take(session, ticket.id, actor=who("li.na"), at=T0))
    return found


def sent(session, who, **facts):
    """李娜 hands her shift over to 王磊."""
    return sheets.hand_over(session, "wang.lei", "Watch the gateway", actor=who("li.na"), at=T0, **facts)


def told(session):
    """Return who was told what about sheets, in order."""
    found = select(Person.login, Notice.kind, Notice.detail).join(Notice).where(col(Notice.sheet_id).is_not(None))
    return [(login, kind, detail.get("for")) for login, kind, detail in session.exec(found.order_by(col(Notice.id)))]


def test_signing_assigns_what_is_still_held_in_one_go_and_names_the_rest(session, who, held):
    """What somebody else has meanwhile stays there; the duty stays with its owner; the journal names the sheet."""
    sheet = sent(session, who).sheet
    session.flush()
    assignment.assign(session, held[2].id, "wang.lei", actor=who("li.na"), at=T0 + MINUTE)

    done = sheets.sign(session, sheet.id, actor=who("wang.lei"), at=T0 + 5 * MINUTE)

    assert (done.moved, list(done.stayed)) == ([one.number for one in held[:2]], [held[2].number])
    assert [(one.assignee_id, one.first_contact_id) for one in held] == [(2, 1)] * 3
    lines = select(Event.act, Event.detail, Event.actor_id).where(col(Event.ticket_id) == held[0].id)
    assert session.exec(lines.order_by(col(Event.seq).desc())).first() == ("assign", {"shift": sheet.id}, 2)
    assert told(session) == [("wang.lei", "shift_sent", None), ("li.na", "shift_signed", None)]


def test_a_sheet_is_kept_as_it_was_and_moves_nothing_when_that_was_said(session, who, held):
    """Sections by what a ticket was when it was sent; a signature without assigning leaves every holder."""
    sheet = sent(session, who, assigns=False).sheet
    sheets.sign(session, sheet.id, actor=who("wang.lei"), at=T0 + MINUTE)

    ids = [one.id for one in held]
    assert (sheet.sections["urgent"], sheet.sections["mine"]) == (ids[:1], ids)
    assert {one.assignee_id for one in held} == {1}


def test_whoever_works_on_a_ticket_of_a_sheet_and_who_signs_it_never_wait_for_each_other(desks):
    """Signing holds all tickets before its first line, as every act on several does: no circle of waiting."""
    with desks.copy("postgresql", "small centre", small_centre) as database, ThreadPoolExecutor(1) as pool:

        def by(opened, login):
            return {"actor": finding.person(opened, login), "at": T0}

        with database.write() as opened:
            request, li = Request("x", item="IT-NET-VPN-01"), by(opened, "li.na")
            ids = [opening.open_ticket(opened, request, **li).id for _nth in range(2)]
            for one in ids:
                assignment.take(opened, one, **li)
            sheet_id = sheets.hand_over(opened, "wang.lei", "-", **li).sheet.id

        def sign():
            with database.write() as opened:
                return sheets.sign(opened, sheet_id, **by(opened, "wang.lei")).moved

        with database.write() as opened:
            finding.ticket(opened, ids[1], "note", by(opened, "li.na")["actor"])
            signing = pool.submit(sign)
            while not opened.connection().execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).first():
                assert not signing.done()
            conversation.note(opened, ids[1], "hm", **by(opened, "li.na"))
        assert len(signing.result()) == 2


def test_who_is_second_hears_who_answered_and_others_may_not(session, who, held):
    """A sheet is answered once, by its successor; sent back, it says why, and nothing has moved."""
    sheet = sent(session, who).sheet
    with pytest.raises(NotAllowed, match="for 王磊 to sign"):
        sheets.sign(session, sheet.id, actor=who("he.lin"), at=T0)
    sheets.send_back(session, sheet.id, "the P1 is not said", actor=who("wang.lei"), at=T0)
    with pytest.raises(Conflict, match="王磊 has answered sheet"):
        sheets.sign(session, sheet.id, actor=who("wang.lei"), at=T0)

    assert (sheet.answer, {one.assignee_id for one in held}) == ("the P1 is not said", {1})
    with pytest.raises(Refused, match="to themselves"):
        sheets.hand_over(session, "li.na", "x", actor=who("li.na"), at=T0)


def test_the_deputy_of_an_absent_successor_is_told_for_whom_and_signs(session, who, held):
    """王磊 is away: 刘洋 signs, but what the team of 刘洋 does not have stays; a second sheet replaces the first."""
    absences.be_absent(session, "wang.lei", "liu.yang", T0, T0 + timedelta(days=1), actor=who("wang.lei"))
    first, second = (sent(session, who).sheet for _turn in range(2))

    done = sheets.sign(session, second.id, actor=who("liu.yang"), at=T0)

    assert (first.decision, second.answered_by_id, done.moved, len(done.stayed)) == ("withdrawn", 3, [], 3)
    assert told(session)[0] == ("liu.yang", "shift_sent", ["王磊"])
    later = sheets.hand_over(session, "wang.lei", "-", actor=who("li.na"), at=T0 + timedelta(days=2)).sheet
    assert [one.sheet_id for one in reading.listed(session, reader=access.reader(session, who("liu.yang")))] == [
        second.id, first.id,
    ]  # fmt: skip
    assert later.decision == "sent"
    with pytest.raises(Conflict, match="has been replaced"):
        sheets.sign(session, first.id, actor=who("liu.yang"), at=T0)


def test_an_unsigned_sheet_is_told_to_the_lead_once_after_half_an_hour_of_work(session, who, held):
    """Sent at 17:45, it is late at 09:15 of the next day; the sweep reads what is due, and says it once."""
    session.get_one(Team, 1).lead_id = who("sun.hao").id
    evening = T0 + timedelta(hours=8, minutes=45)
    sheet = sheets.hand_over(session, "wang.lei", "-", actor=who("li.na"), at=evening).sheet
    morning = T0 + timedelta(days=1, minutes=15)

    assert (sheet.sign_by, sheets.is_due(session, at=morning - MINUTE)) == (morning, False)
    assert [one.told for one in sheets.remind(session, at=morning)] == [("sun.hao",)]
    assert (sheets.is_due(session, at=morning), list(sheets.remind(session, at=morning))) == (False, [])
    figures = reports.report(session, "shifts", reports.Period(), morning + MINUTE, reader=SEES_ALL).figures
    assert (figures["handed_over"], figures["unsigned_late"], figures["in_time_percent"]) == (1, 1, None)


def test_a_confidential_ticket_does_not_leak_through_a_sheet(session, who):
    """What the successor may not read is left out and named to the author alone; sealed later, it is not shown."""
    add_lane(session)
    plain = opening.open_ticket(session, Request("plain", item="IT-NET-VPN-01"), actor=who("hou.jia"), at=T0)
    sealed = opening.open_ticket(session, Request("s", requester="ana.ruiz", item="SEALED-HR"), actor=who("hou.jia"),
                                 at=T0)  # fmt: skip
    for one in (plain, sealed):
        one.assignee_id = who("hou.jia").id
    session.flush()

    done = sheets.hand_over(session, "li.na", "-", actor=who("hou.jia"), at=T0)
    session.get_one(Ticket, plain.id).lane = "hr"
    card = reading.sheet(session, done.sheet.id, T0, reader=access.reader(session, who("li.na")))

    assert (done.left_out, done.sheet.sections["mine"]) == ((sealed.number,), [plain.id])
    assert (card.hidden_count, card.sections["mine"], card.is_mine_to_sign) == (1, (), True)
    signed = sheets.sign(session, done.sheet.id, actor=who("li.na"), at=T0)
    assert (signed.moved, signed.stayed, done.sheet.stayed) == ([], {}, [plain.id])


def test_what_one_was_told_about_sheets_is_among_the_notices(session, who, held):
    """A notice about a sheet has no ticket, and counts as unread like any other."""
    sheet = sent(session, who).sheet
    [row] = notices.unread(session, reader=access.reader(session, who("wang.lei")))

    assert (row.sheet_id, row.ticket_id, row.kind, row.by, row.words, row.is_unread) == (
        sheet.id, None, "shift_sent", "李娜", "Watch the gateway", True,
    )  # fmt: skip
