"""Readings of time: explanations, the ledger of a ticket and of many, notices and the pulse of what was told."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from sharedops_core.desk import finding, promising, sweeping, terms
from sharedops_core.rules import history
from sharedops_core.rules.clocks import elapsed
from sharedops_core.store import policies
from sharedops_core.store.events import entries
from sharedops_core.views import clocks, notices, pulse, reports, ticket
from sharedops_core.views.reports import Period
from tests.conftest import SEES_ALL, T0
from tests.desk.promises import CHAIN, chained, promised
from tests.views.conftest import HOUR, MINUTE

NOW = T0 + 9 * HOUR
HER = replace(SEES_ALL, person_id=1)
WHOLE = timedelta()


def the_end(desk, number, now):
    """Return when a ticket was closed, else now."""
    folded = history.replay(entries(desk, number))
    return folded.confirmed_at or now


# Explanations.


@pytest.mark.parametrize("number", range(1, 7))
def test_an_explanation_gives_the_stored_clock(desk, number):
    """For every ticket, the explanations are those of its clocks in order, with their due times."""
    card = ticket.ticket(desk, number, NOW, reader=SEES_ALL)
    found = clocks.explanations(desk, number, NOW, reader=SEES_ALL)

    assert [(one.kind, one.nth, one.due_at, one.target) for one in found] == [
        (one.kind, one.nth, one.due_at, one.target) for one in card.clocks
    ]
    assert all(one.terms[-1].policy == "standard" for one in found)


def test_an_explanation_of_a_waiting_ticket_reaches_to_now(desk):
    """While it waits nothing is added: the lines end where the pause began (R6)."""
    paused = clocks.explanations(desk, 2, NOW, reader=SEES_ALL)[1]
    assert (paused.due_at, paused.used, paused.lines[-1].closes) == (None, 69 * MINUTE, T0 + 70 * MINUTE)
    assert paused.pauses == ((T0 + 70 * MINUTE, None),)


def test_an_explanation_tells_of_reopening_and_retarget(desk):
    """Ticket 6 was resolved, reopened and raised: the gap is a pause and both targets are told (R7, R9)."""
    found = clocks.explanations(desk, 6, NOW, reader=SEES_ALL)[1]
    assert [one.target for one in found.terms] == ["16h", "8h"]
    assert found.pauses == ((T0 + 480 * MINUTE, T0 + 490 * MINUTE),)
    assert sum((one.counted for one in found.lines), WHOLE) == 8 * HOUR


# The ledger.


@pytest.mark.parametrize("number", range(1, 7))
def test_the_ledger_of_a_ticket_adds_up(desk, number):
    """The rows follow each other without a gap, and their open and elapsed times are those of the ticket, exactly."""
    rows = clocks.held(desk, number, NOW, reader=SEES_ALL)
    begin, end = T0 + (number - 1) * MINUTE, the_end(desk, number, NOW)
    calendar = policies.stored_calendar(desk, "cn-office")

    assert (rows[0].start, rows[-1].end) == (begin, end)
    assert all(one.end == two.start for one, two in pairwise(rows))
    assert sum((one.wall_time for one in rows), WHOLE) == end - begin
    assert sum((one.open_time for one in rows), WHOLE) == elapsed(calendar, begin, end)


def test_the_ledger_names_whose_hands(desk):
    """Ticket 4 went from 李娜 to 刘洋 of line 2 and back to 王磊; then it awaits its confirmation."""
    rows = [
        (one.line, one.team_en, one.agent, one.party, one.wall_time // MINUTE)
        for one in clocks.held(desk, 4, NOW, reader=SEES_ALL)
    ]
    assert rows == [
        (1, "Desk", "", "desk", 7), (1, "Desk", "李娜", "desk", 30), (2, "Network", "刘洋", "desk", 20),
        (1, "Desk", "王磊", "desk", 5), (1, "Desk", "王磊", "confirmation", 475),
    ]  # fmt: skip
    assert ticket.ticket(desk, 4, NOW, reader=SEES_ALL).held == tuple(clocks.held(desk, 4, NOW, reader=SEES_ALL))


def test_a_waiting_ticket_is_the_requesters(desk):
    """From the wait on the time is the requester's, whoever holds the ticket."""
    assert [(one.party, one.start) for one in clocks.held(desk, 2, NOW, reader=SEES_ALL)][-1] == (
        "requester",
        T0 + 70 * MINUTE,
    )


# The report of time held.


