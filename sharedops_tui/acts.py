"""Doing the acts: what each asks and which desk function it calls; one or many tickets, undone, done again, repeated.

Names and keys of the acts stand in the registry, here stands only what they do.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from sharedops_core.desk import (
    arbitration,
    assignment,
    changing,
    chasing,
    closing,
    duties,
    escalation,
    handoffs,
    linking,
    merging,
    opening,
    promising,
    pushing,
    swarming,
    tasks,
    undoing,
    waiting,
)
from sharedops_core.desk.undoing import Done
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _, ngettext
from sharedops_core.rules import lifecycle, permissions
from sharedops_core.store.tables import Person
from sharedops_core.views import ticket as tickets
from sharedops_core.views.targets import Target, targets
from sharedops_core.views.ticket import TicketCard
from sharedops_tui import handing, mailing, questions, tasking, together
from sharedops_tui.dialogs.bulk import BulkDialog, ProgressDialog
from sharedops_tui.present.keys import hindrance
from sharedops_tui.questions import Arguments, Ask
from sharedops_tui.registry import BY_ID, Act
from sharedops_tui.widgets.queue_table import QueueTable

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

COMPOSED = ("reply", "note")
"""Acts that are written in a composer."""

Refused = tuple[str, str]
"""The number of a ticket, and why an act cannot be done to it."""

_PROGRESS_FROM, _TOLD_AT_MOST, _REMEMBERED = 4, 3, 50


@dataclass(frozen=True)
class Deed:
    """How an act is done: what it asks first, and the desk function it calls."""

    ask: Ask
    run: Callable[..., Any]


@dataclass(frozen=True)
class Step:
    """An act that was done, and to which tickets: what undo takes back, redo and repeat do again."""

    name: str
    arguments: Arguments
    done: tuple[Done, ...]


@dataclass
class Trail:
    """The steps of this console since it was opened."""

    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)
    last: Step | None = None

    def add(self, step: Step) -> None:
        """Remember a step; what was undone before cannot be done again after it."""
        self.last = step
        if BY_ID[f"ticket.{step.name}"].move in lifecycle.UNDOABLE:
            self.done = [*self.done, step][-_REMEMBERED:]
        self.undone.clear()


async def perform(
    app: "SharedopsApp", name: str, ticket_ids: Sequence[int], arguments: Arguments | None = None
) -> None:
    """Do an act on tickets: ask what it needs, confirm when they are many, run each in a transaction of its own."""
    if app.asking.is_asking("range"):
        app.notify(_("the marks are still being read; try again"), severity="warning")
        return
    if name in COMPOSED and permissions.granted(app.bridge.me.role, name):
        await _write(app, BY_ID[f"ticket.{name}"], ticket_ids)
        return
    card = await _card(app, ticket_ids[0])
    name = await _asked(app, name, card, len(ticket_ids))
    if name == "tasks" and card is not None:
        name, arguments = await tasking.choose(app, card, len(ticket_ids))
    if card is None or not name:
        return
    name = lifecycle.answering(name, card.holder)
    if name in together.WATCHING:
        await together.watch(app, name, card, ticket_ids)
        return
    act = BY_ID[f"ticket.{name}"]
    able, refused = await _meant(app, act, ticket_ids)
    if not able:
        return
    if arguments is None:
        first = card if card.ticket_id == able[0].ticket_id else await _card(app, able[0].ticket_id)
        arguments = await DEEDS[name].ask(app, first or card, len(able))
    is_many = len(able) + len(refused) > 1
    if arguments is None or (is_many and not await app.push_screen_wait(BulkDialog(_(act.label), len(able), refused))):
        return
    tasking.settled(app, name, await run(app, act, able, arguments))
    if name == "split":
        await together.tell_split(app, able[0].ticket_id)


async def _asked(app: "SharedopsApp", name: str, card: TicketCard | None, count: int) -> str:
    """Return which act a key means that stands for several; empty when none is chosen."""
    role = app.bridge.me.role
    if card is None:
        return name
    if name == "modify" and permissions.granted(role, "change"):
        return await questions.modification(app, card, count) or ""
    if name == "link" and permissions.granted(role, name):
        return await together.choice_of(app, card, count) or ""
    if name == "invite" and (card.holder.is_invited or card.holder.is_expert):
        return await together.invitation_answer(app, card) or ""
    if name == "offer_duty" and card.holder.is_duty_offered_to_me:
        return await questions.duty_answer(app, card) or ""
    return name


async def _meant(app: "SharedopsApp", act: Act, ticket_ids: Sequence[int]) -> tuple[list[Target], list[Refused]]:
    """Return to which tickets an act can be done, and which refuse it; say why when none is left."""
    found = await asyncio.to_thread(app.bridge.read, targets, ticket_ids, act.move, app.bridge.now())
    refused = [(one.number, one.hindrance) for one in found if one.hindrance]
    able = [one for one in found if one.hindrance is None]
    if not able:
        app.notify(refused[0][1] if refused else "", title=_(act.label))
    return able, refused


async def _write(app: "SharedopsApp", act: Act, ticket_ids: Sequence[int]) -> None:
    """Open the composer of a ticket, or after the one question of bulk acts that for all marked ones."""
    if len(ticket_ids) == 1:
        app.open_ticket(ticket_ids[0], act.name)
        return
    able, refused = await _meant(app, act, ticket_ids)
    if not able or not await app.push_screen_wait(BulkDialog(_(act.label), len(able), refused, is_written=True)):
        return
    if len(able) == 1:
        app.open_ticket(able[0].ticket_id, act.name)
    else:
        await mailing.begin(app, act.name, [one.ticket_id for one in able])


async def run(app: "SharedopsApp", act: Act, able: Sequence[Target], arguments: Arguments) -> Sequence[Done]:
    """Do an act to tickets, each in a transaction of its own, and say how it went; return what was done."""
    found: list[Done | None] = []
    errors: list[DeskError] = []
    progress = ProgressDialog(_(act.label), len(able))
    if len(able) >= _PROGRESS_FROM:
        await app.push_screen(progress)
    for one in able:
        facts = {"seen": one.version} if act.name != "rate" else {}
        try:
            found.append(await asyncio.to_thread(_act, app, act, one.ticket_id, arguments, facts))
        except DeskError as error:
            errors.append(error)
        if progress.is_attached:
            progress.step()
        if progress.is_stopped:
            break
    if progress.is_attached:
        progress.dismiss()
    if done := [one for one in found if one is not None]:
        app.trail.add(Step(act.name, arguments, tuple(done)))
    elif found:
        app.notify(_("{act}: it is so already, nothing was changed").format(act=_(act.label)))
    _tell_done(app, _("{number}: {act}, done"), act, done)
    _tell(app, errors)
    _changed(app, done)
    return done


def _act(app: "SharedopsApp", act: Act, ticket_id: int, arguments: Arguments, facts: dict[str, int]) -> Done | None:
    return app.bridge.act(undoing.remembered, DEEDS[act.name].run, ticket_id, *arguments, **facts)


def _tell_done(app: "SharedopsApp", one: str, act: Act, done: Sequence[Done]) -> None:
    key = app.keymap.first("desk.undo")
    way_back = _("{key} undoes it").format(key=key) if act.move in lifecycle.UNDOABLE and key else ""
    if len(done) == 1:
        text = one.format(number=done[0].number, act=_(act.label))
    elif done:
        many = ngettext("{act}: {n} ticket done", "{act}: {n} tickets done", len(done))
        text = many.format(act=_(act.label), n=len(done))
    else:
        return
    app.notify(f"{text}  {way_back}".strip())


def _tell(app: "SharedopsApp", errors: Sequence[DeskError]) -> None:
    for error in errors[:_TOLD_AT_MOST]:
        app.tell(error)
    if len(errors) > _TOLD_AT_MOST:
        more = len(errors) - _TOLD_AT_MOST
        app.notify(ngettext("{n} more was refused", "{n} more were refused", more).format(n=more))


def _changed(app: "SharedopsApp", done: Sequence[Done]) -> None:
    for screen in app.screen_stack:
        for table in screen.query(QueueTable):
            table.marked -= {one.ticket_id for one in done}
    for one in done:
        app.ticket_changed(one.ticket_id)


async def undo(app: "SharedopsApp") -> None:
    """Take the last act back, on every ticket it was done to."""
    if not app.trail.done:
        app.notify(_("there is nothing to undo"))
        return
    step = app.trail.done.pop()
    undone: list[Done] = []
    errors: list[DeskError] = []
    for one in reversed(step.done):
        try:
            undone.append(await asyncio.to_thread(app.bridge.act, undoing.undo, one.ticket_id, one.seq))
        except DeskError as error:
            errors.append(error)
    if undone:
        app.trail.undone.append(Step(step.name, step.arguments, tuple(undone)))
        text = ngettext("{act} undone on {n} ticket", "{act} undone on {n} tickets", len(undone))
        shown = text.format(act=_(BY_ID[f"ticket.{step.name}"].label), n=len(undone))
        again = _("{key} does it again").format(key=app.keymap.first("desk.redo"))
        app.notify(f"{shown}  {again}")
    _tell(app, errors)
    _changed(app, undone)


async def redo(app: "SharedopsApp") -> None:
    """Do again what was undone last."""
    if not app.trail.undone:
        app.notify(_("there is nothing to do again"))
        return
    step = app.trail.undone[-1]
    rest = app.trail.undone[:-1]
    act, ids = BY_ID[f"ticket.{step.name}"], [one.ticket_id for one in step.done]
    found = await asyncio.to_thread(app.bridge.read, targets, ids, act.move, app.bridge.now())
    await run(app, act, found, step.arguments)
    app.trail.undone[:] = rest


async def repeat(app: "SharedopsApp", ticket_ids: Sequence[int]) -> None:
    """Do the last act once more, with the same answers, on other tickets."""
    step = app.trail.last
    if step is None:
        app.notify(_("nothing has been done yet that could be repeated"))
        return
    await perform(app, step.name, ticket_ids, step.arguments)


async def take_in(app: "SharedopsApp", item: str = "") -> None:
    """Ask for a new request, with a service in it when one is given, and open its ticket."""
    if (reason := hindrance(BY_ID["desk.new"], None, app.bridge.me.role)) is not None:
        app.notify(reason, severity="warning")
        return
    request = await questions.intake(app, item)
    if request is None:
        return
    try:
        ticket = await asyncio.to_thread(app.bridge.act, opening.open_ticket, request)
    except DeskError as error:
        app.tell(error)
        return
    app.memory.state.intake = {}
    app.ticket_changed(ticket.id)
    app.notify(_("{number} is open").format(number=ticket.number))


async def take_next(app: "SharedopsApp") -> None:
    """Take the ticket most at risk that nobody of the agent's teams holds, and open it."""
    if (reason := hindrance(BY_ID["desk.next"], None, app.bridge.me.role)) is not None:
        app.notify(reason, severity="warning")
        return
    try:
        done = await asyncio.to_thread(app.bridge.act, _take_next)
    except DeskError as error:
        app.tell(error)
        return
    app.trail.add(Step("take", (), (done,)))
    app.ticket_changed(done.ticket_id)
    app.open_ticket(done.ticket_id)
    _tell_done(app, _("{number}: {act}, done"), BY_ID["ticket.take"], [done])


