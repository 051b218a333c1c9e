"""`sharedops report`: figures with their definitions, rows by a dimension, for eyes or for machines."""

import csv
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import boards, context, output, report_page
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sharedops_core.views.figures import Report


_EXAMPLES = {"held": "team", "pingpong": "teams", "duties": "team", "shifts": "team", "tasks": "team",
             "satisfaction": "team"}  # fmt: skip
"""Report → by what its rows are made in the example of its help."""


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    helps = {
        "sla": _("Service levels: what was promised and what was kept."),
        "backlog": _("What is open now."),
        "handoffs": _("How tickets travel between teams and lines."),
        "volume": _("How many tickets come, go and come back."),
        "held": _("Who has had the tickets in hand, and how long."),
        "pingpong": _("Which tickets teams passed to and fro, for what reasons, and what leads decided."),
        "duties": _("What first-contact owners still answer for, wherever it is."),
        "shifts": _("Shifts handed over, and whether their sheets were signed in time."),
        "tasks": _("Tasks asked of other teams: done in time, late, turned down, still open."),
        "satisfaction": _("What requesters say: satisfaction, ease, and what became of follow-ups."),
    }
    for name, words in helps.items():
        by = _EXAMPLES.get(name, "priority")
        examples = f"\n\n\b\n{_('Examples:')}\n  sharedops report {name}\n  sharedops report {name} --by {by} --json"
        group.command(name, help=words + examples)(_command(name))
    boards.register(group)
    app.add_typer(group, name="report", help=_("Reports."))


def _command(name: str) -> Any:
    def command(
        by: str = typer.Option(
            None,
            "--by",
            help=_(
                "Rows by priority, line, team, state, kind, channel, item, month or day; held by party or agent,"
                " too; pingpong by reason, decision or teams; duties and satisfaction by owner; tasks by agent or"
                " asker; shifts by team, author or successor."
            ),
        ),
        start: str = typer.Option(None, "--from", metavar="DATE", help=_("Tickets opened on or after this date.")),
        end: str = typer.Option(None, "--to", metavar="DATE", help=_("Tickets opened before this date.")),
        as_json: bool = output.Json,
        as_csv: bool = output.Csv,
    ) -> None:
        from sharedops_core.views import figures, reports

        period = figures.Period(*(day_of(text, option) for text, option in ((start, "--from"), (end, "--to"))))
        with context.looking("report") as (session, reader):
            found = reports.report(session, name, period, context.now(), by=by, reader=reader)
        printed = _json if as_json else _csv if as_csv else report_page.show
        printed(found)

    return command


def day_of(text: str | None, option: str) -> datetime | None:
    """Return the instant at which a day of an option begins; raises BadInput for what is no date."""
    if text is None:
        return None
    try:
        day = datetime.fromisoformat(text)
        return (day if day.tzinfo else day.astimezone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(
            _("{option} {value}: is no date; right would be 2026-03-02").format(option=option, value=text)
        ) from None


def _json(report: "Report") -> None:
    output.document(
        {
            "report": report.name,
            "period": {"from": report.period.start, "to": report.period.end},
            "figures": report.figures,
            "rows": list(report.rows),
            "definitions": report.definitions,
        }
    )


def _csv(report: "Report") -> None:
    """Print the rows; without a dimension, the figures."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if report.dimension:
        writer.writerow([report.dimension, *report.measures])
        writer.writerows([[output.defused(value) for value in row.values()] for row in report.rows])
    else:
        writer.writerow(["figure", "value"])
        writer.writerows([[name, output.defused(value)] for name, value in report.figures.items()])
