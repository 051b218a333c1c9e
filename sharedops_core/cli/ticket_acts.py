"""The acts of `sharedops ticket`: one command per act of the desk, one transaction per command."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import context, output
from sharedops_core.errors import BadInput, NotFound
from sharedops_core.i18n import _, clauses

if TYPE_CHECKING:
    from sqlmodel import Session

    from sharedops_core.store.tables import Person
    from sharedops_core.views.ticket import TicketCard

Number = typer.Argument(..., metavar="NUMBER")
Numbers = typer.Argument(..., metavar="NUMBER…")


def register(group: typer.Typer) -> None:
    """Add every act."""
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops ticket "
    for name, command, words, example in _commands():
        # A tag that is taken away looks like an option: what is none of ours is left to the command, -month, too.
        settings = {"ignore_unknown_options": True, "help_option_names": ["--help"]} if name == "tag" else None
        group.command(name, help=words + head + example, context_settings=settings)(command)


def _commands() -> list[tuple[str, Callable[..., None], str, str]]:
    """Return for each act its name, what it does, that in words, and an example."""
    from sharedops_core.cli import handoff_acts as between

    return [
        ("take", take, _("Take tickets; several are taken all or none."), "take INC-10001 INC-10002"),
        ("next", take_next, _("Take the ticket of your teams most at risk that nobody holds."), "next"),
        ("assign", assign, _("Give a ticket to an agent of its team."), "assign INC-10001 --to wang.lei"),
        ("reply", reply, _("Answer the requester."), "reply INC-10001 --text 'We are on it.'"),
        ("note", note, _("Write an internal note."), "note INC-10001 --text -  < note.txt"),
        ("receive", receive, _("Add what the requester says."), "receive INC-10001 --text 'It works again.'"),
        *between.commands(),
        ("escalate", escalate, _("Tell the lead, then the supervisor."),
         "escalate INC-10001 --reason at_risk --text 'Plant stands still'"),
        ("chase", chase, _("Urge whoever has a ticket in hand; from the second time on its lead hears of it, too."),
         "chase INC-10001 --text 'The requester has called again'"),
        ("wait", wait, _("Wait for somebody; the reason decides which clocks stand."),
         "wait INC-10001 --reason requester"),
        ("resume", resume, _("Go on with a ticket that waits."), "resume INC-10001"),
        ("prioritise", prioritise, _("Change the priority; the clocks keep start and pauses."),
         "prioritise INC-10001 --to 1"),
        ("reclassify", reclassify, _("Make it one of another service item; the clocks keep start and pauses."),
         "reclassify INC-10001 --to IT-NET-VPN-01"),
        ("tag", tag, _("Add tags with + and take tags away with -."), "tag INC-10001 +month-end -later"),
        ("promise", promise, _("Promise something by a moment; it becomes a clock."),
         "promise INC-10001 --by 15:00 --text 'I call you back'"),
        ("keep", keep, _("Say that the promise due first has been kept."), "keep INC-10001"),
        ("resolve", resolve, _("Resolve, with the solution for the requester."), "resolve INC-10001 --text 'Renewed.'"),
        ("confirm", confirm, _("Confirm on the requester's word."), "confirm INC-10001"),
        ("reopen", reopen, _("Reopen a ticket that was not done after all."),
         "reopen INC-10001 --text 'Again since noon'"),
        ("cancel", cancel, _("Cancel a ticket nobody needs."), "cancel INC-10001 --reason duplicate"),
        ("rate", rate, _("Record the requester's rating."), "rate INC-10001 5 --ease 4 --text '很快'"),
        ("undo", undo, _("Undo your last act on a ticket, by a line of its own in the journal."), "undo INC-10001"),
    ]  # fmt: skip


Text = typer.Option(None, "--text", help=_("The text; - reads it from stdin; without it $EDITOR opens."))
ReasonCode = typer.Option(..., "--reason", help=_("A reason code; a wrong one lists those that exist."))


def take(numbers: list[str] = Numbers, as_json: bool = output.Json) -> None:
    """Take tickets in one transaction."""
    from sharedops_core.desk import assignment, finding

    def work(session: "Session", actor: "Person", at: datetime) -> None:
        for number in numbers:
            assignment.take(session, finding.ticket_id(session, number, actor), actor=actor, at=at)

    context.act(work)
    if as_json and len(numbers) > 1:
        from sharedops_core.cli.tickets import read

        output.document([document_of(read(number)) for number in numbers])
        return
    for number in numbers:
        tell(number, _("{number} taken"), as_json=as_json)


def take_next(as_json: bool = output.Json) -> None:
    """Take the ticket most at risk."""
    from sharedops_core.desk import assignment

    ticket = context.act(lambda session, actor, at: assignment.take_next(session, actor=actor, at=at))
    tell(ticket.number, _("{number} taken"), as_json=as_json)


def assign(
    number: str = Number,
    to: str = typer.Option(..., "--to", metavar="LOGIN", help=_("The agent.")),
    as_json: bool = output.Json,
) -> None:
    """Assign to an agent of the team."""
    from sharedops_core.desk import assignment

    do(number, assignment.assign, to)
    tell(number, _("{number} assigned"), as_json=as_json)


def reply(number: str = Number, text: str = Text, as_json: bool = output.Json) -> None:
    """Answer the requester."""
    from sharedops_core.desk import conversation

    do(number, conversation.reply, text_of(text, number))
    tell(number, _("{number} answered"), as_json=as_json)


def note(number: str = Number, text: str = Text, as_json: bool = output.Json) -> None:
    """Write an internal note."""
    from sharedops_core.desk import conversation

    do(number, conversation.note, text_of(text, number))
    tell(number, _("{number} noted"), as_json=as_json)


def receive(number: str = Number, text: str = Text, as_json: bool = output.Json) -> None:
    """Add the requester's words; a waiting ticket goes back to work."""
    from sharedops_core.desk import conversation

    do(number, conversation.receive, text_of(text, number), right="find")
    tell(number, _("{number}: the requester's words are in"), as_json=as_json)


