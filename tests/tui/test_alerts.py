"""Being called when one looks elsewhere: once, for one's own tickets only, with words that do nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sharedops_core.desk import sweeping
from sharedops_core.views.notices import NoticeRow
from sharedops_tui import alerts
from tests.conftest import T0
from tests.desk.promises import CHAIN, chained
from tests.tui.terminal import console

ROW = NoticeRow(1, 1, "INC-10001", "VPN \x1b]9;x\x07 drops", T0, "response", "100%", T0, is_breach=True, is_mine=True)


@pytest.fixture
def database(database):
    """A centre with an escalation chain."""
    with database.write() as session:
        chained(session, CHAIN)
    return database


def called(kind, *rows):
    """Return what reaches the terminal."""
    written = []
    alerts.call(written.append, kind, rows, T0)
    return written


def test_only_a_breach_of_an_own_ticket_calls_and_many_call_once():
    """Nobody is called for a warning, for a colleague's ticket, or without having wished it."""
    assert called("bell", ROW, ROW, ROW) == ["\a"]
    assert called("bell", replace(ROW, is_breach=False), replace(ROW, is_mine=False)) == []
    assert called("none", ROW) == called("notification") == []


def test_a_notification_holds_no_control_but_its_own(monkeypatch):
    """Number and subject, the subject's escape sequence made visible; inside tmux the whole is wrapped."""
    monkeypatch.delenv("TMUX", raising=False)
    (plain,) = called("notification", ROW)
    assert plain.startswith("\x1b]9;INC-10001")
    assert plain.endswith("drops\a")
    assert not any(ord(one) < 32 or 127 <= ord(one) < 160 for one in plain[1:-1])
    monkeypatch.setenv("TMUX", "socket")
    (wrapped,) = called("notification", ROW)
    assert wrapped == f"\x1bPtmux;\x1b{plain}\x1b\\"


@pytest.mark.flaky(reruns=2)
def test_the_terminal_rings_when_an_own_ticket_breaches(desk, tmp_path):
    """A sweep elsewhere finds the ticket of this agent too late: the bell, within seconds."""
    with console(
        Path(desk.url.removeprefix("sqlite:///")), tmp_path, variables={"SHAREDOPS_ALERT": "bell"}
    ) as terminal:
        terminal.wait_for("INC-10002")
        terminal.wait_until_quiet()
        before = len(terminal.bytes)
        with desk.write() as session:
            sweeping.sweep(session, at=T0 + timedelta(days=9))
        terminal.wait_for("\a", before, timeout=10)
