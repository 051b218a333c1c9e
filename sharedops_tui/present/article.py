"""Knowledge articles as text: headings and steps stand out, nothing in them can act."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from typing import Any

from textual.content import Content

from sharedops_core.i18n import _, pick
from sharedops_core.rules.text import clean, one_line

_STEP = re.compile(r"^(\s*(?:\d+[.)、]|[-*•])\s+)(.*)$")
_RULE = re.compile(r"^\|[\s:|-]+\|\s*$")
_SIDE_BY_SIDE = 2
_AFTER = Content("  ›  ")
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
    blocks = [(is_table, list(block)) for is_table, block in groupby(lines, lambda line: line.startswith("|"))]
    shown = [_table(block) if is_table else map(_line, block) for is_table, block in blocks]
    return Content("\n").join([head, *chain.from_iterable(shown)])


def _line(line: str) -> Content:
    if line.startswith("#"):
        return Content.styled(line.lstrip("# "), "bold $secondary")
    step = _STEP.match(line)
    if step:
        return Content.assemble((step.group(1), "$accent"), _inline(step.group(2)))
    return _inline(line)


def _table(lines: Sequence[str]) -> Iterator[Content]:
    """Columns have no room in a pane: the first cell stands out, the second follows it, more stand below by name."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if not _RULE.match(line)]
    names, *body = rows or [[]]
    if len(names) <= _SIDE_BY_SIDE or not body:
        yield from (_AFTER.join([_inline(first).stylize("bold"), *map(_inline, others)]) for first, *others in rows)
        return
    for first, *others in body:
        yield _inline(first).stylize("bold")
        yield from (
            Content.assemble(("  " + name, "$foreground 60%"), _AFTER, _inline(cell))
            for name, cell in zip(names[1:], others, strict=False)
        )


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
