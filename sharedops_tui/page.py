"""The console's end of a page in a browser: what a page says that makes no sense is passed over.

Textual's driver would go deaf of it, without a word, or draw a screen of a thousand million lines.
"""

from contextlib import suppress
from typing import Any

from textual import messages
from textual.drivers import web_driver

from sharedops_tui import breaking

_MOST_CELLS = 1000
"""More columns or rows than that has no window."""

_USUAL = (80, 24)


class PageDriver(web_driver.WebDriver):
    """Textual's driver for pages, careful about what comes from outside."""

    def __init__(self, *given: Any, **facts: Any) -> None:
        super().__init__(*given, **facts)
        breaking.forgive_bytes(web_driver)
        if self._size is not None and not all(map(_is_side, self._size)):
            self._size = _USUAL

    def run_input_thread(self) -> None:
        """Read the keys; when nobody does any more, the page is closed."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(messages.ExitApp())

    def _on_meta(self, packet_type: str, payload: bytes) -> None:
        with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
            super()._on_meta(packet_type, payload)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Do what the page says, unless it claims to have a size that no window has."""
        if packet_type != "resize" or (_is_side(payload["width"]) and _is_side(payload["height"])):
            super().on_meta(packet_type, payload)


def _is_side(cells: object) -> bool:
    return isinstance(cells, int) and 0 < cells <= _MOST_CELLS
