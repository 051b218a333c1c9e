"""The plans of push from a file: their teams, times and pools are checked before anything is stored."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlmodel import Session

from sharedops_core.desk import masterdata
from sharedops_core.errors import Refused
from sharedops_core.i18n import _
from sharedops_core.intake import documents
from sharedops_core.intake.documents import ids_of, unknown
from sharedops_core.intake.records import PushRecord
from sharedops_core.rules import push
from sharedops_core.rules.clocks import parse_target
from sharedops_core.rules.text import clean
from sharedops_core.store.tables import PushPlan, Team

Plans = Mapping[str, PushRecord]


def read(found: Sequence[documents.Found], teams: Mapping[str, int], findings: list[str]) -> Plans:
    """Return plans by the codes of their teams; what is wrong with them goes to `findings`."""
    plans: dict[str, PushRecord] = {}
    for one in found:
        for plan in documents.checked([one], PushRecord, findings):
            findings += [*unknown(one.where, "team", plan.team, teams), *_unclear(one.where, plan)]
            if plan.team in plans:
                findings.append(_("{where}: {team} stands there twice").format(where=one.where, team=plan.team))
            plans[plan.team] = plan
    return plans


def store(session: Session, plans: Plans) -> masterdata.Changes:
    """Write plans, and return what became of them by the codes of their teams."""
    teams = ids_of(session, Team)
    rows = [{**plan.model_dump(exclude={"team"}), "team_id": teams[code]} for code, plan in plans.items()]
    found = masterdata.store(session, PushPlan, ["team_id"], rows)
    codes = {str(team_id): code for code, team_id in teams.items()}
    added, changed = (tuple(codes[one] for one in labels) for labels in (found.added, found.changed))
    return masterdata.Changes(added, changed, found.unchanged)


def _unclear(where: str, plan: PushRecord) -> Iterator[str]:
    """Yield what is wrong with the times and pools of a plan."""
    words = _("{where}: {column} = {value}: right would be open time above zero, like 5m or 1h30m")
    texts = [("accept_within", plan.accept_within), *(("after", one.after) for one in plan.widen)]
    wrong = [(column, text) for column, text in texts if _span(text) is None]
    yield from (words.format(where=where, column=column, value=clean(repr(text))) for column, text in wrong)
    if not wrong:
        steps = [push.Step(_span(one.after) or timedelta(0), one.pool) for one in plan.widen]
        yield from (f"{where}: widen: {one}" for one in push.findings(steps))


def _span(text: str) -> timedelta | None:
    try:
        return parse_target(text).span or None
    except Refused:
        return None
