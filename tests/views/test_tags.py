"""Tags as readers see them: in queries, facets, lists and cards, and never one of a ticket that is not for them."""

import pytest

from sharedops_core.desk import changing, finding
from sharedops_core.store import access
from sharedops_core.views import facets, people, queue, tags
from sharedops_core.views import ticket as tickets
from sharedops_core.views.rows import Place
from tests.conftest import SEES_ALL, T0
from tests.lanes import INSIDERS, OUTSIDERS, add_lane, secret
from tests.views.conftest import HOUR

NOW = T0 + 9 * HOUR
TAGGED = {1: ["month-end", "vpn"], 2: ["vpn"], 3: ["月结"]}


@pytest.fixture
def tagged(desk):
    """The hand-made desk with tags on three of its four open tickets."""
    for ticket_id, added in TAGGED.items():
        changing.tag(desk, ticket_id, added, actor=finding.person(desk, "li.na"), at=NOW)
    return desk


def ids(session, text, reader=SEES_ALL):
    """Return the tickets a query means, after the count has said the same."""
    question = queue.Question("open", None, text)
    found = {row.ticket_id for row in queue.page(session, question, NOW, reader=reader).rows}
    assert queue.extent(session, question, NOW, None, reader=reader).total == len(found)
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tag:vpn", {1, 2}),
        ("tag:VPN,月结", {1, 2, 3}),
        ('tag:"Month End"', {1}),
        ("tag:vpn tag:month-end", {1}),
        ("-tag:vpn", {3, 6}),
        ("tag:none", {6}),
        ("标签：无，月结", {3, 6}),
        ("-tag:none", {1, 2, 3}),
        ("tag:nothing", set()),
        ("tag:vp", set()),
    ],
)
def test_a_query_finds_tags(tagged, text, found):
    """However a tag is typed; none means a ticket without any."""
    assert ids(tagged, text) == found


def test_facets_count_tags(tagged):
    """As any facet: the most frequent first, its own choice left out of the count."""
    found = facets.facets(tagged, queue.Question("open", None, "tag:月结"), NOW, reader=SEES_ALL)["tag"]
    assert [(one.value, one.count) for one in found] == [("vpn", 2), ("month-end", 1), ("月结", 1)]


def test_rows_have_tags_for_whoever_shows_them(tagged):
    """The plain list reads none."""
    question = queue.Question("open", None)
    plain = queue.window(tagged, question, NOW, Place(), reader=SEES_ALL).rows
    full = queue.tagged_window(tagged, question, NOW, Place(), reader=SEES_ALL).rows

    assert {row.tags for row in plain} == {()}
    assert {row.ticket_id: list(row.tags) for row in full} == TAGGED | {6: []}
    assert [row.tags for row in queue.tagged_rows(tagged, [2], reader=SEES_ALL)] == [("vpn",)]


def test_tags_in_use_are_completed(tagged):
    """In the order of the alphabet, each once."""
    assert tags.in_use(tagged, reader=SEES_ALL) == ["month-end", "vpn", "月结"]
    assert [value for value, _name in people.names(tagged, reader=SEES_ALL)["tag"]] == ["month-end", "vpn", "月结"]
    assert tags.in_use(tagged) == []


@pytest.fixture
def sealed(tagged):
    """A confidential ticket with a tag of its own and one that others have, too."""
    add_lane(tagged)
    ticket = secret(tagged)
    changing.tag(tagged, ticket.id, ["vpn", "warning"], actor=finding.person(tagged, "hou.jia"), at=NOW)
    return tagged, ticket.id


def seen(session, login):
    """Return every tag that a person is told of, by query, facet, list, card and completion."""
    reader = access.reader(session, finding.person(session, login))
    question = queue.Question("open", None)
    rows = queue.tagged_window(session, question, NOW, Place(), reader=reader).rows
    cards = [tickets.ticket(session, row.ticket_id, NOW, reader=reader) for row in rows]
    found = {tag for one in (*rows, *cards) for tag in one.tags} | set(tags.in_use(session, reader=reader))
    found |= {one.value for one in facets.facets(session, question, NOW, reader=reader)["tag"]}
    return found | ({"warning"} if ids(session, "tag:warning", reader) else set())


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_tag_of_confidential_tickets_alone_is_nobodys(sealed, login):
    """It is not seen, not counted, not completed, and asking for it finds nothing."""
    assert "warning" not in seen(sealed[0], login)


@pytest.mark.parametrize("login", [one for one in INSIDERS if one != "wang.lei"])
def test_a_lane_sees_its_tags(sealed, login):
    """Members, leads and the auditor see what outsiders do not."""
    assert "warning" in seen(sealed[0], login)


def test_from_outside_a_ticket_has_no_tags(sealed):
    """The requester sees the ticket, and no tag of it, however they ask."""
    session, ticket_id = sealed
    reader = access.reader(session, finding.person(session, "wang.xiaoming"))

    assert tickets.ticket(session, ticket_id, NOW, reader=reader).tags == ()
    assert seen(session, "wang.xiaoming") == set()
    assert ids(session, "tag:none", reader) == set()
