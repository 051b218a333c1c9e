"""Wallboard and workload as tables and big figures: signs beside colours, "-" where nothing can be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sharedops_core.i18n import _, joined
from sharedops_core.rules import spans
from sharedops_core.rules.text import one_line
from sharedops_core.views.figures import board_row_name, figure_title
from sharedops_core.views.scope import definitions
from sharedops_core.views.wallboard import BoardRow, Wallboard
from sharedops_core.views.workload import AgentLoad, Workload

_BAR = 10
"""Cells of the bar that means a whole capacity."""

Cell = tuple[str, str]
"""A cell: its text and the name of its style, "" for the plain one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, what stands above it, and how many cells it takes; `is_open` where enter opens
    tickets, `is_left` where text stands at the left."""

    key: str
    title: str
    width: int
    is_open: bool = True
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its key, its cells in the order of the columns as text and style, and whether a rule goes before it."""

    key: str
    cells: tuple[tuple[str, str], ...]
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A big figure: what it is called, its digits ("12", "87%", "-"), and how it stands: "", "breached" or "risk"."""

    label: str
    digits: str
    standing: str = ""


def board_name(name: str) -> str:
    """Return what a board is called."""
    return {"wallboard": _("Wallboard"), "workload": _("Workload")}[name]


def definition(name: str) -> str:
    """Return what a figure means, in one line; empty for what is none."""
    said = definitions().get(name, "")
    return f"{figure_title(name)}: {said}" if said else ""


def board_columns() -> list[Column]:
    """Return the columns of the wallboard."""
    widths = {"open": 8, "at_risk": 6, "breached": 6, "unassigned": 6, "offered": 7, "waiting": 7, "oldest": 6,
              "arrived": 4, "resolved": 4}  # fmt: skip
    return [Column("name", "", 0), *(Column(key, figure_title(key), width) for key, width in widths.items())]


def _indent(row: BoardRow) -> str:
    """Teams stand below lines."""
    return "  " if row.kind == "team" else ""


def board_lines(board: Wallboard) -> list[Line]:
    """Return the rows of the wallboard."""
    return [Line(row.key, tuple(_board_cells(row, board.at))) for row in board.rows]


def _board_cells(row: BoardRow, now: datetime) -> list[Cell]:
    figures = row.figures
    strong = "strong" if row.kind != "team" else ""
    return [
        (_indent(row) + one_line(board_row_name(row)), strong), _count(figures.open, strong),
        _signed(figures.at_risk, "~", "risk"),
        _signed(figures.breached, "!", "breached"), _count(figures.unassigned, ""), _count(figures.offered, ""),
        _count(figures.waiting, ""), ("-", "dim") if figures.oldest_at is None else (age(figures.oldest_at, now), ""),
        _count(sum(row.arrived), ""), _count(sum(row.resolved), "good"),
    ]  # fmt: skip


def board_tiles(board: Wallboard) -> list[Figure]:
    """Return the big figures of the wallboard: all that is overseen."""
    row = board.rows[0]
    found = row.figures
    return [
        Figure(figure_title("open"), str(found.open)),
        Figure(figure_title("at_risk"), str(found.at_risk), "risk" if found.at_risk else ""),
        Figure(figure_title("breached"), str(found.breached), "breached" if found.breached else ""),
        Figure(figure_title("unassigned"), str(found.unassigned)),
        Figure(figure_title("arrived"), str(sum(row.arrived))),
        Figure(figure_title("resolved"), str(sum(row.resolved))),
        Figure(figure_title("waiting"), str(found.waiting)),
        Figure(figure_title("offered"), str(found.offered)),
    ]


def load_columns(width: int) -> list[Column]:
    """Return the columns of the workload that fit a width; the bar is the first to go."""
    widths = {"shift": 5, "new": 4, "working": 7, "waiting": 7, "at_risk": 6, "breached": 6, "load": 5, "capacity": 5,
              "percent": 6}  # fmt: skip
    columns = [Column("name", "", 0)]
    columns += [
        Column(key, figure_title(key), size, is_open=key not in ("shift", "capacity")) for key, size in widths.items()
    ]
    columns += [Column("bar", "", _BAR + 5, is_left=True)] if width >= 110 else []
    return (
        [*columns, Column("team", figure_title("team"), 24, is_open=False, is_left=True)] if width >= 140 else columns
    )


def load_lines(found: Workload, columns: Sequence[Column]) -> list[Line]:
    """Return the rows of the workload."""
    return [
        Line(row.login, tuple(cells[column.key] for column in columns))
        for row in found.rows
        for cells in [_load_cells(row)]
    ]


def _load_cells(row: AgentLoad) -> dict[str, Cell]:
    style = "" if row.percent is None else "breached" if row.percent > 100 else "risk" if row.percent > 80 else ""
    mark = {"breached": "!", "risk": "~"}.get(style, "")
    return {
        "name": (one_line(f"{row.name} {row.login}"), "dim" if row.is_on_shift is False else ""),
        "shift": _shift(row.is_on_shift),
        "new": _count(row.new, ""),
        "working": _count(row.working, ""),
        "waiting": _count(row.waiting, ""),
        "at_risk": _signed(row.at_risk, "~", "risk"),
        "breached": _signed(row.breached, "!", "breached"),
        "load": (f"{row.load:g}", "" if row.load else "dim"),
        "capacity": (str(row.capacity), "dim"),
        "percent": ("-", "dim") if row.percent is None else (f"{row.percent}%{mark}", style),
        "bar": (load_bar(row.percent), style),
        "team": (joined(map(one_line, row.team_codes)), "dim"),
    }


def load_tiles(found: Workload) -> list[Figure]:
    """Return the big figures of the workload: of everybody in it."""
    rows = found.rows
    with_shift = [row for row in rows if row.is_on_shift is not None]
    on = sum(bool(row.is_on_shift) for row in with_shift)
    capacity = sum(row.capacity for row in with_shift if row.is_on_shift)
    load = sum(row.load for row in with_shift if row.is_on_shift)
    over = sum(1 for row in rows if (row.percent or 0) > 100)
    risk, late = sum(row.at_risk for row in rows), sum(row.breached for row in rows)
    return [
        Figure(_("On shift"), str(on) if with_shift else "-"),
        Figure(_("Their load %"), f"{round(100 * load / capacity)}" if capacity else "-"),
        Figure(figure_title("open"), str(sum(row.open for row in rows))),
        Figure(figure_title("at_risk"), str(risk), "risk" if risk else ""),
        Figure(figure_title("breached"), str(late), "breached" if late else ""),
        Figure(_("Above 100 %"), str(over), "breached" if over else ""),
    ]


def load_bar(percent: int | None) -> str:
    """Return a bar: ten cells are a whole capacity; what goes beyond ends in "+" where there is no more room."""
    if not percent:
        return ""
    cells = round(_BAR * percent / 100) or 1
    bar = "=" * min(cells, _BAR + 4) + ("+" if cells > _BAR + 4 else "")
    return bar + " " * (_BAR + 5 - len(bar))


def age(then: datetime, now: datetime) -> str:
    """Return how long ago something was in one unit."""
    return spans.age(then, now)


def _count(number: int, style: str) -> Cell:
    return (str(number), style) if number else ("0", "dim")


def _signed(number: int, sign: str, style: str) -> Cell:
    return (f"{number}{sign}", style) if number else ("0", "dim")


def _shift(is_on: bool | None) -> Cell:
    if is_on is None:
        return "-", "dim"
    return (_("on"), "good") if is_on else (_("off"), "dim")
