"""What is put into a text that is being written: an outside editor's words, a template, an article, a promise."""

import asyncio
from typing import TYPE_CHECKING

from sharedops_core.desk import promising, undoing
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _
from sharedops_core.views.ticket import TicketCard
from sharedops_tui import editor, questions, templates
from sharedops_tui.acts import Step
from sharedops_tui.dialogs import choice
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


async def _template(app: "SharedopsApp", card: TicketCard, composer: Composer) -> None:
    found = templates.load(app.settings.path.with_name("templates.toml"))
    options = [choice.Option(one.code, one.title_en, one.title_zh) for one in found]
    about = f"{card.number}  {card.subject}"
    code = await app.push_screen_wait(choice.ChoiceDialog(_("Template"), about, options))
    chosen = next((one for one in found if one.code == code), None)
    if chosen is not None:
        composer.insert(templates.filled(chosen, card, app.bridge.me.name))


async def _promise(app: "SharedopsApp", card: TicketCard, composer: Composer) -> None:
    """Start the clock, and write the words of the promise down where the requester reads them."""
    arguments = await questions.moment(app, card, 1)
    if arguments is None:
        return
    due_at, words = arguments
    done = await asyncio.to_thread(app.bridge.act, undoing.remembered, promising.promise, card.ticket_id, due_at, words)
    composer.insert(f"{words} ({due_at.astimezone():%m-%d %H:%M})")
    if done is not None:
        app.trail.add(Step("promise", arguments, (done,)))
        composer.seen_seq = max(composer.seen_seq, done.seq)
    app.ticket_changed(card.ticket_id)
