"""Working-time calendars, kept as the document that `rules.calendar.parse_calendar` reads."""

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class Calendar(SQLModel, table=True):
    """Open hours, holidays and make-up workdays under one code."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name_en: str
    name_zh: str
    document: dict[str, object] = Field(sa_type=JSON)
