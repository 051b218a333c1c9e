"""The shipped seed data: enough of it, in both languages, with no reference into nothing."""

import gzip
import json
import re
from collections import Counter
from datetime import date

import pytest
from sqlmodel import SQLModel, col, func, select

from sharedops_core import config
from sharedops_core.intake import masterdata
from sharedops_core.rules import conditions
from sharedops_core.rules import dispatch as deciding
from sharedops_core.store import dispatch, policies
from sharedops_core.store.tables import (
    Article,
    Calendar,
    CatalogueNode,
    Company,
    Membership,
    Person,
    Policy,
    PolicyTarget,
    Reason,
    ServiceItem,
    Team,
)
from sharedops_core.views import doctor
from tests.conftest import SEES_ALL, SHARED, T0
from tests.intake.conftest import seed

SEED = config.shipped("seed_data")
HOLIDAYS = SHARED / "data" / "holiday-cn" / "holiday-cn-2007-2026.json.gz"
BILINGUAL = [Article, Calendar, CatalogueNode, Company, Policy, Reason, ServiceItem, Team]


@pytest.fixture
def seeded(engine, desks):
    """A reading of a database that holds the seed data and nothing else."""
    with desks.shared(engine, "seed", seed).read() as session:
        yield session


def count(session, table, *conditions):
    """Return how many rows of a table fulfil the conditions."""
    return session.exec(select(func.count()).select_from(table).where(*conditions)).one()


def test_the_catalogue_is_broad(seeded):
    """There are at least 220 live service items, in eight categories, each of them with families and classes."""
    levels = Counter(seeded.exec(select(CatalogueNode.level)).all())
    used = seeded.exec(select(func.count(func.distinct(ServiceItem.class_id)))).one()

    assert count(seeded, ServiceItem, col(ServiceItem.state) == "live") >= 220
    assert levels[1] == 8
    assert levels[2] > levels[1]
    assert used == levels[3]


def test_the_desk_is_staffed_on_three_lines(seeded):
    """There are at least 14 teams, some on each line, and at least 40 agents, every team with members and a lead."""
    lines = Counter(seeded.exec(select(Team.line)).all())

    assert sum(lines.values()) >= 14
    assert set(lines) == {1, 2, 3}
    assert count(seeded, Person, col(Person.role) != "requester") >= 40
    assert set(seeded.exec(select(Membership.team_id))) == set(seeded.exec(select(Team.id)))
    assert count(seeded, Team, col(Team.lead_id).is_(None)) == 0


def test_every_agent_has_one_home(seeded):
    """An agent with teams begins the day in exactly one of them."""
    homes = Counter(seeded.exec(select(Membership.person_id).where(col(Membership.is_home))))
    assert set(homes.values()) == {1}
    assert set(homes) == set(seeded.exec(select(Membership.person_id)))


def test_nothing_is_asked_that_nobody_can_do(seeded):
    """Whatever item a team has, from whomever: by the rules of dispatch somebody of the team has what is needed."""
    rules, teams = dispatch.rules(seeded), {team.id: team for team in seeded.exec(select(Team))}
    can = dispatch.skills(seeded, seeded.exec(select(Membership.person_id)))
    members = set(seeded.exec(select(Membership.team_id, Membership.person_id)))
    for item in seeded.exec(select(ServiceItem)):
        klass, family, category = (item.code.rsplit("-", cut)[0] for cut in (1, 2, 3))
        for team_id in filter(None, (item.line1_id, item.line2_id, item.line3_id)):
            facts = {"item": item.code, "class": klass, "family": family, "category": category, "lane": item.lane or "",
                     "team": teams[team_id].code, "line": teams[team_id].line}  # fmt: skip
            must = deciding.need(deciding.outcomes(rules, {**conditions.FIELDS, **facts}), 3).must
            able = [one for team, one in members if team == team_id and not deciding.lacking(must, can[one])]
            assert able, (item.code, teams[team_id].code, must)


def test_three_hundred_requesters_work_in_six_companies(seeded):
    """All 300 requesters belong to one of the six companies, and each company has some."""
    companies = Counter(seeded.exec(select(Person.company_id).where(col(Person.role) == "requester")))

    assert sum(companies.values()) == 300
    assert set(companies) == set(seeded.exec(select(Company.id)))
    assert len(companies) == 6


