"""Views that people have saved: a query under a name, for one person or for a team."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


class SavedView(SQLModel, table=True):
    """A view of the queue with its name, query and order; `team_id` is the team it is for, None for its maker alone."""

    __table_args__ = (
        # Two, because one of the columns is always null, and a null is like no other.
        UniqueConstraint("owner_id", "name", name="uq_savedview_owner"),
        UniqueConstraint("team_id", "name", name="uq_savedview_team"),
        CheckConstraint("(owner_id is null) = (team_id is not null)", name="ck_savedview_whose"),
    )

    id: int = Field(default=None, primary_key=True)
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    name: str
    query: str
    sort: str = "due"
    is_descending: bool = False
    saved_at: datetime = Field(sa_type=UtcDateTime)
    saved_by_id: int = Field(foreign_key="person.id")
