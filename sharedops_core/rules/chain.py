"""The hash chain: every line carries the hash of the line before it and its own, so none can be changed unseen.

The canonical form of a line is one JSON object of its facts, keys sorted, without those that are None, instants as
UTC text, digests as hex. A column that comes later and is None on old lines leaves their hashes as they are. Free
text, which a person may ask to have erased, enters as a salted digest: with the salt thrown away, what is left of
the text proves nothing about anybody, and the chain still holds.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

START = bytes(32)
"""What stands before the first line."""


def link(before: bytes, facts: Mapping[str, object]) -> bytes:
    """Return the hash of a line: SHA-256 over the hash of the line before it and its facts in canonical form."""
    return sha256(before + document({name: fact for name, fact in facts.items() if fact is not None}).encode()).digest()


def document(value: object) -> str:
    """Return a JSON value in the one form that is hashed."""
    return _ENCODER.encode(value)


def digest(text: str, salt: bytes = b"") -> bytes:
    """Return the SHA-256 of a text, salted where a guess must not be provable."""
    return sha256(salt + text.encode("utf-8", "surrogatepass")).digest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} is no fact of a line")


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
