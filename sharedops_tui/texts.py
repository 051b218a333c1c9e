"""A text that is being written, to one ticket or to many: what its author knew, and how the desk keeps it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sharedops_core.desk import circulars, conversation

Keeping = tuple[Callable[..., None], tuple[Any, ...], dict[str, Any]]
"""An act of the desk, what it is about, and the facts it gets besides."""

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What reading a document raises that is no text."""


@dataclass(frozen=True)
class Writing:
    """A text to one ticket: what its author knew of it, and when it is to go out, if it is on its way.

    `seen_seq` is the newest journal line that was known; 0 when the ticket could not be read, then `seen_at` is when
    the desk was heard last.
    """

    ticket_id: int
    kind: str
    body: str
    seen_seq: int = 0
    sent_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return what its file is called."""
        return f"{self.ticket_id}-{self.kind}"

    def keeping(self) -> Keeping:
        """Return how it is kept."""
        facts = {"seen_seq": self.seen_seq, "sent_at": self.sent_at}
        return conversation.keep_draft, (self.ticket_id, self.kind, self.body), facts

    def bringing(self) -> Keeping:
        """Return how it is brought back from a file."""
        _act, subject, facts = self.keeping()
        return conversation.bring_draft, subject, facts


@dataclass(frozen=True)
class Circular:
    """A text to many tickets: `known` is per ticket the newest journal line that was known.

    Fields in braces stay in the text until it goes out. `key` tells it from others of its author.
    """

    key: str
    kind: str
    body: str
    known: Mapping[int, int]
    sent_at: datetime | None = None

    @classmethod
    def begin(cls, kind: str, known: Mapping[int, int]) -> "Circular":
        """Return a new one without words."""
        return cls(uuid4().hex, kind, "", known)

    @property
    def name(self) -> str:
        """Return what its file is called."""
        return f"many-{self.kind}-{self.key}"

    def without(self, ticket_id: int) -> "Circular":
        """Return the same for all other tickets."""
        return replace(self, known={one: seq for one, seq in self.known.items() if one != ticket_id})

    def keeping(self) -> Keeping:
        """Return how it is kept."""
        return circulars.keep, (self.key, self.kind, self.body, self.known), {"sent_at": self.sent_at}

    def bringing(self) -> Keeping:
        """Return how it is brought back from a file."""
        _act, subject, facts = self.keeping()
        return circulars.bring, subject, facts


def read(kept: Mapping[str, Any]) -> Writing | Circular:
    """Return the text of a document; raises one of UNREADABLE when it is none."""
    kind, body, sent_at = str(kept["kind"]), str(kept["body"]), kept.get("sent_at")
    sent = instant(sent_at) if sent_at else None
    if "known" in kept:
        known = {int(ticket_id): int(seq) for ticket_id, seq in kept["known"].items()}
        return Circular(str(kept["key"]), kind, body, known, sent)
    return Writing(int(kept["ticket_id"]), kind, body, int(kept.get("seen_seq") or 0), sent)


def instant(text: str) -> datetime:
    """Return an instant of a document; one that names no zone is none."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found
