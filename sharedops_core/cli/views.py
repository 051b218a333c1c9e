"""`sharedops view`: queries under a name, for oneself or for a team."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

_Team = typer.Option(None, "--team", metavar="CODE", help=_("The view is for this team; its lead makes such views."))


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops view "
    group.command("list", help=_("List the views you see: your own and those of your teams.") + head + "list")(listing)
    group.command(
        "save", help=_("Save a query under a name; the console shows it among the views.")
        + head + "save 'VIP today' 'is:vip opened:today' --sort -priority"
    )(save)  # fmt: skip
    group.command("rename", help=_("Give a view another name.") + head + "rename 'VIP today' 'VIP'")(rename)
    group.command("remove", help=_("Remove a view; its tickets stay as they are.") + head + "remove 'VIP'")(remove)
    app.add_typer(group, name="view", help=_("Saved views of the queue."))


def listing(as_json: bool = output.Json, as_csv: bool = output.Csv, header: bool = output.Header) -> None:
    """List saved views."""
    from sharedops_core.views import saved

    with context.looking() as (session, reader):
        found = saved.saved(session, reader=reader)
    rows = [asdict(row) for row in found]
    titles = {"name": _("Name"), "team_code": _("Team"), "query": _("Query"), "sort": _("Order")}
    columns = [Column(key, title) for key, title in titles.items()]
    output.table(columns, rows, as_json=as_json, as_csv=as_csv, has_header=header)


def save(
    name: str = typer.Argument(..., metavar="NAME"),
    query: str = typer.Argument(..., metavar="QUERY"),
    team: str = _Team,
    sort: str = typer.Option("due", "--sort", help=_("The order; with - in front of it the other way round.")),
) -> None:
    """Save a view."""
    from sharedops_core.desk import saving

    wanted, is_down = order_of(sort)
    view = context.act(
        lambda session, actor, at: saving.save_view(
            session, name, query, actor=actor, at=at, team=team, sort=wanted, is_descending=is_down
        )
    )
    output.say(_("the view {name} is saved").format(name=view.name))


def order_of(value: str) -> tuple[str, bool]:
    """Return the order that `--sort` names, and whether it is turned round; raises BadInput for one that is none."""
    from sharedops_core.views.rows import SORTS

    sort = value.removeprefix("-")
    if sort not in SORTS:
        raise unknown("--sort", value, SORTS)
    return sort, value.startswith("-")


def unknown(option: str, value: str, known: "Iterable[str]") -> BadInput:
    """Return the error of an option whose value is none of those there are."""
    text = _("{option} {value}: unknown; there are {names}")
    return BadInput(text.format(option=option, value=value, names=joined(known)))


def rename(
    name: str = typer.Argument(..., metavar="NAME"),
    new: str = typer.Argument(..., metavar="NEW"),
    team: str = _Team,
) -> None:
    """Rename a view."""
    from sharedops_core.desk import saving

    view = context.act(
        lambda session, actor, at: saving.rename_view(
            session, saving.view_id(session, name, actor=actor, team=team), new, actor=actor, at=at
        )
    )
    output.say(_("the view is called {name} now").format(name=view.name))


def remove(name: str = typer.Argument(..., metavar="NAME"), team: str = _Team) -> None:
    """Remove a view."""
    from sharedops_core.desk import saving

    gone = context.act(
        lambda session, actor, at: saving.remove_view(
            session, saving.view_id(session, name, actor=actor, team=team), actor=actor, at=at
        )
    )
    output.say(_("the view {name} is gone; its tickets are where they were").format(name=gone))
