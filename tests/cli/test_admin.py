"""Who acts, and who may say otherwise; `sharedops admin user`."""

import pytest
from sqlmodel import select

from sharedops_core import config
from sharedops_core.store.tables import Event, Membership, Person, Setting
from tests.lanes import add_lane, secret
from tests.logins import drop, everybody, opened, own_tables, url_of
from tests.servers import LOGIN_MARK


@pytest.fixture
def real(database):
    """The small centre with its lane as a real desk: no demo, so names are accounts."""
    with database.write() as session:
        add_lane(session)
        secret(session)
        session.delete(session.get_one(Setting, "demo"))
    return database


@pytest.fixture
def at(shell, real, engine, monkeypatch):
    """Run a command on the real desk under an account of the system; on PostgreSQL under a login of the database.

    Admins own the tables there.
    """
    named = {}
    if engine == "postgresql":
        with real.write() as session:
            named = everybody(session)
            own_tables(session, named["ops.admin"])

    def run(account, *arguments):
        monkeypatch.setattr(config, "account", lambda: account)
        if engine == "sqlite":
            return shell("--db", real.url, *arguments)
        with real.write() as session:
            opened(session, named.setdefault(account, account))
        return shell("--db", url_of(real.url, named[account]), *arguments)

    yield run
    if engine == "postgresql":
        with real.write() as session:
            drop(session, ["lina", *(login for login in named.values() if LOGIN_MARK not in login)])


def test_the_account_is_the_agent(at):
    """Without a word about who one is, one is the account's person."""
    assert at("li.na", "ticket", "new", "x", "--json").json["first_contact"]["login"] == "li.na"


@pytest.mark.parametrize("way", ["option", "environment", "settings"])
def test_nobody_says_they_are_somebody_else(at, way, monkeypatch, settings):
    """--as, SHAREDOPS_USER and the settings file are refused with exit code 4 and the sentence that says so."""
    if way == "environment":
        monkeypatch.setenv("SHAREDOPS_USER", "xu.li")
    elif way == "settings":
        settings.write_text('user = "xu.li"\n', encoding="utf-8")
    answer = at("li.na", *(["--as", "xu.li"] if way == "option" else []), "ticket", "list")

    assert (answer.code, answer.out) == (4, "")
    assert answer.err.startswith("who acts is whoever is logged in, li.na")
    assert "; --as, SHAREDOPS_USER and `user` in the settings work in a demo" in answer.err


def test_to_say_who_one_is_anyway_is_no_harm(at):
    """Naming oneself is not acting for somebody else."""
    assert at("li.na", "--as", "li.na", "ticket", "list").code == 0


def test_an_unknown_account_is_told_who_can_add_it(at):
    """A stranger reads nothing."""
    for words in ("ticket list", "report sla", "knowledge search vpn", "doctor", "sla sweep"):
        answer = at("mallory", *words.split())
        assert (answer.code, answer.out) == (4, "")
        assert "an admin adds you with `sharedops admin user add`" in answer.err


def test_a_variable_of_the_environment_is_no_account(monkeypatch):
    """$USER makes nobody somebody else."""
    before = config.account()
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(name, "xu.li")
    assert config.account() == before != "xu.li"


def test_an_account_belongs_to_one_person(at, real):
    """Somebody with an account of another name is not reached by an account that is called like their login."""
    with real.write() as session:
        session.exec(select(Person).where(Person.login == "xu.li")).one().account = "lixu"
    assert at("lixu", "ticket", "list", "--view", "line_2", "--json").json[0]["lane"] == "hr"
    assert at("xu.li", "ticket", "list").code == 4


def test_an_admin_acts_for_others_on_record_and_past_no_lane(at, real):
    """What an admin does for somebody names both in the journal; nothing confidential opens that way."""
    assert at("ops.admin", "--as", "hou.jia", "ticket", "new", "x").code == 0
    for other in ("hou.jia", "song.jie"):
        assert at("ops.admin", "--as", other, "ticket", "show", "INC-10001").code == 3
    sealed = at("ops.admin", "--as", "li.na", "ticket", "new", "x", "--item", "SEALED-HR")
    assert (sealed.code, sealed.err[:25]) == (4, "SEALED-HR is confidential")
    assert at("hou.jia", "ticket", "show", "INC-10001").code == 0
    with real.read() as session:
        event = session.exec(select(Event).where(Event.ticket_id == 2)).one()
    assert event.detail == {"by": "ops.admin"}


