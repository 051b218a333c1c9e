"""Handing a shift over (交接班): a sheet of what one has in hand goes to a successor, who signs or sends it back (D7).

Sending moves nothing. Signing makes what the author still holds the signer's, in the same transaction, when the sheet
says so; what has become somebody else's meanwhile stays where it is and is named. First-contact duty stays with its
owner: it moves by its own acts only (D2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sharedops_core.desk import finding, journal, telling
from sharedops_core.errors import Conflict, NotAllowed, NotFound, Refused
from sharedops_core.i18n import _
from sharedops_core.rules import permissions, sheets
from sharedops_core.rules.calendar import Calendar
from sharedops_core.rules.clocks import due_for, parse_target
from sharedops_core.store import absences, access, policies
from sharedops_core.store import sheets as stored
from sharedops_core.store.tables import Calendar as CalendarRow
from sharedops_core.store.tables import Person, ShiftSheet, Team, Ticket

BATCH = 200


@dataclass(frozen=True)
class HandedOver:
    """A sheet that was sent, and the numbers of confidential tickets that are not for the successor: left out."""

    sheet: ShiftSheet
    left_out: tuple[str, ...] = ()


@dataclass
class Signed:
    """A sheet that was signed: the numbers of the tickets that became the signer's, and of those that did not, why."""

    sheet: ShiftSheet
    moved: list[str] = field(default_factory=list)
    stayed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Late:
    """A sheet that nobody signed in time, and the logins that were told."""

    sheet_id: int
    told: tuple[str, ...]


def hand_over(
    session: Session, login: str, words: str, *, actor: Person, at: datetime, assigns: bool = True
) -> HandedOver:
    """Draw up the sheet of the actor's work and send it to a successor, with a remark.

    One that the actor sent before and nobody has answered is replaced by it. Raises Refused without words, and for the
    actor themselves.
    """
    finding.require(session, "take", actor)
    successor = finding.agent(session, login)
    if successor.id == actor.id:
        raise Refused(_("nobody hands a shift over to themselves; name your successor"))
    text = finding.text(words, _("the remark"))
    found = stored.of_person(session, actor.id, at, access.reader(session, actor))
    kept, left_out = _for_successor(session, found, successor)
    mine = _open().where(col(ShiftSheet.author_id) == actor.id).with_for_update(key_share=True)
    for old in session.exec(mine):
        old.decision, old.answered_at, old.answered_by_id = sheets.WITHDRAWN, at, actor.id
    team = finding.home_team(session, actor)
    sheet = ShiftSheet(
        author_id=actor.id, successor_id=successor.id, team_id=team.id if team else None, words=text, sections=kept,
        assigns=assigns, sent_at=at, sign_by=_sign_by(session, team, at),
    )  # fmt: skip
    session.add(sheet)
    session.flush()
    told = telling.in_place(session, [successor], None, at)
    _tell(session, sheet, told, "shift_sent", actor, text, at)
    return HandedOver(sheet, left_out)


def sign(session: Session, sheet_id: int, *, actor: Person, at: datetime) -> Signed:
    """Sign for a sheet as its successor or their deputy; what its author still holds of it becomes the actor's.

    A ticket stays, and is named with the reason, that is not its author's any more, or that the actor could not be
    assigned. Raises Conflict, with the name, when somebody has answered before.
    """
    sheet = _to_answer(session, sheet_id, actor, at)
    author = session.get_one(Person, sheet.author_id)
    done = Signed(sheet)
    if sheet.assigns:
        who = {one.id: access.reader(session, one) for one in (author, actor)}
        teams = frozenset(finding.team_ids(session, actor))
        moved, stayed = list[int](), list[int]()
        # All of them before the first line is written: whoever holds a later one waits for the end of the journal.
        finding.hold(session, held_on(sheet))
        for ticket_id in sorted(held_on(sheet)):
            try:
                ticket = finding.ticket(session, ticket_id, "take", actor)
            except (NotFound, NotAllowed):
                stayed.append(ticket_id)
                continue
            why = _hindrance(session, ticket, author, actor, who, teams)
            (stayed if why else moved).append(ticket_id)
            if why:
                done.stayed[ticket.number] = why
            else:
                _assign(session, ticket, sheet, actor, at)
                done.moved.append(ticket.number)
        sheet.moved, sheet.stayed = moved, stayed
    _answer(session, sheet, sheets.SIGNED, "", actor, at)
    return done


def send_back(session: Session, sheet_id: int, words: str, *, actor: Person, at: datetime) -> ShiftSheet:
    """Send a sheet back to its author with words; nothing has moved."""
    sheet = _to_answer(session, sheet_id, actor, at)
    _answer(session, sheet, sheets.RETURNED, finding.text(words, _("the reason")), actor, at)
    return sheet


def remind(session: Session, *, at: datetime, limit: int = BATCH) -> Sequence[Late]:
    """Tell the lead, once, about every sheet that nobody has signed in time; one that is answered just now is left."""
    due = _open().where(col(ShiftSheet.told_at).is_(None), col(ShiftSheet.sign_by) <= at)
    found = session.exec(due.order_by(col(ShiftSheet.sign_by)).limit(limit).with_for_update(skip_locked=True)).all()
    return [_remind(session, sheet, at) for sheet in found]


def is_due(session: Session, *, at: datetime) -> bool:
    """Return whether a sheet is unsigned too long; looks only."""
    due = select(ShiftSheet.id).where(stored.IS_OPEN, col(ShiftSheet.told_at).is_(None), col(ShiftSheet.sign_by) <= at)
    return session.exec(due.limit(1)).first() is not None


