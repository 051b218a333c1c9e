"""The card of a ticket: everything about one, and nothing of another."""

from datetime import timedelta

import pytest
from sqlmodel import select

from sharedops_core import i18n
from sharedops_core.desk import conversation, finding
from sharedops_core.store import access
from sharedops_core.store.tables import Person, Reason
from sharedops_core.views import people, ticket
from tests.conftest import SEES_ALL, T0
from tests.views.conftest import HOUR, MINUTE

NOW = T0 + 9 * HOUR


def card(desk, ticket_id, person_id=None):
    """Return the card of a ticket of the hand-made desk as a person reads it, else as somebody who sees everything."""
    reader = access.reader(desk, desk.get_one(Person, person_id)) if person_id else SEES_ALL
    return ticket.ticket(desk, ticket_id, NOW, reader=reader)


def test_the_card_names_people_teams_and_item(desk):
    """Requester, holder, first contact, team, service item and policy stand on the card in both languages."""
    found = card(desk, 4)

    assert (found.number, found.subject, found.state, found.priority) == ("INC-10004", "打印机脱机", "resolved", 3)
    assert (found.requester.login, found.assignee.login, found.first_contact.login) == ("ana.ruiz", "wang.lei", "li.na")
    assert (found.team.code, found.item_code, found.item_zh, found.family_code) == (
        "desk", "IT-NET-VPN-01", "VPN 连不上", "IT-NET",
    )  # fmt: skip
    assert (found.line2_code, found.line3_code, found.policy_en, found.requester.company_zh) == (
        "network", "platform", "Standard", "华辰总部",
    )  # fmt: skip


def test_the_thread_is_in_order_and_knows_its_directions(desk):
    """What was said stands in the order it was said, each with author and direction."""
    told = [(one.author_login, one.direction, one.body) for one in card(desk, 4).thread]
    assert told == [
        ("ana.ruiz", "in", "打印机脱机"), ("liu.yang", "internal", "needs paper"), ("wang.lei", "out", "paper"),
    ]  # fmt: skip


def test_the_audit_is_the_journal(desk):
    """Every act stands in the audit with its actor, its reason and where the ticket was after it."""
    events = card(desk, 4).events

    assert [one.seq for one in events] == list(range(1, 12))
    assert [one.act for one in events] == [
        "open", "take", "hand_off", "give_back", "hand_off", "accept", "note", "hand_off", "accept", "resolve", "rate",
    ]  # fmt: skip
    assert (events[3].actor, events[3].reason, events[5].team.code, events[5].assignee) == (
        "刘洋", "incomplete", "network", "刘洋",
    )  # fmt: skip


def test_handoffs_keep_their_slots_and_outcome(desk):
    """Each hand-off has its five slots and who decided what and when."""
    returned, there, back = card(desk, 4).handoffs

    assert [one.decision for one in (returned, there, back)] == ["given_back", "accepted", "accepted"]
    assert (there.from_team.code, there.to_team.code, there.decided_by) == ("desk", "network", "刘洋")
    assert (there.asked, there.tried, there.found, there.promised, there.wanted) == (
        "VPN drops", "KB-331", "timeout", "-", "check gateway",
    )  # fmt: skip
    assert (returned.decision_reason, returned.decided_at) == ("incomplete", T0 + 25 * MINUTE)


def test_clocks_are_due_paused_or_stopped(desk):
    """A running clock has a due time, a paused one what is left, a stopped one when it stopped."""
    running = {clock.kind: clock for clock in card(desk, 3).clocks}
    paused = {clock.kind: clock for clock in card(desk, 2).clocks}

    assert running["response"].stopped_at == T0 + 10 * MINUTE
    assert (running["resolution"].due_at, running["resolution"].left) == (
        T0 + timedelta(days=2, hours=1, minutes=2),
        None,
    )
    assert (paused["resolution"].due_at, paused["resolution"].left) == (None, timedelta(hours=16) - 69 * MINUTE)


