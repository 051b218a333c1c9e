"""Notices as text: about which ticket, task or sheet, what was done or is asked of their reader, in whose place."""

from datetime import datetime

from textual.content import Content

from sharedops_core.i18n import N_, _, joined
from sharedops_core.rules import lifecycle, spans
from sharedops_core.rules.commitments import clock_name
from sharedops_core.rules.text import one_line
from sharedops_core.views.notices import NoticeRow

_SAID = {
    "bounce": N_("goes to and fro between {teams}: decide where it stays"),
    "chase": N_("{who} chases you"),
    "push": N_("is offered to you until {until}"),
    "run_out": N_("nobody is left to ask: give it to somebody"),
    "duty_offer": N_("{who} offers you the first-contact duty"),
    "duty_accepted": N_("{who} answers for it from now on"),
    "duty_declined": N_("{who} declines the first-contact duty; you answer for it"),
    "duty_lapsed": N_("{who} did not answer your offer of the first-contact duty in time; you answer for it"),
    "duty_passed": N_("the first-contact duty has passed from {who} to {to}: nothing was done"),
    "stall": N_("nothing has been done for a working day; you answer for it"),
    "watch_for": N_("{who} lets you hear what becomes of it"),
    "watch_rule": N_("by a rule you hear what becomes of it"),
    "invited": N_("{who} invites you to help with it"),
    "expert_joined": N_("{who} comes to help with it"),
    "expert_declined": N_("{who} declines to help with it"),
    "task_asked": N_("{who} asks you for a task"),
    "task_taken": N_("{who} has taken the task on"),
    "task_done": N_("{who} has done the task"),
    "task_declined": N_("{who} has turned the task down"),
    "task_withdrawn": N_("{who} has withdrawn the task"),
    "overdue_task": N_("the task is late"),
    "follow_up": N_("the requester is not content: call them back"),
    "shift_sent": N_("{who} hands the shift over to you; read the sheet and sign"),
    "shift_signed": N_("{who} has signed for your shift"),
    "shift_returned": N_("{who} sends the sheet of your shift back"),
    "shift_late": N_("the shift that {who} handed over to {to} is not signed"),
}
"""Kind of a notice → what it says; alarms say how a clock stands."""


def notice_line(row: NoticeRow, now: datetime) -> str:
    """Return a notice in one sentence, and in whose place one is told."""
    about = _("sheet {n}").format(n=row.sheet_id) if row.sheet_id is not None else one_line(row.task or row.number)
    said = _said(row, now)
    said = spans.named(said, one_line(row.words)) if row.words else f"{said}  {one_line(row.subject)}"
    place = _("in place of {who}").format(who=joined(map(one_line, row.instead_of)))
    return f"{about}  {said.rstrip()}" + (f"  ({place})" if row.instead_of else "")


def _said(row: NoticeRow, now: datetime) -> str:
    """Return what a notice says besides somebody's words: what was done or is asked, or how a clock stands."""
    if row.kind in _SAID:
        return _(_SAID[row.kind]).format(
            who=one_line(row.by), to=one_line(row.to), teams=joined(map(one_line, row.between)),
            until=f"{row.due_at.astimezone():%H:%M}" if row.due_at else "-",
        )  # fmt: skip
    if row.kind == "watched":
        return f"{one_line(row.by) or 'sharedops'}: {lifecycle.act_name(row.act)}, {lifecycle.state_name(row.state)}"
    if row.expired:
        return _("{team} has not accepted it in time: it stays with its giver").format(team=one_line(row.expired))
    clock = spans.sentence(row.due_at, None, now, is_paused=False)
    return spans.named(clock_name(row.clock), clock)


def notice_content(row: NoticeRow, now: datetime) -> Content:
    """Return a notice with its time; what has not been seen yet is marked."""
    mark = ("* ", "bold $accent") if row.is_unread else ("  ", "")
    return Content.assemble(mark, (f"{row.at.astimezone():%m-%d %H:%M}  ", "$foreground 60%"), notice_line(row, now))
