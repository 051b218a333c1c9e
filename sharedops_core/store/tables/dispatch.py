"""The rules by which tickets are dispatched (product C1)."""

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel


class DispatchRule(SQLModel, table=True):
    """When its condition holds, a ticket needs these skills, each at a level; rules are tried by their place."""

    __tablename__ = "dispatch_rule"
    __table_args__ = (CheckConstraint("hit in ('first','all')", name="ck_dispatch_rule_hit"),)

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    place: int
    name_en: str
    name_zh: str
    condition: str
    hit: str
    must: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    should: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