def test_knowledge_covers_the_catalogue(seeded):
    """There are at least 80 articles, and every family an article names is one of the catalogue."""
    named = {family for families in seeded.exec(select(Article.families)) for family in families}

    assert count(seeded, Article) >= 80
    assert named <= set(seeded.exec(select(CatalogueNode.code).where(col(CatalogueNode.level) == 2)))


@pytest.mark.parametrize("table", BILINGUAL, ids=lambda table: table.__name__)
def test_every_record_speaks_both_languages(seeded, table):
    """A record says in Chinese whatever it says in English, and nearly all names are Chinese (SAP is SAP)."""
    pairs = [name.removesuffix("_en") for name in table.__table__.columns.keys() if name.endswith("_en")]  # noqa: SIM118
    one_sided = [
        (getattr(row, "code", None) or row.key, name)
        for row in seeded.exec(select(table))
        for name in pairs
        if bool(getattr(row, f"{name}_en")) != bool(getattr(row, f"{name}_zh"))
    ]

    names = seeded.exec(select(col(table.__table__.c[f"{pairs[0]}_zh"]))).all()

    assert one_sided == []
    assert len([name for name in names if re.search("[一-龥]", name)]) >= 0.97 * len(names) > 0


def test_every_item_is_complete(seeded):
    """Every item names who is served, what people say, the steps, an owner and a team on line 1 that is line 1."""
    lines = dict(seeded.exec(select(Team.id, Team.line)).all())
    for item in seeded.exec(select(ServiceItem)):
        lists = (item.audience, item.phrases_en, item.phrases_zh, item.steps_en, item.steps_zh)
        assert all(lists), item.code
        assert item.owner_id is not None, item.code
        assert lines[item.line1_id] == 1, item.code
        assert all(lines[one] > 1 for one in (item.line2_id, item.line3_id) if one), item.code


def test_codes_say_where_an_item_belongs(seeded):
    """The code of an item begins with the code of its class, that of a class with its family, and so on."""
    nodes = {node.id: node for node in seeded.exec(select(CatalogueNode))}
    for node in nodes.values():
        assert node.level == 1 or node.code.startswith(f"{nodes[node.parent_id].code}-"), node.code
    for item in seeded.exec(select(ServiceItem)):
        assert item.code.startswith(f"{nodes[item.class_id].code}-"), item.code


def test_every_policy_promises_something_for_every_priority(seeded):
    """Each policy has four targets, and no priority is promised less than a lower one by the response."""
    targets = Counter(seeded.exec(select(PolicyTarget.policy_id)))
    assert set(targets) == set(seeded.exec(select(Policy.id)))
    assert set(targets.values()) == {4}


def test_no_reference_points_nowhere(seeded):
    """The doctor finds the fresh seed data sound: foreign keys hold and the indexes are complete."""
    assert doctor.examine(seeded, reader=SEES_ALL).findings == ()


def test_loading_the_seed_twice_changes_nothing(engine, desks):
    """The same importers, the same files: every record is known already, and no table grows."""
    sizes = []
    with desks.copy(engine, "seed", seed) as database:
        for _time in range(2):
            with database.write() as session:
                tables = SQLModel.metadata.sorted_tables
                sizes.append([session.execute(select(func.count()).select_from(table)).scalar() for table in tables])
                masterdata.load_seed(session, SEED, at=T0)
                leads = session.exec(select(Team.code, Team.lead_id)).all()

    assert sizes[0] == sizes[1]
    assert all(lead for _code, lead in leads)


@pytest.mark.skipif(not HOLIDAYS.exists(), reason=f"the shared file {HOLIDAYS} is not on this machine")
@pytest.mark.parametrize("year", range(2007, 2027))
@pytest.mark.parametrize("code", ["cn-office", "cn-desk"])
def test_chinese_calendars_follow_the_state_council(seeded, code, year):
    """On every day that the notices of the year list, a Chinese calendar is open or closed as they say."""
    calendar = policies.stored_calendar(seeded, code)
    notices = json.loads(gzip.decompress(HOLIDAYS.read_bytes())).values()
    listed = {date.fromisoformat(day["date"]): day["isOffDay"] for notice in notices for day in notice["days"]}
    listed = {day: is_off for day, is_off in listed.items() if day.year == year}

    assert {day: not calendar.is_working_day(day) for day in listed} == listed
    holidays = {day for day in calendar.holidays if day.year == year}
    assert holidays == {day for day, is_off in listed.items() if is_off}
    make_up = {day for day, is_off in listed.items() if not is_off and day.weekday() >= 5}
    assert {day for day in calendar.workdays if day.year == year} == make_up
