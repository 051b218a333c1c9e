"""The hand-offs of a ticket, and what it knows already of the slots of the next one (product D3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from sharedops_core.i18n import _, joined, pick
from sharedops_core.rules import spans
from sharedops_core.rules.commitments import PROMISE
from sharedops_core.rules.handoff import Answer, Slots, decision_name, keys_in, questions, shortened
from sharedops_core.rules.text import one_line
from sharedops_core.store.tables import Article, Event, Handoff, Message, Person

if TYPE_CHECKING:
    from sharedops_core.views.ticket import TeamCard, TicketCard


@dataclass(frozen=True, slots=True)
class HandoffRow:
    """One hand-off with its five slots, the answers to the checklist, and its outcome."""

    from_team: "TeamCard | None"
    to_team: "TeamCard | None"
    from_agent: str
    to_agent: str
    reason: str
    asked: str
    tried: str
    found: str
    promised: str
    wanted: str
    answers: tuple[Answer, ...]
    offered_at: datetime
    decision: str
    decided_at: datetime | None
    decided_by: str
    decision_reason: str | None


def handoffs(session: Session, ticket_id: int, teams: Mapping[int | None, "TeamCard"]) -> tuple[HandoffRow, ...]:
    """Return the hand-offs of a ticket, oldest first."""
    rows = session.exec(select(Handoff).where(col(Handoff.ticket_id) == ticket_id).order_by(col(Handoff.id))).all()
    ids = {value for row in rows for value in (row.from_agent_id, row.to_agent_id, row.decided_by_id)}
    called = names(session, ids)
    same = ("reason", "asked", "tried", "found", "promised", "wanted", "offered_at", "decision", "decided_at",
            "decision_reason")  # fmt: skip
    return tuple(
        HandoffRow(
            from_team=teams.get(row.from_team_id), to_team=teams.get(row.to_team_id),
            from_agent=called.get(row.from_agent_id, ""), to_agent=called.get(row.to_agent_id, ""),
            answers=_answers(row), decided_by=called.get(row.decided_by_id, ""),
            **{name: getattr(row, name) for name in same},
        )
        for row in rows
    )  # fmt: skip


def _answers(row: Handoff) -> tuple[Answer, ...]:
    return tuple(map(Answer, questions(row.answers), (one["answer"] for one in row.answers)))


def names(session: Session, ids: set[int | None]) -> dict[int | None, str]:
    """Return the names of some people by their ids."""
    found = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids - {None})))
    return dict(found.all())


def begun(session: Session, card: "TicketCard") -> Slots:
    """Return the slots as the thread of a ticket gives them; what it does not say, and what is wanted, is empty.

    Asked is what the requester said first, tried the articles that replies and notes name, found the last internal
    note, promised every promise that is open, with its moment.
    """
    promises = [one for one in card.clocks if one.kind == PROMISE and not one.is_stopped]
    said = {way: [one.body for one in card.thread if one.direction == way] for way in ("in", "out", "internal")}
    noted = select(Message.body).join(Event, col(Event.id) == col(Message.event_id)).where(
        col(Message.ticket_id) == card.ticket_id, col(Event.act) == "note"
    )  # fmt: skip
    return Slots(
        asked=shortened(next(iter(said["in"]), card.subject)),
        tried=_articles(session, keys_in([*said["out"], *said["internal"]])),
        # Reasons of other acts are internal messages, too, and nothing that was found.
        found=shortened(session.exec(noted.order_by(col(Message.id).desc()).limit(1)).first() or ""),
        promised=joined(_promises(session, card.ticket_id, [one.due_at for one in promises])),
    )


def _articles(session: Session, keys: tuple[str, ...]) -> str:
    found = session.exec(select(Article.key, Article.title_en, Article.title_zh).where(col(Article.key).in_(keys)))
    titles = {key: pick(english, chinese) for key, english, chinese in found}
    return joined(f"{key} {titles[key]}" for key in keys if key in titles)


def _promises(session: Session, ticket_id: int, moments: Sequence[datetime | None]) -> list[str]:
    """Return the promises for some moments with the words that stand in the journal."""
    lines = select(Event.promised_for, Event.detail).where(
        col(Event.ticket_id) == ticket_id, col(Event.act) == "promise"
    )
    words = {
        moment: (detail or {}).get("promised", "") for moment, detail in session.exec(lines.order_by(col(Event.seq)))
    }
    return [
        shortened(f"{one.astimezone():%Y-%m-%d %H:%M} {words.get(one, '')}".strip())
        for one in moments
        if one is not None
    ]


def leg(card: "TicketCard", handoff: HandoffRow) -> str:
    """Return one hand-off of the route in one line: between which teams, by whom, why, what became of it and when.

    Of an accepted one also for how many open hours the giving team had had the ticket, hand-off and waiting included.
    """
    teams = " → ".join(f"L{one.line} {pick(one.name_en, one.name_zh)}" if one else "-" for one in _ends(handoff))
    decided = f"{handoff.decided_at.astimezone():%m-%d %H:%M}" if handoff.decided_at else ""
    became = f"{decision_name(handoff.decision)} {handoff.decided_by} {decided}"
    held = spans.named(_("held"), spans.clock(_held_before(card, handoff))) if handoff.decision == "accepted" else ""
    said = (teams, handoff.from_agent, card.name_of(handoff.reason), became,
            card.name_of(handoff.decision_reason or ""), held)  # fmt: skip
    return " · ".join(words for one in said if (words := " ".join(one_line(one).split())))


def _ends(handoff: HandoffRow) -> tuple["TeamCard | None", "TeamCard | None"]:
    return handoff.from_team, handoff.to_team


def _held_before(card: "TicketCard", handoff: HandoffRow) -> timedelta:
    """Return the open time of the stay that a hand-off ended; it is that of the time-held ledger."""
    team = handoff.from_team.name_en if handoff.from_team else ""
    before = [one for one in card.held if handoff.decided_at is not None and one.end <= handoff.decided_at]
    stay = takewhile(lambda one: one.team_en == team, reversed(before))
    return sum((one.open_time for one in stay), timedelta())
