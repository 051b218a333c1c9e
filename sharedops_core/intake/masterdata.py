"""Master data from files to the desk: everything is checked before anything is written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from sharedops_core.desk import masterdata, terms
from sharedops_core.desk.masterdata import Changes
from sharedops_core.i18n import _
from sharedops_core.intake import documents
from sharedops_core.intake.calendars import calendars
from sharedops_core.intake.dispatch import rules as dispatch_rules
from sharedops_core.intake.documents import ids_of, unknown
from sharedops_core.intake.promises import policies
from sharedops_core.intake.records import (
    AgentRecord,
    ArticleRecord,
    ClassRecord,
    CompanyRecord,
    ItemRecord,
    Named,
    PersonRecord,
    ShiftRecord,
    TeamRecord,
)
from sharedops_core.store.tables import (
    Calendar,
    CatalogueNode,
    Company,
    Membership,
    Person,
    PersonSkill,
    Policy,
    Shift,
    Skill,
    Team,
)

_GROUPS: dict[str, tuple[type[Any], type[SQLModel]]] = {
    "teams": (TeamRecord, Team), "shifts": (ShiftRecord, Shift), "skills": (Named, Skill),
    "companies": (CompanyRecord, Company),
}  # fmt: skip
_BRANCH = ("category", "families", "classes", "items")


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
    calendars_here = ids_of(session, Calendar)
    tables = []
    for name, (record, table) in _GROUPS.items():
        rows = [one.model_dump() for one in documents.checked(documents.listed(file, document, name), record, findings)]
        for row in rows:
            if name == "teams":
                findings += unknown(f"{file}: {row['code']}", "calendar", row["calendar"], calendars_here)
                row["calendar_id"] = calendars_here.get(row.pop("calendar"))
            for extra in ("lead", "city_en", "city_zh", "language"):
                row.pop(extra, None)
        tables.append((table, rows))
    documents.refuse(findings)
    return sum((masterdata.store(session, table, ["code"], rows) for table, rows in tables), Changes())


def _requesters(session: Session, rows: Sequence[documents.Found]) -> Changes:
    findings: list[str] = []
    found = documents.checked(rows, PersonRecord, findings)
    companies = ids_of(session, Company)
    for one in found:
        findings += unknown(one.login, "company", one.company or None, companies)
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
    teams, skills, shifts = ids_of(session, Team), ids_of(session, Skill), ids_of(session, Shift)
    for one in found:
        for what, codes, known in (
            ("team", one.teams, teams),
            ("skill", one.skills, skills),
            ("shift", [one.shift], shifts),
        ):
            for code in codes:
                findings += unknown(one.login, what, code or None, known)
    documents.refuse(findings)
    fields = [
        {**one.model_dump(exclude={"teams", "skills", "shift"}), "shift_id": shifts.get(one.shift)} for one in found
    ]
    changes = masterdata.store(session, Person, ["login"], fields)
    ids = ids_of(session, Person, "login")
    members = _left_homes(session, [ids[one.login] for one in found if one.teams]) + [
        {"person_id": ids[one.login], "team_id": teams[code], "is_home": place == 0}
        for one in found
        for place, code in enumerate(one.teams)
    ]
    can = [
        {"person_id": ids[one.login], "skill_id": skills[code], "level": level}
        for one in found
        for code, level in one.skills.items()
    ]
    masterdata.store(session, Membership, ["person_id", "team_id"], members)
    masterdata.store(session, PersonSkill, ["person_id", "skill_id"], can)
    return changes


def _left_homes(session: Session, people_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return the memberships people have so far as mere ones: the file says which team is home now."""
    here = session.exec(select(Membership).where(col(Membership.person_id).in_(people_ids)))
    return [{"person_id": one.person_id, "team_id": one.team_id, "is_home": False} for one in here]


def _name_leads(session: Session, files: Sequence[Path]) -> None:
    """Leads are agents, who are imported after the teams they lead."""
    ids, findings = ids_of(session, Person, "login"), list[str]()
    for file in files:
        rows = []
        for found in documents.listed(file, documents.toml(file), "teams"):
            lead = found.values.get("lead")
            findings += unknown(found.where, "lead", lead, ids)
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
        ids, findings, rows = ids_of(session, CatalogueNode), list[str](), []
        for one, at_level, parent in nodes:
            if at_level == level:
                findings += unknown(one.code, "parent", parent, ids)
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
        "class_": ("class_id", ids_of(session, CatalogueNode)), "policy": ("policy_id", ids_of(session, Policy)),
        **{f"line{n}": (f"line{n}_id", ids_of(session, Team)) for n in (1, 2, 3)},
        "owner": ("owner_id", ids_of(session, Person, "login")),
    }  # fmt: skip
    findings: list[str] = []
    rows = []
    for one in items:
        row = one.model_dump()
        for name, (column, ids) in known.items():
            code = row.pop(name) or None
            findings += unknown(one.code, name.rstrip("_"), code, ids)
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
    owners = ids_of(session, Person, "login")
    for one in articles:
        findings += unknown(one.key, "owner", one.owner, owners)
    documents.refuse(findings)
    rows = [{**one.model_dump(exclude={"owner"}), "owner_id": owners.get(one.owner or "")} for one in articles]
    return masterdata.store_articles(session, rows)


IMPORTS: dict[str, Callable[[Session, Path, datetime], Changes]] = {
    "policies": lambda session, path, _at: policies(session, path),
    "people": lambda session, path, _at: people(session, path),
    "catalogue": lambda session, path, at: catalogue(session, path, at=at),
    "knowledge": lambda session, path, _at: knowledge(session, path),
    "dispatch": lambda session, path, _at: dispatch_rules(session, path),
}
"""Kind of master data → its importer, in the order in which one needs the other."""


def load_rules(session: Session, folder: Path, *, at: datetime) -> None:
    """Load what clocks and acts need, and put it in force: calendars, policies, reasons."""
    calendars(session, folder / "calendars", at=at)
    policies(session, folder / "policies")
    terms.renew(session, actor=None, at=at)


def load_seed(session: Session, folder: Path, *, at: datetime) -> None:
    """Load the whole shipped seed data, through the same importers as anybody's files."""
    calendars(session, folder / "calendars", at=at)
    policies(session, folder / "policies")
    people(session, folder / "people")
    # Receivers of hand-offs are measured on the calendars of their teams, so policies count from here on.
    terms.renew(session, actor=None, at=at)
    catalogue(session, folder / "catalogue", at=at)
    knowledge(session, folder / "knowledge")
    dispatch_rules(session, folder / "dispatch")
