"""The acts of `sharedops ticket` on first-contact duty, and its record."""

import typer

from sharedops_core.cli import output, ticket_acts
from sharedops_core.i18n import _


def register(group: typer.Typer) -> None:
    """Add them to the group of the tickets."""
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops ticket "
    for name, command, words, example in (
        ("duty", duty, _("Who has answered for a ticket, and until what ended that."), "duty INC-10001"),
        ("offer-duty", offer_duty, _("Offer the first-contact duty to a colleague, with the reason."),
         "offer-duty INC-10001 --to wang.lei --text 'My last day is Friday'"),
        ("accept-duty", accept_duty, _("Take over the first-contact duty that is offered."), "accept-duty INC-10001"),
        ("decline-duty", decline_duty, _("Decline the first-contact duty that is offered; the giver keeps it."),
         "decline-duty INC-10001 --text 'I do not know the customer'"),
    ):  # fmt: skip
        group.command(name, help=words + head + example)(command)


def duty(number: str = ticket_acts.Number, as_json: bool = output.Json) -> None:
    """Print the record of the duty."""
    from dataclasses import asdict

    from sharedops_core.cli import ticket_page
    from sharedops_core.cli.tickets import read

    card = read(number)
    if as_json:
        output.document([asdict(one) for one in card.duty])
    else:
        ticket_page.duty_record(card)


def offer_duty(
    number: str = ticket_acts.Number,
    to: str = typer.Option(..., "--to", metavar="LOGIN", help=_("The colleague.")),
    text: str = ticket_acts.Text,
    as_json: bool = output.Json,
) -> None:
    """Offer the duty."""
    from sharedops_core.desk import duties

    ticket_acts.do(number, duties.offer_duty, to, ticket_acts.text_of(text, number))
    ticket_acts.tell(
        number, _("{number}: the duty is offered; who gives it answers until it is accepted"), as_json=as_json
    )


def accept_duty(number: str = ticket_acts.Number, as_json: bool = output.Json) -> None:
    """Take the duty over."""
    from sharedops_core.desk import duties

    ticket_acts.do(number, duties.accept_duty)
    ticket_acts.tell(number, _("{number}: the duty is taken over"), as_json=as_json)


def decline_duty(number: str = ticket_acts.Number, text: str = ticket_acts.Text, as_json: bool = output.Json) -> None:
    """Decline the duty."""
    from sharedops_core.desk import duties

    ticket_acts.do(number, duties.decline_duty, ticket_acts.text_of(text, number))
    ticket_acts.tell(number, _("{number}: the duty is declined"), as_json=as_json)
