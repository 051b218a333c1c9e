"""Sheets by which a shift is handed over to a successor, who signs (product D7)."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime

_SENT = text("decision = 'sent'")
_UNTOLD = text("decision = 'sent' AND told_at IS NULL")


class ShiftSheet(SQLModel, table=True):
    """What an agent had in hand at the end of a shift, as it was when they sent it, and who signed for it.

    `sections` names the tickets by their ids and never by their words, which are read by those who may see them.
    `sign_by` is when the lead hears that nobody has signed, once: `told_at`. With `assigns`, what the author still
    holds becomes the signer's; `moved` and `stayed` are what did, and did not.
    """

    __tablename__ = "shift_sheet"
    __table_args__ = (
        CheckConstraint("decision in ('sent','signed','returned','withdrawn')", name="ck_shift_sheet_decision"),
        CheckConstraint("(decision = 'sent') = (answered_at is null)", name="ck_shift_sheet_answered"),
        CheckConstraint("author_id <> successor_id", name="ck_shift_sheet_successor"),
        Index("ix_shift_sheet_successor", "successor_id", sqlite_where=_SENT),
        Index("ix_shift_sheet_due", "sign_by", sqlite_where=_UNTOLD),
        Index("ix_shift_sheet_author", "author_id", "sent_at"),
    )

    id: int = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="person.id")
    successor_id: int = Field(foreign_key="person.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    words: str
    sections: dict[str, list[int]] = Field(sa_type=JSON)
    assigns: bool = True
    sent_at: datetime = Field(sa_type=UtcDateTime)
    sign_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision: str = "sent"
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by_id: int | None = Field(default=None, foreign_key="person.id")
    moved: list[int] = Field(default_factory=list, sa_type=JSON)
    stayed: list[int] = Field(default_factory=list, sa_type=JSON)
