"""The rules by which tickets are dispatched, how those that nobody holds are offered, and how new ones are sorted in
(product C1, C2)."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


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


class TriageRule(SQLModel, table=True):
    """When its condition holds, a new ticket gets a priority at least, tags, a team, watchers; tried by their place."""

    __tablename__ = "triage_rule"
    __table_args__ = (
        CheckConstraint("hit in ('first','all')", name="ck_triage_rule_hit"),
        CheckConstraint("priority between 1 and 4", name="ck_triage_rule_priority"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    place: int
    name_en: str
    name_zh: str
    condition: str
    hit: str
    priority: int | None = None
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    team: str | None = None
    watchers: list[str] = Field(default_factory=list, sa_type=JSON)


class PushPlan(SQLModel, table=True):
    """How the free tickets of a team are offered: how long somebody has to answer, after what wait to whom else.

    `widen` are the steps as their file states them. `next_at` is when the sweep looks again at tickets for which it
    found nobody; NULL while there are none.
    """

    __tablename__ = "push_plan"

    id: int = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", unique=True)
    accept_within: str
    widen: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    is_on: bool = True
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
