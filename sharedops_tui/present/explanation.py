"""Explanations as text: a heading for each clock and its arithmetic; a heading for each step of a choice."""

from collections.abc import Sequence

from textual.content import Content

from sharedops_core.i18n import _
from sharedops_core.rules import choice
from sharedops_core.rules.commitments import clock_name
from sharedops_core.rules.explain import Explanation, spelled_out
from sharedops_core.rules.text import one_line


def explanation_parts(found: Sequence[Explanation]) -> list[Content]:
    """Return one part per clock."""
    return [_part(one) for one in found]


def choice_parts(found: choice.Explanation | None) -> list[Content]:
    """Return one part per step of a choice; each line stands for itself, whatever is in it."""
    if found is None:
        return [Content(_("nothing to show"))]
    return [
        Content("\n").join([Content.styled(title, "bold $primary"), *(Content(one_line(line)) for line in lines)])
        for title, lines in choice.spelled_out(found)
    ]


def _part(one: Explanation) -> Content:
    title = clock_name(one.kind) + (f" {one.nth}" if one.nth > 1 else "")
    *lines, result = spelled_out(one)
    return Content("\n").join(
        [Content.styled(title, "bold $primary"), *map(Content, lines), Content.styled(result, "bold $secondary")]
    )
