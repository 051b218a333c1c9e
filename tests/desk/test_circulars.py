"""One text to many tickets: a draft with its list, and on each ticket it is said once."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sharedops_core.desk import circulars, conversation, finding, opening
from sharedops_core.errors import DeskError
from sharedops_core.rules.request import Request
from sharedops_core.store import access
from sharedops_core.store.tables import Circular, Draft, Message
from sharedops_core.views import circulars as views
from tests.conftest import T0


@pytest.fixture
def two(session, who, ticket):
    """The ids of two tickets and who writes to them."""
    other = opening.open_ticket(
        session, Request("Printer", requester="ana.ruiz", item="IT-NET-VPN-01"), actor=who("li.na"), at=T0
    )
    return (ticket.id, other.id), {"actor": who("li.na"), "at": T0}


def said(session, ticket_id):
    """Return what was said on a ticket by the desk."""
    query = select(Message.direction, Message.body).where(
        col(Message.ticket_id) == ticket_id, col(Message.direction) != "in"
    )
    return list(session.exec(query).all())


def left(session):
    """Return the texts to many that are kept, with their tickets."""
    return [(one.body, sorted(map(int, one.known))) for one in session.exec(select(Circular))]


def test_what_went_out_is_struck_off_its_draft(session, two):
    """The draft says for which tickets the text is still to go out, and is gone with the last of them."""
    (first, second), by = two
    circulars.keep(session, "k", "reply", "Hello", {first: 1, second: 1}, **by)
    assert circulars.say(session, first, "k", "reply", "Hello Wang", known_seq=1, **by)
    assert left(session) == [("Hello", [second])]
    assert circulars.say(session, second, "k", "reply", "Hello Ana", known_seq=1, **by)
    assert (left(session), said(session, second)) == ([], [("out", "Hello Ana")])


def test_the_same_words_are_said_once(session, two):
    """A second console of their author says nothing again, and has nothing left to say; a note is no reply."""
    (first, second), by = two
    circulars.say(session, first, "k", "note", "Hello", known_seq=1, **by)
    circulars.keep(session, "k", "note", "Hello", {first: 1, second: 1}, **by)
    assert not circulars.say(session, first, "k", "note", " Hello", known_seq=1, **by)
    assert circulars.say(session, first, "k", "reply", "Hello", known_seq=1, **by)
    assert (said(session, first), left(session)) == ([("internal", "Hello"), ("out", "Hello")], [("Hello", [second])])


def test_a_draft_to_one_of_them_stays(session, two):
    """What was begun on a ticket alone is another text: the one to many does not take it away."""
    (first, _second), by = two
    conversation.keep_draft(session, first, "reply", "only to you", **by)
    circulars.say(session, first, "k", "reply", "Hello", known_seq=1, **by)
    assert [one.body for one in session.exec(select(Draft))] == ["only to you"]


def test_a_text_without_words_or_tickets_is_dropped(session, two):
    """Nothing is kept that says nothing, or goes to nobody."""
    (first, _second), by = two
    for body, known in ((" ", {first: 1}), ("x", {})):
        circulars.keep(session, "k", "reply", "x", {first: 1}, **by)
        circulars.keep(session, "k", "reply", body, known, **by)
        assert left(session) == []


def test_words_from_a_file_go_behind_newer_ones(session, two):
    """Neither text is lost; what the database has already is not put twice, and its list of tickets is the newer."""
    (first, second), by = two
    circulars.keep(session, "k", "reply", "newer", {second: 1}, **by)
    for _time in range(2):
        circulars.bring(session, "k", "reply", "older", {first: 1}, kept_at=T0 - timedelta(hours=1), **by)
    circulars.bring(session, "l", "reply", "only in a file", {first: 1}, kept_at=T0, **by)
    assert sorted(left(session)) == [("newer\n\nolder", [second]), ("only in a file", [first])]


def test_a_text_to_many_is_its_authors(session, two, who):
    """Its author has it whatever becomes of the tickets; nobody else sees it."""
    (first, second), by = two
    circulars.keep(session, "k", "reply", "Hello", {first: 1, second: 1, 999: 1}, **by)
    readers = [access.reader(session, who(login)) for login in ("li.na", "wang.lei")]
    own, others = (views.circulars(session, reader=one) for one in readers)
    assert [(one.body, len(one.known), len(one.numbers)) for one in own] == [("Hello", 3, 2)]
    assert others == []


def test_addressees_are_what_a_text_meets(session, two, who):
    """Who hindered, what others changed, and what fields are filled with; a ticket out of sight is not among them."""
    (first, second), by = two
    conversation.note(session, second, "wait", actor=who("wang.lei"), at=T0)
    conversation.note(session, first, "mine", **by)
    reader = access.reader(session, who("li.na"))
    found = views.addressees(session, {first: 1, second: 1, 999: 1}, "reply", reader=reader)
    assert [(one.ticket_id, one.changes, one.hindrance) for one in found] == [(first, 0, None), (second, 1, None)]
    assert [(one.requester, one.newest_seq, one.is_held) for one in found] == [
        ("王小明", 2, False),
        ("Ana Ruiz", 2, False),
    ]
    assert views.addressees(session, {first: 1}, "reply") == []


def test_a_refused_ticket_stays_on_the_draft(session, two, who):
    """What a rule refuses raises its sentence and strikes nothing off."""
    (first, _second), by = two
    circulars.keep(session, "k", "reply", "Hello", {first: 1}, **by)
    with pytest.raises(DeskError):
        circulars.say(session, 999, "k", "reply", "Hello", known_seq=1, **by)
    assert left(session) == [("Hello", [first])]
    assert finding.ticket(session, first, "reply", who("li.na")).id == first
