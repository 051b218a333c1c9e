"""`sharedops import tickets`: the log of another desk, by a profile, all of it or nothing."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sharedops_core.intake.tickets import Imported


def register(group: typer.Typer) -> None:
    """Add the command to the group `import`."""
    words = _(
        "Import tickets from the log of another desk. A profile says what its columns mean: servicenow, volvo, or a"
        " file of your own. Tickets with a flawed row are left out whole; running it again adds nothing."
    )
    examples = (
        f"\n\n\b\n{_('Examples:')}\n  sharedops import tickets incident_event_log.csv.gz --profile servicenow"
        "\n  sharedops import tickets our_log.csv --profile our_profile.toml --errors wrong.csv"
    )
    group.command("tickets", help=words + examples)(tickets)


def tickets(
    file: Path = typer.Argument(..., metavar="FILE"),
    profile: str = typer.Option(..., "--profile", help=_("Name of a shipped profile, or a .toml file.")),
    errors: Path = typer.Option(None, "--errors", help=_("Where flawed rows go; else beside the log.")),
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Say what would be done, change nothing.")),
    as_json: bool = output.Json,
) -> None:
    """Import a log in one transaction."""
    from sharedops_core.desk import finding
    from sharedops_core.intake import profiles
    from sharedops_core.intake import tickets as intake

    found = profiles.find(profile)
    with context.acting() as (session, actor, _at), _Progress(file) as progress:
        finding.require(session, "import", actor)
        done = intake.import_log(session, file, found, progress.reached)
        context.record(session, "import", {"kind": "tickets", "file": str(file), "added": done.added})
        if dry_run:
            session.rollback()
    error_file = None
    if done.flaws:
        error_file = errors or file.with_name(f"{file.name}.errors.csv")
        intake.write_flaws(error_file, done.flaws)
    result = {
        "added": done.added,
        "events": done.events,
        "already_here": done.known,
        "left_out": done.left_out,
        "flaws": len(done.flaws),
        "error_file": str(error_file) if error_file else None,
        "dry_run": dry_run,
    }
    if as_json:
        output.document(result)
    else:
        _tell(done, error_file, dry_run=dry_run)


def _tell(done: "Imported", error_file: Path | None, *, dry_run: bool) -> None:
    output.show(
        _("{added} tickets with {events} events added, {known} were here already, {left_out} left out").format(
            added=done.added, events=done.events, known=done.known, left_out=done.left_out
        )
    )
    if error_file:
        output.say(_("{n} flaws, with line and reason, are in {file}").format(n=len(done.flaws), file=error_file))
    if dry_run:
        output.say(_("dry run: nothing was changed"))


class _Progress:
    """A progress bar on stderr while the log is read, then a line while it is written; silent in a pipe."""

    def __init__(self, file: Path) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._size = file.stat().st_size if file.is_file() else 0
        self._task = self._bar.add_task(_("reading"), total=self._size or None)

    def __enter__(self) -> "_Progress":
        self._bar.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._bar.stop()

    def reached(self, count: int) -> None:
        """Show how many bytes have been read."""
        is_read = self._size and count >= self._size
        self._bar.update(
            self._task, completed=count, total=None if is_read else self._size,
            description=_("writing") if is_read else _("reading"),
        )  # fmt: skip
