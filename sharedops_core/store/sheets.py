"""Sheets of shifts: the tickets that belong on one, who may read it, and those that wait for a signature."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, literal_column, or_, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sharedops_core.rules import commitments, lifecycle, permissions, sheets
from sharedops_core.rules.permissions import OTHER, TEAM
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Absence, Clock, Membership, ShiftSheet, Team, Ticket

Sections = Mapping[str, list[int]]
IS_OPEN: ColumnElement[bool] = col(ShiftSheet.decision) == literal_column(f"'{sheets.SENT}'")
"""Written out, not bound: only then are the partial indexes known to hold them all."""


def of_person(
    session: Session, person_id: int, now: datetime, reader: Reader | None, within: timedelta = sheets.SOON
) -> Sections:
    """Return the tickets of somebody's sheet, as far as a reader may see them from inside."""
    teams = select(Membership.team_id).where(col(Membership.person_id) == person_id)
    offered = or_(
        col(Ticket.offered_agent_id) == person_id,
        and_(col(Ticket.offered_agent_id).is_(None), col(Ticket.offered_team_id).in_(teams)),
    )
    held, duty = col(Ticket.assignee_id) == person_id, col(Ticket.duty_offered_id) == person_id
    return _sections(session, held, offered, duty, reader, now + within)


def of_team(
    session: Session, team_id: int, now: datetime, reader: Reader | None, within: timedelta = sheets.SOON
) -> Sections:
    """Return the tickets of a team's sheet: all that it has, whoever of it holds them, and what is offered to it."""
    held, offered = col(Ticket.team_id) == team_id, col(Ticket.offered_team_id) == team_id
    return _sections(session, held, offered, false(), reader, now + within)


def _sections(
    session: Session,
    held: ColumnElement[bool],
    offered: ColumnElement[bool],
    duty: ColumnElement[bool],
    reader: Reader | None,
    until: datetime,
) -> Sections:
    is_open = col(Ticket.queue_at).is_not(None)
    promised = select(Clock.ticket_id).where(
        col(Clock.ticket_id) == col(Ticket.id), col(Clock.kind) == commitments.PROMISE, col(Clock.stopped_at).is_(None)
    )
    found = session.exec(
        select(Ticket, held.is_(true()), offered.is_(true()), duty.is_(true()), promised.exists())  # type: ignore[call-overload]
        .where(or_(and_(is_open, or_(held, offered)), duty), visible(reader, "inside"))
        .order_by(col(Ticket.is_paused), col(Ticket.queue_at), col(Ticket.id))
    )
    return sheets.sections(
        [
            sheets.Facts(
                one.id, one.priority, bool(is_held) and one.queue_at is not None,
                one.state == lifecycle.WAITING, bool(is_offered) and one.queue_at is not None, bool(is_duty),
                bool(is_promised), None if one.is_paused else one.queue_at,
            )
            for one, is_held, is_offered, is_duty, is_promised in found
        ],
        until,
    )  # fmt: skip


def to_sign(person_id: int, at: datetime) -> ColumnElement[bool]:
    """Return the condition for the sheets that somebody is to sign: sent to them, or to whom they stand in for."""
    now = and_(col(Absence.from_at) <= at, col(Absence.until_at) > at)
    return and_(IS_OPEN, or_(col(ShiftSheet.successor_id) == person_id, _stands_in(person_id, now)))


def readable(reader: Reader | None) -> ColumnElement[bool]:
    """Return the condition for the sheets somebody may read: author, successor, their deputies, and who is above them.

    A deputy reads what was open while they stood in. Above the people of a confidential lane are its leads alone, for
    a remark tells of its tickets. The database gives a login the rows of the table by the same.
    """
    if reader is None:
        return false()
    granted = permissions.granted(reader.role, "oversee")
    if OTHER in granted and reader.role in permissions.UNBOUND:
        return true()
    me, answered_at = reader.person_id, col(ShiftSheet.answered_at)
    was_open = and_(
        col(Absence.until_at) > col(ShiftSheet.sent_at), or_(answered_at.is_(None), col(Absence.from_at) <= answered_at)
    )
    found = [col(ShiftSheet.author_id) == me, col(ShiftSheet.successor_id) == me, _stands_in(me, was_open)]
    sealed = select(Team.id).where(col(Team.lane).is_not(None), col(Team.lane).not_in(reader.lanes))
    is_plain = _is_of_none(sealed)
    if OTHER in granted:
        found.append(is_plain)
    if TEAM in granted:
        led = select(Membership.person_id).join(Team).where(col(Team.lead_id) == me)
        found.append(col(ShiftSheet.author_id).in_(led) & is_plain)
    is_said = or_(*found)
    confidential = select(Team.id).where(col(Team.lane).is_not(None))
    return and_(is_said, _is_of_none(confidential)) if reader.is_sealed else is_said


def _is_of_none(teams: SelectOfScalar[int]) -> ColumnElement[bool]:
    return or_(col(ShiftSheet.team_id).is_(None), col(ShiftSheet.team_id).not_in(teams))


def _stands_in(person_id: int, while_: ColumnElement[bool]) -> ColumnElement[bool]:
    is_deputy = and_(col(Absence.person_id) == col(ShiftSheet.successor_id), col(Absence.deputy_id) == person_id)
    return select(Absence.id).where(is_deputy, while_).exists()
