"""One of a list: a reason, a colleague, a view. Letters narrow it, enter chooses, and so does a key that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as Line

from sharedops_core.i18n import _, pick
from sharedops_core.rules.text import one_line
from sharedops_tui.dialogs.frame import Dialog

_NARROW_FROM = 9


@dataclass(frozen=True)
class Option:
    """Something to choose: its code, its name in both languages, and the key that chooses it at once, if any."""

    code: str
    name_en: str
    name_zh: str
    key: str = ""

    @property
    def name(self) -> str:
        """Return the name in the user's language."""
        return one_line(pick(self.name_en, self.name_zh))


class ChoiceDialog(Dialog[str]):
    """Returns the code of the chosen option."""

    DEFAULT_CSS = """
    ChoiceDialog > .frame { width: 56; }
    ChoiceDialog OptionList, ChoiceDialog OptionList:focus {
      height: auto; max-height: 14; border: none; background: $surface; padding: 0; }
    ChoiceDialog Input { border: tall $border; }
    """

    def __init__(self, title: str, about: str, options: Sequence[Option], *, at: str | None = None) -> None:
        super().__init__()
        self.title_text, self.about, self.options, self.at = title, about, options, at
        self.shown = list(options)
        self.keys = {option.key: option.code for option in options if option.key}

    def compose(self) -> ComposeResult:
        """Show what it is about, a filter for long lists, and the list."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self.title_text)
            chooses = _("a digit or enter chooses · esc cancels") if self.keys else _("enter chooses · esc cancels")
            frame.border_subtitle = Content(chooses)
            yield Static(Content(one_line(self.about)), classes="about")
            if len(self.options) >= _NARROW_FROM:
                yield Input(placeholder=_("letters narrow the list"))
            yield OptionList(*self._lines())

    def on_mount(self) -> None:
        """Stand on the present value."""
        places = [place for place, option in enumerate(self.options) if option.code == self.at]
        self.query_one(OptionList).highlighted = places[0] if places else 0
        self.query_one(Input if len(self.options) >= _NARROW_FROM else OptionList).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Choose by the key that is typed, or keep the options that contain what is typed."""
        if event.value in self.keys:
            self.dismiss(self.keys[event.value])
            return
        words = event.value.casefold().split()
        self.shown = [o for o in self.options if all(w in f"{o.code} {o.name}".casefold() for w in words)]
        lines = self.query_one(OptionList)
        lines.clear_options()
        lines.add_options(self._lines(is_narrowed=bool(words)))
        lines.highlighted = 0 if self.shown else None

    def on_input_submitted(self) -> None:
        """Choose what stands highlighted."""
        self.action_accept()

    def key_down(self) -> None:
        """Let the arrow leave the filter for the list."""
        self.query_one(OptionList).focus()

    def on_key(self, event: Key) -> None:
        """Choose by key from the list, too, where the line above does not hear it."""
        if event.key in self.keys:
            event.stop()
            self.dismiss(self.keys[event.key])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose with enter or the mouse."""
        self.dismiss(self.shown[event.option_index].code)

    def action_accept(self) -> None:
        """Choose what stands highlighted."""
        place = self.query_one(OptionList).highlighted
        if place is not None and place < len(self.shown):
            self.dismiss(self.shown[place].code)

    def _lines(self, *, is_narrowed: bool = False) -> list[Line]:
        # Behind words a digit is a part of them.
        if not self.keys or is_narrowed:
            return [Line(Content(option.name)) for option in self.shown]
        return [Line(Content.assemble((f"{one.key:1}  ", "bold $accent"), one.name)) for one in self.shown]
