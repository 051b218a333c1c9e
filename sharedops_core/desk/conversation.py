"""What is said on a ticket: replies, internal notes, the requester's words, and drafts that nothing loses."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Table, bindparam, delete, insert
from sqlmodel import Session, col, select

from sharedops_core.desk import assignment, finding, journal
from sharedops_core.i18n import _
from sharedops_core.rules import lifecycle
from sharedops_core.store import links
from sharedops_core.store.tables import Draft, Message, Person, Ticket

_DRAFTS: Table = Draft.__table__  # type: ignore[attr-defined]
_KEEP_DRAFT = insert(_DRAFTS)
_DROP_DRAFT = delete(_DRAFTS).where(
    _DRAFTS.c.ticket_id == bindparam("of_ticket"),
    _DRAFTS.c.author_id == bindparam("of_author"),
    _DRAFTS.c.kind == bindparam("of_kind"),
)


def reply(
    session: Session, ticket_id: int, body: str, *, actor: Person, at: datetime, seen: int | None = None
) -> Ticket:
    """Answer the requester; the first answer of a person meets the response target (R10).

    Answering a ticket nobody holds also takes it. Drops the actor's draft, because it has been sent.
    """
    ticket = say(session, ticket_id, "reply", body, actor=actor, at=at, seen=seen)
    drop_draft(session, ticket_id, "reply", actor=actor, at=at)
    return ticket


def note(session: Session, ticket_id: int, body: str, *, actor: Person, at: datetime) -> Ticket:
    """Write an internal note that the requester never sees; possible in every state."""
    ticket = say(session, ticket_id, "note", body, actor=actor, at=at)
    drop_draft(session, ticket_id, "note", actor=actor, at=at)
    return ticket


def say(
    session: Session,
    ticket_id: int,
    kind: str,
    body: str,
    *,
    actor: Person,
    at: datetime,
    seen: int | None = None,
    detail: Mapping[str, object] | None = None,
) -> Ticket:
    """Put a reply or a note on record; a draft of the actor that is another text stays."""
    ticket = finding.ticket(session, ticket_id, kind, actor)
    text = finding.text(body, _("the reply") if kind == "reply" else _("the note"))
    if kind == "reply" and ticket.assignee_id is None and ticket.state in lifecycle.OPEN_STATES:
        assignment.take(session, ticket_id, actor=actor, at=at, seen=seen)
    said = journal.Said("out" if kind == "reply" else "internal", actor, text)
    journal.move(session, ticket, kind, actor=actor, at=at, seen=seen, said=said, detail=detail)
    return ticket


def receive(session: Session, ticket_id: int, body: str, *, actor: Person, at: datetime) -> Ticket:
    """Add what the requester says; a ticket that waits goes back to work.

    Of a merged one it is read in the thread of the ticket in which it goes on, and that is the one that hears it.
    """
    into_id = links.final(session, ticket_id)
    finding.seen(session, ticket_id, "receive", actor)
    finding.hold(session, {ticket_id, into_id})
    if links.final(session, ticket_id) != into_id:
        raise finding.overtaken()
    ticket = finding.ticket(session, ticket_id, "receive", actor)
    into = session.get(Ticket, into_id) if into_id != ticket_id else None
    if into is not None:
        lifecycle.after("receive", into.state)
    text = finding.text(body, _("the message"))
    journal.move(session, ticket, "receive", actor=actor, at=at, said=journal.Said("in", actor, text))
    if into is not None:
        journal.move(session, into, "receive", actor=actor, at=at)
    return ticket


def keep_draft(
    session: Session,
    ticket_id: int,
    kind: str,
    body: str,
    *,
    seen_seq: int = 0,
    sent_at: datetime | None = None,
    actor: Person,
    at: datetime,
) -> None:
    """Keep a text that is being written ("reply" or "note"), over restarts; an empty text drops the draft.

    `seen_seq` is the journal line its author knew when beginning, `sent_at` when it is to go out, if it is on its way.
    """
    drop_draft(session, ticket_id, kind, actor=actor, at=at)
    if body.strip():
        finding.ticket(session, ticket_id, kind, actor)
        draft = {
            "ticket_id": ticket_id, "author_id": actor.id, "kind": kind, "body": body, "changed_at": at,
            "seen_seq": seen_seq, "sent_at": sent_at,
        }  # fmt: skip
        session.connection().execute(_KEEP_DRAFT, draft)


def bring_draft(
    session: Session,
    ticket_id: int,
    kind: str,
    body: str,
    *,
    kept_at: datetime,
    seen_seq: int = 0,
    sent_at: datetime | None = None,
    actor: Person,
    at: datetime,
) -> None:
    """Bring a draft back that was kept elsewhere while the database was away.

    Words go behind a newer draft instead of over it; words that have been said on the ticket since then are no draft
    any more. Raises NotFound when there is no such ticket.
    """
    ticket = finding.ticket(session, ticket_id, kind, actor)
    if body.strip() and _is_said(session, ticket, finding.text(body, _("the draft")), kept_at, actor):
        return
    there, seen = session.get(Draft, (ticket_id, actor.id, kind)), seen_seq
    if there is not None and there.changed_at > kept_at:
        if body.strip() in there.body:
            return
        body, seen = f"{there.body}\n\n{body}", there.seen_seq
    keep_draft(session, ticket_id, kind, body, seen_seq=seen, sent_at=sent_at, actor=actor, at=at)


def _is_said(session: Session, ticket: Ticket, text: str, since: datetime, actor: Person) -> bool:
    said = select(Message.id).where(
        col(Message.ticket_id) == ticket.id, col(Message.author_id) == actor.id, col(Message.body) == text,
        col(Message.at) >= since,
    )  # fmt: skip
    return session.exec(said).first() is not None


def drop_draft(session: Session, ticket_id: int, kind: str, *, actor: Person, at: datetime) -> None:
    """Throw the actor's draft of a kind away; nothing happens when there is none."""
    session.connection().execute(_DROP_DRAFT, {"of_ticket": ticket_id, "of_author": actor.id, "of_kind": kind})
