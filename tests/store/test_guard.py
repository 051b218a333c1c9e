"""PostgreSQL holds every login to the matrix: raw statements, typed by whom they may be, get what the rules say."""

from itertools import product

import psycopg
import pytest
from sqlmodel import SQLModel, col, select

from sharedops_core.desk import conversation, finding, opening
from sharedops_core.rules import permissions
from sharedops_core.rules.permissions import LANES, MATRIX, ROLES, WRITING
from sharedops_core.rules.request import Request
from sharedops_core.store import access
from sharedops_core.store.tables import (
    Draft,
    Event,
    Handoff,
    Membership,
    Notice,
    Person,
    PushPlan,
    Setting,
    ShiftSheet,
    Ticket,
    TicketLink,
    TicketTag,
)
from tests.conftest import T0, small_centre
from tests.lanes import add_lane
from tests.logins import everybody, url_of

FIRST = 100
"""The id of the first of the people below."""

TEAMS = {"apart": (), "lane": (4,), "line": (2,)}
"""Where somebody works: nowhere, in a team of HR, on line 2 of the network."""

PEOPLE = [f"{role}.{where}" for role, where in product(ROLES, TEAMS)]


def world(session):
    """Write people of each role in and outside a lane, and tickets of each lane in each relation to each of them."""
    small_centre(session)
    add_lane(session)
    session.delete(session.get_one(Setting, "demo"))
    for number, name in enumerate(PEOPLE, FIRST):
        role, _dot, where = name.partition(".")
        session.add(Person(id=number, login=name, name=name, role=role))
        session.flush()
        session.add_all(Membership(person_id=number, team_id=team) for team in TEAMS[where])
    for lane in (None, *LANES):
        for columns in ({"assignee_id": None}, {"team_id": 4}, {"offered_team_id": 4}, {"offered_team_id": 2}, {}):
            _ticket(session, lane, columns)
        for number, name in product(range(FIRST, FIRST + len(PEOPLE)), ("requester", "assignee", "first_contact")):
            _ticket(session, lane, {f"{name}_id": number})
    session.add(PushPlan(team_id=1, accept_within="5m"))
    sent = {"words": "-", "sections": {}, "sent_at": T0}
    session.add(ShiftSheet(author_id=1, successor_id=2, team_id=1, **sent))
    session.add(ShiftSheet(author_id=40, successor_id=41, team_id=4, **sent))
    tickets = session.exec(select(Ticket.id).order_by(col(Ticket.id))).all()
    session.add_all(TicketLink(kind="relates", from_id=tickets[0], to_id=one, is_live=True) for one in tickets[1:])


def _ticket(session, lane, columns):
    """Open a ticket of a lane that is held by somebody else, then change what it has to do with whom."""
    item = f"SEALED-{lane.upper()}" if lane else "IT-NET-VPN-01"
    by = {"actor": finding.person(session, "li.na"), "at": T0}
    ticket = opening.open_ticket(session, Request("x", requester="wang.xiaoming", item=item), **by)
    ticket.assignee_id, ticket.first_contact_id = 1, 1
    for name, value in columns.items():
        setattr(ticket, name, value)
    conversation.note(session, ticket.id, "hm", **by)
    session.add(Handoff(ticket_id=ticket.id, from_team_id=1, to_team_id=2, reason="other", offered_at=T0, asked="-",
                        tried="-", found="-", promised="-", wanted="-"))  # fmt: skip
    session.add(TicketTag(ticket_id=ticket.id, tag="vpn"))
    session.add(Draft(ticket_id=ticket.id, author_id=1, kind="note", body="x", changed_at=T0))
    session.add(Notice(person_id=columns.get("assignee_id") or 1, ticket_id=ticket.id, at=T0, kind="alarm", detail={}))
    session.flush()


@pytest.fixture(scope="module")
def guarded(desks):
    """The world, and each person's login."""
    with desks.copy("postgresql", "world", world) as database:
        with database.write() as session:
            named = everybody(session)
        yield database, named


