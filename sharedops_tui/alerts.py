"""Calling somebody who looks elsewhere: the bell of the terminal, or its notification of the system (OSC 9)."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime

from sharedops_core.rules.text import one_line
from sharedops_core.views.notices import NoticeRow
from sharedops_tui.present.notices import notice_line

_BELL = "\a"


def call(write: Callable[[str], None], kind: str, found: Sequence[NoticeRow], now: datetime) -> None:
    """Call once for all tickets of one's own that have breached, in the way that the settings name."""
    breached = [row for row in found if row.is_breach and row.is_mine]
    if not breached or kind == "none":
        return
    write(_notification(notice_line(breached[0], now)) if kind == "notification" else _BELL)


def _notification(text: str) -> str:
    """Return OSC 9 with a text that holds no control; tmux lets it through where it is allowed to."""
    told = f"\x1b]9;{one_line(text)}\a"
    return f"\x1bPtmux;{told.replace(chr(27), chr(27) * 2)}\x1b\\" if os.environ.get("TMUX") else told
