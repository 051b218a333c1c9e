"""Who plays in the living desk: agents with their hours, teams, requesters, items and articles, read once.

Everything is ordered by code or login, never by id, so that the same seed data gives the same desk in any database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.rules import commitments
from sharedops_core.rules.calendar import Calendar, Segment
from sharedops_core.rules.opentime import DAY, OpenTime
from sharedops_core.store import policies, tables
from sharedops_core.store.tables import Article, CatalogueNode, Company, Membership, Person, Reason, ServiceItem, Shift

CHIEFS = ("supervisor", "admin")
_AWAKE = (7 * 3600 + 1800, 22 * 3600 + 1800)


@dataclass(frozen=True)
class Agent:
    """Somebody who acts for the desk, and the hours in which they do."""

    id: int
    login: str
    name: str
    name_latin: str
    role: str
    capacity: int
    hours: OpenTime


@dataclass(frozen=True)
class Team:
    """A team and those of its members who take tickets."""

    id: int
    code: str
    line: int
    tz: str | None
    lead_login: str | None
    lane: str | None = None
    members: list[Agent] = field(default_factory=list)


@dataclass(frozen=True)
class Requester:
    """Somebody who asks, in one language, during the waking hours of one place."""

    id: int
    name: str
    name_latin: str
    language: str
    company: str
    zone: ZoneInfo
    is_vip: bool
    hours: OpenTime


Lines = tuple[Team | None, Team | None, Team | None]
"""The teams of an item, line by line."""


@dataclass(frozen=True)
class Item:
    """A service item in both languages, with its teams and the article that fits it best."""

    id: int
    code: str
    category: str
    kind: str
    priority: int
    policy_id: int
    lane: str | None
    teams: Lines
    names: Mapping[str, str]
    phrases: Mapping[str, Sequence[str]]
    steps: Mapping[str, Sequence[str]]
    article: tuple[str, Mapping[str, str]] | None


@dataclass(frozen=True)
class Cast:
    """The whole cast."""

    items: list[Item]
    requesters: list[Requester]
    vips: list[Requester]
    teams: Mapping[str, Team]
    policies: Mapping[int, commitments.Policy]
    local: Mapping[str, tuple[Team, int]]
    reasons: Mapping[str, list[str]]
    pausing: frozenset[str]
    chief: str | None

    def agent(self, login: str) -> tuple[Agent, Team] | None:
        """Return an agent by login with the team they are first listed in."""
        homes = (team for team in self.teams.values() if team.lead_login == login)
        for team in (*homes, *self.teams.values()):
            for member in team.members:
                if member.login == login:
                    return member, team
        return None


def read(session: Session) -> Cast:
    """Read the cast; raises Refused when there is nobody to act or nothing to ask for."""
    teams = _teams(session)
    by_id = {team.id: team for team in teams.values()}
    requesters = _requesters(session)
    items = _items(session, by_id)
    if not items or not requesters or not any(team.members for team in teams.values()):
        raise Refused(_("a living desk needs agents, requesters and service items; load the seed data first"))
    ids = session.exec(select(tables.Policy.id).order_by(col(tables.Policy.id))).all()
    loaded = {one: policies.load(session, policies.current(session, one)) for one in ids}
    reasons: dict[str, list[str]] = {}
    rows = session.exec(select(Reason).order_by(col(Reason.kind), col(Reason.code))).all()
    for reason in rows:
        reasons.setdefault(reason.kind, []).append(reason.code)
    chief = session.exec(
        select(Person.login).where(col(Person.role).in_(CHIEFS)).order_by(col(Person.role).desc(), col(Person.login))
    ).first()
    return Cast(
        items=items, requesters=requesters, vips=[one for one in requesters if one.is_vip], teams=teams,
        policies=loaded, local=_local(session, teams), reasons=reasons,
        pausing=frozenset(one.code for one in rows if one.kind == "waiting" and "resolution" in one.pauses),
        chief=chief,
    )  # fmt: skip


def _teams(session: Session) -> dict[str, Team]:
    calendars = {
        one.id: stored
        for one in session.exec(select(tables.Calendar))
        if (stored := policies.stored_calendar(session, one.code)) is not None
    }
    shifts = {one.id: one for one in session.exec(select(Shift))}
    logins = dict(session.exec(select(Person.id, Person.login)).all())
    found: dict[int, Team] = {}
    for row in session.exec(select(tables.Team).order_by(col(tables.Team.line), col(tables.Team.code))):
        calendar = calendars.get(row.calendar_id or 0)
        lead = logins.get(row.lead_id) if row.lead_id else None
        found[row.id] = Team(row.id, row.code, row.line, calendar.tz if calendar else None, lead, row.lane)
    home = {row.id: calendars.get(row.calendar_id or 0) for row in session.exec(select(tables.Team))}
    fallback = calendars[min(calendars)]
    agents: dict[int, Agent] = {}
    for person, member in session.exec(
        select(Person, Membership)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .order_by(col(Person.login), col(Membership.is_home).desc(), col(Membership.team_id))
    ):
        if person.id not in agents:
            calendar = home.get(member.team_id) or fallback
            agents[person.id] = _agent(person, calendar, shifts.get(person.shift_id or 0))
        if person.role not in CHIEFS and member.team_id in found:
            found[member.team_id].members.append(agents[person.id])
    return {team.code: team for team in found.values()}


def _agent(person: Person, calendar: Calendar, shift: Shift | None) -> Agent:
    hours = calendar.open_time if shift is None else _shift_time(calendar, shift)
    latin = person.name_latin or person.name
    return Agent(person.id, person.login, person.name, latin, person.role, person.capacity, hours)


def _shift_time(calendar: Calendar, shift: Shift) -> OpenTime:
    """Return the hours of a shift on the days on which the team's calendar is open."""
    start, end = _second(shift.starts), _second(shift.ends)
    segment: tuple[Segment, ...] = ((start, end if end > start else end + DAY),)
    worked = Calendar(
        f"{calendar.name}/{shift.code}",
        shift.tz,
        {day: segment for day, open_ in calendar.hours.items() if open_},
        calendar.holidays,
        {day: segment if open_ else () for day, open_ in calendar.workdays.items()},
    )
    return worked.open_time


