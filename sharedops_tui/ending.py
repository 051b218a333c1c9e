"""The end nobody pressed a key for: a closed window or a signal. Drafts are kept first, then it goes quickly."""

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any

_GRACE_SECONDS = 1.2
_LAST_SECONDS = 2.0
_SIGNALS = ("SIGHUP", "SIGTERM")
_leaving: set[asyncio.Task[None]] = set()
"""Holds the task that leaves: the loop alone would let it be collected."""


_last: list[threading.Timer] = []


def watch(leave: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Leave when the terminal hangs up or the process is asked to end, where the system knows such signals.

    An interrupt ends nothing: it is meant for the editor that runs on the terminal meanwhile.
    """
    loop = asyncio.get_running_loop()
    for name in _SIGNALS:
        if hasattr(signal, name) and sys.platform != "win32":
            loop.add_signal_handler(getattr(signal, name), hurry, leave)
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGINT, _ignore)


def _ignore() -> None:
    """Go on."""


def hurry(leave: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Begin to leave, once; whatever still hangs on a terminal that is gone is cut off after a moment."""
    if _leaving:
        return
    last = threading.Timer(_GRACE_SECONDS, os._exit, (1,))
    last.daemon = True
    last.start()
    _leaving.add(asyncio.get_running_loop().create_task(leave()))


def cut_off() -> None:
    """End soon whatever still waits for a database that does not answer; `settle` takes it back."""
    last = threading.Timer(_LAST_SECONDS, os._exit, (0,))
    last.daemon = True
    last.start()
    _last.append(last)


def settle() -> None:
    """The console has ended by itself: nothing is left to be cut off."""
    while _last:
        _last.pop().cancel()


def is_terminal_gone(*, is_web: bool) -> bool:
    """Return whether nobody can see or type anything any more: no terminal, or in a browser nobody serves the page."""
    if sys.__stdin__ is None:
        return True
    if not is_web:
        return not os.isatty(sys.__stdin__.fileno())
    pipe = select.poll()
    pipe.register(sys.__stdin__, select.POLLIN)
    return any(what & (select.POLLHUP | select.POLLERR) for _file, what in pipe.poll(0))
