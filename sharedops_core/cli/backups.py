"""`sharedops backup`, `restore`, `verify`: keeping a copy of the whole desk, and proving that it is one."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import checks, context, output
from sharedops_core.errors import DeskError, NotFound, Refused
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from sharedops_core.views.health import Page

File = typer.Argument(..., metavar="FILE")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops "
    words = _("Write a copy of the whole desk into a file while consoles go on writing; all of it or nothing.")
    app.command("backup", help=words + head + "backup desk-2026-03-02.backup")(backup)
    words = _(
        "Put a backup in the place of the desk, after verifying it. A desk that is there is replaced with --force only,"
        " and kept beside it as .before-restore."
    )
    app.command("restore", help=words + head + "restore desk-2026-03-02.backup --force")(restore)
    words = _("Verify a backup without changing it: schema, pages, replay, clocks, indexes, hash chains.")
    app.command("verify", help=words + head + "verify desk-2026-03-02.backup --json")(verify)


def backup(file: Path = File, as_json: bool = output.Json) -> None:
    """Copy the desk."""
    from sharedops_core.store import backups
    from sharedops_core.views.health import size_text

    url = context.database_url()
    with context.reading() as session:
        _require_admin(session)
    backups.back_up(url, file)
    size = file.stat().st_size
    if as_json:
        output.document({"file": str(file), "bytes": size})
    else:
        output.show(_("{file}: {size}").format(file=file, size=size_text(size)))
        output.say(_("it holds everything about everybody: keep it as safe as the desk; `sharedops verify` proves it"))


def _require_admin(session: "Session") -> None:
    """Refuse what is about the whole desk, confidential lanes too, to whoever does not administer it."""
    from sharedops_core.desk import finding

    finding.require(session, "administer", context.actor(session))


def _require_admin_of(url: str) -> None:
    """Ask the desk that is to be replaced; one that cannot be opened any more, or is not there, asks nobody."""
    from sharedops_core.store import db

    try:
        database = db.open_database(url)
    except DeskError:
        return
    with closing(database), database.read() as session:
        _require_admin(session)


def verify(file: Path = File, as_json: bool = output.Json) -> None:
    """Look at a backup."""
    from sharedops_core.store import backups

    if file.is_file() and backups.is_dump(file):
        count = backups.contents_of_dump(file)
        words = _("a readable dump of PostgreSQL with {n} objects; replay and chains are proved after a restore")
        output.document({"objects": count}) if as_json else output.show(words.format(n=count))
        return
    checks.show(_examined(file), as_json=as_json)


def restore(
    file: Path = File,
    force: bool = typer.Option(False, "--force", help=_("Replace the desk that is there.")),
    as_json: bool = output.Json,
) -> None:
    """Put a backup in place."""
    from sharedops_core.store import backups

    url = context.database_url()
    if not file.is_file():
        raise NotFound(_("{file}: there is no such file").format(file=file))
    _require_admin_of(url)
    kept: Path | None = None
    again: Sequence[str] = ()
    if backups.is_postgres(url):
        _restore_postgres(file, url, force=force)
    else:
        kept, again = _restore_file(file, url, force=force)
    if as_json:
        output.document({"file": str(file), "kept": str(kept) if kept else None, "erase_again": again})
        return
    output.show(_("restored from {file}").format(file=file))
    if kept:
        output.say(_("the desk that was there is kept as {file}").format(file=kept))
    for login in again:
        output.say(
            _("{login} was erased after this backup was made; run `sharedops admin erase {login}`").format(login=login)
        )


def _restore_file(file: Path, url: str, *, force: bool) -> tuple[Path | None, Sequence[str]]:
    from sharedops_core.store import backups

    target = backups.file_of(url)
    if target.exists() and not force:
        words = _("{file} is there already; --force replaces it and keeps it as {kept}")
        raise Refused(words.format(file=target, kept=target.name + backups.BEFORE))
    page = _examined(file)
    if not page.is_sound:
        raise Refused(_("{file} is not sound; nothing was changed").format(file=file) + "\n" + "\n".join(page.findings))
    erased = _erased_before(url)
    with backups.staged(file, url) as partial:
        again = _signed(partial, file, erased)
        return backups.put_in_place(partial, url), again


def _restore_postgres(file: Path, url: str, *, force: bool) -> None:
    from sharedops_core.store import backups, db

    if not force:
        raise Refused(_("a restore replaces everything in {url}; say --force").format(url="PostgreSQL"))
    backups.restore_postgres(file, url)
    # What the database enforces is written anew: a dump brings no grants with it.
    with closing(db.initialise(url)) as database, database.write() as session:
        context.record(session, "restore", {"file": str(file)})


def _examined(file: Path) -> "Page":
    from sharedops_core.store import access, db
    from sharedops_core.views import health

    database = db.open_file(file)
    try:
        with database.read() as session:
            # Whoever has the file has all that is in it.
            return health.soundness(session, reader=access.Reader(0, "auditor"))
    finally:
        database.close()


def _erased_before(url: str) -> Sequence[str]:
    """Return who has been erased in the desk that is there; nobody when it cannot be read any more."""
    from sharedops_core.store import db
    from sharedops_core.views import audit

    try:
        database = db.open_database(url)
    except DeskError:
        return []
    try:
        with database.read() as session:
            return audit.erased_people(session)
    finally:
        database.close()


def _signed(partial: Path, file: Path, erased: Sequence[str]) -> Sequence[str]:
    """Write the restore into the journal of what will be the desk, and return who has to be erased in it again."""
    from sharedops_core.store import db
    from sharedops_core.views import audit

    database = db.open_database(f"sqlite:///{partial}")
    try:
        with database.write() as session:
            context.record(session, "restore", {"file": str(file)})
            return audit.revived(session, erased)
    finally:
        database.close()
