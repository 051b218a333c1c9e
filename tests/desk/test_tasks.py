"""Tasks for other teams: beside the ticket, on their calendar, theirs to do, in its way only as gates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlmodel import col, select

from sharedops_core.desk import (
    assignment,
    changing,
    closing,
    erasing,
    finding,
    opening,
    overdue,
    settings,
    tasks,
    terms,
    undoing,
)
from sharedops_core.desk.tasks import Wish
from sharedops_core.errors import Conflict, DeskError, NotAllowed, Refused
from sharedops_core.intake.calendars import FROM_EVER
from sharedops_core.rules.calendar import parse_calendar
from sharedops_core.rules.request import Request
from sharedops_core.store import access
from sharedops_core.store.tables import Calendar, CalendarVersion, Event, Message, Notice, Person, Task, Team, Ticket
from sharedops_core.views import doctor, reports
from sharedops_core.views import ticket as tickets
from sharedops_core.views.figures import Period
from sharedops_core.views.tasks import noted
from tests.conftest import SEES_ALL, T0
from tests.lanes import add_lane, secret
from tests.logins import login_of, working_as
from tests.rules.oracle import Oracle

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = {"tz": "Europe/Berlin", "hours": {d: [["08:00", "12:00"], ["12:30", "16:00"]] for d in ("mon", "tue", "thu")},
          "holidays": ["2026-03-03"], "workdays": {"2026-03-07": [["22:00", "02:00"]]}}  # fmt: skip


@pytest.fixture
def taken(session, ticket, who):
    """A ticket that 李娜 has in hand."""
    return assignment.take(session, ticket.id, actor=who("li.na"), at=T0)


@pytest.fixture
def asked(session, taken, who):
    """It, with a task for the network team that is a gate."""
    return ask(session, taken, who)


def ask(session, ticket, who, login="li.na", **wish):
    """Ask for a task an hour later."""
    made = Wish(**{"team": "network", "words": "open port 443", "within": "4h"} | wish)
    return tasks.ask_task(session, ticket.id, made, actor=who(login), at=T0 + HOUR)


def of(session, ticket):
    """Return the tasks of a ticket as rows."""
    return session.exec(select(Task).where(col(Task.ticket_id) == ticket.id).order_by(col(Task.nth))).all()


def told(session):
    """Return who was told what kind of thing, newest last."""
    return [tuple(one) for one in session.exec(select(Person.login, Notice.kind).join(Notice).order_by(Notice.id))]


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(("hours", "minutes"), [(0, 1), (6, 240), (30, 600), (60, 240), (125, 1), (140, 600)])
def test_a_task_is_due_on_the_calendar_of_the_asked_team(session, ticket, who, hours, minutes):
    """A walk over every minute of their wall clock, holiday and night shift too, comes to the same instant."""
    session.add(Calendar(id=9, code="berlin", name_en="Berlin", name_zh="柏林"))
    session.flush()
    session.add(CalendarVersion(calendar_id=9, valid_from=FROM_EVER, made_at=T0, document=BERLIN))
    session.get_one(Team, 2).calendar_id = 9
    terms.renew(session, actor=None, at=T0)
    at = T0 + hours * HOUR
    wish = Wish("network", "look", within=f"{minutes}m")
    tasks.ask_task(session, ticket.id, wish, actor=who("li.na"), at=at)

    by_hand = Oracle(parse_calendar("berlin", BERLIN), T0 - DAY, T0 + 21 * DAY).due(at, minutes * MINUTE)
    assert of(session, ticket)[0].due_at == by_hand


def test_a_ticket_waits_for_its_gates_alone(session, asked, who):
    """It is refused to resolve with the gates named; a task that is none, done later, is in nobody's way."""
    ask(session, asked, who, team="platform", is_gate=False)
    ask(session, asked, who, team="platform", within="")
    with pytest.raises(Refused, match="INC-10001/1, INC-10001/3"):
        closing.resolve(session, asked.id, "done", actor=who("li.na"), at=T0 + 2 * HOUR)
    tasks.finish_task(session, asked.id, 1, "open now", actor=who("liu.yang"), at=T0 + 2 * HOUR)
    tasks.withdraw_task(session, asked.id, 3, actor=who("li.na"), at=T0 + 2 * HOUR)
    closing.resolve(session, asked.id, "done", actor=who("li.na"), at=T0 + 3 * HOUR)
    tasks.finish_task(session, asked.id, 2, "checked", actor=who("zhou.kai"), at=T0 + 4 * HOUR)

    assert [one.state for one in of(session, asked)] == ["done", "done", "withdrawn"]
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_a_task_moves_neither_holder_nor_owner_nor_clock(session, taken, who):
    """Whatever others do for it, the ticket is where it was, and its due times are."""
    before = (taken.assignee_id, taken.team_id, taken.first_contact_id, taken.state, taken.queue_at)
    ask(session, taken, who)
    tasks.take_task(session, taken.id, 1, actor=who("liu.yang"), at=T0 + 2 * HOUR)
    tasks.decline_task(session, taken.id, 1, "not ours", actor=who("sun.hao"), at=T0 + 3 * HOUR)

    assert (taken.assignee_id, taken.team_id, taken.first_contact_id, taken.state, taken.queue_at) == before
    assert told(session) == [("liu.yang", "task_asked"), ("sun.hao", "task_asked"), ("li.na", "task_taken"),
                             ("li.na", "task_declined")]  # fmt: skip


