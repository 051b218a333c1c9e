"""Hand-offs between teams: the five slots of the contract, and what the receiver decided (product D3)."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


class Handoff(SQLModel, table=True):
    """An offer of a ticket to another team; giver and clocks stay where they are until it is accepted.

    `answers` are those to the checklist of the receiving team, each with the question as it was asked then.
    """

    __table_args__ = (
        CheckConstraint(
            "decision in ('offered','accepted','given_back','withdrawn','expired')", name="ck_handoff_decision"
        ),
        CheckConstraint("(decision = 'offered') = (decided_at is null)", name="ck_handoff_decided"),
        Index("ix_handoff_ticket", "ticket_id", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    from_team_id: int | None = Field(default=None, foreign_key="team.id")
    from_agent_id: int | None = Field(default=None, foreign_key="person.id")
    to_team_id: int = Field(foreign_key="team.id")
    to_agent_id: int | None = Field(default=None, foreign_key="person.id")
    reason: str
    asked: str
    tried: str
    found: str
    promised: str
    wanted: str
    answers: list[dict[str, str]] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": text("'[]'")}
    )
    offered_at: datetime = Field(sa_type=UtcDateTime)
    decision: str = "offered"
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by_id: int | None = Field(default=None, foreign_key="person.id")
    decision_reason: str | None = None
