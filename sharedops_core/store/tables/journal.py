"""The journal: every act on every ticket, append-only and chained; the truth of which tickets are the summary."""

from datetime import datetime

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from sharedops_core.store.tables.chains import Linked
from sharedops_core.store.types import UtcDateTime


class Event(Linked, table=True):
    """One act: who, when, what, why, and how the ticket stood after it."""

    __table_args__ = (
        UniqueConstraint("ticket_id", "seq", name="uq_event_seq"),
        Index("ix_event_at", "at"),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    seq: int
    at: datetime = Field(sa_type=UtcDateTime)
    act: str
    actor_id: int | None = Field(default=None, foreign_key="person.id")
    is_person: bool = True
    reason: str | None = None
    from_state: str | None = None
    state: str
    waiting_reason: str | None = None
    priority: int
    line: int
    team_id: int | None = Field(default=None, foreign_key="team.id")
    assignee_id: int | None = Field(default=None, foreign_key="person.id")
    first_contact_id: int | None = Field(default=None, foreign_key="person.id")
    terms_id: int = Field(foreign_key="policyversion.id")
    offered_team_id: int | None = Field(default=None, foreign_key="team.id")
    promised_for: datetime | None = Field(default=None, sa_type=UtcDateTime)
    alarm: str | None = None
    duty_offered_id: int | None = Field(default=None, foreign_key="person.id")
    pushed_id: int | None = Field(default=None, foreign_key="person.id")
    pushed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: dict[str, object] | None = Field(default=None, sa_type=JSON(none_as_null=True))