def _second(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _requesters(session: Session) -> list[Requester]:
    companies = {one.id: one for one in session.exec(select(Company))}
    awake: dict[str, OpenTime] = {}
    found = []
    for row in session.exec(select(Person).where(col(Person.role) == "requester").order_by(col(Person.login))):
        company = companies.get(row.company_id or 0)
        tz = company.tz if company else "UTC"
        if tz not in awake:
            awake[tz] = Calendar(f"awake/{tz}", tz, dict.fromkeys(range(7), (_AWAKE,)), frozenset(), {}).open_time
        code = company.code if company else ""
        latin = row.name_latin or row.name
        found.append(Requester(row.id, row.name, latin, row.language, code, ZoneInfo(tz), row.is_vip, awake[tz]))
    return found


def _items(session: Session, teams: Mapping[int, Team]) -> list[Item]:
    nodes = {node.id: node for node in session.exec(select(CatalogueNode))}
    articles: dict[str, list[Article]] = {}
    for article in session.exec(select(Article).where(col(Article.state) == "published").order_by(col(Article.key))):
        for family in article.families:
            articles.setdefault(family, []).append(article)
    rows = session.exec(select(ServiceItem).where(col(ServiceItem.state) == "live").order_by(col(ServiceItem.code)))
    found = []
    for row in rows:
        path = [nodes[row.class_id]]
        while path[-1].parent_id:
            path.append(nodes[path[-1].parent_id])
        fitting = [article for node in path for article in articles.get(node.code, ())]
        found.append(_item(row, path[-1].code, teams, _best(row, fitting)))
    return [item for item in found if item.teams[0] and item.teams[0].members]


def _item(row: ServiceItem, category: str, teams: Mapping[int, Team], article: Article | None) -> Item:
    lines = (teams.get(row.line1_id), teams.get(row.line2_id or 0), teams.get(row.line3_id or 0))
    return Item(
        id=row.id, code=row.code, category=category, kind=row.kind, priority=row.priority, policy_id=row.policy_id,
        lane=row.lane, teams=_of_lane(lines, row.lane),
        names={"zh": row.name_zh, "en": row.name_en}, phrases={"zh": row.phrases_zh, "en": row.phrases_en},
        steps={"zh": row.steps_zh, "en": row.steps_en},
        article=(article.key, {"zh": article.title_zh, "en": article.title_en}) if article else None,
    )  # fmt: skip


def _of_lane(lines: Lines, lane: str | None) -> Lines:
    """Return the teams of an item; a confidential one is only ever with teams of its lane."""
    if lane is None:
        return lines
    inside = [team for team in lines if team is not None and team.lane == lane]
    first, second, third, *_more = [*inside, None, None, None]
    return first, second, third


def _best(row: ServiceItem, articles: Sequence[Article]) -> Article | None:
    """Return the article of the family that shares most words with the item; none when they share too few."""
    words = _pairs(f"{row.name_zh} {row.plain_zh} {' '.join(row.phrases_zh)}")
    scored = [(len(words & _pairs(article.title_zh)), article) for article in articles]
    score, best = max(scored, key=lambda one: one[0], default=(0, None))
    return best if score >= 2 else None


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1) if not set(text[i : i + 2]) & set(" ，。？、“”")}


def _local(session: Session, teams: Mapping[str, Team]) -> dict[str, tuple[Team, int]]:
    """Return, for a time zone in which only one line-1 team works, that team and the policy counted there."""
    by_tz: dict[str, list[Team]] = {}
    for team in teams.values():
        if team.line == 1 and team.tz and team.members:
            by_tz.setdefault(team.tz, []).append(team)
    found: dict[str, tuple[Team, int]] = {}
    for policy, calendar in session.exec(select(tables.Policy, tables.Calendar).join(tables.Calendar)):
        known = policies.stored_calendar(session, calendar.code)
        tz = known.tz if known else ""
        if len(by_tz) > 1 and len(by_tz.get(tz, ())) == 1 and tz not in found:
            found[tz] = by_tz[tz][0], policy.id
    return found
