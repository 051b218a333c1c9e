"""`sharedops init` and `sharedops doctor`: making a database, and saying in one page how it is."""

import typer

from sharedops_core.cli import checks, context, output
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops "
    app.command(
        "init",
        help=_("Make the database, or upgrade it, and load the catalogue, people, calendars and knowledge.")
        + head + "init\n  sharedops --db sqlite:///desk.db init --demo 400",
    )(init)  # fmt: skip
    app.command(
        "doctor",
        help=_(
            "Say in one page how the desk is: database, replay, clocks, hash chains, indexes, policies, calendars,"
            " alarms, drafts, disk. Exit code 1 when something is wrong; a warning is not."
        )
        + head + "doctor --json",
    )(doctor)  # fmt: skip


def init(
    demo: int = typer.Option(0, "--demo", min=0, max=1_000_000, help=_("Also make so many tickets around now.")),
    seed: int = typer.Option(7, "--seed", help=_("Another number, another demo desk.")),
    bare: bool = typer.Option(False, "--bare", help=_("Only calendars, policies and reasons, no people or catalogue.")),
) -> None:
    """Create or upgrade the database; what is there already is left as it is."""
    from sharedops_core import config
    from sharedops_core.intake import masterdata
    from sharedops_core.store.db import initialise, shown

    if bare and demo:
        raise BadInput(_("--bare and --demo exclude each other: a demo needs people and a catalogue"))
    url = context.database_url()
    database = initialise(url)
    try:
        with database.write() as session:
            load = masterdata.load_rules if bare else masterdata.load_seed
            load(session, config.shipped("seed_data"), at=context.now())
            context.record(session, "init", {"bare": bare, "demo": demo})
            if demo:
                from sharedops_core.intake import living

                living.generate(session, seed=seed, at=context.now(), tickets=demo)
    finally:
        database.close()
    output.show(_("ready: {url}").format(url=shown(url)))


def doctor(as_json: bool = output.Json) -> None:
    """Examine the database."""
    from sharedops_core.views import health

    with context.reading() as session:
        page = health.page(session, context.now())
    checks.show(page, as_json=as_json)
