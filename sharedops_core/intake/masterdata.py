"""Master data from files to the desk: everything is checked before anything is written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from sharedops_core.desk import masterdata
from sharedops_core.desk.masterdata import Changes
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.intake import documents
from sharedops_core.intake.records import (
    AgentRecord,
    ArticleRecord,
    ClassRecord,
    CompanyRecord,
    ItemRecord,
    Named,
    PersonRecord,
    PolicyRecord,
    ReasonRecord,
    ShiftRecord,
    TeamRecord,
)
from sharedops_core.rules.calendar import calendar_document, parse_calendar
from sharedops_core.rules.clocks import parse_target
from sharedops_core.store.tables import (
    Calendar,
    CatalogueNode,
    Company,
    Membership,
    Person,
    PersonSkill,
    Policy,
    PolicyTarget,
    PriorityCell,
    Reason,
    Shift,
    Skill,
    Team,
)

_REASONS = {
    "waiting_reasons": "waiting", "handoff_reasons": "hand_off", "give_back_reasons": "give_back",
    "cancel_reasons": "cancel", "escalation_reasons": "escalation",
}  # fmt: skip
_GROUPS: dict[str, tuple[type[Any], type[SQLModel]]] = {
    "teams": (TeamRecord, Team), "shifts": (ShiftRecord, Shift), "skills": (Named, Skill),
    "companies": (CompanyRecord, Company),
}  # fmt: skip
_BRANCH = ("category", "families", "classes", "items")


def calendars(session: Session, path: Path) -> Changes:
    """Import working-time calendars, one TOML file each."""
    rows: list[dict[str, Any]] = []
    findings: list[str] = []
    for file in documents.files(path, ".toml"):
        document = documents.toml(file)
        named = documents.checked(
            [documents.Found(str(file), {key: document.get(key) for key in Named.model_fields})], Named, findings
        )
        try:
            parsed = parse_calendar(str(document.get("code")), document)
        except Refused as refusal:
            findings.append(f"{file}: {refusal}")
            continue
        rows += [{**one.model_dump(), "document": calendar_document(parsed)} for one in named]
    documents.refuse(findings)
    return masterdata.store(session, Calendar, ["code"], rows)


def policies(session: Session, path: Path) -> Changes:
    """Import policies with their targets, the reason codes and the priority matrix."""
    findings: list[str] = []
    changes = Changes()
    for file in documents.files(path, ".toml"):
        document = documents.toml(file, "policies", "matrix", *_REASONS)
        found = documents.checked(documents.listed(file, document, "policies"), PolicyRecord, findings)
        ids = _ids(session, Calendar)
        for one in found:
            findings += _target_findings(file, one)
            findings += _unknown(f"{file}: {one.code}", "calendar", one.calendar, ids)
        documents.refuse(findings)
        same = ("code", "name_en", "name_zh", "description_en", "description_zh")
        changes += masterdata.store(
            session, Policy, ["code"],
            [{name: getattr(one, name) for name in same} | {"calendar_id": ids[one.calendar]} for one in found],
        )  # fmt: skip
        changes += _store_targets(session, found) + _store_reasons(session, file, document, findings)
    return changes


def _store_targets(session: Session, found: Sequence[PolicyRecord]) -> Changes:
    ids = _ids(session, Policy)
    rows = [
        {
            "policy_id": ids[one.code],
            "priority": int(key[1]),
            "respond_within": target.respond,
            "resolve_within": target.resolve,
        }
        for one in found
        for key, target in one.targets.items()
    ]
    return masterdata.store(session, PolicyTarget, ["policy_id", "priority"], rows)


def _store_reasons(session: Session, file: Path, document: Mapping[str, Any], findings: list[str]) -> Changes:
    rows = [
        {"kind": kind, "place": place, **one.model_dump()}
        for name, kind in _REASONS.items()
        for place, one in enumerate(
            documents.checked(documents.listed(file, document, name), ReasonRecord, findings), 1
        )
    ]
    cells = [
        {"impact": impact, "urgency": urgency, "priority": priority}
        for impact, row in document.get("matrix", {}).items()
        for urgency, priority in row.items()
    ]
    documents.refuse(findings)
    return masterdata.store(session, Reason, ["kind", "code"], rows) + masterdata.store(
        session, PriorityCell, ["impact", "urgency"], cells
    )


def _target_findings(file: Path, policy: PolicyRecord) -> list[str]:
    findings = []
    for key, target in policy.targets.items():
        for text in (target.respond, target.resolve):
            try:
                parse_target(text)
            except Refused as refusal:
                findings.append(f"{file}: {policy.code} {key}: {refusal}")
    return findings


def people(session: Session, path: Path) -> Changes:
    """Import teams, shifts, skills and companies (TOML), then agents and requesters (CSV or XLSX)."""
    changes = Changes()
    found = documents.files(path, ".toml", ".csv", ".xlsx")
    for file in [file for file in found if file.suffix == ".toml"]:
        changes += _groups(session, file)
    for file in [file for file in found if file.suffix != ".toml"]:
        rows = documents.rows(file)
        is_agents = bool(rows) and "teams" in rows[0].values
        changes += _agents(session, rows) if is_agents else _requesters(session, rows)
    _name_leads(session, [file for file in found if file.suffix == ".toml"])
    return changes


def _groups(session: Session, file: Path) -> Changes:
    document, findings = documents.toml(file, *_GROUPS), list[str]()
    calendars_here = _ids(session, Calendar)
    tables = []
    for name, (record, table) in _GROUPS.items():
        rows = [one.model_dump() for one in documents.checked(documents.listed(file, document, name), record, findings)]
        for row in rows:
            if name == "teams":
                findings += _unknown(f"{file}: {row['code']}", "calendar", row["calendar"], calendars_here)
                row["calendar_id"] = calendars_here.get(row.pop("calendar"))
            for extra in ("lead", "city_en", "city_zh", "language"):
                row.pop(extra, None)
        tables.append((table, rows))
    documents.refuse(findings)
    return sum((masterdata.store(session, table, ["code"], rows) for table, rows in tables), Changes())


def _requesters(session: Session, rows: Sequence[documents.Found]) -> Changes:
    findings: list[str] = []
    found = documents.checked(rows, PersonRecord, findings)
    companies = _ids(session, Company)
    for one in found:
        findings += _unknown(one.login, "company", one.company or None, companies)
    documents.refuse(findings)
    return masterdata.store(
        session, Person, ["login"],
        [
            {**one.model_dump(exclude={"company"}), "company_id": companies.get(one.company), "role": "requester"}
            for one in found
        ],
    )  # fmt: skip


def _agents(session: Session, rows: Sequence[documents.Found]) -> Changes:
    findings: list[str] = []
    found = documents.checked(rows, AgentRecord, findings)
    teams, skills, shifts = _ids(session, Team), _ids(session, Skill), _ids(session, Shift)
    for one in found:
        for what, codes, known in (
            ("team", one.teams, teams),
            ("skill", one.skills, skills),
            ("shift", [one.shift], shifts),
        ):
            for code in codes:
                findings += _unknown(one.login, what, code or None, known)
    documents.refuse(findings)
    fields = [
        {**one.model_dump(exclude={"teams", "skills", "shift"}), "shift_id": shifts.get(one.shift)} for one in found
    ]
    changes = masterdata.store(session, Person, ["login"], fields)
    ids = _ids(session, Person, "login")
    members = _left_homes(session, [ids[one.login] for one in found if one.teams]) + [
        {"person_id": ids[one.login], "team_id": teams[code], "is_home": place == 0}
        for one in found
        for place, code in enumerate(one.teams)
    ]
    can = [{"person_id": ids[one.login], "skill_id": skills[code]} for one in found for code in one.skills]
    masterdata.store(session, Membership, ["person_id", "team_id"], members)
    masterdata.store(session, PersonSkill, ["person_id", "skill_id"], can)
    return changes


def _left_homes(session: Session, people_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return the memberships people have so far as mere ones: the file says which team is home now."""
    here = session.exec(select(Membership).where(col(Membership.person_id).in_(people_ids)))
    return [{"person_id": one.person_id, "team_id": one.team_id, "is_home": False} for one in here]


