"""`sharedops admin`: who works here, and what of the past may go."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output, users
from sharedops_core.errors import BadInput, Conflict, Refused
from sharedops_core.i18n import _, ngettext

if TYPE_CHECKING:
    from sharedops_core.desk.erasing import Erasure
    from sharedops_core.store.db import Database


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    words = _(
        "Erase a person and keep the figures: a pseudonym takes the place of their name, login, mail and telephone"
        " everywhere, what they wrote is gone, times, states and ratings stay, the hash chain holds. Asks for the login"
        " once more. Backups made before still hold the person."
    )
    examples = "admin erase shen.guohua --dry-run\n  sharedops admin erase shen.guohua --yes --json"
    group.command("erase", help=f"{words}\n\n\b\n{_('Examples:')}\n  sharedops {examples}")(erase)
    words = _(
        "Write the database anew without what was deleted. An erasure does so by itself unless others are at work, who"
        " would have to wait for it on PostgreSQL."
    )
    group.command("compact", help=f"{words}\n\n\b\n{_('Examples:')}\n  sharedops admin compact")(compact)
    words = _("Make everybody of the desk a login of the database, and print the SQL that somebody else has to run.")
    group.command("logins", help=f"{words}\n\n\b\n{_('Examples:')}\n  sharedops admin logins > logins.sql")(logins)
    users.register(group)
    app.add_typer(group, name="admin", help=_("Administration."))


def erase(
    login: str = typer.Argument(..., metavar="LOGIN"),
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Say what would be done, change nothing.")),
    yes: bool = typer.Option(False, "--yes", help=_("Do not ask.")),
    as_json: bool = output.Json,
) -> None:
    """Erase a person."""
    from sharedops_core.desk import erasing

    with context.database() as database:
        if not dry_run and not yes:
            _confirm(database, login)
        with database.write() as session:
            done = erasing.erase(session, login, actor=context.actor(session), at=context.now())
            if dry_run:
                session.rollback()
        is_compact = dry_run or _compacted(database)
    if as_json:
        output.document(asdict(done) | {"dry_run": dry_run, "is_compact": is_compact})
    else:
        _tell(done, dry_run=dry_run, is_compact=is_compact)


def compact() -> None:
    """Drop what was deleted from the file."""
    from sharedops_core.desk import finding
    from sharedops_core.store import db

    with context.database() as database:
        with database.read() as session:
            finding.require(session, "administer", context.actor(session))
        if not db.compact(database):
            raise Conflict(_("consoles are reading what is old; close them and try again"))
    output.say(_("nothing that was deleted is left in the files of the database"))


def logins() -> None:
    """Let everybody of the desk connect."""
    from sharedops_core.desk import people
    from sharedops_core.store import logins as of_server

    count, left = context.act(
        lambda session, actor, at: (people.connect(session, actor=actor, at=at), of_server.left(session))
    )
    for statement in left:
        output.show(f"{statement};")
    output.say(ngettext("{n} login of the desk", "{n} logins of the desk", count).format(n=count))


def _confirm(database: "Database", login: str) -> None:
    """Ask for the login once more; where nobody can answer, --yes has to be said."""
    from sharedops_core.desk import finding

    with database.read() as session:
        name = finding.person(session, login).name
    if not sys.stdin.isatty():
        raise BadInput(_("this cannot be taken back; say --yes where nobody can be asked"))
    output.say(_("{name} will be erased everywhere. This cannot be taken back.").format(name=name))
    if typer.prompt(_("Type the login to go on"), err=True).strip() != login.strip():
        raise Refused(_("that is another login; nothing was changed"))


def _compacted(database: "Database") -> bool:
    """Drop what is old from the files; while others are at work it has to stay, for they would have to wait."""
    from sharedops_core.store import db

    try:
        if db.others(database):
            db.tidy(database)
            return False
        return db.compact(database)
    except Conflict:
        return False


def _tell(done: "Erasure", *, dry_run: bool, is_compact: bool) -> None:
    for table, count in done.changed.items():
        output.show(f"{table}\t{count}")
    words = _("would become {pseudonym}") if dry_run else _("is {pseudonym} now")
    output.show(words.format(pseudonym=done.pseudonym))
    if done.open_tickets:
        output.say(_("{n} open tickets are still theirs; pass them on").format(n=done.open_tickets))
    if dry_run:
        output.say(_("dry run: nothing was changed"))
        return
    if not is_compact:
        output.say(_("consoles are at work: what was there stays in old pages until `sharedops admin compact`"))
    if done.login:
        output.say(_("the server still knows the login {login}; whoever runs it can drop it").format(login=done.login))
    output.say(_("backups, .before-restore files and import files made before still name this person"))
