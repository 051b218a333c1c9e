"""What is laid over a screen, and how the whole console looks and speaks: palette, help, jump, knowledge, language."""

import os
from collections.abc import Callable
from typing import Any

from textual.command import CommandPalette

from sharedops_core import i18n
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean
from sharedops_core.views import scope
from sharedops_tui import editor
from sharedops_tui.keymap import Keymap
from sharedops_tui.messages import LanguageChanged
from sharedops_tui.outbox import Outbox
from sharedops_tui.palette import Palette, ThemePreview
from sharedops_tui.screens.boards import BOARDS, BoardScreen
from sharedops_tui.screens.circular import CircularScreen
from sharedops_tui.screens.help import HelpScreen
from sharedops_tui.screens.jump import JumpScreen
from sharedops_tui.screens.knowledge import KnowledgeScreen
from sharedops_tui.texts import Circular
from sharedops_tui.typeahead import TypeAhead
from sharedops_tui.widgets import toast


class Overlays(TypeAhead):
    """The keys that work everywhere."""

    keymap: Keymap
    outbox: Outbox

    def __init__(self) -> None:
        # Without colours, weight and reverse are all there is: then nothing is painted over the terminal's own.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self._preview = ThemePreview(self)
        toast.install()

    def notify(self, message: str, **how: Any) -> None:
        """Show a notice; whatever words it quotes, none of them acts."""
        super().notify(clean(message), **how | {"markup": False})

    def action_help_quit(self) -> None:
        """Say how to quit: this key does not."""
        self.notify(_("{key} quits").format(key=self.keymap.first("app.quit")))

    def open_knowledge(self, words: str = "", then: Callable[[str], None] | None = None) -> None:
        """Open the knowledge search; `then` gets the article that is chosen to be put in."""
        self.push_screen(KnowledgeScreen(words), lambda text: then(text) if text and then else None)

    def open_circular(self, circular: Circular) -> None:
        """Open the composer of a text to many tickets; one that is on its way out has to be taken back first."""
        if self.outbox.holds(circular.name):
            key = self.keymap.first("desk.undo")
            self.notify(_("a text is on its way out; {key} takes it back").format(key=key))
            return
        self.push_screen(CircularScreen(circular))

    def action_board(self, name: str) -> None:
        """Open the wallboard or the workload, in place of the other one; whom they are not for is told why."""
        reason = scope.hindrance(self.role)
        if reason is not None:
            self.notify(reason, severity="warning")
            return
        if isinstance(self.screen, BoardScreen):
            self.pop_screen()
        self.push_screen(BOARDS[name]())

    @property
    def role(self) -> str:
        """Return the role of whoever works here."""
        raise NotImplementedError

    def action_command_palette(self) -> None:
        """Open the commands, with the signs they know as a hint."""
        hint = _("commands: acts, tickets #, people @, knowledge ?, services %, views, themes")
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(placeholder=hint, id="--command-palette"))

    def action_suspend(self) -> None:
        """Leave the terminal to the shell until it calls the console back."""
        try:
            editor.rest(self)
        except DeskError as refusal:
            self.notify(str(refusal), severity="warning")

    def action_help(self) -> None:
        """Show the keys of this screen."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_language(self) -> None:
        """Speak the other language, at once."""
        i18n.activate("en" if i18n.language() == "zh" else "zh")
        for screen in self.screen_stack:
            screen.post_message(LanguageChanged())

    def on_command_palette_option_highlighted(self, event: CommandPalette.OptionHighlighted) -> None:
        """Let a theme be seen before it is chosen."""
        self._preview.highlighted(event)

    def on_command_palette_closed(self, event: CommandPalette.Closed) -> None:
        """Take the preview back."""
        self._preview.closed(event)

    def action_jump(self) -> None:
        """Name each pane by a letter, and give the keyboard to the one that is pressed."""
        if not isinstance(self.screen, JumpScreen):
            self.push_screen(JumpScreen(self.screen))
