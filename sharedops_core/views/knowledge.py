"""Knowledge as it is looked up: by words of either language, by the words of a ticket, by its key (product G1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from sharedops_core.rules import permissions
from sharedops_core.rules.permissions import Standing
from sharedops_core.store import search
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import Article, Person
from sharedops_core.store.tables.knowledge import SHOWN_STATES

_OWN_FAMILY = 0.25
"""How much an article gains when it belongs to the family of the ticket's service item: a tie-breaker, no more."""


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article with both languages; `score` is 0 to 1 within one answer, best 1."""

    key: str
    kind: str
    audience: str
    state: str
    families: tuple[str, ...]
    owner: str
    reviewed_on: date
    title_en: str
    title_zh: str
    body_en: str
    body_zh: str
    score: float = 1.0


def find(session: Session, words: str, *, reader: Reader | None = None, limit: int = 10) -> Sequence[ArticleRow]:
    """Return the articles for a reader that fit words in either language, best first; a key finds its article."""
    exact = article(session, words, reader=reader)
    if exact is not None:
        return [exact]
    return _rows(session, search.find(session, "article_fts", words, limit=limit * 3), reader)[:limit]


def suggest(
    session: Session, words: str, *, reader: Reader | None = None, families: Sequence[str] = (), limit: int = 5
) -> Sequence[ArticleRow]:
    """Return the articles that fit the words of a ticket, those of the families of its service item preferred."""
    found = _rows(session, search.find(session, "article_fts", words, limit=limit * 3), reader)
    gains = {row.key: row.score + _OWN_FAMILY * bool(set(row.families) & set(families)) for row in found}
    ranked = sorted(found, key=lambda row: -gains[row.key])[:limit]
    return [replace(row, score=round(min(1.0, gains[row.key]), 2)) for row in ranked]


def article(session: Session, key: str, *, reader: Reader | None = None) -> ArticleRow | None:
    """Return an article by its key, whatever its state; None when there is none for this reader."""
    found = session.exec(
        select(Article, Person)
        .join(Person, col(Person.id) == col(Article.owner_id), isouter=True)
        .where(col(Article.key) == key.strip().upper(), _is_for(reader))
    ).first()
    return _row(*found) if found else None


def _is_for(reader: Reader | None) -> ColumnElement[bool]:
    """Return the condition for what a reader may read: articles for agents are for those who work or audit the desk."""
    if reader is not None and permissions.allows("know", Standing(reader.role)):
        return true()
    return col(Article.audience) == "everyone"


def _rows(session: Session, hits: Sequence[search.Hit], reader: Reader | None) -> list[ArticleRow]:
    scores = {hit.rowid: hit.score for hit in hits}
    found = session.exec(
        select(Article, Person)
        .join(Person, col(Person.id) == col(Article.owner_id), isouter=True)
        .where(col(Article.id).in_(scores), col(Article.state).in_(SHOWN_STATES), _is_for(reader))
    )
    rows = [_row(one, owner, scores[one.id]) for one, owner in found]
    return sorted(rows, key=lambda row: (-row.score, row.key))


def _row(found: Article, owner: Person | None, score: float = 1.0) -> ArticleRow:
    same = ("key", "kind", "audience", "state", "reviewed_on", "title_en", "title_zh", "body_en", "body_zh")
    return ArticleRow(
        **{name: getattr(found, name) for name in same},
        families=tuple(found.families),
        owner=owner.name if owner else "",
        score=score,
    )
