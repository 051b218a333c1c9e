"""The status line and the view list as text."""

from collections.abc import Mapping
from datetime import datetime

from rich.cells import cell_len
from textual.content import Content

from sharedops_core.i18n import _, language
from sharedops_core.rules.text import one_line
from sharedops_core.views.pulse import Pulse
from sharedops_core.views.rows import SavedRow
from sharedops_tui.present.queue_row import fitted

_SLOW = 2.0


def view_name(view: str) -> str:
    """Return a view of the queue in the user's language."""
    return {
        "mine": _("Mine"), "first_contact": _("First contact"), "line_1": _("Line 1"), "line_2": _("Line 2"),
        "line_3": _("Line 3"), "breaching": _("Breaching"), "waiting": _("Waiting"),
        "offered": _("Offered to me"), "open": _("All open"), "resolved": _("Resolved"),
        "tasks": _("Tasks for me"),
        "watching": _("Watching"),
    }[view]  # fmt: skip


def view_line(view: str, counts: Mapping[str, int], *, is_current: bool, width: int) -> Content:
    """Return one line of the view list: sign, name, count."""
    count = counts.get(view)
    number = "·" if count is None else str(count) if count < 100_000 else "99999+"
    alarm = "!" if view == "breaching" and count else " "
    name = view_name(view)
    gap = " " * max(1, width - 3 - cell_len(name) - len(number))
    style = "bold $primary" if is_current else ""
    return Content.assemble(
        (">" if is_current else " ", "bold $primary"), " ", (name, style), gap,
        (number, "bold $error" if alarm == "!" else style or "$foreground 70%"),
        (alarm, "bold $error"),
    )  # fmt: skip


def saved_line(view: SavedRow, counts: Mapping[str, int], *, is_current: bool, width: int) -> Content:
    """Return one line of the view list for a saved view: sign, name, team, count."""
    count = counts.get(view.key)
    number = "·" if count is None else str(count) if count < 100_000 else "99999+"
    team = f" ({one_line(view.team_code)})" if view.team_code else ""
    name = fitted(one_line(view.name) + team, max(2, width - 4 - len(number)))
    style = "bold $primary" if is_current else ""
    return Content.assemble(
        (">" if is_current else " ", "bold $primary"),
        " ",
        (name, style),
        " ",
        (number, style or "$foreground 70%"),
        " ",
    )


def trouble(waited: float, *, is_away: bool) -> str:
    """Return what is the matter with the database in a few words, empty when it answers within two seconds."""
    if is_away:
        return _("DATABASE AWAY: goes on by itself")
    return _("waiting for the database: {n} s").format(n=int(waited)) if waited > _SLOW else ""


def status_line(
    login: str, name: str, line: int, pulse: Pulse | None, now: datetime, width: int, trouble: str = "",
    progress: str = "",
) -> Content:  # fmt: skip
    """Return the line at the top: who, how the desk stands, language and time; what does not fit is left out."""
    clock = f"{'中/en' if language() == 'zh' else 'en/中'}  {now.astimezone():%H:%M:%S} "
    left = [
        ("sharedops", "bold $primary"),
        *([(trouble, "bold reverse $error")] if trouble else []),
        *([(progress, "bold $success")] if progress else []),
        (f"L{line} {one_line(login)} {one_line(name)}", ""),
    ]
    parts = left + (_figures(pulse) if pulse else [])
    room = width - cell_len(clock) - 2
    shown: list[tuple[str, str]] = []
    used = 1
    for text, style in parts:
        used += cell_len(text) + 3
        if used > room:
            break
        shown += [(" " if not shown else " | ", "$foreground 30%"), (text, style)]
    body = Content.assemble(*shown)
    gap = " " * max(1, width - body.cell_length - cell_len(clock))
    return Content.assemble(body, gap, (clock, "$foreground 70%"))


def _figures(pulse: Pulse) -> list[tuple[str, str]]:
    csat = "-" if pulse.csat is None else f"{pulse.csat:.1f}"
    return [
        *([(_("notices {n}").format(n=pulse.told_count), "bold $warning")] if pulse.told_count else []),
        (_("open {n}").format(n=pulse.open_count), ""),
        (_("breached {n}").format(n=pulse.breached_count), "bold $error" if pulse.breached_count else ""),
        (_("at risk {n}").format(n=pulse.at_risk_count), "$warning" if pulse.at_risk_count else ""),
        (_("waiting {n}").format(n=pulse.waiting_count), ""),
        (_("resolved 24 h {n}").format(n=pulse.resolved_count), "$success"),
        (_("CSAT 7 d {n}").format(n=csat), ""),
    ]
