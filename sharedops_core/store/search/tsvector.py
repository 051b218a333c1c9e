"""Search on PostgreSQL: a tsvector with GIN finds at most 500 candidates, and the rarity of the terms ranks them.

The server's own rank knows no rarity, so each term is ranked by it alone (title five times as heavy) and the sum is
weighed here. Only letters, digits and spaces are handed to the server's parser, which would otherwise look for
addresses and numbers of its own; the text search configuration `sharedops` stems and drops no word: "IT" is one.
"""
# ruff: noqa: S608  the names of the indexes are checked by the package

import re
from collections.abc import Iterable, Sequence
from math import log

from sqlalchemy import text
from sqlmodel import Session

from sharedops_core.store.search.words import REPAIR_FROM, Term, nearest, spaced

_CANDIDATES = 500
_COUNTED = 2000
_LONGEST = 400
_NO_WORD = re.compile(r"[\W_]+")


def write(session: Session, name: str, rows: Iterable[tuple[int, str, str]]) -> None:
    """Fill an empty index and its vocabulary."""
    values = [{"rowid": rowid, "title": _plain(title), "body": _plain(body)} for rowid, title, body in rows]
    if values:
        session.execute(text(f"INSERT INTO {name}(rowid, title, body) VALUES (:rowid, :title, :body)"), values)
    session.execute(text(f"DELETE FROM {name}_words"))
    vocabulary = f"INSERT INTO {name}_words SELECT word, ndoc FROM ts_stat('SELECT words FROM {name}')"
    session.execute(text(vocabulary))


def _plain(source: str) -> str:
    return _NO_WORD.sub(" ", spaced(source))


def match(session: Session, name: str, terms: Sequence[Term], limit: int, *, is_all: bool) -> list[tuple[int, float]]:
    """Return the rows with all or some of the terms, best first, each with its rank."""
    places = range(len(terms))
    queries = {f"q{n}": _query(terms[n]) for n in places}
    ranks = ", ".join(
        f"CASE WHEN words @@ a.q{n} THEN ts_rank('{{0.2,0.2,0.2,1}}', words, a.q{n}, 1) ELSE 0 END" for n in places
    )
    counts = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM {name} WHERE words @@ a.q{n} LIMIT {_COUNTED}) x)" for n in places
    )
    asked = ", ".join(f"to_tsquery('sharedops', :q{n}) AS q{n}" for n in places)
    found = session.execute(
        text(
            f"WITH a AS MATERIALIZED (SELECT {asked}), counted AS MATERIALIZED (SELECT {counts} FROM a),"
            f" found AS MATERIALIZED (SELECT rowid, words FROM {name} WHERE words @@ to_tsquery('sharedops', :query)"
            f" LIMIT {_CANDIDATES}) SELECT rowid, (SELECT count(*) FROM {name}), counted.*, {ranks}"
            " FROM found, counted, a"
        ),
        queries | {"query": (" & " if is_all else " | ").join(queries.values())},
    ).all()
    ranked = [(row[0], _rank(row[1], row[2 : 2 + len(terms)], row[2 + len(terms) :])) for row in found]
    return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))[:limit]


def _rank(rows: int, counts: Sequence[int], ranks: Sequence[float]) -> float:
    """Weigh each term by its rarity: a word that half of the rows have says little."""
    return sum(log(1 + (rows - n + 0.5) / (n + 0.5)) * rank for n, rank in zip(counts, ranks, strict=True))


def _query(term: Term) -> str:
    return " <-> ".join(f"'{token[:_LONGEST]}'" for token in term.tokens) + (":*" if term.is_beginning else "")


def repaired(session: Session, name: str, word: str) -> str:
    """Return the word, or the nearest one of the vocabulary when the index knows nothing that begins like it."""
    known = text(f"SELECT 1 FROM {name} WHERE words @@ to_tsquery('sharedops', :query) LIMIT 1")
    if session.execute(known, {"query": _query(Term((word,), is_beginning=True))}).scalar():
        return word
    begins = text(f"SELECT term FROM {name}_words WHERE starts_with(term, :word) ORDER BY doc DESC LIMIT 1")
    longer: str | None = session.execute(begins, {"word": word}).scalar()
    if longer or len(word) < REPAIR_FROM:
        return longer or word
    return nearest(word, session.execute(text(f"SELECT term FROM {name}_words WHERE length(term) >= 4")).scalars())


def merge(_session: Session, _name: str) -> None:
    """Nothing to do: the server throws away the words of rows that are gone."""
