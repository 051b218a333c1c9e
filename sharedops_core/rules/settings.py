"""The numbers that every desk sets for itself: their names, what they are when nobody said, and what they may be."""

from dataclasses import dataclass

from sharedops_core.errors import NotFound, Refused
from sharedops_core.i18n import _, joined

SILENT_AFTER, LOW_CSAT, LOW_EASE = "silent_after", "low_csat", "low_ease"


@dataclass(frozen=True)
class Number:
    """A number of the desk by its name."""

    name: str
    usual: int
    least: int
    most: int


NUMBERS = {
    one.name: one for one in (Number(SILENT_AFTER, 5, 1, 60), Number(LOW_CSAT, 2, 0, 4), Number(LOW_EASE, 2, 0, 4))
}


def checked(name: str, value: int) -> Number:
    """Return the number of that name; raises NotFound for a name that is none, Refused for a value it cannot have."""
    found = NUMBERS.get(name)
    if found is None:
        raise NotFound(_("there is no setting {name}; there are: {names}").format(name=name, names=joined(NUMBERS)))
    if not found.least <= value <= found.most:
        text = _("{name} is between {least} and {most}")
        raise Refused(text.format(name=name, least=found.least, most=found.most))
    return found


def meaning(name: str) -> str:
    """Return in the user's language what a number says."""
    return {
        SILENT_AFTER: _("workdays without a word of the requester after which a resolved ticket is closed silently"),
        LOW_CSAT: _("stars up to which a rating makes a follow-up; 0 for never"),
        LOW_EASE: _("ease up to which a rating makes a follow-up; 0 for never"),
    }[name]
