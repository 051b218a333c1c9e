"""Recording that one is away, and who stands in; or that one is back."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from sharedops_core.desk import absences
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_core.store.tables import Person
from sharedops_core.views import absences as reading
from sharedops_core.views import people
from sharedops_tui.dialogs.absence import Absence, AbsenceDialog
from sharedops_tui.dialogs.choice import ChoiceDialog, Option
from sharedops_tui.present.keys import hindrance
from sharedops_tui.registry import BY_ID

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

_ADD, _END = "add", "end"


async def absence(app: "SharedopsApp") -> None:
    """Ask from when until when, and who stands in; one that is on record can be ended."""
    if (reason := hindrance(BY_ID["desk.absent"], None, app.bridge.me.role)) is not None:
        app.notify(reason, severity="warning")
        return
    found = await asyncio.to_thread(app.bridge.read, reading.absences, app.bridge.now())
    mine = [one for one in found if one.login == app.bridge.me.login]
    chosen: str | None = _ADD
    if mine:
        about = "  ".join(f"{_at(one.from_at)} - {_at(one.until_at)} {one.deputy}" for one in mine)
        options = [Option(_END, back := _("I am back"), back), Option(_ADD, more := _("one more absence"), more)]
        chosen = await app.push_screen_wait(ChoiceDialog(_("Absence"), about, options))
    if chosen == _END:
        await _do(app, _back, _("{login} is back").format(login=app.bridge.me.login))
    elif chosen == _ADD:
        await _add(app)


async def _add(app: "SharedopsApp") -> None:
    agents = await asyncio.to_thread(app.bridge.read, people.agents)
    me = app.bridge.me
    others = sorted(
        (one for one in agents if one.login != me.login), key=lambda one: me.team_code not in one.team_codes
    )
    named = {one.login: f"{one.name}  {one.login}" for one in others}
    options = [Option(login, said, said) for login, said in named.items()]
    about = _("is told, and may answer, in my place")
    deputy = await app.push_screen_wait(ChoiceDialog(_("Who stands in for me"), about, options))
    if deputy is None:
        return
    span: Absence | None = await app.push_screen_wait(AbsenceDialog(one_line(named[deputy]), app.bridge.now()))
    if span is None:
        return

    def work(session: Session, *, actor: Person, at: datetime) -> None:
        absences.be_absent(session, actor.login, deputy, span.from_at, span.until_at, actor=actor)

    login = app.bridge.me.login
    words = _("{login} is recorded as absent; {deputy} stands in").format(login=login, deputy=deputy)
    await _do(app, work, words)


def _back(session: Session, *, actor: Person, at: datetime) -> None:
    absences.be_back(session, actor.login, actor=actor, at=at)


async def _do(app: "SharedopsApp", work: object, said: str) -> None:
    try:
        await asyncio.to_thread(app.bridge.act, work)  # type: ignore[arg-type]
    except DeskError as error:
        app.tell(error)
    else:
        app.notify(said)


def _at(moment: datetime) -> str:
    return f"{moment.astimezone():%m-%d %H:%M}"
