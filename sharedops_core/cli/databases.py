"""`sharedops init` and `sharedops doctor`: making a database, and saying in one page how it is."""

from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import checks, context, output
from sharedops_core.errors import BadInput, Refused
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session


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
            " alarms, drafts, disk, server. Exit code 1 when something is wrong; a warning is not."
        )
        + head + "doctor --json",
    )(doctor)  # fmt: skip


def init(
    demo: int = typer.Option(0, "--demo", min=0, max=1_000_000, help=_("Also make so many tickets around now.")),
    seed: int = typer.Option(7, "--seed", help=_("Another number, another demo desk.")),
    bare: bool = typer.Option(False, "--bare", help=_("Only calendars, policies and reasons, no people or catalogue.")),
) -> None:
    """Create or upgrade the database; what is there already is left as it is."""
    from sharedops_core.store.addresses import shown
    from sharedops_core.store.db import initialise

    if bare and demo:
        raise BadInput(_("--bare and --demo exclude each other: a demo needs people and a catalogue"))
    url = context.database_url()
    database = initialise(url)
    try:
        with database.write() as session:
            said = [*_fill(session, demo=demo, seed=seed, bare=bare), *_unguarded(session)]
    finally:
        database.close()
    output.show(_("ready: {url}").format(url=shown(url)))
    for sentence in said:
        output.say(sentence)


def _unguarded(session: "Session") -> list[str]:
    """Return what is to be done before the database itself holds everybody to their rights."""
    from sharedops_core.store import guard

    if guard.is_ready(session):
        return []
    return [
        _(
            "the server does not know the group of the desk yet; whoever runs it does: {sql}; then run `init` again"
        ).format(sql=f"CREATE ROLE {guard.GROUP}; GRANT {guard.GROUP} TO CURRENT_USER WITH ADMIN OPTION")
    ]


def _fill(session: "Session", *, demo: int, seed: int, bare: bool) -> list[str]:
    """Load what a desk begins with; return what whoever set it up must know."""
    from sharedops_core import config
    from sharedops_core.desk import finding, identity
    from sharedops_core.intake import living, masterdata
    from sharedops_core.views import people

    is_new = people.is_nobody_here(session)
    if demo and not is_new and not identity.is_demo(session):
        raise Refused(_("this desk is in use: in a demo everybody may act as everybody; give it a database of its own"))
    if not is_new and not identity.is_demo(session):
        finding.require(session, "administer", context.actor(session))
    load = masterdata.load_rules if bare else masterdata.load_seed
    load(session, config.shipped("seed_data"), at=context.now())
    if demo:
        living.generate(session, seed=seed, at=context.now(), tickets=demo)
        identity.mark_demo(session)
    admitted = identity.admit(session, config.account()) if is_new else None
    context.record(session, "init", {"bare": bare, "demo": demo})
    if admitted is None:
        return []
    said = _("{login}, the account that made this desk, is its admin; add others with `sharedops admin user add`")
    return [said.format(login=admitted.login)]


def doctor(as_json: bool = output.Json) -> None:
    """Examine the database."""
    from sharedops_core.views import health

    with context.looking("audit") as (session, reader):
        page = health.page(session, context.now(), reader=reader)
    checks.show(page, as_json=as_json)
