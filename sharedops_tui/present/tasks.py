"""Tasks as text: number, of whom, how they stand; below it what is wanted and what came of it."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from sharedops_core.i18n import _, ngettext
from sharedops_core.rules import spans
from sharedops_core.rules.tasks import FOLLOW_UP
from sharedops_core.rules.text import one_line
from sharedops_core.views.tasks import TaskRow, standing_words, whom


def task_lines(row: TaskRow, now: datetime) -> Content:
    """Return a task in two lines, with its result in a third one."""
    return Content("\n").join([
        Content.assemble((f"{one_line(row.number)}  ", "bold $primary"), (standing_words(row, now), style(row, now)),
                         ("  " + ends(row), "$foreground 70%")),
        Content.assemble("  ", one_line(row.wanted)),
        *([Content.assemble(("  → ", "$success"), one_line(row.result))] if row.result else []),
    ])  # fmt: skip


def ends(row: TaskRow) -> str:
    """Return by whom and of whom a task is asked, and that a ticket waits for it."""
    asked = _("follow-up") if row.kind == FOLLOW_UP else one_line(row.asked_by)
    gate = " · " + _("gate") if row.is_gate and row.is_standing else ""
    return f"{asked} → {whom(row)}{gate}"


def style(row: TaskRow, now: datetime) -> str:
    """Return the colour of a task: late, due soon, or no colour."""
    if not row.is_standing:
        return "$foreground 60%"
    standing = spans.countdown(row.due_at, None, now, is_paused=False).standing
    return {spans.BREACHED: "bold $error", spans.AT_RISK: "$warning"}.get(standing, "")


def open_count(rows: Sequence[TaskRow]) -> str:
    """Return how many tasks are open, empty for none."""
    count = sum(row.is_standing for row in rows)
    return ngettext("{n} task open", "{n} tasks open", count).format(n=count) if count else ""
