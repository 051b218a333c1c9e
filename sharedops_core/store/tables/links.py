"""Tickets together: links between them, and who besides its holder is about a ticket."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


class TicketLink(SQLModel, table=True):
    """A link between two tickets, as `rules.links` names it; it stays when it holds no longer.

    Only `desk.journal` says that it holds, by lines in the journals of both.
    """

    __tablename__ = "ticket_link"
    __table_args__ = (
        CheckConstraint(
            "kind in ('relates','duplicates','causes','blocks','parent','split','merge')", name="ck_ticket_link_kind"
        ),
        CheckConstraint("from_id <> to_id", name="ck_ticket_link_ends"),
        Index("ix_ticket_link_from", "from_id"),
        Index("ix_ticket_link_to", "to_id"),
    )

    id: int = Field(default=None, primary_key=True)
    kind: str
    from_id: int = Field(foreign_key="ticket.id")
    to_id: int = Field(foreign_key="ticket.id")
    is_live: bool = False


class TicketPerson(SQLModel, table=True):
    """Somebody of the desk who watches a ticket, or was asked to help with it as an expert, by whom and since when.

    An expert is asked to come (invited), has come (joined) or not (declined), until `ended_at`; a watcher watches.
    """

    __tablename__ = "ticket_person"
    __table_args__ = (
        CheckConstraint("role in ('watcher','expert')", name="ck_ticket_person_role"),
        CheckConstraint("state in ('watching','invited','joined','declined')", name="ck_ticket_person_state"),
        CheckConstraint("(role = 'watcher') = (state = 'watching')", name="ck_ticket_person_what"),
        Index("ix_ticket_person_person", "person_id", "ticket_id"),
    )

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    role: str = Field(primary_key=True)
    state: str
    by_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
