"""What was said on a ticket, what its people are told, and what is being written but not sent yet."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import Bytes, UtcDateTime


class Message(SQLModel, table=True):
    """A message in the thread: from the requester (in), to the requester (out), or among agents (internal).

    The journal line it was written with hashes it; `salt` is gone once the body has been erased.
    """

    __table_args__ = (
        CheckConstraint("direction in ('in','out','internal')", name="ck_message_direction"),
        Index("ix_message_ticket", "ticket_id", "at", "id"),
        Index("ix_message_event", "event_id"),
    )

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    event_id: int = Field(foreign_key="event.id")
    at: datetime = Field(sa_type=UtcDateTime)
    author_id: int | None = Field(default=None, foreign_key="person.id")
    direction: str
    body: str
    salt: bytes | None = Field(default=None, sa_type=Bytes)
    body_hash: bytes = Field(sa_type=Bytes)


class Notice(SQLModel, table=True):
    """Somebody is told something about a ticket, or about a sheet of a shift, until they have seen it."""

    __table_args__ = (
        Index("ix_notice_unread", "person_id", "id", sqlite_where=text("read_at IS NULL")),
        Index("ix_notice_person", "person_id", "id"),
        CheckConstraint("(ticket_id is null) <> (sheet_id is null)", name="ck_notice_about"),
    )

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")
    sheet_id: int | None = Field(default=None, foreign_key="shift_sheet.id")
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    detail: dict[str, object] = Field(sa_type=JSON)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Draft(SQLModel, table=True):
    """A text an agent has begun; it outlives the process until it is sent or thrown away.

    `seen_seq` is the journal line of the ticket that its author knew when beginning it, `sent_at` the instant at
    which it was to go out: a draft that still has one when nobody is at work on it was being sent.
    """

    __table_args__ = (CheckConstraint("kind in ('reply','note')", name="ck_draft_kind"),)

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    author_id: int = Field(foreign_key="person.id", primary_key=True)
    kind: str = Field(primary_key=True)
    body: str
    changed_at: datetime = Field(sa_type=UtcDateTime)
    seen_seq: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Circular(SQLModel, table=True):
    """One text to many tickets that an agent has begun: `known` is per ticket the journal line its author knew.

    It stands at no ticket, so that no ticket that goes out of sight takes the words with it. Whatever has gone out is
    struck off in the same transaction.
    """

    __table_args__ = (CheckConstraint("kind in ('reply','note')", name="ck_circular_kind"),)

    author_id: int = Field(foreign_key="person.id", primary_key=True)
    key: str = Field(primary_key=True)
    kind: str
    body: str
    known: dict[str, int] = Field(sa_type=JSON)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Presence(SQLModel, table=True):
    """Who looks at a ticket, or writes on it, as of a moment ago; it counts for `rules.presence.FRESH` only."""

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    is_writing: bool = False
    at: datetime = Field(sa_type=UtcDateTime)
