"""A queue row as styled cells: which columns fit a width, and what stands in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from sharedops_core.i18n import _, pick
from sharedops_core.rules import lifecycle, spans
from sharedops_core.rules.text import one_line
from sharedops_core.views.queue import QueueRow

Cell = tuple[str, str]
"""A cell: its text and the name of its style in the palette, "" for the plain one."""


@dataclass(frozen=True)
class Palette:
    """The styles of a list, taken from the theme."""

    heading: Style
    cursor: Style
    marked: Style
    breached: Style
    risk: Style
    paused: Style
    dim: Style
    urgent: Style
    mine: Style


@dataclass(frozen=True)
class Column:
    """A column: what it is called, how wide it is, and how its cell is made."""

    key: str
    title: Callable[[], str]
    width: int
    text: Callable[[QueueRow, datetime, int], Cell]
    from_width: int = 0
    offset: int = 0
    is_right: bool = False

    def fitted(self, text: str) -> str:
        """Return text in exactly the column's cells."""
        gap = " " * (self.width - cell_len(text)) if self.is_right else ""
        return fitted(gap + text, self.width)


def _countdown(row: QueueRow, now: datetime, _me: int) -> Cell:
    if row.state not in lifecycle.OPEN_STATES:
        return spans.age(row.resolved_at or row.changed_at, now) + " ", "dim"
    shown = spans.countdown(row.due_at, row.left, now, is_paused=row.is_paused)
    style = {spans.BREACHED: "breached", spans.AT_RISK: "risk", spans.PAUSED: "paused"}.get(shown.standing, "")
    return f"{shown.text}{shown.mark}", style


def _priority(row: QueueRow, _now: datetime, _me: int) -> Cell:
    return f"P{row.priority}", "urgent" if row.priority == 1 else "" if row.priority == 2 else "dim"


def _state(row: QueueRow, _now: datetime, _me: int) -> Cell:
    if row.offered_team_id is not None:
        return _("offered"), "risk"
    return lifecycle.state_name(row.state), "paused" if row.is_paused else ""


def _holder(row: QueueRow, _now: datetime, me: int) -> Cell:
    if row.assignee_id is None:
        return "-", "dim"
    return (_("me"), "mine") if row.assignee_id == me else (one_line(row.assignee), "")


def _requester(row: QueueRow, _now: datetime, _me: int) -> Cell:
    return ("^" if row.is_vip else "") + one_line(row.requester), ""


_ALL = (
    Column("number", lambda: _("Number"), 9, lambda row, _now, _me: (one_line(row.number), "")),
    Column("countdown", lambda: _("Due in") + " ", 10, _countdown, is_right=True),
    Column("priority", lambda: _("P"), 2, _priority),
    Column("state", lambda: _("State"), 9, _state),
    Column("holder", lambda: _("Holder"), 8, _holder, from_width=70),
    Column("requester", lambda: _("Requester"), 12, _requester, from_width=96),
    Column("subject", lambda: _("Subject"), 0, lambda row, _now, _me: (one_line(row.subject), "")),
    Column("team", lambda: _("Team"), 14, lambda row, _now, _me: (one_line(pick(row.team_en, row.team_zh)), "dim"),
           from_width=118),
    Column("age", lambda: _("Upd"), 4, lambda row, now, _me: (spans.age(row.changed_at, now), "dim"),
           from_width=80, is_right=True),
)  # fmt: skip


def columns_for(width: int) -> list[Column]:
    """Return the columns that fit into `width` cells, with their offsets; the subject takes what is left."""
    fitting = [column for column in _ALL if width >= column.from_width]
    fixed = sum(column.width for column in fitting) + len(fitting) - 1 + 2
    placed, offset = [], 2
    for column in fitting:
        size = column.width or max(8, width - fixed)
        placed.append(replace(column, width=size, offset=offset))
        offset += size + 1
    return placed


def heading(columns: Sequence[Column], palette: Palette) -> list[Segment]:
    """Return the line above the list."""
    text = "  " + " ".join(column.fitted(column.title()) for column in columns)
    return [Segment(text, palette.heading)]


def cells(
    row: QueueRow, columns: Sequence[Column], palette: Palette, now: datetime, me: int, *, is_marked: bool
) -> list[Segment]:
    """Return a row as segments, cut by cell width."""
    line = [Segment(("*" if is_marked else " ") + ("#" if row.lane else " "), palette.marked)]
    for column in columns:
        text, style = column.text(row, now, me)
        line.append(Segment(column.fitted(text), getattr(palette, style) if style else None))
        line.append(Segment(" "))
    return line[:-1]


def fitted(text: str, width: int) -> str:
    """Return text in exactly `width` cells, ending in ".." where it was longer.

    The ellipsis character and the star are as wide as a terminal likes, so they have no place in a column.
    """
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 2).rstrip() + "..", width)
