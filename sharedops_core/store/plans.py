"""The plans by which tickets are pushed, as the rules understand them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlmodel import Session, col, select

from sharedops_core.rules import push
from sharedops_core.rules.calendar import Calendar as WorkingTime
from sharedops_core.rules.clocks import parse_target
from sharedops_core.store import policies
from sharedops_core.store.tables import Calendar, PushPlan, Team


def read(session: Session, stored: Sequence[PushPlan]) -> Mapping[int, push.Plan]:
    """Return plans by the team they are for, each with the calendar of its team."""
    codes = dict(session.exec(
        select(Team.id, Calendar.code).join(Calendar, col(Calendar.id) == col(Team.calendar_id))
    ).all())  # fmt: skip
    calendars = {code: policies.stored_calendar(session, code) for code in set(codes.values())}
    return {one.team_id: _plan(one, calendars.get(codes.get(one.team_id, ""))) for one in stored}


def _plan(stored: PushPlan, calendar: WorkingTime | None) -> push.Plan:
    steps = tuple(push.Step(_span(one["after"]), one["pool"]) for one in stored.widen)
    return push.Plan(_span(stored.accept_within), steps, calendar)


def _span(text: str) -> timedelta:
    return parse_target(text).span or timedelta(0)
