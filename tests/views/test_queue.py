"""The queue: its order, its pages, its counts and its filter."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import assignment, finding, opening, waiting
from sharedops_core.rules.request import Request
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import Event, Ticket
from sharedops_core.views import facets, pulse, queue, ranges
from sharedops_core.views.rows import Place
from tests.conftest import SEES_ALL, T0
from tests.views.conftest import HOUR, MINUTE

NOW = T0 + 9 * HOUR
LI_NA = Reader(1, "agent")


def numbers(session, view="open", person_id=None, text="", sort="due", now=NOW):
    """Return the ids of a view, in its order."""
    found = queue.page(session, queue.Question(view, person_id, text, sort), now, reader=SEES_ALL)
    return [row.ticket_id for row in found.rows]


@pytest.fixture
def many(session):
    """Forty-one open tickets: many of them due at the same instant, every fifth paused."""
    requester, agent = finding.person(session, "ana.ruiz"), finding.person(session, "li.na")
    for number in range(41):
        request = Request(f"ticket {number}", item="IT-NET-VPN-01", priority=number % 4 + 1)
        ticket = opening.open_ticket(session, request, actor=requester, at=T0 + (number % 3) * MINUTE)
        if number % 5 == 0:
            assignment.take(session, ticket.id, actor=agent, at=T0 + HOUR)
            waiting.wait(session, ticket.id, "requester", actor=agent, at=T0 + HOUR)
    return session


def test_running_clocks_first_by_due_time_then_paused_ones(desk):
    """The most urgent ticket is at the top; a ticket whose clocks stand is behind all that run."""
    rows = queue.page(desk, queue.Question(), NOW, reader=SEES_ALL).rows

    assert [row.ticket_id for row in rows] == [1, 6, 3, 2]
    assert [row.is_paused for row in rows] == [False, False, False, True]
    assert [row.due_at for row in rows[:3]] == sorted(row.due_at for row in rows[:3])
    assert (rows[3].due_at, rows[3].left) == (None, timedelta(hours=16) - 69 * MINUTE)


@pytest.mark.parametrize(
    ("sort", "order"),
    [("due", [1, 6, 3, 2]), ("priority", [1, 6, 3, 2]), ("opened", [1, 2, 3, 6]), ("changed", [1, 3, 2, 6])],
)
def test_each_order(desk, sort, order):
    """The list can be ordered by due time, priority, opening and last change."""
    assert numbers(desk, sort=sort) == order


@pytest.mark.parametrize(
    ("view", "person", "ids"),
    [
        ("open", None, [1, 6, 3, 2]),
        ("mine", 1, [6, 3, 2]),
        ("mine", 2, []),
        ("first_contact", 1, [6, 3, 2]),
        ("line_1", None, [1, 6, 3, 2]),
        ("line_2", None, []),
        ("breaching", None, [1]),
        ("waiting", None, [2]),
        ("offered", 3, [3]),
        ("offered", 1, []),
        ("resolved", None, [4]),
    ],
)
def test_each_view_holds_its_tickets(desk, view, person, ids):
    """A view shows what its name says, for the person who looks."""
    assert numbers(desk, view, person) == ids


@pytest.mark.parametrize("person_id", [None, 1, 2, 3, 30])
def test_counts_equal_pages(desk, person_id):
    """The figure beside a view's name is the length of its list."""
    counts = queue.counts(desk, NOW, reader=replace(SEES_ALL, person_id=person_id))
    assert counts == {view: len(numbers(desk, view, person_id)) for view in queue.VIEWS}


@pytest.mark.parametrize("sort", queue.SORTS)
@pytest.mark.parametrize("size", [1, 7, 20, 41, 100])
def test_paging_sees_each_row_once(many, sort, size):
    """Whatever the order and the size of a page, the pages together are the list: nothing twice, nothing missed."""
    question, seen, after = queue.Question(sort=sort), [], None
    while True:
        page = queue.page(many, question, NOW, reader=SEES_ALL, after=after, size=size)
        seen += [row.ticket_id for row in page.rows]
        after = page.after
        if after is None:
            break

    assert seen == numbers(many, sort=sort)
    assert sorted(seen) == list(range(1, 42))


@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("sort", queue.SORTS)
def test_the_list_read_from_its_end_is_the_list(many, sort, is_descending):
    """Pages from the last row upwards, turned round or not, show the same list as pages from the first row down."""
    question = queue.Question(sort=sort, is_descending=is_descending)
    whole = [row.ticket_id for row in queue.page(many, question, NOW, size=100, reader=SEES_ALL).rows]
    seen, place = [], Place(is_end=True)
    while place:
        page = queue.window(many, question, NOW, place, size=7, reader=SEES_ALL)
        seen = [row.ticket_id for row in page.rows] + seen
        place = Place(before=page.before) if page.before else None

    assert seen == whole
    assert sorted(seen) == list(range(1, 42))
    assert (whole == numbers(many, sort=sort)[::-1]) is is_descending


