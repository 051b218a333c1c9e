"""`sharedops report wallboard` and `report workload`: the figures of the boards, for eyes or for machines."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.output import Column
from sharedops_core.i18n import _, pick

if TYPE_CHECKING:
    from sharedops_core.views.wallboard import Wallboard
    from sharedops_core.views.workload import Workload

Row = dict[str, Any]
_IN_NAME = frozenset({"row", "agent", "name", "teams", "query"})
"""What eyes get as the name of a row, or not at all."""


def register(group: typer.Typer) -> None:
    """Add the commands to the reports."""
    examples = _("Examples:")
    group.command(
        "wallboard",
        help=_("How lines and teams stand now, and what came and went today; leads see their teams.")
        + f"\n\n\b\n{examples}\n  sharedops report wallboard\n  sharedops report wallboard --json",
    )(_wallboard)
    group.command(
        "workload",
        help=_("What every agent has in hand against what they take at once; leads see their teams.")
        + f"\n\n\b\n{examples}\n  sharedops report workload\n  sharedops report workload --csv",
    )(_workload)


def _wallboard(as_json: bool = output.Json, as_csv: bool = output.Csv) -> None:
    from sharedops_core.views import wallboard

    with context.looking("oversee") as (session, reader):
        found = wallboard.wallboard(session, context.now(), reader=reader)
    _print("wallboard", found.at, board_rows(found), _board_names(found), as_json=as_json, as_csv=as_csv)


def _workload(as_json: bool = output.Json, as_csv: bool = output.Csv) -> None:
    from sharedops_core.views import workload

    with context.looking("oversee") as (session, reader):
        found = workload.agents(session, context.now(), reader=reader)
    names = [f"{row.name} {row.login}" for row in found.rows]
    _print("workload", found.at, load_rows(found), names, as_json=as_json, as_csv=as_csv)


def _board_names(found: "Wallboard") -> list[str]:
    from sharedops_core.views.figures import board_row_name

    return [board_row_name(row) for row in found.rows]


def _print(name: str, at: datetime, rows: list[Row], names: list[str], *, as_json: bool, as_csv: bool) -> None:
    """Print the rows: for machines all there is, for eyes their names, the figures and what they mean.

    The names alone give way on a narrow terminal: a figure in two halves is none.
    """
    from sharedops_core.views.scope import definitions

    keys = list(rows[0]) if rows else []
    meant = {key: words for key, words in definitions().items() if key in keys}
    if as_json:
        output.document({"report": name, "at": at, "rows": rows, "definitions": meant})
    elif as_csv:
        output.table([Column(key, key) for key in keys], rows, as_csv=True)
    else:
        shown = [Column("name", "", is_cut=True), *(_column(key) for key in keys if key not in _IN_NAME)]
        output.page(shown, [row | {"name": one} for row, one in zip(rows, names, strict=True)], is_dense=True)
        output.show(_("Definitions"))
        for key, words in meant.items():
            output.show(f"  {_column(key).title}: {words}")


def _column(key: str) -> Column:
    """Return a column for eyes: ages in one unit, nothing as "-"; the signs of the console stand in its cells only."""
    from sharedops_core.rules import spans
    from sharedops_core.views.figures import figure_title

    said = (lambda value: spans.rough(timedelta(seconds=value))) if key == "oldest" else None
    return Column(key, figure_title(key).rstrip(" ~!"), is_number=key != "shift", said=said)


def board_rows(found: "Wallboard") -> list[Row]:
    """Return the rows of the wallboard under the names of their figures; ages are in whole seconds."""
    return [
        {"row": row.key, "name": pick(row.name_en, row.name_zh) or "-", "query": row.query}
        | {one.name: getattr(row.figures, one.name) for one in fields(row.figures) if one.name != "oldest_at"}
        | {
            "oldest": _seconds(row.figures.oldest_at, found.at),
            "arrived": sum(row.arrived),
            "resolved": sum(row.resolved),
        }
        for row in found.rows
    ]


def _seconds(then: datetime | None, now: datetime) -> int | None:
    return None if then is None else int((now - then).total_seconds())


def load_rows(found: "Workload") -> list[Row]:
    """Return the rows of the workload under the names of their figures; `shift` is None without one."""
    plain = ("new", "working", "waiting", "at_risk", "breached", "load", "capacity", "percent")
    return [
        {"agent": row.login, "name": row.name, "teams": ", ".join(row.team_codes), "query": row.query,
         "shift": row.is_on_shift} | {name: getattr(row, name) for name in plain}
        for row in found.rows
    ]  # fmt: skip