def test_it_is_for_the_asked_team_alone(session, asked, who):
    """Neither the holder nor another team does it; whoever is of the asked team does not take it back."""
    for login in ("li.na", "zhou.kai"):
        with pytest.raises(Refused, match="INC-10001/1 is asked of network"):
            tasks.finish_task(session, asked.id, 1, "x", actor=who(login), at=T0 + 2 * HOUR)
    with pytest.raises(Refused, match="for who asked, the holder or their leads"):
        tasks.withdraw_task(session, asked.id, 1, actor=who("liu.yang"), at=T0 + 2 * HOUR)


def test_of_two_who_take_a_task_at_once_one_hears_who_was_first(database):
    """Both press the key in the same moment; one has it, the other one is told by whom it was taken."""
    with database.write() as session:
        na = finding.person(session, "li.na")
        ticket_id = opening.open_ticket(session, Request("x", requester="ana.ruiz"), actor=na, at=T0).id
        tasks.ask_task(session, ticket_id, Wish("network", "look"), actor=na, at=T0)
    begin = Barrier(2)

    def take(login):
        begin.wait()
        try:
            database.once(lambda s: tasks.take_task(s, ticket_id, 1, actor=finding.person(s, login), at=T0) and None)
        except DeskError as error:
            return type(error), str(error)

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(take, ("liu.yang", "sun.hao")))
    lost = next(one for one in found if one)
    winner = "刘洋" if found[0] is None else "孙浩"
    assert (found.count(None), lost) == (1, (Conflict, f"{winner} was first: INC-10001/1 is taken on"))


def test_a_cancelled_ticket_needs_no_tasks_and_an_undone_end_brings_them_back(session, asked, who):
    """All that stand are withdrawn by the cancelling; undone, they stand as they did, and the doctor finds nothing."""
    ask(session, asked, who, team="platform")
    tasks.take_task(session, asked.id, 1, actor=who("liu.yang"), at=T0 + 2 * HOUR)
    done = undoing.remembered(session, closing.cancel, asked.id, "duplicate", actor=who("li.na"), at=T0 + 3 * HOUR)
    assert [one.state for one in of(session, asked)] == ["withdrawn", "withdrawn"]
    undoing.undo(session, asked.id, done.seq, actor=who("li.na"), at=T0 + 4 * HOUR)

    assert [(one.state, one.alarm_at == one.due_at) for one in of(session, asked)] == [("taken", True), ("open", True)]
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_the_doctor_finds_a_task_that_is_stored_otherwise(session, asked):
    """The journal is what counts: a row that was changed by hand is named."""
    of(session, asked)[0].is_gate = False
    session.flush()
    assert doctor.examine(session, reader=SEES_ALL).replay == (
        "INC-10001/1: it is stored otherwise than the journal says",
    )


def test_that_it_is_late_is_told_once(session, asked, who):
    """The lead of the asked team and whoever asked hear of it at its due time, and no sweep after says it again."""
    session.get_one(Team, 2).lead_id = who("sun.hao").id
    due = of(session, asked)[0].due_at
    assert overdue.remind(session, at=due - MINUTE) == []
    assert [(one.number, one.told) for one in overdue.remind(session, at=due)] == [
        ("INC-10001/1", ("sun.hao", "li.na"))
    ]
    assert not overdue.is_due(session, at=due + DAY)
    assert overdue.remind(session, at=due + DAY) == []
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_a_task_keeps_to_the_lane(session, who):
    """A team outside is refused with those within; a task outside is withdrawn when its ticket becomes confidential."""
    add_lane(session)
    sealed = secret(session)
    with pytest.raises(Refused, match="it can go to: hr-care, hr-experts"):
        ask(session, sealed, who, "hou.jia")
    ask(session, sealed, who, "hou.jia", team="hr-experts")
    tasks.finish_task(session, sealed.id, 1, "heard", actor=who("gao.yan"), at=T0 + DAY)
    ticket = opening.open_ticket(session, Request("x", requester="ana.ruiz"), actor=who("li.na"), at=T0)
    ask(session, ticket, who)
    done = undoing.remembered(session, changing.reclassify, ticket.id, "SEALED-HR", actor=who("hou.jia"), at=T0 + HOUR)
    assert [one.state for one in of(session, ticket)] == ["withdrawn"]
    undoing.undo(session, ticket.id, done.seq, actor=who("hou.jia"), at=T0 + HOUR)

    assert [one.state for one in of(session, ticket)] == ["open"]
    assert doctor.examine(session, reader=SEES_ALL).replay == ()


