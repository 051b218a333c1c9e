"""Every act of the desk as a command, on one ticket after the other."""

import pytest
from sqlmodel import col, select

from sharedops_core.store.tables import Event, Message, Ticket

SLOTS = ("--asked", "VPN drops", "--tried", "KB-331", "--found", "timeout", "--promised", "-", "--wanted", "check")

LIFE = [
    ("li.na", "new 'VPN drops' --requester wang.xiaoming --item IT-NET-VPN-01", "received"),
    ("li.na", "take INC-10001", "accepted"),
    ("li.na", "reply INC-10001 --text 'We are on it'", "working"),
    ("li.na", "note INC-10001 --text 'looks like the gateway'", "working"),
    ("li.na", "wait INC-10001 --reason requester", "waiting"),
    ("li.na", "resume INC-10001", "working"),
    ("li.na", "wait INC-10001 --reason supplier", "waiting"),
    ("wang.xiaoming", "receive INC-10001 --text 'here is the log'", "working"),
    ("li.na", "assign INC-10001 --to wang.lei", "working"),
    ("wang.lei", "handoff INC-10001 --to network --reason other SLOTS", "working"),
    ("liu.yang", "give-back INC-10001 --reason incomplete", "working"),
    ("wang.lei", "handoff INC-10001 --to network --agent sun.hao --reason needs_line_2_skill SLOTS", "working"),
    ("sun.hao", "accept INC-10001", "working"),
    ("sun.hao", "escalate INC-10001 --reason at_risk --text 'plant stands still'", "working"),
    ("sun.hao", "prioritise INC-10001 --to 1", "working"),
    ("sun.hao", "resolve INC-10001 --text 'Gateway restarted'", "resolved"),
    ("wang.xiaoming", "reopen INC-10001 --text 'again'", "working"),
    ("sun.hao", "resolve INC-10001 --text 'New gateway'", "resolved"),
    ("wang.xiaoming", "confirm INC-10001", "confirmed"),
    ("wang.xiaoming", "rate INC-10001 5 --comment 很快", "confirmed"),
]


def parts(line):
    """Return a command line as arguments."""
    import shlex

    words = shlex.split(line)
    place = words.index("SLOTS") if "SLOTS" in words else len(words)
    return [*words[:place], *(SLOTS if place < len(words) else ())]


@pytest.fixture
def ticket(sharedops):
    """A ticket that 李娜 has opened and taken."""
    sharedops("ticket", "new", "VPN drops", "--requester", "wang.xiaoming", "--item", "IT-NET-VPN-01")
    sharedops("ticket", "take", "INC-10001")
    return "INC-10001"


def test_a_whole_life_in_the_shell(sharedops, database):
    """Every act works in its turn, prints the ticket as JSON on stdout and nothing else, and is in the journal."""
    for user, line, state in LIFE:
        answer = sharedops("ticket", *parts(line), "--json", user=user)
        assert (answer.code, answer.err) == (0, ""), line
        assert (answer.json["number"], answer.json["state"]) == ("INC-10001", state), line

    with database.read() as session:
        acts = session.exec(select(Event.act).order_by(col(Event.seq))).all()
    assert acts == [
        "open", "take", "reply", "note", "wait", "resume", "wait", "receive", "assign", "hand_off", "give_back",
        "hand_off", "accept", "escalate", "change", "resolve", "reopen", "resolve", "confirm", "rate",
    ]  # fmt: skip


def test_the_ticket_tells_its_whole_story(sharedops):
    """`show --json` has thread, hand-offs, journal, clocks and survey of what was done."""
    for user, line, _state in LIFE:
        sharedops("ticket", *parts(line), user=user)
    card = sharedops("ticket", "show", "INC-10001", "--json").json

    assert [one["direction"] for one in card["thread"]].count("out") == 3
    assert [one["decision"] for one in card["handoffs"]] == ["given_back", "accepted"]
    assert [clock["kind"] for clock in card["clocks"]] == ["response", "resolution"]
    assert (len(card["events"]), card["csat"], card["survey_comment"]) == (20, 5, "很快")
    assert (card["assignee"]["login"], card["first_contact"]["login"], card["line"]) == ("sun.hao", "li.na", 2)
    assert not {"holder", "drafts"} & card.keys()


def test_cancel(sharedops, ticket):
    """A ticket nobody needs is cancelled with a reason."""
    answer = sharedops("ticket", "cancel", ticket, "--reason", "duplicate", "--json")
    assert (answer.code, answer.json["state"]) == (0, "cancelled")


def test_without_json_an_act_says_what_was_done_and_which_clock_runs(sharedops, ticket):
    """One line on stdout: the ticket, the act, and the clock that counts now."""
    answer = sharedops("ticket", "reply", ticket, "--text", "hello")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.lower().startswith("inc-10001 answered; resolution: ")
    assert answer.out.count("\n") == 1


