"""`sharedops settings`: the numbers that a desk sets for itself, such as when silence closes a resolved ticket."""

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.i18n import _, ngettext


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops settings "
    group.command("list", help=_("List the numbers of this desk.") + head + "list --json")(listing)
    words = _("Set a number of this desk; it says what becomes of resolved tickets, and --dry-run only says it.")
    example = "set silent_after 10 --dry-run\n  sharedops settings set low_csat 3"
    group.command("set", help=words + head + example)(change)
    app.add_typer(group, name="settings", help=_("Numbers that this desk sets for itself."))


def listing(as_json: bool = output.Json, as_csv: bool = output.Csv, header: bool = output.Header) -> None:
    """List them."""
    from sharedops_core.rules.settings import NUMBERS, meaning
    from sharedops_core.store import settings

    with context.looking("console") as (session, _reader):
        rows = [
            {"setting": one.name, "value": settings.number(session, one.name), "usual": one.usual,
             "meaning": meaning(one.name)}
            for one in NUMBERS.values()
        ]  # fmt: skip
    columns = [
        Column("setting", _("Setting")), Column("value", _("Value"), is_number=True),
        Column("usual", _("Usually"), is_number=True), Column("meaning", _("Meaning")),
    ]  # fmt: skip
    output.table(columns, rows, as_json=as_json, as_csv=as_csv, has_header=header)


def change(
    name: str = typer.Argument(..., metavar="SETTING"),
    value: int = typer.Argument(..., metavar="NUMBER"),
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Say what would be done, change nothing.")),
    as_json: bool = output.Json,
) -> None:
    """Set one."""
    from dataclasses import asdict

    from sharedops_core.desk import settings

    with context.acting() as (session, actor, at):
        done = settings.change(session, name, value, actor=actor, at=at)
        if dry_run:
            session.rollback()
    if as_json:
        output.document(asdict(done) | {"dry_run": dry_run})
        return
    output.show(_("{name}: {before} -> {after}").format(name=done.name, before=done.before, after=done.after))
    if done.closing_count is not None:
        words = ngettext(
            "{n} resolved ticket is closed silently by the next sweep",
            "{n} resolved tickets are closed silently by the next sweep", done.closing_count,
        )  # fmt: skip
        output.say(words.format(n=done.closing_count))
    if dry_run:
        output.say(_("nothing was changed"))
