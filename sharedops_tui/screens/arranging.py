"""How the queue is arranged: order, columns, facets, and the views that are saved."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

from textual import on

from sharedops_core.errors import DeskError
from sharedops_core.i18n import _
from sharedops_core.rules import query
from sharedops_core.rules.text import one_line
from sharedops_core.views import scope
from sharedops_core.views.rows import SORTS, VIEWS, Question, SavedRow
from sharedops_tui import arrangement
from sharedops_tui.dialogs.choice import ChoiceDialog, Option
from sharedops_tui.dialogs.columns import ColumnsDialog
from sharedops_tui.dialogs.view import ViewDialog
from sharedops_tui.present.boards import board_name
from sharedops_tui.present.queue_row import COLUMNS, Layout
from sharedops_tui.present.queue_title import sort_name
from sharedops_tui.present.status import view_name
from sharedops_tui.screens.showing import ShowingScreen
from sharedops_tui.widgets.facet_list import FacetList
from sharedops_tui.widgets.filter_line import FilterLine
from sharedops_tui.widgets.queue_table import QueueTable
from sharedops_tui.widgets.view_list import ViewList

_DIGITS = "1234567890"
"""The views of every desk in the menu of views, from the first to the tenth; the others are found by their letters."""

View = TypeVar("View")


class ArrangingScreen(ShowingScreen):
    """What of the queue is a matter of taste; which tickets are shown is asked by whoever inherits."""

    def name_of(self, view: str) -> str:
        """Return what a view is called."""
        if view in VIEWS:
            return view_name(view)
        return next((one_line(one.name) for one in self.query_one(ViewList).saved if one.key == view), "")

    def action_switch(self) -> None:
        """Choose a view, or a board."""
        self.run_worker(self._switch(), exit_on_error=False)

    async def _switch(self) -> None:
        boards = ("wallboard", "workload")
        after = "  ({})".format(_("this is not for your role")) if scope.hindrance(self.desk.role) else ""
        views = [(key, self.name_of(key)) for key in self.query_one(ViewList).keys]
        names = [*views, *((name, board_name(name) + after) for name in boards)]
        digits = dict(zip(VIEWS, _DIGITS, strict=False))
        options = [Option(key, name, name, digits.get(key, "")) for key, name in names]
        about = _("views show lists, boards show figures")
        chosen = await self.app.push_screen_wait(ChoiceDialog(_("Switch to"), about, options, at=self.question.view))
        if chosen in boards:
            self.desk.action_board(chosen)
        elif chosen is not None:
            self.action_view(chosen)
            await self.action_pane("list")

    def action_sort(self) -> None:
        """Choose an order; the present one chosen again is turned round."""
        self.run_worker(self._choose_order(), exit_on_error=False)

    async def _choose_order(self) -> None:
        options = [Option(sort, sort_name(sort), sort_name(sort)) for sort in SORTS]
        about = _("the present order, chosen again, is turned round")
        chosen = await self.app.push_screen_wait(ChoiceDialog(_("Order"), about, options, at=self.question.sort))
        if chosen is not None:
            self.order_by(chosen)

    def order_by(self, sort: str) -> None:
        """Sort by a criterion, the other way round when it is the present one."""
        is_descending = sort == self.question.sort and not self.question.is_descending
        self.ask(sort=sort, is_descending=is_descending)

    @on(QueueTable.HeadingClicked)
    def _heading_clicked(self, event: QueueTable.HeadingClicked) -> None:
        if sort := COLUMNS[event.column].sort:
            self.order_by(sort)

    def action_sort_by(self, by: int) -> None:
        """Sort by the next or the previous criterion."""
        place = (SORTS.index(self.question.sort) + by) % len(SORTS)
        self.ask(sort=SORTS[place], is_descending=False)

    def action_columns(self) -> None:
        """Choose, order and resize the columns."""

        def arrange(layout: Layout | None) -> None:
            if layout is not None:
                self.query_one(QueueTable).set_columns(layout)
                arrangement.save(layout)
                self.action_load()

        self.app.push_screen(ColumnsDialog(self.query_one(QueueTable).layout_), arrange)

    def fitting(self, plain: View, tagged: View) -> View:
        """Return the view that reads what the columns show: tags cost a reading more."""
        return tagged if self.query_one(QueueTable).shows("tags") else plain

    def action_load(self) -> None:
        """Read the rows that are here anew."""
        raise NotImplementedError

    @on(FacetList.Toggled)
    def _facet_toggled(self, event: FacetList.Toggled) -> None:
        text = query.toggled(self.question.text, event.field, event.value)
        line = self.query_one(FilterLine)
        if text:
            line.put(text)
        else:
            line.close()
            self.ask(text="")

    def action_save_view(self) -> None:
        """Save what is shown as a view."""
        self.run_worker(self._save_view(), exit_on_error=False)

    async def _save_view(self) -> None:
        from sharedops_core.desk import saving

        asked = " ".join(
            part for part in (VIEWS.get(self.question.view, self.question.base), self.question.text) if part
        )
        me, at = self.desk.bridge.me, self.question
        name = "" if at.view in VIEWS else self.name_of(at.view)
        about = _("shows: {query}").format(query=asked.strip() or _("all open tickets"))
        found = await self.app.push_screen_wait(ViewDialog(_("Save view"), about, name=name, team=me.team_code))
        if found is not None:
            team = me.team_code if found.is_for_team else None
            view = await self._do(saving.save_view, found.name, asked, team=team, sort=at.sort,
                                  is_descending=at.is_descending)  # fmt: skip
            if view is not None:
                self.notify(_("the view {name} is saved").format(name=view.name))
                self.load_views(f"saved:{view.id}")

    @on(ViewList.ChangeWanted)
    def _change_wanted(self, event: ViewList.ChangeWanted) -> None:
        work = self._rename(event.view) if event.change == "rename" else self._remove(event.view)
        self.run_worker(work, exit_on_error=False)

    async def _rename(self, view: SavedRow) -> None:
        from sharedops_core.desk import saving

        found = await self.app.push_screen_wait(ViewDialog(_("Rename view"), view.query, name=view.name))
        if found is not None and await self._do(saving.rename_view, view.view_id, found.name) is not None:
            self.load_views(view.key)

    async def _remove(self, view: SavedRow) -> None:
        from sharedops_core.desk import saving

        options = [Option("keep", _("keep it"), _("keep it")), Option("remove", _("remove it"), _("remove it"))]
        about = _("{name}; its tickets stay as they are").format(name=view.name)
        if await self.app.push_screen_wait(ChoiceDialog(_("Remove view"), about, options)) == "remove":
            gone = await self._do(saving.remove_view, view.view_id)
            if gone is not None:
                self.notify(_("the view {name} is gone; its tickets are where they were").format(name=gone))
                self.load_views("mine")

    async def _do(self, act: Any, *subject: Any, **facts: Any) -> Any:
        try:
            return await asyncio.to_thread(self.desk.bridge.act, act, *subject, **facts)
        except DeskError as error:
            self.desk.tell(error)
            return None

    def begin(self, view: str = "") -> None:
        """Read what the first rows did not wait for, and show a saved view when it is named."""
        self.load_views(view)
        self.desk.begin()

    def load_views(self, then: str = "") -> None:
        """Read the saved views, and show one of them when it is named."""
        from sharedops_core.views import saved

        def show(found: Sequence[SavedRow]) -> None:
            self.query_one(ViewList).saved = tuple(found)
            if then in self.query_one(ViewList).keys:
                self.choose_view(then)
            self.beat()

        self.desk.fetch("saved", show, saved.saved)

    def saved_questions(self) -> list[Question]:
        """Return the saved views as questions, to count them."""
        me = self.question.person_id
        asked = [Question(one.key, me, base=one.query) for one in self.query_one(ViewList).saved]
        return [one for one in asked if _is_understood(one)]


def _is_understood(question: Question) -> bool:
    """A view saved by a newer version may ask for fields that are not known here."""
    try:
        return question.terms is not None
    except query.BadQuery:
        return False
