"""The acts of `sharedops ticket` between teams: hand off, accept, give back, and the decision of the leads."""

from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.ticket_acts import Number, ReasonCode, Text, do, tell, text_of
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _
from sharedops_core.rules import spans

if TYPE_CHECKING:
    from sharedops_core.rules.handoff import Slots

Answers = typer.Option(
    [], "--answer", metavar="CODE=TEXT", help=_("An answer to the checklist of the team; once per question.")
)


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
    do(number, handoffs.hand_off, handoffs.Destination(to, agent), slots, reason, _answers(answer))
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


def _answers(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := [code for code, is_there, _text in pairs if not is_there]:
        raise BadInput(_("{text} is no answer; right would be CODE=TEXT").format(text=repr(wrong[0])))
    return {code.strip(): text for code, _is_there, text in pairs}


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
