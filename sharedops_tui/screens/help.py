"""Help: the keys of the screen below, as the user has them, each with what it does and why it cannot now."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from sharedops_core.i18n import _
from sharedops_tui import keymap
from sharedops_tui.present.keys import help_text
from sharedops_tui.registry import BY_ID

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp


class HelpScreen(ModalScreen[None]):
    """A list of keys over the screen it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keymap.bindings("page"), *keymap.bindings("app", help="dismiss"),
        *keymap.bindings("views", down="scroll(1)", up="scroll(-1)"),
    ]  # fmt: skip

    def __init__(self, explained: Screen[Any]) -> None:
        super().__init__()
        self.explained = explained

    def compose(self) -> ComposeResult:
        """Write the keys in groups."""
        app = cast("SharedopsApp", self.app)
        card = getattr(self.explained, "card", None)
        with VerticalScroll(id="help"):
            yield Static(help_text(app.keymap, self._places(), card, app.bridge.me.role), markup=False)

    def on_mount(self) -> None:
        """Name the frame and let the arrows scroll."""
        frame = self.query_one("#help")
        frame.border_title = _("Keys")
        frame.border_subtitle = _("esc closes")
        frame.focus()

    def _places(self) -> list[str]:
        """Return the places whose keys work on the screen below."""
        ids = {active.binding.id for active in self.explained.active_bindings.values()}
        return sorted({BY_ID[name].place for name in ids if name in BY_ID})

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#help").scroll_relative(y=by, animate=False)
