"""The knowledge search: words above, articles below, while typing."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_core.views import knowledge
from sharedops_tui import clipboard, keymap
from sharedops_tui.messages import LanguageChanged
from sharedops_tui.present import keys
from sharedops_tui.present.article import article_text
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.knowledge_pane import KnowledgePane

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp


class KnowledgeScreen(Screen[str]):
    """Finds articles in both languages."""

    DEFAULT_CSS = """
    KnowledgeScreen Input, KnowledgeScreen Input:focus { border: round $accent; background: $background; height: 3; }
    KnowledgeScreen KnowledgePane { width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *keymap.bindings("knowledge"), *keymap.bindings("views", down="articles"),
    ]  # fmt: skip

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self.words = one_line(words)

    @property
    def desk(self) -> "SharedopsApp":
        """Return the app by its own type."""
        return cast("SharedopsApp", self.app)

    def compose(self) -> ComposeResult:
        """Words, articles, keys."""
        yield Input(self.words, id="words")
        yield KnowledgePane(id="found")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Search at once for the words that came along."""
        self._say()
        self._search(self.words)
        self.query_one(Input).focus()

    def _say(self) -> None:
        line = self.query_one(Input)
        line.border_title = _("Search the knowledge base")
        line.placeholder = _("words in Chinese or English, an error text, a key such as KB-0101")
        self.query_one(KeyBar).hints = keys.place_hints(self.desk.keymap, "knowledge")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._search(event.value)

    @on(Input.Submitted)
    def action_articles(self) -> None:
        """Go from the words to the articles."""
        self.query_one("#found OptionList").focus()

    def _search(self, words: str) -> None:
        pane = self.query_one(KnowledgePane)
        if words.strip():
            self.desk.fetch("knowledge", pane.show, knowledge.find, words, limit=20)
        else:
            pane.show(())

    @on(LanguageChanged)
    def _language_changed(self) -> None:
        self._say()
        self.query_one(KnowledgePane).redraw()

    def action_search(self) -> None:
        """Type other words."""
        self.query_one(Input).focus()

    def action_copy(self) -> None:
        """Send the article under the cursor to the terminal, whose clipboard it may reach."""
        article = self.query_one(KnowledgePane).current
        if article is not None:
            text = article_text(article).plain
            self.notify(clipboard.copy(self.app, text, one_line(article.key)))

    def action_back(self) -> None:
        """Go back to where this was opened."""
        self.dismiss(None)

    def action_insert(self) -> None:
        """Go back with the text of the article under the cursor, for a reply."""
        article = self.query_one(KnowledgePane).current
        if article is not None:
            self.dismiss(article_text(article).plain)
