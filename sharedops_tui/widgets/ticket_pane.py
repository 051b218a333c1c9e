"""One ticket in tabs: thread, fields, knowledge, related, time held, audit; below the queue and on its screen."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_core.views.ticket import TicketCard
from sharedops_tui import keymap
from sharedops_tui.present.audit import audit
from sharedops_tui.present.fields import fields, summary
from sharedops_tui.present.held import held
from sharedops_tui.present.panes import numbered
from sharedops_tui.present.related import related
from sharedops_tui.present.thread import thread
from sharedops_tui.widgets.findable import Findable
from sharedops_tui.widgets.knowledge_pane import KnowledgePane
from sharedops_tui.widgets.prose import Prose
from sharedops_tui.widgets.summary_lines import SummaryLines

TABS = ("thread", "fields", "knowledge", "related", "held", "audit")


class TicketBody(VerticalScroll, can_focus=True):
    """The scrolling part; moves like every list."""

    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings(
        "list", down="scroll_down", up="scroll_up", first="scroll_home", last="scroll_end",
        page_down="page_down", page_up="page_up",
    )  # fmt: skip


class TicketPane(Findable):
    """Shows a card; knows nothing of where it comes from."""

    DEFAULT_CSS = """
    TicketPane { border: round $border-blurred; border-title-color: $foreground 70%; }
    TicketPane:focus-within { border: round $primary; border-title-color: $primary; }
    TicketPane .summary { height: auto; max-height: 4; padding: 0 1; }
    /* Room for the scrollbar from the start: wrapped anew when it comes, a thread would end below its last line. */
    TicketPane TicketBody { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
      border-top: solid $border-blurred; }
    TicketPane TicketBody Prose { height: auto; }
    TicketPane KnowledgePane, TicketPane KnowledgePane:focus-within { width: 1fr; height: 1fr; border: none;
      border-top: solid $border-blurred; display: none; }
    TicketPane KnowledgePane OptionList { max-height: 5; }
    """
    tab: reactive[str] = reactive("thread")
    is_alone: reactive[bool] = reactive(False)
    """Whether there is no room for knowledge beside it: then that tab carries the number of the pane."""

    class Turned(Message):
        """Another tab is shown."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.now = now
        self.card: TicketCard | None = None
        self.missing = ""
        self._edge: tuple[Content, Content] = (Content(""), Content(""))
        # Held, not looked up: a tick may come while the children of a closing console are gone already.
        self._head = SummaryLines(classes="summary")
        self._body = Prose(classes="text")

    def compose(self) -> ComposeResult:
        """Summary above, the tab's text below, and the line in which words to find are typed."""
        yield self._head
        with TicketBody():
            yield self._body
        yield KnowledgePane()
        yield self.line

    def on_mount(self) -> None:
        """Draw the empty state."""
        self.redraw()

    def show(self, card: TicketCard | None) -> None:
        """Show another card, or the same one as it is now; the scroll place is kept for the same ticket."""
        is_same = card is not None and self.card is not None and card.ticket_id == self.card.ticket_id
        self.card = card
        if not is_same:
            self.forget()
        self.redraw()
        if not is_same:
            self._home()

    def lack(self, why: str) -> None:
        """Say why there is no ticket yet."""
        if self.card is None and self.missing != why:
            self.missing = why
            self.redraw()

    def turn(self, by: int) -> None:
        """Show the next tab to the right or left."""
        self.tab = TABS[(TABS.index(self.tab) + by) % len(TABS)]

    def watch_tab(self) -> None:
        """Draw the chosen tab from its beginning; the keyboard goes with it."""
        if not self.is_mounted:
            return
        had_focus = self.has_pseudo_class("focus-within")
        is_knowledge = self.tab == "knowledge"
        self.query_one(TicketBody).display, self.query_one(KnowledgePane).display = not is_knowledge, is_knowledge
        self.redraw()
        self._home()
        self.look_again()
        self.post_message(self.Turned())
        if had_focus:
            self.take_focus()

    def watch_is_alone(self) -> None:
        """Number the tab of the knowledge, or the pane of the ticket alone."""
        self.border_title = self._title()

    @property
    def searched(self) -> Prose:
        """Return the text of the tab."""
        return self.query_one(KnowledgePane).query_one(Prose) if self.tab == "knowledge" else self._body

    def say_found(self, found: str) -> None:
        """Say on the lower edge which match is shown."""
        self._write_edge(Content.styled(found, "bold $accent"), self._edge[1])

    def say_here(self, others: Content) -> None:
        """Say on the lower edge who else is here."""
        self._write_edge(self._edge[0], others)

    def _write_edge(self, *said: Content) -> None:
        self._edge = (said[0], said[1])
        self.border_subtitle = Content("  ").join(one for one in said if one)

    def take_focus(self) -> None:
        """Give the keyboard to what the tab shows."""
        (self.query_one(KnowledgePane) if self.tab == "knowledge" else self.query_one(TicketBody)).focus()

    def tick(self) -> None:
        """Let the clocks in the summary go on."""
        if self.card is not None:
            self._head.show(summary(self.card, self.now()))

    def redraw(self) -> None:
        """Say everything again, in the language of now."""
        self.border_title = self._title()
        self.retell()
        if self.card is None:
            self._head.show(Content(""))
            self._body.show(Content.styled(self.missing or _("no ticket here"), "$foreground 60%"))
            return
        self.tick()
        if self.tab != "knowledge":
            self._body.show(self._text(self.card))

    def to_end(self) -> None:
        """Show the newest words of the thread."""
        if self.tab == "thread":
            self.call_after_refresh(self.query_one(TicketBody).scroll_end, animate=False)

    def plain(self) -> str:
        """Return summary and tab as plain text."""
        if self.card is None:
            return ""
        return f"{summary(self.card, self.now()).plain}\n\n{self._text(self.card).plain}\n"

    def _home(self) -> None:
        body = self.query_one(TicketBody)
        if self.tab == "thread":
            body.scroll_end(animate=False)
        else:
            body.scroll_home(animate=False)

    def _text(self, card: TicketCard) -> Content:
        if self.tab == "fields":
            return fields(card, self.now())
        if self.tab == "held":
            return held(card.held)
        if self.tab == "related":
            return related(card)
        return thread(card) if self.tab == "thread" else audit(card)

    def _title(self) -> Content:
        names = {
            "thread": _("Thread"), "fields": _("Fields"), "knowledge": _("Knowledge"), "held": _("Time held"),
            "audit": _("Audit"), "related": _("Related"),
        }  # fmt: skip
        if self.is_alone:
            names["knowledge"] = numbered("knowledge", names["knowledge"]).plain
        tabs = [(f" {names[tab]} ", "bold reverse" if tab == self.tab else "") for tab in TABS]
        number = f"{one_line(self.card.number)} " if self.card else ""
        return numbered("ticket", Content.assemble(number, *tabs))
