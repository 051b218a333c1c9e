"""What was said on a ticket, and what is being written but not sent yet."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


class Message(SQLModel, table=True):
    """A message in the thread: from the requester (in), to the requester (out), or among agents (internal)."""

    __table_args__ = (
        CheckConstraint("direction in ('in','out','internal')", name="ck_message_direction"),
        Index("ix_message_ticket", "ticket_id", "at", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    at: datetime = Field(sa_type=UtcDateTime)
    author_id: int | None = Field(default=None, foreign_key="person.id")
    direction: str
    body: str


class Draft(SQLModel, table=True):
    """A text an agent has begun; it outlives the process until it is sent or thrown away."""

    __table_args__ = (CheckConstraint("kind in ('reply','note')", name="ck_draft_kind"),)

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    author_id: int = Field(foreign_key="person.id", primary_key=True)
    kind: str
    body: str
    changed_at: datetime = Field(sa_type=UtcDateTime)