def escalate(number: str = Number, reason: str = ReasonCode, text: str = Text, as_json: bool = output.Json) -> None:
    """Tell the next level."""
    from sharedops_core.desk import escalation

    do(number, escalation.escalate, reason, text_of(text, number))
    tell(number, _("{number} escalated"), as_json=as_json)


def chase(number: str = Number, text: str = Text, as_json: bool = output.Json) -> None:
    """Urge whoever has it in hand."""
    from sharedops_core.desk import chasing

    do(number, chasing.chase, text_of(text, number))
    tell(number, _("{number}: whoever has it in hand has been told"), as_json=as_json)


def wait(number: str = Number, reason: str = ReasonCode, as_json: bool = output.Json) -> None:
    """Wait for a reason."""
    from sharedops_core.desk import waiting

    do(number, waiting.wait, reason)
    tell(number, _("{number} waits"), as_json=as_json)


def resume(number: str = Number, as_json: bool = output.Json) -> None:
    """Go on."""
    from sharedops_core.desk import waiting

    do(number, waiting.resume)
    tell(number, _("{number} goes on"), as_json=as_json)


def prioritise(
    number: str = Number,
    to: int = typer.Option(..., "--to", help=_("1 (highest) to 4.")),
    as_json: bool = output.Json,
) -> None:
    """Change the priority."""
    from sharedops_core.desk import changing

    do(number, changing.prioritise, to)
    tell(number, _("{number} has another priority"), as_json=as_json)


def reclassify(
    number: str = Number,
    to: str = typer.Option(..., "--to", metavar="CODE", help=_("The service item.")),
    as_json: bool = output.Json,
) -> None:
    """Change the service item."""
    from sharedops_core.desk import changing

    do(number, changing.reclassify, to)
    tell(number, _("{number} has another service item"), as_json=as_json)


def tag(
    number: str = Number,
    tags: list[str] = typer.Argument(..., metavar="±TAG…", help=_("+urgent adds a tag, -later takes one away.")),
    as_json: bool = output.Json,
) -> None:
    """Add tags and take tags away."""
    from sharedops_core.desk import changing
    from sharedops_core.rules.tags import changes

    do(number, changing.tag, *changes(tags))
    tell(number, _("{number} is tagged so now"), as_json=as_json)


def promise(
    number: str = Number,
    by: str = typer.Option(..., "--by", metavar="MOMENT", help=_('Like 15:00, "tomorrow 10:00" or 2h.')),
    text: str = Text,
    as_json: bool = output.Json,
) -> None:
    """Put a promise on record."""
    from sharedops_core.desk import promising
    from sharedops_core.rules.moments import parse_moment

    due_at = parse_moment(by, context.now())
    do(number, promising.promise, due_at, text_of(text, number))
    tell(number, _("{number}: promised"), as_json=as_json)