def test_the_service_account_acts_for_requesters_only(at):
    """The portal speaks for requesters, about their confidential requests too, and for nobody of the desk."""
    card = at("portal", "--as", "wang.xiaoming", "ticket", "show", "INC-10001", "--json").json
    assert [one["direction"] for one in card["thread"]] == ["in"]
    answer = at("portal", "--as", "hou.jia", "ticket", "list")
    assert (answer.code, answer.err) == (4, "门户 may act for requesters only\n")


def test_the_service_account_carries_letters_it_cannot_read(at):
    """Mail reaches a confidential ticket by its number; the answer shows nothing of it."""
    answer = at("portal", "ticket", "receive", "INC-10001", "--text", "hello")
    assert (answer.code, answer.out) == (0, "INC-10001: the requester's words are in\n")
    assert at("portal", "ticket", "show", "INC-10001").code == 3


def test_people_are_added_granted_and_revoked(at, real):
    """An admin gives a role, teams with their lanes and an account, and takes them away; the list says so."""
    added = at("ops.admin", "admin", "user", "add", "mei.lin", "--name", "梅琳", "--role", "agent", "--team", "desk",
               "--json").json  # fmt: skip
    assert added == {"login": "mei.lin", "name": "梅琳", "role": "agent", "teams": ["desk"], "lanes": [],
                     "account": None}  # fmt: skip
    assert at("mei.lin", "ticket", "show", "INC-10001").code == 3

    granted = at("ops.admin", "admin", "user", "grant", "mei.lin", "--team", "hr-care", "--account", "mlin", "--json")
    assert (granted.json["teams"], granted.json["lanes"]) == (["hr-care", "desk"], ["hr"])
    assert at("mlin", "ticket", "show", "INC-10001").code == 0

    at("ops.admin", "admin", "user", "revoke", "mei.lin", "--team", "hr-care", "--account")
    listed = at("song.jie", "admin", "user", "list", "--role", "agent", "--json").json
    assert [one["teams"] for one in listed if one["login"] == "mei.lin"] == [["desk"]]
    assert at("mei.lin", "ticket", "show", "INC-10001").code == 3

    at("ops.admin", "admin", "user", "revoke", "mei.lin", "--role")
    with real.read() as session:
        person = session.exec(select(Person).where(Person.login == "mei.lin")).one()
        assert (person.role, session.exec(select(Membership).where(Membership.person_id == person.id)).all()) == (
            "requester", [],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("account", "code", "words", "said"),
    [
        ("he.lin", 4, "add x", "has no right to: administer people"),
        ("song.jie", 4, "grant li.na --role admin", "has no right to: administer people"),
        ("li.na", 4, "list", "has no right to: read the audit"),
        ("ops.admin", 1, "add li.na", "somebody with the login li.na already"),
        ("ops.admin", 1, "grant li.na --role pope", "pope is no role; there are: requester, agent"),
        ("ops.admin", 3, "grant li.na --team nowhere", "there is no team nowhere"),
        ("ops.admin", 3, "grant nobody --role agent", "nobody with the login nobody"),
        ("ops.admin", 2, "grant li.na", "name what to give"),
        ("ops.admin", 2, "revoke li.na", "name what to take"),
        ("ops.admin", 1, "revoke ops.admin --role", "another admin has to take this role from you"),
        ("ops.admin", 1, "grant ops.admin --role lead", "another admin has to take this role from you"),
    ],
)
def test_each_refusal_of_the_administration(at, account, code, words, said):
    """What cannot be is said in one sentence, and nothing is changed."""
    answer = at(account, "admin", "user", *words.split())
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


def test_an_account_of_somebody_else_is_refused(at):
    """One account is one person."""
    at("ops.admin", "admin", "user", "grant", "li.na", "--account", "lina")
    answer = at("ops.admin", "admin", "user", "grant", "wang.lei", "--account", "lina")
    assert (answer.code, answer.err) == (1, "lina is the account of 李娜 already\n")


def test_init_does_not_touch_a_desk_in_use(at):
    """Loading the shipped data again is for its admins; nobody turns a desk in use into a demo."""
    assert at("li.na", "init").code == 4
    answer = at("ops.admin", "init", "--demo", "3")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("this desk is in use: in a demo everybody may act as everybody")
