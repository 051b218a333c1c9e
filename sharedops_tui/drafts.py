"""Drafts that nothing loses: in a file of the user first, then in the database; the file goes once the database has it.

The file is readable by its owner only and outlives a kill, a lost database and a closed window.
"""

import errno
import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sharedops_core import sources
from sharedops_core.desk import conversation
from sharedops_core.errors import DeskError
from sharedops_core.i18n import _
from sharedops_tui.bridge import Bridge

_MOST_BYTES = 10_000_000
"""Nobody has written a longer text; a composer that opened one would stand still."""


@dataclass(frozen=True)
class Writing:
    """A text that is being written: what its author knew of the ticket, and when it is to go out, if it is on its way.

    `seen_seq` is the newest journal line that was known; 0 when the ticket could not be read, then `seen_at` is when
    the desk was heard last.
    """

    ticket_id: int
    kind: str
    body: str
    seen_seq: int = 0
    sent_at: datetime | None = None
    seen_at: datetime | None = None


def private_file(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)


def folder_of(bridge: Bridge) -> Path:
    """Return where this user keeps what belongs to this desk."""
    from platformdirs import user_state_path

    desk = hashlib.sha256(f"{bridge.database.url}\n{bridge.me.login}".encode()).hexdigest()[:16]
    return user_state_path("sharedops", appauthor=False) / desk


class Drafts:
    """The drafts of one agent at one desk. Every method blocks: call it in a thread."""

    def __init__(self, bridge: Bridge, state: Path | None = None) -> None:
        self.bridge, self.folder = bridge, (state or folder_of(bridge)) / "drafts"
        self._newest: dict[tuple[int, str], Writing] = {}
        # The database is given one text at a time: neither may a text overtake a newer one, nor its own sending.
        self._filing, self._turn = Lock(), Lock()

    def keep(self, writing: Writing) -> bool:
        """Keep a text, an empty one drops its draft; False when only the file has it.

        The file is written at once. A text that finds the database still busy with the one before is handed in by
        whoever is at it.
        """
        self.file(writing)
        if not self._turn.acquire(blocking=False):
            return False
        try:
            return self._hand_in()
        finally:
            self._turn.release()

    def file(self, writing: Writing) -> None:
        """Keep a text in its file only; a disk that is full must not keep the database from having it."""
        with self._filing:
            self._newest[writing.ticket_id, writing.kind] = writing
            with suppress(OSError):
                at = self.bridge.now().isoformat()
                text = json.dumps(asdict(writing) | {"at": at}, default=str, ensure_ascii=False)
                private_file(self._file(writing.ticket_id, writing.kind), text)

    def _hand_in(self) -> bool:
        while self._newest:
            writing = next(iter(self._newest.values()))
            try:
                self.bridge.act(
                    conversation.keep_draft, writing.ticket_id, writing.kind, writing.body, seen_seq=writing.seen_seq,
                    sent_at=writing.sent_at,
                )  # fmt: skip
            except DeskError:
                self._newest.clear()
                return False
            self._forget(writing)
        return True

    def _forget(self, writing: Writing) -> None:
        with self._filing:
            if self._newest.get((writing.ticket_id, writing.kind)) == writing:
                del self._newest[writing.ticket_id, writing.kind]
                self._file(writing.ticket_id, writing.kind).unlink(missing_ok=True)

    def send(self, act: Callable[..., Any], writing: Writing) -> None:
        """Put a text on record by its act, and forget its draft. Raises DeskError, and keeps it."""
        with self._turn:
            self.bridge.act(act, writing.ticket_id, writing.body)
            with self._filing:
                self._newest.pop((writing.ticket_id, writing.kind), None)
                self._file(writing.ticket_id, writing.kind).unlink(missing_ok=True)

    def found(self, ticket_id: int, kind: str) -> str:
        """Return the words that only the file has, empty when there are none."""
        try:
            return str(json.loads(_content(self._file(ticket_id, kind)))["body"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return ""

    def bring_back(self) -> int:
        """Give the database what only files have, and return how much that was; what cannot be read stays there."""
        count = 0
        with self._turn:
            for file in sorted(self.folder.glob("*.json")):
                try:
                    with self._filing:
                        before = _content(file)
                    kept = json.loads(before)
                    facts = (int(kept["ticket_id"]), str(kept["kind"]), str(kept["body"]))
                    kept_at = datetime.fromisoformat(kept["at"])
                    more = {"seen_seq": int(kept.get("seen_seq") or 0), "sent_at": _instant(kept.get("sent_at"))}
                    self.bridge.act(conversation.bring_draft, *facts, kept_at=kept_at, **more)
                except (DeskError, OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
                    continue
                with self._filing, suppress(OSError):
                    if _content(file) == before:
                        file.unlink()
                count += 1
        return count

    def left(self, writing: Writing) -> str:
        """Return where the words are when their ticket is gone, or not to be seen any more: only the file has them."""
        text = _("the ticket is not there for you any more, the words are in {file}")
        return text.format(file=self._file(writing.ticket_id, writing.kind))

    def _file(self, ticket_id: int, kind: str) -> Path:
        return self.folder / f"{ticket_id}-{kind}.json"


def _content(file: Path) -> str:
    if file.stat().st_size > _MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return sources.text(file)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
