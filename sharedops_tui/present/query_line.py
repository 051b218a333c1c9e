"""What stands below the filter: the mistake with its caret, or what may be typed next."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from sharedops_core.i18n import _
from sharedops_core.rules.completion import Completion
from sharedops_core.rules.query import BadQuery, width
from sharedops_core.rules.text import one_line
from sharedops_tui.present.wrapping import wrapped


def mistake(error: BadQuery, room: int) -> Content:
    """Return the whole sentence with a caret below what is wrong, in lines on that side of it where more room is."""
    at = min(width(error.query[: error.at]), max(0, room - 1))
    left, right = at - 1, room - at - 2
    lines = [line.plain for line in wrapped(Content(one_line(error.sentence)), max(left, right))]
    if right >= left:
        beside = [" " * at + "^ " + lines[0], *(" " * (at + 2) + line for line in lines[1:])]
    else:
        beside = [" " * (left - cell_len(lines[0])) + lines[0] + " ^", *lines[1:]]
    return Content.styled("\n".join(beside), "$error")


def offer(found: Sequence[Completion], room: int) -> Content:
    """Return what fits next to each other, the one that tab takes first."""
    if not found:
        return Content("")
    parts = [Content.assemble((_("tab"), "$foreground 60%"), " ")]
    used = cell_len(_("tab")) + 1
    for place, one in enumerate(found):
        means = f" {one.means}" if one.means not in {"", one.word} and (place == 0 or len(found) < 7) else ""
        used += cell_len(one.word + means) + 2
        if used > room:
            break
        parts.append(
            Content.assemble((one.word, "bold $accent" if place == 0 else ""), (means + "  ", "$foreground 60%"))
        )
    return Content("").join(parts)
