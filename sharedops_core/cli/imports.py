"""`sharedops import`: catalogue, people, knowledge and calendars from files; all of a file or nothing of it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import context, import_tickets, output
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, ngettext

if TYPE_CHECKING:
    from sqlmodel import Session

    from sharedops_core.desk.masterdata import Changes

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    kinds = {
        "catalogue": (_("Import the service catalogue from TOML, CSV or XLSX."), "catalogue/ --dry-run"),
        "people": (_("Import teams, shifts, skills and companies (TOML), agents and requesters (CSV or XLSX)."),
                   "people/requesters.csv"),
        "knowledge": (_("Import knowledge articles from TOML, CSV or XLSX."), "knowledge/finance.toml"),
        "policies": (_("Import policies, escalation chains, reason codes and the priority matrix from TOML."),
                     "policies/policies.toml --dry-run"),
        "dispatch": (
            _("Import the rules of dispatch from TOML: needed skills, triage of new tickets, push."),
            "dispatch/dispatch.toml --dry-run",
        ),
    }  # fmt: skip
    for kind, (words, example) in kinds.items():
        group.command(kind, help=_help(words, f"import {kind} {example}"))(_command(kind))
    words = _("Import working-time calendars (TOML), or the holidays of a year (iCal, holiday-cn JSON) into one.")
    example = "import calendar calendars/cn-office.toml\n  sharedops import calendar 2027.json --calendar cn-office"
    group.command("calendar", help=_help(words, example))(calendar)
    import_tickets.register(group)
    app.add_typer(group, name="import", help=_("Import from files."))


def _help(words: str, example: str) -> str:
    rule = _("What is new is added, what differs is changed, nothing is deleted.")
    return f"{words} {rule}\n\n\b\n" + _("Examples:") + f"\n  sharedops {example}"


Source = typer.Argument(..., metavar="FILE|FOLDER")
DryRun = typer.Option(False, "--dry-run", help=_("Say what would be done, change nothing."))


def _command(kind: str) -> Callable[..., None]:
    def command(file: Path = Source, dry_run: bool = DryRun, as_json: bool = output.Json) -> None:
        from sharedops_core.intake import masterdata

        work = masterdata.IMPORTS[kind]
        _run(kind, file, lambda session, at: work(session, file, at), dry_run=dry_run, as_json=as_json)

    return command


def calendar(
    file: Path = Source,
    into: list[str] = typer.Option([], "--calendar", metavar="CODE", help=_("Where holidays go; may be repeated.")),
    since: str = typer.Option(None, "--from", metavar="DATE", help=_("The edit counts from this date; else today.")),
    retroactive: bool = typer.Option(False, "--retroactive", help=_("Allow a date that has passed.")),
    dry_run: bool = DryRun,
    as_json: bool = output.Json,
) -> None:
    """Import calendars and recompute what is open."""
    from sharedops_core.desk.masterdata import Changes
    from sharedops_core.intake import calendars

    day = _day(since)

    def work(session: "Session", at: datetime) -> Changes:
        codes: list[str | None] = [*into] or [None]
        edits = [calendars.Edit(code, day, retroactive) for code in codes]
        return sum((calendars.calendars(session, file, at=at, edit=edit) for edit in edits), Changes())

    _run("calendar", file, work, dry_run=dry_run, as_json=as_json)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            _("{option} {value}: is no date; right would be 2026-03-02").format(option="--from", value=text)
        ) from None


def _run(
    kind: str, file: Path, work: "Callable[[Session, datetime], Changes]", *, dry_run: bool, as_json: bool
) -> None:
    """Import, put in force what it changed, recompute open tickets: one transaction, or none of it."""
    from sharedops_core.desk import finding, terms
    from sharedops_core.store import access

    with context.acting() as (session, actor, at):
        finding.require(session, "import", actor)
        changes = work(session, at)
        done = {"added": len(changes.added), "changed": len(changes.changed)}
        context.record(session, "import", {"kind": kind, "file": str(file), **done})
        recomputed = terms.renew(session, actor=actor, at=at)
        seen = access.seen(session, access.reader(session, actor), [one.ticket_id for one in recomputed])
        if dry_run:
            session.rollback()
    result = {
        "added": list(changes.added), "changed": list(changes.changed), "unchanged": changes.unchanged,
        "recomputed": [
            {"number": one.number, "clocks": [asdict(change) for change in one.changes]}
            for one in recomputed
            if one.ticket_id in seen
        ],
        "dry_run": dry_run,
    }  # fmt: skip
    if as_json:
        output.document(result)
    else:
        _tell(result)


def _tell(result: dict[str, Any]) -> None:
    from sharedops_core.rules.commitments import clock_name

    for sign, keys in (("+", result["added"]), ("~", result["changed"])):
        for key in keys[:_SHOWN]:
            output.show(f"{sign} {key}")
        if len(keys) > _SHOWN:
            output.show(_("{sign} and {n} more").format(sign=sign, n=len(keys) - _SHOWN))
    for one in result["recomputed"][:_SHOWN]:
        for change in one["clocks"]:
            due = [output.text_of(change[name]) for name in ("before", "after")]
            output.show(f"  {one['number']}  {clock_name(change['kind'])}  {due[0]} -> {due[1]}")
    if result["recomputed"]:
        output.show(
            ngettext("{n} open ticket recomputed", "{n} open tickets recomputed", len(result["recomputed"])).format(
                n=len(result["recomputed"])
            )
        )
    output.show(
        _("{added} added, {changed} changed, {unchanged} unchanged").format(
            added=len(result["added"]), changed=len(result["changed"]), unchanged=result["unchanged"]
        )
    )
    if result["dry_run"]:
        output.say(_("dry run: nothing was changed"))
