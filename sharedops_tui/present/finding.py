"""Where words stand in a text, and how they are marked: by weight and reverse as well as by colour.

Capital letters and full-width signs are as good as their twins; no word need be whole, so that Chinese is found.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from textual.content import Content, Span

from sharedops_core.i18n import _, ngettext

Place = tuple[int, int]
"""Where a match begins and ends, in characters of the text."""

_MATCH, _CURRENT = "bold underline $accent", "bold reverse $accent"


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    return unicodedata.normalize("NFKC", char).casefold()


def places(text: str, words: str) -> list[Place]:
    """Return where the words stand in a text, one behind the other."""
    wanted = "".join(map(_folded, words.strip()))
    parts = [_folded(char) for char in text]
    # A sign may fold to several letters, or to none: which sign of the text each letter comes from.
    origin = [place for place, part in enumerate(parts) for _letter in part]
    folded, found, at = "".join(parts), [], 0
    while wanted and (at := folded.find(wanted, at)) >= 0:
        found.append((origin[at], origin[at + len(wanted) - 1] + 1))
        at += len(wanted)
    return found


def marked(text: Content, found: Sequence[Place], current: int | None) -> Content:
    """Return a text with its matches marked, the current one more than the others."""
    marks = [Span(begin, end, _CURRENT if place == current else _MATCH) for place, (begin, end) in enumerate(found)]
    return Content(text.plain, [*text.spans, *marks])


def standing(count: int, current: int | None, wrapped: int) -> str:
    """Return which match is shown of how many; `wrapped` tells at which end the search began again, 0 for none."""
    if not count:
        return _("no match")
    if current is None:
        return ngettext("{n} match", "{n} matches", count).format(n=count)
    text = _("match {n} of {count}").format(n=current + 1, count=count)
    again = {1: _("from the beginning again"), -1: _("from the end again")}.get(wrapped, "")
    return f"{text} · {again}" if again else text
