"""Chains in the database: which columns a line hashes, and where the next line goes.

The tip of a chain is one row, read FOR UPDATE: on PostgreSQL appenders queue up behind it until the one before them
commits, on SQLite the writing transaction excludes them already. Whoever can write the whole file can also compute
the whole chain anew; against that helps a hash noted outside (`sharedops audit verify --noted`).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlmodel import Session

from sharedops_core.rules import chain
from sharedops_core.store.tables import AdminEvent, ChainTip, Event, Message

JOURNAL, ADMIN = "journal", "admin"
ERASE = "erase"
"""The act of administration that says what stands in the place of erased texts."""

TABLES: Mapping[str, Table] = {
    JOURNAL: Event.__table__,  # type: ignore[attr-defined]
    ADMIN: AdminEvent.__table__,  # type: ignore[attr-defined]
}
_TIPS: Table = ChainTip.__table__  # type: ignore[attr-defined]
_NOT_HASHED = {"detail", "salt", "hash_before", "hash"}
_FACTS = {name: [one.name for one in table.columns if one.name not in _NOT_HASHED] for name, table in TABLES.items()}
_SAID = ("at", "author_id", "direction", "body_hash")
_MESSAGES: Table = Message.__table__  # type: ignore[attr-defined]
_TIP = select(_TIPS.c.last_id, _TIPS.c.hash).where(_TIPS.c.name == bindparam("of"))
_TIP_TO_MOVE = _TIP.with_for_update()
_MOVE_TIP = (
    update(_TIPS).where(_TIPS.c.name == bindparam("of")).values(last_id=bindparam("last_id"), hash=bindparam("hash"))
)

Columns = dict[str, Any]


@dataclass
class Tip:
    """The end of a chain while lines are put on it."""

    name: str
    last_id: int
    hash: bytes

    def append(self, columns: Columns, said: Sequence[Columns] = ()) -> Columns:
        """Return the columns of a line as the next one: with its id, the digest of its detail, and both hashes.

        `said` are the messages that go with the line, sealed, in the order of their ids.
        """
        line = columns | _sealed("detail", columns.get("detail")) | {"id": self.last_id + 1, "hash_before": self.hash}
        self.hash, self.last_id = line_hash(self.name, line, said), line["id"]
        return line | {"hash": self.hash}


def tip(session: Session, name: str) -> Tip:
    """Return the end of a chain, locked until the transaction ends."""
    return Tip(name, *session.connection().execute(_TIP_TO_MOVE, {"of": name}).one())


def move_tip(session: Session, end: Tip) -> None:
    """Write where a chain ends now."""
    session.connection().execute(_MOVE_TIP, {"of": end.name, "last_id": end.last_id, "hash": end.hash})


def line_hash(name: str, line: Mapping[str, Any], said: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Return the hash a line must have."""
    facts = {fact: line[fact] for fact in _FACTS[name]}
    facts["said"] = [[message[fact] for fact in _SAID] for message in said] or None
    return chain.link(line["hash_before"], facts)


def sealed_message(columns: Columns) -> Columns:
    """Return the columns of a message with the digest of its body."""
    salt = secrets.token_bytes(16)
    return columns | {"salt": salt, "body_hash": chain.digest(columns["body"], salt)}


def _sealed(name: str, value: object) -> Columns:
    if value is None:
        return {"salt": None, f"{name}_hash": None}
    salt = secrets.token_bytes(16)
    return {"salt": salt, f"{name}_hash": chain.digest(chain.document(value), salt)}


def end(session: Session, name: str) -> tuple[int, bytes]:
    """Return where a chain says that it ends: the id and the hash of its last line."""
    found = session.connection().execute(_TIP, {"of": name}).first()
    return (found[0], found[1]) if found else (0, chain.START)


def lines(session: Session, name: str, after: int | None, count: int, *, only: Sequence[str] = ()) -> list[Columns]:
    """Return the next lines of a chain by id, from the very first, forged ones too, when `after` is None.

    Raises ValueError or TypeError for what cannot be read.
    """
    table = TABLES[name]
    columns = [one for one in table.columns if one.name in only or not only]
    page = select(*columns).order_by(table.c.id).limit(count)
    if after is not None:
        page = page.where(table.c.id > after)
    return [dict(row) for row in session.connection().execute(page).mappings()]


def details(session: Session, act: str) -> list[Columns]:
    """Return the particulars of every act of administration of a kind, oldest first."""
    table = TABLES[ADMIN]
    statement = select(table.c.detail).where(table.c.act == act).order_by(table.c.id)
    return list(session.connection().execute(statement).scalars())


def messages(session: Session, first_id: int, last_id: int) -> dict[int, list[Columns]]:
    """Return what was said with the lines of a stretch of the journal, by line, in the order of their ids."""
    found: dict[int, list[Columns]] = {}
    meant = _MESSAGES.c.event_id.between(first_id, last_id)
    for row in session.connection().execute(select(_MESSAGES).where(meant).order_by(_MESSAGES.c.id)).mappings():
        found.setdefault(row["event_id"], []).append(dict(row))
    return found
