"""Notices as text: which ticket, which clock and how it stands, what a lead has to decide, or who chases."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from sharedops_core.i18n import _, joined
from sharedops_core.rules import spans
from sharedops_core.rules.commitments import clock_name
from sharedops_core.rules.text import one_line
from sharedops_core.views.notices import NoticeRow


def notice_line(row: NoticeRow, now: datetime) -> str:
    """Return a notice in one sentence: number, clock, what is left or over; or that teams wait for a decision."""
    if row.by:
        said = _("{who} chases you").format(who=one_line(row.by))
        return f"{row.number}  {said}: {one_line(row.words)}"
    if row.between:
        teams = joined(map(one_line, row.between))
        said = _("goes to and fro between {teams}: decide where it stays").format(teams=teams)
        return f"{row.number}  {said}  {one_line(row.subject)}"
    words = spans.sentence(row.due_at, None, now, is_paused=False)
    return f"{row.number}  {clock_name(row.clock)}: {words}  {one_line(row.subject)}"


def notice_parts(rows: Sequence[NoticeRow], now: datetime) -> list[Content]:
    """Return everything that one has not seen yet."""
    if not rows:
        return [Content.styled(_("nothing new"), "$foreground 60%")]
    lines = [
        Content.assemble((f"{row.at.astimezone():%m-%d %H:%M}  ", "$foreground 60%"), notice_line(row, now))
        for row in rows
    ]
    return [Content("\n").join(lines)]
