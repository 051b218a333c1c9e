"""The columns of the list: which are shown, in which order, how wide."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Line

from sharedops_core.i18n import _
from sharedops_tui import keymap
from sharedops_tui.dialogs.frame import Dialog
from sharedops_tui.present.queue_row import COLUMNS, USUAL, Layout, fitted

_NARROWEST, _WIDEST = 2, 80


class ColumnsDialog(Dialog[Layout]):
    """Returns the columns that are to be shown; () for the usual ones."""

    DEFAULT_CSS = """
    ColumnsDialog > .frame { width: 60; }
    ColumnsDialog OptionList, ColumnsDialog OptionList:focus {
      height: auto; max-height: 14; border: none; background: $surface; padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("columns")]

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.chosen = dict(layout or USUAL)
        self.order = [*self.chosen, *(key for key in COLUMNS if key not in self.chosen)]
        self.is_usual = not layout

    def compose(self) -> ComposeResult:
        """Show every column, and which keys do what."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(_("Columns"))
            frame.border_subtitle = Content(_("enter keeps them · esc cancels"))
            yield Static(
                Content(_("space shows or hides · J K move · + - make wider or narrower · 0 as usual")), classes="about"
            )
            yield OptionList(*self._lines())

    def on_mount(self) -> None:
        """Begin at the first column."""
        self.query_one(OptionList).highlighted = 0
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self) -> None:
        """Keep what has been chosen."""
        self.action_accept()

    def action_accept(self) -> None:
        """Give the columns back; without any, the usual ones are meant."""
        layout = tuple((key, self.chosen[key]) for key in self.order if key in self.chosen)
        self.dismiss(() if self.is_usual else layout)

    def action_flip(self) -> None:
        """Show or hide the column here."""
        key = self._here()
        if self.chosen.pop(key, None) is None:
            self.chosen[key] = 0
        self._changed()

    def action_go(self, by: int) -> None:
        """Go to the next or the previous column."""
        lines = self.query_one(OptionList)
        lines.highlighted = max(0, min((lines.highlighted or 0) + by, len(self.order) - 1))

    def action_shift(self, by: int) -> None:
        """Move the column here up or down."""
        place = self.order.index(self._here())
        other = max(0, min(place + by, len(self.order) - 1))
        self.order.insert(other, self.order.pop(place))
        self._changed(other)

    def action_widen(self, by: int) -> None:
        """Make the column here wider or narrower; the subject takes what the others leave."""
        key = self._here()
        if key in self.chosen and COLUMNS[key].width:
            wide = (self.chosen[key] or COLUMNS[key].width) + by
            self.chosen[key] = max(_NARROWEST, min(wide, _WIDEST))
            self._changed()

    def action_usual(self) -> None:
        """Choose the usual columns again."""
        self.chosen = dict(USUAL)
        self.order = [*self.chosen, *(key for key in COLUMNS if key not in self.chosen)]
        self._changed(0)
        self.is_usual = True

    def _here(self) -> str:
        return self.order[self.query_one(OptionList).highlighted or 0]

    def _changed(self, place: int | None = None) -> None:
        self.is_usual = False
        lines = self.query_one(OptionList)
        at = (lines.highlighted or 0) if place is None else place
        lines.clear_options()
        lines.add_options(self._lines())
        lines.highlighted = at

    def _lines(self) -> list[Line]:
        return [Line(Content(self._line(key))) for key in self.order]

    def _line(self, key: str) -> str:
        column = COLUMNS[key]
        width = self.chosen.get(key) or column.width
        cells = _("what is left") if not column.width else str(width)
        return f"[{'x' if key in self.chosen else ' '}] {fitted(column.title().strip(), 24)} {cells}"
