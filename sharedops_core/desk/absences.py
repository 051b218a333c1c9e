"""Recording who is away and who stands in for them (product D2)."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from sharedops_core.desk import finding
from sharedops_core.errors import NotAllowed, Refused
from sharedops_core.i18n import _
from sharedops_core.store.tables import Absence, Person

_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Far enough from the ends of the calendar for every zone in which it is shown."""


def be_absent(
    session: Session, login: str, deputy: str, from_at: datetime, until_at: datetime, *, actor: Person
) -> Absence:
    """Record that an agent is away from one instant to another, and who is told, and may answer, in their place.

    Everybody records it for themselves, a lead for the people of their teams, a supervisor for all. Raises Refused for
    a deputy who is the same person, and for an end before the beginning or before an earlier absence is over.
    """
    person, other = _person(session, login, actor), finding.agent(session, deputy)
    if other.id == person.id:
        raise Refused(_("{who} cannot stand in for themselves").format(who=person.name))
    if until_at <= from_at:
        raise Refused(_("an absence ends after it begins"))
    if from_at < _EARLIEST or until_at > _LATEST:
        raise Refused(_("an absence lies between 2000 and 2200"))
    lasting = select(Absence).where(
        col(Absence.person_id) == person.id, col(Absence.until_at) > from_at, col(Absence.from_at) < until_at
    )
    if session.exec(lasting).first() is not None:
        raise Refused(_("{who} is recorded as absent in that time already; end that first").format(who=person.name))
    absence = Absence(
        person_id=person.id, from_at=from_at, until_at=until_at, deputy_id=other.id, recorded_by_id=actor.id
    )
    session.add(absence)
    session.flush()
    return absence


def be_back(session: Session, login: str, *, actor: Person, at: datetime) -> Person:
    """End the absence that lasts now, and those that were to come; Refused when there is none."""
    person = _person(session, login, actor)
    ahead = select(Absence).where(col(Absence.person_id) == person.id, col(Absence.until_at) > at)
    found = session.exec(ahead).all()
    if not found:
        raise Refused(_("{who} is not recorded as absent").format(who=person.name))
    for absence in found:
        absence.until_at = max(at, absence.from_at)
    return person


def _person(session: Session, login: str, actor: Person) -> Person:
    finding.require(session, "be_absent", actor)
    person = finding.agent(session, login)
    if (
        person.id != actor.id
        and actor.role not in ("supervisor", "admin")
        and not finding.leads(session, actor, person)
    ):
        raise NotAllowed(_("{who} may record their own absence, and that of the people they lead").format(
            who=actor.name))  # fmt: skip
    return person
