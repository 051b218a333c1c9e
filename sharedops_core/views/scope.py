"""What a lead or supervisor oversees, and the figures both boards count the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func
from sqlmodel import Session, col, select

from sharedops_core.errors import NotAllowed
from sharedops_core.i18n import _, joined
from sharedops_core.rules import permissions, query
from sharedops_core.rules.permissions import OTHER
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import Team, Ticket
from sharedops_core.views import filters
from sharedops_core.views.rows import WARN_WITHIN

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """The teams that somebody oversees, line by line, and the query that means their tickets ("" for everybody's)."""

    teams: tuple[Team, ...]
    query: str

    def narrowed(self, terms: str, team: str | None = None) -> str:
        """Return the query for some of these tickets; a team that is named stands for all of them."""
        return " ".join(part for part in (terms, self.query if team is None else team) if part)


def hindrance(role: str) -> str | None:
    """Return why somebody of this role sees no boards, None when they do."""
    if permissions.granted(role, "oversee"):
        return None
    allowed = [permissions.role_name(one) for one in permissions.ROLES if permissions.granted(one, "oversee")]
    return _("wallboard and workload are for these roles: {roles}").format(roles=joined(allowed))


def scope(session: Session, reader: Reader | None) -> Scope:
    """Return what a reader oversees: leads their teams, others everything; raises NotAllowed for whom it is not."""
    if reader is None or not permissions.granted(reader.role, "oversee"):
        raise NotAllowed(hindrance(reader.role if reader else "") or "")
    teams = session.exec(select(Team).order_by(col(Team.line), col(Team.code))).all()
    if OTHER in permissions.granted(reader.role, "oversee"):
        return Scope(tuple(teams), "")
    own = tuple(team for team in teams if team.id in reader.team_ids)
    return Scope(own, query.said("team", tuple(team.code for team in own) or (query.NONE,)))


def meant(terms: str, now: datetime) -> ColumnElement[bool]:
    """Return the tickets a query means, as the queue understands it: what is counted is what opens behind it."""
    return and_(*filters.conditions(query.parse(terms), None, now))


def counted(queries: Mapping[str, str], now: datetime) -> list[Any]:
    """Return a column for each query that counts its tickets, named as the query is."""
    return [sum_if(meant(terms, now)).label(name) for name, terms in queries.items()]


def sum_if(condition: Any) -> Any:
    """Return the count of rows for which something holds: a whole number on both engines."""
    return cast(func.coalesce(func.sum(case((condition, 1), else_=0)), 0), Integer)


def turns(now: datetime) -> list[Any]:
    """Return two columns: the due time that will be missed next, and the one that will be at risk next."""
    due, is_running = col(Ticket.queue_at), col(Ticket.is_paused).is_(False)
    return [
        func.min(case((and_(is_running, due >= now), due))).label("breaks_at"),
        func.min(case((and_(is_running, due > now + WARN_WITHIN), due))).label("risks_at"),
    ]


def changes_at(rows: Sequence[Any], *others: datetime) -> datetime:
    """Return when figures change next though nobody acts: a due time passes, a ticket comes at risk, or another."""
    breaks: list[datetime] = [row.breaks_at + SECOND for row in rows if row.breaks_at is not None]
    risks: list[datetime] = [row.risks_at - WARN_WITHIN for row in rows if row.risks_at is not None]
    return min([*breaks, *risks, *others])


def definitions() -> dict[str, str]:
    """Return what every figure of the boards means, by its name."""
    return {
        "open": _("Received, accepted, working or waiting."),
        "at_risk": _("Open tickets whose next clock runs and is due within 30 minutes."),
        "breached": _("Open tickets whose next clock runs and is past its due time; paused ones are not counted."),
        "unassigned": _("Open tickets that nobody holds."),
        "offered": _("Open tickets offered to another team, not answered yet; they count for the team that gives."),
        "waiting": _("Open tickets that wait for somebody."),
        "oldest": _("Age of the oldest open ticket."),
        "arrived": _(
            "Tickets opened today by the clock of this machine, whatever became of them; counted where they are now."
        ),
        "resolved": _("Tickets resolved today by the clock of this machine and not reopened."),
        "new": _("Tickets in the agent's hands that are accepted and not begun."),
        "working": _("Tickets the agent works on."),
        "load": _("Open tickets in the agent's hands by weight: priority 1 counts 2, others 1, waiting ones half."),
        "capacity": _("How many tickets the agent takes at once, from the list of agents."),
        "percent": _("Load in per cent of capacity."),
        "shift": _("On within the hours of the shift, on working days of the team's calendar; - without a shift."),
    }
