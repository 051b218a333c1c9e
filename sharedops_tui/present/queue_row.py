"""A queue row as styled cells: which columns fit a width, and what stands in them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from sharedops_core.i18n import _, pick
from sharedops_core.rules import lifecycle, spans
from sharedops_core.rules.text import one_line
from sharedops_core.views.rows import QueueRow
from sharedops_tui.present.finding import places

Cell = tuple[str, str]
"""A cell: its text and the name of its style in the palette, "" for the plain one."""

Layout = tuple[tuple[str, int], ...]
"""The columns a user has chosen, in their order: key and width, 0 for the usual one; () for those that fit."""

_NARROWEST, _READABLE = 8, 16
"""Cells that the subject keeps, whatever else is shown, and beside columns that somebody has chosen."""


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
    match: Style


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
    is_ticking: bool = False
    sort: str = ""

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
    if row.offered_team_id is not None or row.pushed_id is not None:
        return _("offered"), "risk"
    return lifecycle.state_name(row.state), "paused" if row.is_paused else ""


def _holder(row: QueueRow, _now: datetime, me: int) -> Cell:
    if row.assignee_id is None:
        return "-", "dim"
    return (_("me"), "mine") if row.assignee_id == me else (one_line(row.assignee), "")


def _requester(row: QueueRow, _now: datetime, _me: int) -> Cell:
    return ("^" if row.is_vip else "") + one_line(row.requester), ""


def _age_of(column: str) -> Callable[[QueueRow, datetime, int], Cell]:
    return lambda row, now, _me: (spans.age(getattr(row, column), now), "dim")


COLUMNS = {
    column.key: column
    for column in (
        Column("number", lambda: _("Number"), 10, lambda row, _now, _me: (one_line(row.number), ""), sort="number"),
        Column("countdown", lambda: _("Due in"), 10, _countdown, is_right=True, is_ticking=True, sort="due"),
        Column("priority", lambda: _("P"), 2, _priority, sort="priority"),
        Column("state", lambda: _("State"), 9, _state, sort="state"),
        Column("holder", lambda: _("Holder"), 8, _holder, from_width=70, sort="holder"),
        Column("requester", lambda: _("Requester"), 12, _requester, from_width=96, sort="requester"),
        Column("subject", lambda: _("Subject"), 0, lambda row, _now, _me: (one_line(row.subject), ""), sort="subject"),
        Column("team", lambda: _("Team"), 14, lambda row, _now, _me: (one_line(pick(row.team_en, row.team_zh)), "dim"),
               from_width=118, sort="team"),
        Column("age", lambda: _("Upd"), 4, _age_of("changed_at"), from_width=80, is_right=True, is_ticking=True,
               sort="changed"),
        Column("opened", lambda: _("Opened"), 7, _age_of("opened_at"), from_width=999, is_right=True, is_ticking=True,
               sort="opened"),
        Column("line", lambda: _("Line"), 5, lambda row, _now, _me: (f"L{row.line}", ""), from_width=999, sort="line"),
        Column("item", lambda: _("Service item"), 14, lambda row, _now, _me: (one_line(row.item_code) or "-", "dim"),
               from_width=999, sort="item"),
        Column("tags", lambda: _("Tags"), 16, lambda row, _now, _me: (one_line(" ".join(row.tags)) or "-", "dim"),
               from_width=999),
    )
}  # fmt: skip
"""Every column there is; those that no width shows are for whoever chooses them."""

_SEARCHED = frozenset({"number", "requester", "subject"})
"""The columns in which the words of a filter are looked for."""

USUAL: Layout = tuple((key, 0) for key, column in COLUMNS.items() if column.from_width < 999)


def columns_for(width: int, layout: Layout = ()) -> list[Column]:
    """Return the columns that fit into `width` cells, with their offsets; the subject takes what is left.

    Of a layout that is too wide, the columns at its right end are left out, the subject never.
    """
    fitting = _chosen(width, layout) if layout else [one for one in COLUMNS.values() if width >= one.from_width]
    fixed = sum(column.width for column in fitting) + len(fitting) - 1 + 2
    placed, offset = [], 2
    for column in fitting:
        size = column.width or max(_NARROWEST, width - fixed)
        placed.append(replace(column, width=size, offset=offset))
        offset += size + 1
    return placed


def _chosen(width: int, layout: Layout) -> list[Column]:
    """Return the columns of a layout that fit; the subject, else the last one, is as wide as there is room."""
    found = [replace(COLUMNS[key], width=size or COLUMNS[key].width) for key, size in layout if key in COLUMNS]
    found = [replace(one, width=0) if one.key == "subject" else one for one in found] or [COLUMNS["subject"]]
    while len(found) > 1 and 1 + len(found) + sum(one.width or _READABLE for one in found) > width:
        del found[next(n for n in reversed(range(len(found))) if found[n].key != "subject")]
    if all(one.width for one in found):
        found[-1] = replace(found[-1], width=0)
    return found


def heading(columns: Sequence[Column], palette: Palette, sorted_by: tuple[str, bool] = ("", False)) -> list[Segment]:
    """Return the line above the list; a sign tells by which column it is sorted, and which way."""
    sort, is_descending = sorted_by
    titles = []
    for column in columns:
        sign = "" if column.sort != sort else "v" if is_descending else "^"
        title = column.title() + (" " if column.key == "countdown" and not sign else "")
        room = max(1, column.width - len(sign))
        titles.append(column.fitted((fitted(title, room) if cell_len(title) > room else title) + sign))
    return [Segment("  " + " ".join(titles), palette.heading)]


def texts(row: QueueRow, columns: Sequence[Column], now: datetime, me: int) -> dict[str, Cell]:
    """Return what each column says of a row, by the key of the column."""
    return {column.key: column.text(row, now, me) for column in columns}


def cells(
    row: QueueRow, columns: Sequence[Column], palette: Palette, said: Mapping[str, Cell], *, is_marked: bool,
    others: str = " ", words: Sequence[str] = (),
) -> list[Segment]:  # fmt: skip
    """Return a row as segments, cut by cell width; `others` is the sign of whoever else looks at the ticket.

    `said` is what `texts` returns, `words` are marked where the filter looks for them.
    """
    marks = ("*" if is_marked else " ") + set_cell_size(others.strip() or ("#" if row.lane else " "), 1)
    line = [Segment(marks, palette.marked)]
    for column in columns:
        text, style = said[column.key]
        own = getattr(palette, style) if style else Style.null()
        line += _segments(column.fitted(text), own, palette.match, words if column.key in _SEARCHED else ())
        line.append(Segment(" "))
    return line[:-1]


def _segments(text: str, style: Style, match: Style, words: Sequence[str]) -> Iterator[Segment]:
    """Yield a text, the words in it marked."""
    at = 0
    for begin, end in sorted(place for word in words for place in places(text, word)):
        if begin >= at:
            yield Segment(text[at:begin], style)
            yield Segment(text[begin:end], style + match)
            at = end
    yield Segment(text[at:], style)


def fitted(text: str, width: int) -> str:
    """Return text in exactly `width` cells, ending in ".." where it was longer.

    The ellipsis character and the star are as wide as a terminal likes, so they have no place in a column.
    """
    if cell_len(text) <= width or width < 2:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 2).rstrip() + "..", width)
