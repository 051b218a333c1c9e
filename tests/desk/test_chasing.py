"""Chasing: whoever has a ticket in hand hears of it, the second time its lead does, and nothing else changes."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import assignment, chasing, closing, undoing
from sharedops_core.errors import NotFound, Refused
from sharedops_core.store.tables import Message, Notice, Person, Team
from sharedops_core.views import doctor, notices
from sharedops_core.views.notices import Reader
from tests.conftest import SEES_ALL, T0
from tests.lanes import add_lane, secret

MINUTE = timedelta(minutes=1)


def told(session):
    """Return who was told, by whom, and the how manieth time."""
    found = session.exec(
        select(Person.login, Notice.detail).join(Notice).where(col(Notice.kind) == "chase").order_by(col(Notice.id))
    )
    return [(login, detail["by"], detail["nth"]) for login, detail in found]


def chase(session, ticket, actor, words="Payroll closes at five"):
    """Chase it."""
    return chasing.chase(session, ticket.id, words, actor=actor, at=T0 + MINUTE)


@pytest.fixture
def held(session, ticket, who):
    """A ticket 李娜 answers for, in the hand of 王磊, in a team that 李娜 does not lead."""
    session.get_one(Team, 1).lead_id = who("sun.hao").id
    assignment.take(session, ticket.id, actor=who("li.na"), at=T0)
    return assignment.assign(session, ticket.id, "wang.lei", actor=who("li.na"), at=T0)


def test_the_holder_is_told_and_nothing_else_changes(session, held, who):
    """State, holder, owner and due time stay; the words are an internal message."""
    before = (held.state, held.assignee_id, held.first_contact_id, held.queue_at)
    chase(session, held, who("li.na"))
    words = session.exec(select(Message).order_by(col(Message.id).desc())).first()

    assert (held.state, held.assignee_id, held.first_contact_id, held.queue_at) == before
    assert told(session) == [("wang.lei", "李娜", 1)]
    assert (words.direction, words.body) == ("internal", "Payroll closes at five")


def test_the_second_time_the_lead_hears_of_it_too(session, held, who):
    """Whoever is not heard once is heard by somebody more the next time."""
    chase(session, held, who("li.na"))
    chase(session, held, who("ana.ruiz") if held.requester_id == who("ana.ruiz").id else who("wang.xiaoming"))
    assert told(session)[1:] == [("wang.lei", "王小明", 2), ("sun.hao", "王小明", 2)]


def test_the_requesters_words_are_theirs(session, held, who):
    """What a requester says when chasing stands in the public thread."""
    chase(session, held, who("wang.xiaoming"), "Any news?")
    assert session.exec(select(Message.direction).order_by(col(Message.id).desc())).first() == "in"


@pytest.mark.parametrize(("lead", "expected"), [("sun.hao", "sun.hao"), (None, "he.lin")])
def test_what_nobody_has_is_chased_with_the_lead_or_above(lead, expected, session, ticket, who):
    """A ticket in nobody's hand has somebody who hears of it all the same."""
    session.get_one(Team, 1).lead_id = who(lead).id if lead else None
    chase(session, ticket, who("li.na"))
    assert [login for login, _by, _nth in told(session)] == [expected]


@pytest.mark.parametrize(("login", "words", "refusal"), [
    ("wang.lei", "x", "in hand yourself"), ("li.na", "  ", "the message is empty"),
])  # fmt: skip
def test_nobody_chases_themselves_or_without_words(login, words, refusal, session, held, who):
    """Both are refused in a sentence, and nobody is told."""
    with pytest.raises(Refused, match=refusal):
        chase(session, held, who(login), words)
    assert told(session) == []


def test_what_is_settled_is_not_chased(session, held, who):
    """A resolved ticket is reopened, not chased."""
    closing.resolve(session, held.id, "done", actor=who("wang.lei"), at=T0)
    with pytest.raises(Refused, match="chase is not possible while the ticket is resolved"):
        chase(session, held, who("li.na"))


def test_a_chase_stays_said(session, held, who):
    """There is no way back, and the doctor finds the ticket whole."""
    chase(session, held, who("li.na"))
    with pytest.raises(Refused, match="cannot be undone"):
        undoing.undo_last(session, held.id, actor=who("li.na"), at=T0 + 2 * MINUTE)
    assert doctor.examine(session, reader=SEES_ALL).findings == ()


def test_a_confidential_ticket_is_chased_within_its_lane(session, who):
    """Outsiders find no ticket; its requester's words reach the holder only."""
    add_lane(session)
    ticket = secret(session)
    with pytest.raises(NotFound):
        chase(session, ticket, who("liu.yang"))
    chase(session, ticket, who("wang.xiaoming"))
    assert [login for login, _by, _nth in told(session)] == ["hou.jia"]


def test_the_notice_says_who_chases_with_what_words(session, held, who):
    """As its reader sees it."""
    chase(session, held, who("li.na"))
    row = notices.unread(session, reader=Reader(who("wang.lei").id, "agent"))[0]
    assert (row.by, row.words, row.between, row.is_breach) == ("李娜", "Payroll closes at five", (), False)
