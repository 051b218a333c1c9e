"""Tickets together in the console: what the keys for links, watchers and experts ask, and how watching is done."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from sharedops_core.desk import splitting, watching
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _, joined, ngettext
from sharedops_core.rules import lifecycle, links
from sharedops_core.rules.query import plain
from sharedops_core.rules.text import one_line
from sharedops_core.store.tables import Person, Ticket
from sharedops_core.views import duplicates, people, queue
from sharedops_core.views import ticket as tickets
from sharedops_core.views.ticket import TicketCard
from sharedops_tui.dialogs import choice, menu, text
from sharedops_tui.dialogs.number import NumberDialog
from sharedops_tui.present.keys import hindrance
from sharedops_tui.questions import Arguments, colleagues, subject
from sharedops_tui.registry import BY_ID

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

WATCHING = ("watch", "add_watcher")
"""Acts that are no moves of a ticket."""

_LETTERS = {"l": "relate", "u": "unlink", "p": "parent", "m": "merge", "s": "split", "w": "add_watcher"}
_RELATIONS = [one for one in links.BY_HAND if links.ROLES[one][0] != links.PARENT]
_FOUND = 8


async def solution(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask for the solution; the open children that hear it, too, are named before anything is done."""
    below = [one for one in card.related if one.role == "parent_of" and one.state in lifecycle.OPEN_STATES]
    about = subject(card, count)
    if count == 1 and below:
        numbers = joined(one_line(one.number) for one in below)
        about = _("{ticket}; with its children {numbers}").format(ticket=about, numbers=numbers)
    hint = _("the solution, as the requester will read it")
    words = await app.push_screen_wait(text.TextDialog(_("Resolve"), about, hint))
    return None if words is None else (words,)


async def choice_of(app: "SharedopsApp", card: TicketCard, count: int) -> str | None:
    """Ask by one letter how a ticket is to be brought together with others, and return the name of the act."""
    options = [menu.Letter(key, _(BY_ID[f"ticket.{name}"].label)) for key, name in _LETTERS.items()]
    letter = await app.push_screen_wait(menu.MenuDialog(_("Together"), subject(card, count), options))
    return None if letter is None else _LETTERS[letter]


