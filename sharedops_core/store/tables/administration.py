"""The journal of administration: imports, policies put in force, erasures, restores; append-only, chained."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field

from sharedops_core.store.tables.chains import Linked
from sharedops_core.store.types import UtcDateTime


class AdminEvent(Linked, table=True):
    """One act of administration: who (None for the program itself), when, what, and its particulars."""

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    act: str
    actor_id: int | None = Field(default=None, foreign_key="person.id")
    detail: dict[str, object] = Field(sa_type=JSON)
