"""What an act asks before it is done: reasons, words, people, moments; each answers with the arguments of its function.

Every question gets the first ticket and how many there are, and returns None when it is cancelled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from sharedops_core.desk import arbitration, handoffs
from sharedops_core.i18n import _
from sharedops_core.rules.request import Request
from sharedops_core.rules.text import one_line
from sharedops_core.views import catalogue, people
from sharedops_core.views.handoffs import begun
from sharedops_core.views.tags import in_use
from sharedops_core.views.ticket import TicketCard
from sharedops_tui.dialogs import choice, hand_off, menu, promise, text
from sharedops_tui.dialogs.intake import IntakeDialog
from sharedops_tui.dialogs.tags import TagsDialog
from sharedops_tui.present.circular import label
from sharedops_tui.present.fields import way
from sharedops_tui.present.keys import hindrance
from sharedops_tui.registry import BY_ID

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

Arguments = tuple[Any, ...]
Ask = Callable[["SharedopsApp", TicketCard, int], Awaitable[Arguments | None]]


async def nothing(_app: "SharedopsApp", _card: TicketCard, _count: int) -> Arguments | None:
    """Ask nothing."""
    return ()


def reason(kind: str, title: Callable[[], str]) -> Ask:
    """Return the question for one of the reasons of a kind."""

    async def ask(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
        reasons = await asyncio.to_thread(app.bridge.read, people.reasons, kind)
        options = [choice.Option(reason.code, reason.name_en, reason.name_zh) for reason in reasons]
        code = await app.push_screen_wait(choice.ChoiceDialog(title(), subject(card, count), options))
        return None if code is None else (code,)

    return ask


def words(title: Callable[[], str], hint: Callable[[], str]) -> Ask:
    """Return the question for a text."""

    async def ask(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
        words = await app.push_screen_wait(text.TextDialog(title(), subject(card, count), hint()))
        return None if words is None else (words,)

    return ask


async def escalation(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask why, then for words to the lead."""
    code = await reason("escalation", lambda: _("Escalate: why"))(app, card, count)
    if code is None:
        return None
    told = await words(lambda: _("Escalate"), lambda: _("what the lead must know and decide"))(app, card, count)
    return None if told is None else (*code, *told)


