"""The contract of a hand-off: five slots without which nobody can go on where the giver stopped (product D3)."""

from dataclasses import dataclass, fields

from sharedops_core.errors import Refused
from sharedops_core.i18n import _, joined
from sharedops_core.rules.text import clean


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
        values = {field.name: clean(getattr(self, field.name)).strip() for field in fields(self)}
        empty = [slot_name(name) for name, value in values.items() if not value]
        if empty:
            raise Refused(
                _("a hand-off needs every slot; empty: {slots}. Write - where there is nothing to say").format(
                    slots=joined(empty)
                )
            )
        return Slots(**values)


SLOTS = tuple(field.name for field in fields(Slots))
"""The slots in the order in which they are asked for."""


def decision_name(decision: str) -> str:
    """Return what became of a hand-off, before the name of whoever decided."""
    return {
        "offered": _("waiting to be accepted"), "accepted": _("accepted by"), "given_back": _("given back by"),
        "withdrawn": _("withdrawn"),
    }[decision]  # fmt: skip


def slot_name(slot: str) -> str:
    """Return the slot in the user's language."""
    return {
        "asked": _("asked"), "tried": _("tried"), "found": _("found"), "promised": _("promised"), "wanted": _("wanted"),
    }[slot]  # fmt: skip
