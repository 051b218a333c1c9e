"""The rules of dispatch from a file: every condition is checked against the fields and codes that are there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlmodel import Session, select

from sharedops_core.desk import masterdata
from sharedops_core.i18n import LANGUAGES, _
from sharedops_core.intake import documents
from sharedops_core.intake.documents import ids_of, unknown
from sharedops_core.intake.records import RuleRecord
from sharedops_core.rules import conditions
from sharedops_core.rules.permissions import LANES
from sharedops_core.rules.request import CHANNELS, KINDS
from sharedops_core.rules.text import clean
from sharedops_core.store.tables import CatalogueNode, Company, DispatchRule, ServiceItem, Skill, Team

_LEVELS = ("category", "family", "class")


def rules(session: Session, path: Path) -> masterdata.Changes:
    """Import the rules of TOML files; one that is no longer wanted gets the condition `false`."""
    findings, found = list[str](), list[RuleRecord]()
    known, skills = _known(session), ids_of(session, Skill)
    for file in documents.files(path, ".toml"):
        for one in documents.listed(file, documents.toml(file, "rules"), "rules"):
            found += documents.checked([one], RuleRecord, findings)
            findings += _findings(one, known, skills)
    findings += _doubled(session, found)
    documents.refuse(findings)
    rows = [{**one.model_dump(exclude={"when"}), "condition": one.when} for one in found]
    return masterdata.store(session, DispatchRule, ["code"], rows)


def _findings(one: documents.Found, known: conditions.Known, skills: Mapping[str, int]) -> list[str]:
    """Return what is wrong with what a rule says, whether its form is right or not."""
    when, words = one.values.get("when"), _("{where}: {column} = {value}: {why}")
    wrong = conditions.findings(when, known) if isinstance(when, str) and when.strip() else []
    found = [words.format(where=one.where, column="when", value=clean(repr(when)), why=clean(why)) for why in wrong]
    for column in ("must", "should"):
        asked = one.values.get(column)
        for skill in asked if isinstance(asked, Mapping) else ():
            found += unknown(f"{one.where}: {column}", "skill", skill, skills)
    return found


def _known(session: Session) -> conditions.Known:
    """Return the values that the fields of a condition can have here."""
    levels = session.exec(select(CatalogueNode.level, CatalogueNode.code)).all()
    nodes = {name: {code for level, code in levels if level == place} for place, name in enumerate(_LEVELS, 1)}
    return nodes | {
        "item": set(session.exec(select(ServiceItem.code))), "team": set(ids_of(session, Team)),
        "company": set(ids_of(session, Company)), "kind": KINDS, "channel": CHANNELS, "lane": LANES,
        "language": LANGUAGES,
    }  # fmt: skip


def _doubled(session: Session, found: Sequence[RuleRecord]) -> list[str]:
    """Return the finding for every place that two rules claim: which comes first must be said, not guessed."""
    claims: dict[int, set[str]] = defaultdict(set)
    named = [one.code for one in found]
    for code, place in session.exec(select(DispatchRule.code, DispatchRule.place)):
        if code not in named:
            claims[place].add(code)
    for one in found:
        claims[one.place].add(one.code)
    words = _("place {place}: {codes} stand there; each place is for one rule")
    twice = [_("{code}: stands there twice").format(code=code) for code in sorted(set(named)) if named.count(code) > 1]
    return twice + [
        words.format(place=place, codes=", ".join(sorted(codes)))
        for place, codes in sorted(claims.items())
        if len(codes) > 1
    ]
