"""The frame of the queue: what is shown, how it is sorted, what is new."""

from collections.abc import Mapping

from textual.content import Content

from sharedops_core.i18n import _, ngettext
from sharedops_core.rules.text import one_line
from sharedops_core.views.queue import Question
from sharedops_tui.present.status import view_name


def title(question: Question, counts: Mapping[str, int]) -> Content:
    """Return the title of the list: view, count, sort and filter."""
    count = counts.get(question.view)
    parts = [view_name(question.view) + ("" if count is None else f"  {count}"), sort_name(question.sort)]
    if question.text.strip():
        parts.append(_("filter: {text}").format(text=one_line(question.text.strip())))
    return Content("  |  ".join(parts))


def subtitle(marked: int, news: int, *, is_frozen: bool) -> Content:
    """Return the lower edge of the list: marks, news, freeze."""
    parts = []
    if marked:
        parts.append(ngettext("{n} marked", "{n} marked", marked).format(n=marked))
    if news:
        parts.append(ngettext("{n} change, R shows it", "{n} changes, R shows them", news).format(n=news))
    if is_frozen:
        parts.append(_("order frozen"))
    return Content("  |  ".join(parts))


def sort_name(sort: str) -> str:
    """Return a sort order in the user's language."""
    return {
        "due": _("by due time"),
        "priority": _("by priority"),
        "opened": _("oldest first"),
        "changed": _("longest untouched"),
    }[sort]
