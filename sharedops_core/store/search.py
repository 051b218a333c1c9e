"""Full-text search over mixed Chinese and English, on SQLite's FTS5.

Every Han character is a token of its own and a run of them is asked for as phrases of two neighbours, so that
two-character words are found without a segmenter. Latin words are kept whole and in parts, the last one matches
as a beginning, and a word the index does not know is repaired against its vocabulary.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import text
from sqlmodel import Session

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = r"[^\W_\u3400-\u9fff\uf900-\ufaff]+"
_RUN = re.compile(rf"[\u3400-\u9fff\uf900-\ufaff]+|{_LATIN}(?:[._\-/]{_LATIN})*")
"""A run of Han characters, or a word of any other script: "vpn断线" is one of each."""

_PARTS = re.compile(r"[._\-/]+")
_MAX_TERMS = 12
_ENOUGH = 5
_REPAIR_FROM = 5
INDEXES = ("article_fts", "item_fts")


@dataclass(frozen=True, slots=True)
class Hit:
    """A found row and how well it fits: higher is better, 0 to 1 within one answer."""

    rowid: int
    score: float


def rebuild(session: Session, name: str, rows: Iterable[tuple[int, str, str]]) -> None:
    """Write an index anew from (rowid, title, body)."""
    _check(name)
    session.execute(text(f"DELETE FROM {name}"))  # noqa: S608  the name is checked
    values = [{"rowid": rowid, "title": spaced(title), "body": spaced(body)} for rowid, title, body in rows]
    statement = f"INSERT INTO {name}(rowid, title, body) VALUES (:rowid, :title, :body)"  # noqa: S608
    if values:
        session.execute(text(statement), values)


def find(session: Session, name: str, question: str, *, limit: int = 10) -> list[Hit]:
    """Return the best rows for a question in either language or both, best first; empty when nothing fits."""
    _check(name)
    terms = _terms(session, name, question)
    if not terms:
        return []
    hits = _match(session, name, " AND ".join(terms), limit)
    if len(hits) < min(_ENOUGH, limit) and len(terms) > 1:
        known = {rowid for rowid, _rank in hits}
        hits += [hit for hit in _match(session, name, " OR ".join(terms), limit) if hit[0] not in known]
    return _scored(hits[:limit])


def spaced(source: str) -> str:
    """Return text as it is indexed: Han characters apart, Latin words with their parts."""
    parted = _RUN.sub(lambda run: _with_parts(run.group()), source)
    return _HAN.sub(lambda char: f" {char.group()} ", parted)


def _with_parts(run: str) -> str:
    return f"{run} {' '.join(_PARTS.split(run))}" if _PARTS.search(run) else run


def _check(name: str) -> None:
    if name not in INDEXES:
        raise ValueError(name)


def _terms(session: Session, name: str, question: str) -> list[str]:
    runs: list[str] = _RUN.findall(question)
    terms: list[str] = []
    for place, run in enumerate(runs):
        if _HAN.match(run):
            terms += _pairs(run)
        else:
            terms.append(_latin(session, name, run.lower(), is_last=place == len(runs) - 1))
    return list(dict.fromkeys(terms))[:_MAX_TERMS]


def _pairs(run: str) -> list[str]:
    if len(run) == 1:
        return [f'"{run}"']
    return [f'"{a} {b}"' for a, b in pairwise(run)]


def _latin(session: Session, name: str, word: str, *, is_last: bool) -> str:
    phrase = f'"{_PARTS.sub(" ", word)}"'
    if is_last and len(word) >= 2 and not _PARTS.search(word):
        repaired = _repaired(session, name, word)
        return f'"{repaired}"*'
    if len(word) >= _REPAIR_FROM and not _PARTS.search(word):
        return f'"{_repaired(session, name, word)}"'
    return phrase


def _repaired(session: Session, name: str, word: str) -> str:
    """Return the word, or the nearest one of the vocabulary when the index knows nothing that begins like it.

    The engine stems what it is asked for, also a beginning: "pays" becomes "pai" and would not find "payslip".
    """
    if _match(session, name, f'"{word}"*', 1):
        return word
    begins = text(f"SELECT term FROM {name}_words WHERE term >= :word AND term < :end ORDER BY doc DESC LIMIT 1")  # noqa: S608
    longer = session.execute(begins, {"word": word, "end": f"{word}\U0010ffff"}).scalar()
    if longer or len(word) < _REPAIR_FROM:
        return longer or word
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    vocabulary: Sequence[str] = [
        row[0]
        for row in session.execute(text(f"SELECT term FROM {name}_words WHERE length(term) >= 4"))  # noqa: S608
    ]
    best = process.extractOne(word, vocabulary, scorer=DamerauLevenshtein.distance, score_cutoff=2)
    return str(best[0]) if best else word


def _match(session: Session, name: str, query: str, limit: int) -> list[tuple[int, float]]:
    rows = session.execute(
        text(f"SELECT rowid, bm25({name}, 5, 1) FROM {name} WHERE {name} MATCH :query ORDER BY 2 LIMIT :limit"),  # noqa: S608
        {"query": query, "limit": limit},
    )
    return [(row[0], row[1]) for row in rows]


def _scored(hits: Sequence[tuple[int, float]]) -> list[Hit]:
    best = max((-rank for _rowid, rank in hits), default=1.0) or 1.0
    return [Hit(rowid, round(max(0.0, min(1.0, -rank / best)), 2)) for rowid, rank in hits]
