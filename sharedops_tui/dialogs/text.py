"""A text that an act needs: a solution, a reason in words."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button


class TextDialog(Dialog[str]):
    """Returns the text; an empty one is not accepted where it is needed. What is typed is kept, whatever comes."""

    DEFAULT_CSS = """
    TextDialog TextArea { height: 8; border: round $border; background: $background; }
    TextDialog TextArea:focus { border: round $primary; }
    """

    def __init__(
        self,
        title: str,
        about: str,
        hint: str,
        *,
        begun: str = "",
        keep: Callable[[str], None] | None = None,
        is_needed: bool = True,
    ) -> None:
        super().__init__()
        self.title_text, self.about, self.hint = title, about, hint
        self.begun, self.keep, self.is_needed = begun, keep, is_needed

    def compose(self) -> ComposeResult:
        """Show what it is about and room to write."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self.title_text)
            frame.border_subtitle = Content(_("ctrl+s does it · esc cancels"))
            yield Static(Content(one_line(self.about)), classes="about")
            yield TextArea(self.begun, placeholder=self.hint, id="words", tab_behavior="focus")
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(self.title_text)

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(TextArea).focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep what is typed."""
        if self.keep is not None:
            self.keep(event.text_area.text)

    def action_accept(self) -> None:
        """Give the text, or say that there is none."""
        text = self.query_one(TextArea).text
        if text.strip() or not self.is_needed:
            self.dismiss(text)
        else:
            self.query_one(".error", Static).update(Content(_("write something first: {hint}").format(hint=self.hint)))
            self.query_one(TextArea).focus()
