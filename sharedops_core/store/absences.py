"""Absences (product D2): who is away at an instant, and who stands in for them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, select

from sharedops_core.store.tables import Absence


def deputies(session: Session, person_ids: Collection[int], at: datetime) -> Mapping[int, int]:
    """Return those of some people who are absent at an instant, each with their deputy; the latest record counts."""
    lines = select(Absence.person_id, Absence.deputy_id).where(col(Absence.person_id).in_(person_ids), _lasts(at))
    return dict(session.exec(lines.order_by(col(Absence.id))).all())


def ends(session: Session, person_ids: Collection[int], at: datetime) -> Mapping[int, datetime]:
    """Return those of some people who are absent at an instant, each with when they are back."""
    lines = select(Absence.person_id, func.max(Absence.until_at)).where(
        col(Absence.person_id).in_(person_ids), _lasts(at)
    )
    return dict(session.exec(lines.group_by(col(Absence.person_id))).all())


def stands_in(session: Session, deputy_id: int, person_id: int | None, at: datetime) -> bool:
    """Return whether somebody stands in for another one at an instant."""
    return person_id is not None and deputies(session, [person_id], at).get(person_id) == deputy_id


def stood_in_for(session: Session, deputy_id: int, at: datetime) -> frozenset[int]:
    """Return the people for whom somebody stands in at an instant."""
    named = select(Absence.person_id).where(col(Absence.deputy_id) == deputy_id, _lasts(at))
    absent = session.exec(named).all()
    return frozenset(one for one, deputy in deputies(session, absent, at).items() if deputy == deputy_id)


def _lasts(at: datetime) -> ColumnElement[bool]:
    return and_(col(Absence.from_at) <= at, col(Absence.until_at) > at)
