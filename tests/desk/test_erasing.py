"""Erasing a person: nothing of who they were is left in the file, and every figure is what it was."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, col, select, text

from sharedops_core.desk import (
    administration,
    assignment,
    changing,
    conversation,
    erasing,
    escalation,
    finding,
    handoffs,
    promising,
    sheets,
)
from sharedops_core.desk.handoffs import Destination
from sharedops_core.errors import NotAllowed, NotFound, Refused
from sharedops_core.rules.handoff import Slots
from sharedops_core.store import db, search, tags
from sharedops_core.store.search.words import spaced
from sharedops_core.store.tables import Article, Draft, Event, Message, Person, Survey, Team, Ticket
from sharedops_core.views import audit, doctor, reports
from tests.conftest import SEES_ALL, T0
from tests.views.conftest import HOUR, hand_made

NOW = T0 + timedelta(days=3)
WORDS = {
    "wang.xiaoming": ["wang.xiaoming", "王小明", "Wang Xiaoming", "138 0000 1234", "13800001234", "财务部", "出纳"],
    "li.na": ["li.na", "李娜", "Li Na", "lina@huachen.example", "5550 0001", "Desk agent"],
}
NOT_FREE = {
    "event": {"act", "reason", "from_state", "state", "waiting_reason", "alarm"},
    "adminevent": {"act"}, "notice": {"kind"}, "message": {"direction"}, "draft": {"kind"},
    "circular": {"key", "kind", "known"}, "survey": set(),
    "shift_sheet": {"decision", "sections", "moved", "stayed"}, "savedview": {"sort"}, "ticket_tag": {"tag"},
    "ticket_link": {"kind"}, "ticket_person": {"role", "state"},
    "receipt": {"key"}, "handoff": {"reason", "decision", "decision_reason"}, "sourcerecord": {"source", "key"},
    "ticket": {"number", "kind", "channel", "lane", "state", "waiting_reason", "next_clock", "bounce"},
    "article": {"key", "kind", "audience", "state", "families"},
    "serviceitem": {"code", "kind", "state", "audience", "lane"}, "setting": {"key", "value"},
    "calendar": {"code", "name_en", "name_zh"}, "calendarversion": {"document"}, "chaintip": {"name"},
    "task": {"kind", "within", "state"},
    "cataloguenode": {"code", "name_en", "name_zh"}, "clock": {"kind", "target"},
    "company": {"code", "name_en", "name_zh", "tz"}, "policy": {"code", "name_en", "name_zh", "description_en",
                                                                "description_zh", "escalation"},
    "policytarget": {"respond_within", "resolve_within", "update_within", "accept_within", "line1_within",
                     "line2_within", "line3_within", "supplier_within"},
    "policyversion": {"document"}, "prioritycell": {"impact", "urgency"},
    "reason": {"kind", "code", "name_en", "name_zh", "pauses"},
    "dispatch_rule": {"code", "name_en", "name_zh", "condition", "hit", "must", "should"},
    "triage_rule": {"code", "name_en", "name_zh", "condition", "hit", "tags", "team", "watchers"},
    "push_plan": {"accept_within", "widen"},
    "shift": {"code", "name_en", "name_zh", "starts", "ends", "tz"}, "skill": {"code", "name_en", "name_zh"},
    "team": {"code", "lane", "name_en", "name_zh", "mission_en", "mission_zh", "checklist", "sign_within"},
    "person": {"login", "account", "name", "name_latin", "email", "phone", "role", "department_en", "department_zh",
               "title_en", "title_zh", "language"},
}  # fmt: skip
"""Columns of text that hold codes, configuration, are cleared as fields of the person, or follow from the journal."""


@pytest.fixture
def lived(engine, desks):
    """A desk on which 李娜 and 王小明 have left their names wherever a name can be left."""
    with desks.copy(engine, "hand made", hand_made) as database:
        _live(database)
        yield database


def _live(database):
    with database.write() as session:
        session.add(Person(login="root", name="管理员", role="admin"))
        for login, fields in {
            "wang.xiaoming": {"name_latin": "Wang Xiaoming", "phone": "+86 138 0000 1234", "department_zh": "财务部",
                              "title_zh": "出纳", "email": "wang.xiaoming@huachen.example"},
            "li.na": {"name_latin": "Li Na", "phone": "+86 21 5550 0001", "email": "lina@huachen.example",
                      "title_en": "Desk agent"},
        }.items():  # fmt: skip
            finding.person(session, login).sqlmodel_update(fields)
        _leave_names(session)


def _leave_names(session):
    na, ming, ana = (finding.person(session, login) for login in ("li.na", "wang.xiaoming", "ana.ruiz"))
    lei = finding.person(session, "wang.lei")
    session.get_one(Team, 1).lead_id = na.id
    session.flush()
    at = T0 + 10 * HOUR
    conversation.receive(session, 3, "I am ill, 王小明, call 13800001234", actor=ming, at=at)
    conversation.note(session, 3, "王老师 called; 小明 needs it by noon", actor=lei, at=at)
    conversation.note(session, 4, "ask 李娜 (li.na, 021-5550 0001)", actor=lei, at=at)
    escalation.escalate(session, 3, "vip", "look", actor=lei, at=at)
    promising.promise(session, 3, at + HOUR, "I call 王小明, Li Na", actor=na, at=at)
    conversation.keep_draft(session, 3, "note", "draft of li.na", actor=na, at=at)
    conversation.keep_draft(session, 2, "reply", "dear 王小明", actor=lei, at=at)
    changing.tag(session, 3, ["for 李娜", "Li Na", "li.na-late", "li.na", "vpn"], actor=na, at=at)
    changing.tag(session, 3, ["王小明"], ["vpn"], actor=na, at=at)
    slots = Slots(asked="王小明 asks", tried="Li Na tried", found="-", promised="-", wanted="ring 13800001234")
    destination = Destination("desk", "li.na")
    session.get_one(Team, 1).checklist = [{"code": "who", "en": "Who?", "zh": "谁？"}]
    conversation.receive(session, 6, "李娜 was kind", actor=ana, at=at)
    assignment.take(session, 1, actor=lei, at=at)
    handoffs.hand_off(session, 1, Destination("network"), slots, "other", actor=lei, at=at)
    handoffs.accept(session, 1, actor=finding.person(session, "liu.yang"), at=at)
    yang = finding.person(session, "liu.yang")
    handoffs.hand_off(session, 1, destination, slots, "other", {"who": "王小明"}, actor=yang, at=at)
    sheets.hand_over(session, "wang.lei", "李娜 hands over; call 13800001234", actor=na, at=at)
    sheets.send_back(session, 1, "ask Li Na", actor=lei, at=at)
    session.get_one(Survey, 5).comment = "王小明 says thank you, 李娜"
    administration.record(session, "import", {"login": "li.na", "file": "/home/wang.xiaoming/x"}, actor=None, at=at)
    session.add(Article(key="KB-1", kind="how_to", audience="agents", families=[], reviewed_on=date(2026, 1, 1),
                        title_en="Ask Li Na", title_zh="找李娜", body_en="wang.xiaoming", body_zh="李娜"))  # fmt: skip
    session.flush()
    search.rebuild(session, "article_fts", [(1, "KB-1 Ask Li Na 找李娜", "wang.xiaoming\n李娜")])


def erase(database, login):
    """Erase somebody as the admin."""
    with database.write() as session:
        done = erasing.erase(session, login, actor=finding.person(session, "root"), at=NOW)
    assert db.compact(database)
    return done


def figures(database):
    """Return every figure and row of every report, people left out."""
    with database.read() as session:
        found = [
            reports.report(
                session, name, reports.Period(), NOW, by="line" if name == "duties" else None, reader=SEES_ALL
            )
            for name in reports.REPORTS
        ]
        agents = reports.report(session, "held", reports.Period(), NOW, by="agent", reader=SEES_ALL).rows
        return [(one.figures, one.rows) for one in found], sorted(row["open_seconds"] for row in agents)


def left(desks, database, words):
    """Return which words any bytes of the database still hold, split Chinese in the search index too."""
    content, terms = stored(desks, database)
    found = [word for word in words if any(one in content for one in written(word))]
    split = [word for word in words if len(spaced(word).split()) > 1 and set(spaced(word)) & {"娜"} & terms]
    return found + split


def written(word):
    """Return the bytes a word may stand as: itself, in small letters, escaped inside JSON."""
    return word.encode(), word.lower().encode(), json.dumps(word)[1:-1].encode()


def stored(desks, database):
    """Return the bytes of every file of the database, and the words of the search index."""
    with database.read() as session:
        terms = set(session.connection().execute(text("SELECT term FROM article_fts_words")).scalars())
    if database.url.startswith("sqlite"):
        database.close()
        return Path(database.url.removeprefix("sqlite:///")).read_bytes(), terms
    folder = getattr(desks.server, "folder", None)
    if folder is None:
        pytest.skip("the files of a server elsewhere cannot be read")
    with database.writing.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS kept CASCADE"))
        connection.execute(text("CHECKPOINT"))
        number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar()
    return b"".join(file.read_bytes() for file in (folder / "data" / "base" / str(number)).iterdir()), terms


@pytest.mark.parametrize("login", WORDS)
def test_nothing_of_the_person_is_left_in_the_files(desks, lived, login):
    """Neither table nor index nor statistics nor free page holds a name, login, mail, telephone or title."""
    with lived.writing.begin() as connection:
        connection.execute(text("ANALYZE"))
    assert set(left(desks, lived, WORDS[login])) >= set(WORDS[login]) - {"13800001234"}
    erase(lived, login)
    assert left(desks, lived, WORDS[login]) == []


@pytest.mark.parametrize("logins", [["li.na"], ["wang.xiaoming"], ["li.na", "wang.xiaoming"]])
def test_figures_and_chains_survive(lived, logins):
    """Every report says the same, the journal replays, both chains hold, over one erasure and over two."""
    before = figures(lived)
    for login in logins:
        erase(lived, login)

    assert figures(lived) == before
    with lived.read() as session:
        assert [one.broken for one in audit.verify(session, reader=SEES_ALL)] == [None, None]
        assert doctor.examine(session, reader=SEES_ALL).findings == ()
        assert audit.erased_people(session) == [
            {"li.na": "erased-1", "wang.xiaoming": "erased-30"}[one] for one in logins
        ]


def test_an_agent_becomes_a_pseudonym(lived):
    """Fields, drafts and words of the agent are gone; words about them carry the pseudonym; the duty stays."""
    done = erase(lived, "li.na")
    with lived.read() as session:
        person = session.get_one(Person, 1)
        bodies = set(session.exec(select(Message.body).where(col(Message.ticket_id).in_((4, 6)))))
        assert (person.login, person.name, person.email, person.role) == ("erased-1", "erased-1", "", "agent")
        assert "ask erased-1 (erased-1, erased-1)" in bodies
        assert "erased-1 was kind" in bodies
        assert session.exec(select(Draft.author_id)).all() == [2]
        assert session.get_one(Ticket, 5).first_contact_id == 1
        assert finding.team_ids(session, person) == []
        promised = session.exec(select(Event.detail).where(col(Event.act) == "promise")).one()
    assert promised == {"promised": erasing.GONE}
    assert done.open_tickets > 0


def test_a_requester_is_gone_from_their_own_tickets(lived):
    """What they wrote is gone whole; how colleagues addressed them carries the pseudonym; ratings stay."""
    erase(lived, "wang.xiaoming")
    with lived.read() as session:
        bodies = set(session.exec(select(Message.body).where(col(Message.ticket_id) == 3)))
        assert session.get_one(Ticket, 3).subject == erasing.GONE
        assert session.get_one(Ticket, 2).subject == "a_b test"
        assert (session.get_one(Survey, 5).csat, session.get_one(Survey, 5).comment) == (5, erasing.GONE)
    assert "erased-30 called; erased-30 needs it by noon" in bodies
    assert not {body for body in bodies if "ill" in body}


def test_a_tag_that_names_somebody_becomes_the_pseudonym(lived):
    """Several become one, and the journal gives the same."""
    done = erase(lived, "li.na")
    erase(lived, "wang.xiaoming")
    with lived.read() as session:
        assert tags.of(session, [3])[3] == ("erased-1", "erased-30")
        assert doctor.examine(session, reader=SEES_ALL).replay == ()
    assert done.changed["ticket_tag"] == 4


def test_an_erased_text_is_guarded_too(lived):
    """Whoever writes something else in the place of an erased text is found like anybody else."""
    erase(lived, "wang.xiaoming")
    with lived.write() as session:
        session.connection().execute(text("UPDATE message SET body = 'x' WHERE author_id = 30 AND ticket_id = 3"))
        assert audit.verify(session, reader=SEES_ALL)[0].broken.sentence.endswith(
            "a message of it is not what was written"
        )
        session.rollback()


def test_who_may_not_is_refused(lived):
    """Only an admin erases, nobody themselves, nobody twice."""
    with lived.write() as session:
        root, lead = finding.person(session, "root"), finding.person(session, "he.lin")
        with pytest.raises(NotAllowed, match="no right to: administer people"):
            erasing.erase(session, "li.na", actor=lead, at=NOW)
        with pytest.raises(Refused, match="themselves"):
            erasing.erase(session, "root", actor=root, at=NOW)
        with pytest.raises(NotFound):
            erasing.erase(session, "nobody", actor=root, at=NOW)
        erasing.erase(session, "li.na", actor=root, at=NOW)
        with pytest.raises(Refused, match="already"):
            erasing.erase(session, "erased-1", actor=root, at=NOW)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_restored_desk_names_who_is_to_be_erased_again(lived, tmp_path):
    """Somebody erased since the backup is found in it by their login."""
    copy = db.open_database(f"sqlite:///{shutil.copy(lived.url.removeprefix('sqlite:///'), tmp_path / 'old.db')}")
    erase(lived, "li.na")
    with lived.read() as session, copy.read() as old:
        assert audit.revived(old, audit.erased_people(session)) == ["li.na"]
        assert audit.revived(session, audit.erased_people(session)) == []
    copy.close()


def test_every_column_of_text_is_decided():
    """A new column that holds text is either searched for names or said to hold none."""
    texts = {
        table.name: {one.name for one in table.columns if str(one.type) in ("VARCHAR", "JSON")}
        for table in SQLModel.metadata.tables.values()
    }
    free = {model.__tablename__: set(names) for model, names in erasing.FREE_TEXT.items()}
    decided = {name: NOT_FREE.get(name, set()) | free.get(name, set()) for name in texts}
    assert decided == texts