def held_on(sheet: ShiftSheet) -> set[int]:
    """Return the tickets that the author of a sheet held when it was sent."""
    return {one for name in sheets.HELD for one in sheet.sections.get(name, ())}


def _open() -> SelectOfScalar[ShiftSheet]:
    return select(ShiftSheet).where(stored.IS_OPEN)


def _for_successor(
    session: Session, found: stored.Sections, successor: Person
) -> tuple[dict[str, list[int]], tuple[str, ...]]:
    """Return the sections with what the successor may read from inside, and the numbers of the rest."""
    meant = col(Ticket.id).in_({one for ids in found.values() for one in ids})
    is_seen = access.visible(access.reader(session, successor), "inside")
    seen = frozenset(session.exec(select(Ticket.id).where(meant, is_seen)))
    hidden = session.exec(select(Ticket.number).where(meant, col(Ticket.id).not_in(seen)).order_by(col(Ticket.id)))
    return {name: [one for one in ids if one in seen] for name, ids in found.items()}, tuple(hidden)


def _sign_by(session: Session, team: Team | None, at: datetime) -> datetime | None:
    """Return when a signature is late, on the calendar of the team; never, on one that has no open time left."""
    try:
        return due_for(_calendar(session, team), at, parse_target(team.sign_within if team else sheets.SIGN_WITHIN))
    except Refused:
        return None


def _calendar(session: Session, team: Team | None) -> Calendar:
    if team is not None and team.calendar_id is not None:
        found = policies.stored_calendar(session, session.get_one(CalendarRow, team.calendar_id).code)
        if found is not None:
            return found
    return policies.load(session, policies.current(session, policies.default_id(session))).calendar


def _to_answer(session: Session, sheet_id: int, actor: Person, at: datetime) -> ShiftSheet:
    """Return a sheet that the actor is to answer; whoever is second hears who was first."""
    finding.require(session, "take", actor)
    is_seen = stored.readable(access.reader(session, actor))
    asked = select(ShiftSheet).where(col(ShiftSheet.id) == sheet_id, is_seen).with_for_update(key_share=True)
    sheet = session.exec(asked.execution_options(populate_existing=True)).first()
    if sheet is None:
        raise NotFound(_("there is no sheet {n}").format(n=sheet_id))
    if actor.id != sheet.successor_id and not absences.stands_in(session, actor.id, sheet.successor_id, at):
        who = session.get_one(Person, sheet.successor_id).name
        raise NotAllowed(_("sheet {n} is for {who} to sign, or for their deputy").format(n=sheet_id, who=who))
    if sheet.decision == sheets.WITHDRAWN:
        raise Conflict(_("sheet {n} has been replaced by another one").format(n=sheet_id))
    if sheet.decision != sheets.SENT:
        by = session.get(Person, sheet.answered_by_id) if sheet.answered_by_id else None
        text = _("{who} has answered sheet {n} first")
        raise Conflict(text.format(who=by.name if by else "?", n=sheet_id))
    return sheet


def _hindrance(
    session: Session,
    ticket: Ticket,
    author: Person,
    actor: Person,
    who: dict[int, access.Reader],
    teams: frozenset[int],
) -> str | None:
    """Return why a ticket of a sheet does not become the actor's, None when it does."""
    if ticket.assignee_id != author.id or ticket.queue_at is None:
        return _("no longer in {who}'s hand").format(who=author.name)
    if ticket.team_id is not None and ticket.team_id not in teams:
        return _("{who} is not in the team that has it").format(who=actor.name)
    if ticket.lane is not None and ticket.lane not in who[actor.id].lanes:
        return _("confidential; {who} is of no team of that lane").format(who=actor.name)
    # Assigned on the word of the author: they need the right to it, as if they did it themselves.
    return permissions.refusal("assign", access.standing(who[author.id], ticket), who=author.name, number=ticket.number)


def _assign(session: Session, ticket: Ticket, sheet: ShiftSheet, actor: Person, at: datetime) -> None:
    changes = {"assignee_id": actor.id, "first_contact_id": ticket.first_contact_id or actor.id}
    journal.move(session, ticket, "assign", actor=actor, at=at, changes=changes, detail={"shift": sheet.id})


def _answer(session: Session, sheet: ShiftSheet, decision: str, words: str, actor: Person, at: datetime) -> None:
    sheet.decision, sheet.answer, sheet.answered_at, sheet.answered_by_id = decision, words, at, actor.id
    session.flush()
    told = telling.in_place(session, [session.get_one(Person, sheet.author_id)], None, at)
    _tell(session, sheet, told, f"shift_{decision}", actor, words, at)


def _remind(session: Session, sheet: ShiftSheet, at: datetime) -> Late:
    author, successor = (session.get_one(Person, one) for one in (sheet.author_id, sheet.successor_id))
    team = session.get(Team, sheet.team_id) if sheet.team_id else None
    lead = session.get(Person, team.lead_id) if team and team.lead_id else None
    above = [lead] if lead is not None and lead.id != author.id else finding.above(session, None)
    sheet.told_at = at
    session.flush()
    told = telling.in_place(session, above, None, at)
    detail = {"by": author.name, "to": successor.name}
    telling.tell(session, None, told, "shift_late", detail, at=at, sheet_id=sheet.id)
    return Late(sheet.id, tuple(one.login for one in told))


def _tell(
    session: Session, sheet: ShiftSheet, told: Sequence[telling.Told], kind: str, by: Person, words: str, at: datetime
) -> None:
    detail = {"by": by.name, "words": words[: telling.SHOWN]}
    telling.tell(session, None, told, kind, detail, at=at, sheet_id=sheet.id)
