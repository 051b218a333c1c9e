"""What breaks: an error nobody foresaw ends the console with one sentence, and whatever was being written is kept.

Textual would paint the trace with all that is in memory over the terminal, and end as if all were well.
"""

import codecs
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.text import Text
from textual import constants
from textual.app import App
from textual.driver import Driver
from textual.drivers import linux_driver

from sharedops_core import config

BROKEN = 1
"""The exit code of a console that broke."""

_PAGE = "textual.drivers.web_driver:WebDriver"


def forgive_bytes(driver: ModuleType = linux_driver) -> None:
    """Take bytes that are no UTF-8, from a noisy line or another encoding, for U+FFFD; the driver would die of them."""
    strict = codecs.getincrementaldecoder

    def lenient(encoding: str) -> Callable[..., codecs.IncrementalDecoder]:
        return partial(strict(encoding), errors="replace")

    driver.getincrementaldecoder = lenient  # type: ignore[attr-defined]


class Breaking(App[None]):
    """An app that keeps its words when it breaks, by `rescue` when there is one."""

    rescue: Callable[[], None] | None = None

    def get_driver_class(self) -> type[Driver]:
        """Textual asks who draws and reads the keys; for a page in a browser that is one who trusts it less."""
        if constants.DRIVER != _PAGE:
            return super().get_driver_class()
        from sharedops_tui.page import PageDriver

        return PageDriver

    def _handle_exception(self, error: Exception) -> None:
        """Textual comes here with whatever no handler caught."""
        if self.is_headless or self._exception is not None:
            super()._handle_exception(error)
            return
        self._exception, self._return_code = error, BROKEN
        self._break(error)

    def panic(self, *renderables: Any) -> None:
        """Textual comes here from the thread of the keyboard."""
        if self.is_headless:
            super().panic(*renderables)
            return
        self._return_code = BROKEN
        self._break(_of_thread(self.console, renderables))

    def _break(self, error: Exception) -> None:
        # Whatever is broken, its owner is told why, and the terminal is given back.
        if self.rescue is not None:
            with suppress(Exception):
                self.rescue()
        self._exit_renderables.append(Text(config.broken(error)))
        self._close_messages_no_wait()


def _of_thread(console: Console, renderables: Sequence[Any]) -> Exception:
    """Return an error of the name of that which a thread has told, with its trace as a note: it is not here itself."""
    stacks = [stack for one in renderables for stack in getattr(getattr(one, "trace", None), "stacks", ())]
    kind, value = (stacks[0].exc_type, stacks[0].exc_value) if stacks else ("RuntimeError", "")
    error: Exception = type(kind, (RuntimeError,), {})(value)
    with console.capture() as told:
        console.print(*renderables)
    error.add_note(told.get())
    return error
