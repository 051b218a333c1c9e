"""The saved views that a person sees: their own, then those of their teams."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from sharedops_core.store.access import Reader
from sharedops_core.store.tables import SavedView, Team
from sharedops_core.views.rows import SavedRow


def saved(session: Session, *, reader: Reader | None = None) -> Sequence[SavedRow]:
    """Return the views a person has saved and those of the teams they are in or lead, in the order of their names."""
    if reader is None:
        return []
    found = session.exec(
        select(SavedView, Team.code)
        .join(Team, col(Team.id) == col(SavedView.team_id), isouter=True)
        .where(or_(col(SavedView.owner_id) == reader.person_id, col(SavedView.team_id).in_(reader.team_ids)))
        .order_by(col(SavedView.team_id).is_not(None), col(Team.code), col(SavedView.name))
    )
    return [SavedRow(v.id, v.name, v.query, v.sort, v.is_descending, code or "") for v, code in found]
