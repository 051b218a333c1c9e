"""A laptop that slept: connections nobody answers any more are left behind, and the console catches up."""

import asyncio
import time
from datetime import timedelta

from sharedops_core import config
from sharedops_core.store import postgres
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from tests.load.crowd import open_ticket


def test_the_server_looks_after_a_silent_connection():
    """It ends statements and transactions that take too long, and a connection whose other end is gone."""
    options = postgres.arguments("postgresql://desk/sharedops")["options"]
    assert all(f"-c {name}=" in options for name in (
        "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "tcp_keepalives_idle",
        "tcp_user_timeout"))  # fmt: skip


async def test_a_console_that_slept_catches_up_on_new_connections(proxy, by_road, database, tmp_path, monkeypatch):
    """After a jump of the clock what others did is on the screen in seconds, though the old connections are dead."""
    bridge = Bridge(by_road, "li.na")
    app = SharedopsApp(bridge, config.load(), tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("s", "9")
        for _try in range(50):
            await asyncio.sleep(0.05)
        proxy.forget()
        await asyncio.to_thread(open_ticket, database, "while you slept")
        later = bridge.now() + timedelta(hours=8)
        monkeypatch.setattr(bridge, "now", lambda: later)
        slept_until = time.monotonic()
        while app.seen_event < 1 and time.monotonic() - slept_until < 8:
            await asyncio.sleep(0.05)
        assert app.seen_event >= 1
        bridge.end()
