"""Keys in the order they were typed: what one of them opens is there before the next is looked at.

Textual hands a key to the widget in focus, whose answer travels up to the app; keys that are typed faster than that,
or come in one piece over a slow line, would reach the widget that was in focus before.
"""

from collections import deque
from typing import Any

from textual import on
from textual.await_complete import AwaitComplete
from textual.events import Event, Key, Paste
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker

from sharedops_tui.breaking import Breaking

_ROUNDS = 2
"""The first follows the key, the second what the key made a widget say."""

_OPENING = ("default", "range")
"""The groups of workers whose end the next key may depend on: acts with their dialogs, and marks over a range."""

_PATIENCE_SECONDS = 0.5
_LOOK_AGAIN_SECONDS = 0.01


class Behind(Message):
    """Travels behind a key from the widget in focus to the app; when it arrives, the key has been dealt with."""

    def __init__(self, key: Event, target: MessagePump, rounds: int = _ROUNDS) -> None:
        super().__init__()
        self.key, self.target, self.rounds = key, target, rounds


class TypeAhead(Breaking):
    """An app that deals with one key, or one piece of pasted text, after the other."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._typed: deque[Event] = deque()
        self._at: Event | None = None
        self._patience: Timer | None = None
        self._before: tuple[Screen[Any], set[Worker[Any]]] | None = None

    async def on_event(self, event: Event) -> None:
        """Keep what is typed while a key is under way."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self._typed.append(event)
            await self._go_on()
        else:
            await super().on_event(event)

    async def _go_on(self) -> None:
        while self._typed and self._at is None:
            key = self._at = self._typed.popleft()
            target: MessagePump = self.focused or self.screen
            # A widget that goes away takes what is behind the key with it.
            self._patience = self.set_timer(_PATIENCE_SECONDS, lambda key=key: self._end(key, is_late=True))
            self._before = self.screen, set(self.workers)
            await super().on_event(key)
            self._follow(Behind(key, target))

    def _follow(self, behind: Behind) -> None:
        if not behind.target.post_message(behind):
            self.call_later(self._end, behind.key)

    @on(Behind)
    def _arrived(self, event: Behind) -> None:
        if event.rounds > 1:
            self._follow(Behind(event.key, event.target, event.rounds - 1))
        else:
            # After what the key has put off, such as moving the focus.
            self.call_later(self._end, event.key)

    def pop_screen(self) -> AwaitComplete:
        """Close the screen on top; it takes what is behind its key with it, and that key ends once it is answered."""
        gone = super().pop_screen()
        if (key := self._at) is not None:
            # Whoever waited for the answer may open the next dialog: its end is waited for, too.
            answered = {one for one in self.workers if one.group in _OPENING and not one.is_finished}
            self._before = self.screen, set(self.workers) - answered
            self.set_timer(_LOOK_AGAIN_SECONDS, lambda: self._end(key))
        return gone

    async def _end(self, key: Event, *, is_late: bool = False) -> None:
        """Take the next key, once the screen that this one opens stands; when the console has ended there is none."""
        if key is not self._at or not self.screen_stack:
            return
        if not self.screen.is_mounted or ((self._is_opening() or self._is_waiting()) and not is_late):
            self.set_timer(_LOOK_AGAIN_SECONDS, lambda: self._end(key))
            return
        if self._patience is not None:
            self._patience.stop()
        self._at = None
        await self._go_on()

    def _is_opening(self) -> bool:
        """Return whether an act that the key began may still open its dialog."""
        if self._before is None:
            return False
        screen, workers = self._before
        begun = [one for one in self.workers if one.group in _OPENING and one not in workers]
        return screen is self.screen and not all(one.is_finished for one in begun)

    def _is_waiting(self) -> bool:
        """Return whether the list that has the keyboard awaits its rows: the next key means one of them."""
        return bool(getattr(self.focused, "is_waiting", False))
