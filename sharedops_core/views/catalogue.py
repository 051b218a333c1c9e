"""The service catalogue as users read it: the tree, the card of an item, and finding one by any words (product A)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from sharedops_core.store import search
from sharedops_core.store.tables import CatalogueNode, Person, Policy, PolicyTarget, ServiceItem, Team


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A category (level 1), family (2), class (3) or service item (4), with the number of live items in it."""

    level: int
    code: str
    name_en: str
    name_zh: str
    items: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A live service item in a list; `score` is 0 to 1 within one answer, best 1."""

    code: str
    kind: str
    name_en: str
    name_zh: str
    plain_en: str
    plain_zh: str
    score: float


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised for one priority, as target texts with their unit: "5m", "2h", "1wd" (R14)."""

    priority: int
    respond_within: str
    resolve_within: str


@dataclass(frozen=True, slots=True)
class ItemCard:
    """The card of a service item in one version (product A2), everything a requester or an agent asks about it."""

    code: str
    version: int
    kind: str
    state: str
    path_en: tuple[str, ...]
    path_zh: tuple[str, ...]
    name_en: str
    name_zh: str
    plain_en: str
    plain_zh: str
    phrases_en: tuple[str, ...]
    phrases_zh: tuple[str, ...]
    scope_en: str
    scope_zh: str
    excludes_en: str
    excludes_zh: str
    audience: tuple[str, ...]
    scenario_en: str
    scenario_zh: str
    steps_en: tuple[str, ...]
    steps_zh: tuple[str, ...]
    priority: int
    policy: str
    policy_en: str
    policy_zh: str
    promises: tuple[Promise, ...]
    teams: tuple[tuple[int, str, str, str], ...]
    owner: str
    owner_login: str
    valid_from: date
    valid_to: date | None


def tree(session: Session, below: str = "") -> Sequence[NodeRow]:
    """Return the catalogue from top to bottom, each branch in the order of its codes; `below` keeps one branch."""
    nodes = session.exec(select(CatalogueNode).order_by(col(CatalogueNode.code))).all()
    items = session.exec(_live().order_by(col(ServiceItem.code))).all()
    found: list[NodeRow] = []

    def branch(parent_id: int | None) -> int:
        total = 0
        for node in (node for node in nodes if node.parent_id == parent_id):
            place = len(found)
            own = [item for item in items if item.class_id == node.id]
            below_here = branch(node.id)
            found[len(found) :] = [NodeRow(4, one.code, one.name_en, one.name_zh, 1) for one in own]
            count = len(own) + below_here
            found.insert(place, NodeRow(node.level, node.code, node.name_en, node.name_zh, count))
            total += count
        return total

    branch(None)
    wanted = below.strip().upper()
    return [row for row in found if row.code == wanted or row.code.startswith(f"{wanted}-")] if wanted else found


def find(session: Session, words: str, *, limit: int = 10) -> Sequence[ItemRow]:
    """Return the live items that fit words in either language, best first: names, plain words, phrases, scope."""
    hits = {hit.rowid: hit.score for hit in search.find(session, "item_fts", words, limit=limit)}
    items = session.exec(_live().where(col(ServiceItem.id).in_(hits)))
    rows = [
        ItemRow(
            item.code, item.kind, item.name_en, item.name_zh, item.plain_en, item.plain_zh, hits[item.id],
        )
        for item in items
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.score, row.code))


def live(session: Session, first: str = "") -> Sequence[ItemRow]:
    """Return all live items by code, those whose code begins with `first` before the others."""
    items = session.exec(_live().order_by(col(ServiceItem.code))).all()
    rows = [
        ItemRow(
            one.code, one.kind, one.name_en, one.name_zh, one.plain_en, one.plain_zh, float(one.code.startswith(first))
        )
        for one in items
    ]
    return sorted(rows, key=lambda row: (-row.score, row.code))


def item(session: Session, code: str) -> ItemCard | None:
    """Return the card of the newest version of an item, None when there is no such item."""
    found = session.exec(
        select(ServiceItem)
        .where(col(ServiceItem.code) == code.strip().upper())
        .order_by(col(ServiceItem.version).desc())
    ).first()
    return _card(session, found) if found else None


def live_count(session: Session) -> int:
    """Return how many live service items there are."""
    return session.exec(select(func.count()).select_from(_live().subquery())).one()


def _live() -> SelectOfScalar[ServiceItem]:
    return select(ServiceItem).where(col(ServiceItem.state) == "live")


def _card(session: Session, found: ServiceItem) -> ItemCard:
    path = _path(session, found.class_id)
    policy = session.get_one(Policy, found.policy_id)
    targets = session.exec(
        select(PolicyTarget).where(col(PolicyTarget.policy_id) == policy.id).order_by(col(PolicyTarget.priority))
    )
    owner = session.get(Person, found.owner_id) if found.owner_id else None
    same = (
        "code", "version", "kind", "state", "name_en", "name_zh", "plain_en", "plain_zh", "scope_en", "scope_zh",
        "excludes_en", "excludes_zh", "scenario_en", "scenario_zh", "priority", "valid_from", "valid_to",
    )  # fmt: skip
    listed: tuple[str, ...] = ("phrases_en", "phrases_zh", "steps_en", "steps_zh", "audience")
    plain: dict[str, Any] = {name: getattr(found, name) for name in same}
    plain |= {name: tuple(getattr(found, name)) for name in listed}
    return ItemCard(
        **plain,
        path_en=tuple(node.name_en for node in path),
        path_zh=tuple(node.name_zh for node in path),
        policy=policy.code,
        policy_en=policy.name_en,
        policy_zh=policy.name_zh,
        promises=tuple(Promise(row.priority, row.respond_within, row.resolve_within) for row in targets),
        teams=_teams(session, found),
        owner=owner.name if owner else "",
        owner_login=owner.login if owner else "",
    )


def _path(session: Session, class_id: int) -> list[CatalogueNode]:
    """Return category, family and class above an item."""
    low, middle, top = (aliased(CatalogueNode) for _level in range(3))
    found = session.exec(
        select(top, middle, low)
        .join(middle, col(middle.parent_id) == col(top.id))
        .join(low, col(low.parent_id) == col(middle.id))
        .where(col(low.id) == class_id)
    ).first()
    return list(found) if found else []


def _teams(session: Session, found: ServiceItem) -> tuple[tuple[int, str, str, str], ...]:
    ids = {line: team_id for line, team_id in enumerate((found.line1_id, found.line2_id, found.line3_id), 1) if team_id}
    teams = {team.id: team for team in session.exec(select(Team).where(col(Team.id).in_(ids.values())))}
    return tuple((line, (team := teams[one]).code, team.name_en, team.name_zh) for line, one in ids.items())
