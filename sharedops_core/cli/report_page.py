"""A report for eyes: its figures, its rows as a table that fits the terminal, and what each figure means."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sharedops_core.cli import output
from sharedops_core.cli.output import Column
from sharedops_core.i18n import _, ngettext

if TYPE_CHECKING:
    from sharedops_core.views.figures import Report

_BAR, _SHORT_BAR = 16, 4
"""Cells of the longest bar, and of the shortest that is worth its room."""
_NAME, _SHORT_NAME = 28, 12
"""Cells that a name gets before it is broken, and those it gets where there is little room."""
_GAP = 3
"""Cells between two columns where there is room."""


def show(report: "Report") -> None:
    """Print figures, rows and definitions."""
    from rich.cells import cell_len

    from sharedops_core.views.figures import figure_name

    output.show(f"{report.title}   {_period(report)}\n")
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
        output.hanging(f"  {padded[name]}  ", words)


def _rows(report: "Report") -> None:
    from rich.console import Console

    from sharedops_core.views.figures import value_name

    dimension, first = report.dimension or "", report.measures[0]
    rows = [
        {name: _number(name, row[name]) for name in report.measures}
        | {dimension: value_name(dimension, row[dimension])}
        for row in report.rows
    ]
    measured = [_measure(name, rows) for name in report.measures]
    shown, gap = _fitting(measured, Console().width)
    room = Console().width - _width(shown, gap)
    names = _names(dimension, rows, room)
    longest = min(_BAR, room - (names.width or 0) - gap)
    bars = [Column("bar", "", width=longest)] if longest >= _SHORT_BAR else []
    largest = max((row[first] for row in report.rows), default=0)
    for row, found in zip(rows, report.rows, strict=True):
        row["bar"] = _bar(found[first], largest, longest)
    output.page([names, *shown, *bars], rows, is_dense=gap < _GAP)
    _tell_of_more(len(measured) - len(shown))


def _names(dimension: str, rows: Sequence[Mapping[str, str]], room: int) -> Column:
    """Return the column of the names: as wide as they are, as far as there is room."""
    from rich.cells import cell_len

    from sharedops_core.views.figures import dimension_name

    title = dimension_name(dimension)
    widest = max(cell_len(name) for name in (title, *(row[dimension] for row in rows)))
    return Column(dimension, title, width=min(_NAME, widest, max(room, _SHORT_NAME)))


def _measure(name: str, rows: Sequence[Mapping[str, str]]) -> Column:
    """Return the column of a measure: as wide as its longest number, and as the longest word of its heading."""
    from rich.cells import cell_len

    from sharedops_core.views.figures import figure_name

    title = figure_name(name)
    width = max(cell_len(one) for one in (*title.split(), *(row[name] for row in rows)))
    return Column(name, title, is_number=True, width=width)


def _tell_of_more(count: int) -> None:
    if count:
        words = ngettext("{n} more column: a wider terminal or --csv shows it",
                         "{n} more columns: a wider terminal or --csv shows them", count)  # fmt: skip
        output.say(words.format(n=count))


def _fitting(columns: Sequence[Column], width: int) -> tuple[Sequence[Column], int]:
    """Return the columns that fit beside a short name, all of them if any gap allows it, and the gap."""
    for shown in (columns[:count] for count in range(len(columns), 0, -1)):
        for gap in (_GAP, 1):
            if _width(shown, gap) + _SHORT_NAME <= width:
                return shown, gap
    return columns[:1], 1


def _width(columns: Sequence[Column], gap: int) -> int:
    """Return the cells that columns take behind a name, and the edges of a table."""
    return sum((column.width or 0) + gap for column in columns) + gap + 2


def _bar(value: int, largest: int, longest: int) -> str:
    return "█" * round(longest * value / largest) if largest else ""


def _number(name: str, value: Any) -> str:
    from sharedops_core.rules import spans

    if value is None:
        return "-"
    if name.endswith("_seconds") or "_seconds_" in name:
        return spans.clock(timedelta(seconds=value))
    return f"{value:,}"


def _period(report: "Report") -> str:
    period, is_of_shifts = report.period, report.name == "shifts"
    if period.start is None and period.end is None:
        return _("all sheets") if is_of_shifts else _("all tickets")
    days = [at.astimezone().strftime("%Y-%m-%d") if at else "…" for at in (period.start, period.end)]
    words = _("sent {start} to {end}") if is_of_shifts else _("opened {start} to {end}")
    return words.format(start=days[0], end=days[1])
