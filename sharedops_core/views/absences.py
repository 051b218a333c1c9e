"""Who is away or will be, and who stands in for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from sharedops_core.store.tables import Absence, Person


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """Somebody's absence, and their deputy by login."""

    login: str
    name: str
    from_at: datetime
    until_at: datetime
    deputy: str


def absences(session: Session, now: datetime) -> Sequence[AbsenceRow]:
    """Return the absences that last or are to come, the first to begin first."""
    deputy = aliased(Person)
    found = session.exec(
        select(Person, Absence, deputy)
        .join(Absence, col(Absence.person_id) == col(Person.id))
        .join(deputy, col(Absence.deputy_id) == col(deputy.id))
        .where(col(Absence.until_at) > now, col(Absence.until_at) > col(Absence.from_at))
        .order_by(col(Absence.from_at), col(Person.login))
    )
    return [AbsenceRow(who.login, who.name, one.from_at, one.until_at, other.login) for who, one, other in found]
