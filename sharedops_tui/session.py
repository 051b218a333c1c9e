"""What the console knows again when it is opened the next time: view, cursor, open ticket, what was chosen lately."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sharedops_core import sources
from sharedops_tui.drafts import private_file

_RECENT, _MOST_IDS = 12, 1 << 63


@dataclass
class SessionState:
    """The place where the agent was, and what they are about to take in."""

    view: str = "mine"
    ticket_id: int | None = None
    open_id: int | None = None
    open_key: str = ""
    recent: list[str] = field(default_factory=list)
    intake: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)


class SessionFile:
    """Reads the state of the last session, and writes it when it is another one."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.state = _read(file)
        self.left_open = self.state.open_key
        """The text to many tickets that was open when the last session ended, until it is open again."""

        self._written = asdict(self.state)
        self._is_closed = False

    def close(self) -> None:
        """Write nothing any more: what a closing console shows is not where its user was."""
        self._is_closed = True

    def save(self) -> None:
        """Write the state down, if it has changed; a state that cannot be written is none that is missed."""
        if not self._is_closed and asdict(self.state) != self._written:
            self._written = asdict(self.state)
            try:
                private_file(self.file, json.dumps(self._written, ensure_ascii=False))
            except OSError:
                return

    def used(self, name: str) -> None:
        """Remember that something was chosen in the palette, the newest first."""
        self.state.recent = [name, *(one for one in self.state.recent if one != name)][:_RECENT]


def _is_id(value: object) -> bool:
    return value is None or (isinstance(value, int) and 0 < value < _MOST_IDS)


def _are_words(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _read(file: Path) -> SessionState:
    try:
        found: Any = json.loads(sources.text(file))
        state = SessionState(**found)
    except (OSError, ValueError, TypeError, RecursionError):
        return SessionState()
    kinds = (isinstance(state.view, str), isinstance(state.recent, list), isinstance(state.intake, dict),
             isinstance(state.open_key, str), _are_words(state.tasks),
             _is_id(state.ticket_id), _is_id(state.open_id))  # fmt: skip
    return state if all(kinds) else SessionState()
