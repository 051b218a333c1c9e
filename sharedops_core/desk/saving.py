"""Saving views: a query gets a name, for oneself or for one's team."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from sharedops_core.desk import finding
from sharedops_core.errors import NotAllowed, NotFound, Refused
from sharedops_core.i18n import _
from sharedops_core.rules import permissions, query
from sharedops_core.rules.permissions import OTHER, TEAM
from sharedops_core.rules.text import one_line
from sharedops_core.store.tables import Person, SavedView, Team

LONGEST_NAME = 40
_TO_CHANGE = (
    select(SavedView)
    .where(col(SavedView.id) == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def save_view(
    session: Session,
    name: str,
    asked: str,
    *,
    actor: Person,
    at: datetime,
    team: str | None = None,
    sort: str = "due",
    is_descending: bool = False,
) -> SavedView:
    """Save a query under a name, for the actor or for a team (its code); what had the name before is replaced.

    Raises BadQuery, Refused for a name that says nothing or is too long, NotFound, and NotAllowed for a team view
    of somebody who does not lead.
    """
    finding.require(session, "console", actor)
    query.parse(asked)
    whose = finding.team(session, team) if team else None
    _require_say(actor, whose)
    view = _named(session, _name(name), actor, whose) or SavedView(
        owner_id=None if whose else actor.id, team_id=whose.id if whose else None, saved_by_id=actor.id,
        name=_name(name), query="", saved_at=at,
    )  # fmt: skip
    view.query, view.sort, view.is_descending = asked.strip(), sort, is_descending
    view.saved_at, view.saved_by_id = at, actor.id
    session.add(view)
    session.flush()
    return view


def rename_view(session: Session, view_id: int, name: str, *, actor: Person, at: datetime) -> SavedView:
    """Give a saved view another name; raises Refused when another view of the same people has it."""
    view, whose = _view(session, view_id, actor)
    other = _named(session, _name(name), actor, whose)
    if other is not None and other.id != view.id:
        raise Refused(_("there is a view called {name} already").format(name=other.name))
    view.name, view.saved_at, view.saved_by_id = _name(name), at, actor.id
    session.add(view)
    session.flush()
    return view


def remove_view(session: Session, view_id: int, *, actor: Person, at: datetime) -> str:
    """Remove a saved view and return its name; the tickets in it stay as they are."""
    view, _whose = _view(session, view_id, actor)
    name = view.name
    session.delete(view)
    session.flush()
    return name


def view_id(session: Session, name: str, *, actor: Person, team: str | None = None) -> int:
    """Return the id of a view by its name, of the actor or of a team; raises NotFound."""
    whose = finding.team(session, team) if team else None
    view = _named(session, one_line(name).strip(), actor, whose)
    if view is None:
        raise NotFound(_("there is no view called {name}; `sharedops view list` shows them").format(name=name))
    return view.id


def _view(session: Session, wanted: int, actor: Person) -> tuple[SavedView, Team | None]:
    # Whoever comes second waits, and finds what the first one left.
    view = session.exec(_TO_CHANGE, params={"id": wanted}).first() or session.get(SavedView, wanted)
    if view is None or (view.owner_id is not None and view.owner_id != actor.id):
        raise NotFound(_("the view is not there any more"))
    whose = session.get(Team, view.team_id) if view.team_id is not None else None
    _require_say(actor, whose)
    return view, whose


def _require_say(actor: Person, whose: Team | None) -> None:
    relations = permissions.granted(actor.role, "share_view")
    is_allowed = OTHER in relations or (TEAM in relations and whose is not None and whose.lead_id == actor.id)
    if whose is not None and not is_allowed:
        raise NotAllowed(_("views of a team are made by its lead; save it for yourself instead"))


def _named(session: Session, name: str, actor: Person, whose: Team | None) -> SavedView | None:
    mine = col(SavedView.owner_id) == actor.id if whose is None else col(SavedView.team_id) == whose.id
    return session.exec(select(SavedView).where(mine, col(SavedView.name) == name)).first()


def _name(name: str) -> str:
    cleaned = one_line(name).strip()
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise Refused(_("a view needs a name of at most {n} letters").format(n=LONGEST_NAME))
    return cleaned
