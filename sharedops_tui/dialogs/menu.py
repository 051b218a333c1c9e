"""A menu that one letter answers, such as `m` and then `p` for the priority."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option as Line

from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_tui.dialogs.frame import Dialog


@dataclass(frozen=True)
class Letter:
    """A key and what it chooses."""

    key: str
    name: str


class MenuDialog(Dialog[str]):
    """Returns the letter; arrows and enter choose, too."""

    DEFAULT_CSS = """
    MenuDialog > .frame { width: 44; }
    MenuDialog OptionList, MenuDialog OptionList:focus { height: auto; max-height: 14; border: none;
      background: $surface; padding: 0; }
    """

    def __init__(self, title: str, about: str, letters: Sequence[Letter]) -> None:
        super().__init__()
        self.title_text, self.about, self.letters = title, about, letters

    def compose(self) -> ComposeResult:
        """Show what it is about and one line for each letter."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self.title_text)
            frame.border_subtitle = Content(_("a letter chooses · esc cancels"))
            yield Static(Content(one_line(self.about)), classes="about")
            yield OptionList(
                *(Line(Content.assemble((f" {one.key}  ", "bold $accent"), one_line(one.name))) for one in self.letters)
            )

    def on_mount(self) -> None:
        """Let arrows move."""
        self.query_one(OptionList).focus()

    def on_key(self, event: Key) -> None:
        """Choose by letter."""
        if any(event.key == one.key for one in self.letters):
            event.stop()
            self.dismiss(event.key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose with enter or the mouse."""
        self.dismiss(self.letters[event.option_index].key)

    def action_accept(self) -> None:
        """Choose what stands highlighted."""
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self.dismiss(self.letters[place].key)
