"""Shared ground of the tests: a fixed instant, and a small centre with three lines, on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlmodel import Session

from sharedops_core import i18n
from sharedops_core.desk import terms
from sharedops_core.intake.calendars import FROM_EVER
from sharedops_core.store import db, search
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import (
    Calendar,
    CalendarVersion,
    CatalogueNode,
    Company,
    Membership,
    Person,
    Policy,
    PolicyTarget,
    Reason,
    ServiceItem,
    Setting,
    Team,
)
from tests import servers
from tests.desks import ENGINES, Desks, number_on

settings.register_profile("desk", deadline=None)
settings.load_profile("desk")
"""What takes long on a busy machine is no finding: time is measured in `tests/benchmarks`."""

T0 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2026-03-02 09:00 in Shanghai: the start of the ticket cases of the clock rules."""

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

SEES_ALL = Reader(0, "auditor")
"""Somebody who may see every ticket."""

OFFICE = {
    "tz": "Asia/Shanghai",
    "hours": {day: [["09:00", "12:00"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": [],
    "workdays": {},
}
TARGETS = {1: ("15m", "4h"), 2: ("30m", "8h"), 3: ("2h", "16h"), 4: ("4h", "40h")}
REASONS = {
    "waiting": ["requester", "supplier", "other_team"],
    "hand_off": ["needs_line_2_skill", "shift_end", "wrong_queue", "other"],
    "give_back": ["not_ours", "incomplete"],
    "cancel": ["duplicate", "not_needed"],
    "escalation": ["at_risk", "vip"],
    "decision": ["catalogue", "other"],
}
AGENTS = {
    "li.na": ("李娜", "desk"), "wang.lei": ("王磊", "desk"), "liu.yang": ("刘洋", "network"),
    "sun.hao": ("孙浩", "network"), "zhou.kai": ("周凯", "platform"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English, whatever the machine speaks."""
    i18n.activate("en")
    yield
    i18n.activate("en")


@pytest.fixture(scope="session")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    """What makes databases on both engines; a PostgreSQL server is started when the first test wants it."""
    made = Desks(tmp_path_factory.mktemp("desks"))
    yield made
    made.close()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Every test that asks for a database runs on both engines."""
    return str(request.param)


@pytest.fixture
def client_programs(engine: str, desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the server's own version come first on the PATH; those of an older one are refused."""
    binaries = getattr(desks.server, "binaries", None) if engine == "postgresql" else None
    if binaries is not None:
        monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def database(engine: str, desks: Desks) -> Iterator[db.Database]:
    """A database of its own with a small centre in it."""
    with desks.copy(engine, "small centre", small_centre) as opened:
        yield opened


@contextmanager
def own_server(*, is_filled: bool = True) -> Iterator[servers.OwnServer]:
    """Run a PostgreSQL server of our own for as long as the block lasts, with a small centre in it on wish."""
    try:
        server = servers.OwnServer()
    except servers.NoServer as error:
        pytest.skip(str(error))
    try:
        if is_filled:
            made = db.initialise(server.url("postgres"))
            with made.write() as opened:
                small_centre(opened)
            made.close()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def killable() -> Iterator[servers.OwnServer]:
    """A PostgreSQL server of our own, which holds a small centre to copy."""
    with own_server() as server:
        yield server


@pytest.fixture
def mortal(killable: servers.OwnServer) -> Iterator[tuple[servers.OwnServer, db.Database]]:
    """A PostgreSQL server that the test may kill, running whatever the test before did, and a small centre on it."""
    killable.start()
    name = killable.create("postgres")
    database = db.open_database(killable.url(name))
    yield killable, database
    database.close()
    killable.start()
    killable.drop(name)


@pytest.fixture
def session(engine: str, desks: Desks) -> Iterator[Session]:
    """One writing transaction on the small centre, taken back when the test ends."""
    with desks.lent(engine, "small centre", small_centre) as opened:
        yield opened


def small_centre(session: Session) -> None:
    """Write one policy, three teams on three lines, five agents, two requesters and one service item.

    It is a demo: a test says with `--as` who acts.
    """
    session.add(Setting(key="demo", value="yes"))
    session.add(Calendar(id=1, code="cn-office", name_en="China office", name_zh="中国办公时间"))
    session.flush()
    session.add(CalendarVersion(calendar_id=1, valid_from=FROM_EVER, made_at=T0, document=OFFICE))
    session.add(Company(id=1, code="hq", name_en="Huachen HQ", name_zh="华辰总部", tz="Asia/Shanghai"))
    session.flush()
    session.add(Policy(id=1, code="standard", name_en="Standard", name_zh="标准承诺", calendar_id=1))
    session.flush()
    for priority, (respond, resolve) in TARGETS.items():
        session.add(PolicyTarget(policy_id=1, priority=priority, respond_within=respond, resolve_within=resolve))
    for kind, codes in REASONS.items():
        for place, code in enumerate(codes):
            pauses = kind == "waiting" and code != "other_team"
            paused = ["resolution", "update", "line"] if pauses else []
            session.add(Reason(kind=kind, code=code, name_en=code, name_zh=code, pauses=paused, place=place))
    _people(session)
    terms.renew(session, actor=None, at=T0)
    _catalogue(session)
    number_on(session)


def _people(session: Session) -> None:
    for line, code in enumerate(("desk", "network", "platform"), 1):
        session.add(Team(id=line, code=code, line=line, name_en=code.title(), name_zh=f"{line}线团队"))
    session.flush()
    for number, (login, (name, team)) in enumerate(AGENTS.items(), 1):
        session.add(Person(id=number, login=login, name=name, role="agent", company_id=1))
        session.flush()
        session.add(Membership(person_id=number, team_id=("desk", "network", "platform").index(team) + 1, is_home=True))
    session.add(Person(id=20, login="he.lin", name="何琳", role="supervisor"))
    session.add(Person(id=21, login="ops.admin", name="运维管理员", role="admin"))
    session.add(Person(id=30, login="wang.xiaoming", name="王小明", role="requester", company_id=1))
    session.add(Person(id=31, login="ana.ruiz", name="Ana Ruiz", role="requester", company_id=1))
    session.flush()


def _catalogue(session: Session) -> None:
    for level, code in enumerate(("IT", "IT-NET", "IT-NET-VPN"), 1):
        session.add(
            CatalogueNode(id=level, code=code, level=level, parent_id=level - 1 or None, name_en=code, name_zh=code)
        )
        session.flush()
    session.add(
        ServiceItem(
            id=1, code="IT-NET-VPN-01", class_id=3, kind="incident", name_en="VPN does not connect",
            name_zh="VPN 连不上", plain_en="I cannot work from home", plain_zh="在家连不上公司",
            phrases_en=["vpn down"], phrases_zh=["VPN 掉线"], scope_en="Client VPN", scope_zh="客户端 VPN",
            audience=["employee"], scenario_en="Home office", scenario_zh="居家办公", steps_en=["check"],
            steps_zh=["检查"], priority=3, policy_id=1, line1_id=1, line2_id=2, line3_id=3, owner_id=5,
            valid_from=date(2026, 1, 1),
        )
    )  # fmt: skip
    session.flush()
    words = "I cannot work from home 在家连不上公司 vpn down VPN 掉线 Client VPN 客户端 VPN Home office 居家办公"
    search.rebuild(session, "item_fts", [(1, "IT-NET-VPN-01 VPN does not connect VPN 连不上", words)])
