"""How a user has arranged the list: kept in a file of its own beside the logs, and read with forgiveness."""

import json
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path

from sharedops_core import sources
from sharedops_tui.present.queue_row import COLUMNS, Layout

_WIDEST = 80


def path() -> Path:
    """Return where the arrangement is kept."""
    return user_state_path("sharedops", appauthor=False) / "columns.json"


def load() -> Layout:
    """Return the columns the user has chosen, () for the usual ones, also when the file says nothing sensible."""
    try:
        found = json.loads(sources.text(path()))
        pairs = [(str(key), int(width)) for key, width in found]
    except (OSError, ValueError, TypeError, OverflowError, RecursionError):
        return ()
    known = {key: max(0, min(width, _WIDEST)) for key, width in pairs if key in COLUMNS}
    return tuple(known.items())


def save(layout: Layout) -> None:
    """Keep the columns; a folder that cannot be written to only means that they are forgotten at the end."""
    with suppress(OSError):
        path().parent.mkdir(parents=True, exist_ok=True)
        path().write_text(json.dumps(layout), encoding="utf-8")
