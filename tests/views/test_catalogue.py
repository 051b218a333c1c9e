"""The catalogue and the knowledge base as they are read."""

from dataclasses import asdict
from datetime import date

import pytest

from sharedops_core.desk import masterdata
from sharedops_core.store.tables import CatalogueNode, ServiceItem
from sharedops_core.views import catalogue, knowledge
from tests.conftest import SEES_ALL, T0

ARTICLE = {
    "kind": "how_to", "audience": "everyone", "state": "published", "families": ["IT-NET"], "owner_id": 3,
    "reviewed_on": date(2026, 1, 5), "body_en": "Open the client.", "body_zh": "打开客户端。",
}  # fmt: skip


@pytest.fixture
def shop(session):
    """The small centre with a second family, a second item of three versions, and four articles."""
    session.add(CatalogueNode(id=4, code="IT-ACC", level=2, parent_id=1, name_en="Accounts", name_zh="账号"))
    session.flush()
    session.add(CatalogueNode(id=5, code="IT-ACC-PWD", level=3, parent_id=4, name_en="Passwords", name_zh="密码"))
    session.flush()
    known = session.get_one(ServiceItem, 1)
    same = {
        name: value
        for name, value in known.model_dump().items()
        if name not in ("id", "version", "valid_from", "valid_to")
    }
    for names in (("Reset", "重置密码"), ("Reset it", "重置密码"), ("Reset a password", "密码重置")):
        row = same | {"code": "IT-ACC-PWD-01", "class_id": 5, "name_en": names[0], "name_zh": names[1]}
        masterdata.store_items(session, [row], today=T0.date())
    texts = (
        ("KB-0001", "VPN client", "VPN 客户端", {}),
        ("KB-0002", "VPN at home", "在家用 VPN", {"families": ["IT-ACC"]}),
        ("KB-0003", "VPN draft", "VPN 草稿", {"state": "draft"}),
        ("KB-0004", "Passwords", "密码规则", {}),
    )
    rows = [ARTICLE | {"key": key, "title_en": en, "title_zh": zh} | other for key, en, zh, other in texts]
    masterdata.store_articles(session, rows)
    return session


def test_the_tree_is_a_walk_from_top_to_bottom(shop):
    """Each branch stands before its parts, in the order of codes, with the number of live items below it."""
    assert [(row.level, row.code, row.items) for row in catalogue.tree(shop)] == [
        (1, "IT", 2),
        (2, "IT-ACC", 1), (3, "IT-ACC-PWD", 1), (4, "IT-ACC-PWD-01", 1),
        (2, "IT-NET", 1), (3, "IT-NET-VPN", 1), (4, "IT-NET-VPN-01", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(("below", "count"), [("IT-ACC", 3), ("it-acc", 3), (" IT-NET-VPN ", 2), ("IT-N", 0), ("X", 0)])
def test_a_branch_of_the_tree(shop, below, count):
    """A code keeps its own branch, whole codes only, as people type them."""
    assert len(catalogue.tree(shop, below)) == count


def test_the_card_is_that_of_the_newest_version(shop):
    """The card has path, promises, teams and owner of the version that counts now."""
    card = catalogue.item(shop, " it-acc-pwd-01 ")

    assert (card.version, card.state, card.name_en) == (3, "live", "Reset a password")
    assert (card.path_en, card.path_zh) == (("IT", "Accounts", "Passwords"), ("IT", "账号", "密码"))
    assert [asdict(promise) for promise in card.promises][2] == {
        "priority": 3, "respond_within": "2h", "resolve_within": "16h",
    }  # fmt: skip
    assert card.teams == ((1, "desk", "Desk", "1线团队"), (2, "network", "Network", "2线团队"),
                          (3, "platform", "Platform", "3线团队"))  # fmt: skip
    assert (card.owner, card.owner_login, card.policy, card.valid_to) == ("周凯", "zhou.kai", "standard", None)


def test_an_unknown_item_has_no_card(shop):
    """There is nothing to show about an item that is not there."""
    assert catalogue.item(shop, "IT-ACC-PWD-99") is None


@pytest.mark.parametrize(
    ("words", "first"), [("密码", "IT-ACC-PWD-01"), ("reset pass", "IT-ACC-PWD-01"), ("连不上", "IT-NET-VPN-01")]
)
def test_live_items_are_found_in_either_language(shop, words, first):
    """The best item for the words comes first; retired versions are never offered."""
    rows = catalogue.find(shop, words)

    assert (rows[0].code, rows[0].score) == (first, 1.0)
    assert len({row.code for row in rows}) == len(rows)
    assert catalogue.live_count(shop) == 2


def test_nothing_found_is_empty(shop):
    """Words that nothing has find nothing."""
    assert list(catalogue.find(shop, "qqqqqqqq")) == []
    assert list(knowledge.find(shop, "qqqqqqqq", reader=SEES_ALL)) == []


def test_articles_are_found_by_words_and_by_key(shop):
    """Words find what is published, a key finds its article whatever its state; drafts are not offered."""
    assert {row.key for row in knowledge.find(shop, "VPN", reader=SEES_ALL)} == {"KB-0001", "KB-0002"}
    assert [row.key for row in knowledge.find(shop, "kb-0003", reader=SEES_ALL)] == ["KB-0003"]
    assert [row.key for row in knowledge.find(shop, "密码规则", reader=SEES_ALL)] == ["KB-0004"]
    assert len(knowledge.find(shop, "VPN", reader=SEES_ALL, limit=1)) == 1


def test_an_article_has_owner_families_and_both_languages(shop):
    """The row of an article is all that is shown of it."""
    row = knowledge.article(shop, " kb-0001 ", reader=SEES_ALL)

    assert (row.key, row.title_zh, row.body_en, row.owner) == ("KB-0001", "VPN 客户端", "Open the client.", "刘洋")
    assert (row.families, row.reviewed_on, row.state) == (("IT-NET",), date(2026, 1, 5), "published")
    assert knowledge.article(shop, "KB-9999", reader=SEES_ALL) is None


@pytest.mark.parametrize(("family", "first"), [("IT-NET", "KB-0001"), ("IT-ACC", "KB-0002")])
def test_suggestions_prefer_the_family_of_the_ticket(shop, family, first):
    """Of two articles that fit about alike, the one of the ticket's own family comes first."""
    assert knowledge.suggest(shop, "VPN", reader=SEES_ALL, families=[family])[0].key == first


def test_suggestions_are_at_most_so_many_and_never_above_one(shop):
    """A suggestion's fit stays between 0 and 1, and the list is as long as asked."""
    rows = knowledge.suggest(shop, "VPN client passwords", reader=SEES_ALL, families=["IT-NET"], limit=2)
    assert len(rows) == 2
    assert all(0 <= row.score <= 1 for row in rows)
