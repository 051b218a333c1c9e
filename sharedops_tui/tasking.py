"""The tasks of a ticket by one key: which act on which of them, then what it asks; typed words outlive the dialog."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session
from textual.content import Content

from sharedops_core.desk import closing, tasks
from sharedops_core.desk.undoing import Done
from sharedops_core.i18n import _
from sharedops_core.rules import tasks as tasking
from sharedops_core.rules.text import one_line
from sharedops_core.store.tables import Person, Ticket
from sharedops_core.views import people
from sharedops_core.views.tasks import TaskRow
from sharedops_core.views.ticket import TicketCard
from sharedops_tui.dialogs import choice, text
from sharedops_tui.dialogs.ask import AskDialog
from sharedops_tui.dialogs.tasks import TaskDialog, TasksDialog
from sharedops_tui.present.circular import label
from sharedops_tui.present.keys import hindrance
from sharedops_tui.registry import BY_ID

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp
    from sharedops_tui.questions import Arguments, Ask

_KEPT = 20


async def choose(app: "SharedopsApp", card: TicketCard, count: int) -> "tuple[str, Arguments | None]":
    """Show the tasks of a ticket and return what is to be done, with its answers; of many tickets a new one is asked.

    The name is empty when nothing is.
    """
    if count > 1:
        return tasking.ASK, None
    reason = hindrance(BY_ID["ticket.ask_task"], card, app.bridge.me.role)
    picked = await app.push_screen_wait(TasksDialog(_about(card, 1), card.tasks, app.bridge.now(), reason))
    if picked is None:
        return "", None
    if picked.nth == 0:
        return picked.act, None
    row = next(one for one in card.tasks if one.nth == picked.nth)
    answers = await _answers(app, card, row, picked.act)
    return (picked.act, answers) if answers is not None else ("", None)


def which(act: str) -> "Ask":
    """Return the question for a task that an act of the palette is about, and for what that act needs."""

    async def ask(app: "SharedopsApp", card: TicketCard, _count: int) -> "Arguments | None":
        rows = [one for one in card.tasks if act in one.acts]
        if len(rows) > 1:
            options = [choice.Option(str(one.nth), said, said) for one in rows if (said := _named(one))]
            title = _(BY_ID[f"ticket.{act}"].label).capitalize()
            nth = await app.push_screen_wait(choice.ChoiceDialog(title, _about(card, 1), options))
            rows = [one for one in rows if str(one.nth) == nth]
        return await _answers(app, card, rows[0], act) if rows else None

    return ask


async def wish(app: "SharedopsApp", card: TicketCard, count: int) -> "Arguments | None":
    """Ask for a new task: of whom, what, until when, and whether the ticket waits for it."""
    teams = await asyncio.to_thread(app.bridge.read, people.teams)
    agents = await asyncio.to_thread(app.bridge.read, people.agents)
    here = card.team.code if card.team else None
    others = [one for one in teams if one.code != here] or list(teams)
    draft = _Draft(app, card.ticket_id, tasking.ASK)
    asked = await app.push_screen_wait(TaskDialog(_about(card, count), others, agents, draft.fields, draft.keep_fields))
    if asked is None:
        return None
    return (tasks.Wish(asked.team, asked.words, asked.agent, asked.within, asked.is_gate),)


async def rating(app: "SharedopsApp", card: TicketCard, count: int) -> "Arguments | None":
    """Ask what the requester says: stars, how easy it was for them, and words, which may be none."""
    stars = [choice.Option(str(n), said, said) for n in (5, 4, 3, 2, 1) if (said := "★" * n + "☆" * (5 - n))]
    title = _("What the requester says")
    csat = await app.push_screen_wait(choice.ChoiceDialog(title, _about(card, count), stars))
    if csat is None:
        return None
    levels = [choice.Option(str(n), said, said) for n, said in ease_names().items()]
    options = [*levels, choice.Option("0", *[_("not asked")] * 2)]
    ease = await app.push_screen_wait(choice.ChoiceDialog(_("How easy it was for them"), _about(card, count), options))
    if ease is None:
        return None
    hint = _("in their words; nothing is right, too")
    words = await app.push_screen_wait(text.TextDialog(title, _about(card, count), hint, is_needed=False))
    return None if words is None else (int(csat), int(ease) or None, words)


def ease_names() -> dict[int, str]:
    """Return what each step of the ease is called, the easiest first."""
    return {5: _("5  very easy"), 4: _("4  easy"), 3: _("3  neither"), 2: _("2  hard"), 1: _("1  very hard")}


def rate(
    session: Session, ticket_id: int, csat: int, ease: int | None, words: str, *, actor: Person, at: datetime
) -> Ticket:
    """Record a rating as it was asked; raises as `closing.rate` does."""
    return closing.rate(session, ticket_id, csat, comment=words, ease=ease, actor=actor, at=at)


def settled(app: "SharedopsApp", act: str, done: Sequence[Done]) -> None:
    """Forget what was typed for an act that has been done."""
    for one in done:
        for key in [key for key in app.memory.state.tasks if key.startswith(f"{one.ticket_id}/{act}")]:
            del app.memory.state.tasks[key]


async def _answers(app: "SharedopsApp", card: TicketCard, row: TaskRow, act: str) -> "Arguments | None":
    if act == tasking.TAKE:
        return (row.nth,)
    title = _(BY_ID[f"ticket.{act}"].label).capitalize()
    if act == tasking.WITHDRAW:
        said = await app.push_screen_wait(AskDialog(title, [Content(_named(row))], title))
        return (row.nth,) if said else None
    hint = (
        _("what the requester said, and whether the ticket is open again")
        if row.kind == tasking.FOLLOW_UP
        else _("what came of it, for whoever asked")
        if act == tasking.FINISH
        else _("why not, for whoever asked")
    )
    draft = _Draft(app, card.ticket_id, act, row.nth)
    words = await app.push_screen_wait(text.TextDialog(title, _named(row), hint, begun=draft.text, keep=draft.keep))
    return None if words is None else (row.nth, words)


def _named(row: TaskRow) -> str:
    return one_line(f"{row.number}  {row.wanted}")


def _about(card: TicketCard, count: int) -> str:
    return f"{card.number}  {card.subject}" if count == 1 else label(count)


class _Draft:
    """What was typed for an act on a task and has not been done yet; the console knows it at the next start, too."""

    def __init__(self, app: "SharedopsApp", ticket_id: int, act: str, nth: int = 0) -> None:
        self._kept, self._key = app.memory.state.tasks, f"{ticket_id}/{act}/{nth}"

    @property
    def text(self) -> str:
        return self._kept.get(self._key, "")

    @property
    def fields(self) -> dict[str, str]:
        with suppress(ValueError, AttributeError):
            return {str(name): str(value) for name, value in json.loads(self.text or "{}").items()}
        return {}

    def keep(self, words: str) -> None:
        self._kept.pop(self._key, None)
        if words.strip():
            self._kept[self._key] = words
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]

    def keep_fields(self, fields: dict[str, str]) -> None:
        self.keep(json.dumps(fields, ensure_ascii=False) if fields["words"].strip() else "")
