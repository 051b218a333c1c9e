"""Knowledge articles as text: headings and steps stand out, nothing in them can act."""

import re
from typing import Any

from textual.content import Content

from sharedops_core.i18n import _, pick
from sharedops_core.rules.text import clean, one_line

_STEP = re.compile(r"^(\s*(?:\d+[.)、]|[-*•])\s+)(.*)$")
_RULE = re.compile(r"^\|[\s:|-]+\|\s*$")
_STRONG = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")


def hit_line(hit: Any) -> str:
    """Return a found article on one line."""
    return one_line(f"{hit.key} {pick(hit.title_en, hit.title_zh)}")


def article_text(article: Any) -> Content:
    """Return an article in the user's language: title, what it is, body."""
    head = Content.assemble(
        (one_line(pick(article.title_en, article.title_zh)), "bold $primary"),
        "\n",
        (one_line(f"{article.key} · {kind_name(article.kind)} · {audience_name(article.audience)}"), "$foreground 60%"),
        "\n",
    )
    lines = clean(pick(article.body_en, article.body_zh)).strip().split("\n")
    return Content("\n").join([head, *(_line(line) for line in lines if not _RULE.match(line))])


def _line(line: str) -> Content:
    if line.startswith("|"):
        return _table_row(line)
    if line.startswith("#"):
        return Content.styled(line.lstrip("# "), "bold $secondary")
    step = _STEP.match(line)
    if step:
        return Content.assemble((step.group(1), "$accent"), _inline(step.group(2)))
    return _inline(line)


def _table_row(line: str) -> Content:
    """Columns have no room in a pane: the first cell stands out, the others follow on the same line."""
    first, *others = [cell.strip() for cell in line.strip().strip("|").split("|")]
    parts = [Content.styled(first, "bold"), *map(_inline, others)]
    return Content("  ›  ").join(parts)


def _inline(text: str) -> Content:
    parts: list[Content] = []
    end = 0
    for found in _STRONG.finditer(text):
        parts.append(Content(text[end : found.start()]))
        parts.append(Content.styled(found.group(1) or found.group(2), "bold" if found.group(1) else "$accent"))
        end = found.end()
    parts.append(Content(text[end:]))
    return Content("").join(parts)


def kind_name(kind: str) -> str:
    """Return the kind of an article in the user's language."""
    return {
        "how_to": _("how to"), "known_error": _("known error"), "policy": _("policy"), "workaround": _("workaround"),
    }.get(kind, kind)  # fmt: skip


def audience_name(audience: str) -> str:
    """Return who may read an article."""
    return _("agents only") if audience == "agents" else _("may be sent to the requester")
