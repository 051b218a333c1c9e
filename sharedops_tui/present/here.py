"""Who else is at a ticket, in words and as one sign."""

from collections.abc import Sequence

from textual.content import Content

from sharedops_core.i18n import _, joined
from sharedops_core.rules.text import one_line
from sharedops_core.views.presence import Present

WRITES, LOOKS = "@", "&"


def sign(found: Sequence[Present]) -> str:
    """Return the sign beside a row: "@" when somebody writes there, "&" when somebody looks, " " for nobody."""
    return WRITES if any(one.is_writing for one in found) else LOOKS if found else " "


def signs(found: Sequence[Present]) -> dict[int, str]:
    """Return the sign beside each ticket where somebody is."""
    return {one.ticket_id: sign([other for other in found if other.ticket_id == one.ticket_id]) for one in found}


def here(found: Sequence[Present]) -> Content:
    """Return who else is here, those who write first; empty when nobody is."""
    writing = joined(one_line(one.name) for one in found if one.is_writing)
    looking = joined(one_line(one.name) for one in found if not one.is_writing)
    parts = []
    if writing:
        parts.append(Content.styled(f"{WRITES} " + _("{who} is writing").format(who=writing), "bold $warning"))
    if looking:
        parts.append(Content.styled(f"{LOOKS} " + _("{who} looks at it").format(who=looking), "$warning"))
    return Content("  ").join(parts)
