"""Knowledge articles (product G)."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

SHOWN_STATES = ("validated", "published")
"""The states in which an article is found by its words; drafts and retired ones only by their key."""


class Article(SQLModel, table=True):
    """An article in both languages; its text is searched through `store.search`."""

    __table_args__ = (
        CheckConstraint("kind in ('how_to','known_error','policy','workaround')", name="ck_article_kind"),
        CheckConstraint("audience in ('everyone','agents')", name="ck_article_audience"),
        CheckConstraint("state in ('draft','validated','published','retired')", name="ck_article_state"),
    )

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    audience: str
    state: str = "published"
    families: list[str] = Field(sa_type=JSON)
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    reviewed_on: date
    title_en: str
    title_zh: str
    body_en: str
    body_zh: str
