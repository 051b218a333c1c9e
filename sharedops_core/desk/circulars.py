"""One text to many tickets: a single draft with the list of them, and on each ticket an ordinary reply or note.

What has gone out on a ticket is struck off the draft in the same transaction, so that whatever dies in between, the
draft says for which tickets the text is still to go out.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from sharedops_core.desk import conversation, finding
from sharedops_core.i18n import _
from sharedops_core.store.tables import Circular, Event, Message, Person


def keep(
    session: Session,
    key: str,
    kind: str,
    body: str,
    known: Mapping[int, int],
    *,
    sent_at: datetime | None = None,
    actor: Person,
    at: datetime,
) -> None:
    """Keep a text ("reply" or "note") that is being written to many tickets; an empty one is dropped.

    `known` is per ticket the journal line its author knew, `sent_at` when it is to go out, if it is on its way.
    """
    session.execute(delete(Circular).where(col(Circular.author_id) == actor.id, col(Circular.key) == key))
    if body.strip() and known:
        lines = {str(ticket_id): seq for ticket_id, seq in known.items()}
        kept = Circular(author_id=actor.id, key=key, kind=kind, body=body, known=lines, changed_at=at, sent_at=sent_at)
        session.add(kept)
        session.flush()


def bring(
    session: Session,
    key: str,
    kind: str,
    body: str,
    known: Mapping[int, int],
    *,
    kept_at: datetime,
    sent_at: datetime | None = None,
    actor: Person,
    at: datetime,
) -> None:
    """Bring a text to many back that was kept elsewhere while the database was away.

    Words go behind a newer draft instead of over it; the tickets are then those of the newer one.
    """
    there = session.get(Circular, (actor.id, key))
    if there is not None and there.changed_at > kept_at:
        if body.strip() in there.body:
            return
        body, known = f"{there.body}\n\n{body}", {int(one): seq for one, seq in there.known.items()}
    keep(session, key, kind, body, known, sent_at=sent_at, actor=actor, at=at)


def say(
    session: Session, ticket_id: int, key: str, kind: str, body: str, *, known_seq: int, actor: Person, at: datetime
) -> bool:
    """Put a text to many on record on one of its tickets, once, and strike the ticket off its draft.

    Returns False when it has been said there already: by its key, whatever its fields were filled with, or when another
    console of its author has said the same behind the line `known_seq`.
    """
    ticket = finding.ticket(session, ticket_id, kind, actor)
    text = finding.text(body, _("the text"))
    is_new = not _is_said(session, ticket.id, key, kind, text, known_seq, actor)
    if is_new:
        conversation.say(session, ticket_id, kind, body, actor=actor, at=at, detail={"circular": key})
    _strike(session, key, ticket_id, actor)
    return is_new


def _is_said(
    session: Session, ticket_id: int, key: str, kind: str, text: str, known_seq: int, actor: Person
) -> bool:  # fmt: skip
    lines = (
        select(Event.seq, Event.detail, Message.body)
        .join(Message, col(Message.event_id) == col(Event.id))
        .where(col(Event.ticket_id) == ticket_id, col(Event.actor_id) == actor.id, col(Event.act) == kind)
    )
    return any(
        (detail or {}).get("circular") == key or (seq > known_seq and said == text)
        for seq, detail, said in session.exec(lines)
    )


def _strike(session: Session, key: str, ticket_id: int, actor: Person) -> None:
    is_it = (col(Circular.author_id) == actor.id, col(Circular.key) == key)
    # Another console of theirs may strike another ticket off at this moment: whoever comes second reads what is left.
    there = session.exec(select(Circular).where(*is_it).with_for_update()).first()
    if there is None:
        return
    there.known = {one: seq for one, seq in there.known.items() if one != str(ticket_id)}
    if not there.known:
        session.delete(there)
