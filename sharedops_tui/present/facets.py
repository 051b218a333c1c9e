"""Facets as lines: the name of a field, then its values with a sign and a count."""

from rich.cells import cell_len
from textual.content import Content

from sharedops_core.i18n import _, pick
from sharedops_core.rules import lifecycle
from sharedops_core.rules.text import one_line
from sharedops_core.views.rows import Facet
from sharedops_tui.present.queue_row import fitted


def nothing() -> Content:
    """Return what stands there before anything has been counted."""
    return Content.styled(_("counting…"), "$foreground 60%")


def line(field: str, facet: Facet | None, width: int, *, is_here: bool, is_chosen: bool) -> Content:
    """Return one line: a field's name, or a value with a cross when it is chosen and with its count."""
    if facet is None:
        return Content.styled(fitted(_title(field), width), "bold $foreground 70%")
    count = str(facet.count)
    sign = "x" if is_chosen else " "
    room = max(2, width - 4 - len(count) - 1)
    name = fitted(_value(field, facet), room)
    style = "bold $accent" if is_chosen else ""
    gap = " " * max(0, width - 4 - cell_len(name) - len(count))
    text = Content.assemble((f"[{sign}] ", style), (name, style), (gap + count, "$foreground 70%"))
    return text.stylize("on $primary 15%") if is_here else text


def _title(field: str) -> str:
    return {"state": _("State"), "priority": _("Priority"), "line": _("Line"), "team": _("Team"),
            "item": _("Service class"), "tag": _("Tags")}[field]  # fmt: skip


def _value(field: str, facet: Facet) -> str:
    if field == "state":
        return lifecycle.state_name(facet.value)
    if field in {"priority", "line"}:
        return f"{'P' if field == 'priority' else 'L'}{facet.value}"
    return one_line(pick(facet.name_en, facet.name_zh))
