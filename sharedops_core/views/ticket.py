"""One ticket as the console and `ticket show` read it: fields, thread, audit, hand-offs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from sharedops_core.i18n import _, pick
from sharedops_core.rules import lifecycle, permissions
from sharedops_core.rules.commitments import KINDS, TO_REQUESTER
from sharedops_core.rules.duty import CLOSE
from sharedops_core.rules.handoff import Question
from sharedops_core.rules.lifecycle import Holder
from sharedops_core.rules.permissions import Standing
from sharedops_core.store import absences, access, tags
from sharedops_core.store import tasks as asked
from sharedops_core.store.access import Reader
from sharedops_core.store.events import entry_of
from sharedops_core.store.tables import (
    Clock,
    Company,
    Event,
    Message,
    Person,
    Policy,
    Reason,
    ServiceItem,
    SourceRecord,
    Survey,
    Team,
    Ticket,
)
from sharedops_core.views import handoffs
from sharedops_core.views import related as relating
from sharedops_core.views.clocks import HeldRow, held
from sharedops_core.views.drafts import DraftRow, drafts
from sharedops_core.views.duty import DutyRow, duty_record
from sharedops_core.views.persons import PersonCard, person_card
from sharedops_core.views.targets import holder
from sharedops_core.views.tasks import TaskRow, tasks


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A team named on a ticket; its checklist where hand-offs to it are offered."""

    team_id: int
    code: str
    line: int
    name_en: str
    name_zh: str
    checklist: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock: due, or paused with `left`, or stopped; `breached_at` is the due time that was missed."""

    kind: str
    nth: int
    target: str
    started_at: datetime
    due_at: datetime | None
    left: timedelta | None
    stopped_at: datetime | None
    breached_at: datetime | None
    is_provisional: bool

    @property
    def is_stopped(self) -> bool:
        """Return whether the clock has come to its end."""
        return self.stopped_at is not None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of the thread; `ticket` is the number of the merged one it was said on, empty for this one's own."""

    at: datetime
    author: str
    author_login: str
    direction: str
    body: str
    message_id: int = 0
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of the audit tab."""

    seq: int
    at: datetime
    act: str
    actor_id: int | None
    actor: str
    reason: str | None
    from_state: str | None
    state: str
    line: int
    team: TeamCard | None
    assignee: str
    detail: dict[str, object]


@dataclass(frozen=True, slots=True)
class TicketCard:
    """Everything about one ticket that its reader may see; `denied` says of each act why it is not for them.

    `called` has what the codes of reasons and teams in its journal are called, in both languages.
    """

    ticket_id: int
    number: str
    kind: str
    subject: str
    channel: str
    state: str
    waiting_reason: str | None
    priority: int
    lane: str | None
    line: int
    version: int
    opened_at: datetime
    changed_at: datetime
    accepted_at: datetime | None
    responded_at: datetime | None
    resolved_at: datetime | None
    confirmed_at: datetime | None
    reopen_count: int
    handoff_count: int
    escalation_level: int
    item_code: str | None
    item_en: str
    item_zh: str
    family_code: str | None
    line2_code: str | None
    line3_code: str | None
    policy_en: str
    policy_zh: str
    team: TeamCard | None
    requester: PersonCard | None
    assignee: PersonCard | None
    first_contact: PersonCard | None
    offered_team: TeamCard | None
    offered_agent: PersonCard | None
    clocks: tuple[ClockRow, ...]
    thread: tuple[MessageRow, ...]
    events: tuple[EventRow, ...]
    handoffs: tuple[handoffs.HandoffRow, ...]
    held: tuple[HeldRow, ...]
    csat: int | None
    survey_comment: str
    source: str | None
    source_facts: dict[str, object]
    drafts: tuple[DraftRow, ...]
    holder: Holder
    denied: Mapping[str, str]
    called: Mapping[str, tuple[str, str]]
    tags: tuple[str, ...]
    duty: tuple[DutyRow, ...] = ()
    duty_offered: PersonCard | None = None
    pushed: PersonCard | None = None
    pushed_until: datetime | None = None
    is_closed_silently: bool = False
    ease: int | None = None
    tasks: tuple[TaskRow, ...] = ()
    related: tuple[relating.RelatedRow, ...] = ()
    people: tuple[relating.CompanionRow, ...] = ()

    @property
    def merged_into(self) -> relating.RelatedRow | None:
        """Return the ticket in which a merged one goes on, if its reader may see that."""
        return next((one for one in self.related if one.role == "merged_into"), None)

    def name_of(self, code: str) -> str:
        """Return what a reason or a team is called in the user's language; its code where it is no longer known."""
        return pick(*self.called.get(code, (code, code)))

    @property
    def newest_seq(self) -> int:
        """Return the last line of the journal that is on this card."""
        return self.events[-1].seq if self.events else 0

    def draft(self, kind: str) -> DraftRow | None:
        """Return the reader's draft of a kind."""
        return next((one for one in self.drafts if one.kind == kind), None)


