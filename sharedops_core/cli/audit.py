"""`sharedops audit`: proving that no line of a journal was touched, and what administration did."""

from dataclasses import asdict

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.i18n import _


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops audit "
    words = _(
        "Walk the hash chains of the journal and of administration, and name the first link that is broken; exit code 1"
        " when there is one. Note the last hash outside the desk: with --noted it proves later that the past was not"
        " written anew."
    )
    group.command("verify", help=words + head + "verify\n  sharedops audit verify --noted 9f2c41d07b --json")(verify)
    words = _("List what administration did: imports, policies put in force, erasures, restores; newest first.")
    group.command("list", help=words + head + "list --limit 20\n  sharedops audit list --json")(list_)
    app.add_typer(group, name="audit", help=_("Audit."))


def verify(
    noted: str = typer.Option("", "--noted", metavar="HASH", help=_("A hash noted earlier, or its beginning.")),
    as_json: bool = output.Json,
) -> None:
    """Walk the chains."""
    from sharedops_core.views import audit

    with context.looking("audit") as (session, reader):
        found = audit.verify(session, reader=reader, noted=noted)
    is_lost = bool(noted) and not any(one.is_noted_found for one in found)
    if as_json:
        output.document({"chains": [asdict(one) for one in found], "is_noted_found": not is_lost if noted else None})
    else:
        for one in found:
            words = _("{chain}: {n} lines hold, the last hash is {head}")
            output.show(words.format(chain=audit.chain_name(one.chain), n=one.lines, head=one.head))
            if one.broken is not None:
                words = _("{chain}: broken at {where}")
                output.show(words.format(chain=audit.chain_name(one.chain), where=one.broken.sentence))
        if is_lost:
            output.show(_("no line has the hash {hash}: the past was written anew").format(hash=noted))
    if is_lost or any(one.broken for one in found):
        raise typer.Exit(1)


def list_(
    limit: int = typer.Option(100, "--limit", min=1, help=_("At most so many.")),
    as_json: bool = output.Json,
    as_csv: bool = output.Csv,
) -> None:
    """List acts of administration."""
    from sharedops_core.views import audit

    with context.looking("audit") as (session, _reader):
        found = audit.admin_events(session, limit=limit)
    rows = [asdict(one) for one in found]
    if not as_json:
        rows = [row | {"detail": _in_words(row["detail"])} for row in rows]
    columns = [
        Column("line_id", _("Line"), is_number=True), Column("at", _("When")), Column("login", _("Who")),
        Column("act", _("Act"), said=audit.act_name), Column("detail", _("Particulars")),
    ]  # fmt: skip
    output.table(columns, rows, as_json=as_json, as_csv=as_csv)


def _in_words(detail: dict[str, object]) -> str:
    """Return particulars on one line."""
    return ", ".join(f"{name}={output.text_of(value)}" for name, value in detail.items())
