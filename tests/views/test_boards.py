"""Wallboard and workload on the hand-made desk: figures counted by hand, and each the same as the list behind it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlmodel import select

from sharedops_core.errors import NotAllowed
from sharedops_core.store import access
from sharedops_core.store.tables import Membership, Person, Shift, Team, Ticket
from sharedops_core.views import queue, scope, wallboard, workload
from tests.conftest import SEES_ALL, T0
from tests.views.conftest import HOUR, MINUTE

NOW = T0 + 9 * HOUR


@pytest.fixture(autouse=True)
def in_shanghai():
    """Days begin at midnight in Shanghai, whatever the machine's zone."""
    with time_machine.travel(NOW.astimezone(ZoneInfo("Asia/Shanghai")), tick=False):
        yield


def lead_of(desk, code):
    """Make 刘洋 lead of a team, and return them as a reader."""
    desk.exec(select(Team).where(Team.code == code)).one().lead_id = 3
    person = desk.get(Person, 3)
    person.role = "lead"
    desk.exec(select(Membership).where(Membership.person_id == 3)).one().team_id = (
        desk.exec(select(Team).where(Team.code == code)).one().id
    )
    desk.flush()
    return access.reader(desk, person)


def board(desk, reader=SEES_ALL, now=NOW):
    """Return the rows of the wallboard by key."""
    return {row.key: row for row in wallboard.wallboard(desk, now, reader=reader).rows}


def test_the_wallboard_counts_what_is_open(desk):
    """Four are open on line 1: one late, one waits, one is offered, two are nobody's; six came, two were resolved."""
    desk.get(Ticket, 6).assignee_id = None
    desk.flush()
    rows = board(desk)
    found = rows["all"].figures
    assert (found.open, found.breached, found.unassigned, found.waiting, found.offered) == (4, 1, 2, 1, 1)
    assert found.oldest_at == T0
    assert (sum(rows["all"].arrived), sum(rows["all"].resolved)) == (6, 2)
    assert (rows["all"].arrived[9], rows["all"].resolved[9], rows["all"].resolved[10]) == (6, 1, 1)
    assert list(rows) == ["all", "line:1", "line:2", "line:3", "team:desk", "team:network", "team:platform"]


@pytest.mark.parametrize("now", [T0, T0 + 20 * MINUTE, NOW, NOW + timedelta(days=1), NOW + timedelta(days=9)])
@pytest.mark.parametrize("who", ["all", "lead"])
def test_behind_every_figure_stand_its_tickets(desk, who, now):
    """The query that a figure opens finds exactly as many tickets as the figure says, for leads as for everybody."""
    reader = SEES_ALL if who == "all" else lead_of(desk, "desk")
    for row in board(desk, reader, now).values():
        for name, terms in wallboard.QUERIES.items():
            said = getattr(row, name, None) if name in ("arrived", "resolved") else getattr(row.figures, name)
            asked = queue.Question("open", reader.person_id, f"{terms} {row.query}".strip())
            found = queue.window(desk, asked, now, queue.Place(), reader=reader).rows
            assert (sum(said) if isinstance(said, tuple) else said) == len(found), (row.key, name)
    for agent in workload.agents(desk, now, reader=reader).rows:
        for name, terms in workload.QUERIES.items():
            asked = queue.Question("open", reader.person_id, f"{terms} {agent.query}".strip())
            found = queue.window(desk, asked, now, queue.Place(), reader=reader).rows
            assert (agent.open if name == "load" else getattr(agent, name)) == len(found), (agent.login, name)


def test_lines_and_teams_add_up(desk):
    """Lines add up to all, and so do teams."""
    rows = board(desk)
    for kind in ("line", "team"):
        some = [row.figures for row in rows.values() if row.kind == kind]
        assert sum(one.open for one in some) == rows["all"].figures.open
        assert sum(one.breached for one in some) == rows["all"].figures.breached