def ticket(session: Session, ticket_id: int, now: datetime, *, reader: Reader | None = None) -> TicketCard | None:
    """Return the card of a ticket, None when there is none for this reader; drafts and `holder` are the reader's.

    From outside, as its requester, one sees the public part: no notes, no journal, no hand-offs, no clocks of the
    desk, no tags. The time held reaches to `now` while the ticket is not closed.
    """
    found = session.get(Ticket, ticket_id)
    if found is None or reader is None:
        return None
    standing = access.standing(reader, found)
    if not permissions.allows("read", standing):
        return None
    card = _card(session, found, now, reader, standing)
    return card if permissions.allows("inside", standing) else _from_outside(card)


def state_words(card: TicketCard) -> str:
    """Return the state of a ticket in the user's language; one that waits says for what."""
    if card.is_closed_silently:
        return _("closed, requester silent")
    if card.merged_into is not None:
        return _("merged into {number}").format(number=card.merged_into.number)
    state = lifecycle.state_name(card.state)
    if card.waiting_reason is None:
        return state
    reason = card.name_of(card.waiting_reason)
    # "Waiting for the requester" says both.
    is_twice = reason.casefold().startswith(state.casefold())
    return reason if is_twice else _("{state}: {reason}").format(state=state, reason=reason)


def _from_outside(card: TicketCard) -> TicketCard:
    """Return the part of a card that its requester may see."""
    return replace(
        card,
        clocks=tuple(one for one in card.clocks if one.kind in TO_REQUESTER),
        thread=tuple(one for one in card.thread if one.direction != "internal"),
        events=(), handoffs=(), held=(), source_facts={}, offered_team=None, offered_agent=None, handoff_count=0,
        escalation_level=0, tags=(), duty=(), duty_offered=None, tasks=(), people=(),
        related=tuple(one for one in card.related if one.role == "merged_into"),
        pushed=None, pushed_until=None,
    )  # fmt: skip


_PLAIN = (
    "number", "kind", "subject", "channel", "state", "waiting_reason", "priority", "lane", "line", "version",
    "opened_at", "changed_at", "accepted_at", "responded_at", "resolved_at", "confirmed_at", "reopen_count",
    "handoff_count", "escalation_level", "pushed_until",
)  # fmt: skip
"""What a card takes from a ticket as it is."""


def _of_people(found: Ticket, people: dict[int | None, PersonCard]) -> dict[str, Any]:
    names = ("requester", "assignee", "first_contact", "offered_agent", "duty_offered", "pushed")
    return {name: people.get(getattr(found, f"{name}_id")) for name in names}


def _card(session: Session, found: Ticket, now: datetime, reader: Reader, standing: Standing) -> TicketCard:
    ticket_id = found.id
    people, teams = _people(session, found), _teams(session)
    item = session.get(ServiceItem, found.item_id) if found.item_id else None
    policy = session.get_one(Policy, found.policy_id)
    survey, source = session.get(Survey, ticket_id), session.get(SourceRecord, ticket_id)
    lines = session.exec(select(Event).where(col(Event.ticket_id) == ticket_id).order_by(col(Event.seq))).all()
    return TicketCard(
        ticket_id=ticket_id,
        **{name: getattr(found, name) for name in _PLAIN},
        **_item_fields(item, teams),
        policy_en=policy.name_en,
        policy_zh=policy.name_zh,
        team=teams.get(found.team_id),
        offered_team=teams.get(found.offered_team_id),
        **_of_people(found, people),
        clocks=_clocks(session, ticket_id),
        thread=_thread(session, found, reader),
        events=_events(session, lines, teams, reader),
        handoffs=handoffs.handoffs(session, ticket_id, teams),
        held=tuple(held(session, ticket_id, now, reader=reader)),
        csat=survey.csat if survey else None,
        survey_comment=survey.comment if survey else "",
        source=source.source if source else None,
        source_facts=_source_facts(source),
        drafts=tuple(drafts(session, ticket_id, reader=reader)),
        holder=_holder(session, found, reader, now, is_rated=survey is not None),
        denied=_denied(found, standing, session.get(Person, reader.person_id), people.get(found.assignee_id)),
        called=_called(session, teams),
        tags=tags.of(session, [ticket_id]).get(ticket_id, ()),
        duty=duty_record(session, ticket_id, map(entry_of, lines)),
        is_closed_silently=any(one.act == CLOSE and one.at == found.confirmed_at for one in lines),
        ease=survey.ease if survey else None,
        tasks=tuple(tasks(session, [found], reader)),
        **_together(session, ticket_id, reader),
    )


def _holder(session: Session, ticket: Ticket, reader: Reader, now: datetime, *, is_rated: bool) -> Holder:
    help_asked = relating.invitations(session, [ticket.id], reader).get(ticket.id, "")
    # Read only where a duty waits for an answer.
    in_place = absences.stood_in_for(session, reader.person_id, now) if ticket.duty_offered_id else ()
    tasks = asked.of_one(session, ticket.id)
    return holder(ticket, reader, in_place, is_rated=is_rated, asked_to_help=help_asked, asked=tasks)