def test_a_note_of_a_task_says_so(session, asked, who):
    """What was asked for and what came of it are notes like others; whoever reads them learns of which task."""
    tasks.finish_task(session, asked.id, 1, "open now", actor=who("liu.yang"), at=T0 + 2 * HOUR)
    card = tickets.ticket(session, asked.id, T0 + 3 * HOUR, reader=access.reader(session, who("li.na")))
    about = noted(card.tasks)
    found = [about[one.at, one.body] for one in card.thread if (one.at, one.body) in about]
    assert found == ["INC-10001/1 → Network", "INC-10001/1 done"]


def test_requesters_see_no_tasks(session, asked, who):
    """From outside there is neither a task nor its words."""
    outside = access.reader(session, who("wang.xiaoming"))
    card = tickets.ticket(session, asked.id, T0 + 2 * HOUR, reader=outside)
    assert (card.tasks, [one.body for one in card.thread if "443" in one.body]) == ((), [])


@pytest.mark.parametrize("engine", ["postgresql"])
def test_the_database_itself_lets_the_asked_team_do_it(session, asked, who):
    """Under logins of their own the asked agent finishes, and a requester's cancelling withdraws the rest."""
    yang, ming = who("liu.yang"), who("wang.xiaoming")
    ask(session, asked, who, team="platform")
    logins = {one.login: login_of(session, one) for one in (yang, ming)}
    with working_as(session, logins["liu.yang"]):
        tasks.take_task(session, asked.id, 1, actor=yang, at=T0 + 2 * HOUR)
        tasks.finish_task(session, asked.id, 1, "open now", actor=yang, at=T0 + 2 * HOUR)
    with working_as(session, logins["wang.xiaoming"]):
        closing.cancel(session, asked.id, "not_needed", actor=ming, at=T0 + 3 * HOUR)

    assert [one.state for one in of(session, asked)] == ["done", "withdrawn"]
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_erasing_who_asked_takes_the_words_and_leaves_the_figures(session, asked, who):
    """What they wrote is gone, who they were is a pseudonym, and the report says the same."""
    tasks.finish_task(session, asked.id, 1, "call 李娜", actor=who("liu.yang"), at=T0 + 2 * HOUR)
    before = reports.report(session, "tasks", Period(), T0 + DAY, by="team", reader=SEES_ALL)
    session.add(Person(login="root", name="管理员", role="admin"))
    session.flush()
    erasing.erase(session, "li.na", actor=who("root"), at=T0 + DAY)

    [row] = tickets.ticket(session, asked.id, T0 + DAY, reader=SEES_ALL).tasks
    assert (row.wanted, row.asked_by, row.result) == (erasing.GONE, "erased-1", "call erased-1")
    assert reports.report(session, "tasks", Period(), T0 + DAY, by="team", reader=SEES_ALL) == before
    assert (before.figures["in_time"], before.figures["in_time_percent"]) == (1, 100.0)
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_working_on_a_task_is_work_on_the_ticket(session, asked, who):
    """What the asked team does begins the wait anew after which a ticket stalls; that a task is late does not."""
    before = asked.duty_at
    overdue.remind(session, at=T0 + 9 * HOUR)
    assert session.get_one(Ticket, asked.id).duty_at == before
    tasks.take_task(session, asked.id, 1, actor=who("liu.yang"), at=T0 + 10 * HOUR)
    assert session.get_one(Ticket, asked.id).duty_at > before


# Follow-ups ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def solved(session, taken, who):
    """It has been resolved."""
    return closing.resolve(session, taken.id, "done", actor=who("li.na"), at=T0 + HOUR)


def rate(session, ticket, who, csat, ease, login="wang.xiaoming"):
    """Rate a ticket as its requester."""
    return closing.rate(session, ticket.id, csat, ease=ease, comment="slow", actor=who(login), at=T0 + 2 * HOUR)


