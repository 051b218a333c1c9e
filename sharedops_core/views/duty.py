"""The record of the first-contact duty for one ticket: who answered for it, what ended that, and what was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from sharedops_core.rules import duty
from sharedops_core.rules.history import Entry
from sharedops_core.store.tables import Event, Message, Person


@dataclass(frozen=True, slots=True)
class OfferRow:
    """The duty offered to a colleague, by whom and with which reason; how that ended, and with which words."""

    to: str
    by: str
    at: datetime
    why: str
    ended_by: str | None
    ended_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class DutyRow:
    """Somebody's duty: since when, until when (None while it lasts), what ended it, and what was offered meanwhile."""

    owner: str
    owner_login: str
    since: datetime
    until: datetime | None
    ended_by: str | None
    offers: tuple[OfferRow, ...]


def duty_record(session: Session, ticket_id: int, lines: Iterable[Entry]) -> tuple[DutyRow, ...]:
    """Return everybody's duty for a ticket by its journal, oldest first; whoever may see its inside may see this."""
    spans = duty.record(lines)
    offers = [offer for one in spans for offer in one.offers]
    ids = {one.owner_id for one in spans} | {who for one in offers for who in (one.to_id, one.by_id)}
    found = session.exec(select(Person).where(col(Person.id).in_(ids - {None})))
    people = {one.id: one for one in found}
    words = _words(session, ticket_id) if offers else {}

    def offer_row(one: duty.Offer) -> OfferRow:
        by = people[one.by_id].name if one.by_id else ""
        answer = words.get((one.ended_by, one.ended_at), "")
        why = words.get(("offer_duty", one.at), "")
        return OfferRow(people[one.to_id].name, by, one.at, why, one.ended_by, one.ended_at, answer)

    return tuple(
        DutyRow(people[one.owner_id].name, people[one.owner_id].login, one.since, one.until, one.ended_by,
                tuple(map(offer_row, one.offers)))
        for one in spans
    )  # fmt: skip


def _words(session: Session, ticket_id: int) -> dict[tuple[str | None, datetime | None], str]:
    lines = select(Event.act, Event.at, Message.body).join(Message, col(Message.event_id) == col(Event.id))
    meant = col(Event.act).in_(("offer_duty", "decline_duty"))
    return {(act, at): body for act, at, body in session.exec(lines.where(col(Event.ticket_id) == ticket_id, meant))}
