"""The filter line above a list: hidden until it is wanted, enter goes back to the list."""

from textual.widgets import Input

from sharedops_core.i18n import _


class FilterLine(Input):
    """Words the rows must contain."""

    def on_mount(self) -> None:
        """Begin hidden."""
        self.display = False
        self.retitle()

    def retitle(self) -> None:
        """Say the hint in the language of now."""
        self.placeholder = _("number, words, requester or holder")

    def open(self, words: str | None = None) -> None:
        """Show the line and type into it."""
        self.display = True
        if words is not None:
            self.value = words
        self.focus()

    def close(self) -> None:
        """Empty and hide the line."""
        self.value = ""
        self.display = False

    def on_input_submitted(self) -> None:
        """Go back to the list, the filter stays."""
        self.screen.focus_next()