@pytest.fixture(params=PEOPLE)
def somebody(request, guarded):
    """A person with a raw connection under their own login, and what the matrix allows them on each ticket."""
    database, named = guarded
    with database.read() as session:
        person = finding.person(session, request.param)
        who = access.reader(session, person)
        tickets = session.exec(select(Ticket).order_by(col(Ticket.id))).all()
        may = {act: {one.id for one in tickets if permissions.allows(act, access.standing(who, one))} for act in MATRIX}
    with psycopg.connect(url_of(database.url, named[request.param])) as connection:
        yield person, may, Raw(connection)
        connection.rollback()


class Raw:
    """A connection that types SQL."""

    def __init__(self, connection):
        self.connection = connection

    def ids(self, statement):
        """Return the first column of what a statement returns."""
        return {row[0] for row in self.connection.execute(statement).fetchall()}

    def is_done(self, statement, *values):
        """Return whether a statement goes through; nothing of it stays."""
        try:
            with self.connection.transaction(force_rollback=True):
                return self.connection.execute(statement, values).rowcount != 0
        except psycopg.errors.InsufficientPrivilege:
            return False


def test_rows_are_seen_by_whom_the_matrix_says(somebody):
    """Tickets, journal, clocks as `find`; words as `read`, internal ones, hand-offs and tags as `inside`; drafts and
    notices one's own.
    """
    person, may, raw = somebody
    for table, column in (("ticket", "id"), ("event", "ticket_id"), ("clock", "ticket_id")):
        assert raw.ids(f"SELECT {column} FROM {table}") == may["find"], table  # noqa: S608
    assert raw.ids("SELECT ticket_id FROM message WHERE direction = 'in'") == may["read"]
    assert raw.ids("SELECT ticket_id FROM message WHERE direction = 'internal'") == may["inside"]
    for table in ("handoff", "ticket_tag"):
        assert raw.ids(f"SELECT ticket_id FROM {table}") == may["inside"], table  # noqa: S608
    assert raw.ids("SELECT author_id FROM draft") <= {person.id}
    assert raw.ids("SELECT person_id FROM notice") <= {person.id}


def test_a_link_is_seen_and_changed_by_who_may_find_and_change_both_ends(somebody):
    """Whoever may not find one of its tickets sees no link; whoever may not write on both changes none."""
    _person, may, raw = somebody
    acted_on = set().union(*(may[act] for act in WRITING))
    seen, written = (found - {1} if 1 in found else set() for found in (may["find"], acted_on))
    assert raw.ids("SELECT to_id FROM ticket_link") == seen
    assert raw.ids("UPDATE ticket_link SET is_live = is_live RETURNING to_id") == seen & written
    assert not raw.is_done("UPDATE ticket_link SET kind = 'blocks'")


def test_sheets_of_others_are_read_by_those_above_and_signed_by_none(somebody):
    """One of a confidential lane tells those above the desk nothing; whoever sweeps sees what is to be told of."""
    person, _may, raw = somebody
    is_above = "other" in permissions.granted(person.role, "oversee")
    seen = {1} if is_above else set()
    is_of_lane = person.login.endswith(".lane")
    sees_all = person.role in permissions.UNBOUND or (is_above and is_of_lane)
    assert raw.ids("SELECT id FROM shift_sheet") == ({1, 2} if sees_all else seen)
    assert not raw.is_done("UPDATE shift_sheet SET decision = 'signed', answered_at = now(), "
                           "answered_by_id = (SELECT sharedops_me())")  # fmt: skip
    sweeps = bool(permissions.granted(person.role, "sweep"))
    assert raw.is_done("UPDATE push_plan SET next_at = now()") == sweeps


def test_tickets_are_changed_by_whom_the_matrix_lets_act(somebody):
    """An UPDATE of everything reaches exactly the tickets on which some act is allowed, and no fixed column."""
    _person, may, raw = somebody
    acted_on = set().union(*(may[act] for act in WRITING))
    assert raw.ids("UPDATE ticket SET changed_at = changed_at RETURNING id") == acted_on
    assert raw.ids("UPDATE clock SET alarm_at = alarm_at RETURNING ticket_id") == acted_on
    for column in ("lane", "requester_id", "opened_by_id", "id"):
        assert not raw.is_done(f"UPDATE ticket SET {column} = {column}")  # noqa: S608
    assert not raw.is_done("DELETE FROM ticket")
    assert not raw.is_done("UPDATE ticket_tag SET tag = 'x'")
    # A tag that is not seen is not taken away either.
    assert raw.ids("DELETE FROM ticket_tag RETURNING ticket_id") == acted_on & may["inside"]


