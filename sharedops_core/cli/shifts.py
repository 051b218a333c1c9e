"""`sharedops shift`: the sheet by which a shift is handed over, and its signature (交接班)."""

import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output, ticket_acts
from sharedops_core.cli.output import Column
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined

if TYPE_CHECKING:
    from sharedops_core.views.sheets import SheetCard

Sheet = typer.Argument(..., metavar="SHEET", min=1, max=2**31 - 1, help=_("The number of the sheet."))


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops shift "
    for name, command, words, example in (
        ("sheet", sheet, _("Draw up the sheet of your work, of a colleague or of a team, and send nothing."),
         "sheet\n  sharedops shift sheet --of wang.lei --json"),
        ("hand-over", hand_over, _("Send the sheet of your work to your successor, with a remark."),
         "hand-over --to wang.lei --text 'The gateway is being watched; the rest is calm'"),
        ("show", show, _("Show a sheet that was sent, its tickets as they are now."), "show 1"),
        ("sign", sign, _("Sign for a sheet; what its author still holds of it becomes yours."), "sign 1"),
        ("return", send_back, _("Send a sheet back with words; nothing has moved."),
         "return 1 --text 'The P1 is missing'"),
        ("list", listing, _("List the sheets you may read, the newest first."), "list --json"),
    ):  # fmt: skip
        group.command(name, help=words + head + example)(command)
    app.add_typer(group, name="shift", help=_("Hand shifts over."))


def sheet(
    of: str = typer.Option(None, "--of", metavar="LOGIN", help=_("Somebody else's.")),
    team: str = typer.Option(None, "--team", metavar="TEAM", help=_("All that a team has.")),
    within: str = typer.Option("1h", "--within", metavar="SPAN", help=_("At risk is what is due within it.")),
    as_json: bool = output.Json,
) -> None:
    """Print the sheet as it would be sent now."""
    from sharedops_core.views import sheets

    if of is not None and team is not None:
        raise BadInput(_("--of and --team: one of them would be right"))
    with context.looking("console") as (session, reader):
        card = sheets.drawn(session, context.now(), of, team, _span(within), reader=reader)
    _print(card, as_json=as_json)


def show(sheet_id: int = Sheet, as_json: bool = output.Json) -> None:
    """Print a sheet that was sent."""
    from sharedops_core.views import sheets

    with context.looking("console") as (session, reader):
        card = sheets.sheet(session, sheet_id, context.now(), reader=reader)
    _print(card, as_json=as_json)


def hand_over(
    to: str = typer.Option(..., "--to", metavar="LOGIN", help=_("Your successor.")),
    text: str = typer.Option(None, "--text", help=_("The remark; - reads it from stdin; without it $EDITOR opens.")),
    keep: bool = typer.Option(False, "--keep", help=_("The signature moves nothing: your tickets stay yours.")),
    as_json: bool = output.Json,
) -> None:
    """Send the sheet."""
    from sharedops_core.desk import sheets

    words = ticket_acts.text_of(text, "shift")
    done = context.act(lambda session, actor, at: sheets.hand_over(
        session, to, words, actor=actor, at=at, assigns=not keep))  # fmt: skip
    if as_json:
        output.document({"sheet": done.sheet.id, "sign_by": done.sheet.sign_by, "left_out": done.left_out})
        return
    output.show(_("sheet {n} is sent; {login} signs it").format(n=done.sheet.id, login=to))
    if done.left_out:
        words = _("confidential, not for {login} and left out: {numbers}")
        output.say(words.format(login=to, numbers=joined(done.left_out)))


def sign(sheet_id: int = Sheet, as_json: bool = output.Json) -> None:
    """Sign."""
    from sharedops_core.desk import sheets

    done = context.act(lambda session, actor, at: sheets.sign(session, sheet_id, actor=actor, at=at))
    if as_json:
        output.document({"sheet": sheet_id, "moved": done.moved, "stayed": done.stayed})
        return
    output.show(_("sheet {n} is signed").format(n=sheet_id))
    if done.moved:
        output.show(_("yours now: {numbers}").format(numbers=joined(done.moved)))
    for number, why in done.stayed.items():
        output.show(_("{number} stays: {why}").format(number=number, why=why))


def send_back(sheet_id: int = Sheet, text: str = ticket_acts.Text, as_json: bool = output.Json) -> None:
    """Send back."""
    from sharedops_core.desk import sheets

    words = ticket_acts.text_of(text, "shift")
    context.act(lambda session, actor, at: sheets.send_back(session, sheet_id, words, actor=actor, at=at))
    if as_json:
        output.document({"sheet": sheet_id, "decision": "returned"})
    else:
        output.show(_("sheet {n} is sent back").format(n=sheet_id))


def listing(as_json: bool = output.Json, as_csv: bool = output.Csv) -> None:
    """List sheets."""
    from dataclasses import asdict

    from sharedops_core.rules.sheets import decision_name
    from sharedops_core.views import sheets

    with context.looking("console") as (session, reader):
        now, found = context.now(), sheets.listed(session, reader=reader)
    rows, brief = [asdict(one) | {"is_late": one.is_late(now)} for one in found], output.to_the_minute
    columns = [
        Column("sheet_id", _("Sheet"), is_number=True), Column("author", _("Handed over by")),
        Column("successor", _("Successor")), Column("sent_at", _("Sent"), said=brief),
        Column("sign_by", _("Sign by"), said=brief),
        Column("decision", _("State"), said=decision_name), Column("answered_at", _("Answered"), said=brief),
        Column("is_late", _("Late")), Column("held_count", _("Tickets"), is_number=True),
    ]  # fmt: skip
    if not (as_json or as_csv) and sys.stdout.isatty():
        # On 80 columns nine do not fit: whether it is late says what the two instants are asked for.
        columns = [one for one in columns if one.key not in ("sign_by", "answered_at")]
    output.table(columns, rows, as_json=as_json, as_csv=as_csv)


def _span(text: str) -> timedelta:
    from sharedops_core.rules import query

    found = query.span(text)
    if found is None or found < timedelta():
        raise BadInput(_("--within {value}: right would be a length such as 30m, 2h or 1d").format(value=text))
    return found


def _print(card: "SheetCard", *, as_json: bool) -> None:
    from sharedops_core.rules.text import one_line
    from sharedops_core.views import sheets

    if as_json:
        output.document(card)
        return
    now: datetime = context.now()
    for place, (title, lines) in enumerate(sheets.spelled_out(card, now)):
        output.show(("\n" if place else "") + title + "".join(f"\n  {one_line(line)}" for line in lines))
