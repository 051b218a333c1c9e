"""Sheets of shifts as they are read: drawn up now, or as they were sent, with the tickets as they are now (D7)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from sharedops_core.errors import NotFound
from sharedops_core.i18n import _, joined, ngettext
from sharedops_core.rules import commitments, lifecycle, sheets, spans
from sharedops_core.rules.text import one_line
from sharedops_core.store import sheets as stored
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Clock, Person, ShiftSheet, Team, Ticket

_LISTED = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket on a sheet, as it is now; `due_at` is None while its clocks stand, `promised_at` the next promise."""

    ticket_id: int
    number: str
    subject: str
    priority: int
    state: str
    due_at: datetime | None
    is_paused: bool
    holder: str
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet in a list: from whom to whom, since when, by when it is to be signed, and what became of it."""

    sheet_id: int
    author: str
    author_name: str
    successor: str
    successor_name: str
    sent_at: datetime
    sign_by: datetime | None
    decision: str
    answered_at: datetime | None
    held_count: int

    def is_late(self, now: datetime) -> bool:
        """Return whether it was, or still is, not signed in time."""
        return self.sign_by is not None and (self.answered_at or now) > self.sign_by


@dataclass(frozen=True, slots=True)
class SheetCard:
    """A whole sheet: its sections with their tickets, and for one that was sent what became of it.

    `hidden_count` are tickets on it that are not for this reader any more; only those whose sheet it is knew of them.
    """

    sections: Mapping[str, tuple[Line, ...]]
    row: SheetRow | None = None
    words: str = ""
    assigns: bool = True
    answer: str = ""
    answered_by: str = ""
    moved: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()
    hidden_count: int = 0
    is_mine_to_sign: bool = field(default=False)


def drawn(
    session: Session,
    now: datetime,
    login: str | None = None,
    team: str | None = None,
    within: timedelta = sheets.SOON,
    *,
    reader: Reader | None = None,
) -> SheetCard:
    """Return the sheet that would be sent now: one's own, somebody's by login, or a team's by code."""
    if team is not None:
        team_id = session.exec(select(Team.id).where(col(Team.code) == team)).first()
        if team_id is None:
            raise NotFound(_("there is no team {code}").format(code=team))
        found = stored.of_team(session, team_id, now, reader, within)
    else:
        person_id = reader.person_id if reader else None
        if login is not None:
            person_id = session.exec(select(Person.id).where(col(Person.login) == login)).first()
        if person_id is None:
            raise NotFound(_("there is nobody with the login {login}").format(login=login))
        found = stored.of_person(session, person_id, now, reader, within)
    return SheetCard(_filled(found, _lines(session, found, reader)))


def sheet(session: Session, sheet_id: int, now: datetime, *, reader: Reader | None = None) -> SheetCard:
    """Return a sheet that was sent; raises NotFound for one that is not for this reader."""
    found = session.exec(select(ShiftSheet).where(col(ShiftSheet.id) == sheet_id, stored.readable(reader))).first()
    if found is None:
        raise NotFound(_("there is no sheet {n}").format(n=sheet_id))
    lines = _lines(session, found.sections, reader)
    numbers = _numbers(session, (*found.moved, *found.stayed), reader)
    by = session.get(Person, found.answered_by_id) if found.answered_by_id else None
    signing = select(ShiftSheet.id).where(col(ShiftSheet.id) == sheet_id)
    is_mine = reader is not None and session.exec(signing.where(stored.to_sign(reader.person_id, now))).first()
    return SheetCard(
        _filled(found.sections, lines), _rows(session, col(ShiftSheet.id) == sheet_id, reader)[0], found.words,
        found.assigns,
        found.answer, by.name if by else "", tuple(numbers[one] for one in found.moved if one in numbers),
        tuple(numbers[one] for one in found.stayed if one in numbers),
        len(_ids(found.sections)) - len(lines) if _is_theirs(found, reader) else 0, bool(is_mine),
    )  # fmt: skip


def to_sign(session: Session, now: datetime, *, reader: Reader | None = None) -> Sequence[SheetRow]:
    """Return the sheets that wait for the reader's signature, or for that of somebody they stand in for."""
    return _rows(session, stored.to_sign(reader.person_id, now), reader) if reader is not None else []


def listed(session: Session, *, reader: Reader | None = None) -> Sequence[SheetRow]:
    """Return the last sheets that a reader may read, the newest first."""
    return _rows(session, stored.readable(reader), reader)


def _is_theirs(sheet: ShiftSheet, reader: Reader | None) -> bool:
    """Return whether somebody knows all that stood on a sheet when it was sent: who wrote it, and who was to sign."""
    return reader is not None and reader.person_id in (sheet.author_id, sheet.successor_id)


