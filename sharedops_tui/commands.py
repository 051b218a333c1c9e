"""The commands that open the console: `console` on the desk's database, `demo` on a throw-away one.

Textual is imported inside the commands only: it costs a third of a second that no other command should pay.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sharedops_core import config
from sharedops_core.cli import context, output
from sharedops_core.cli import settings as settings_commands
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sharedops_core.store.access import Deputy
    from sharedops_core.store.db import Database

DEMO_AGENT = "li.na"
DEMO_SEED = 7


def register(app: typer.Typer) -> None:
    """Add the commands to the command line, and the console's checks to those of the settings."""
    settings_commands.CHECKS[:] = [findings]
    app.command("console", help=_("Open the console on the desk's database. Also what `sharedops` alone does."))(
        console
    )
    app.command(
        "demo",
        help=_(
            "Open the console on a throw-away database full of seed data.\n\n\b\nExamples:\n  sharedops demo\n"
            "  sharedops --lang zh demo --tickets 2000\n  sharedops demo --keep desk.db"
        ),
    )(demo)


def findings(settings: Path) -> list[str]:
    """Return everything that is wrong with the keys, themes and templates of the user."""
    from sharedops_tui import keymap, templates, theming

    _keys, found = keymap.read(settings)
    try:
        found += theming.check(settings)
        templates.load(settings.with_name("templates.toml"))
    except BadInput as error:
        found += error.findings
    return found


def console() -> None:
    """Open the console."""
    from sharedops_core.store import access
    from sharedops_core.store.db import open_database

    _require_terminal()
    settings = config.load()
    database = open_database(context.database_url())
    try:
        with database.read() as session:
            person = context.actor(session)
            deputy = access.deputy_of(session, person.id)
        _run(database, settings, person.login, deputy=deputy)
    finally:
        database.close()


def demo(
    tickets: int = typer.Option(400, min=1, max=200_000, help=_("How many tickets the desk has.")),
    keep: Path = typer.Option(None, help=_("Keep the database in this file instead of deleting it.")),
    seed: int = typer.Option(DEMO_SEED, help=_("Another number, another desk.")),
) -> None:
    """Make a desk and open it as one of its agents."""
    _require_terminal()
    settings = config.load()
    with tempfile.TemporaryDirectory(prefix="sharedops-demo-", ignore_cleanup_errors=True) as folder:
        file = keep or Path(folder) / "demo.db"
        if keep is not None and keep.exists():
            text = _("{file} exists already; open it with: sharedops --db sqlite:///{file} --as {who} console")
            raise BadInput(text.format(file=keep, who=context.given.user or DEMO_AGENT))
        output.say(_("Making a desk with {n} tickets…").format(n=tickets))
        # What the console knows of a throw-away desk goes with it.
        _demo(f"sqlite:///{file}", tickets, seed, settings, None if keep else Path(folder))
    if keep is not None:
        output.say(_("The desk is in {file}; open it with: sharedops --db sqlite:///{file} --as {who}").format(
            file=keep, who=context.given.user or DEMO_AGENT))  # fmt: skip


def _demo(url: str, tickets: int, seed: int, settings: config.Settings, state: Path | None) -> None:
    from sharedops_core.intake.living import make_demo
    from sharedops_core.store.db import open_database

    make_demo(url, seed=seed, at=context.now(), tickets=tickets)
    database = open_database(url)
    try:
        _run(database, settings, context.given.user or DEMO_AGENT, state=state)
    finally:
        database.close()


def _require_terminal() -> None:
    # In a browser the terminal is at the other end of a driver that the variable names.
    if os.environ.get("TEXTUAL_DRIVER"):
        return
    if sys.stdin is None or sys.stderr is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(_("the console needs a terminal; in a pipe use commands such as `sharedops ticket list`"))


def _run(
    database: "Database",
    settings: config.Settings,
    login: str,
    *,
    state: Path | None = None,
    deputy: "Deputy | None" = None,
) -> None:
    # Full-width ？ ／ ： from Chinese input methods arrive only without the Kitty keyboard protocol.
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    from sharedops_tui import breaking, ending, keymap
    from sharedops_tui.app import SharedopsApp
    from sharedops_tui.bridge import Bridge

    if wrong := keymap.read(settings.path)[1]:
        raise BadInput(*wrong)
    breaking.forgive_bytes()
    app = SharedopsApp(Bridge(database, login, deputy), settings, state)
    # GNU screen keeps a bare esc back until the next byte while a program follows the mouse.
    app.run(mouse="STY" not in os.environ)
    ending.settle()
    if app.return_code:
        raise typer.Exit(app.return_code)
