"""Tickets, their clocks and tags: the summary of the journal, written in the same transaction as it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime

_OPEN = text("queue_at IS NOT NULL")
_OFFERED = text("offered_team_id IS NOT NULL OR duty_offered_id IS NOT NULL OR pushed_id IS NOT NULL")
_SEALED = text("lane IS NOT NULL")
_RESOLVED = text("state = 'resolved'")
_VERSION = Column("version", Integer, nullable=False)


_ALARM = text("alarm_at IS NOT NULL")
_MINDED = text("duty_at IS NOT NULL")
_PUSHED, _PUSHED_UNTIL = text("pushed_id IS NOT NULL"), text("pushed_until IS NOT NULL")
_DUTY_OFFERED = text("duty_offered_id IS NOT NULL")
_MERGED = text("merged_into_id IS NOT NULL")
_DUE = ("is_paused", "queue_at", "id")


def _queue_index(name: str, *columns: str) -> Index:
    """Return the partial index behind one queue: its column, then the order of the list."""
    return Index(name, *columns, sqlite_where=_OPEN)


class Ticket(SQLModel, table=True):
    """One request of one requester, from the first word to the confirmation.

    With a `lane`, that of its service item, it is confidential. Only `desk.journal` writes the columns from `state`
    on. `queue_at` is the instant the queues sort by: the
    next due time, or the beginning of the pause while all clocks stand; NULL once the ticket is not open. `bounce` says
    why the next move is for the leads. `duty_at` is when the sweep has to look at its first-contact duty again,
    `duty_offered_id` whoever has not answered yet whether they take it over; `pushed_id` whoever a ticket that nobody
    holds is offered to, until `pushed_until`. `merged_into_id` is the ticket in which it goes on.
    """

    __table_args__ = (
        CheckConstraint(
            "state in ('received','accepted','working','waiting','resolved','confirmed','cancelled','merged')",
            name="ck_ticket_state",
        ),
        CheckConstraint("priority between 1 and 4", name="ck_ticket_priority"),
        CheckConstraint("line between 1 and 3", name="ck_ticket_line"),
        CheckConstraint("lane in ('hr','legal','audit')", name="ck_ticket_lane"),
        CheckConstraint("bounce in ('returned','passed_on')", name="ck_ticket_bounce"),
        CheckConstraint("kind in ('incident','request','problem','change','demand')", name="ck_ticket_kind"),
        CheckConstraint("(state = 'waiting') = (waiting_reason is not null)", name="ck_ticket_waiting"),
        CheckConstraint(
            "(queue_at is not null) = (state in ('received','accepted','working','waiting'))",
            name="ck_ticket_queue",
        ),
        _queue_index("ix_ticket_open", *_DUE),
        _queue_index("ix_ticket_assignee", "assignee_id", *_DUE),
        _queue_index("ix_ticket_first_contact", "first_contact_id", *_DUE),
        _queue_index("ix_ticket_line", "line", *_DUE),
        _queue_index("ix_ticket_team", "team_id", *_DUE),
        _queue_index("ix_ticket_state", "state", *_DUE),
        _queue_index("ix_ticket_by_priority", "priority", *_DUE),
        _queue_index("ix_ticket_by_age", "opened_at", "id"),
        _queue_index("ix_ticket_by_change", "changed_at", "id"),
        _queue_index("ix_ticket_by_item", "item_id", *_DUE),
        _queue_index("ix_ticket_by_number", "number"),
        _queue_index("ix_ticket_by_subject", "subject", "id"),
        Index("ix_ticket_offered", *_DUE, sqlite_where=_OFFERED),
        Index("ix_ticket_duty_offered", "duty_offered_id", *_DUE, sqlite_where=_DUTY_OFFERED),
        Index("ix_ticket_pushed", "pushed_id", sqlite_where=_PUSHED),
        Index("ix_ticket_push", "pushed_until", sqlite_where=_PUSHED_UNTIL),
        Index("ix_ticket_duty", "duty_at", sqlite_where=_MINDED),
        Index("ix_ticket_to_confirm", "resolved_at", "id", sqlite_where=_RESOLVED),
        Index("ix_ticket_merged", "merged_into_id", sqlite_where=_MERGED),
        Index("ix_ticket_lane", "state", sqlite_where=_SEALED),
        Index("ix_ticket_requester", "requester_id", "opened_at"),
        Index("ix_ticket_opened", "opened_at", "id"),
        Index("ix_ticket_resolved", "resolved_at"),
    )

    id: int = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    kind: str = "incident"
    subject: str
    channel: str = "console"
    item_id: int | None = Field(default=None, foreign_key="serviceitem.id", index=True)
    policy_id: int = Field(foreign_key="policy.id")
    lane: str | None = None
    requester_id: int | None = Field(default=None, foreign_key="person.id")
    opened_by_id: int | None = Field(default=None, foreign_key="person.id")
    opened_at: datetime = Field(sa_type=UtcDateTime)

    state: str
    waiting_reason: str | None = None
    priority: int = 3
    line: int = 1
    team_id: int | None = Field(default=None, foreign_key="team.id")
    assignee_id: int | None = Field(default=None, foreign_key="person.id")
    first_contact_id: int | None = Field(default=None, foreign_key="person.id")
    offered_team_id: int | None = Field(default=None, foreign_key="team.id")
    offered_agent_id: int | None = Field(default=None, foreign_key="person.id")
    bounce: str | None = None
    escalation_level: int = 0
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    responded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    reopen_count: int = 0
    handoff_count: int = 0
    is_paused: bool = False
    queue_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_clock: str | None = None
    left_seconds: int | None = None
    duty_offered_id: int | None = Field(default=None, foreign_key="person.id")
    duty_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    merged_into_id: int | None = Field(default=None, foreign_key="ticket.id")
    pushed_id: int | None = Field(default=None, foreign_key="person.id")
    pushed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = Field(default=None, sa_column=_VERSION)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _VERSION}


class Clock(SQLModel, table=True):
    """One clock of one ticket as `rules.commitments` computed it from the journal.

    `alarm_at` is when the sweep has to look at it again, so that looking costs only what is due.
    """

    __table_args__ = (
        CheckConstraint(
            "kind in ('response','resolution','update','promise','acceptance','line','supplier')", name="ck_clock_kind"
        ),
        Index("ix_clock_breached", "kind", "breached_at"),
        Index("ix_clock_alarm", "alarm_at", sqlite_where=_ALARM),
    )

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    kind: str = Field(primary_key=True)
    nth: int = Field(primary_key=True)
    target: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    left_seconds: int | None = None
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    breached_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_breached_on_retarget: bool = False
    terms_id: int = Field(foreign_key="policyversion.id")
    alarm_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_provisional: bool = False


class TicketTag(SQLModel, table=True):
    """A tag of a ticket, as `rules.tags` writes it; only `desk.journal` gives and takes them."""

    __tablename__ = "ticket_tag"
    __table_args__ = (
        CheckConstraint("length(tag) between 1 and 40", name="ck_ticket_tag_length"),
        Index("ix_ticket_tag_tag", "tag", "ticket_id"),
    )

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    tag: str = Field(primary_key=True)


class SourceRecord(SQLModel, table=True):
    """What the log of another desk says about an imported ticket, in its own words and counters."""

    __table_args__ = (UniqueConstraint("source", "key", name="uq_sourcerecord_key"),)

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    source: str
    key: str
    reassignments: int | None = None
    reopens: int | None = None
    is_missed: bool | None = None
    closed_code: str = ""
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
