"""Which panes of the queue are shown: by the size, because they were asked for, or because their number was pressed."""

from collections.abc import Mapping, Sequence

from textual import on
from textual.events import DescendantFocus, Resize

from sharedops_core.i18n import _
from sharedops_core.views.rows import Facet
from sharedops_tui.screens.filtering import FilteringScreen
from sharedops_tui.widgets.facet_list import FacetList
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.ticket_view import TicketView
from sharedops_tui.widgets.view_list import ViewList

_PREVIEW_FROM, _VIEWS_FROM = 30, 100


class ShowingScreen(FilteringScreen):
    """The panes around the list; where there is no room for one, its number shows it all the same."""

    wants_preview = True
    lends_room = False
    """Whether the views are shown without room for them, for as long as they have the keyboard."""

    def on_resize(self, _event: Resize) -> None:
        """Show the panes for which there is room."""
        self.lay_out()

    def lay_out(self) -> None:
        """Show the panes for which there is room; facets that were asked for always."""
        width, height = self.app.size
        views, facets = width >= _VIEWS_FROM or self.lends_room, self.query_one(FacetList).display
        self.query_one(ViewList).display = views
        self.query_one("#left").display = views or facets
        self.query_one(TicketView).display = self.wants_preview and height >= _PREVIEW_FROM

    async def action_pane(self, name: str) -> None:
        """Give the keyboard to a pane; where there is no room for the ticket, its own screen is opened."""
        self.make_room(name)
        if name == "views":
            self.lends_room = True
            self.lay_out()
            self.query_one(ViewList).focus()
        elif name == "facets":
            self._open_facets()
        elif name == "list":
            self.query_one(QueueTable).focus()
        else:
            self._to_ticket(name)

    @on(DescendantFocus)
    def _take_room_back(self) -> None:
        if self.lends_room and not self.query_one(ViewList).has_focus:
            self.lends_room = False
            self.lay_out()

    def _open_facets(self) -> None:
        facets = self.query_one(FacetList)
        facets.display = True
        self.lay_out()
        self.count_facets()
        facets.focus()

    def _to_ticket(self, name: str) -> None:
        table, view = self.query_one(QueueTable), self.query_one(TicketView)
        if not view.display and self.app.size.height >= _PREVIEW_FROM:
            self.action_preview("shown")
        if view.display:
            view.take(name)
        elif table.current is None and not table.is_waiting:
            self.notify(_("no ticket here"))
        else:
            table.action_open(name)

    def action_preview(self, what: str) -> None:
        """Show or hide the ticket beside the list ("shown"), or put it at the right or below ("side")."""
        if what == "side":
            self.query_one("#work").toggle_class("side")
            return
        self.wants_preview = not self.wants_preview
        view = self.query_one(TicketView)
        view.display = self.wants_preview
        if view.display and self.shown is not None:
            self.suggest(self.shown)

    def action_facets(self) -> None:
        """Show the facets and go there; from there, put them away again."""
        facets = self.query_one(FacetList)
        if facets.display and facets.has_focus:
            facets.display = False
            self.lay_out()
            self.query_one(QueueTable).focus()
        else:
            self.make_room("facets")
            self._open_facets()

    def count_facets(self) -> None:
        """Count the values of each facet, when they are shown."""
        from sharedops_core.views import facets

        if self.query_one(FacetList).display:
            self.desk.fetch("facets", self._show_facets, facets.facets, self.question, self.desk.bridge.now())

    def _show_facets(self, found: Mapping[str, Sequence[Facet]]) -> None:
        self.query_one(FacetList).found = found
