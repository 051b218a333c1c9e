"""Policies as the clock rules need them, loaded once per transaction."""

import json
from functools import lru_cache

from sqlmodel import Session, col, select

from sharedops_core.errors import NotFound
from sharedops_core.i18n import _
from sharedops_core.rules import calendar as calendars
from sharedops_core.rules import commitments
from sharedops_core.store.tables import Calendar, Policy, PolicyTarget, Reason

DEFAULT_POLICY = "standard"


def load(session: Session, policy_id: int) -> commitments.Policy:
    """Return the policy with its compiled calendar; kept for the life of the session."""
    loaded: dict[int, commitments.Policy] = session.info.setdefault("policies", {})
    if policy_id not in loaded:
        loaded[policy_id] = _load(session, policy_id)
    return loaded[policy_id]


def _load(session: Session, policy_id: int) -> commitments.Policy:
    calendar = session.exec(select(Calendar).join(Policy).where(col(Policy.id) == policy_id)).one()
    rows = session.exec(select(PolicyTarget).where(col(PolicyTarget.policy_id) == policy_id)).all()
    reasons = session.exec(select(Reason).where(col(Reason.kind) == "waiting")).all()
    return commitments.Policy(
        calendar=_compiled(calendar.code, json.dumps(calendar.document, sort_keys=True)),
        targets={
            commitments.RESPONSE: {row.priority: row.respond_within for row in rows},
            commitments.RESOLUTION: {row.priority: row.resolve_within for row in rows},
        },
        pausing={
            commitments.RESPONSE: {reason.code: reason.pauses_response for reason in reasons},
            commitments.RESOLUTION: {reason.code: reason.pauses_resolution for reason in reasons},
        },
    )


@lru_cache(maxsize=64)
def _compiled(code: str, document: str) -> calendars.Calendar:
    """Compile a calendar once per process and content: its index of open time is worth keeping."""
    return calendars.parse_calendar(code, json.loads(document))


def default_id(session: Session) -> int:
    """Return the policy of tickets without a service item."""
    found = session.exec(select(Policy.id).where(col(Policy.code) == DEFAULT_POLICY)).first()
    if found is None:
        raise NotFound(_("there is no policy named {code}; run `sharedops init`").format(code=DEFAULT_POLICY))
    return found
