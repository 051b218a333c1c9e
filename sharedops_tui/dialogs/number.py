"""Another ticket, by number or words: what is likely meant stands there before anything is typed."""

from collections.abc import Awaitable, Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as Line

from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_tui.dialogs.choice import Option
from sharedops_tui.dialogs.frame import Dialog

Find = Callable[[str], Awaitable[Sequence[Option]]]


class NumberDialog(Dialog[str]):
    """Returns the number of the chosen ticket, or what was typed where no ticket is found by it."""

    DEFAULT_CSS = """
    NumberDialog OptionList, NumberDialog OptionList:focus {
      height: auto; max-height: 10; border: none; background: $surface; padding: 0; }
    NumberDialog Input { border: tall $border; }
    NumberDialog .likely { color: $foreground 65%; height: auto; }
    """

    def __init__(self, title: str, about: str, first: Sequence[Option], find: Find) -> None:
        super().__init__()
        self.title_text, self.about, self.first, self.find = title, about, first, find
        self.shown, self._found_by = list(first), ""

    def compose(self) -> ComposeResult:
        """Show what it is about, the line for the number, and the tickets that are meant."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self.title_text)
            frame.border_subtitle = Content(_("enter chooses · esc cancels"))
            yield Static(Content(one_line(self.about)), classes="about")
            yield Input(placeholder=_("number or words of the other ticket"))
            yield Static(Content(_("likely the same:") if self.first else ""), classes="likely")
            yield OptionList(*self._lines())

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()
        self._stand()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is typed; nothing typed is what is likely meant."""
        self.run_worker(self._look(event.value.strip()), exclusive=True, group="find", exit_on_error=False)

    async def _look(self, words: str) -> None:
        found = await self.find(words) if words else self.first
        self.shown, self._found_by = list(found), words
        self.query_one(".likely", Static).display = not words
        lines = self.query_one(OptionList)
        lines.clear_options()
        lines.add_options(self._lines())
        self._stand()

    def _stand(self) -> None:
        self.query_one(OptionList).highlighted = 0 if self.shown else None

    def on_input_submitted(self) -> None:
        """Choose what stands highlighted."""
        self.action_accept()

    def key_down(self) -> None:
        """Let the arrow leave the line for the list."""
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose with enter or the mouse."""
        self.dismiss(self.shown[event.option_index].code)

    def action_accept(self) -> None:
        """Choose what stands highlighted; what is typed faster than it is found is taken for the number it says."""
        typed, place = self.query_one(Input).value.strip(), self.query_one(OptionList).highlighted
        if typed == self._found_by and place is not None and place < len(self.shown):
            self.dismiss(self.shown[place].code)
        elif any(sign.isdecimal() for sign in typed):
            self.dismiss(typed)

    def _lines(self) -> list[Line]:
        return [Line(Content(option.name)) for option in self.shown]
