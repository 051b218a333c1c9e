"""Full-text search over mixed Chinese and English: one question, answered by the engine of the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from types import ModuleType

from sqlalchemy import text
from sqlmodel import Session

from sharedops_core.store import turns
from sharedops_core.store.search import fts5, tsvector, words

_ENOUGH = 5
INDEXES = ("article_fts", "item_fts")


@dataclass(frozen=True, slots=True)
class Hit:
    """A found row and how well it fits: higher is better, 0 to 1 within one answer."""

    rowid: int
    score: float


def rebuild(session: Session, name: str, rows: Iterable[tuple[int, str, str]]) -> None:
    """Write an index anew from (rowid, title, body)."""
    _check(name)
    turns.wait_for_turn(session.connection(), name)
    session.execute(text(f"DELETE FROM {name}"))  # noqa: S608  the name is checked
    _engine(session).write(session, name, rows)


def find(session: Session, name: str, question: str, *, limit: int = 10) -> list[Hit]:
    """Return the best rows for a question in either language or both, best first; empty when nothing fits."""
    _check(name)
    engine = _engine(session)
    terms = words.terms(question, partial(engine.repaired, session, name))
    if not terms:
        return []
    hits: list[tuple[int, float]] = engine.match(session, name, terms, limit, is_all=True)
    if len(hits) < min(_ENOUGH, limit) and len(terms) > 1:
        known = {rowid for rowid, _rank in hits}
        some = engine.match(session, name, terms, limit, is_all=False)
        hits += [hit for hit in some if hit[0] not in known]
    return _scored(hits[:limit])


def merge(session: Session, name: str) -> None:
    """Write an index as one piece, so that words of rows that are gone do not stay in older pieces."""
    _check(name)
    _engine(session).merge(session, name)


def size(session: Session, name: str) -> int:
    """Return how many rows an index holds."""
    _check(name)
    count: int = session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
    return count


def _engine(session: Session) -> ModuleType:
    return tsvector if session.get_bind().dialect.name == "postgresql" else fts5


def _check(name: str) -> None:
    if name not in INDEXES:
        raise ValueError(name)


def _scored(hits: Sequence[tuple[int, float]]) -> list[Hit]:
    best = max((rank for _rowid, rank in hits), default=1.0) or 1.0
    return [Hit(rowid, round(max(0.0, min(1.0, rank / best)), 2)) for rowid, rank in hits]
