"""The service catalogue: category, family, class, and the item card that users can read (product A)."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class CatalogueNode(SQLModel, table=True):
    """A category (level 1), family (2) or class (3)."""

    __table_args__ = (CheckConstraint("level between 1 and 3", name="ck_cataloguenode_level"),)

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    level: int
    parent_id: int | None = Field(default=None, foreign_key="cataloguenode.id", index=True)
    name_en: str
    name_zh: str


class ServiceItem(SQLModel, table=True):
    """A service item: level 4, one row per version; a ticket keeps the version it was opened under (A4).

    With a lane, every ticket of it is confidential: only the people of that lane see it (K2).
    """

    __table_args__ = (
        UniqueConstraint("code", "version", name="uq_serviceitem_code_version"),
        CheckConstraint("state in ('draft','live','retired')", name="ck_serviceitem_state"),
        CheckConstraint("kind in ('incident','request')", name="ck_serviceitem_kind"),
        CheckConstraint("priority between 1 and 4", name="ck_serviceitem_priority"),
        CheckConstraint("lane in ('hr','legal','audit')", name="ck_serviceitem_lane"),
        Index("ix_serviceitem_class", "class_id", "state"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str
    version: int = 1
    class_id: int = Field(foreign_key="cataloguenode.id")
    kind: str
    state: str = "live"
    name_en: str
    name_zh: str
    plain_en: str
    plain_zh: str
    phrases_en: list[str] = Field(sa_type=JSON)
    phrases_zh: list[str] = Field(sa_type=JSON)
    scope_en: str
    scope_zh: str
    excludes_en: str = ""
    excludes_zh: str = ""
    audience: list[str] = Field(sa_type=JSON)
    scenario_en: str
    scenario_zh: str
    steps_en: list[str] = Field(sa_type=JSON)
    steps_zh: list[str] = Field(sa_type=JSON)
    priority: int = 3
    lane: str | None = None
    policy_id: int = Field(foreign_key="policy.id")
    line1_id: int = Field(foreign_key="team.id")
    line2_id: int | None = Field(default=None, foreign_key="team.id")
    line3_id: int | None = Field(default=None, foreign_key="team.id")
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    valid_from: date
    valid_to: date | None = None
