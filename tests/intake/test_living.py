"""The living desk: believable, repeatable, and sound in the eyes of the doctor."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from sharedops_core import config
from sharedops_core.errors import BadInput, Refused
from sharedops_core.intake import living, masterdata
from sharedops_core.rules import lifecycle
from sharedops_core.store import db
from sharedops_core.store.tables import Event, Handoff, Membership, Message, Person, Reason, Survey, Ticket
from sharedops_core.views import doctor
from tests.conftest import SEES_ALL

NOW = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
"""A Wednesday, 10:30 in Shanghai and 3:30 in Frankfurt."""

NIGHTS = [
    datetime(2026, 11, 22, 19, 0, tzinfo=UTC),
    datetime(2026, 2, 20, 3, 0, tzinfo=UTC),
    datetime(2026, 11, 25, 0, 58, 21, tzinfo=UTC),
]
"""Sunday night, the middle of the Spring Festival, and a minute of no particular beauty."""

IDS = {"id", "ticket_id", "event_id", "salt", "body_hash", "detail_hash", "hash_before", "hash"}
CJK = re.compile("[\u4e00-\u9fff]")
PAIRED = {
    "out": ("reply", "resolve"),
    "in": ("open", "receive", "reopen"),
    "internal": ("note", "escalate", "ask_task", "invite"),
}


def new(path, name, seed=7, at=NOW, tickets=400) -> db.Database:
    """Return a database file with a living desk in it."""
    url = f"sqlite:///{path / name}"
    living.make_demo(url, seed=seed, at=at, tickets=tickets)
    return db.open_database(url)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for the desks of this module."""
    return tmp_path_factory.mktemp("living")


@pytest.fixture(scope="module")
def made(folder) -> Iterator[db.Database]:
    """The desk of 400 tickets that most of these tests look at."""
    database = new(folder, "desk.db")
    yield database
    database.close()


@pytest.fixture
def desk(made) -> Iterator[Session]:
    """A reading of that desk."""
    with made.read() as session:
        yield session


@pytest.fixture(scope="module")
def seeded(folder) -> Iterator[db.Database]:
    """A database with the seed data and no tickets; what is generated in it is rolled back."""
    database = db.initialise(f"sqlite:///{folder / 'seeded.db'}")
    with database.write() as session:
        masterdata.load_seed(session, config.shipped("seed_data"), at=NOW)
    yield database
    database.close()


@pytest.fixture
def blank(seeded) -> Iterator[Session]:
    """A transaction on the seed data that leaves no trace."""
    with Session(seeded.writing) as session:
        yield session
        session.rollback()


def rows(session, table) -> list[dict]:
    """Return the rows of a table without what numbers and seals them."""
    return [one.model_dump(exclude=IDS) for one in session.exec(select(table))]


def dump(session) -> list[list[dict]]:
    """Return everything a desk consists of."""
    return [rows(session, table) for table in (Ticket, Event, Message, Handoff, Survey)]


def of(session, login) -> Person:
    """Return a person by login."""
    return session.exec(select(Person).where(col(Person.login) == login)).one()


def open_tickets(session) -> list[Ticket]:
    """Return what is open, in queue order."""
    return list(session.exec(select(Ticket).where(col(Ticket.queue_at).is_not(None)).order_by(col(Ticket.queue_at))))


def test_the_doctor_finds_nothing(desk):
    """A living desk is sound: the journal replays, moves are legal, offers and queues agree."""
    report = doctor.examine(desk, reader=SEES_ALL)

    assert report.findings == ()
    assert report.tickets == 400


def test_same_seed_and_instant_give_the_same_desk(blank, desk):
    """Two desks of one seed, instant and seed data differ in ids only."""
    living.generate(blank, seed=7, at=NOW, tickets=400)

    assert dump(blank) == dump(desk)


def test_another_seed_gives_another_desk(blank, desk):
    """The seed decides what comes in."""
    living.generate(blank, seed=8, at=NOW, tickets=400)

    ours, theirs = ({(one["subject"], one["opened_at"]) for one in rows(s, Ticket)} for s in (blank, desk))
    assert not ours & theirs


def test_every_state_and_every_waiting_reason_occurs(desk):
    """Four hundred tickets show every state, every reason to wait, every line and every answer to an offer."""
    tickets = desk.exec(select(Ticket)).all()

    assert {one.state for one in tickets} == set(lifecycle.STATES)
    reasons = desk.exec(select(Reason.code).where(col(Reason.kind) == "waiting"))
    assert {one.waiting_reason for one in tickets} - {None} == set(reasons)
    assert {one.line for one in open_tickets(desk)} == {1, 2, 3}
    decisions = set(desk.exec(select(Handoff.decision)))
    assert decisions == {"offered", "accepted", "given_back", "withdrawn", "expired"}