MESSAGE = (
    "INSERT INTO message (ticket_id, event_id, at, author_id, direction, body, body_hash)"
    " VALUES (%s, 1, now(), %s, %s, 'x', '')"
)
BESIDE = {
    "clock": "INSERT INTO clock (ticket_id, kind, nth, terms_id, target, started_at, is_breached_on_retarget,"
             " is_provisional) SELECT %s, 'promise', 9, 1, '1h', now(), false, false",
    "handoff": "INSERT INTO handoff (ticket_id, from_team_id, to_team_id, reason, offered_at, asked, tried, found,"
               " promised, wanted, decision) VALUES (%s, 1, 2, 'other', now(), '', '', '', '', '', 'offered')",
    "ticket_tag": "INSERT INTO ticket_tag (ticket_id, tag) VALUES (%s, 'later')",
    "survey": "INSERT INTO survey (ticket_id, csat, comment, at) VALUES (%s, 5, '', now())",
    "notice": "INSERT INTO notice (person_id, ticket_id, at, kind, detail) VALUES (1, %s, now(), 'alarm', '{}')",
}  # fmt: skip


def test_words_are_added_by_whom_the_matrix_lets_act(somebody):
    """In one's own name only, but for what a requester said; nobody changes or takes back what was said."""
    person, may, raw = somebody
    acted_on = set().union(*(may[act] for act in WRITING))
    for ticket_id in may["find"] | set(range(1, 40)):
        assert raw.is_done(MESSAGE, ticket_id, person.id, "internal") == (ticket_id in acted_on), ticket_id
    for ticket_id in range(1, 6):
        assert raw.is_done(MESSAGE, ticket_id, 30, "in") == (ticket_id in acted_on)
        assert not raw.is_done(MESSAGE, ticket_id, 1, "out")


@pytest.mark.parametrize("table", BESIDE)
def test_what_stands_beside_a_ticket_is_added_by_whom_the_matrix_lets_act(somebody, table):
    """Clocks, hand-offs, ratings and notices follow the ticket."""
    _person, may, raw = somebody
    acted_on = set().union(*(may[act] for act in WRITING))
    step = 17 if may["find"] else 5
    for ticket_id in range(1, 273, step):
        assert raw.is_done(BESIDE[table], ticket_id) == (ticket_id in acted_on), ticket_id


def test_drafts_are_ones_own(somebody):
    """Nobody writes a draft in the name of somebody else, nor where they may not act."""
    person, may, raw = somebody
    acted_on = set().union(*(may[act] for act in WRITING))
    draft = (
        "INSERT INTO draft (ticket_id, author_id, kind, body, changed_at, seen_seq)"
        " VALUES (%s, %s, 'reply', 'x', now(), 1)"
    )
    for ticket_id in range(1, 40):
        assert raw.is_done(draft, ticket_id, person.id) == (ticket_id in acted_on)
        assert not raw.is_done(draft, ticket_id, 2)


def test_only_who_works_a_ticket_is_at_it_and_only_who_sees_into_it_knows(somebody):
    """Nobody is where they may not write a note, says so of another, or learns who is at what they cannot see into."""
    person, may, raw = somebody
    there = "INSERT INTO presence (ticket_id, person_id, is_writing, at) VALUES (%s, %s, false, now())"
    for ticket_id in range(1, 40):
        assert raw.is_done(there, ticket_id, person.id) == (ticket_id in may["note"])
        assert not raw.is_done(there, ticket_id, 2)
    assert raw.ids("SELECT ticket_id FROM presence WHERE person_id <> " + str(person.id)) <= may["inside"]  # noqa: S608


