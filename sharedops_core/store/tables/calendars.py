"""Working-time calendars in versions, each kept as the document that `rules.calendar.parse_calendar` reads."""

from datetime import date, datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


class Calendar(SQLModel, table=True):
    """A calendar by its code; what is open stands in its versions."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name_en: str
    name_zh: str


class CalendarVersion(SQLModel, table=True):
    """Open hours, holidays and make-up workdays that count from a date on (R8); the first one from ever."""

    __table_args__ = (UniqueConstraint("calendar_id", "valid_from", name="uq_calendarversion_from"),)

    id: int = Field(default=None, primary_key=True)
    calendar_id: int = Field(foreign_key="calendar.id")
    valid_from: date
    made_at: datetime = Field(sa_type=UtcDateTime)
    document: dict[str, object] = Field(sa_type=JSON)