@pytest.mark.parametrize(("csat", "ease", "count"), [(2, 5, 1), (5, 2, 1), (3, 3, 0), (3, None, 0), (1, None, 1)])
def test_a_low_rating_owes_a_call(session, solved, who, csat, ease, count):
    """Two stars, or an ease of two, make a follow-up in the same line: for who answers, within a workday, no gate."""
    rate(session, solved, who, csat, ease)

    found = of(session, solved)
    assert [(one.agent_id, one.is_gate, one.due_at) for one in found] == [(1, False, T0 + 26 * HOUR)] * count
    assert told(session) == [("li.na", "follow_up")] * count
    assert session.exec(select(Event.act).order_by(col(Event.seq).desc())).first() == "rate"
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_what_is_low_is_for_the_desk_to_say(session, solved, who):
    """An admin sets the thresholds, which is on record; nobody else does, and no senseless number is taken."""
    with pytest.raises(NotAllowed):
        settings.change(session, "low_csat", 4, actor=who("he.lin"), at=T0)
    with pytest.raises(Refused, match="between 0 and 4"):
        settings.change(session, "low_csat", 5, actor=who("ops.admin"), at=T0)
    settings.change(session, "low_csat", 4, actor=who("ops.admin"), at=T0)
    rate(session, solved, who, 4, 5)
    assert [one.kind for one in of(session, solved)] == ["follow_up"]


def test_a_follow_up_is_done_with_words_also_on_a_closed_ticket(session, solved, who):
    """It is not turned down; done, its words are in the thread, and the report counts it in time and reopened."""
    rate(session, solved, who, 1, 1)
    closing.confirm(session, solved.id, actor=who("wang.xiaoming"), at=T0 + 3 * HOUR)
    with pytest.raises(Refused, match="owed to the requester"):
        tasks.decline_task(session, solved.id, 1, "no", actor=who("li.na"), at=T0 + 3 * HOUR)
    with pytest.raises(Refused, match="is empty"):
        tasks.finish_task(session, solved.id, 1, " ", actor=who("li.na"), at=T0 + 3 * HOUR)
    closing.reopen(session, solved.id, "not done", actor=who("li.na"), at=T0 + 4 * HOUR)
    tasks.finish_task(session, solved.id, 1, "reopened: it drops still", actor=who("li.na"), at=T0 + 4 * HOUR)

    found = reports.report(session, "satisfaction", Period(), T0 + DAY, by="team", reader=SEES_ALL)
    wanted = {"rated": 1, "follow_ups": 1, "follow_ups_in_time": 1, "follow_ups_reopened": 1, "csat": 1.0, "ease": 1.0}
    assert {name: found.figures[name] for name in wanted} == wanted
    assert session.exec(select(Message.body).order_by(col(Message.id).desc())).first() == "reopened: it drops still"


def test_where_nobody_answers_the_lead_follows_up(session, solved, who):
    """An owner who has left is asked for nothing; the lead of the team is."""
    session.get_one(Team, 1).lead_id = who("wang.lei").id
    session.add(Person(login="root", name="管理员", role="admin"))
    session.flush()
    erasing.erase(session, "li.na", actor=who("root"), at=T0 + HOUR)
    rate(session, solved, who, 1, None)
    assert [(one.team_id, one.agent_id) for one in of(session, solved)] == [(1, who("wang.lei").id)]


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_requesters_own_login_makes_the_follow_up(session, solved, who):
    """The database lets a requester's rating ask for it, though they see nothing of the desk's."""
    ming = who("wang.xiaoming")
    with working_as(session, login_of(session, ming)):
        rate(session, solved, who, 1, 1)
    assert [one.kind for one in of(session, solved)] == ["follow_up"]


# Silent closing ------------------------------------------------------------------------------------------------------


def test_another_number_of_days_counts_for_what_is_resolved_already(session, solved, who):
    """It comes under the new promise by a line of its journal, so a replay gives its day; the admin hears how many
    tickets the next sweep closes."""
    assert solved.duty_at == T0 + HOUR + 7 * DAY
    longer = settings.change(session, "silent_after", 10, actor=who("ops.admin"), at=T0 + 2 * HOUR)
    assert (longer.closing_count, session.get_one(Ticket, solved.id).duty_at) == (0, T0 + HOUR + 14 * DAY)
    shorter = settings.change(session, "silent_after", 1, actor=who("ops.admin"), at=T0 + 3 * DAY)
    assert (shorter.closing_count, session.get_one(Ticket, solved.id).duty_at) == (1, T0 + HOUR + DAY)

    assert session.exec(select(Event.act).order_by(col(Event.seq).desc())).first() == "recompute"
    assert doctor.examine(session, reader=SEES_ALL).findings == ()