@pytest.mark.parametrize("sort", ["due", "holder", "subject", "team", "requester", "item"])
@pytest.mark.parametrize("rank", [0, 3, 20, 33, 40, 99])
def test_a_rank_leads_to_its_row_and_back(many, sort, rank):
    """A jump shows the row with that rank, from whichever end is nearer, and counting tells the rank again."""
    for is_descending in (False, True):
        question = queue.Question(sort=sort, is_descending=is_descending)
        whole = [row.ticket_id for row in queue.page(many, question, NOW, size=100, reader=SEES_ALL).rows]
        page = queue.window(many, question, NOW, Place(rank=rank), size=5, reader=SEES_ALL)
        begin = min(rank, 36)
        assert [row.ticket_id for row in page.rows] == whole[begin : begin + 5]
        first = page.rows[0].cursor
        assert queue.extent(many, question, NOW, first, reader=SEES_ALL) == queue.Extent(41, begin)
        since = queue.window(many, question, NOW, Place(since=first), size=5, reader=SEES_ALL)
        assert [row.ticket_id for row in since.rows] == whole[begin : begin + 5]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("line:1", [1, 6, 3, 2]),
        ("line>1", []),
        ("state:waiting,received", [1, 2]),
        ("-state:waiting", [1, 6, 3]),
        ("state:settled", [4, 5]),
        ("state:any p:3", [2, 3, 4, 5]),
        ("resolved:today", [4, 5]),
        ("p<3", [1, 6]),
        ("sla:breached", [1]),
        ("sla<0", [1]),
        ("sla>0", [6, 3]),
        ("sla:paused", [2]),
        ("sla:risk,calm", [6, 3]),
        ("who:none", [1]),
        ("-who:me", [1]),
        ("who:王磊", []),
        ("first:me -sla:paused", [6, 3]),
        ("requester:ana", [6, 2]),
        ("team:desk", [1, 6, 3, 2]),
        ("team:mine", [1, 6, 3, 2]),
        ("-team:desk", []),
        ("offered:any", [3]),
        ("offered:network", [3]),
        ("-offered:any", [1, 6, 2]),
        ("state:offered", [3]),
        ("状态：待签收，挂起", [3, 2]),
        ("-state:offered", [1, 6, 2]),
        ("state:offered,resolved", [3, 4]),
        ("state:open,resolved", [1, 2, 3, 4, 6]),
        ("state:any -state:offered,confirmed,cancelled", [1, 2, 4, 6]),
        ("item:it", [1, 6, 3, 2]),
        ("item:it.net.vpn-01", [1, 6, 3, 2]),
        ("item:hr,none", []),
        ("channel:portal kind:incident", [1, 6, 3, 2]),
        ("age>8h58m", [1, 2]),
        ("idle<1h", [6]),
        ("opened:today", [1, 6, 3, 2]),
        ("opened<today", []),
        ("is:vip", []),
        ('"a_b test" -vpn', [2]),
        ("-li.na", [1]),
    ],
)
def test_what_a_query_means(desk, text, ids):
    """Each field narrows the list as its name says, and - in front of it shows exactly the others."""
    assert numbers(desk, person_id=1, text=text) == ids


def test_what_is_known_of_a_ticket_is_not_negated(desk):
    """A field and its negation together are all tickets, also those in which the field is empty."""
    for text in ("who:me", "team:network", "item:hr", "requester:ana", "sla<0", "vpn", "first:none"):
        both = numbers(desk, person_id=1, text=text) + numbers(desk, person_id=1, text=f"-{text}")
        assert sorted(both) == [1, 2, 3, 6], text


@pytest.mark.parametrize("sort", queue.SORTS)
def test_every_order_knows_settled_tickets(desk, sort):
    """A list of tickets that are not open can be ordered and paged like any other."""
    question = queue.Question("open", 1, "state:any", sort)
    first = queue.page(desk, question, NOW, size=4, reader=SEES_ALL)
    rest = queue.page(desk, question, NOW, after=first.after, size=4, reader=SEES_ALL)

    assert sorted(row.ticket_id for row in (*first.rows, *rest.rows)) == [1, 2, 3, 4, 5, 6]


def test_facets_count_what_each_value_would_leave(desk):
    """A facet counts the list without its own choice, so that its other values can be added."""
    found = facets.facets(desk, queue.Question("open", 1, "state:waiting p:3"), NOW, reader=SEES_ALL)
    told = {field: [(one.value, one.count) for one in values] for field, values in found.items()}

    assert told["state"] == [("accepted", 1), ("waiting", 1)]
    assert told["priority"] == [("3", 1)]
    assert (told["team"], told["item"], told["line"]) == ([("desk", 1)], [("IT-NET-VPN", 1)], [("1", 1)])


