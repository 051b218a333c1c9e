"""Absences: who is away from when until when, and who stands in for them (product D2)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


class Absence(SQLModel, table=True):
    """Somebody is away; their deputy is told in their place, and may answer in it. They stay answerable."""

    __table_args__ = (
        CheckConstraint("until_at >= from_at", name="ck_absence_until"),
        CheckConstraint("deputy_id <> person_id", name="ck_absence_deputy"),
        Index("ix_absence_person", "person_id", "until_at"),
    )

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    from_at: datetime = Field(sa_type=UtcDateTime)
    until_at: datetime = Field(sa_type=UtcDateTime)
    deputy_id: int = Field(foreign_key="person.id")
    recorded_by_id: int = Field(foreign_key="person.id")
