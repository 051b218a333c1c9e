"""What one was told, a line for each: enter opens what it is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Line

from sharedops_core.i18n import _
from sharedops_core.views.notices import NoticeRow
from sharedops_tui import keymap
from sharedops_tui.present.notices import notice_content


class NoticesDialog(ModalScreen[NoticeRow | None]):
    """Returns the notice that is to be opened."""

    DEFAULT_CSS = """
    NoticesDialog { align: center middle; }
    NoticesDialog > .frame { width: 96; max-width: 98%; height: auto; max-height: 92%; border: round $primary;
      border-title-color: $primary; border-title-style: bold; border-subtitle-color: $foreground 60%;
      background: $surface; padding: 0 1; }
    NoticesDialog OptionList, NoticesDialog OptionList:focus { height: auto; max-height: 100%; border: none;
      background: $surface; padding: 0; scrollbar-size-vertical: 1; }
    NoticesDialog Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *keymap.bindings("page"), *keymap.bindings("views", down="move(1)", up="move(-1)"),
    ]  # fmt: skip

    def __init__(self, rows: Sequence[NoticeRow], now: datetime) -> None:
        super().__init__()
        self.rows, self.now = rows, now

    def compose(self) -> ComposeResult:
        """Show the notices in a frame, the newest first; * marks what is new."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(_("What you were told"))
            frame.border_subtitle = Content(_("* new · enter opens · esc closes") if self.rows else _("esc closes"))
            if self.rows:
                yield OptionList(*(Line(notice_content(row, self.now)) for row in self.rows))
            else:
                yield Static(Content.styled(_("nothing new"), "$foreground 60%"))

    def on_mount(self) -> None:
        """Stand on the newest."""
        for lines in self.query(OptionList):
            lines.highlighted = 0
            lines.focus()

    def action_move(self, by: int) -> None:
        """Move by a line."""
        for lines in self.query(OptionList):
            lines.action_cursor_down() if by > 0 else lines.action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what stands there."""
        self.dismiss(self.rows[event.option_index])
