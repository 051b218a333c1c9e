"""People, companies, teams of the three lines, shifts and skills (product I1, D1)."""

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel


class Company(SQLModel, table=True):
    """A company of the group whose staff the centre serves."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name_en: str
    name_zh: str
    tz: str = "UTC"


class Person(SQLModel, table=True):
    """Anybody who acts: requesters, and agents of all roles; `account` is their account where it is not the login."""

    __table_args__ = (
        CheckConstraint(
            "role in ('requester','agent','lead','supervisor','admin','auditor','service')", name="ck_person_role"
        ),
        CheckConstraint("language in ('en','zh')", name="ck_person_language"),
        Index("ix_person_name", "name"),
    )

    id: int = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    account: str | None = Field(default=None, unique=True)
    name: str
    name_latin: str = ""
    email: str = ""
    phone: str = ""
    role: str = "requester"
    company_id: int | None = Field(default=None, foreign_key="company.id")
    department_en: str = ""
    department_zh: str = ""
    title_en: str = ""
    title_zh: str = ""
    language: str = "en"
    is_vip: bool = False
    shift_id: int | None = Field(default=None, foreign_key="shift.id")
    capacity: int = 10


class Team(SQLModel, table=True):
    """A team of line 1, 2 or 3; one with a lane sees and works the confidential tickets of that lane.

    `checklist` is what it asks whoever hands off to it: code, and the question in both languages. `sign_within` is the
    open time in which the sheet of a shift has to be signed.
    """

    __table_args__ = (
        CheckConstraint("line between 1 and 3", name="ck_team_line"),
        CheckConstraint("lane in ('hr','legal','audit')", name="ck_team_lane"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    line: int
    lane: str | None = None
    name_en: str
    name_zh: str
    mission_en: str = ""
    mission_zh: str = ""
    calendar_id: int | None = Field(default=None, foreign_key="calendar.id")
    lead_id: int | None = Field(default=None, foreign_key="person.id")
    checklist: list[dict[str, str]] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": text("'[]'")}
    )
    sign_within: str = Field(default="30m", sa_column_kwargs={"server_default": text("'30m'")})


class Membership(SQLModel, table=True):
    """An agent belongs to a team; `is_home` marks the team whose queue opens first."""

    __table_args__ = (Index("ix_membership_team", "team_id"),)

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    team_id: int = Field(foreign_key="team.id", primary_key=True)
    is_home: bool = False


class Skill(SQLModel, table=True):
    """Something an agent can do, by which work is pushed."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name_en: str
    name_zh: str


class PersonSkill(SQLModel, table=True):
    """An agent has a skill at a level: knows the usual, knows the difficult, teaches it."""

    __table_args__ = (CheckConstraint("level between 1 and 3", name="ck_personskill_level"),)

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    skill_id: int = Field(foreign_key="skill.id", primary_key=True)
    level: int = 1


class Shift(SQLModel, table=True):
    """Working time of a group of agents, local times "HH:MM" in a zone."""

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name_en: str
    name_zh: str
    starts: str
    ends: str
    tz: str
