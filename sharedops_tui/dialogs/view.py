"""A name for a view: to save what is shown now, or to call a saved view something else."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button


@dataclass(frozen=True)
class ViewName:
    """What a view is to be called, and whether the whole team sees it."""

    name: str
    is_for_team: bool = False


class Tick(Static, can_focus=True):
    """A box that space crosses; what it says is no matter of colour."""

    DEFAULT_CSS = """
    Tick { height: 1; margin-top: 1; }
    Tick:focus { background: $primary 15%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "cross", show=False, id="tick.cross")]

    def __init__(self, label: str, *, is_set: bool = False) -> None:
        super().__init__(markup=False)
        self.label, self.is_set = label, is_set

    def on_mount(self) -> None:
        """Draw the box."""
        self.update(Content(f"[{'x' if self.is_set else ' '}] {self.label}"))

    def action_cross(self) -> None:
        """Cross the box, or clear it."""
        self.is_set = not self.is_set
        self.on_mount()

    def on_click(self) -> None:
        """Do the same with the mouse."""
        self.action_cross()


class ViewDialog(Dialog[ViewName]):
    """Returns the name; an empty one is not accepted."""

    DEFAULT_CSS = """
    ViewDialog > .frame { width: 64; }
    """

    def __init__(self, title: str, about: str, *, name: str = "", team: str = "") -> None:
        super().__init__()
        self.title_text, self.about, self.name_, self.team = title, about, name, team

    def compose(self) -> ComposeResult:
        """Show the query, a field for the name, and whether the team sees it."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self.title_text)
            frame.border_subtitle = Content(_("enter does it · esc cancels"))
            yield Static(Content(one_line(self.about)), classes="about")
            yield Input(self.name_, placeholder=_("what the view is called"), max_length=40)
            if self.team:
                yield Tick(_("for the whole team {team}").format(team=one_line(self.team)))
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(self.title_text)

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self) -> None:
        """Take the name with enter."""
        self.action_accept()

    def action_accept(self) -> None:
        """Give the name, or say that there is none."""
        name = self.query_one(Input).value.strip()
        if not name:
            self.query_one(".error", Static).update(Content(_("a view needs a name")))
            return
        self.dismiss(ViewName(name, any(tick.is_set for tick in self.query(Tick))))
