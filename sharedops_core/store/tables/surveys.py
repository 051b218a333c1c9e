"""What requesters say about the service they got (product F2)."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


class Survey(SQLModel, table=True):
    """One answer per ticket: satisfaction and effort, 1 (bad) to 5 (good)."""

    __table_args__ = (
        CheckConstraint("csat between 1 and 5", name="ck_survey_csat"),
        CheckConstraint("ease is null or ease between 1 and 5", name="ck_survey_ease"),
    )

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    csat: int
    ease: int | None = None
    comment: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