@pytest.mark.parametrize("by", [None, *reports.HELD_BY])
def test_time_held_adds_up_to_the_figures(desk, by):
    """By party, line, team or agent, the rows add up to the figures to the second, and the figures to the tickets."""
    found = reports.report(desk, "held", Period(), NOW, by=by, reader=SEES_ALL)
    whole = [row for number in range(1, 7) for row in clocks.held(desk, number, NOW, reader=SEES_ALL)]

    for name, one in (("open_seconds", "open_time"), ("elapsed_seconds", "wall_time")):
        assert sum(row[name] for row in found.rows) == found.figures[name]
        assert found.figures[name] == sum((getattr(row, one) for row in whole), WHOLE).total_seconds()
    assert found.figures["open_seconds_per_ticket"] == found.figures["open_seconds"] // 6


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("party", {"line_1", "line_2", "requester", "confirmation"}), ("line", {1, 2}), ("team", {"desk", "network"}),
        ("agent", {None, "li.na", "liu.yang", "wang.lei"}),
    ],
)  # fmt: skip
def test_time_held_by_each_dimension(desk, by, names):
    """Parties are lines or whoever is waited for; teams and agents have their codes, nobody is nobody."""
    rows = reports.report(desk, "held", Period(), NOW, by=by, reader=SEES_ALL).rows
    assert {row[by] for row in rows} == names
    assert [row["open_seconds"] for row in rows] == sorted((row["open_seconds"] for row in rows), reverse=True)


def test_time_held_of_a_period(desk):
    """Only tickets opened in the period count; nothing in it is nothing."""
    one = reports.report(desk, "held", Period(T0 + 3 * MINUTE, T0 + 4 * MINUTE), NOW, reader=SEES_ALL)
    none = reports.report(desk, "held", Period(T0 + HOUR, None), NOW, reader=SEES_ALL)

    assert (one.figures["tickets"], one.figures["elapsed_seconds"]) == (1, 537 * 60)
    assert (list(none.figures.values()), none.rows) == ([0, 0, 0, None], [])


def test_time_held_is_read_in_batches(desk, monkeypatch):
    """More tickets than one batch give the same report."""
    whole = reports.report(desk, "held", Period(), NOW, reader=SEES_ALL)
    monkeypatch.setattr(clocks, "_BATCH", 2)
    assert reports.report(desk, "held", Period(), NOW, reader=SEES_ALL) == whole


# What was told.


@pytest.fixture
def told(desk):
    """A promise of 李娜 on ticket 3 that has been called in and then broken, with two notices for her."""
    chained(desk, CHAIN)
    agent = finding.person(desk, "li.na")
    promising.promise(desk, 3, T0 + 4 * HOUR, "a call", actor=agent, at=T0 + 2 * HOUR)
    for minutes in (210, 240):
        sweeping.sweep(desk, at=T0 + minutes * MINUTE)
    return desk


def test_notices_say_what_is_due_and_when(told):
    """The newest first, each with ticket, clock, point and due time; a colleague has their own."""
    found = [one for one in notices.unread(told, reader=HER) if one.clock == "promise"]

    assert [(one.number, one.subject, one.point, one.at) for one in found] == [
        ("INC-10003", "VPN 掉线", "100%", T0 + 240 * MINUTE),
        ("INC-10003", "VPN 掉线", "30m before", T0 + 210 * MINUTE),
    ]  # fmt: skip
    assert {one.due_at for one in found} == {T0 + 4 * HOUR}
    assert notices.unread(told, reader=replace(SEES_ALL, person_id=5)) == []


def test_notices_after_the_last_one_seen(told):
    """Who asks for what came after a notice gets only that, and no more than asked for."""
    newest, older = (one for one in notices.unread(told, reader=HER) if one.clock == "promise")
    assert newest in notices.unread(told, reader=HER, after=older.notice_id)
    assert older not in notices.unread(told, reader=HER, after=older.notice_id)
    assert notices.unread(told, reader=HER, after=newest.notice_id) == []
    assert len(notices.unread(told, reader=HER, limit=1)) == 1


def test_the_pulse_counts_what_was_told_until_it_is_read(told):
    """The status line counts unread notices of its reader; reading them makes it nothing."""
    count = len(notices.unread(told, reader=HER))
    assert count >= 2
    assert [pulse.pulse(told, NOW, reader=replace(SEES_ALL, person_id=one)).told_count for one in (1, 5)] == [count, 0]
    sweeping.read_notices(told, actor=finding.person(told, "li.na"), at=NOW)
    assert (notices.unread_count(told, reader=HER), pulse.pulse(told, NOW, reader=HER).told_count) == (0, 0)


def test_the_queue_shows_a_promise_like_any_clock(told):
    """A promise that is due first is what the pulse counts as late."""
    before = pulse.pulse(told, T0 + 4 * HOUR, reader=HER).breached_count
    assert pulse.pulse(told, T0 + 4 * HOUR + MINUTE, reader=HER).breached_count == before + 1


def test_every_clock_of_a_ticket_is_on_its_card_in_one_order(told):
    """Response, resolution, update, promise, then what colleagues and suppliers owe; each with its number."""
    promised(told, update_within="2h", line1_within="1h", accept_within="30m")
    terms.renew(told, actor=None, at=NOW)
    card = ticket.ticket(told, 3, NOW, reader=SEES_ALL)
    assert [(one.kind, one.nth) for one in card.clocks] == [
        ("response", 1), ("resolution", 1), ("update", 1), ("promise", 1), ("acceptance", 1), ("line", 1),
    ]  # fmt: skip
