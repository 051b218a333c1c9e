"""Search on SQLite: FTS5 tables of their own content, ranked by its bm25 with the title five times as heavy."""
# ruff: noqa: S608  the names of the indexes are checked by the package

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlmodel import Session

from sharedops_core.store.search.words import REPAIR_FROM, Term, nearest, spaced


def write(session: Session, name: str, rows: Iterable[tuple[int, str, str]]) -> None:
    """Fill an empty index."""
    values = [{"rowid": rowid, "title": spaced(title), "body": spaced(body)} for rowid, title, body in rows]
    if values:
        session.execute(text(f"INSERT INTO {name}(rowid, title, body) VALUES (:rowid, :title, :body)"), values)


def match(session: Session, name: str, terms: Sequence[Term], limit: int, *, is_all: bool) -> list[tuple[int, float]]:
    """Return the rows with all or some of the terms, best first, each with its rank."""
    query = (" AND " if is_all else " OR ").join(_phrase(term) for term in terms)
    rows = session.execute(
        text(f"SELECT rowid, -bm25({name}, 5, 1) FROM {name} WHERE {name} MATCH :query ORDER BY 2 DESC LIMIT :limit"),
        {"query": query, "limit": limit},
    )
    return [(row[0], row[1]) for row in rows]


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"' + ("*" if term.is_beginning else "")


def repaired(session: Session, name: str, word: str) -> str:
    """Return the word, or the nearest one of the vocabulary when the index knows nothing that begins like it.

    The engine stems what it is asked for, also a beginning: "pays" becomes "pai" and would not find "payslip".
    """
    if match(session, name, [Term((word,), is_beginning=True)], 1, is_all=True):
        return word
    begins = text(f"SELECT term FROM {name}_words WHERE term >= :word AND term < :end ORDER BY doc DESC LIMIT 1")
    longer: str | None = session.execute(begins, {"word": word, "end": f"{word}\U0010ffff"}).scalar()
    if longer or len(word) < REPAIR_FROM:
        return longer or word
    return nearest(word, session.execute(text(f"SELECT term FROM {name}_words WHERE length(term) >= 4")).scalars())


def merge(session: Session, name: str) -> None:
    """Write an index as one piece."""
    session.execute(text(f"INSERT INTO {name}({name}) VALUES ('optimize')"))