def _name_leads(session: Session, files: Sequence[Path]) -> None:
    """Leads are agents, who are imported after the teams they lead."""
    ids, findings = _ids(session, Person, "login"), list[str]()
    for file in files:
        rows = []
        for found in documents.listed(file, documents.toml(file), "teams"):
            lead = found.values.get("lead")
            findings += _unknown(found.where, "lead", lead, ids)
            rows.append({"code": found.values["code"], "lead_id": ids.get(str(lead))})
        documents.refuse(findings)
        masterdata.store(session, Team, ["code"], rows)


def catalogue(session: Session, path: Path, *, at: datetime) -> Changes:
    """Import the catalogue: whole branches from TOML, or items of known classes from CSV and XLSX."""
    findings: list[str] = []
    nodes: list[tuple[Named, int, str | None]] = []
    items: list[ItemRecord] = []
    for file in documents.files(path, ".toml", ".csv", ".xlsx"):
        if file.suffix != ".toml":
            items += documents.checked(documents.rows(file), ItemRecord, findings)
            continue
        document = documents.toml(file, *_BRANCH)
        nodes += _branches(file, document, findings)
        items += documents.checked(documents.listed(file, document, "items"), ItemRecord, findings)
    documents.refuse(findings)
    changes = _store_nodes(session, nodes)
    return changes + masterdata.store_items(session, _item_rows(session, items), today=at.date())


