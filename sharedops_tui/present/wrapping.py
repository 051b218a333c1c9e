"""Lines that break where readers of Chinese and English break them, and keep the mark they begin with.

Chinese breaks between any two characters, but no line begins with a closing sign or ends with an opening one; other
scripts break at blanks. Textual breaks at blanks only, so that a Chinese sentence behind a number would leave half of
its line empty, and a full stop may stand alone.
"""

from collections.abc import Iterator

from rich.cells import cell_len, get_character_cell_size
from textual.content import Content

BAR = "▌"
"""The mark at the left of what somebody said; lines that go on have it, too."""

_CLOSING = frozenset("，。、；：！？）」』】》〉’”…—,.;:!?)]}%％")
_OPENING = frozenset("（「『【《〈‘“([{")


def wrapped(text: Content, width: int) -> list[Content]:
    """Return the lines of a text, none wider than so many cells."""
    return [part for line in text.split("\n", allow_blank=True) for part in _parts(line, max(2, width))]


def begins(text: str, width: int) -> list[int]:
    """Return where in a text each of the lines begins that `wrapped` makes of it."""
    found, begin = [], 0
    for line in text.split("\n"):
        found += [begin, *(begin + place for place in _breaks(line, max(2, width)))]
        begin += len(line) + 1
    return found


def _parts(line: Content, width: int) -> Iterator[Content]:
    plain = line.plain
    bar = line[:1] if plain.startswith(BAR) else Content("")
    begin = 0
    for end in [*_breaks(plain, width), len(plain)]:
        part = line[begin : begin + len(plain[begin:end].rstrip(" "))]
        yield part if begin == 0 else Content.assemble(bar, part)
        begin = end


def _breaks(plain: str, width: int) -> Iterator[int]:
    """Yield where a line goes on below; a word that is wider than a line is cut."""
    if cell_len(plain) <= width:
        return
    indent = len(BAR) if plain.startswith(BAR) else 0
    begin, used, chance = 0, 0, 0
    for place, sign in enumerate(plain):
        size = get_character_cell_size(sign)
        while used + size > width and place > begin and sign != " ":
            begin = chance if chance > begin else place
            used = indent + cell_len(plain[begin:place])
            yield begin
        used += size
        if place + 1 < len(plain) and _may_break(sign, plain[place + 1]):
            chance = place + 1


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return after != " "
    is_wide = get_character_cell_size(before) > 1 or get_character_cell_size(after) > 1
    return is_wide and after != " " and after not in _CLOSING and before not in _OPENING