def keep(number: str = Number, as_json: bool = output.Json) -> None:
    """Say that a promise was kept."""
    from sharedops_core.desk import promising

    do(number, promising.keep)
    tell(number, _("{number}: promise kept"), as_json=as_json)


def resolve(number: str = Number, text: str = Text, as_json: bool = output.Json) -> None:
    """Resolve with a solution."""
    from sharedops_core.desk import closing

    do(number, closing.resolve, text_of(text, number))
    tell(number, _("{number} resolved"), as_json=as_json)


def confirm(number: str = Number, as_json: bool = output.Json) -> None:
    """Confirm."""
    from sharedops_core.desk import closing

    do(number, closing.confirm)
    tell(number, _("{number} confirmed"), as_json=as_json)


def reopen(number: str = Number, text: str = Text, as_json: bool = output.Json) -> None:
    """Reopen."""
    from sharedops_core.desk import closing

    do(number, closing.reopen, text_of(text, number))
    tell(number, _("{number} reopened"), as_json=as_json)


def cancel(number: str = Number, reason: str = ReasonCode, as_json: bool = output.Json) -> None:
    """Cancel."""
    from sharedops_core.desk import closing

    do(number, closing.cancel, reason)
    tell(number, _("{number} cancelled"), as_json=as_json)


def rate(
    number: str = Number,
    csat: int = typer.Argument(..., metavar="1-5"),
    ease: int = typer.Option(None, "--ease", metavar="1-5", help=_("1 (very hard for them) to 5 (very easy).")),
    comment: str = typer.Option("", "--text", "--comment", help=_("What the requester says.")),
    as_json: bool = output.Json,
) -> None:
    """Record the survey."""
    from sharedops_core.desk import closing

    do(number, closing.rate, csat, comment=comment, ease=ease)
    tell(number, _("{number} rated"), as_json=as_json)


def undo(number: str = Number, as_json: bool = output.Json) -> None:
    """Undo the last act."""
    from sharedops_core.desk import undoing

    do(number, undoing.undo_last)
    tell(number, _("{number}: the last act is undone"), as_json=as_json)


def do(number: str, act: Callable[..., Any], *facts: Any, right: str = "read", **more: Any) -> None:
    """Do an act of the desk on one ticket, in one transaction."""
    from sharedops_core.desk import finding

    context.act(
        lambda session, actor, at: act(
            session, finding.ticket_id(session, number, actor, right), *facts, actor=actor, at=at, **more
        )
    )


def text_of(text: str | None, number: str | None) -> str:
    """Return a text from the option, from stdin for "-", or from $EDITOR on a terminal."""
    if text == "-":
        return _piped()
    if text is not None:
        return text
    if not sys.stdin.isatty() or not (os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise BadInput(_("there is no text; give it with --text, or --text - and stdin, or set EDITOR"))
    written: str | None = typer.edit(f"\n# {number}\n")  # type: ignore[attr-defined]
    return "\n".join(line for line in (written or "").splitlines() if not line.startswith("#"))


def _piped() -> str:
    if sys.stdin is None:
        raise BadInput(_("there is nothing to read: standard input is closed"))
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(_("standard input is not UTF-8: byte {n}; convert it first").format(n=error.start)) from None


def tell(number: str, words: str, *, as_json: bool) -> None:
    """Print what was done with the clock that counts now, or the whole ticket as JSON.

    Whoever may act but not read, as the service account or somebody who made a ticket confidential, gets the words.
    """
    from sharedops_core.cli.tickets import read
    from sharedops_core.rules import spans
    from sharedops_core.rules.commitments import clock_name

    try:
        card = read(number)
    except NotFound:
        output.document({"number": number}) if as_json else output.show(words.format(number=number))
        return
    if as_json:
        output.document(document_of(card))
        return
    running = [clock for clock in card.clocks if clock.stopped_at is None]
    clocks = [
        spans.named(clock_name(c.kind), spans.sentence(c.due_at, c.left, context.now(), is_paused=c.due_at is None))
        for c in running
    ]
    output.show(clauses([words.format(number=card.number), *clocks]))


def document_of(card: "TicketCard") -> dict[str, Any]:
    """Return a ticket as a JSON document; drafts and the reader's possibilities stay inside."""
    inside = {"holder", "denied", "called", "drafts"}
    return {name: getattr(card, name) for name in card.__dataclass_fields__ if name not in inside}
