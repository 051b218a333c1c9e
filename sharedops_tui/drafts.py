"""Drafts that nothing loses: in a file of the user first, then in the database; the file goes once the database has it.

The file is readable by its owner only and outlives a kill, a lost database and a closed window.
"""

import errno
import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from sharedops_core import sources
from sharedops_core.desk import circulars
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _
from sharedops_tui.bridge import Bridge
from sharedops_tui.texts import UNREADABLE, Circular, Writing, instant, read

_MOST_BYTES = 10_000_000
"""Nobody has written a longer text; a composer that opened one would stand still."""


def private_file(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_suffix(f".{os.getpid()}.new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(file)
    except OSError:
        # A disk that is full is not to be kept full.
        with suppress(OSError):
            new.unlink()
        raise


def folder_of(bridge: Bridge) -> Path:
    """Return where this user keeps what belongs to this desk."""
    from platformdirs import user_state_path

    desk = hashlib.sha256(f"{bridge.database.url}\n{bridge.me.login}".encode()).hexdigest()[:16]
    return user_state_path("sharedops", appauthor=False) / desk


class Drafts:
    """The drafts of one agent at one desk. Every method blocks: call it in a thread."""

    def __init__(self, bridge: Bridge, state: Path | None = None) -> None:
        self.bridge, self.folder = bridge, (state or folder_of(bridge)) / "drafts"
        self._newest: dict[str, Writing | Circular] = {}
        # The database is given one text at a time: neither may a text overtake a newer one, nor its own sending.
        self._filing, self._turn = Lock(), Lock()

    def keep(self, text: Writing | Circular) -> bool:
        """Keep a text, an empty one drops its draft; False when only the file has it.

        The file is written at once. A text that finds the database still busy with the one before is handed in by
        whoever is at it.
        """
        self.file(text)
        if not self._turn.acquire(blocking=False):
            return False
        try:
            return self._hand_in()
        finally:
            self._turn.release()

    def file(self, text: Writing | Circular) -> None:
        """Keep a text in its file only; a disk that is full must not keep the database from having it."""
        with self._filing:
            self._newest[text.name] = text
            with suppress(OSError):
                at = self.bridge.now().isoformat()
                document = json.dumps(asdict(text) | {"at": at}, default=str, ensure_ascii=False)
                private_file(self._file(text.name), document)

    def _hand_in(self) -> bool:
        while self._newest:
            text = next(iter(self._newest.values()))
            try:
                self._give(text)
            except DeskError:
                self._newest.clear()
                return False
        return True

    def _give(self, text: Writing | Circular) -> None:
        act, subject, facts = text.keeping()
        self.bridge.act(act, *subject, **facts)
        with self._filing:
            if self._newest.get(text.name) == text:
                self._drop(text.name)

    def _drop(self, name: str) -> None:
        self._newest.pop(name, None)
        self._file(name).unlink(missing_ok=True)

    def send(self, act: Callable[..., Any], writing: Writing) -> None:
        """Put a text on record by its act, and forget its draft. Raises DeskError, and keeps it."""
        with self._turn:
            self.bridge.act(act, writing.ticket_id, writing.body)
            with self._filing:
                self._drop(writing.name)

    def deposit(self, circular: Circular) -> None:
        """Let the database have a text to many before it goes out: from then on it strikes off what went out.

        Raises DeskError, and keeps it in its file.
        """
        self.file(circular)
        with self._turn:
            self._give(circular)

    def send_to(self, ticket_id: int, circular: Circular, body: str) -> bool:
        """Put a text to many on record on one of its tickets; False when it was said there already."""
        with self._turn:
            return self.bridge.act(
                circulars.say, ticket_id, circular.key, circular.kind, body, known_seq=circular.known[ticket_id]
            )

    def found(self, ticket_id: int, kind: str) -> str:
        """Return the words that only the file has, empty when there are none."""
        text = self._read(self._file(Writing(ticket_id, kind, "").name))
        return text.body if text else ""

    def circulars(self) -> list[Circular]:
        """Return the texts to many that only files have."""
        found = [self._read(file) for file in sorted(self.folder.glob("many-*.json"))]
        return [one for one in found if isinstance(one, Circular)]

    def _read(self, file: Path) -> Writing | Circular | None:
        try:
            return read(json.loads(_content(file)))
        except (OSError, *UNREADABLE):
            return None

    def bring_back(self) -> int:
        """Give the database what only files have, and return how much that was; what cannot be read stays there."""
        count = 0
        with self._turn:
            for file in sorted(self.folder.glob("*.json")):
                try:
                    with self._filing:
                        before = _content(file)
                    kept = json.loads(before)
                    act, subject, facts = read(kept).bringing()
                    self.bridge.act(act, *subject, kept_at=instant(kept["at"]), **facts)
                except (DeskError, OSError, *UNREADABLE):
                    continue
                with self._filing, suppress(OSError):
                    if _content(file) == before:
                        file.unlink()
                count += 1
        return count

    def left(self, text: Writing) -> str:
        """Return where the words are when their ticket is gone, or not to be seen any more: only the file has them."""
        said = _("the ticket is not there for you any more, the words are in {file}")
        return said.format(file=self._file(text.name))

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def _content(file: Path) -> str:
    if file.stat().st_size > _MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return sources.text(file)
