"""Tags (标签): the words a desk files tickets under; one spelling for each, and what the journal says of them.

A line of the journal that changes tags says so in its detail, as it is typed: `{"tags": ["+month-end", "-vpn"]}`. The
tags of a ticket are what these lines give, one after the other.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean

LONGEST, MOST = 40, 20
"""Characters of a tag, and tags of a ticket."""

Tags = tuple[str, ...]
Detail = Mapping[str, object] | None

_RESERVED = ("none", "无")
_STRANGE = re.compile("[,、:\"'“”„‘’]")
_BETWEEN = re.compile(r"[\s,，、]+")
_SIGNS = {"+": "+", "-": "-", "＋": "+", "－": "-"}
_UNSEEN = dict.fromkeys([0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
"""Joiners and variation selectors: two tags that look the same are the same."""


def tag(text: str) -> str:
    """Return a tag as it is kept; raises Refused, in one sentence, for what is none."""
    found = folded(text)
    if not found:
        raise Refused(_("a tag is empty; write a word such as month-end"))
    if found[0] in "+-":
        raise Refused(_('"{tag}" is no tag: it begins with {sign}').format(tag=found, sign=found[0]))
    if strange := _STRANGE.search(found):
        raise Refused(_('"{tag}" is no tag: no {sign} may stand in one').format(tag=found, sign=strange[0]))
    if len(found) > LONGEST:
        words = _("a tag has at most {most} characters, this one has {n}: {tag}")
        raise Refused(words.format(most=LONGEST, n=len(found), tag=f"{found[:LONGEST]}…"))
    if found in _RESERVED:
        raise Refused(_('"{tag}" is no tag: queries mean by it that there is none').format(tag=found))
    return found


def folded(text: str) -> str:
    """Return a text as tags are written: harmless, on one line, of one width and case, with - for a blank."""
    harmless = clean(unicodedata.normalize("NFKC", text).translate(_UNSEEN))
    return "-".join(unicodedata.normalize("NFKC", harmless.casefold()).split())


def words(line: str) -> list[str]:
    """Return the words of a line of tags, each with its sign; blanks and commas of any width stand between them."""
    return [word for word in _BETWEEN.split(line) if word]


def changes(typed: Iterable[str], present: Collection[str] | None = None) -> tuple[Tags, Tags]:
    """Return which tags are added and which taken away by words: `+urgent -later`, or all the tags there are to be.

    All of them can be said only where it is known which are `present`, and with signs behind them: `vpn +urgent`. A tag
    that is named both ways is added. Raises Refused for what is no tag, and where a sign is missing.
    """
    words = [parted(word.strip()) for word in typed]
    plain, added, removed = (_tags(word for sign, word in words if sign == one) for one in ("", "+", "-"))
    if present is not None and (plain or not words):
        wanted = (*_others(plain, removed), *added)
        return _others(dict.fromkeys(wanted), present), _others(present, wanted)
    if plain or not words:
        raise Refused(_("put + before a tag to add it, - before one to take it away: +urgent -later"))
    return added, _others(removed, added)


def parted(word: str) -> tuple[str, str]:
    """Return the sign before a word, empty when there is none, and the word without it."""
    sign = _SIGNS.get(word[:1], "")
    return sign, word[len(sign) :]


def _tags(words: Iterable[str]) -> Tags:
    return tuple(dict.fromkeys(map(tag, words)))


def _others(found: Iterable[str], than: Collection[str]) -> Tags:
    return tuple(one for one in found if one not in than)


def told(added: Iterable[str], removed: Iterable[str]) -> dict[str, object]:
    """Return what a line of the journal says of tags that were added and taken away; nothing for none."""
    words = [f"+{one}" for one in added] + [f"-{one}" for one in removed]
    return {"tags": words} if words else {}


def said(detail: Detail) -> tuple[Tags, Tags]:
    """Return the tags that a line of the journal added and took away."""
    words = (detail or {}).get("tags")
    found = [str(word) for word in words] if isinstance(words, list) else []
    added, removed = (tuple(word[1:] for word in found if word[:1] == sign) for sign in "+-")
    return added, removed


def turned(detail: Detail) -> dict[str, object]:
    """Return what the line says that takes a line of the journal back."""
    added, removed = said(detail)
    return told(removed, added)


def replay(details: Iterable[Detail]) -> frozenset[str]:
    """Return the tags of a ticket by the lines of its journal, oldest first."""
    found: set[str] = set()
    for detail in details:
        added, removed = said(detail)
        found = found.difference(removed).union(added)
    return frozenset(found)
