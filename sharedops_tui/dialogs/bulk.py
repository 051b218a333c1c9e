"""Before many tickets are changed at once: how many will be, which will be refused, and why; then how far it is."""

from collections import Counter
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Button, ProgressBar, Static

from sharedops_core.i18n import _, ngettext
from sharedops_core.rules.text import one_line
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button

_REASONS = 6


class BulkDialog(Dialog[bool]):
    """Returns True when it is to be done; `refused` are numbers of tickets with their reasons."""

    DEFAULT_CSS = "BulkDialog > .frame { width: 76; } BulkDialog .refused { height: auto; color: $warning; }"

    def __init__(self, act: str, count: int, refused: Sequence[tuple[str, str]], *, is_written: bool = False) -> None:
        super().__init__()
        self.act, self.count, self.refused, self.is_written = act, count, refused, is_written

    def compose(self) -> ComposeResult:
        """Say what will happen, and what will not."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self.act)
            frame.border_subtitle = Content(_("enter does it · esc cancels"))
            yield Static(Content(self._done().format(act=self.act, n=self.count)), classes="about")
            if self.refused:
                yield Static(Content("\n".join(self._reasons())), classes="refused")
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(self.act)

    def on_mount(self) -> None:
        """Stand on the button that does it: the way here was an act already, and it can be undone."""
        self.query_one("#accept", Button).focus()

    def _done(self) -> str:
        if self.is_written:
            return ngettext("{act}: one text, to {n} ticket", "{act}: one text, to {n} tickets", self.count)
        return ngettext("{act}: {n} ticket will be changed", "{act}: {n} tickets will be changed", self.count)

    def _reasons(self) -> list[str]:
        found = Counter(reason for _number, reason in self.refused)
        n = len(self.refused)
        lines = [ngettext("{n} will be refused:", "{n} will be refused:", n).format(n=n)]
        for reason, count in found.most_common(_REASONS):
            first = next(number for number, why in self.refused if why == reason)
            lines.append(one_line(f"  {count} × {reason} ({first}{' …' if count > 1 else ''})"))
        return lines

    def key_y(self, event: Key) -> None:
        """Do it, too: other questions are answered so."""
        self.answer(event, True)

    def action_accept(self) -> None:
        """Do it."""
        self.dismiss(True)


class ProgressDialog(ModalScreen[None]):
    """How far a bulk act is; esc ends it after the ticket that is under way."""

    DEFAULT_CSS = """
    ProgressDialog { align: center middle; background: $background 60%; }
    ProgressDialog > Vertical { width: 60; height: auto; border: round $primary; border-title-color: $primary;
      border-subtitle-color: $foreground 60%; background: $surface; padding: 0 1; }
    ProgressDialog ProgressBar, ProgressDialog Bar { width: 1fr; }
    """

    def __init__(self, act: str, total: int) -> None:
        super().__init__()
        self.act, self.total, self.is_stopped = act, total, False

    def compose(self) -> ComposeResult:
        """A bar and figures."""
        with Vertical() as frame:
            frame.border_title = Content(self.act)
            frame.border_subtitle = Content(_("esc stops here"))
            yield ProgressBar(self.total, show_eta=False)

    def step(self) -> None:
        """One more ticket has been tried."""
        self.query_one(ProgressBar).advance()

    def key_escape(self) -> None:
        """Stop before the next ticket."""
        self.is_stopped = True
