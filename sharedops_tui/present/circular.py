"""A text to many tickets in words: how many it goes to, to whom, how the first of them reads it, what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content

from sharedops_core.i18n import _, clauses, joined, ngettext
from sharedops_core.rules import spans
from sharedops_core.rules.text import clean, one_line
from sharedops_core.views.circulars import Addressee
from sharedops_tui.present.queue_row import fitted

NOTE = "note"
_NAMED = 3


@dataclass(frozen=True)
class Many:
    """To how many tickets and requesters a text goes, and what the tickets are called."""

    tickets: int
    requesters: int
    numbers: tuple[str, ...]


def many(found: Sequence[Addressee]) -> Many:
    """Return to how many a text can go as its tickets stand now."""
    able = [one for one in found if one.hindrance is None]
    people = {one.requester_id for one in able} - {None}
    return Many(len(able), len(people), tuple(one.number for one in able))


def label(count: int) -> str:
    """Return so many tickets, in words."""
    return ngettext("{n} ticket", "{n} tickets", count).format(n=count)


def named(numbers: Sequence[str]) -> str:
    """Return the first numbers, and whether there are more."""
    return one_line(joined(numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else ""))


def heading(kind: str, to: Many) -> str:
    """Return what the frame of the composer says."""
    if kind == NOTE:
        return _("Internal note on {tickets}: agents only").format(tickets=label(to.tickets))
    return _("Reply to {people} on {tickets}").format(people=_people(to), tickets=label(to.tickets))


def question(kind: str, to: Many) -> str:
    """Return the question before it goes out: how many, and the first numbers."""
    text = _("Save this note on {tickets}?") if kind == NOTE else _("Send this to {people} on {tickets}?")
    return f"{text.format(people=_people(to), tickets=label(to.tickets))} {named(to.numbers)}"


def _people(to: Many) -> str:
    return ngettext("{n} requester", "{n} requesters", to.requesters).format(n=to.requesters)


def list_text(kind: str, found: Sequence[Addressee], known: Mapping[int, int]) -> Content:
    """Return the tickets line by line, under what is to be known of them together."""
    lines = [Content.styled(line, "$warning") for line in _remarks(kind, found, known)]
    return Content("\n").join([*lines, *map(_line, found)])


def _remarks(kind: str, found: Sequence[Addressee], known: Mapping[int, int]) -> list[str]:
    gone = len(known) - len(found)
    free = sum(not one.is_held and one.hindrance is None for one in found) if kind != NOTE else 0
    taken = ngettext("{n} is nobody's yet: your reply takes it", "{n} are nobody's yet: your reply takes them", free)
    hidden = ngettext("{n} is not for you any more: left out", "{n} are not for you any more: left out", gone)
    return [text.format(n=n) for text, n in ((taken, free), (hidden, gone)) if n]


def _line(one: Addressee) -> Content:
    parts: list[tuple[str, str]] = [
        (f"{one.number:<11}", "bold"), (fitted(one_line(one.requester), 14) + " ", "$secondary"),
        (one_line(one.subject), "" if one.hindrance is None else "$foreground 60%"),
    ]  # fmt: skip
    if one.hindrance is not None:
        parts.insert(1, (_("left out: {why}").format(why=one_line(one.hindrance)) + "  ", "$warning"))
    elif one.changes:
        parts.insert(1, (_("changed") + "  ", "$warning"))
    return Content.assemble(*parts)


def example(text: str, lacks: Mapping[str, Sequence[str]]) -> Content:
    """Return a text as its first reader gets it, above it what it lacks elsewhere: field → numbers without it."""
    said = _("{field} is empty on {tickets}, … goes out there: {numbers}")
    lines = [
        said.format(field=f"{{{name}}}", tickets=label(len(numbers)), numbers=named(numbers))
        for name, numbers in lacks.items()
    ]
    return Content("\n").join([*(Content.styled(one, "$warning") for one in lines), Content(clean(text))])


def changed_line(found: Sequence[Addressee]) -> str:
    """Return one sentence: how many tickets have changed since the text was begun, and which; empty for none."""
    changed = [one.number for one in found if one.changes and one.hindrance is None]
    if not changed:
        return ""
    text = ngettext("{n} of {all} tickets has changed since you began: {numbers}",
                    "{n} of {all} tickets have changed since you began: {numbers}", len(changed))  # fmt: skip
    return text.format(n=len(changed), all=len(found), numbers=named(changed))


def left_out(refused: Sequence[tuple[str, str]]) -> str:
    """Return which tickets a text does not go to, and why: numbers with reasons; empty for none."""
    if not refused:
        return ""
    reasons = clauses(spans.named(number, why) if number else why for number, why in refused[:_NAMED])
    n = len(refused)
    text = ngettext("{n} ticket is left out: {reasons}", "{n} tickets are left out: {reasons}", n)
    return one_line(text.format(n=n, reasons=reasons + ("; …" if n > _NAMED else "")))