def test_counts_know_saved_views(desk):
    """A saved view is counted like any other, under its own name."""
    counts = queue.counts(desk, NOW, [queue.Question("saved:7", 1, base="who:me p:3")], reader=SEES_ALL)

    assert counts["saved:7"] == 2


def test_a_row_that_leaves_does_not_shift_the_next_page(many):
    """A ticket settled between two pages makes no other ticket vanish from them."""
    first = queue.page(many, queue.Question(), NOW, reader=SEES_ALL, size=10)
    gone = first.rows[4].ticket_id
    ticket = many.get_one(Ticket, gone)
    ticket.state, ticket.queue_at, ticket.waiting_reason = "cancelled", None, None
    many.flush()
    second = queue.page(many, queue.Question(), NOW, reader=SEES_ALL, after=first.after, size=100)

    assert {row.ticket_id for row in (*first.rows, *second.rows)} == set(range(1, 42))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("100%", [1]),
        ("%", [1]),
        ("a_b", [2]),
        ("_", [2]),
        ("掉线", [3]),
        ("inc-10006", [6]),
        ("VPN 掉线", [3]),
        ("ruiz", [6, 2]),
        ("李娜 ana", [6, 2]),
        ("li.na", [6, 3, 2]),
        ("nothing", []),
        ("'; DROP TABLE ticket", []),
        ("\\", []),
        ("   ", [1, 6, 3, 2]),
    ],
)
def test_the_filter_takes_every_sign_for_itself(desk, text, ids):
    """Each word must occur in number, subject, requester or holder; % and _ are signs like any other."""
    assert numbers(desk, text=text) == ids


def test_a_row_says_who_and_where(desk):
    """A line of the queue names team, holder, requester and what is offered to whom."""
    row = queue.row(desk, 3, reader=SEES_ALL)

    assert (row.number, row.team_code, row.line, row.assignee_login, row.requester) == (
        "INC-10003", "desk", 1, "li.na", "王小明",
    )  # fmt: skip
    assert (row.offered_team_id, row.offered_agent_id, row.next_clock) == (2, None, "resolution")


def test_a_single_row_is_the_row_of_the_page(desk):
    """One row asked for alone is the row of the list; a settled ticket has one too, an unknown one has none."""
    assert {row.ticket_id: row for row in queue.page(desk, queue.Question(), NOW, reader=SEES_ALL).rows}[
        6
    ] == queue.row(desk, 6, reader=SEES_ALL)
    assert queue.row(desk, 5, reader=SEES_ALL).state == "confirmed"
    assert queue.row(desk, 99, reader=SEES_ALL) is None


def test_the_newest_event_grows_with_every_act(desk):
    """Somebody who remembers the newest event sees whether anything has happened since."""
    before = queue.news(desk, reader=SEES_ALL)
    assert (before.newest, before.count) == (len(desk.exec(select(col(Event.id))).all()), 0)
    waiting.resume(desk, 2, actor=finding.person(desk, "li.na"), at=NOW)
    assert queue.news(desk, before.newest, reader=SEES_ALL) == queue.News(before.newest + 1, 1)


def test_an_empty_desk_has_no_newest_event(session):
    """Before the first act the newest event is 0."""
    assert queue.news(session, reader=SEES_ALL) == queue.News(0, 0)


def test_the_pulse_counts_what_the_status_line_says(desk):
    """Open, breached, at risk, waiting, resolved today and the mean satisfaction of the week."""
    assert pulse.pulse(desk, NOW, reader=LI_NA) == pulse.Pulse(4, 1, 0, 1, 2, 4.5, 0)
    assert pulse.pulse(desk, T0 + 20 * MINUTE, reader=LI_NA).at_risk_count == 0
    assert pulse.pulse(desk, T0, reader=LI_NA).at_risk_count == 1
    assert pulse.pulse(desk, NOW + timedelta(days=8), reader=LI_NA).csat is None


@pytest.mark.parametrize("is_descending", [False, True])
def test_a_range_is_what_stands_between_its_ends(many, is_descending):
    """However far its ends are apart, a range holds both and everything between them, in the order of the list."""
    question = queue.Question(sort="subject", is_descending=is_descending)
    rows = queue.page(many, question, NOW, size=100, reader=SEES_ALL).rows
    ids = [row.ticket_id for row in rows]
    found = ranges.between(many, question, NOW, rows[3].cursor, rows[37].cursor, reader=SEES_ALL)

    assert found == ids[3:38]
    assert ranges.between(many, question, NOW, reader=SEES_ALL) == ids


def test_a_range_of_somebody_who_sees_nothing_is_empty(many):
    """Marks go through the same condition as the list."""
    assert ranges.between(many, queue.Question(), NOW) == []
