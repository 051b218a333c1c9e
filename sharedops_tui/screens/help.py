"""Help: the keys of the screen below, as the user has them, each with what it does."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from sharedops_core.i18n import _
from sharedops_tui.present.keys import help_text


class HelpScreen(ModalScreen[None]):
    """A list of keys over the screen it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,？,f1", "dismiss", show=False, id="help.close"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, explained: Screen[Any]) -> None:
        super().__init__()
        self.explained = explained

    def compose(self) -> ComposeResult:
        """Write the keys in groups."""
        with VerticalScroll(id="help"):
            yield Static(help_text(self._keys()), markup=False)

    def on_mount(self) -> None:
        """Name the frame and let the arrows scroll."""
        frame = self.query_one("#help")
        frame.border_title = _("Keys")
        frame.border_subtitle = _("esc closes")
        frame.focus()

    def _keys(self) -> dict[str, str]:
        """Return binding id → keys, with what the user has remapped."""
        found: dict[str, list[str]] = {}
        for _node, keymap in self.explained._binding_chain:
            for key, bindings in keymap.key_to_bindings.items():
                if key.startswith(("fullwidth_", "full_width_")):
                    # Full-width twins of a key, as Chinese input methods send them, need no line of their own.
                    continue
                for binding in bindings:
                    if binding.id:
                        found.setdefault(binding.id, []).append(self.app.get_key_display(binding))
        return {name: " ".join(dict.fromkeys(keys)) for name, keys in found.items()}

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#help").scroll_relative(y=by, animate=False)
