"""The console shows and offers what its agent may see and do."""

import contextlib

import pytest
from sqlmodel import select

from sharedops_core import config
from sharedops_core.desk import finding, identity, opening
from sharedops_core.errors import NotAllowed
from sharedops_core.rules.request import Request
from sharedops_core.store import access, db
from sharedops_core.store.tables import Event, Setting
from sharedops_core.views import queue, ticket
from sharedops_tui.app import SharedopsApp
from sharedops_tui.bridge import Bridge
from sharedops_tui.keymap import Keymap
from sharedops_tui.palette import DeskCommands
from sharedops_tui.present import keys
from sharedops_tui.widgets.queue_table import QueueTable
from tests.conftest import small_centre
from tests.lanes import SECRETS, add_lane, secret
from tests.logins import everybody, url_of
from tests.tui.settling import press, settled

WIDE = (160, 48)


@pytest.fixture
def lanes(desk):
    """The console's desk with a confidential ticket in it, number 9."""
    with desk.write() as session:
        add_lane(session)
        secret(session)
    return desk


def console_of(desk, login):
    """Return somebody's console, not running yet."""
    app = SharedopsApp(Bridge(desk, login), config.load())
    app.outbox.seconds = 0
    return app


def screen_text(app):
    """Return everything that is on the screen."""
    return "\n".join("".join(segment.text for segment in line) for line in app.screen._compositor.render_strips())


async def test_an_outsider_sees_nothing_of_it(lanes):
    """In no view, card, count or palette of line 1 is there a trace of the confidential ticket."""
    app = console_of(lanes, "li.na")
    async with app.run_test(size=WIDE) as pilot:
        for key in "1234567890":
            await press(pilot, "s", key, "g")
            shown = screen_text(app)
            assert not [word for word in (*SECRETS, "INC-10009") if word in shown], key
        assert 9 not in {row.ticket_id for row in app.screen.query_one(QueueTable).rows}
        provider = DeskCommands(app.screen)
        found = [hit.text async for hit in provider.search("#Zweig")]
        assert [text for text in found if not text.startswith("nothing is called so")] == []
        app.open_ticket(9)
        await settled(pilot)
        assert not [word for word in SECRETS if word in screen_text(app)]


async def test_the_lane_sees_it_with_its_sign(lanes):
    """A member of the lane has it in the queue, marked with #, and the help says what that means."""
    app = console_of(lanes, "hou.jia")
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "1")
        shown = screen_text(app)
    assert " #INC-10009" in shown
    assert "confidential" in keys.help_text(Keymap(), [], None, "agent").plain


async def test_the_auditor_is_offered_no_act(lanes):
    """Keys and commands are dim with the reason, and trying one says why."""
    app = console_of(lanes, "song.jie")
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await press(pilot, "s", "9", "g")
        hints = keys.hints(app.keymap, app.screen.shown, "auditor")
        commands = {one.key: one.reason for one in DeskCommands(app.screen)._commands()}
        await press(pilot, "r", "N", "t")
        told = [notice.message for notice in app._notifications]
        assert len(app.screen_stack) == 2

    reasons = {hint.key: hint.hindrance for hint in hints}
    assert all("has the role auditor" in reasons[key] for key in "trcHwxE")
    assert "not for your role" in reasons["N"]
    assert all(commands[name] for name in ("ticket.take", "ticket.reply", "ticket.resolve", "desk.new"))
    assert [one for one in told if "auditor" in one or "role" in one] == told and len(told) == 3


def test_who_may_open_a_console(lanes):
    """Requesters and the service account have no console; an auditor's console sweeps nothing."""
    for login in ("ana.ruiz", "portal"):
        with pytest.raises(NotAllowed):
            Bridge(lanes, login)
    assert Bridge(lanes, "song.jie").sweep() == 0


@pytest.fixture
def under_login(desks):
    """Open the console's database under somebody's login of PostgreSQL; no demo."""
    with desks.copy("postgresql", "small centre", small_centre) as database, contextlib.ExitStack() as stack:
        with database.write() as session:
            add_lane(session)
            secret(session)
            session.delete(session.get_one(Setting, "demo"))
            named = everybody(session)

        def opened(login):
            found = db.open_database(url_of(database.url, named[login]))
            stack.callback(found.close)
            return found

        yield opened


async def test_a_console_works_under_a_login_of_the_database(under_login):
    """侯佳 reads and writes her confidential ticket; 李娜 opens one of her own and sees nothing of it."""
    app = console_of(under_login("hou.jia"), "hou.jia")
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "1", "g")
        assert "Quarrelsome" in screen_text(app)
        await press(pilot, "c", "text:called back", "ctrl+s", "y")
        assert app.bridge.read(ticket.ticket, 1, app.bridge.now()).thread[-1].body == "called back"
    app = console_of(under_login("li.na"), "li.na")
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "s", "9", "g")
        assert not [word for word in SECRETS if word in screen_text(app)]
        made = app.bridge.act(opening.open_ticket, Request("printer"))
        assert app.bridge.read(queue.row, made.id).subject == "printer"


def test_an_admin_at_a_console_for_somebody_else_is_bound_to_them(under_login):
    """What the database shows is what the other one sees, less what is confidential."""
    database = under_login("ops.admin")
    with database.read() as session:
        identity.identify(session, "", "hou.jia")
        deputy = access.deputy_of(session, finding.person(session, "hou.jia").id)
    bridge = Bridge(database, "hou.jia", deputy)
    made = bridge.act(opening.open_ticket, Request("for a colleague"))
    with database.read() as session:
        event = session.exec(select(Event).where(Event.ticket_id == made.id)).one()
    assert (event.actor_id, event.detail) == (made.opened_by_id, {"by": "ops.admin"})
    assert bridge.read(queue.row, 1) is None
