"""Big figures in a row, to be read from across the room."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Digits, Static

from sharedops_tui.present.boards import Figure


class Tile(Vertical):
    """One big figure below its name."""

    def compose(self) -> ComposeResult:
        """Name and digits."""
        yield Static(markup=False)
        yield Digits("")

    def show(self, figure: Figure) -> None:
        """Show a newer figure; nothing is drawn when it is the same."""
        label = self.query_one(Static)
        if label.content != Content(figure.label):
            label.update(Content(figure.label))
        self.query_one(Digits).update(figure.digits)
        self.set_class(figure.standing == "breached", "-breached")
        self.set_class(figure.standing == "risk", "-risk")


class Tiles(Horizontal):
    """Big figures side by side: as many as there is room for."""

    DEFAULT_CSS = """
    Tiles { height: 4; background: $panel; }
    Tiles Tile { width: 1fr; height: 4; align-horizontal: center; }
    Tiles Static { width: 1fr; height: 1; text-align: center; color: $foreground; }
    Tiles Digits { width: 1fr; height: 3; text-align: center; color: $foreground; }
    Tiles .-breached Static, Tiles .-breached Digits { color: $error; text-style: bold; }
    Tiles .-risk Static, Tiles .-risk Digits { color: $warning; text-style: bold; }
    """
    NARROWEST = 13

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def compose(self) -> ComposeResult:
        """One tile for each figure."""
        yield from (Tile() for _n in range(self.count))

    def show(self, figures: Sequence[Figure]) -> None:
        """Show the figures for which there is room, the first ones first."""
        room = max(1, self.app.size.width // self.NARROWEST)
        for n, tile in enumerate(self.query(Tile)):
            tile.display = n < min(room, len(figures))
            if tile.display:
                tile.show(figures[n])
