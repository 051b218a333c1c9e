"""What is done with the panes of a screen of the desk: chosen, turned, zoomed, copied from, read in a pager."""

from textual.screen import Screen
from textual.widget import Widget

from sharedops_core.errors import DeskError
from sharedops_core.rules.text import clean, one_line
from sharedops_tui import clipboard, editor
from sharedops_tui.widgets.ticket_view import TicketView

_FRAME = ("status", "keys")
_WIDGETS = {"views": "#views", "facets": "#facets", "list": "#queue", "ticket": "TicketPane", "knowledge": "#knowledge"}


class Panes(Screen[None]):
    """The acts on panes; a screen that has them says which ticket is in focus."""

    zoomed: tuple[Widget, ...] = ()

    def named(self) -> tuple[str, str]:
        """Return number and subject of the ticket in focus, empty when there is none."""
        raise NotImplementedError

    async def action_pane(self, name: str) -> None:
        """Give the keyboard to a pane: the one with this number, on whichever screen it is."""
        raise NotImplementedError

    def make_room(self, name: str) -> None:
        """Let a pane that stands alone go, unless it is the one that is wanted."""
        if not self.query_one(_WIDGETS[name]).has_pseudo_class("focus-within"):
            self.action_zoom(False)

    def action_tab(self, by: int) -> None:
        """Show another tab of the ticket."""
        self.query_one(TicketView).pane.turn(by)

    def action_copy(self, what: str) -> None:
        """Copy the number, or the number with its subject."""
        number, subject = self.named()
        if number:
            self.notify(clipboard.copy(self.app, one_line(number if what == "number" else f"{number}  {subject}")))

    def action_pager(self) -> None:
        """Read the ticket in focus in $PAGER."""
        pane = self.query_one(TicketView).pane
        if pane.card is not None:
            try:
                editor.page(self.app, pane.plain())
            except DeskError as error:
                self.notify(clean(str(error)), severity="warning")

    def action_zoom(self, is_wanted: bool) -> None:
        """Show the pane that has the keyboard alone, or all panes again."""
        for widget in self.zoomed:
            widget.display = True
        self.zoomed = ()
        pane = self.focused
        while is_wanted and pane is not None and isinstance(pane.parent, Widget):
            hidden = [one for one in pane.parent.children if one is not pane and one.display and one.id not in _FRAME]
            self.zoomed += tuple(one for one in hidden if isinstance(one, Widget))
            pane = pane.parent
        for widget in self.zoomed:
            widget.display = False
