"""Handing a shift over by one key: reading and signing what waits for one's signature, or sending one's own sheet."""

import asyncio
from typing import TYPE_CHECKING, Any

from sharedops_core.desk import sheets
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _, joined, ngettext
from sharedops_core.rules import sheets as naming
from sharedops_core.rules.text import one_line
from sharedops_core.views import people
from sharedops_core.views import sheets as reading
from sharedops_tui.dialogs.choice import ChoiceDialog, Option
from sharedops_tui.dialogs.page import PageDialog
from sharedops_tui.dialogs.sheet import HandOver, HandOverDialog, SignDialog
from sharedops_tui.dialogs.text import TextDialog
from sharedops_tui.present.keys import hindrance
from sharedops_tui.present.sheets import row_name, sheet_parts
from sharedops_tui.registry import BY_ID

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

_OWN = "own"


async def shift(app: "SharedopsApp") -> None:
    """Open what waits for one's signature; when nothing does, draw up one's own sheet."""
    if (reason := hindrance(BY_ID["desk.shift"], None, app.bridge.me.role)) is not None:
        app.notify(reason, severity="warning")
        return
    waiting = await asyncio.to_thread(app.bridge.read, reading.to_sign, app.bridge.now())
    chosen: str | None = _OWN
    if waiting:
        own = _("hand my own shift over")
        options = [Option(str(one.sheet_id), named := row_name(one), named) for one in waiting]
        about = _("waiting for your signature")
        chosen = await app.push_screen_wait(
            ChoiceDialog(_("Shifts handed over"), about, [*options, Option(_OWN, own, own)])
        )
    if chosen == _OWN:
        await _hand_over(app)
    elif chosen is not None:
        await answer(app, int(chosen))


async def answer(app: "SharedopsApp", sheet_id: int) -> None:
    """Show a sheet; whoever is to sign it can sign or send it back."""
    try:
        card = await asyncio.to_thread(app.bridge.read, reading.sheet, sheet_id, app.bridge.now())
    except DeskError as error:
        app.tell(error)
        return
    title, parts = _("Sheet {n}").format(n=sheet_id), sheet_parts(card, app.bridge.now())
    if not card.is_mine_to_sign:
        app.push_screen(PageDialog(title, parts))
        return
    chosen = await app.push_screen_wait(SignDialog(title, parts))
    if chosen == "sign":
        await _sign(app, sheet_id)
    elif chosen == "return":
        about, hint = one_line(card.row.author_name if card.row else ""), _("what is missing or not clear")
        words = await app.push_screen_wait(TextDialog(_("Send back"), about, hint))
        if words is not None and await _done(app, sheets.send_back, sheet_id, words) is not None:
            app.notify(_("sheet {n} is sent back").format(n=sheet_id))


async def _sign(app: "SharedopsApp", sheet_id: int) -> None:
    done: sheets.Signed | None = await _done(app, sheets.sign, sheet_id)
    if done is None:
        return
    for ticket_id in done.sheet.moved:
        app.ticket_changed(ticket_id)
    count = len(done.moved)
    yours = ngettext("{n} ticket is yours now", "{n} tickets are yours now", count).format(n=count)
    app.notify(_("sheet {n} is signed").format(n=sheet_id) + (f"  {yours}" if count else ""))
    for number, why in done.stayed.items():
        app.notify(_("{number} stays: {why}").format(number=number, why=why), severity="warning", timeout=10)


async def _hand_over(app: "SharedopsApp") -> None:
    card = await asyncio.to_thread(app.bridge.read, reading.drawn, app.bridge.now())
    agents = await asyncio.to_thread(app.bridge.read, people.agents)
    me = app.bridge.me
    others = sorted(
        (one for one in agents if one.login != me.login), key=lambda one: me.team_code not in one.team_codes
    )
    named = {one.login: f"{one.name}  {one.login}" for one in others}
    login = await app.push_screen_wait(
        ChoiceDialog(
            _("Hand the shift over to"), _counts(card), [Option(one, said, said) for one, said in named.items()]
        )
    )
    if login is None:
        return
    title = _("Shift to {who}").format(who=one_line(next(one.name for one in others if one.login == login)))
    found: HandOver | None = await app.push_screen_wait(HandOverDialog(title, sheet_parts(card, app.bridge.now())))
    if found is None:
        return
    done: sheets.HandedOver | None = await _done(app, sheets.hand_over, login, found.words, assigns=found.assigns)
    if done is None:
        return
    app.notify(_("sheet {n} is sent; {login} signs it").format(n=done.sheet.id, login=login))
    if done.left_out:
        words = _("confidential, not for {login} and left out: {numbers}")
        app.notify(words.format(login=login, numbers=joined(done.left_out)), severity="warning", timeout=10)


def _counts(card: reading.SheetCard) -> str:
    """Return what stands on a sheet in one line."""
    found = [f"{naming.section_name(name)} {len(lines)}" for name, lines in card.sections.items() if lines]
    return joined(found) or _("you have nothing in hand")


async def _done(app: "SharedopsApp", act: Any, *subject: Any, **facts: Any) -> Any:
    """Return what an act gave, None when it was refused, which is told."""
    try:
        return await asyncio.to_thread(app.bridge.act, act, *subject, **facts)
    except DeskError as error:
        app.tell(error)
        return None