def _branches(file: Path, document: Mapping[str, Any], findings: list[str]) -> list[tuple[Named, int, str | None]]:
    top = documents.checked([documents.Found(f"{file}, [category]", document.get("category", {}))], Named, findings)
    families = documents.checked(documents.listed(file, document, "families"), Named, findings)
    classes = documents.checked(documents.listed(file, document, "classes"), ClassRecord, findings)
    return [
        *((one, 1, None) for one in top),
        *((one, 2, one.code.split("-")[0]) for one in families),
        *((one, 3, one.family) for one in classes),
    ]


def _store_nodes(session: Session, nodes: Sequence[tuple[Named, int, str | None]]) -> Changes:
    changes = Changes()
    for level in (1, 2, 3):
        ids, findings, rows = _ids(session, CatalogueNode), list[str](), []
        for one, at_level, parent in nodes:
            if at_level == level:
                findings += _unknown(one.code, "parent", parent, ids)
                rows.append(
                    {
                        "code": one.code,
                        "level": level,
                        "parent_id": ids.get(parent or ""),
                        "name_en": one.name_en,
                        "name_zh": one.name_zh,
                    }
                )
        documents.refuse(findings)
        changes += masterdata.store(session, CatalogueNode, ["code"], rows)
    return changes


def _item_rows(session: Session, items: Sequence[ItemRecord]) -> list[dict[str, Any]]:
    """Return items as columns; every code that points to nothing is named."""
    known = {
        "class_": ("class_id", _ids(session, CatalogueNode)), "policy": ("policy_id", _ids(session, Policy)),
        **{f"line{n}": (f"line{n}_id", _ids(session, Team)) for n in (1, 2, 3)},
        "owner": ("owner_id", _ids(session, Person, "login")),
    }  # fmt: skip
    findings: list[str] = []
    rows = []
    for one in items:
        row = one.model_dump()
        for name, (column, ids) in known.items():
            code = row.pop(name) or None
            findings += _unknown(one.code, name.rstrip("_"), code, ids)
            row[column] = ids.get(code or "")
        rows.append(row)
    doubled = {one.code for one in items if sum(other.code == one.code for other in items) > 1}
    findings += [_("{code}: stands there twice").format(code=code) for code in sorted(doubled)]
    documents.refuse(findings)
    return rows


def knowledge(session: Session, path: Path) -> Changes:
    """Import knowledge articles from TOML, CSV or XLSX."""
    findings: list[str] = []
    articles: list[ArticleRecord] = []
    for file in documents.files(path, ".toml", ".csv", ".xlsx"):
        found = (
            documents.listed(file, documents.toml(file, "articles"), "articles")
            if file.suffix == ".toml"
            else documents.rows(file)
        )
        articles += documents.checked(found, ArticleRecord, findings)
    owners = _ids(session, Person, "login")
    for one in articles:
        findings += _unknown(one.key, "owner", one.owner, owners)
    documents.refuse(findings)
    rows = [{**one.model_dump(exclude={"owner"}), "owner_id": owners.get(one.owner or "")} for one in articles]
    return masterdata.store_articles(session, rows)


IMPORTS: dict[str, Callable[[Session, Path, datetime], Changes]] = {
    "calendar": lambda session, path, _at: calendars(session, path),
    "policies": lambda session, path, _at: policies(session, path),
    "people": lambda session, path, _at: people(session, path),
    "catalogue": lambda session, path, at: catalogue(session, path, at=at),
    "knowledge": lambda session, path, _at: knowledge(session, path),
}
"""Kind of master data → its importer, in the order in which one needs the other."""


def load_rules(session: Session, folder: Path, *, at: datetime) -> None:
    """Load what clocks and acts need: calendars, policies, reasons."""
    calendars(session, folder / "calendars")
    policies(session, folder / "policies")


def load_seed(session: Session, folder: Path, *, at: datetime) -> None:
    """Load the whole shipped seed data, through the same importers as anybody's files."""
    load_rules(session, folder, at=at)
    people(session, folder / "people")
    catalogue(session, folder / "catalogue", at=at)
    knowledge(session, folder / "knowledge")


def _ids(session: Session, table: Any, key: str = "code") -> dict[str, int]:
    return dict(session.exec(select(getattr(table, key), col(table.id))).all())


def _unknown(where: str, what: str, code: str | None, known: Mapping[str, int]) -> list[str]:
    if code is None or code in known:
        return []
    return [_("{where}: {what} = {code!r} is not known").format(where=where, what=what, code=code)]
