"""What is put into a text that is being written: an outside editor's words, a template, an article, a promise."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sharedops_core.desk import promising, undoing
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _
from sharedops_core.views.circulars import Addressee
from sharedops_core.views.targets import targets
from sharedops_core.views.ticket import TicketCard
from sharedops_tui import editor, questions, templates
from sharedops_tui.acts import Step, run
from sharedops_tui.dialogs import choice
from sharedops_tui.dialogs.promise import PromiseDialog
from sharedops_tui.present.circular import label
from sharedops_tui.registry import BY_ID
from sharedops_tui.screens.knowledge import KnowledgeScreen
from sharedops_tui.widgets.composer import Composer

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp


async def supply(app: "SharedopsApp", what: str, card: TicketCard | None, composer: Composer) -> None:
    """Ask for something and put it into the composer; a refusal leaves the text as it is."""
    try:
        if what == "editor":
            composer.write(editor.edit(app, composer.body))
        elif card is None:
            app.notify(_("the ticket is being read"))
        elif what == "template":
            await _template(app, card, composer)
        elif what == "article":
            text = await app.push_screen_wait(KnowledgeScreen(card.subject))
            composer.insert(text or "")
        else:
            await _promise(app, card, composer)
    except DeskError as error:
        app.tell(error)


async def supply_many(app: "SharedopsApp", what: str, to: Sequence[Addressee], composer: Composer) -> None:
    """Ask for something and put it into a text to many tickets; a refusal leaves the text as it is."""
    try:
        if what == "editor":
            composer.write(editor.edit(app, composer.body))
        elif not to:
            app.notify(_("the tickets are being read"))
        elif what == "template":
            await _template_for(app, to, composer)
        elif what == "article":
            composer.insert(await app.push_screen_wait(KnowledgeScreen(to[0].subject)) or "")
        else:
            await _promise_all(app, to, composer)
    except DeskError as error:
        app.tell(error)


async def _template(app: "SharedopsApp", card: TicketCard, composer: Composer) -> None:
    chosen = await _chosen(app, f"{card.number}  {card.subject}")
    if chosen is not None:
        composer.insert(templates.filled(chosen, card, app.bridge.me.name, app.bridge.now()))


async def _template_for(app: "SharedopsApp", to: Sequence[Addressee], composer: Composer) -> None:
    """Leave the fields as they are: each ticket fills its own when the text goes out."""
    chosen = await _chosen(app, label(len(to)))
    if chosen is None:
        return
    composer.insert(templates.unfilled(chosen, to))
    if len({one.language[:2] for one in to} - {""}) > 1:
        app.notify(_("the requesters speak several languages; the template is in that of most of them"))


async def _chosen(app: "SharedopsApp", about: str) -> templates.Template | None:
    found = templates.load(app.settings.path.with_name("templates.toml"))
    options = [choice.Option(one.code, one.title_en, one.title_zh) for one in found]
    code = await app.push_screen_wait(choice.ChoiceDialog(_("Template"), about, options))
    return next((one for one in found if one.code == code), None)


async def _promise(app: "SharedopsApp", card: TicketCard, composer: Composer) -> None:
    """Start the clock, and write the words of the promise down where the requester reads them."""
    arguments = await questions.moment(app, card, 1)
    if arguments is None:
        return
    due_at, words = arguments
    done = await asyncio.to_thread(app.bridge.act, undoing.remembered, promising.promise, card.ticket_id, due_at, words)
    composer.insert(_promised(due_at, words))
    if done is not None:
        app.trail.add(Step("promise", arguments, (done,)))
        composer.seen_seq = max(composer.seen_seq, done.seq)
    app.ticket_changed(card.ticket_id)


async def _promise_all(app: "SharedopsApp", to: Sequence[Addressee], composer: Composer) -> None:
    """Start a clock on each ticket, and write the words down once; where none started, nothing is written."""
    answer = await app.push_screen_wait(PromiseDialog(label(len(to)), app.bridge.now()))
    if answer is None:
        return
    act = BY_ID["ticket.promise"]
    able = await asyncio.to_thread(app.bridge.read, targets, [one.ticket_id for one in to], act.move)
    if await run(app, act, able, (answer.due_at, answer.words)):
        composer.insert(_promised(answer.due_at, answer.words))


def _promised(due_at: datetime, words: str) -> str:
    return f"{words} ({due_at.astimezone():%m-%d %H:%M})"
