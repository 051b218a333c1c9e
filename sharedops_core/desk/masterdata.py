"""Master data is written by its natural key: what is new is added, what differs is changed, the rest is left alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from sharedops_core.store.search import contents
from sharedops_core.store.tables import Article, ServiceItem

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Changes:
    """What a write did: the keys of the records that were added and changed, and how many stayed as they were."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        """Return both together."""
        return Changes(self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged)

    @property
    def is_something(self) -> bool:
        """Return whether anything is another than before."""
        return bool(self.added or self.changed)


def store(session: Session, table: type[SQLModel], keys: Sequence[str], rows: Iterable[Row]) -> Changes:
    """Write rows of a table by their natural key and return what changed; nothing is ever deleted."""
    here = {_key(one, keys): one for one in session.exec(select(table))}
    changes = Changes()
    for row in rows:
        key = tuple(row[name] for name in keys)
        label = "/".join(map(str, key))
        found = here.get(key)
        if found is None:
            here[key] = found = table(**row)
            session.add(found)
            changes += Changes(added=(label,))
        elif _is_same(found, row):
            changes += Changes(unchanged=1)
        else:
            for name, value in row.items():
                setattr(found, name, value)
            changes += Changes(changed=(label,))
    session.flush()
    return changes


def store_items(session: Session, rows: Iterable[Row], *, today: date) -> Changes:
    """Write service items; one that differs gets a new version and the old one retires, tickets keep it (A4)."""
    newest = {item.code: item for item in session.exec(select(ServiceItem).order_by(col(ServiceItem.version)))}
    changes = Changes()
    for row in rows:
        old = newest.get(row["code"])
        if old is not None and _is_same(old, row):
            changes += Changes(unchanged=1)
            continue
        version = 1
        if old is not None:
            old.state, old.valid_to, version = "retired", today, old.version + 1
        session.add(ServiceItem(**row, version=version, valid_from=today))
        changes += Changes(added=(row["code"],)) if old is None else Changes(changed=(row["code"],))
    session.flush()
    if changes.is_something:
        contents.renew_items(session)
    return changes


def store_articles(session: Session, rows: Iterable[Row]) -> Changes:
    """Write knowledge articles and their index."""
    changes = store(session, Article, ["key"], rows)
    if changes.is_something:
        contents.renew_articles(session)
    return changes


def _key(one: SQLModel, keys: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in keys)


def _is_same(one: SQLModel, row: Row) -> bool:
    return all(getattr(one, name) == value for name, value in row.items())
