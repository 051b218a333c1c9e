"""What stands in the indexes: live service items and the articles that are shown, each with the words of its card."""

from sqlmodel import Session, col, select

from sharedops_core.store import search
from sharedops_core.store.tables import Article, ServiceItem
from sharedops_core.store.tables.knowledge import SHOWN_STATES


def renew(session: Session) -> None:
    """Write both indexes anew from what is stored now."""
    session.expire_all()
    renew_items(session)
    renew_articles(session)


def renew_items(session: Session) -> None:
    """Write the index of the catalogue anew."""
    live = session.exec(select(ServiceItem).where(col(ServiceItem.state) == "live")).all()
    rows = ((item.id, f"{item.code} {item.name_en} {item.name_zh}", _words(item)) for item in live)
    search.rebuild(session, "item_fts", rows)


def renew_articles(session: Session) -> None:
    """Write the index of knowledge anew."""
    articles = session.exec(select(Article).where(col(Article.state).in_(SHOWN_STATES))).all()
    rows = ((a.id, f"{a.key} {a.title_en} {a.title_zh}", f"{a.body_en}\n{a.body_zh}") for a in articles)
    search.rebuild(session, "article_fts", rows)


def _words(item: ServiceItem) -> str:
    parts = (item.plain_en, item.plain_zh, *item.phrases_en, *item.phrases_zh, item.scope_en, item.scope_zh,
             item.scenario_en, item.scenario_zh)  # fmt: skip
    return "\n".join(parts)