def test_nothing_changes_before_it_is_said_to(desk):
    """Until `changes_at` the figures stay what they are if nobody acts, at that instant the clock has moved one."""
    desk.get(Ticket, 6).queue_at = T0 + 155 * MINUTE
    desk.flush()
    now, seen = T0 + 110 * MINUTE, []
    while now < T0 + 4 * HOUR:
        found = wallboard.wallboard(desk, now, reader=SEES_ALL)
        assert found.changes_at > now
        last = wallboard.wallboard(desk, found.changes_at - timedelta(seconds=1), reader=SEES_ALL)
        assert [row.figures for row in last.rows] == [row.figures for row in found.rows]
        seen.append((found.changes_at - T0) / MINUTE)
        now = found.changes_at
    # Ticket 6 comes at risk half an hour before it is due, and is late a second after.
    assert {125, 155 + 1 / 60} <= set(seen)


def test_a_due_time_is_when_figures_change(desk):
    """Ticket 1 has 15 minutes for the first answer: late is what is later, at risk from the start."""
    found = wallboard.wallboard(desk, T0 + timedelta(seconds=1), reader=SEES_ALL)
    assert found.changes_at == desk.get(Ticket, 1).queue_at + timedelta(seconds=1)


def test_a_lead_sees_the_teams_they_lead(desk):
    """Of the network team's lead neither line 1 nor its tickets are business; an empty team shows zeros."""
    rows = board(desk, lead_of(desk, "network"))
    assert list(rows) == ["all", "line:2", "team:network"]
    assert rows["all"].figures == wallboard.Figures()
    assert rows["all"].query == "team:network"


def test_a_lead_sees_the_agents_of_their_teams(desk):
    """Whoever leads the network team is told nothing of what the desk has in hand."""
    found = workload.agents(desk, NOW, reader=lead_of(desk, "network")).rows
    assert {(row.login, row.open) for row in found} == {("liu.yang", 0), ("sun.hao", 0)}


@pytest.mark.parametrize("role", ["requester", "agent", "service"])
def test_the_boards_are_not_for_everybody(desk, role):
    """Agents are told by the one matrix why they see no boards; nobody at all sees none either."""
    assert scope.hindrance(role).endswith("team lead, supervisor, administrator, auditor")
    for reader in (access.Reader(1, role), None):
        for view in (wallboard.wallboard, workload.agents):
            with pytest.raises(NotAllowed):
                view(desk, NOW, reader=reader)


def test_the_workload_of_agents(desk):
    """李娜 holds one that waits, one accepted, one reopened; 王磊 and the others none."""
    found = {row.login: row for row in workload.agents(desk, NOW, reader=SEES_ALL).rows}
    li = found["li.na"]
    assert (li.open, li.new, li.working, li.waiting, li.load, li.percent) == (3, 1, 1, 1, 2.5, 25)
    assert (found["wang.lei"].open, found["wang.lei"].percent, found["sun.hao"].team_codes) == (0, 0, ("network",))
    assert set(found) == {"li.na", "wang.lei", "liu.yang", "sun.hao", "zhou.kai"}


def test_an_agent_without_a_shift_is_neither_on_nor_off(desk):
    """Who is on shift is said of those who have one; capacity nought gives no percentage."""
    desk.add(Shift(id=1, code="day", name_en="Day", name_zh="白班", starts="08:30", ends="17:30", tz="Asia/Shanghai"))
    desk.flush()
    desk.get(Person, 1).shift_id, desk.get(Person, 2).capacity = 1, 0
    desk.flush()
    for now, is_on in ((T0, True), (T0 + 9 * HOUR, False)):
        found = {row.login: row for row in workload.agents(desk, now, reader=SEES_ALL).rows}
        assert (found["li.na"].is_on_shift, found["wang.lei"].is_on_shift) == (is_on, None)
    assert found["wang.lei"].percent is None


def test_every_figure_has_a_definition():
    """Whatever is counted says what it means."""
    named = {*wallboard.QUERIES, *workload.QUERIES, "oldest", "capacity", "percent", "shift"}
    assert named == set(scope.definitions())
