"""Service promises: policies, their targets per priority, and the reasons an act may carry."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


class Policy(SQLModel, table=True):
    """A named promise, counted on one calendar."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name_en: str
    name_zh: str
    description_en: str = ""
    description_zh: str = ""
    calendar_id: int = Field(foreign_key="calendar.id")
    escalation: list[dict[str, object]] = Field(default_factory=list, sa_type=JSON)


class PolicyVersion(SQLModel, table=True):
    """Everything a policy promised at an instant, whole: targets, calendars, pauses, escalation chain.

    Journal entries name the version they were written under, so that a replay gives what was promised then and no
    later edit changes the past.
    """

    __table_args__ = (Index("ix_policyversion_policy", "policy_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    document: dict[str, object] = Field(sa_type=JSON)


class PolicyTarget(SQLModel, table=True):
    """Targets of a policy for one priority, as texts with an explicit unit: "5m", "2h", "1wd" (R14)."""

    __table_args__ = (CheckConstraint("priority between 1 and 4", name="ck_policytarget_priority"),)

    policy_id: int = Field(foreign_key="policy.id", primary_key=True)
    priority: int = Field(primary_key=True)
    respond_within: str
    resolve_within: str
    update_within: str | None = None
    accept_within: str | None = None
    line1_within: str | None = None
    line2_within: str | None = None
    line3_within: str | None = None
    supplier_within: str | None = None


class Reason(SQLModel, table=True):
    """A reason code of an act; waiting reasons also name the kinds of clocks they pause (product E3).

    `place` is the order in which they are offered: that of the file, the usual ones first.
    """

    __table_args__ = (
        CheckConstraint(
            "kind in ('waiting','hand_off','give_back','cancel','escalation','decision')", name="ck_reason_kind"
        ),
    )

    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name_en: str
    name_zh: str
    pauses: list[str] = Field(default_factory=list, sa_type=JSON)
    place: int = 0


class PriorityCell(SQLModel, table=True):
    """One cell of the impact × urgency matrix."""

    impact: str = Field(primary_key=True)
    urgency: str = Field(primary_key=True)
    priority: int