def _rows(session: Session, condition: ColumnElement[bool], reader: Reader | None) -> Sequence[SheetRow]:
    author, successor = aliased(Person), aliased(Person)
    found = session.exec(
        select(ShiftSheet, author, successor)
        .join(author, col(author.id) == col(ShiftSheet.author_id))
        .join(successor, col(successor.id) == col(ShiftSheet.successor_id))
        .where(condition)
        .order_by(col(ShiftSheet.id).desc())
        .limit(_LISTED)
    ).all()
    ids = {one.id: {it for name in sheets.HELD for it in one.sections.get(name, ())} for one, _who, _to in found}
    seen = _numbers(session, {it for some in ids.values() for it in some}, reader).keys()
    return [
        SheetRow(one.id, who.login, who.name, to.login, to.name, one.sent_at, one.sign_by, one.decision,
                 one.answered_at, len(ids[one.id] if _is_theirs(one, reader) else ids[one.id] & seen))
        for one, who, to in found
    ]  # fmt: skip


def _ids(sections: stored.Sections) -> frozenset[int]:
    return frozenset(one for ids in sections.values() for one in ids)


def _lines(session: Session, sections: stored.Sections, reader: Reader | None) -> Mapping[int, Line]:
    ids = _ids(sections)
    promised = (
        select(Clock.ticket_id, func.min(col(Clock.due_at)))
        .where(col(Clock.ticket_id).in_(ids), col(Clock.kind) == commitments.PROMISE, col(Clock.stopped_at).is_(None))
        .group_by(col(Clock.ticket_id))
    )
    promises = dict(session.exec(promised).all())
    found = session.exec(
        select(Ticket, Person.name)
        .outerjoin(Person, col(Person.id) == col(Ticket.assignee_id))
        .where(col(Ticket.id).in_(ids), visible(reader, "inside"))
    )
    return {
        one.id: Line(one.id, one.number, one.subject, one.priority, one.state, one.queue_at, one.is_paused,
                     holder or "", promises.get(one.id))
        for one, holder in found
    }  # fmt: skip


def _numbers(session: Session, ids: Collection[int], reader: Reader | None) -> Mapping[int, str]:
    meant = select(Ticket.id, Ticket.number).where(col(Ticket.id).in_(ids), visible(reader, "inside"))
    return dict(session.exec(meant).all())


def _filled(sections: stored.Sections, lines: Mapping[int, Line]) -> dict[str, tuple[Line, ...]]:
    return {name: tuple(lines[one] for one in sections.get(name, ()) if one in lines) for name in sheets.SECTIONS}


# Words ------------------------------------------------------------------------------------------------------------


def spelled_out(card: SheetCard, now: datetime) -> list[tuple[str, list[str]]]:
    """Return a sheet as headings, each with its lines; sections without tickets are named together at the end."""
    found = [_head(card, card.row, now)] if card.row is not None else []
    for name, lines in card.sections.items():
        if lines:
            title = f"{sheets.section_name(name)}  {len(lines)}"
            found.append((title, [line_words(one, name, now) for one in lines]))
    empty = [sheets.section_name(name) for name, lines in card.sections.items() if not lines]
    found += [(_("Nothing under"), [joined(empty)])] if empty else []
    if card.hidden_count:
        words = ngettext("{n} ticket of it is not for you any more", "{n} tickets of it are not for you any more",
                         card.hidden_count)  # fmt: skip
        found.append((words.format(n=card.hidden_count), []))
    return found


def line_words(one: Line, section: str, now: datetime) -> str:
    """Return a ticket of a sheet in one line; who holds it where that is not said by the section."""
    parts = [one.number, f"P{one.priority}", lifecycle.state_name(one.state)]
    if one.due_at is not None:
        parts.append(spans.sentence(one.due_at, None, now, is_paused=one.is_paused))
    if one.promised_at is not None:
        parts.append(_("promised by {at}").format(at=_at(one.promised_at)))
    if one.holder and section not in sheets.HELD:
        parts.append(one.holder)
    return one_line("  ".join([*parts, one.subject]))


def _head(card: SheetCard, row: SheetRow, now: datetime) -> tuple[str, list[str]]:
    who = _("{author} hands over to {successor}, {at}").format(
        author=one_line(row.author_name), successor=one_line(row.successor_name), at=_at(row.sent_at)
    )
    return who, [*card.words.splitlines(), "", *_became(card, row, now)]


def _became(card: SheetCard, row: SheetRow, now: datetime) -> list[str]:
    if row.decision == sheets.SENT:
        by = _("to be signed by {at}").format(at=_at(row.sign_by)) if row.sign_by else ""
        late = [_("not signed in time; the lead has been told, or will be")] if row.is_late(now) else []
        return [text for text in (by, what_signing_does(is_assigning=card.assigns)) if text] + late
    said = f"{sheets.decision_name(row.decision)}  {one_line(card.answered_by)}  {_at(row.answered_at)}"
    found = [said, *card.answer.splitlines()]
    if card.moved:
        found.append(_("now with the signer: {numbers}").format(numbers="  ".join(card.moved)))
    if card.stayed:
        found.append(_("stayed where they were: {numbers}").format(numbers="  ".join(card.stayed)))
    return found


def what_signing_does(*, is_assigning: bool) -> str:
    """Return in a sentence what a signature moves."""
    if is_assigning:
        return _("Signing assigns what the author still holds to the signer; first-contact duty stays with its owner.")
    return _("Signing moves nothing: tickets and first-contact duty stay where they are.")


def _at(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%m-%d %H:%M") if moment else "-"
