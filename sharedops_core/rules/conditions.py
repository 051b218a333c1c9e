"""Conditions as data: a small, closed language over the facts of a ticket, evaluated by a library (product C1).

What a condition may say is checked when it is imported, part by part: every field, every function, every type and
every code it compares with. So none can fail later, and none can reach anything but these facts.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from sharedops_core.i18n import _, joined

if TYPE_CHECKING:
    from zen import Expression

Fact = str | int | bool
Facts = Mapping[str, Fact]

FIELDS: dict[str, Fact] = {
    "category": "", "family": "", "class": "", "item": "", "kind": "", "priority": 3, "channel": "", "line": 1,
    "team": "", "lane": "", "subject": "", "company": "", "language": "", "is_vip": False, "month": 1, "day": 1,
    "weekday": 1, "hour": 0, "workday": 0, "workdays_left": 0,
}  # fmt: skip
"""field → what it is without a value: nothing is ever null. The subject is folded to lower case."""

FUNCTIONS = ("contains", "startsWith", "endsWith", "len")
_EXAMPLES = {
    "priority": "priority <= 2", "line": "line == 1", "is_vip": "is_vip", "month": "month == 12", "day": "day >= 25",
    "weekday": "weekday <= 5", "hour": "hour < 9", "workday": "workday <= 3", "workdays_left": "workdays_left <= 2",
}  # fmt: skip
_BOUNDS = {"month": (1, 12), "day": (1, 31), "weekday": (1, 7), "hour": (0, 23), "workday": (0, 31),
           "workdays_left": (0, 31)}  # fmt: skip
"""Of what the day of opening is: beyond these no number is ever reached."""

LONGEST = 500
"""Characters of a condition; whoever needs more needs two rules."""

_WORDS = ("and", "or", "not", "in", "true", "false")
_TOKEN = re.compile(r"""\s*('[^']*'|"[^"]*"|\d+|[^\W\d]\w*|==|!=|<=|>=|[<>()\[\],])""")
_OPENING, _CLOSING = ("(", "["), (")", "]")

Tokens = Sequence[str]
Known = Mapping[str, Collection[str]]


def holds(condition: str, facts: Facts) -> bool | None:
    """Return whether a condition is true of a ticket; None when it cannot be decided, which the check rules out."""
    try:
        found = _compiled(condition).evaluate(dict(facts))
    except RuntimeError:
        return None
    return found if isinstance(found, bool) else None


@lru_cache(maxsize=1024)
def _compiled(condition: str) -> "Expression":
    from zen import compile_expression

    return compile_expression(condition)


def findings(condition: str, known: Known) -> list[str]:
    """Return all that is wrong with a condition, each with what would be right; nothing when it can be used.

    `known` are the codes that exist, by field; a condition that compares with another one would never be true.
    """
    if len(condition) > LONGEST:
        return [_("is longer than {n} characters; two rules would be right").format(n=LONGEST)]
    tokens, rest = _tokens(condition)
    if rest:
        return [_("is not understood from here on: {rest}").format(rest=rest[:40])]
    found = _strange(tokens) or [one for part in _parts(tokens) for one in _wrong(part, known)]
    if not found and holds(condition, FIELDS) is None:
        # `not` binds tighter than a comparison.
        return [_("is neither true nor false as a whole; right would be brackets, like not (priority == 1)")]
    return found


def _tokens(condition: str) -> tuple[list[str], str]:
    """Return a condition in tokens, and what cannot be read as one."""
    found, at, text = list[str](), 0, condition.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return found, text[at:].strip()
        found.append(match[1])
        at = match.end()
    return found, ""


def _strange(tokens: Tokens) -> list[str]:
    """Return the findings about names that are neither a field nor a function here."""
    found = []
    for token, after in zip_longest(tokens, tokens[1:], fillvalue=""):
        is_name = token[0].isalpha() or token[0] == "_"
        if not is_name or token in _WORDS:
            continue
        if after == "(" and token not in FUNCTIONS:
            words = _("{name} is no known function; right would be one of: {names}")
            found.append(words.format(name=token, names=joined(FUNCTIONS)))
        elif after != "(" and token not in FIELDS:
            words = _("{name} is no known field; right would be one of: {names}")
            found.append(words.format(name=token, names=joined(FIELDS)))
    return found


def _parts(tokens: Tokens) -> Iterator[Tokens]:
    """Yield the parts that `and`, `or` and `not` join: each has to be true or false by itself."""
    for joint in ("or", "and"):
        if len(split := list(_split(tokens, joint))) > 1:
            for part in split:
                yield from _parts(part)
            return
    if tokens[:1] == ["not"]:
        yield from _parts(tokens[1:])
    elif _is_enclosed(tokens):
        yield from _parts(tokens[1:-1])
    else:
        yield tokens


def _split(tokens: Tokens, joint: str) -> Iterator[Tokens]:
    depth, start = 0, 0
    for at, token in enumerate(tokens):
        depth += (token in _OPENING) - (token in _CLOSING)
        if token == joint and depth == 0:
            yield tokens[start:at]
            start = at + 1
    yield tokens[start:]


def _is_enclosed(tokens: Tokens) -> bool:
    """Return whether the first bracket is closed by the last token."""
    depths, depth = [], 0
    for token in tokens:
        depth += (token in _OPENING) - (token in _CLOSING)
        depths.append(depth)
    return tokens[:1] == ["("] and depths[-1] == 0 and 0 not in depths[:-1]


def _wrong(part: Tokens, known: Known) -> list[str]:
    """Return what is wrong with one comparison: what it compares with, and whether it is one at all."""
    text = " ".join(part)
    found = [finding for field in dict.fromkeys(part) for finding in _strange_values(field, part, known)]
    if not found and holds(text, FIELDS) is None:
        words = _("{part} is neither true nor false; right would be like priority <= 2")
        found.append(words.format(part=text[:80] or "-"))
    return found


def _strange_values(field: str, part: Tokens, known: Known) -> Iterator[str]:
    values = [token[1:-1] for token in part if token[0] in "'\""]
    is_whole = not any(token in FUNCTIONS for token in part)
    if field in _BOUNDS:
        yield from _out_of_bounds(field, [int(token) for token in part if token.isdecimal()])
    if values and not isinstance(FIELDS.get(field, ""), str):
        yield _("{field} is no text; right would be like {example}").format(field=field, example=_EXAMPLES[field])
    if field in known and is_whole:
        for value in (one for one in values if one and one not in known[field]):
            words = _("{field} is never {value!r}; there are: {names}")
            yield words.format(field=field, value=value, names=_some(known[field]))
    elif field == "subject":
        for value in (one for one in values if one != one.casefold()):
            words = _("the subject is compared in lower case; right would be {value!r} instead of {wrong!r}")
            yield words.format(value=value.casefold(), wrong=value)


def _out_of_bounds(field: str, numbers: Sequence[int]) -> Iterator[str]:
    least, most = _BOUNDS[field]
    for value in (one for one in numbers if not least <= one <= most):
        yield _("{field} is never {value}; it goes from {least} to {most}").format(
            field=field, value=value, least=least, most=most
        )


def _some(names: Collection[str], most: int = 12) -> str:
    found = sorted(names)
    return joined(found[:most]) + (" …" if len(found) > most else "")
