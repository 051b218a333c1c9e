"""What came and went hour by hour, as two rows of bars on one scale above one axis.

Textual's Sparkline begins at the smallest value and scales each row by itself, so that four of nine would look like
nine of nine; plotext moves what stands behind a Chinese label. Two rows to compare need neither.
"""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from sharedops_core.i18n import _

_BLOCKS = " ▁▂▃▄▅▆▇█"
_EIGHTHS = 8


def hours(arrived: Sequence[int], resolved: Sequence[int], width: int, height: int) -> Content:
    """Return both rows of bars, each `height` lines, and the axis; a column is as wide as there is room for."""
    names = [_("Came {n}").format(n=sum(arrived)), _("Went {n}").format(n=sum(resolved))]
    left = max(map(cell_len, names)) + 2
    wide = max(1, min(6, (width - left) // max(1, len(arrived))))
    top = max(1, *arrived, *resolved)
    parts: list[Content] = []
    for name, values, style in zip(names, (arrived, resolved), ("$primary", "$success"), strict=True):
        rows = bars(values, top, height, wide)
        label = " " + name + " " * (left - cell_len(name) - 1)
        for n, row in enumerate(rows):
            is_last = n == len(rows) - 1
            parts += [Content.assemble((label if is_last else " " * left, "bold"), (row, style)), Content("\n")]
    return Content("").join([*parts, Content.styled(" " * left + axis(len(arrived), wide), "$foreground 60%")])


def bars(values: Sequence[int], top: int, height: int, wide: int) -> list[str]:
    """Return lines of bars, the highest first; a value that is not nought is seen, however small."""
    sizes = [max(1, round(_EIGHTHS * height * value / top)) if value else 0 for value in values]
    drawn = wide - 1 if wide > 2 else wide
    gap = " " * (wide - drawn)
    return [
        "".join(_BLOCKS[max(0, min(_EIGHTHS, size - _EIGHTHS * level))] * drawn + gap for size in sizes)
        for level in reversed(range(height))
    ]


def axis(count: int, wide: int) -> str:
    """Return the hours below the bars: as many as do not touch."""
    every = next(step for step in (1, 2, 3, 6, 24) if step * wide >= 4)
    return "".join(f"{hour:02}".ljust(every * wide) for hour in range(0, count, every))
