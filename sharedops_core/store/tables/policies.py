"""Service promises: policies, their targets per priority, and the reasons an act may carry."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class Policy(SQLModel, table=True):
    """A named promise, counted on one calendar."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name_en: str
    name_zh: str
    description_en: str = ""
    description_zh: str = ""
    calendar_id: int = Field(foreign_key="calendar.id")


class PolicyTarget(SQLModel, table=True):
    """Targets of a policy for one priority, as texts with an explicit unit: "5m", "2h", "1wd" (R14)."""

    __table_args__ = (CheckConstraint("priority between 1 and 4", name="ck_policytarget_priority"),)

    policy_id: int = Field(foreign_key="policy.id", primary_key=True)
    priority: int = Field(primary_key=True)
    respond_within: str
    resolve_within: str


class Reason(SQLModel, table=True):
    """A reason code of an act; waiting reasons also say which clocks they pause (product E3).

    `place` is the order in which they are offered: that of the file, the usual ones first.
    """

    __table_args__ = (
        CheckConstraint("kind in ('waiting','hand_off','give_back','cancel','escalation')", name="ck_reason_kind"),
    )

    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name_en: str
    name_zh: str
    pauses_response: bool = False
    pauses_resolution: bool = False
    place: int = 0


class PriorityCell(SQLModel, table=True):
    """One cell of the impact × urgency matrix."""

    impact: str = Field(primary_key=True)
    urgency: str = Field(primary_key=True)
    priority: int
