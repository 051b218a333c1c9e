"""Notices as text: which ticket, which clock and how it stands, what a lead has to decide, who chases,
and what becomes of a first-contact duty."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from sharedops_core.i18n import N_, _, joined
from sharedops_core.rules import spans
from sharedops_core.rules.commitments import clock_name
from sharedops_core.rules.text import one_line
from sharedops_core.views.notices import NoticeRow

_DUTY = {
    "duty_offer": N_("{who} offers you the first-contact duty"),
    "duty_accepted": N_("{who} answers for it from now on"),
    "duty_declined": N_("{who} declines the first-contact duty; you answer for it"),
    "duty_lapsed": N_("{who} did not answer your offer of the first-contact duty in time; you answer for it"),
    "duty_passed": N_("the first-contact duty has passed from {who} to {to}: nothing was done"),
    "stall": N_("nothing has been done for a working day; you answer for it"),
}
"""Kind of a notice → what became of a duty."""


def notice_line(row: NoticeRow, now: datetime) -> str:
    """Return a notice in one sentence: number, clock, what is left or over; or that teams wait for a decision."""
    if row.kind in _DUTY:
        said = _(_DUTY[row.kind]).format(who=one_line(row.by), to=one_line(row.to))
        return f"{row.number}  {said}" + (f": {one_line(row.words)}" if row.words else f"  {one_line(row.subject)}")
    if row.by:
        said = _("{who} chases you").format(who=one_line(row.by))
        return f"{row.number}  {said}: {one_line(row.words)}"
    if row.between:
        teams = joined(map(one_line, row.between))
        said = _("goes to and fro between {teams}: decide where it stays").format(teams=teams)
        return f"{row.number}  {said}  {one_line(row.subject)}"
    if row.expired:
        said = _("{team} has not accepted it in time: it stays with its giver").format(team=one_line(row.expired))
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