@pytest.mark.parametrize("number", ["inc-10001", "#INC-10001", " INC-10001 "])
def test_numbers_are_read_as_people_type_them(sharedops, ticket, number):
    """Small letters, a hash and blanks around a number do no harm."""
    assert sharedops("ticket", "show", number, "--json").json["number"] == ticket


def test_several_tickets_are_taken_all_or_none(sharedops, ticket, database):
    """When one of the numbers is wrong, none is taken; when all are right, JSON is still one document."""
    for _time in range(2):
        sharedops("ticket", "new", "more", "--requester", "ana.ruiz")
    assert sharedops("ticket", "take", "INC-10002", "INC-99999").code == 3
    with database.read() as session:
        assert session.exec(select(Ticket.state).where(col(Ticket.number) == "INC-10002")).one() == "received"

    answer = sharedops("ticket", "take", "INC-10002", "INC-10003", "--json")
    assert [(one["number"], one["state"]) for one in answer.json] == [
        ("INC-10002", "accepted"),
        ("INC-10003", "accepted"),
    ]


def test_a_text_comes_from_stdin(sharedops, ticket, database):
    """`--text -` reads the text from a pipe, with everything that could act made visible."""
    sharedops("ticket", "note", ticket, "--text", "-", stdin="第一行\nline 2\x1b[2J\n")
    with database.read() as session:
        body = session.exec(select(Message.body).where(col(Message.direction) == "internal")).one()
    assert body == "第一行\nline 2␛[2J"


def test_a_pipe_that_is_not_utf_8_is_refused(sharedops, ticket, database):
    """Words that cannot be read are not sent half: the byte is named, and nothing is written."""
    answer = sharedops("ticket", "note", ticket, "--text", "-", stdin=b"abc\xff")

    assert (answer.code, answer.err) == (2, "standard input is not UTF-8: byte 3; convert it first\n")
    with database.read() as session:
        assert session.exec(select(Message.body).where(col(Message.direction) == "internal")).all() == []


def test_a_ticket_answers_to_its_digits(sharedops, ticket):
    """The digits alone name a ticket, as people say them on the phone."""
    assert sharedops("ticket", "show", ticket.split("-")[1], "--json").json["number"] == ticket


def test_a_body_comes_from_stdin(sharedops, database):
    """`ticket new --body -` takes a description from a pipe."""
    sharedops("ticket", "new", "VPN drops", "--body", "-", stdin="since Monday\n")
    with database.read() as session:
        assert session.exec(select(Message.body)).one() == "since Monday"


def test_no_text_and_no_editor_is_said(sharedops, ticket, monkeypatch):
    """In a pipe without --text there is nothing to send: that is bad usage, and nothing is sent."""
    monkeypatch.delenv("EDITOR", raising=False)
    answer = sharedops("ticket", "reply", ticket)

    assert answer.code == 2
    assert answer.err == "there is no text; give it with --text, or --text - and stdin, or set EDITOR\n"


def test_list_filters_by_view_and_words(sharedops, ticket):
    """A view and words narrow the list; --limit says on stderr that there is more."""
    sharedops("ticket", "new", "打印机脱机", "--requester", "ana.ruiz")

    def numbers(*options):
        return [row["number"] for row in sharedops("ticket", "list", "--json", *options).json]

    assert sorted(numbers()) == ["INC-10001", "INC-10002"]
    assert numbers("--view", "mine") == ["INC-10001"]
    assert numbers("脱机") == numbers("ana", "ruiz") == ["INC-10002"]
    assert sharedops("ticket", "list", "--limit", "1").err == "more than 1; raise --limit to see them\n"


@pytest.mark.parametrize(("option", "value"), [("--view", "everything"), ("--sort", "mood")])
def test_an_unknown_view_or_order_lists_those_there_are(sharedops, option, value):
    """A wrong name is bad usage and names the right ones."""
    answer = sharedops("ticket", "list", option, value)
    assert answer.code == 2
    assert answer.err.startswith(f"{option} {value}: unknown; there are ")


def test_the_last_acts_are_undone_one_by_one(sharedops, ticket):
    """`ticket undo` takes back the newest act that still stands; what cannot be undone is refused with code 1."""
    sharedops("ticket", "prioritise", ticket, "--to", "1")
    assert sharedops("ticket", "undo", ticket, "--json").json["priority"] == 3
    assert sharedops("ticket", "undo", ticket, "--json").json["state"] == "received"
    assert sharedops("ticket", "undo", ticket).code == 1


def test_nobody_undoes_anothers_act_in_the_shell(sharedops, ticket):
    """Another agent's undo is refused as not allowed."""
    assert sharedops("ticket", "undo", ticket, user="wang.lei").code == 4
