"""The contract of a hand-off: five slots without which nobody can go on where the giver stopped (product D3).

A team may ask for more: its checklist, which is data. What the ticket knows already need not be typed again.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from sharedops_core.errors import Refused
from sharedops_core.i18n import _, clauses, joined, pick
from sharedops_core.rules.text import clean, one_line


@dataclass(frozen=True)
class Slots:
    """What the requester asked, what was tried and found, what was promised, and what is wanted now."""

    asked: str = ""
    tried: str = ""
    found: str = ""
    promised: str = ""
    wanted: str = ""

    def checked(self) -> "Slots":
        """Return the slots cleaned; raises Refused naming every empty one."""
        return checked(self, (), {})[0]

    def filled_from(self, other: "Slots") -> "Slots":
        """Return the slots with those that are empty taken from others."""
        return replace(self, **{name: getattr(other, name) for name in SLOTS if not getattr(self, name).strip()})


@dataclass(frozen=True, slots=True)
class Question:
    """What a team has to know before it can go on; `code` names it in the master data and on the command line."""

    code: str
    en: str
    zh: str

    @property
    def words(self) -> str:
        """Return the question in the user's language."""
        return one_line(pick(self.en, self.zh))


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of a checklist as it was asked then, and what was answered."""

    question: Question
    text: str


def questions(checklist: Iterable[Mapping[str, str]]) -> tuple[Question, ...]:
    """Return the checklist of a team as questions."""
    return tuple(Question(one["code"], one["en"], one["zh"]) for one in checklist)


def checked(slots: Slots, asked: Sequence[Question], answers: Mapping[str, str]) -> tuple[Slots, tuple[Answer, ...]]:
    """Return slots and answers cleaned; raises Refused naming at once every empty slot and unanswered question.

    Answers are by the code of their question; an answer to what the team does not ask is left out, because another
    team may have been chosen first.
    """
    values = {name: clean(getattr(slots, name)).strip() for name in SLOTS}
    given = tuple(Answer(one, clean(answers.get(one.code, "")).strip()) for one in asked)
    empty = [slot_name(name) for name, value in values.items() if not value]
    open_ones = [f"{one.question.words} [{one.question.code}]" for one in given if not one.text]
    found = [
        _("a hand-off needs every slot; empty: {slots}. Write - where there is nothing to say").format(
            slots=joined(empty)
        )
    ] if empty else []  # fmt: skip
    if open_ones:
        text = _("the receiving team wants to know: {questions}. Write - where there is nothing to say")
        found.append(text.format(questions=joined(open_ones)))
    if found:
        raise Refused(clauses(found))
    return Slots(**values), given


SLOTS = tuple(field.name for field in fields(Slots))
"""The slots in the order in which they are asked for."""


_LONG = 160
_SENTENCE_END = re.compile(r"[。！？；]|[.!?;](?=\s)")
_KEY = re.compile(r"(?<![\w-])KB-\d+\b")


def shortened(text: str, longest: int = _LONG) -> str:
    """Return a text in one line of so many characters at most, cut after its last whole sentence where there is one."""
    line = one_line(" ".join(text.split()))
    if len(line) <= longest:
        return line
    ends = [end.end() for end in _SENTENCE_END.finditer(line) if longest // 3 <= end.end() <= longest]
    return line[: ends[-1]] if ends else line[: longest - 1].rstrip() + "…"


def keys_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of the articles that texts name, each once, in the order in which they stand there."""
    return tuple(dict.fromkeys(key for text in texts for key in _KEY.findall(text)))


def decision_name(decision: str) -> str:
    """Return what became of a hand-off, before the name of whoever decided."""
    return {
        "offered": _("waiting to be accepted"), "accepted": _("accepted by"), "given_back": _("given back by"),
        "withdrawn": _("withdrawn"), "expired": _("expired"),
    }[decision]  # fmt: skip


def slot_name(slot: str) -> str:
    """Return the slot in the user's language."""
    return {
        "asked": _("asked"), "tried": _("tried"), "found": _("found"), "promised": _("promised"), "wanted": _("wanted"),
    }[slot]  # fmt: skip
