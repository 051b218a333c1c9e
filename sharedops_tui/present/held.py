"""Who has had a ticket in hand, as text: one line a stretch, and the sum that they add up to."""

from collections.abc import Sequence
from datetime import timedelta

from rich.cells import cell_len
from textual.content import Content

from sharedops_core.i18n import _, pick
from sharedops_core.rules.ledger import DESK, party_name
from sharedops_core.rules.spans import clock
from sharedops_core.rules.text import one_line
from sharedops_core.views.clocks import HeldRow


def held(rows: Sequence[HeldRow]) -> Content:
    """Return the ledger: when, in whose hand, open time by the calendar, time on the wall clock."""
    if not rows:
        return Content.styled(_("nothing has happened yet"), "$foreground 60%")
    heading = _row(_("since"), _("in hand"), _("open time"), _("elapsed"))
    whole = [sum((getattr(row, name) for row in rows), timedelta()) for name in ("open_time", "wall_time")]
    total = _row("", _("sum"), *map(clock, whole))
    lines = [Content.styled(heading, "$foreground 60%"), *map(_line, rows), Content.styled(total, "bold")]
    return Content("\n").join(lines)


def _row(since: str, who: str, open_time: str, wall_time: str) -> str:
    return _padded(since, 13) + _padded(who, 34) + _right(open_time) + _right(wall_time)


def _line(row: HeldRow) -> Content:
    who = f"L{row.line} {pick(row.team_en, row.team_zh)} {row.agent}" if row.party == DESK else party_name(row.party)
    return Content.assemble(
        (f"{row.start.astimezone():%m-%d %H:%M}  ", "$foreground 60%"),
        (_padded(one_line(who), 34), "" if row.party == DESK else "$secondary"),
        _right(clock(row.open_time)),
        (_right(clock(row.wall_time)), "$foreground 60%"),
    )


def _padded(text: str, width: int) -> str:
    return text + " " * max(1, width - cell_len(text))


def _right(text: str) -> str:
    return " " * max(1, 12 - cell_len(text)) + text