def test_tickets_are_opened_by_whom_the_matrix_says(somebody):
    """For oneself and as oneself, for others where the role may; never in the name of somebody else."""
    person, _may, raw = somebody
    insert = (
        "INSERT INTO ticket (number, kind, subject, channel, policy_id, lane, requester_id, opened_by_id, opened_at,"
        " state, queue_at, is_paused, priority, line, first_contact_id, changed_at, reopen_count, escalation_level,"
        " handoff_count, version) VALUES ('n', 'incident', 'x', 'phone', 1, %s, %s, %s, now(), 'received', now(),"
        " false, 3, 1, NULL, now(), 0, 0, 0, 1)"
    )
    for lane, requester in product((None, *LANES), (person.id, 30)):
        relations = frozenset({"other", "free"} | ({"own"} if requester == person.id else set()))
        expected = permissions.allows("open", permissions.Standing(person.role, relations, lane))
        assert raw.is_done(insert, lane, requester, person.id) == expected, (lane, requester)
        assert not raw.is_done(insert, lane, requester, 1)


def test_the_journal_is_only_added_to_in_ones_own_name_and_at_its_end(somebody, guarded):
    """A line is the actor's, follows the last one, and stays as it is; the end of the chain moves onto it only."""
    person, may, raw = somebody
    acted_on = set().union(*(may[act] for act in WRITING))
    with guarded[0].read() as session:
        last = session.exec(select(Event).order_by(col(Event.id).desc()).limit(1)).one().model_dump()
    names = [name for name in last if name not in ("salt", "detail", "detail_hash")]
    insert = f"INSERT INTO event ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608
    line = last | {"id": last["id"] + 1, "seq": 99, "actor_id": person.id, "hash_before": last["hash"], "hash": b"x"}

    def is_added(**changes):
        return raw.is_done(insert, *((line | changes)[name] for name in names))

    for ticket_id in range(1, 273, 9):
        assert is_added(ticket_id=ticket_id) == (ticket_id in acted_on)
    for ticket_id in sorted(acted_on)[:1]:
        assert not is_added(ticket_id=ticket_id, actor_id=1)
        assert not is_added(ticket_id=ticket_id, actor_id=None)
        assert is_added(ticket_id=ticket_id, actor_id=None, act="alarm")
        assert not is_added(ticket_id=ticket_id, hash_before=b"y")
        assert not is_added(ticket_id=ticket_id, id=line["id"] + 1)
    assert raw.is_done("UPDATE chaintip SET hash = %s WHERE name = 'journal'", last["hash"])
    assert not raw.is_done("UPDATE chaintip SET hash = 'x', last_id = 1 WHERE name = 'journal'")
    assert not raw.is_done("UPDATE chaintip SET hash = hash WHERE name = 'admin'")


@pytest.mark.parametrize("table", ["event", "message", "adminevent", "chaintip", "handoff", "survey", "notice"])
def test_nothing_that_was_said_or_done_is_changed_or_deleted(somebody, table):
    """Neither by an UPDATE of all columns nor by a DELETE; of a notice only that it was read."""
    _person, _may, raw = somebody
    column = {"handoff": None, "survey": None, "notice": "detail", "chaintip": "name"}.get(table, "id")
    statements = [f"DELETE FROM {table}"]  # noqa: S608
    if column is not None:
        statements.append(f"UPDATE {table} SET {column} = {column}")  # noqa: S608
    for statement in statements:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), raw.connection.transaction():
            raw.connection.execute(statement)