def test_a_clock_that_was_met_stays_met(desk):
    """A priority that comes after the answer judges the resolution only, never the response that was given in time."""
    response, resolution = card(desk, 6).clocks

    assert (response.kind, response.target, response.breached_at) == ("response", "2h", None)
    assert (resolution.kind, resolution.target) == ("resolution", "8h")


def test_a_draft_is_its_writers_alone(desk):
    """What somebody has begun to write is on the card for them and for nobody else."""
    conversation.keep_draft(desk, 3, "reply", "Dear", actor=finding.person(desk, "li.na"), at=T0)

    assert card(desk, 3, 1).draft("reply").body == "Dear"
    assert (card(desk, 3, 2).drafts, card(desk, 3).drafts) == ((), ())


def test_a_reply_and_a_note_are_two_drafts(desk):
    """Beginning a note loses no letter of the reply that was begun before."""
    for kind in ("reply", "note"):
        conversation.keep_draft(desk, 3, kind, kind, actor=finding.person(desk, "li.na"), at=T0)

    found = card(desk, 3, 1)
    assert (found.draft("reply").body, found.draft("note").body) == ("reply", "note")


@pytest.mark.parametrize(
    ("reader", "mine", "offered"), [(1, True, False), (3, False, True), (5, False, False), (None, False, False)]
)
def test_the_card_knows_what_its_reader_may_do(desk, reader, mine, offered):
    """Whether the ticket is the reader's or offered to them decides the keys they see."""
    holder = card(desk, 3, reader).holder
    assert (holder.is_mine, holder.is_offered_to_me, holder.is_offered, holder.is_assigned) == (
        mine,
        offered,
        True,
        True,
    )


def test_the_survey_is_on_the_card(desk):
    """What the requester answered stands there; a ticket without an answer has none."""
    rated, unrated = card(desk, 4), card(desk, 1)
    assert (rated.csat, rated.survey_comment, rated.holder.is_rated) == (4, "ok", True)
    assert (unrated.csat, unrated.source, unrated.source_facts) == (None, None, {})


def test_an_unknown_ticket_has_no_card(desk):
    """There is nothing to show about a ticket that is not there."""
    assert card(desk, 99) is None


def test_teams_agents_and_reasons_for_the_dialogs(session):
    """Dialogs offer teams line by line, agents by team, reasons by kind."""
    assert [team.code for team in people.teams(session)] == ["desk", "network", "platform"]
    assert [agent.login for agent in people.agents(session, "network")] == ["liu.yang", "sun.hao"]
    assert len(people.agents(session)) == 5
    assert [reason.code for reason in people.reasons(session, "cancel")] == ["duplicate", "not_needed"]


@pytest.mark.parametrize(
    ("words", "logins"), [("ana", ["ana.ruiz"]), ("小明", ["wang.xiaoming"]), ("wang xiao", ["wang.xiaoming"]),
                          ("li.na", []), ("%", []), ("_", []), ("", ["ana.ruiz", "wang.xiaoming"])],
)  # fmt: skip
def test_requesters_are_found_by_every_word(session, words, logins):
    """A requester is found by parts of name or login; agents are not offered, and % is no wildcard."""
    assert [card.login for card in people.find_requesters(session, words)] == logins


def test_a_ticket_that_waits_says_for_what(desk):
    """The card shows the reason by its name in the user's language; a ticket at work shows its state."""
    reason = desk.exec(select(Reason).where(Reason.kind == "waiting", Reason.code == "requester")).one()
    reason.name_en, reason.name_zh = "Waiting for the requester", "等诉求人补充"

    assert ticket.state_words(card(desk, 2)) == "Waiting for the requester"
    assert ticket.state_words(card(desk, 4)) == "resolved"
    i18n.activate("zh")
    assert ticket.state_words(card(desk, 2)) == "挂起：等诉求人补充"
