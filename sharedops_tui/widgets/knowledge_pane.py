"""Articles that fit the ticket, best first, and the one under the cursor in full."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from sharedops_core.i18n import _
from sharedops_tui import keymap
from sharedops_tui.present.article import article_text, hit_line
from sharedops_tui.present.panes import numbered
from sharedops_tui.widgets.prose import Prose


class KnowledgePane(Vertical):
    """A list of hits over the text of one article; `Hit` rows carry both languages."""

    DEFAULT_CSS = """
    KnowledgePane { border: round $border-blurred; border-title-color: $foreground 70%; width: 46; }
    KnowledgePane:focus-within { border: round $primary; border-title-color: $primary; }
    KnowledgePane OptionList, KnowledgePane OptionList:focus { height: auto; max-height: 8; border: none;
      background: $background; background-tint: $foreground 0%; padding: 0 1;
      text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1; }
    KnowledgePane VerticalScroll { height: 1fr; border-top: solid $border-blurred; padding: 0 1;
      scrollbar-size-vertical: 1; }
    KnowledgePane Prose { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keymap.bindings("views", down="cursor(1)", up="cursor(-1)")

    def __init__(self, *, id: str | None = None, is_numbered: bool = False) -> None:
        super().__init__(id=id)
        self.is_numbered = is_numbered
        self.hits: list[Any] = []

    def compose(self) -> ComposeResult:
        """The hits above, the article below."""
        yield OptionList()
        with VerticalScroll():
            yield Prose()

    def on_mount(self) -> None:
        """Draw the empty state."""
        self.redraw()

    def show(self, hits: Sequence[Any]) -> None:
        """Show other hits."""
        self.hits = list(hits)
        self.redraw()

    def redraw(self) -> None:
        """Say everything again, in the language of now."""
        self.border_title = numbered("knowledge", _("Knowledge")) if self.is_numbered else Content(_("Knowledge"))
        lines = self.query_one(OptionList)
        lines.clear_options()
        lines.add_options([Option(Content(hit_line(hit))) for hit in self.hits])
        lines.display = bool(self.hits)
        if self.hits:
            lines.highlighted = 0
        else:
            self.query_one(Prose).show(Content.styled(_("no article fits"), "$foreground 60%"))

    def focus(self, scroll_visible: bool = True) -> "KnowledgePane":
        """Let the list of articles, which moves, have the keyboard; without one, what stands in its place."""
        self.query_one(OptionList if self.hits else VerticalScroll).focus(scroll_visible)
        return self

    @property
    def current(self) -> Any | None:
        """Return the hit under the cursor."""
        place = self.query_one(OptionList).highlighted
        return self.hits[place] if place is not None and place < len(self.hits) else None

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the article under the cursor from its beginning."""
        if event.option_index < len(self.hits):
            self.query_one(Prose).show(article_text(self.hits[event.option_index]))
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_cursor(self, by: int) -> None:
        """Move to another article."""
        lines = self.query_one(OptionList)
        if by > 0:
            lines.action_cursor_down()
        else:
            lines.action_cursor_up()