@pytest.mark.parametrize("table", ["person", "team", "membership", "serviceitem", "setting", "policy", "article"])
def test_nobody_gives_themselves_rights(somebody, table):
    """People, teams and what the desk counts on belong to the owner."""
    _person, _may, raw = somebody
    for statement in (f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM {table}"):  # noqa: S608
        assert not raw.is_done(statement)
    assert not raw.is_done("UPDATE person SET role = 'auditor'")


def test_administration_is_read_by_those_who_audit(somebody):
    """The journal of administration is for the matrix's `audit`, and nobody adds to it by hand."""
    person, _may, raw = somebody
    expected = bool(permissions.granted(person.role, "audit"))
    assert bool(raw.ids("SELECT id FROM adminevent")) == expected


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("other", PEOPLE)
def test_who_acts_for_somebody_else_is_asked_of_the_matrix(guarded, role, other):
    """A transaction may name whom it acts for; the database shows what the desk would, or nothing to who may not."""
    database, named = guarded
    with database.read() as session:
        me, person = (finding.person(session, login) for login in (f"{role}.apart", other))
        relations = frozenset({"other", "own"} if person.role == "requester" else {"other"})
        may = me == person or permissions.allows("act_for", permissions.Standing(role, relations))
        if me != person:
            access.depute(session, access.Deputy(me.login, me.role, person.id))
        seen = access.visible(access.reader(session, person), "find") if may else access.visible(None)
        expected = set(session.exec(select(Ticket.id).where(seen)))
    with psycopg.connect(url_of(database.url, named[f"{role}.apart"])) as connection:
        connection.execute("SELECT set_config('sharedops.acts_for', %s, true)", [other])
        assert Raw(connection).ids("SELECT id FROM ticket") == expected
        connection.rollback()


def test_an_offer_expires_without_being_read(guarded):
    """Whoever sweeps ends an offer that is over, and none that still waits, and has not read a word of it."""
    database, named = guarded
    with database.read() as session:
        offer = session.exec(select(Handoff).where(Handoff.decision == "offered").order_by(col(Handoff.id))).first()
        service = session.exec(select(Person).where(Person.role == "service")).first()
    with psycopg.connect(url_of(database.url, named[service.login])) as connection:
        raw = Raw(connection)
        connection.execute("SELECT sharedops_expire(%s, now())", [offer.ticket_id])
        connection.execute("UPDATE ticket SET offered_team_id = NULL WHERE id = %s", [offer.ticket_id])
        connection.execute("SELECT sharedops_expire(%s, now())", [offer.ticket_id])
        assert raw.ids("SELECT ticket_id FROM handoff") == set()
        connection.rollback()


def test_an_offer_is_withdrawn_without_being_read(guarded):
    """A requester who ends their ticket ends the offer, too, and has not read a word of it."""
    database, named = guarded
    with database.read() as session:
        offer = session.exec(select(Handoff).where(Handoff.decision == "offered").order_by(col(Handoff.id))).first()
        requester = session.get_one(Person, session.get_one(Ticket, offer.ticket_id).requester_id)
    with psycopg.connect(url_of(database.url, named[requester.login])) as connection:
        raw = Raw(connection)
        before = raw.ids("SELECT ticket_id FROM handoff")
        connection.execute("SELECT sharedops_withdraw(%s, now())", [offer.ticket_id])
        connection.execute("UPDATE ticket SET offered_team_id = NULL WHERE id = %s", [offer.ticket_id])
        connection.execute("SELECT sharedops_withdraw(%s, now())", [offer.ticket_id])
        assert raw.ids("SELECT ticket_id FROM handoff") == before
        connection.execute("RESET ROLE")
        with database.read() as session:
            assert session.get_one(Handoff, offer.id).decision == "offered"
        connection.rollback()


def test_a_receipt_is_renewed_and_never_taken_away(somebody):
    """An act that is asked again renews its receipt; nobody makes another one's be done twice by deleting it, and the
    sweep deletes old ones.
    """
    _person, _may, raw = somebody
    assert raw.is_done("INSERT INTO receipt (key, at) VALUES ('mine', now())")
    with raw.connection.transaction(force_rollback=True):
        raw.connection.execute("INSERT INTO receipt (key, at) VALUES ('mine', now())")
        assert raw.is_done("UPDATE receipt SET at = now() WHERE key = 'mine'")
        assert not raw.is_done("DELETE FROM receipt WHERE key = 'mine'")
        raw.connection.execute("UPDATE receipt SET at = now() - interval '9 days' WHERE key = 'mine'")
        assert raw.is_done("DELETE FROM receipt WHERE key = 'mine'")


def test_nobody_sees_nothing(guarded):
    """A login of the group that is no person of this desk, as one of another desk of the server, reads no row."""
    database, named = guarded
    with database.write() as session:
        finding.person(session, "liu.yang").account = "somebody else"
    with psycopg.connect(url_of(database.url, named["liu.yang"])) as connection:
        tables = [table.name for table in SQLModel.metadata.sorted_tables if table.name != "receipt"]
        assert [name for name in tables if Raw(connection).ids(f"SELECT 1 FROM {name}")] == []  # noqa: S608
