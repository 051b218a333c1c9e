"""`sharedops move`: a whole desk into another database, the other engine's most of all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.errors import Refused
from sharedops_core.i18n import _, ngettext

if TYPE_CHECKING:
    from sqlmodel import Session

    from sharedops_core.store.access import Reader
    from sharedops_core.store.db import Database
    from sharedops_core.store.moving import Told
    from sharedops_core.views.audit import Verdict


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    words = _(
        "Copy the whole desk into an empty database, from SQLite to PostgreSQL or back: one moment of it, all of it or"
        " nothing. Every table is read again there and its hash compared, both hash chains are walked. What was copied"
        " stays as it is."
    )
    examples = (
        "move --to postgresql://ops@db.example/desk --dry-run\n"
        "  sharedops --db sqlite:///desk.db move --to postgresql://ops@db.example/desk"
    )
    app.command("move", help=f"{words}\n\n\b\n{_('Examples:')}\n  sharedops {examples}")(move)


def move(
    to: str = typer.Option(..., "--to", metavar="URL", help=_("The empty database.")),
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Say what would be done, change nothing.")),
    as_json: bool = output.Json,
) -> None:
    """Copy the desk into another database."""
    from sharedops_core.desk import finding
    from sharedops_core.store import access, moving, targets
    from sharedops_core.store.addresses import shown

    with context.database() as source, source.read() as here:
        mover = context.actor(here)
        finding.require(here, "administer", mover)
        counted = moving.counts(here.connection())
        if dry_run:
            targets.refuse_full(to)
            _tell_plan(counted, as_json=as_json)
            return
        with _bar(2 * sum(counted.values())) as told, targets.new(to) as there:
            tables = moving.carry(here, there, told)
            chains = _walked(there, access.reader(here, mover))
            account = _known_as(there, mover.login)
            context.record(there, "move", {"from": shown(source.url)})
        missed = _written_meanwhile(here, source)
    rows = [asdict(one) for one in tables]
    if as_json:
        places = {"from": shown(source.url), "to": shown(to)}
        output.document({**places, "tables": rows, "chains": chains, "written_meanwhile": missed})
        return
    columns = [Column("table", _("Table")), Column("rows", _("Rows"), is_number=True), Column("hash", _("Hash"))]
    output.table(columns, [row | {"hash": row["hash"][:16]} for row in rows])
    words = _("{tables} tables with {rows} rows came back with the same hashes, both hash chains hold")
    output.say(words.format(tables=len(rows), rows=sum(counted.values())))
    _tell(to, missed, account)


def _walked(there: "Session", reader: "Reader") -> Sequence["Verdict"]:
    """Walk the chains as they came; nothing is kept when a link is broken."""
    from sharedops_core.views import audit

    found = audit.verify(there, reader=reader)
    for one in found:
        if one.broken is not None:
            words = _("{chain}: broken at {where}; nothing was moved")
            raise Refused(words.format(chain=audit.chain_name(one.chain), where=one.broken.sentence))
    return found


def _known_as(there: "Session", login: str) -> str | None:
    """Let whoever moves a desk administer it there, too; return their account there when it had to be written down."""
    from sharedops_core import config
    from sharedops_core.desk import finding, identity, people

    account = identity.account_of(there, config.account())
    if identity.is_demo(there) or identity.person_of(there, account) is not None:
        return None
    mover = finding.person(there, login)
    people.grant(there, login, people.Rights(account=account), actor=mover, at=context.now())
    return account


def _written_meanwhile(here: "Session", source: "Database") -> int:
    """Return how many lines of the journal were written after the moment that was copied."""
    from sharedops_core.store import chains

    with source.read() as later:
        return chains.end(later, chains.JOURNAL)[0] - chains.end(here, chains.JOURNAL)[0]


def _tell_plan(counted: dict[str, int], *, as_json: bool) -> None:
    rows = [{"table": table, "rows": count} for table, count in counted.items()]
    if as_json:
        output.document({"dry_run": True, "tables": rows})
        return
    output.table([Column("table", _("Table")), Column("rows", _("Rows"), is_number=True)], rows)
    output.say(_("dry run: nothing was changed"))


def _tell(to: str, missed: int, account: str | None) -> None:
    import os

    from sharedops_core import config
    from sharedops_core.store import postgres
    from sharedops_core.store.addresses import shown

    if account:
        output.say(_("there you are known by your account {account}").format(account=account))
    if missed:
        words = ngettext(
            "{n} line of the journal was written meanwhile and is not in the copy: close the consoles, move again",
            "{n} lines of the journal were written meanwhile and are not in the copy: close the consoles, move again",
            missed,
        )
        output.say(words.format(n=missed))
    if os.environ.get("SHAREDOPS_DATABASE_URL"):
        words = _("to work there, set SHAREDOPS_DATABASE_URL={url}")
    else:
        words = _('to work there, put database_url = "{url}" into {path}, or say --db {url}')
    output.say(words.format(url=shown(to), path=config.path()))
    if postgres.is_meant(to):
        output.say(_("then let the others connect: `sharedops admin logins`"))


@contextmanager
def _bar(total: int) -> Iterator["Told"]:
    """Show on a terminal how far it is; silent in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(_("moving"), total=total)
        yield lambda rows: bar.advance(task, rows)
