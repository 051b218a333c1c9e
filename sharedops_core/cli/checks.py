"""How the page of the doctor is printed: one line per check, its findings below it, exit code 1 when one is wrong."""

from typing import TYPE_CHECKING

import typer

from sharedops_core.cli import output
from sharedops_core.cli.output import Column
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sharedops_core.views.health import Page


def show(page: "Page", *, as_json: bool) -> None:
    """Print a page and end the command with what it says."""
    from sharedops_core.views import health

    if as_json:
        facts = {"is_sound": page.is_sound, "checks": page.checks, "tickets": page.tickets, "events": page.events}
        output.document(facts | ({"tables": page.tables} if page.tables else {}))
    else:
        rows = [
            {"status": health.status_name(check.status), "check": health.check_name(check.name), "said": said}
            for check in page.checks
            for said in check.findings or (check.said,)
        ]
        columns = [Column("status", _("Is")), Column("check", _("Looked at")), Column("said", _("What"))]
        output.table(columns, rows)
    if not page.is_sound:
        raise typer.Exit(1)
