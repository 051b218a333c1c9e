"""The acts of the console: which key, which question, which desk function; the same for a list and for one ticket."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharedops_core.desk import assignment, changing, closing, escalation, handoffs, opening, promising, waiting
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _, ngettext
from sharedops_core.rules import lifecycle, permissions
from sharedops_core.views import catalogue, people
from sharedops_core.views import ticket as tickets
from sharedops_core.views.ticket import TicketCard
from sharedops_tui.dialogs import choice, hand_off, intake, promise, text
from sharedops_tui.widgets.key_bar import Hint

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

Arguments = tuple[Any, ...]
Ask = Callable[["SharedopsApp", TicketCard, int], Awaitable[Arguments | None]]
"""Asks what an act needs for so many tickets; returns the arguments of its desk function, None when cancelled."""


@dataclass(frozen=True)
class Act:
    """An act: its key, the move it makes, its name, what it asks first, and the desk function it calls."""

    id: str
    key: str
    move: str
    label: Callable[[], str]
    ask: Ask
    run: Callable[..., Any]


async def perform(app: "SharedopsApp", act_id: str, ticket_ids: Sequence[int]) -> None:
    """Do an act on tickets: say why it cannot be, ask what it needs, run each in a transaction of its own."""
    act = ACTS[act_id]
    if act_id in COMPOSED and permissions.granted(app.bridge.me.role, act.move):
        app.open_ticket(ticket_ids[0], act_id)
        return
    cards = [card for one in ticket_ids if (card := await _card(app, one)) is not None]
    hindrances = [hindrance(act, card) for card in cards]
    if not cards or all(hindrances):
        app.notify(next((reason for reason in hindrances if reason), ""), title=act.label(), markup=False)
        return
    arguments = await act.ask(app, cards[0], len(cards))
    if arguments is None:
        return
    done, errors = 0, []
    for card in cards:
        try:
            await asyncio.to_thread(app.bridge.act, act.run, card.ticket_id, *arguments, seen=card.version)
        except DeskError as error:
            errors.append(error)
        else:
            done += 1
            app.ticket_changed(card.ticket_id)
    _report(app, act, cards, done, errors)


def _report(app: "SharedopsApp", act: Act, cards: Sequence[TicketCard], done: int, errors: Sequence[DeskError]) -> None:
    if done == 1 and len(cards) == 1:
        app.notify(_("{number}: {act}, done").format(number=cards[0].number, act=act.label()), markup=False)
    elif done:
        text = ngettext("{act}: {n} ticket done", "{act}: {n} tickets done", done)
        app.notify(text.format(act=act.label(), n=done), markup=False)
    for error in errors:
        app.tell(error)


async def take_in(app: "SharedopsApp") -> None:
    """Ask for a new request and open its ticket."""
    if (reason := opening_hindrance(app.bridge.me.role)) is not None:
        app.notify(reason, severity="warning", markup=False)
        return

    async def requesters(words: str) -> Sequence[Any]:
        return await asyncio.to_thread(app.bridge.read, people.find_requesters, words, limit=6)

    async def items(words: str) -> Sequence[Any]:
        return await asyncio.to_thread(app.bridge.read, catalogue.find, words, limit=6)

    request = await app.push_screen_wait(intake.IntakeDialog(requesters, items))
    if request is None:
        return
    try:
        ticket = await asyncio.to_thread(app.bridge.act, opening.open_ticket, request)
    except DeskError as error:
        app.tell(error)
        return
    app.ticket_changed(ticket.id)
    app.notify(_("{number} is open").format(number=ticket.number), markup=False)


def hindrance(act: Act, card: TicketCard) -> str | None:
    """Return why an act cannot be done: because it is not for this agent, else because of how the ticket stands."""
    return card.denied.get(act.move) or lifecycle.hindrance(act.move, card.holder)


def opening_hindrance(role: str) -> str | None:
    """Return why somebody of this role cannot take a request in."""
    return None if permissions.granted(role, "open") else _("opening tickets is not for your role")


def offered(card: TicketCard | None, role: str) -> list[Act]:
    """Return the acts that are for this agent: on the ticket that is shown, else on any."""
    if card is None:
        return [act for act in ACTS.values() if permissions.granted(role, act.move)]
    return [act for act in ACTS.values() if act.move not in card.denied]


def hints(card: TicketCard | None, role: str) -> list[Hint]:
    """Return the key hints for a ticket: what cannot work now, or is not for this agent, carries its reason."""
    shown = ("take", "reply", "note", "hand_off", "accept", "give_back", "wait", "resume", "resolve", "escalate",
             "assign", "reopen", "confirm")  # fmt: skip
    found = []
    for act in (ACTS[name] for name in shown):
        reason = hindrance(act, card) if card else _("no ticket here")
        if reason is None or act.id not in _HIDDEN:
            found.append(Hint(act.key, act.label(), reason))
    found += [Hint("K", _("knowledge")), Hint("/", _("filter")), Hint("N", _("new"), opening_hindrance(role))]
    found.append(Hint("^p", _("commands")))
    return [*found, Hint("?", _("help"))]


_HIDDEN = frozenset({"accept", "give_back", "resume", "reopen", "confirm"})
"""Acts that are hinted at only when they can be done."""


async def _card(app: "SharedopsApp", ticket_id: int) -> TicketCard | None:
    return await asyncio.to_thread(app.bridge.read, tickets.ticket, ticket_id, app.bridge.now())


async def _nothing(_app: "SharedopsApp", _card: TicketCard, _count: int) -> Arguments | None:
    return ()


def _reason(kind: str, title: Callable[[], str]) -> Ask:
    async def ask(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
        reasons = await asyncio.to_thread(app.bridge.read, people.reasons, kind)
        options = [choice.Option(reason.code, reason.name_en, reason.name_zh) for reason in reasons]
        code = await app.push_screen_wait(choice.ChoiceDialog(title(), _subject(card, count), options))
        return None if code is None else (code,)

    return ask


def _words(title: Callable[[], str], hint: Callable[[], str]) -> Ask:
    async def ask(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
        words = await app.push_screen_wait(text.TextDialog(title(), _subject(card, count), hint()))
        return None if words is None else (words,)

    return ask


async def _escalation(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    code = await _reason("escalation", lambda: _("Escalate: why"))(app, card, count)
    if code is None:
        return None
    words = await _words(lambda: _("Escalate"), lambda: _("what the lead must know and decide"))(app, card, count)
    return None if words is None else (*code, *words)


async def _colleague(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    team = card.team.code if card.team else app.bridge.me.team_code
    agents = await asyncio.to_thread(app.bridge.read, people.agents, team)
    options = [
        choice.Option(agent.login, f"{agent.name}  {agent.login}", f"{agent.name}  {agent.login}") for agent in agents
    ]
    login = await app.push_screen_wait(choice.ChoiceDialog(_("Assign to"), _subject(card, count), options))
    return None if login is None else (login,)


async def _priority(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    options = [
        choice.Option("1", "P1  critical", "P1  特急"),
        choice.Option("2", "P2  high", "P2  紧急"),
        choice.Option("3", "P3  normal", "P3  一般"),
        choice.Option("4", "P4  low", "P4  低"),
    ]
    chosen = await app.push_screen_wait(
        choice.ChoiceDialog(_("Priority"), _subject(card, count), options, at=str(card.priority))
    )
    return None if chosen is None else (int(chosen),)


async def _item(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    found = await asyncio.to_thread(app.bridge.read, catalogue.live, card.family_code or "")
    options = [choice.Option(row.code, f"{row.code}  {row.name_en}", f"{row.code}  {row.name_zh}") for row in found]
    code = await app.push_screen_wait(
        choice.ChoiceDialog(_("Service item"), _subject(card, count), options, at=card.item_code)
    )
    return None if code is None else (code,)


async def _promise(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    answer = await app.push_screen_wait(promise.PromiseDialog(_subject(card, count), app.bridge.now()))
    return None if answer is None else (answer.due_at, answer.words)


async def _stars(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    options = [choice.Option(str(n), "★" * n + "☆" * (5 - n), "★" * n + "☆" * (5 - n)) for n in (5, 4, 3, 2, 1)]
    chosen = await app.push_screen_wait(
        choice.ChoiceDialog(_("What the requester says"), _subject(card, count), options)
    )
    return None if chosen is None else (int(chosen),)


async def _hand_off(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    teams = await asyncio.to_thread(app.bridge.read, people.teams)
    reasons = await asyncio.to_thread(app.bridge.read, people.reasons, "hand_off")
    agents = await asyncio.to_thread(app.bridge.read, people.agents)
    offer = await app.push_screen_wait(hand_off.HandOffDialog(card, teams, agents, reasons, app.bridge.now()))
    if offer is None:
        return None
    return (handoffs.Destination(offer.team, offer.agent), offer.slots, offer.reason)


def _subject(card: TicketCard, count: int) -> str:
    if count == 1:
        return f"{card.number}  {card.subject}"
    return ngettext("{n} ticket", "{n} tickets", count).format(n=count)


def _rate(session: Any, ticket_id: int, csat: int, *, actor: Any, at: Any, seen: int) -> Any:
    """Rating never conflicts: there is one answer, whatever else happened meanwhile."""
    return closing.rate(session, ticket_id, csat, actor=actor, at=at)


COMPOSED = ("reply", "note")
"""Acts that are written in the composer of the ticket screen."""

_LIST = (
    Act("take", "t", "take", lambda: _("take"), _nothing, assignment.take),
    Act("assign", "a", "assign", lambda: _("assign"), _colleague, assignment.assign),
    Act("reply", "r", "reply", lambda: _("reply"), _nothing, assignment.take),
    Act("note", "c", "note", lambda: _("note"), _nothing, assignment.take),
    Act("wait", "w", "wait", lambda: _("wait"), _reason("waiting", lambda: _("Wait for")), waiting.wait),
    Act("resume", "u", "resume", lambda: _("go on"), _nothing, waiting.resume),
    Act("hand_off", "H", "hand_off", lambda: _("hand off"), _hand_off, handoffs.hand_off),
    Act("accept", "A", "accept", lambda: _("accept"), _nothing, handoffs.accept),
    Act("give_back", "B", "give_back", lambda: _("give back"),
        _reason("give_back", lambda: _("Give back: why")), handoffs.give_back),
    Act("escalate", "E", "escalate", lambda: _("escalate"), _escalation, escalation.escalate),
    Act("resolve", "x", "resolve", lambda: _("resolve"),
        _words(lambda: _("Resolve"), lambda: _("the solution, as the requester will read it")), closing.resolve),
    Act("confirm", "C", "confirm", lambda: _("confirm"), _nothing, closing.confirm),
    Act("reopen", "X", "reopen", lambda: _("reopen"),
        _words(lambda: _("Reopen"), lambda: _("what is still wrong")), closing.reopen),
    Act("cancel", "D", "cancel", lambda: _("cancel"), _reason("cancel", lambda: _("Cancel: why")), closing.cancel),
    Act("prioritise", "m", "change", lambda: _("priority"), _priority, changing.prioritise),
    Act("reclassify", "I", "change", lambda: _("service item"), _item, changing.reclassify),
    Act("promise", "b", "promise", lambda: _("promise"), _promise, promising.promise),
    Act("keep", "o", "keep", lambda: _("promise kept"), _nothing, promising.keep),
    Act("rate", "M", "rate", lambda: _("rate"), _stars, _rate),
)  # fmt: skip
ACTS = {act.id: act for act in _LIST}
