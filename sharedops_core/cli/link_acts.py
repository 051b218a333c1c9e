"""The acts of `sharedops ticket` on tickets together: links, merging, splitting, watchers, experts."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import context, output, ticket_acts
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from sharedops_core.store.tables import Person

_Other = typer.Argument(..., metavar="OTHER")


def register(group: typer.Typer) -> None:
    """Add them to the group of the tickets."""
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops ticket "
    for name, command, words, example in _commands():
        group.command(name, help=words + head + example)(command)


def _commands() -> list[tuple[str, Callable[..., None], str, str]]:
    """Return for each act its name, what it does, that in words, and an example."""
    return [
        ("links", links, _("What a ticket is linked to, who watches it, who helps, and what is likely the same."),
         "links INC-10001 --likely"),
        ("link", link, _("Link two tickets, as it looks from the first one."),
         "link INC-10001 blocks INC-10002\n  sharedops ticket link INC-10001 parent_of INC-10002"),
        ("unlink", unlink, _("Take the links between two tickets away."), "unlink INC-10001 INC-10002"),
        ("merge", merge, _("Let a ticket go on in another one; no word is lost, and undo takes it back."),
         "merge INC-10001 --into INC-10002"),
        ("split", split, _("Make a second ticket of a second matter, for the same requester."),
         "split INC-10001 --text 'The printer, too'\n  sharedops ticket split INC-10001 --message 2"),
        ("watch", watch, _("Hear what becomes of a ticket, or let a colleague hear it."),
         "watch INC-10001\n  sharedops ticket watch INC-10001 --who wang.lei"),
        ("unwatch", unwatch, _("Hear no more of a ticket."), "unwatch INC-10001"),
        ("invite", invite, _("Ask an expert to help with a ticket that stays where it is."),
         "invite INC-10001 --who wang.lei --text 'Is it the gateway?'"),
        ("join", join, _("Come to help where you are invited."), "join INC-10001"),
        ("decline-invite", decline_invite, _("Decline to help where you are invited, with the reason."),
         "decline-invite INC-10001 --text 'On leave until Monday'"),
    ]  # fmt: skip


def links(
    number: str = ticket_acts.Number,
    likely: bool = typer.Option(False, "--likely", help=_("Also open tickets that are likely the same.")),
    as_json: bool = output.Json,
) -> None:
    """Print what belongs to a ticket."""
    from dataclasses import asdict

    from sharedops_core.cli import ticket_page
    from sharedops_core.cli.tickets import read
    from sharedops_core.views import duplicates

    card = read(number)
    found: list[duplicates.LikelyRow] = []
    if likely:
        with context.looking() as (session, reader):
            found = list(duplicates.likely(session, card.ticket_id, reader=reader))
    if as_json:
        rows = {"related": list(map(asdict, card.related)), "people": list(map(asdict, card.people))}
        output.document(rows | {"likely": list(map(asdict, found))})
    else:
        ticket_page.related(card, found)


def link(
    number: str = ticket_acts.Number,
    role: str = typer.Argument(
        ...,
        metavar="ROLE",
        help=_("relates, duplicates, duplicated_by, causes, caused_by, blocks, blocked_by, parent_of or child_of."),
    ),
    other: str = _Other,
    as_json: bool = output.Json,
) -> None:
    """Link two tickets."""
    from sharedops_core.desk import linking

    ticket_acts.do(number, linking.link, role.strip().lower().replace("-", "_"), other)
    ticket_acts.tell(number, _("{number}: linked"), as_json=as_json)


def unlink(number: str = ticket_acts.Number, other: str = _Other, as_json: bool = output.Json) -> None:
    """Take links away."""
    from sharedops_core.desk import linking

    ticket_acts.do(number, linking.unlink, other)
    ticket_acts.tell(number, _("{number}: no longer linked"), as_json=as_json)


def merge(
    number: str = ticket_acts.Number,
    into: str = typer.Option(..., "--into", metavar="NUMBER", help=_("The ticket in which it goes on.")),
    as_json: bool = output.Json,
) -> None:
    """Merge a ticket into another one."""
    from sharedops_core.desk import merging

    ticket_acts.do(number, merging.merge, into)
    ticket_acts.tell(number, _("{number}: merged"), as_json=as_json)


def split(
    number: str = ticket_acts.Number,
    text: str = typer.Option("", "--text", help=_("The second matter in own words; - reads it from stdin.")),
    message: int = typer.Option(
        None, "--message", metavar="N", min=1, help=_("The requester's Nth message instead; --text is its subject.")
    ),
    as_json: bool = output.Json,
) -> None:
    """Split a second matter off; the number that is told is that of the new ticket."""
    from sharedops_core.cli.tickets import read
    from sharedops_core.desk import finding, splitting
    from sharedops_core.errors import NotFound

    words = ticket_acts.text_of(text or None, number) if text or message is None else ""
    chosen = None
    if message is not None:
        said = [one for one in read(number).thread if one.direction == "in" and not one.ticket]
        if message > len(said):
            raise NotFound(_("{number} has {n} messages of its requester").format(number=number, n=len(said)))
        chosen = said[message - 1].message_id

    def work(session: "Session", actor: "Person", at: datetime) -> Any:
        ticket_id = finding.ticket_id(session, number, actor)
        return splitting.split(session, ticket_id, words, message_id=chosen, actor=actor, at=at)

    made = context.act(work)
    ticket_acts.tell(made.number, _("{number} opened"), as_json=as_json)


_Who = typer.Option("", "--who", metavar="LOGIN", help=_("A colleague; else whoever acts."))


def watch(number: str = ticket_acts.Number, who: str = _Who, as_json: bool = output.Json) -> None:
    """Watch a ticket."""
    from sharedops_core.desk import watching

    ticket_acts.do(number, watching.watch, who)
    ticket_acts.tell(number, _("{number}: watched"), as_json=as_json)


def unwatch(number: str = ticket_acts.Number, who: str = _Who, as_json: bool = output.Json) -> None:
    """Watch a ticket no longer."""
    from sharedops_core.desk import watching

    ticket_acts.do(number, watching.unwatch, who)
    ticket_acts.tell(number, _("{number}: no longer watched"), as_json=as_json)


def invite(
    number: str = ticket_acts.Number,
    who: str = typer.Option(..., "--who", metavar="LOGIN", help=_("The expert.")),
    text: str = ticket_acts.Text,
    as_json: bool = output.Json,
) -> None:
    """Invite an expert."""
    from sharedops_core.desk import swarming

    ticket_acts.do(number, swarming.invite, who, ticket_acts.text_of(text, number))
    ticket_acts.tell(number, _("{number}: the expert is invited; the ticket stays with its holder"), as_json=as_json)


def join(number: str = ticket_acts.Number, as_json: bool = output.Json) -> None:
    """Come to help."""
    from sharedops_core.desk import swarming

    ticket_acts.do(number, swarming.join)
    ticket_acts.tell(number, _("{number}: you help with it"), as_json=as_json)


def decline_invite(number: str = ticket_acts.Number, text: str = ticket_acts.Text, as_json: bool = output.Json) -> None:
    """Decline to help."""
    from sharedops_core.desk import swarming

    ticket_acts.do(number, swarming.decline_invite, ticket_acts.text_of(text, number))
    ticket_acts.tell(number, _("{number}: the invitation is declined"), as_json=as_json)