async def relation(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask how it is linked, and to which ticket."""
    return await _linked_as(app, card, count, _RELATIONS, _("Link"))


async def family(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask for a parent, or for a child."""
    return await _linked_as(app, card, count, ["child_of", "parent_of"], _("Parent or child"))


async def _linked_as(
    app: "SharedopsApp", card: TicketCard, count: int, roles: Sequence[str], title: str
) -> Arguments | None:
    options = [choice.Option(one, links.role_name(one), links.role_name(one)) for one in roles]
    role = await app.push_screen_wait(choice.ChoiceDialog(title, subject(card, count), options))
    if role is None:
        return None
    number = await _other(app, card, count, links.role_name(role))
    return None if number is None else (role, number)


async def linked(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask from which of the tickets that it is linked to."""
    rows = {one.number: one for one in card.related if one.role in links.BY_HAND}
    if not rows:
        app.notify(_("{number} is linked to nothing").format(number=card.number))
        return None
    named = {number: f"{number}  {links.role_name(one.role)}  {one.subject}" for number, one in rows.items()}
    options = [choice.Option(number, said, said) for number, said in named.items()]
    number = await app.push_screen_wait(choice.ChoiceDialog(_("Unlink"), subject(card, count), options))
    return None if number is None else (number,)


async def target(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask in which ticket it goes on."""
    number = await _other(app, card, count, _("Merge into"))
    return None if number is None else (number,)


async def _other(app: "SharedopsApp", card: TicketCard, count: int, title: str) -> str | None:
    """Ask for another ticket; what is likely the same is offered before anything is typed."""
    alike = await asyncio.to_thread(app.bridge.read, duplicates.likely, card.ticket_id)

    def option(number: str, state: str, words: str) -> choice.Option:
        said = f"{number}  {lifecycle.state_name(state)}  {words}"
        return choice.Option(number, said, said)

    async def find(words: str) -> Sequence[choice.Option]:
        question = queue.Question(
            "", app.bridge.me.person_id, f"state:any {plain(words)}", "changed", is_descending=True
        )
        page = await asyncio.to_thread(app.bridge.read, queue.page, question, app.bridge.now(), size=_FOUND + 1)
        rows = [one for one in page.rows if one.ticket_id != card.ticket_id][:_FOUND]
        return [option(one.number, one.state, one.subject) for one in rows]

    first = [option(one.number, one.state, one.subject) for one in alike]
    return await app.push_screen_wait(NumberDialog(title, subject(card, count), first, find))


async def matter(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask which message of the requester is a second matter, or for own words."""
    said = [one for one in card.thread if one.direction == "in" and not one.ticket] if count == 1 else []
    own = choice.Option("", _("own words"), _("own words"))
    options = [own, *(choice.Option(str(one.message_id), one.body, one.body) for one in reversed(said))]
    chosen = await app.push_screen_wait(
        choice.ChoiceDialog(_("Split: the second matter"), subject(card, count), options)
    )
    if chosen is None or chosen:
        return None if chosen is None else ("", int(chosen))
    hint = _("what else the requester wants; its first line is the subject")
    words = await app.push_screen_wait(text.TextDialog(_("Split"), subject(card, count), hint))
    return None if words is None else (words, None)


def split(
    session: Session,
    ticket_id: int,
    words: str,
    message_id: int | None,
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
) -> Ticket:
    """Split a matter off; raises as `splitting.split` does."""
    return splitting.split(session, ticket_id, words, message_id=message_id, actor=actor, at=at, seen=seen)


async def tell_split(app: "SharedopsApp", ticket_id: int) -> None:
    """Say which ticket was made last of a part of another one."""
    card = await asyncio.to_thread(app.bridge.read, tickets.ticket, ticket_id, app.bridge.now())
    made = [one for one in card.related if one.role == "split_into"] if card else []
    if made:
        app.ticket_changed(made[-1].ticket_id)
        app.notify(_("{number} is open").format(number=made[-1].number))


async def expert(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask whom to invite, and what for."""
    agents = await asyncio.to_thread(app.bridge.read, people.agents)
    holder = card.assignee.login if card.assignee else ""
    others = colleagues([one for one in agents if one.login != holder])
    login = await app.push_screen_wait(choice.ChoiceDialog(_("Invite an expert"), subject(card, count), others))
    if login is None:
        return None
    name = next(one.name for one in agents if one.login == login)
    title = _("Invite {who}").format(who=one_line(name))
    hint = _("what the expert should look at")
    words = await app.push_screen_wait(text.TextDialog(title, subject(card, count), hint))
    return None if words is None else (login, words)


async def invitation_answer(app: "SharedopsApp", card: TicketCard) -> str | None:
    """Ask what the answer to the invitation is, and return the name of the act; who has come can only leave."""
    names = ("decline_invite",) if card.holder.is_expert else ("join", "decline_invite")
    acts = [BY_ID[f"ticket.{name}"] for name in names]
    options = [choice.Option(act.name, _(act.words), _(act.words)) for act in acts]
    return await app.push_screen_wait(choice.ChoiceDialog(_("Invitation"), subject(card, 1), options))


async def watch(app: "SharedopsApp", name: str, card: TicketCard | None, ticket_ids: Sequence[int]) -> None:
    """Watch tickets or no longer, or let a colleague watch them, and say so."""
    if card is None:
        return
    if (reason := hindrance(BY_ID[f"ticket.{name}"], card, app.bridge.me.role)) is not None:
        app.notify(reason, severity="warning")
        return
    login = None
    if name == "add_watcher":
        agents = colleagues(await asyncio.to_thread(app.bridge.read, people.agents))
        about = subject(card, len(ticket_ids))
        login = await app.push_screen_wait(choice.ChoiceDialog(_("Add a watcher"), about, agents))
        if login is None:
            return
    done = []
    for ticket_id in ticket_ids:
        try:
            if login is None:
                done.append(await asyncio.to_thread(app.bridge.act, watching.toggle, ticket_id))
            else:
                await asyncio.to_thread(app.bridge.act, watching.watch, ticket_id, login)
                done.append(True)
        except DeskError as error:
            app.tell(error)
        app.ticket_changed(ticket_id)
    _tell_watched(app, card, done)


def _tell_watched(app: "SharedopsApp", card: TicketCard, done: Sequence[bool]) -> None:
    if len(done) == 1:
        words = _("{number}: watched") if done[0] else _("{number}: no longer watched")
        app.notify(words.format(number=card.number))
    elif done:
        words = ngettext("{n} ticket: watched, or no longer", "{n} tickets: watched, or no longer", len(done))
        app.notify(words.format(n=len(done)))
