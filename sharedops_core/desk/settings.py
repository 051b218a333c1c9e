"""Setting the numbers of a desk, on record; what they decide for tickets that are resolved already is decided anew."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from sharedops_core.desk import administration, finding, terms
from sharedops_core.rules import lifecycle
from sharedops_core.rules import settings as numbers
from sharedops_core.store import settings
from sharedops_core.store.tables import Person, Setting, Ticket


@dataclass(frozen=True)
class Changed:
    """A number before and after; of silent closing also how many tickets the next sweep is going to close."""

    name: str
    before: int
    after: int
    closing_count: int | None = None


def change(session: Session, name: str, value: int, *, actor: Person, at: datetime) -> Changed:
    """Set a number of the desk. Raises NotFound for a name that is none, Refused for a value it cannot have.

    When silent closing comes after more or fewer workdays, every policy promises it in a new version, and resolved
    tickets come under it by a line of their journals: so a replay gives for each day what was to be expected then.
    """
    finding.require(session, "administer", actor)
    numbers.checked(name, value)
    before = settings.number(session, name)
    session.merge(Setting(key=name, value=str(value)))
    session.flush()
    if before == value:
        return Changed(name, before, value)
    administration.record(session, "set", {"setting": name, "value": [before, value]}, actor=actor, at=at)
    if name != numbers.SILENT_AFTER:
        return Changed(name, before, value)
    terms.renew(session, actor=actor, at=at)
    terms.renew_resolved(session, actor=actor, at=at)
    return Changed(name, before, value, _closing_count(session, at))


def _closing_count(session: Session, at: datetime) -> int:
    due = select(func.count()).select_from(Ticket).where(
        col(Ticket.state) == lifecycle.RESOLVED, col(Ticket.duty_at) <= at
    )  # fmt: skip
    return session.exec(due).one()
