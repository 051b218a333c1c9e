"""Policies from TOML: targets, escalation chains, reason codes and the priority matrix, checked before they count."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session

from sharedops_core.desk.masterdata import Changes, store
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.intake import documents
from sharedops_core.intake.documents import ids_of, unknown
from sharedops_core.intake.records import PolicyRecord, ReasonRecord, StepRecord, TargetRecord
from sharedops_core.rules.alarms import Step, check_step
from sharedops_core.rules.clocks import parse_target
from sharedops_core.rules.commitments import KINDS
from sharedops_core.store.tables import Calendar, Policy, PolicyTarget, PriorityCell, Reason

_REASONS = {
    "waiting_reasons": "waiting", "handoff_reasons": "hand_off", "give_back_reasons": "give_back",
    "cancel_reasons": "cancel", "escalation_reasons": "escalation",
    "decision_reasons": "decision",
}  # fmt: skip
_COLUMNS = {
    "respond": "respond_within", "resolve": "resolve_within", "update": "update_within", "accept": "accept_within",
    "line1": "line1_within", "line2": "line2_within", "line3": "line3_within", "supplier": "supplier_within",
}  # fmt: skip


def policies(session: Session, path: Path) -> Changes:
    """Import policies with their targets and escalation chains, the reason codes and the priority matrix.

    `[[escalation]]` at the top is the chain of every policy of the file that has none of its own.
    """
    findings: list[str] = []
    changes = Changes()
    for file in documents.files(path, ".toml"):
        document = documents.toml(file, "policies", "matrix", "escalation", *_REASONS)
        found = documents.checked(documents.listed(file, document, "policies"), PolicyRecord, findings)
        usual = documents.checked(documents.listed(file, document, "escalation"), StepRecord, findings)
        calendars = ids_of(session, Calendar)
        for one in found:
            findings += _target_findings(file, one) + _step_findings(file, one.code, one.escalation)
            findings += unknown(f"{file}: {one.code}", "calendar", one.calendar, calendars)
        findings += _step_findings(file, "[[escalation]]", usual)
        documents.refuse(findings)
        same = ("code", "name_en", "name_zh", "description_en", "description_zh")
        rows = [
            {name: getattr(one, name) for name in same}
            | {"calendar_id": calendars[one.calendar], "escalation": _chain(one.escalation or usual)}
            for one in found
        ]
        changes += store(session, Policy, ["code"], rows)
        changes += _store_targets(session, found) + _store_reasons(session, file, document, findings)
    return changes


def _chain(steps: Sequence[StepRecord]) -> list[dict[str, object]]:
    return [step.model_dump() for step in steps]


def _store_targets(session: Session, found: Sequence[PolicyRecord]) -> Changes:
    ids = ids_of(session, Policy)
    rows = [
        {"policy_id": ids[one.code], "priority": int(key[1])}
        | {column: getattr(target, name) for name, column in _COLUMNS.items()}
        for one in found
        for key, target in one.targets.items()
    ]
    return store(session, PolicyTarget, ["policy_id", "priority"], rows)


def _store_reasons(session: Session, file: Path, document: Mapping[str, Any], findings: list[str]) -> Changes:
    rows = [
        {"kind": kind, "place": place, **one.model_dump()}
        for name, kind in _REASONS.items()
        for place, one in enumerate(
            documents.checked(documents.listed(file, document, name), ReasonRecord, findings), 1
        )
    ]
    cells = _cells(file, document.get("matrix", {}), findings)
    documents.refuse(findings)
    return store(session, Reason, ["kind", "code"], rows) + store(session, PriorityCell, ["impact", "urgency"], cells)


def _cells(file: Path, matrix: Any, findings: list[str]) -> list[dict[str, Any]]:
    """Return the cells of the priority matrix: impact → urgency → priority."""
    cells = []
    for impact, row in matrix.items() if isinstance(matrix, Mapping) else [("", matrix)]:
        where = f"{file}: [matrix.{impact}]"
        if not isinstance(row, Mapping):
            findings.append(_("{where} must be a table").format(where=where))
            continue
        for urgency, priority in row.items():
            if type(priority) is not int or not 1 <= priority <= 4:
                words = _("{value} is no priority; right would be 1 (highest) to 4").format(value=repr(priority))
                findings.append(f"{where}: {urgency}: {words}")
            cells.append({"impact": impact, "urgency": urgency, "priority": priority})
    return cells


def _target_findings(file: Path, policy: PolicyRecord) -> list[str]:
    return [
        f"{file}: {policy.code} {key}: {finding}"
        for key, target in policy.targets.items()
        for finding in _texts_findings(target)
    ]


def _texts_findings(target: TargetRecord) -> list[str]:
    findings = []
    for name in _COLUMNS:
        text = getattr(target, name)
        try:
            if text is not None:
                parse_target(text)
        except Refused as refusal:
            findings.append(f"{name}: {refusal}")
    return findings


def _step_findings(file: Path, where: str, steps: Sequence[StepRecord]) -> list[str]:
    points = [(step.clock, step.at) for step in steps]
    found = [
        (n, finding)
        for n, step in enumerate(steps, 1)
        for finding in check_step(Step(step.clock, step.at, tuple(step.tell), step.give), KINDS)
    ]
    found += [
        (n, _("{code}: stands there twice").format(code=" ".join(point)))
        for n, point in enumerate(points, 1)
        if point in points[: n - 1]
    ]
    return [
        _("{file}: {where}, step {n}: {finding}").format(file=file, where=where, n=n, finding=finding)
        for n, finding in found
    ]
