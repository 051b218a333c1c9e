"""A console on the small centre, with the clock standing at T0 plus a morning of work."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from sharedops_core import config
from sharedops_core.desk import assignment, conversation, finding, handoffs, opening, waiting
from sharedops_core.rules.handoff import Slots
from sharedops_core.rules.request import Request
from sharedops_core.store import db
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from tests.conftest import T0

NOON = T0 + timedelta(hours=2, minutes=50)
"""11:50 in Shanghai on the first day."""

STORY = (
    ("VPN drops every 20 minutes 每次都要重新登录", "wang.xiaoming", 1, 0),
    ("打印机脱机 printer offline 3F", "ana.ruiz", 3, 5),
    ("无法登录工资系统 payroll login fails", "wang.xiaoming", 2, 20),
    ("[bold]Invoice[/] says \x1b[31mused\x1b[0m [/nope]", "ana.ruiz", 3, 40),
    ("合同章什么时候能盖", "wang.xiaoming", 4, 60),
    ("Laptop does not wake up", "ana.ruiz", 3, 80),
    ("会议室投影没有信号", "wang.xiaoming", 3, 100),
    ("Mailbox is full", "ana.ruiz", 4, 120),
)
"""Subject, requester, priority, minutes after T0."""


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The console's clock stands still, in Shanghai; settings and logs stay in the test's folder."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(database: db.Database) -> db.Database:
    """Eight tickets in many states: held, waiting, offered, with hostile words in one of them."""
    with database.write() as session:
        who = {login: finding.person(session, login) for login in ("li.na", "wang.lei", "liu.yang")}
        for number, (subject, requester, priority, minutes) in enumerate(STORY, 1):
            request = Request(subject, requester=requester, item="IT-NET-VPN-01", priority=priority, channel="phone")
            opening.open_ticket(session, request, actor=who["li.na"], at=T0 + timedelta(minutes=minutes))
            if number <= 5:
                assignment.take(session, number, actor=who["li.na"], at=T0 + timedelta(minutes=minutes + 2))
        at = T0 + timedelta(minutes=70)
        conversation.reply(session, 1, "We are looking at the gateway.\n网关日志正在查。", actor=who["li.na"], at=at)
        conversation.note(session, 1, "KB-0101 steps 1-4 did not help.", actor=who["li.na"], at=at)
        slots = Slots("VPN drops", "KB-0101 steps 1-4", "idle timeout at the gateway", "call back by 15:00", "check it")
        handoffs.hand_off(
            session, 1, handoffs.Destination("network"), slots, "needs_line_2_skill", actor=who["li.na"], at=at
        )
        waiting.wait(session, 3, "requester", actor=who["li.na"], at=at)
        assignment.take(session, 6, actor=who["wang.lei"], at=T0 + timedelta(minutes=90))
    return database


@pytest.fixture
def console(desk: db.Database) -> SharedopsApp:
    """The console of 李娜, not running yet."""
    return SharedopsApp(Bridge(desk, "li.na"), config.load())


@pytest.fixture
def console_of_line_2(desk: db.Database) -> SharedopsApp:
    """The console of 刘洋 on line 2, to whose team a ticket is offered."""
    return SharedopsApp(Bridge(desk, "liu.yang"), config.load())
