"""`sharedops absence`: who is away, from when until when, and who stands in for them."""

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from sharedops_core.store.tables import Person

Login = typer.Argument(..., metavar="LOGIN")


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops absence "
    group.command(
        "add", help=_("Record that somebody is away; their deputy is told, and may answer, in their place.") + head
        + "add li.na --deputy wang.lei --until 2027-03-09T09:00"
    )(add)  # fmt: skip
    group.command("end", help=_("Record that somebody is back.") + head + "end li.na")(end)
    group.command("list", help=_("List who is away, or will be.") + head + "list --json")(listing)
    app.add_typer(group, name="absence", help=_("Who is away, and who stands in for them."))


def add(
    login: str = Login,
    deputy: str = typer.Option(..., "--deputy", metavar="LOGIN", help=_("Who stands in for them.")),
    since: str = typer.Option(None, "--from", metavar="MOMENT", help=_("Since when; else from now on.")),
    until: str = typer.Option(..., "--until", metavar="MOMENT", help=_("Until when, like 2027-03-09T09:00.")),
) -> None:
    """Record an absence."""
    from sharedops_core.desk import absences
    from sharedops_core.rules.moments import parse_moment

    def work(session: "Session", actor: "Person", at: datetime) -> None:
        begin = parse_moment(since, at) if since else at
        absences.be_absent(session, login, deputy, begin, parse_moment(until, at), actor=actor)

    context.act(work)
    output.show(_("{login} is recorded as absent; {deputy} stands in").format(login=login, deputy=deputy))


def end(login: str = Login) -> None:
    """Record that somebody is back."""
    from sharedops_core.desk import absences

    context.act(lambda session, actor, at: absences.be_back(session, login, actor=actor, at=at))
    output.show(_("{login} is back").format(login=login))


def listing(as_json: bool = output.Json, as_csv: bool = output.Csv) -> None:
    """List absences."""
    from dataclasses import asdict

    from sharedops_core.views import absences

    with context.looking("console") as (session, _reader):
        rows = [asdict(one) for one in absences.absences(session, context.now())]
    columns = [Column("login", _("Login")), Column("name", _("Name")), Column("from_at", _("From")),
               Column("until_at", _("Until")), Column("deputy", _("Deputy"))]  # fmt: skip
    output.table(columns, rows, as_json=as_json, as_csv=as_csv)