async def verdict(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask a lead with which team a ticket stays, the teams it went between first, and why."""
    teams = await asyncio.to_thread(app.bridge.read, people.teams)
    been = [one.team_id for one in reversed(way(card))]
    if app.bridge.me.role == "lead":
        teams = [one for one in teams if one.team_id in been]
    ordered = sorted(teams, key=lambda one: been.index(one.team_id) if one.team_id in been else len(been))
    options = [choice.Option(one.code, f"L{one.line}  {one.name_en}", f"L{one.line}  {one.name_zh}") for one in ordered]
    title = _("Decide: where does it stay?")
    team = await app.push_screen_wait(choice.ChoiceDialog(title, subject(card, count), options))
    code = team and await reason("decision", lambda: _("Decide: why"))(app, card, count)
    if not team or not code:
        return None
    said = await words(lambda: _("Decide"), lambda: _("what both teams should know of the decision"))(app, card, count)
    return None if said is None else (arbitration.Verdict(team, *code), *said)


async def colleague(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask for an agent of the team."""
    team = card.team.code if card.team else app.bridge.me.team_code
    agents = await asyncio.to_thread(app.bridge.read, people.agents, team)
    login = await app.push_screen_wait(choice.ChoiceDialog(_("Assign to"), subject(card, count), colleagues(agents)))
    return None if login is None else (login,)


def colleagues(agents: Sequence[people.AgentRow]) -> list[choice.Option]:
    """Return agents to choose from, each once, of however many teams they are."""
    named = {one.login: f"{one.name}  {one.login}" for one in agents}
    return [choice.Option(login, said, said) for login, said in named.items()]


async def successor(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask who is to answer for a ticket from now on, and why."""
    agents = await asyncio.to_thread(app.bridge.read, people.agents)
    owner = card.first_contact.login if card.first_contact else ""
    others = colleagues([one for one in agents if one.login != owner])
    title = _("First-contact duty: to whom")
    login = await app.push_screen_wait(choice.ChoiceDialog(title, subject(card, count), others))
    if login is None:
        return None
    name = next(one.name for one in agents if one.login == login)
    title = _("Duty to {who}").format(who=one_line(name))
    said = await words(lambda: title, lambda: _("why somebody else should answer for it"))(app, card, count)
    return None if said is None else (login, *said)


async def duty_answer(app: "SharedopsApp", card: TicketCard) -> str | None:
    """Ask what the answer is to the duty that is offered, and return the name of the act."""
    acts = [BY_ID[f"ticket.{name}"] for name in ("accept_duty", "decline_duty")]
    options = [choice.Option(act.name, _(act.words), _(act.words)) for act in acts]
    return await app.push_screen_wait(choice.ChoiceDialog(_("First-contact duty"), subject(card, 1), options))


async def priority(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask for the priority."""
    options = [
        choice.Option("1", "P1  critical", "P1  特急"),
        choice.Option("2", "P2  high", "P2  紧急"),
        choice.Option("3", "P3  normal", "P3  一般"),
        choice.Option("4", "P4  low", "P4  低"),
    ]
    chosen = await app.push_screen_wait(
        choice.ChoiceDialog(_("Priority"), subject(card, count), options, at=str(card.priority))
    )
    return None if chosen is None else (int(chosen),)


async def item(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask for a service item of the same family."""
    found = await asyncio.to_thread(app.bridge.read, catalogue.live, card.family_code or "")
    options = [choice.Option(row.code, f"{row.code}  {row.name_en}", f"{row.code}  {row.name_zh}") for row in found]
    code = await app.push_screen_wait(
        choice.ChoiceDialog(_("Service item"), subject(card, count), options, at=card.item_code)
    )
    return None if code is None else (code,)


async def tags(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask for the tags: all of one ticket, or which to add and to take away."""
    known = await asyncio.to_thread(app.bridge.read, in_use)
    present = card.tags if count == 1 else None
    return await app.push_screen_wait(TagsDialog(subject(card, count), present, known))


async def moment(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask what is promised, and by when."""
    answer = await app.push_screen_wait(promise.PromiseDialog(subject(card, count), app.bridge.now()))
    return None if answer is None else (answer.due_at, answer.words)


async def destination(app: "SharedopsApp", card: TicketCard, count: int) -> Arguments | None:
    """Ask to whom a ticket is handed off, with its slots."""
    teams = await asyncio.to_thread(app.bridge.read, people.teams)
    reasons = await asyncio.to_thread(app.bridge.read, people.reasons, "hand_off")
    agents = await asyncio.to_thread(app.bridge.read, people.agents)
    known = await asyncio.to_thread(app.bridge.read, begun, card) if count == 1 else None
    offer = await app.push_screen_wait(
        hand_off.HandOffDialog(card, teams, agents, reasons, known, app.bridge.now(), subject(card, count))
    )
    if offer is None:
        return None
    return (handoffs.Destination(offer.team, offer.agent), offer.slots, offer.reason, offer.answers)


def subject(card: TicketCard, count: int) -> str:
    """Return which ticket a question is about, or how many."""
    if count == 1:
        return f"{card.number}  {card.subject}"
    return label(count)


async def intake(app: "SharedopsApp", item: str = "") -> Request | None:
    """Ask for a new request, with what the desk knows of people and services; goes on with what was typed before."""

    async def requesters(words: str) -> Sequence[Any]:
        return await asyncio.to_thread(app.bridge.read, people.find_requesters, words, limit=6)

    async def items(words: str) -> Sequence[Any]:
        return await asyncio.to_thread(app.bridge.read, catalogue.find, words, limit=6)

    def keep(typed: dict[str, str]) -> None:
        app.memory.state.intake = typed

    begun = app.memory.state.intake | ({"item": item} if item else {})
    return await app.push_screen_wait(IntakeDialog(requesters, items, begun, keep))


_LETTERS = {"s": "", "p": "prioritise", "q": "hand_off", "i": "reclassify", "d": "promise", "a": "assign",
            "t": "tag"}  # fmt: skip
_STATES = ("wait", "resume", "resolve", "reopen", "confirm", "cancel")


async def modification(app: "SharedopsApp", card: TicketCard, count: int) -> str | None:
    """Ask by one letter what is to be modified, and return the name of the act; `s` asks once more, for the state."""
    names = {"s": _("state"), "q": _("queue"), "d": _("due: a promise"), "a": _("holder")}
    options = [menu.Letter(key, names.get(key) or _(BY_ID[f"ticket.{name}"].label)) for key, name in _LETTERS.items()]
    letter = await app.push_screen_wait(menu.MenuDialog(_("Modify"), subject(card, count), options))
    if letter is None:
        return None
    return _LETTERS[letter] or await _state(app, card, count)


async def _state(app: "SharedopsApp", card: TicketCard, count: int) -> str | None:
    acts = [BY_ID[f"ticket.{name}"] for name in _STATES]
    possible = [act for act in acts if count > 1 or hindrance(act, card, app.bridge.me.role) is None]
    options = [choice.Option(act.name, _(act.words), _(act.words)) for act in possible]
    return await app.push_screen_wait(choice.ChoiceDialog(_("State"), subject(card, count), options))
