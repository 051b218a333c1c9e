"""The report on shifts (交接班): how many were handed over, and whether their sheets were signed in time (D7)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from sharedops_core.i18n import _
from sharedops_core.rules import sheets
from sharedops_core.store.sheets import readable
from sharedops_core.store.tables import Person, ShiftSheet, Team
from sharedops_core.views.figures import Report, Scope
from sharedops_core.views.scope import sum_if

_Author, _Successor = aliased(Person), aliased(Person)

SHIFTS_BY: Mapping[str, Callable[[], Any]] = {
    "team": lambda: col(Team.code), "author": lambda: col(_Author.login), "successor": lambda: col(_Successor.login),
}  # fmt: skip
"""What the rows can be made by: whose shift it was, of which team, and who was to sign."""


def shifts(session: Session, scope: Scope, now: datetime, by: str | None) -> Report:
    """Count the sheets sent in the period that the reader may read, with a row for each team or agent."""
    measures = _measures(now)
    start, end = scope.period.start, scope.period.end
    source = (
        select(*(measure.label(name) for name, measure in measures.items()))
        .select_from(ShiftSheet)
        .join(_Author, col(_Author.id) == col(ShiftSheet.author_id))
        .join(_Successor, col(_Successor.id) == col(ShiftSheet.successor_id))
        .join(Team, col(Team.id) == col(ShiftSheet.team_id), isouter=True)
        .where(readable(scope.reader), col(ShiftSheet.decision) != sheets.WITHDRAWN)
    )
    source = source.where(col(ShiftSheet.sent_at) >= start) if start is not None else source
    source = source.where(col(ShiftSheet.sent_at) < end) if end is not None else source
    figures = dict(session.execute(source).mappings().one())
    signed = figures["signed_in_time"] + figures["signed_late"]
    figures["in_time_percent"] = round(100 * figures["signed_in_time"] / signed) if signed else None
    rows = []
    if by is not None:
        dimension = SHIFTS_BY[by]()
        grouped = source.add_columns(dimension.label(by)).group_by(dimension).order_by(func.count().desc(), dimension)
        rows = [{by: row[by], **{name: row[name] for name in measures}} for row in session.execute(grouped).mappings()]
    return Report("shifts", _("Shifts handed over"), scope.period, figures, _definitions(), rows, by, list(measures))


def _measures(now: datetime) -> dict[str, Any]:
    is_signed = col(ShiftSheet.decision) == sheets.SIGNED
    is_open = col(ShiftSheet.decision) == sheets.SENT
    in_time = or_(col(ShiftSheet.sign_by).is_(None), col(ShiftSheet.answered_at) <= col(ShiftSheet.sign_by))
    return {
        "handed_over": func.count(),
        "signed_in_time": sum_if(and_(is_signed, in_time)),
        "signed_late": sum_if(and_(is_signed, ~in_time)),
        "sent_back": sum_if(col(ShiftSheet.decision) == sheets.RETURNED),
        "unsigned": sum_if(is_open),
        "unsigned_late": sum_if(and_(is_open, col(ShiftSheet.sign_by) < now)),
    }


def _definitions() -> dict[str, str]:
    return {
        "handed_over": _("Sheets sent in the period that you may read; those replaced by another are not counted."),
        "signed_in_time": _("Of these, signed within the open time that the team of the author allows."),
        "signed_late": _("Of these, signed after it."),
        "sent_back": _("Of these, sent back by the successor."),
        "unsigned": _("Of these, waiting for the signature now."),
        "unsigned_late": _("Of the unsigned ones, past the time by which they should have been signed."),
        "in_time_percent": _("Signed in time, per hundred signed sheets; - while none is signed."),
    }
