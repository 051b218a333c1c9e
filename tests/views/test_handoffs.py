"""What a hand-off begins with: what the ticket knows already."""

from datetime import date, timedelta

import pytest

from sharedops_core.desk import assignment, conversation, finding, opening, promising
from sharedops_core.desk import handoffs as desk_handoffs
from sharedops_core.rules.handoff import Slots, keys_in, shortened
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import Article
from sharedops_core.views import handoffs
from sharedops_core.views import ticket as tickets
from tests.conftest import SEES_ALL, T0
from tests.desk.conftest import FULL

HOUR = timedelta(hours=1)


@pytest.fixture
def begun(session):
    """Return the slots of a new ticket that 李娜 holds, after she has done something with it."""
    ana, na = (finding.person(session, login) for login in ("ana.ruiz", "li.na"))
    ticket = opening.open_ticket(session, Request("VPN drops", "It drops. 每次都要重新登录。"), actor=ana, at=T0)
    assignment.take(session, ticket.id, actor=na, at=T0)

    def begun(*acts):
        for act, *subject in acts:
            act(session, ticket.id, *subject, actor=na, at=T0 + HOUR)
        return handoffs.begun(session, tickets.ticket(session, ticket.id, T0 + HOUR, reader=SEES_ALL))

    return begun


def test_asked_is_what_the_requester_said_first(begun):
    """Nothing but the first words is known of an untouched ticket, and nobody else knows what is wanted."""
    assert begun() == Slots(asked="It drops. 每次都要重新登录。")


def test_tried_names_the_articles_that_were_used(session, begun):
    """Articles named in replies and notes, each once with its title; a key of none is left out."""
    session.add(Article(key="KB-331", kind="how_to", audience="agents", families=[], reviewed_on=date(2026, 1, 1),
                        title_en="Reset it", title_zh="重置", body_en="", body_zh=""))  # fmt: skip
    slots = begun(
        (conversation.reply, "Please try KB-331"), (conversation.note, "KB-331, KB-999"), (conversation.note, "no use")
    )
    assert (slots.tried, slots.found) == ("KB-331 Reset it", "no use")


def test_open_promises_come_with_their_moment(begun):
    """What is promised is said with when; a promise that was kept is nobody's any more."""
    promised = [(promising.promise, T0 + hours * HOUR, f"call {hours}") for hours in (3, 4)]
    slots = begun(*promised, (promising.keep,))
    assert slots.promised == f"{(T0 + 4 * HOUR).astimezone():%Y-%m-%d %H:%M} call 4"


def test_the_route_says_who_gave_who_accepted_and_how_long_it_was_held(session):
    """Every hand-off is one line; an accepted one says how long the giver had it, by the ledger."""
    na, yang = (finding.person(session, login) for login in ("li.na", "liu.yang"))
    ticket = opening.open_ticket(session, Request("x", requester="ana.ruiz"), actor=na, at=T0)
    assignment.take(session, ticket.id, actor=na, at=T0)
    for answer, hours in ((desk_handoffs.give_back, 1), (desk_handoffs.accept, 2)):
        to = desk_handoffs.Destination("network")
        desk_handoffs.hand_off(session, ticket.id, to, FULL, "other", actor=na, at=T0 + hours * HOUR)
        why = ("not_ours",) if answer is desk_handoffs.give_back else ()
        answer(session, ticket.id, *why, actor=yang, at=T0 + hours * HOUR + HOUR / 2)

    card = tickets.ticket(session, ticket.id, T0 + 3 * HOUR, reader=SEES_ALL)
    route = [handoffs.leg(card, one) for one in card.handoffs]
    assert ["given back by 刘洋" in route[0], "accepted by 刘洋" in route[1]] == [True, True]
    assert route[1].endswith("held: 2:30:00") and "held" not in route[0]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a\n b", "a b"), ("无法登录。" * 40, "无法登录。" * 32), ("x" * 200, "x" * 159 + "…"),
        ("First we did this and that, at length. " * 6, "First we did this and that, at length. " * 4),
    ],
)  # fmt: skip
def test_a_long_text_ends_with_a_whole_sentence(text, short):
    """One line, cut after a sentence of either language where there is one."""
    assert shortened(text) == short.strip()


def test_a_key_is_a_word_of_its_own():
    """What only looks like the key of an article is none."""
    assert keys_in(["见KB-7。", "see KB-12, KB-12a XKB-3", "(KB-12)"]) == ("KB-12",)
