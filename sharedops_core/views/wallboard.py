"""The wallboard: how lines and teams stand now, and what came and went today, hour by hour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from sharedops_core.rules import query
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Ticket
from sharedops_core.views import scope
from sharedops_core.views.filters import IS_OPEN

HOUR = timedelta(hours=1)
QUERIES = {
    "open": "", "at_risk": "sla:risk", "breached": "sla:breached", "unassigned": "who:none", "offered": "offered:any",
    "waiting": "state:waiting", "arrived": "opened:today state:any", "resolved": "resolved:today",
}  # fmt: skip
"""figure → the query whose tickets it counts; the oldest ticket is one of the open ones."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of some tickets; `oldest_at` is when the oldest open one was opened, None without one."""

    open: int = 0
    at_risk: int = 0
    breached: int = 0
    unassigned: int = 0
    offered: int = 0
    waiting: int = 0
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """All tickets, those of a line or of a team: figures, tickets that came and went today by hour, and the query
    that means these tickets."""

    key: str
    kind: str
    code: str
    name_en: str
    name_zh: str
    query: str
    figures: Figures
    arrived: tuple[int, ...]
    resolved: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wallboard:
    """The board at an instant: all, then lines, then teams. `changes_at` is when it changes next if nobody acts."""

    at: datetime
    begins_at: datetime
    rows: tuple[BoardRow, ...]
    changes_at: datetime


@dataclass(frozen=True, slots=True)
class _Part:
    """What one team has on one line."""

    line: int
    team_id: int | None
    figures: Figures
    arrived: Mapping[int, int]
    resolved: Mapping[int, int]


def wallboard(session: Session, now: datetime, *, reader: Reader | None = None) -> Wallboard:
    """Return the board of what a reader oversees; a lead sees the teams they lead or belong to.

    Raises NotAllowed for those who oversee nothing.
    """
    seen = scope.scope(session, reader)
    begins_at, hours = day(now)
    standing = _standing(session, now, reader)
    arrived = _by_hour(session, now, reader, "arrived", col(Ticket.opened_at))
    resolved = _by_hour(session, now, reader, "resolved", col(Ticket.resolved_at))
    by_key = {(row.line, row.team_id): row for row in standing}
    parts = [
        _Part(key[0], key[1], _figures(by_key.get(key)), arrived.get(key, {}), resolved.get(key, {}))
        for key in by_key.keys() | arrived.keys() | resolved.keys()
    ]
    rows = tuple(_rows(seen, parts, hours))
    next_hour = begins_at + HOUR * ((now - begins_at) // HOUR + 1)
    return Wallboard(now, begins_at, rows, scope.changes_at(standing, next_hour))


def day(now: datetime) -> tuple[datetime, int]:
    """Return when today began on the clock of this machine, and how many hours it has: 24, but 23 or 25 twice a
    year."""
    local = now.astimezone()
    begin = datetime(local.year, local.month, local.day).astimezone()
    end = (begin.replace(tzinfo=None) + timedelta(days=1)).astimezone()
    return begin.astimezone(now.tzinfo), (end - begin) // HOUR


def _standing(session: Session, now: datetime, reader: Reader | None) -> list[Any]:
    counted = {name: terms for name, terms in QUERIES.items() if name not in ("arrived", "resolved")}
    columns = [*scope.counted(counted, now), func.min(col(Ticket.opened_at)).label("oldest_at"), *scope.turns(now)]
    statement = sql_select(col(Ticket.line), col(Ticket.team_id), *columns).where(IS_OPEN, visible(reader, "oversee"))
    return list(session.execute(statement.group_by(col(Ticket.line), col(Ticket.team_id))))


def _by_hour(
    session: Session, now: datetime, reader: Reader | None, figure: str, moment: Any
) -> dict[tuple[int, int | None], dict[int, int]]:
    """Return by line and team how many tickets a figure counts in each hour of today that has any."""
    begins_at, hours = day(now)
    steps = [(moment < begins_at + HOUR * (hour + 1), hour) for hour in range(hours)]
    hour = case(*steps, else_=hours - 1).label("hour")
    statement = (
        sql_select(col(Ticket.line), col(Ticket.team_id), hour, func.count())
        .where(scope.meant(QUERIES[figure], now), visible(reader, "oversee"))
        .group_by(col(Ticket.line), col(Ticket.team_id), hour)
    )
    found: dict[tuple[int, int | None], dict[int, int]] = {}
    for line, team_id, at, count in session.execute(statement):
        found.setdefault((line, team_id), {})[at] = count
    return found


def _figures(row: Any) -> Figures:
    return Figures() if row is None else Figures(**{one.name: getattr(row, one.name) for one in fields(Figures)})


def _rows(seen: scope.Scope, parts: list[_Part], hours: int) -> Iterable[BoardRow]:
    def made(key: str, names: tuple[str, str, str], asked: str, some: list[_Part]) -> BoardRow:
        days = [tuple(sum(getattr(part, name).get(hour, 0) for part in some) for hour in range(hours))
                for name in ("arrived", "resolved")]  # fmt: skip
        figures = _added(part.figures for part in some)
        return BoardRow(key, key.partition(":")[0], *names, asked, figures, days[0], days[1])

    yield made("all", ("", "", ""), seen.query, parts)
    for line in (1, 2, 3):
        some = [part for part in parts if part.line == line]
        if some or any(team.line == line for team in seen.teams):
            yield made(f"line:{line}", (str(line), "", ""), seen.narrowed(f"line:{line}"), some)
    for team in seen.teams:
        some = [part for part in parts if part.team_id == team.id]
        names = (team.code, team.name_en, team.name_zh)
        yield made(f"team:{team.code}", names, query.said("team", (team.code,)), some)
    if free := [part for part in parts if part.team_id is None]:
        yield made("team:", ("", "", ""), f"team:{query.NONE}", free)


def _added(figures: Iterable[Figures]) -> Figures:
    found = list(figures)
    counts = {one.name: sum(getattr(each, one.name) for each in found) for one in fields(Figures)[:-1]}
    opened = [each.oldest_at for each in found if each.oldest_at is not None]
    return Figures(**counts, oldest_at=min(opened, default=None))
