"""Tasks: work asked of other teams while a ticket stays where it is; the summary of what the journal says of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime

_STANDING = text("ended_at IS NULL")
_ALARM = text("alarm_at IS NOT NULL")


class Task(SQLModel, table=True):
    """A task of a ticket, as `rules.tasks` folds it; only `desk.journal` writes it. Its words stand in the thread."""

    __table_args__ = (
        CheckConstraint("kind in ('work','follow_up')", name="ck_task_kind"),
        CheckConstraint("state in ('open','taken','done','declined','withdrawn')", name="ck_task_state"),
        CheckConstraint("(state in ('open','taken')) = (ended_at is null)", name="ck_task_ended"),
        Index("ix_task_team", "team_id", "ticket_id", sqlite_where=_STANDING),
        Index("ix_task_agent", "agent_id", "ticket_id", sqlite_where=_STANDING),
        Index("ix_task_taken_by", "taken_by_id", "ticket_id", sqlite_where=_STANDING),
        Index("ix_task_alarm", "alarm_at", sqlite_where=_ALARM),
    )

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    nth: int = Field(primary_key=True)
    kind: str
    team_id: int | None = Field(default=None, foreign_key="team.id")
    agent_id: int | None = Field(default=None, foreign_key="person.id")
    within: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    is_gate: bool
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by_id: int | None = Field(default=None, foreign_key="person.id")
    asked_line: int
    state: str
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    taken_by_id: int | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by_id: int | None = Field(default=None, foreign_key="person.id")
    ended_line: int | None = None
    overdue_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    alarm_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
