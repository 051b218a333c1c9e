"""What may be typed next in a query: fields, then the values of the field, by the letters that are there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sharedops_core.i18n import _, language
from sharedops_core.rules import query, tags
from sharedops_core.rules.query import CALLED, HEAD, SIGNS

Names = Mapping[str, Sequence[tuple[str, str]]]
"""Field → (value, what it is called) for values that only the database knows: teams, agents, service items."""

_MOST = 12


@dataclass(frozen=True, slots=True)
class Completion:
    """Something that fits: the whole query with it, what is added, and what it means."""

    query: str
    word: str
    means: str = ""


def field_name(name: str) -> str:
    """Return what a field asks for, in the user's language."""
    return {
        "line": _("line 1, 2 or 3"), "state": _("state"), "priority": _("priority 1 to 4"), "sla": _("time left"),
        "team": _("team"), "who": _("holder"), "first": _("first-contact owner"), "requester": _("requester"),
        "item": _("service item, class or family"), "offered": _("offered to"),
        "task": _("open tasks: whose"), "kind": _("kind of ticket"),
        "channel": _("channel"), "tag": _("tag"), "is": _("VIP"), "age": _("time since it was opened"),
        "idle": _("time since the last change"), "opened": _("day of opening"), "resolved": _("day of resolution"),
        "watching": _("watched by, or asked as an expert"),
        "text": _("words in number, subject, requester or holder"),
    }[name]  # fmt: skip


def completions(text: str, names: Names) -> list[Completion]:
    """Return what fits behind the end of a half-typed query, best first; empty when nothing more is to be said."""
    begin = max(text.rfind(" "), text.rfind("\u3000")) + 1
    word = text[begin:]
    head = HEAD.match(word.translate(SIGNS))
    if head is None:
        return _fields(text, begin, word)
    field = CALLED.get(head[2].lower())
    if field is None or (head[3] != ":" and field.kind != query.NUMBER):
        return []
    values = word[head.end() :]
    comma = max(values.rfind(","), values.rfind("，")) + 1
    done, typed = values[:comma].replace("，", ",").split(","), values[comma:].lstrip('"“')
    known = [(_in_chinese(value, typed), value) for value in field.words] + list(names.get(field.name, ()))
    fitting = [(value, means) for value, means in known if _fits(value, means, typed) and value not in done]
    stem = text[: begin + head.end() + comma]
    return [
        Completion(stem + query.quoted(value), value, "" if means in field.words else means)
        for value, means in fitting[:_MOST]
    ]


def tag_completions(text: str, known: Sequence[str], *, is_signed: bool) -> list[Completion]:
    """Return the tags that fit behind the end of a line of tags; with a sign where each word has to have one."""
    begin = max(text.rfind(" "), text.rfind("\u3000")) + 1
    sign, word = tags.parted(text[begin:])
    sign, typed = sign or ("+" if is_signed else ""), tags.folded(word)
    done = {tags.folded(tags.parted(one)[1]) for one in text[:begin].split()} | {typed}
    fitting = [tag for tag in known if tag.startswith(typed) and tag not in done]
    return [Completion(f"{text[:begin]}{sign}{tag}", f"{sign}{tag}") for tag in fitting[:_MOST]]


def _fields(text: str, begin: int, word: str) -> list[Completion]:
    sign, typed = ("-", word[1:]) if word[:1] in {"-", "－"} else ("", word)
    if not typed and not sign and text.strip():
        return []
    found = [field for field in query.FIELDS.values() if field.name.startswith(typed.lower()) or
             (typed and field.zh.startswith(typed))]  # fmt: skip
    is_chinese = _is_chinese(typed)
    return [
        Completion(f"{text[:begin]}{sign}{name}{':' if field.words else _sign(field)}", name, field_name(field.name))
        for field in found
        for name in [field.zh if is_chinese else field.name]
    ]


def _is_chinese(typed: str) -> bool:
    """Return whether a Chinese word is offered: to whoever works in Chinese and has not begun in Latin letters."""
    return language() == "zh" and (not typed or not typed.isascii())


def _in_chinese(value: str, typed: str) -> str:
    return (
        next((said for said, meant in query.CHINESE.items() if meant == value), value) if _is_chinese(typed) else value
    )


def _sign(field: query.Field) -> str:
    return "<" if field.kind == query.SPAN else ":"


def _fits(value: str, means: str, typed: str) -> bool:
    low = typed.casefold()
    if value.casefold().startswith(low) or (not low.isascii() and low in means.casefold()):
        return True
    return bool(low) and any(word.startswith(low) for word in means.casefold().split())
