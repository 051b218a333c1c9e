"""Policies as the clock rules need them: whole versions, written once and never changed, compiled once per content."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Row, String, bindparam, cast
from sqlmodel import Session, col, select

from sharedops_core.errors import NotFound
from sharedops_core.i18n import _
from sharedops_core.rules import calendar as calendars
from sharedops_core.rules import commitments
from sharedops_core.rules.alarms import Step
from sharedops_core.rules.settings import NUMBERS, SILENT_AFTER
from sharedops_core.store import settings
from sharedops_core.store.tables import Calendar, CalendarVersion, Policy, PolicyTarget, PolicyVersion, Reason, Team

DEFAULT_POLICY = "standard"
_COLUMNS = {
    commitments.RESPONSE: "respond_within", commitments.RESOLUTION: "resolve_within",
    commitments.UPDATE: "update_within", commitments.ACCEPTANCE: "accept_within", "line1": "line1_within",
    "line2": "line2_within", "line3": "line3_within", commitments.SUPPLIER: "supplier_within",
}  # fmt: skip
"""What a policy promises → the column of its targets."""

Document = dict[str, Any]


_VERSION = select(PolicyVersion.id, cast(PolicyVersion.document, String), PolicyVersion.made_at)
_BY_ID = _VERSION.where(col(PolicyVersion.id) == bindparam("id"))
_NEWEST = (
    _VERSION.where(col(PolicyVersion.policy_id) == bindparam("of")).order_by(col(PolicyVersion.id).desc()).limit(1)
)


def versions(session: Session) -> commitments.PolicyOf:
    """Return what gives the version of a policy by its id, read once per session."""
    return partial(load, session)


def load(session: Session, terms_id: int) -> commitments.Policy:
    """Return a version of a policy, compiled; kept for the life of the session."""
    found = _loaded(session).get(terms_id)
    return found or _keep(session, session.connection().execute(_BY_ID, {"id": terms_id}).one())


def current(session: Session, policy_id: int) -> int:
    """Return the id of the version that counts now; raises NotFound for a policy that was never put in force."""
    found = session.connection().execute(_NEWEST, {"of": policy_id}).first()
    if found is None:
        raise NotFound(_("policy {id} is not in force; run `sharedops init`").format(id=policy_id))
    return _keep(session, found).terms_id


def _loaded(session: Session) -> dict[int, commitments.Policy]:
    loaded: dict[int, commitments.Policy] = session.info.setdefault("policies", {})
    return loaded


def _keep(session: Session, row: Row[int, str, datetime]) -> commitments.Policy:
    found = _loaded(session)[row[0]] = _compiled(*row)
    return found


def default_id(session: Session) -> int:
    """Return the policy of tickets without a service item."""
    found = session.exec(select(Policy.id).where(col(Policy.code) == DEFAULT_POLICY)).first()
    if found is None:
        raise NotFound(_("there is no policy named {code}; run `sharedops init`").format(code=DEFAULT_POLICY))
    return found


def stored_calendar(session: Session, code: str) -> calendars.Calendar | None:
    """Return a calendar with all its versions, None when there is none of that code."""
    found = session.exec(
        select(CalendarVersion).join(Calendar).where(col(Calendar.code) == code).order_by(col(CalendarVersion.id))
    ).all()
    return _calendar(code, _versions(found)) if found else None


def snapshots(session: Session) -> Mapping[int, Document]:
    """Return every policy as a whole document of what it promises now, by its id."""
    codes = dict(session.exec(select(Calendar.id, Calendar.code)).all())
    stored = session.exec(select(CalendarVersion).order_by(col(CalendarVersion.valid_from))).all()
    documents = {
        code: _versions([one for one in stored if one.calendar_id == calendar_id])
        for calendar_id, code in codes.items()
    }
    teams = {
        str(team.id): codes[team.calendar_id] for team in session.exec(select(Team)) if team.calendar_id is not None
    }
    waiting = session.exec(select(Reason).where(col(Reason.kind) == "waiting").order_by(col(Reason.code)))
    shared = {"teams": teams, "pausing": {reason.code: sorted(reason.pauses) for reason in waiting}}
    if (silent_after := settings.given(session, SILENT_AFTER)) is not None:
        shared[SILENT_AFTER] = silent_after
    targets = session.exec(select(PolicyTarget).order_by(col(PolicyTarget.priority))).all()
    return {
        policy.id: shared
        | {
            "code": policy.code,
            "calendar": codes[policy.calendar_id],
            "calendars": {code: documents[code] for code in {codes[policy.calendar_id], *teams.values()}},
            "targets": _target_texts([one for one in targets if one.policy_id == policy.id]),
            "escalation": policy.escalation,
        }
        for policy in session.exec(select(Policy))
    }


def _versions(stored: Any) -> list[Document]:
    return [{"from": one.valid_from.isoformat(), **one.document} for one in stored]


def _target_texts(rows: list[PolicyTarget]) -> dict[str, dict[str, str]]:
    return {
        key: {str(row.priority): text for row in rows if (text := getattr(row, column))}
        for key, column in _COLUMNS.items()
    }


@lru_cache(maxsize=256)
def _compiled(terms_id: int, document: str, made_at: datetime) -> commitments.Policy:
    """Compile a version once per process and content: the index of open time in its calendars is worth keeping."""
    found: Document = json.loads(document)
    built = {code: _calendar(code, versions) for code, versions in found["calendars"].items()}
    return commitments.Policy(
        calendar=built[found["calendar"]],
        targets={key: {int(p): text for p, text in texts.items()} for key, texts in found["targets"].items()},
        pausing=found["pausing"],
        team_calendars={int(team): built[code] for team, code in found["teams"].items()},
        steps=tuple(
            Step(step["clock"], step["at"], tuple(step.get("tell", ())), step.get("give"))
            for step in found["escalation"]
        ),
        terms_id=terms_id,
        code=found["code"],
        made_at=made_at,
        silent_after=found.get(SILENT_AFTER, NUMBERS[SILENT_AFTER].usual),
    )


def _calendar(code: str, documents: list[Document]) -> calendars.Calendar:
    """Compile a calendar once per process and content, for however many policies count on it."""
    return _calendar_of(code, json.dumps(documents, sort_keys=True))


@lru_cache(maxsize=64)
def _calendar_of(code: str, documents: str) -> calendars.Calendar:
    found = json.loads(documents)
    return calendars.succeeding((date.fromisoformat(one["from"]), calendars.parse_calendar(code, one)) for one in found)
