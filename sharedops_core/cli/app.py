"""The Typer app: global options, the command groups, and the one place where a refusal becomes an exit code."""

import errno
import os
import sys

import typer
from typer._click.exceptions import ClickException

from sharedops_core import __version__
from sharedops_core.cli import (
    absences,
    admin,
    audit,
    backups,
    catalogue,
    context,
    databases,
    desk_settings,
    dispatch,
    imports,
    knowledge,
    moving,
    reports,
    settings,
    shifts,
    sla,
    tickets,
    usage,
    views,
)
from sharedops_core.errors import DeskError, Full
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean

app = typer.Typer(
    name="sharedops",
    help=_("The console that runs a shared service centre."),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    tickets,
    views,
    imports,
    catalogue,
    knowledge,
    reports,
    sla,
    dispatch,
    databases,
    backups,
    moving,
    audit,
    absences,
    shifts,
    admin,
    settings,
    desk_settings,
):
    module.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sharedops {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main(
    ctx: typer.Context,
    db: str = typer.Option(None, "--db", metavar="URL", help=_("Database, such as sqlite:///desk.db.")),
    user: str = typer.Option(None, "--as", metavar="LOGIN", help=_("Act as this person, where that is allowed.")),
    lang: str = typer.Option(None, "--lang", metavar="en|zh", help=_("Language.")),
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help=_("Print the version.")
    ),
) -> None:
    """Open the console, or run one command."""
    context.given.db, context.given.user = db, user
    if ctx.invoked_subcommand is None:
        console = ctx.command.get_command(ctx, "console")  # type: ignore[attr-defined]
        if console is None:
            typer.echo(ctx.get_help())
        else:
            # The command itself would read the arguments once more.
            ctx.invoke(console.callback)


def run() -> None:
    """Run the command line; every DeskError becomes one message on stderr and its exit code."""
    try:
        raise SystemExit(app(prog_name="sharedops", standalone_mode=False) or 0)
    except ClickException as error:
        usage.tell(error)
        raise SystemExit(error.exit_code) from None
    except DeskError as error:
        typer.echo(clean(str(error)), err=True)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        # The reader of our output went away (`| head`); Python would complain once more while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(130) from None
    except Exception as error:  # noqa: BLE001  the last place before a user would see a traceback
        text, code = _unexpected(error)
        typer.echo(clean(text), err=True)
        raise SystemExit(code) from None


def _unexpected(error: Exception) -> tuple[str, int]:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _("the disk is full; what was being written is not whole: {why}").format(why=error), Full.exit_code
    from sharedops_core import config

    return config.broken(error), 1