def test_shares_are_those_of_a_living_desk(desk):
    """About half is settled, a tenth waits to be confirmed, and a believable minority of the open is late."""
    tickets, running = desk.exec(select(Ticket)).all(), [one for one in open_tickets(desk) if not one.is_paused]

    closed = sum(one.state in lifecycle.CLOSED_STATES for one in tickets)
    late = sum(one.queue_at < NOW for one in running)
    soon = sum(NOW <= one.queue_at < NOW + timedelta(minutes=30) for one in running)
    assert 160 <= closed <= 200
    assert 36 <= sum(one.state == lifecycle.RESOLVED for one in tickets) <= 44
    assert 0.06 <= late / len(open_tickets(desk)) <= 0.14
    assert soon >= 3


@pytest.mark.parametrize("tickets", [100, 400])
def test_li_na_always_has_a_good_desk(blank, tickets):
    """Her own work in several states, her duty elsewhere, offers to her team, one late and one due in minutes."""
    living.generate(blank, seed=tickets, at=NOW, tickets=tickets)
    her, found = of(blank, "li.na"), open_tickets(blank)
    home = blank.exec(select(Membership.team_id).where(col(Membership.person_id) == her.id)).one()

    own = [one for one in found if one.assignee_id == her.id]
    assert len(own) >= 6
    assert len({one.state for one in own}) >= 3
    assert sum(one.first_contact_id == her.id and one.line > 1 for one in found) >= 5
    assert sum(one.offered_team_id == home for one in found) >= 2
    assert any(one.queue_at < NOW and not one.is_paused for one in own)
    assert any(NOW < one.queue_at < NOW + timedelta(minutes=30) for one in own)


def test_nothing_happens_after_now(desk):
    """The desk knows no future: events, words, offers and ratings lie before the instant."""
    for table in (Event, Message, Survey):
        assert max(desk.exec(select(table.at))) <= NOW
    assert max(desk.exec(select(Handoff.offered_at))) <= NOW


def test_a_thread_speaks_the_language_of_its_requester(desk):
    """Chinese requesters are answered in Chinese, English ones in English, on every line."""
    found = desk.exec(
        select(Message.body, Person.language)
        .join(Ticket, col(Ticket.id) == col(Message.ticket_id))
        .join(Person, col(Person.id) == col(Ticket.requester_id))
    ).all()

    assert {language for _body, language in found} == {"zh", "en"}
    assert [body for body, language in found if bool(CJK.search(body)) != (language == "zh")] == []
    assert [body for body, _language in found if "{" in body or "  " in body] == []


def test_every_message_has_its_event(desk):
    """Words and acts match one to one, at the same instant and by the same person."""
    acts: dict[str, set] = {direction: set() for direction in PAIRED}
    for event in desk.exec(select(Event)):
        for direction, names in PAIRED.items():
            acts[direction] |= {(event.ticket_id, event.at)} if event.act in names else set()
    for direction, instants in acts.items():
        said = desk.exec(select(Message.ticket_id, Message.at).where(col(Message.direction) == direction)).all()
        assert set(said) == instants
        assert len(said) == len(instants)


def test_holders_belong_to_the_team_that_holds(desk):
    """Whoever holds a ticket is a member of the team that has it at that time."""
    members = set(desk.exec(select(Membership.person_id, Membership.team_id)))
    held = desk.exec(select(Event.assignee_id, Event.team_id).where(col(Event.assignee_id).is_not(None)))

    assert set(held) <= members


def test_decided_offers_agree_with_the_journal(desk):
    """Every signed or returned offer has its event, in the same second and by the same agent."""
    acts = {"accepted": "accept", "given_back": "give_back"}
    events = {(one.ticket_id, one.at, one.actor_id, one.act) for one in desk.exec(select(Event))}

    for offer in desk.exec(select(Handoff).where(col(Handoff.decision).in_(acts))):
        assert (offer.ticket_id, offer.decided_at, offer.decided_by_id, acts[offer.decision]) in events
        assert all((offer.asked, offer.tried, offer.found, offer.promised, offer.wanted))


@pytest.mark.parametrize("at", NIGHTS, ids=["sunday", "festival", "any"])
def test_any_instant_will_do(blank, at):
    """At night and over holidays the desk is as sound as at noon."""
    living.generate(blank, seed=1, at=at, tickets=150)

    assert doctor.examine(blank, reader=SEES_ALL).findings == ()
    assert max(blank.exec(select(Event.at))) <= at


@pytest.mark.parametrize("tickets", [1, 2, 17])
def test_small_desks_have_as_many_tickets_as_asked_for(blank, tickets):
    """One ticket is a desk too."""
    assert living.generate(blank, seed=3, at=NOW, tickets=tickets) == tickets
    assert doctor.examine(blank, reader=SEES_ALL).tickets == tickets


def test_a_desk_without_people_is_refused(tmp_path):
    """Nobody to act, nothing to ask for: one sentence instead of an empty desk."""
    database = db.initialise(f"sqlite:///{tmp_path / 'bare.db'}")
    with database.write() as session:
        masterdata.load_rules(session, config.shipped("seed_data"), at=NOW)
        with pytest.raises(Refused, match="load the seed data first"):
            living.generate(session, seed=1, at=NOW, tickets=5)
        with pytest.raises(BadInput):
            living.generate(session, seed=1, at=NOW, tickets=0)
    database.close()
