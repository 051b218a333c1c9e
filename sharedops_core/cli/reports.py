"""`sharedops report`: figures with their definitions, rows by a dimension, for eyes or for machines."""

import csv
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import boards, context, output
from sharedops_core.cli.output import Column
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sharedops_core.views.figures import Period, Report

_BAR = 16


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
    }
    for name, words in helps.items():
        by = {"held": "team", "pingpong": "teams", "duties": "team"}.get(name, "priority")
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
                " too; pingpong by reason, decision or teams; duties by owner."
            ),
        ),
        start: str = typer.Option(None, "--from", metavar="DATE", help=_("Tickets opened on or after this date.")),
        end: str = typer.Option(None, "--to", metavar="DATE", help=_("Tickets opened before this date.")),
        as_json: bool = output.Json,
        as_csv: bool = output.Csv,
    ) -> None:
        from sharedops_core.views import figures, reports

        period = figures.Period(*(_day(text, option) for text, option in ((start, "--from"), (end, "--to"))))
        with context.looking("report") as (session, reader):
            found = reports.report(session, name, period, context.now(), by=by, reader=reader)
        printed = _json if as_json else _csv if as_csv else _text
        printed(found)

    return command


def _day(text: str | None, option: str) -> datetime | None:
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


def _text(report: "Report") -> None:
    from rich.cells import cell_len

    from sharedops_core.views.figures import figure_name

    output.show(f"{report.title}   {_period(report.period)}\n")
    names = {name: figure_name(name) for name in report.figures}
    width = max(map(cell_len, names.values()))
    padded = {name: text + " " * (width - cell_len(text)) for name, text in names.items()}
    for name, value in report.figures.items():
        output.show(f"  {padded[name]}  {_number(name, value):>14}")
    if report.dimension:
        output.show("")
        _rows(report)
    output.show("\n" + _("Definitions"))
    for name, words in report.definitions.items():
        output.show(f"  {padded[name]}  {words}")


def _rows(report: "Report") -> None:
    from sharedops_core.views.figures import dimension_name, figure_name, value_name

    dimension = report.dimension or ""
    measure = report.measures[0]
    largest = max((row[measure] for row in report.rows), default=0)
    rows = [
        {name: _number(name, row[name]) for name in report.measures}
        | {dimension: value_name(dimension, row[dimension]), "bar": _bar(row[measure], largest)}
        for row in report.rows
    ]
    columns = [
        Column(dimension, dimension_name(dimension)),
        *(Column(name, figure_name(name), is_number=True) for name in report.measures),
        Column("bar", figure_name(measure)),
    ]
    output.page(columns, rows)


def _bar(value: int, largest: int) -> str:
    return "█" * round(_BAR * value / largest) if largest else ""


def _number(name: str, value: Any) -> str:
    from sharedops_core.rules import spans

    if value is None:
        return "-"
    if name.endswith("_seconds") or "_seconds_" in name:
        return spans.clock(timedelta(seconds=value))
    return f"{value:,}"


def _period(period: "Period") -> str:
    if period.start is None and period.end is None:
        return _("all tickets")
    days = [at.astimezone().strftime("%Y-%m-%d") if at else "…" for at in (period.start, period.end)]
    return _("opened {start} to {end}").format(start=days[0], end=days[1])