def _take_next(session: Session, *, actor: Person, at: datetime) -> Done:
    return undoing.last_done(session, assignment.take_next(session, actor=actor, at=at).id)


async def _card(app: "SharedopsApp", ticket_id: int) -> TicketCard | None:
    return await asyncio.to_thread(app.bridge.read, tickets.ticket, ticket_id, app.bridge.now())


_why = questions.reason
DEEDS = {
    "take": Deed(questions.nothing, assignment.take),
    "assign": Deed(questions.colleague, assignment.assign),
    "wait": Deed(_why("waiting", lambda: _("Wait for")), waiting.wait),
    "resume": Deed(questions.nothing, waiting.resume),
    "hand_off": Deed(questions.destination, handing.hand_off),
    "accept": Deed(questions.nothing, handoffs.accept),
    "give_back": Deed(_why("give_back", lambda: _("Give back: why")), handoffs.give_back),
    "reject": Deed(_why("give_back", lambda: _("Reject: why")), pushing.reject),
    "decide": Deed(questions.verdict, arbitration.decide),
    "escalate": Deed(questions.escalation, escalation.escalate),
    "chase": Deed(questions.words(lambda: _("Chase"), lambda: _("what is wanted, and by when")), chasing.chase),
    "offer_duty": Deed(questions.successor, duties.offer_duty),
    "accept_duty": Deed(questions.nothing, duties.accept_duty),
    "decline_duty": Deed(
        questions.words(lambda: _("Decline the duty"), lambda: _("why not, for whoever offers it")), duties.decline_duty
    ),
    "relate": Deed(together.relation, linking.link),
    "unlink": Deed(together.linked, linking.unlink),
    "parent": Deed(together.family, linking.link),
    "merge": Deed(together.target, merging.merge),
    "split": Deed(together.matter, together.split),
    "invite": Deed(together.expert, swarming.invite),
    "join": Deed(questions.nothing, swarming.join),
    "decline_invite": Deed(
        questions.words(lambda: _("Decline to help"), lambda: _("why not, for whoever asks")), swarming.decline_invite
    ),
    "resolve": Deed(together.solution, closing.resolve),
    "confirm": Deed(questions.nothing, closing.confirm),
    "reopen": Deed(questions.words(lambda: _("Reopen"), lambda: _("what is still wrong")), closing.reopen),
    "cancel": Deed(_why("cancel", lambda: _("Cancel: why")), closing.cancel),
    "prioritise": Deed(questions.priority, changing.prioritise),
    "reclassify": Deed(questions.item, changing.reclassify),
    "tag": Deed(questions.tags, changing.tag),
    "promise": Deed(questions.moment, promising.promise),
    "keep": Deed(questions.nothing, promising.keep),
    "rate": Deed(tasking.rating, tasking.rate),
    "ask_task": Deed(tasking.wish, tasks.ask_task),
    "take_task": Deed(tasking.which("take_task"), tasks.take_task),
    "finish_task": Deed(tasking.which("finish_task"), tasks.finish_task),
    "decline_task": Deed(tasking.which("decline_task"), tasks.decline_task),
    "withdraw_task": Deed(tasking.which("withdraw_task"), tasks.withdraw_task),
}
"""Name of an act → how it is done."""
