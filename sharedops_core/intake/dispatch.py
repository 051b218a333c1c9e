"""The rules of dispatch and triage from a file: conditions are checked against the fields and codes that are there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from sharedops_core.desk import masterdata
from sharedops_core.errors import Refused
from sharedops_core.i18n import LANGUAGES, _
from sharedops_core.intake import documents, plans
from sharedops_core.intake.documents import ids_of, unknown
from sharedops_core.intake.records import RuleRecord, TriageRecord
from sharedops_core.rules import conditions, dispatch, tags
from sharedops_core.rules.permissions import DESK_ROLES, LANES
from sharedops_core.rules.request import CHANNELS, KINDS
from sharedops_core.rules.text import clean
from sharedops_core.store.tables import (
    CatalogueNode,
    Company,
    DispatchRule,
    Person,
    ServiceItem,
    Skill,
    Team,
    TriageRule,
)

_LEVELS = ("category", "family", "class")
_TABLES: dict[str, tuple[type[Any], type[SQLModel]]] = {
    "rules": (RuleRecord, DispatchRule), "triage": (TriageRecord, TriageRule),
}  # fmt: skip
"""Part of a file → the form of its records, and where they go; each part has places of its own."""


def rules(session: Session, path: Path) -> masterdata.Changes:
    """Import the rules and plans of TOML files.

    A rule that is no longer wanted gets the condition `false`, a plan `is_on = false`.
    """
    findings = list[str]()
    found, plan_of = _read(session, path, findings)
    for part, (_record, table) in _TABLES.items():
        findings += _doubled(session, table, found[part])
    documents.refuse(findings)
    changes = masterdata.Changes()
    for part, (_record, table) in _TABLES.items():
        rows = [{**one.model_dump(exclude={"when"}), "condition": one.when} for one in found[part]]
        changes += masterdata.store(session, table, ["code"], rows)
    return changes + plans.store(session, plan_of)


def read_rules(session: Session, path: Path) -> list[dispatch.Rule]:
    """Return the rules of TOML files as they would be tried, checked as if they were to be imported."""
    findings = list[str]()
    found, _plans = _read(session, path, findings)
    findings += _twice(found["rules"])
    documents.refuse(findings)
    ordered = sorted(found["rules"], key=lambda one: (one.place, one.code))
    return [dispatch.Rule(one.code, one.name_en, one.name_zh, one.when, one.hit, one.must, one.should)
            for one in ordered]  # fmt: skip


def _read(session: Session, path: Path, findings: list[str]) -> tuple[dict[str, list[Any]], plans.Plans]:
    """Return the rules of files by their part, and their plans; what is wrong with them goes to `findings`."""
    found: dict[str, list[Any]] = {part: [] for part in _TABLES}
    pushed: list[documents.Found] = []
    known, skills = _known(session), ids_of(session, Skill)
    for file in documents.files(path, ".toml"):
        document = documents.toml(file, *_TABLES, "push")
        for part, (record, _table) in _TABLES.items():
            for one in documents.listed(file, document, part):
                found[part] += documents.checked([one], record, findings)
                findings += _findings(one, known, skills)
                findings += _without_outcome(one) if part == "triage" else ()
        pushed += documents.listed(file, document, "push")
    return found, plans.read(pushed, ids_of(session, Team), findings)


def _findings(one: documents.Found, known: conditions.Known, skills: Mapping[str, int]) -> list[str]:
    """Return what is wrong with what a rule says, whether its form is right or not."""
    when, words = one.values.get("when"), _("{where}: {column} = {value}: {why}")
    wrong = conditions.findings(when, known) if isinstance(when, str) and when.strip() else []
    value = clean(repr(when))[:80]
    found = [words.format(where=one.where, column="when", value=value, why=clean(why)[:200]) for why in wrong]
    for column in ("must", "should"):
        asked = one.values.get(column)
        for skill in asked if isinstance(asked, Mapping) else ():
            found += unknown(f"{one.where}: {column}", "skill", skill, skills)
    if isinstance(team := one.values.get("team"), str):
        found += unknown(one.where, "team", team, dict.fromkeys(known["team"], 0))
    return [*found, *_strange_tags(one), *_strange_watchers(one, known)]


def _strange_watchers(one: documents.Found, known: conditions.Known) -> Iterator[str]:
    """Return the finding for every login that nobody of the desk has."""
    given = one.values.get("watchers")
    for login in given if isinstance(given, list) else ():
        yield from unknown(one.where, "watchers", str(login), dict.fromkeys(known["watchers"], 0))


def _strange_tags(one: documents.Found) -> Iterator[str]:
    """Return the finding for every tag that is none; without them a rule would break when a ticket is opened."""
    given = one.values.get("tags")
    words = [word for word in given if isinstance(word, str)] if isinstance(given, list) else []
    for word in words:
        try:
            tags.tag(word)
        except Refused as refusal:
            yield f"{one.where}: tags: {clean(str(refusal))}"


def _without_outcome(one: documents.Found) -> Iterator[str]:
    if not any(one.values.get(name) for name in ("priority", "tags", "team", "watchers")):
        yield _("{where}: changes nothing; right would be at least one of priority, tags, team, watchers").format(
            where=one.where
        )


def _known(session: Session) -> conditions.Known:
    """Return the values that the fields of a condition can have here."""
    levels = session.exec(select(CatalogueNode.level, CatalogueNode.code)).all()
    nodes = {name: {code for level, code in levels if level == place} for place, name in enumerate(_LEVELS, 1)}
    return nodes | {
        "item": set(session.exec(select(ServiceItem.code))), "team": set(ids_of(session, Team)),
        "company": set(ids_of(session, Company)), "kind": KINDS, "channel": CHANNELS, "lane": LANES,
        "language": LANGUAGES,
        "watchers": session.exec(select(Person.login).where(col(Person.role).in_(DESK_ROLES))).all(),
    }  # fmt: skip


def _doubled(session: Session, table: Any, found: Sequence[RuleRecord | TriageRecord]) -> list[str]:
    """Return the finding for every place that two rules claim: which comes first must be said, not guessed."""
    claims: dict[int, set[str]] = defaultdict(set)
    named = [one.code for one in found]
    for code, place in session.exec(select(table.code, table.place)):
        if code not in named:
            claims[place].add(code)
    for one in found:
        claims[one.place].add(one.code)
    words = _("place {place}: {codes} stand there; each place is for one rule")
    return _twice(found) + [
        words.format(place=place, codes=", ".join(sorted(codes)))
        for place, codes in sorted(claims.items())
        if len(codes) > 1
    ]


def _twice(found: Sequence[RuleRecord | TriageRecord]) -> list[str]:
    named = [one.code for one in found]
    return [_("{code}: stands there twice").format(code=code) for code in sorted(set(named)) if named.count(code) > 1]
