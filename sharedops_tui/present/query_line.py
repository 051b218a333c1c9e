"""What stands below the filter: the mistake with its caret, or what may be typed next."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from sharedops_core.i18n import _
from sharedops_core.rules.completion import Completion
from sharedops_core.rules.query import BadQuery, width


def mistake(error: BadQuery, room: int) -> Content:
    """Return the sentence with a caret below what is wrong, on the side of it where there is room."""
    at, sentence = min(width(error.query[: error.at]), max(0, room - 1)), error.sentence
    if at >= cell_len(sentence) + 1 and at + cell_len(sentence) + 2 > room:
        return Content.assemble((" " * (at - cell_len(sentence) - 1) + sentence + " ^", "$error"))
    if at + cell_len(sentence) + 2 <= room:
        return Content.assemble((" " * at + "^ " + sentence, "$error"))
    return Content.assemble(("^ " + set_cell_size(sentence, max(0, room - 2)), "$error"))


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
