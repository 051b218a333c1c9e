"""The acts of `sharedops ticket` between teams: hand off, accept, give back, reject, and the decision of the leads."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.ticket_acts import Number, ReasonCode, Text, do, tell, text_of
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined
from sharedops_core.rules import spans

if TYPE_CHECKING:
    from sharedops_core.rules.handoff import Slots

Answers = typer.Option(
    [], "--answer", metavar="CODE=TEXT", help=_("An answer to the checklist of the team; once per question.")
)


def commands() -> list[tuple[str, Callable[..., None], str, str]]:
    """Return for each of these acts its name, what it does, that in words, and an example."""
    return [
        ("handoff", hand_off, _("Offer a ticket to another team, with all five slots."),
         "handoff INC-10001 --to it-endpoint --reason needs_line_2_skill \\\n    --asked 'VPN drops' --tried 'KB-0101'"
         " --found 'idle timeout' --promised - --wanted 'check the gateway'"),
        ("accept", accept, _("Accept an offered ticket."), "accept INC-10001"),
        ("give-back", give_back, _("Give an offered ticket back."), "give-back INC-10001 --reason not_ours"),
        ("reject", reject, _("Reject a ticket that is offered to you; the next one is asked."),
         "reject INC-10001 --reason not_ours"),
        ("decide", decide, _("As a lead, decide with which team a ticket stays that goes to and fro."),
         "decide INC-10001 --to it-network --reason cause --text 'The gateway is theirs'"),
    ]  # fmt: skip


def hand_off(
    number: str = Number,
    to: str = typer.Option(..., "--to", metavar="TEAM", help=_("The team.")),
    agent: str = typer.Option(None, "--agent", metavar="LOGIN", help=_("One agent of it; else whoever is free.")),
    reason: str = ReasonCode,
    asked: str = typer.Option("", help=_("What the requester wants.")),
    tried: str = typer.Option("", help=_("What has been done.")),
    found: str = typer.Option("", help=_("What came out.")),
    promised: str = typer.Option("", help=_("What was promised; - for nothing.")),
    wanted: str = typer.Option("", help=_("What the receiver is to do.")),
    answer: list[str] = Answers,
    as_json: bool = output.Json,
) -> None:
    """Offer a ticket to another team."""
    from sharedops_core.desk import handoffs
    from sharedops_core.rules.handoff import Slots

    slots = _completed(number, Slots(asked, tried, found, promised, wanted))
    do(number, handoffs.hand_off, handoffs.Destination(to, agent), slots, reason, _answers(answer, to))
    tell(number, _("{number} offered; it stays here until accepted"), as_json=as_json)


def _completed(number: str, given: "Slots") -> "Slots":
    """Return the slots with what the ticket knows in those that were not given, and say what was taken from it."""
    from sharedops_core.cli.tickets import read
    from sharedops_core.rules.handoff import SLOTS, slot_name
    from sharedops_core.views import handoffs

    card = read(number)
    with context.reading() as session:
        slots = given.filled_from(handoffs.begun(session, card))
    for name in SLOTS:
        if getattr(slots, name) != getattr(given, name):
            said = spans.named(slot_name(name), getattr(slots, name))
            output.say(_("from the ticket: {said}").format(said=said))
    return slots


def _answers(given: list[str], team: str) -> dict[str, str]:
    """Return the answers by the codes of their questions; one to what the team does not ask is a slip."""
    from sharedops_core.views import people

    pairs = [one.partition("=") for one in given]
    if wrong := [code for code, is_there, _text in pairs if not is_there]:
        raise BadInput(_("{text} is no answer; right would be CODE=TEXT").format(text=repr(wrong[0])))
    found = {code.strip(): text for code, _is_there, text in pairs}
    if found:
        with context.reading() as session:
            asked = {one.code: [each.code for each in one.checklist] for one in people.teams(session)}
        if strange := [code for code in found if code not in asked.get(team.strip(), found)]:
            words = _("{team} asks nothing called {code}; it asks: {codes}")
            raise BadInput(words.format(team=team, code=strange[0], codes=joined(asked[team.strip()]) or "-"))
    return found


def accept(number: str = Number, as_json: bool = output.Json) -> None:
    """Accept an offered ticket."""
    from sharedops_core.desk import handoffs

    do(number, handoffs.accept)
    tell(number, _("{number} accepted"), as_json=as_json)


def give_back(number: str = Number, reason: str = ReasonCode, as_json: bool = output.Json) -> None:
    """Give an offered ticket back."""
    from sharedops_core.desk import handoffs

    do(number, handoffs.give_back, reason)
    tell(number, _("{number} given back"), as_json=as_json)


def reject(number: str = Number, reason: str = ReasonCode, as_json: bool = output.Json) -> None:
    """Reject a ticket that is offered to the actor alone."""
    from sharedops_core.desk import pushing

    do(number, pushing.reject, reason)
    tell(number, _("{number} rejected; the next one is asked"), as_json=as_json)


def decide(
    number: str = Number,
    to: str = typer.Option(..., "--to", metavar="TEAM", help=_("The team with which it stays.")),
    agent: str = typer.Option(None, "--agent", metavar="LOGIN", help=_("Who of it has it; else its lead.")),
    reason: str = ReasonCode,
    text: str = Text,
    as_json: bool = output.Json,
) -> None:
    """Decide where it stays."""
    from sharedops_core.desk import arbitration

    do(number, arbitration.decide, arbitration.Verdict(to, reason, agent), text_of(text, number))
    tell(number, _("{number}: it is decided where it stays"), as_json=as_json)
