"""`sharedops import`: catalogue, people, knowledge and calendars from files; all of a file or nothing of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from sharedops_core.cli import context, import_tickets, output
from sharedops_core.i18n import _

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    kinds = {
        "catalogue": (_("Import the service catalogue from TOML, CSV or XLSX."), "catalogue/ --dry-run"),
        "people": (_("Import teams, shifts, skills and companies (TOML), agents and requesters (CSV or XLSX)."),
                   "people/requesters.csv"),
        "knowledge": (_("Import knowledge articles from TOML, CSV or XLSX."), "knowledge/finance.toml"),
        "calendar": (_("Import working-time calendars from TOML."), "calendars/cn-office.toml"),
        "policies": (_("Import policies, reason codes and the priority matrix from TOML."), "policies/policies.toml"),
    }  # fmt: skip
    for kind, (words, example) in kinds.items():
        text = words + " " + _("What is new is added, what differs is changed, nothing is deleted.")
        group.command(kind, help=f"{text}\n\n\b\n{_('Examples:')}\n  sharedops import {kind} {example}")(_command(kind))
    import_tickets.register(group)
    app.add_typer(group, name="import", help=_("Import from files."))


def _command(kind: str) -> Callable[..., None]:
    def command(
        file: Path = typer.Argument(..., metavar="FILE|FOLDER"),
        dry_run: bool = typer.Option(False, "--dry-run", help=_("Say what would be done, change nothing.")),
        as_json: bool = output.Json,
    ) -> None:
        from sharedops_core.intake import masterdata

        with context.database() as database, database.write() as session:
            changes = masterdata.IMPORTS[kind](session, file, context.now())
            if dry_run:
                session.rollback()
        result = {
            "added": list(changes.added), "changed": list(changes.changed), "unchanged": changes.unchanged,
            "dry_run": dry_run,
        }  # fmt: skip
        if as_json:
            output.document(result)
        else:
            _tell(result)

    return command


def _tell(result: dict[str, Any]) -> None:
    for sign, keys in (("+", result["added"]), ("~", result["changed"])):
        for key in keys[:_SHOWN]:
            output.show(f"{sign} {key}")
        if len(keys) > _SHOWN:
            output.show(_("{sign} and {n} more").format(sign=sign, n=len(keys) - _SHOWN))
    output.show(
        _("{added} added, {changed} changed, {unchanged} unchanged").format(
            added=len(result["added"]), changed=len(result["changed"]), unchanged=result["unchanged"]
        )
    )
    if result["dry_run"]:
        output.say(_("dry run: nothing was changed"))
