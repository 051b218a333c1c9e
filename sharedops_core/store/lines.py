"""Rows as lines of text, the same from both engines: what PostgreSQL's COPY writes and reads, a row a line.

SQLite keeps a column by the type its table declares, so those names say how a value is written. Lines of the same
rows are the same bytes wherever they come from; a hash of a table that does not depend on the order of its rows
follows from that.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

NOTHING = "\\N"
_ESCAPES = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_TO_ESCAPE = re.compile("[" + re.escape("".join(_ESCAPES)) + "]")
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {escape[1]: sign for sign, escape in _ESCAPES.items()}
_MODULUS = 2**256


@dataclass
class Tally:
    """How many lines there were, and a hash of all of them in whatever order they came."""

    rows: int = 0
    total: int = 0

    def counted(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Pass lines on, and count them."""
        for line in lines:
            self.rows += 1
            self.total += int.from_bytes(sha256(line).digest())
            yield line

    @property
    def hash(self) -> str:
        """Return the hash as hex."""
        return (self.total % _MODULUS).to_bytes(32).hex()


def written(row: Sequence[Any], types: Sequence[str]) -> bytes:
    """Return a row of SQLite as a line; raises LookupError, TypeError, ValueError or AttributeError for none."""
    fields = [NOTHING if value is None else _WRITE[kind](value) for value, kind in zip(row, types, strict=True)]
    return "\t".join(fields).encode()


def read(line: bytes, types: Sequence[str]) -> list[Any]:
    """Return a line as a row of SQLite; raises ValueError for what is none."""
    fields = line.decode().split("\t")
    return [None if field == NOTHING else _READ[kind](field) for field, kind in zip(fields, types, strict=True)]


def _escaped(value: str) -> str:
    if _TO_ESCAPE.search(value):
        return _TO_ESCAPE.sub(lambda sign: _ESCAPES[sign.group()], value)
    return value


def _unescaped(field: str) -> str:
    return _ESCAPED.sub(lambda escape: _MEANT[escape[1]], field) if "\\" in field else field


def _moment(value: str) -> str:
    """Return an instant as the server writes it: in UTC, without zeros at its end."""
    fraction = value[20:].rstrip("0")
    return f"{value[:19]}.{fraction}+00" if fraction else f"{value[:19]}+00"


def _stored_moment(field: str) -> str:
    """Return an instant as SQLite keeps it: in UTC, without a zone, always with microseconds."""
    if field.endswith("+00"):
        return f"{field[:19]}.{field[20:-3]:0<6}"
    return f"{datetime.fromisoformat(field).astimezone(UTC).replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"


_WRITE: dict[str, Callable[[Any], str]] = {
    "INTEGER": str,
    "BOOLEAN": {0: "f", 1: "t"}.__getitem__,
    "VARCHAR": _escaped,
    "JSON": _escaped,
    "DATE": _escaped,
    "DATETIME": _moment,
    "BLOB": lambda value: "\\\\x" + value.hex(),
}
_READ: dict[str, Callable[[str], Any]] = {
    "INTEGER": int,
    "BOOLEAN": {"t": 1, "f": 0}.__getitem__,
    "VARCHAR": _unescaped,
    "JSON": _unescaped,
    "DATE": str,
    "DATETIME": _stored_moment,
    "BLOB": lambda field: bytes.fromhex(field.removeprefix("\\\\x")),
}