def _together(session: Session, ticket_id: int, reader: Reader) -> dict[str, Any]:
    return {"related": relating.related(session, ticket_id, reader), "people": relating.about(session, ticket_id)}


def _denied(ticket: Ticket, standing: Standing, me: Person | None, holder: PersonCard | None) -> dict[str, str]:
    said = {"who": me.name if me else "?", "number": ticket.number, "holder": holder.name if holder else ""}
    refusals = {act: permissions.refusal(act, standing, **said) for act in permissions.MATRIX}
    return {act: refusal for act, refusal in refusals.items() if refusal is not None}


def _called(session: Session, teams: dict[int | None, TeamCard]) -> dict[str, tuple[str, str]]:
    reasons = session.exec(select(Reason.code, Reason.name_en, Reason.name_zh))
    of_teams = {one.code: (one.name_en, one.name_zh) for one in teams.values()}
    return of_teams | {code: (in_english, in_chinese) for code, in_english, in_chinese in reasons}


def _item_fields(item: ServiceItem | None, teams: dict[int | None, TeamCard]) -> dict[str, Any]:
    if item is None:
        return dict.fromkeys(("item_code", "family_code", "line2_code", "line3_code")) | {
            "item_en": "",
            "item_zh": "",
        }
    line2, line3 = teams.get(item.line2_id), teams.get(item.line3_id)
    return {
        "item_code": item.code, "item_en": item.name_en, "item_zh": item.name_zh,
        "family_code": "-".join(item.code.split("-")[:2]),
        "line2_code": line2.code if line2 else None, "line3_code": line3.code if line3 else None,
    }  # fmt: skip


def _people(session: Session, ticket: Ticket) -> dict[int | None, PersonCard]:
    ids = {
        ticket.requester_id,
        ticket.assignee_id,
        ticket.first_contact_id,
        ticket.offered_agent_id,
        ticket.duty_offered_id,
        ticket.pushed_id,
    } - {None}
    found = session.exec(select(Person, Company).join(Company, isouter=True).where(col(Person.id).in_(ids)))
    return {person.id: person_card(person, company) for person, company in found}


def _teams(session: Session) -> dict[int | None, TeamCard]:
    return {
        team.id: TeamCard(team.id or 0, team.code, team.line, team.name_en, team.name_zh)
        for team in session.exec(select(Team))
    }


def _clocks(session: Session, ticket_id: int) -> tuple[ClockRow, ...]:
    rows = session.exec(select(Clock).where(col(Clock.ticket_id) == ticket_id)).all()
    return tuple(
        ClockRow(
            row.kind, row.nth, row.target, row.started_at, row.due_at,
            timedelta(seconds=row.left_seconds) if row.left_seconds is not None else None,
            row.stopped_at, row.breached_at, row.is_provisional,
        )
        for row in sorted(rows, key=lambda row: (KINDS.index(row.kind), row.nth))
    )  # fmt: skip


def _thread(session: Session, ticket: Ticket, reader: Reader) -> tuple[MessageRow, ...]:
    """Return what was said on a ticket and on those merged into it, as far as the reader may see them, in one order.

    What a merged one's requester was told when this one was resolved stands here once.
    """
    merged = relating.threads(session, ticket.id, reader)
    told_twice = select(Event.id).where(col(Event.ticket_id).in_(merged), col(Event.act) == "hear")
    rows = session.exec(
        select(Message, Person)
        .join(Person, col(Person.id) == col(Message.author_id), isouter=True)
        .where(col(Message.ticket_id).in_([ticket.id, *merged]), col(Message.event_id).not_in(told_twice))
        .order_by(col(Message.at), col(Message.id))
    )
    return tuple(
        MessageRow(
            message.at, who.name if who else "", who.login if who else "", message.direction, message.body,
            message.id, merged.get(message.ticket_id, relating.Thread("", is_inside=True)).number,
        )
        for message, who in rows
        if message.ticket_id == ticket.id or message.direction != "internal" or merged[message.ticket_id].is_inside
    )  # fmt: skip


def _events(
    session: Session, rows: Sequence[Event], teams: dict[int | None, TeamCard], reader: Reader
) -> tuple[EventRow, ...]:
    names = handoffs.names(session, {row.actor_id for row in rows} | {row.assignee_id for row in rows})
    details = relating.details(session, rows, reader)
    return tuple(
        EventRow(
            row.seq, row.at, row.act, row.actor_id, names.get(row.actor_id, ""), row.reason, row.from_state,
            row.state, row.line, teams.get(row.team_id), names.get(row.assignee_id, ""), details[row.seq],
        )
        for row in rows
        if row.seq in details
    )  # fmt: skip


def _source_facts(source: SourceRecord | None) -> dict[str, object]:
    if source is None:
        return {}
    return {name: getattr(source, name) for name in ("key", "reassignments", "reopens", "is_missed", "closed_code")}
