"""Explanations of due times as text: a heading a clock, then its arithmetic line by line."""

from collections.abc import Sequence

from textual.content import Content

from sharedops_core.rules.commitments import clock_name
from sharedops_core.rules.explain import Explanation, spelled_out


def explanation_parts(found: Sequence[Explanation]) -> list[Content]:
    """Return one part per clock."""
    return [_part(one) for one in found]


def _part(one: Explanation) -> Content:
    title = clock_name(one.kind) + (f" {one.nth}" if one.nth > 1 else "")
    *lines, result = spelled_out(one)
    return Content("\n").join(
        [Content.styled(title, "bold $primary"), *map(Content, lines), Content.styled(result, "bold $secondary")]
    )
