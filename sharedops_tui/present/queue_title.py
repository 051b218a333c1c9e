"""The frame of the queue: what is shown, how it is sorted, what is new."""

from collections.abc import Mapping

from textual.content import Content

from sharedops_core.i18n import _, ngettext
from sharedops_core.rules.text import one_line
from sharedops_core.views.rows import COUNTED, Question
from sharedops_tui.present.panes import numbered


def title(question: Question, name: str, counts: Mapping[str, int]) -> Content:
    """Return the title of the list: view, how many it holds, order and filter."""
    count = counts.get(question.view)
    shown = "" if count is None else f"  {count:,}" if count < COUNTED else f"  {COUNTED:,}+"
    parts = [one_line(name) + shown, order_name(question.sort, is_descending=question.is_descending)]
    if question.text.strip():
        parts.append(_("filter: {text}").format(text=one_line(question.text.strip())))
    return numbered("list", Content("  |  ".join(parts)))


def subtitle(
    marked: int, news: int, *, is_frozen: bool, place: int | None = None, length: int = 0, is_known: bool = True
) -> Content:
    """Return the lower edge of the list: marks, news, freeze, and the place; "+" behind a length not known yet."""
    parts = []
    if marked:
        parts.append(ngettext("{n} marked", "{n} marked", marked).format(n=marked))
    if news:
        parts.append(ngettext("{n} change, R shows it", "{n} changes, R shows them", news).format(n=news))
    if is_frozen:
        parts.append(_("order frozen"))
    if place is not None:
        whole = f"{length:,}" if is_known else f"{length:,}+"
        parts.append(_("{place} of {whole}").format(place=f"{place + 1:,}", whole=whole))
    return Content("  |  ".join(parts))


def empty(question: Question, name: str) -> str:
    """Return what stands in a list without tickets, and the way out of it."""
    text = question.text.strip()
    if text:
        return _("nothing matches {text}; esc clears the filter").format(text=one_line(text))
    return _("no ticket in {view}").format(view=one_line(name))


def order_name(sort: str, *, is_descending: bool) -> str:
    """Return an order and its direction in the user's language."""
    if not is_descending:
        return sort_name(sort)
    return _("{order}, turned round").format(order=sort_name(sort))


def sort_name(sort: str) -> str:
    """Return a sort order in the user's language."""
    return {
        "due": _("by due time"),
        "priority": _("by priority"),
        "opened": _("oldest first"),
        "changed": _("longest untouched"),
        "number": _("by number"),
        "state": _("by state"),
        "line": _("by line"),
        "team": _("by team"),
        "holder": _("by holder"),
        "requester": _("by requester"),
        "item": _("by service item"),
        "subject": _("by subject"),
    }[sort]
