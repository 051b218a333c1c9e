"""What a master data record must hold, kind by kind: the forms of the files under seed_data."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from sharedops_core.errors import Refused
from sharedops_core.intake.documents import LIST_SEPARATOR, Record
from sharedops_core.rules.clocks import parse_target
from sharedops_core.rules.sheets import SIGN_WITHIN
from sharedops_core.rules.tags import MOST, folded

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Priority = Annotated[int, Field(ge=1, le=4)]


def _split(value: Any) -> Any:
    if isinstance(value, str):
        return [part.strip() for part in value.replace(";", LIST_SEPARATOR).split(LIST_SEPARATOR) if part.strip()]
    return value


def _split_sentences(value: Any) -> Any:
    """Sentences may hold semicolons, so only the bar parts them."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(LIST_SEPARATOR) if part.strip()]
    return value


def _levels(value: Any) -> Any:
    """A skill stands alone, or with its level behind a colon: "vpn:2"."""
    if not isinstance(value, str):
        return value
    parted = [part.partition(":") for part in _split(value)]
    return {skill.strip(): level.strip() or 1 for skill, _colon, level in parted}


Level = Annotated[int, Field(ge=1, le=3)]
Levels = dict[Text, Level]
Lane = Annotated[Literal["hr", "legal", "audit"] | None, BeforeValidator(lambda value: value or None)]
Texts = Annotated[list[Text], BeforeValidator(_split_sentences), Field(min_length=1)]
Codes = Annotated[list[Text], BeforeValidator(_split)]


class Named(Record):
    """A code with a name in both languages."""

    code: Text
    name_en: Text
    name_zh: Text


class QuestionRecord(Record):
    """A question of a checklist, in both languages."""

    code: Annotated[str, Field(pattern=r"^[\w-]+$", max_length=40)]
    en: Name
    zh: Name


def _target(text: str) -> str:
    try:
        parse_target(text)
    except Refused as refusal:
        raise PydanticCustomError("target", "{why}", {"why": str(refusal)}) from None
    return text


def _each_once(found: list[QuestionRecord]) -> list[QuestionRecord]:
    """An answer is given by the code of its question: two with the same one could not be told apart."""
    codes = [one.code for one in found]
    for code in codes:
        if codes.count(code) > 1:
            raise PydanticCustomError("twice", "twice", {"code": code})
    return found


class TeamRecord(Named):
    """A team of one line; one with a lane works the confidential tickets of that lane; its checklist at hand-offs."""

    line: Annotated[int, Field(ge=1, le=3)]
    lane: Lane = None
    mission_en: str = ""
    mission_zh: str = ""
    calendar: str | None = None
    lead: str | None = None
    checklist: Annotated[list[QuestionRecord], AfterValidator(_each_once)] = Field(default_factory=list)
    sign_within: Annotated[str, AfterValidator(_target)] = SIGN_WITHIN


class ShiftRecord(Named):
    """A shift: local times of its zone."""

    starts: Text
    ends: Text
    tz: Text


class CompanyRecord(Named):
    """A company of the group."""

    city_en: str = ""
    city_zh: str = ""
    tz: Text = "UTC"
    language: str = "en"


class PersonRecord(Record):
    """A requester."""

    login: Name
    name: Name
    name_latin: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    department_en: str = ""
    department_zh: str = ""
    title_en: str = ""
    title_zh: str = ""
    language: Literal["en", "zh"] = "en"
    is_vip: bool = False


class AgentRecord(Record):
    """An agent with teams (the first is home), skills and shift."""

    login: Name
    name: Name
    name_latin: str = ""
    email: str = ""
    role: Literal["agent", "lead", "supervisor", "admin", "auditor", "service"] = "agent"
    teams: Codes = Field(default_factory=list)
    skills: Annotated[Levels, BeforeValidator(_levels)] = Field(default_factory=dict)
    shift: str = ""
    capacity: Annotated[int, Field(ge=1, le=99)] = 10
    language: Literal["en", "zh"] = "en"


class RuleRecord(Named):
    """A rule of dispatch: which tickets need which skills, and whether the rules behind it count, too."""

    name_en: Name
    name_zh: Name
    place: Annotated[int, Field(ge=0, le=1_000_000)]
    when: Text
    hit: Literal["first", "all"]
    must: Levels = Field(default_factory=dict)
    should: Levels = Field(default_factory=dict)


class TriageRecord(Named):
    """A rule of triage: which new tickets get at least a priority, tags, watchers, a team where their item has none."""

    name_en: Name
    name_zh: Name
    place: Annotated[int, Field(ge=0, le=1_000_000)]
    when: Text
    hit: Literal["first", "all"]
    priority: Priority | None = None
    tags: Annotated[list[Annotated[str, AfterValidator(folded)]], Field(max_length=MOST)] = Field(default_factory=list)
    team: str | None = None
    watchers: list[str] = Field(default_factory=list)


class WidenRecord(Record):
    """After so long without a holder a ticket is offered in a wider pool."""

    after: Text
    pool: Literal["line", "all"]


class PushRecord(Record):
    """How the tickets of a team are pushed: how long somebody has to answer, and how the pool widens."""

    team: Text
    accept_within: Text
    widen: list[WidenRecord] = Field(default_factory=list)
    is_on: bool = True


class TargetRecord(Record):
    """What is promised for one priority: to the requester, and by the lines, receivers and suppliers behind it."""

    respond: Text
    resolve: Text
    update: Text | None = None
    accept: Text | None = None
    line1: Text | None = None
    line2: Text | None = None
    line3: Text | None = None
    supplier: Text | None = None


class StepRecord(Record):
    """One step of an escalation chain."""

    clock: Text
    at: Text
    tell: Codes = Field(default_factory=list)
    give: str | None = None


class PolicyRecord(Named):
    """A promise on a calendar."""

    description_en: str = ""
    description_zh: str = ""
    calendar: Text
    targets: dict[Literal["p1", "p2", "p3", "p4"], TargetRecord] = Field(min_length=4)
    escalation: list[StepRecord] = Field(default_factory=list)


class ReasonRecord(Named):
    """A reason code; waiting reasons also name the clocks they pause."""

    pauses: list[Literal["response", "resolution", "update", "line"]] = Field(default_factory=list)


class ClassRecord(Named):
    """A class of service items."""

    family: Text


class ItemRecord(Named):
    """A service item: the card that users read; with a lane, its tickets are confidential."""

    class_: Annotated[str, Field(alias="class", min_length=1)]
    kind: Literal["request", "incident"]
    state: Literal["draft", "live", "retired"] = "live"
    plain_en: Text
    plain_zh: Text
    phrases_en: Texts
    phrases_zh: Texts
    scope_en: Text
    scope_zh: Text
    excludes_en: str = ""
    excludes_zh: str = ""
    audience: Annotated[list[Literal["employee", "business_unit", "management"]], BeforeValidator(_split)]
    scenario_en: Text
    scenario_zh: Text
    steps_en: Texts
    steps_zh: Texts
    priority: Priority = 3
    lane: Lane = None
    policy: Text
    line1: Text
    line2: str | None = None
    line3: str | None = None
    owner: str | None = None


class ArticleRecord(Record):
    """A knowledge article."""

    key: Text
    kind: Literal["how_to", "known_error", "policy", "workaround"]
    audience: Literal["everyone", "agents"]
    state: Literal["draft", "validated", "published", "retired"] = "published"
    families: Codes
    owner: str | None = None
    reviewed_on: date
    title_en: Text
    title_zh: Text
    body_en: Text
    body_zh: Text
