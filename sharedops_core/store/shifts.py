"""Who is on shift: the shift of a person, on the working days of their home team's calendar."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from sharedops_core.rules import workload
from sharedops_core.store import policies
from sharedops_core.store.tables import Calendar, Membership, Person, Shift, Team

WorkingDays = Callable[[date], bool]


def shifts(session: Session) -> Mapping[int, workload.Shift]:
    """Return every shift by its id."""
    return {one.id: workload.shift(one.starts, one.ends, one.tz) for one in session.exec(select(Shift))}


def working_days(session: Session) -> Callable[[int | None], WorkingDays]:
    """Return for a calendar the question whether a day is a working day; without a calendar every day is."""
    codes = dict(session.exec(select(Calendar.id, Calendar.code)).all())
    known: dict[int | None, WorkingDays] = {None: lambda _day: True}

    def of(calendar_id: int | None) -> WorkingDays:
        if calendar_id is not None and calendar_id not in known:
            calendar = policies.stored_calendar(session, codes[calendar_id])
            known[calendar_id] = calendar.is_working_day if calendar else known[None]
        return known[calendar_id]

    return of


def presence(session: Session, people: Mapping[int, Person], now: datetime) -> Mapping[int, tuple[bool, datetime]]:
    """Return for everybody with a shift whether it is on, and when it next begins, or ends."""
    every, open_on = shifts(session), working_days(session)
    homes = (
        select(Membership.person_id, Team.calendar_id)
        .join(Team)
        .where(col(Membership.person_id).in_(people), col(Membership.is_home))
    )
    calendars = dict(session.exec(homes).all())
    known: dict[tuple[int, int | None], tuple[bool, datetime]] = {}

    def presence_of(shift_id: int, calendar_id: int | None) -> tuple[bool, datetime]:
        # Many have the same shift, and what they share is reckoned once.
        if (shift_id, calendar_id) not in known:
            one, days = every[shift_id], open_on(calendar_id)
            known[shift_id, calendar_id] = (workload.is_on(one, now, days), workload.next_turn(one, now, days))
        return known[shift_id, calendar_id]

    return {
        person_id: presence_of(person.shift_id, calendars.get(person_id))
        for person_id, person in people.items()
        if person.shift_id is not None
    }
