"""`sharedops backup`, `restore`, `verify`: keeping a copy of the whole desk, and proving that it is one."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sharedops_core import sources
from sharedops_core.cli import checks, context, output
from sharedops_core.errors import DeskError, Refused
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
        " and kept as .before-restore. A backup of either engine becomes a desk on either."
    )
    app.command("restore", help=words + head + "restore desk-2026-03-02.backup --force")(restore)
    words = _(
        "Verify a backup without changing it, and without the desk: schema, pages, replay, clocks, indexes, hash"
        " chains; with --json the rows and a hash of every table."
    )
    app.command("verify", help=words + head + "verify desk-2026-03-02.backup --json")(verify)


def backup(file: Path = File, as_json: bool = output.Json) -> None:
    """Copy the desk."""
    from sharedops_core.store import backups
    from sharedops_core.views.health import size_text

    with context.database() as database:
        with database.read() as session:
            _require_admin(session)
        backups.back_up(database, file)
    size = file.stat().st_size
    if as_json:
        output.document({"file": str(file), "bytes": size})
    else:
        output.show(_("{file}: {size}").format(file=file, size=size_text(size)))
        output.say(_("it holds everything about everybody: keep it as safe as the desk; `sharedops verify` checks it"))


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

    with backups.readable(file) as ready:
        page = _examined(ready, file)
    checks.show(page, as_json=as_json)


def restore(
    file: Path = File,
    force: bool = typer.Option(False, "--force", help=_("Replace the desk that is there.")),
    as_json: bool = output.Json,
) -> None:
    """Put a backup in place."""
    from sharedops_core.store import backups, postgres

    sources.require(file)
    url = context.database_url()
    _require_admin_of(url)
    kept = _place_of_old(url, file, force=force)
    with backups.readable(file) as ready:
        page = _examined(ready, file)
        if not page.is_sound:
            words = _("{file} is not sound; nothing was changed").format(file=file)
            raise Refused("\n".join((words, *page.findings)))
        put = _put_on_server if postgres.is_meant(url) else _put_in_place
        again = put(ready, url, file, kept)
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


def _place_of_old(url: str, file: Path, *, force: bool) -> Path | None:
    """Return where the desk that is there will be kept, None when there is none; refuse unless somebody lets it go."""
    from sharedops_core.store import backups, postgres, sqlite, targets
    from sharedops_core.store.addresses import shown

    if postgres.is_meant(url):
        name = targets.desk_at(url)
        kept = backups.place_of_old(file.with_name(name)) if name else None
    else:
        desk = sqlite.file_of(url)
        kept = backups.place_of_old(desk) if desk.exists() else None
    if kept is not None and not force:
        words = _("there is a desk at {url} already; --force replaces it and keeps it as {kept}")
        raise Refused(words.format(url=shown(url), kept=kept))
    return kept


def _put_in_place(ready: Path, url: str, file: Path, _kept: Path | None) -> Sequence[str]:
    """Make a backup the desk, and return who has to be erased in it again."""
    from sharedops_core.store import backups

    erased = _erased_before(url)
    with backups.staged(ready, url) as partial:
        again = _signed(partial, file, erased)
        backups.put_in_place(partial, url)
    return again


def _put_on_server(ready: Path, url: str, file: Path, kept: Path | None) -> Sequence[str]:
    """Fill a desk on a server from a backup, in one transaction of it."""
    from sharedops_core.store import backups, db, moving, targets
    from sharedops_core.views import audit

    erased: Sequence[str] = ()
    if kept is not None:
        backups.keep(url, kept)
        erased = _erased_before(url)
    target = targets.new if kept is None else targets.emptied
    with closing(db.open_file(ready)) as source, source.read() as here, target(url) as there:
        moving.carry(here, there)
        context.record(there, "restore", {"file": str(file)})
        return audit.revived(there, erased)


def _examined(ready: Path, file: Path) -> "Page":
    from sharedops_core.store import db, dumps
    from sharedops_core.views import health

    kind = _("dump of PostgreSQL") if dumps.is_dump(file) else _("file of SQLite")
    with closing(db.open_file(ready)) as database, database.read() as session:
        return health.of_backup(session, kind, file.stat().st_size)


def _erased_before(url: str) -> Sequence[str]:
    """Return who has been erased in the desk that is there; nobody when it cannot be read any more."""
    from sharedops_core.store import db
    from sharedops_core.views import audit

    try:
        database = db.open_database(url)
    except DeskError:
        return []
    with closing(database), database.read() as session:
        return audit.erased_people(session)


def _signed(partial: Path, file: Path, erased: Sequence[str]) -> Sequence[str]:
    """Write the restore into the journal of what will be the desk, and return who has to be erased in it again."""
    from sharedops_core.store import db
    from sharedops_core.views import audit

    with closing(db.open_database(f"sqlite:///{partial}")) as database, database.write() as session:
        context.record(session, "restore", {"file": str(file)})
        return audit.revived(session, erased)
