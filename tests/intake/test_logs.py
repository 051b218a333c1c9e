"""Importing the log of another desk: whole histories, or a line in the error file and nothing else."""

import csv
import gzip
import json
from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from sharedops_core.errors import BadInput, NotFound
from sharedops_core.intake import profiles, tickets
from sharedops_core.rules.text import clean
from sharedops_core.store.tables import Clock, Event, Person, SourceRecord, Team, Ticket
from sharedops_core.views import doctor
from tests.conftest import SEES_ALL, SHARED, T0

HOSTILE = SHARED / "data" / "hostile-text"
HEADING = "id,when,state,prio,group,holder,actor,caller,what,opened,closed,moves,ok"
PROFILE = profiles.parse(
    {
        "code": "mine",
        "log": {"key": "id", "at": "when", "format": "%Y-%m-%d %H:%M", "zone": "Asia/Shanghai", "missing": ["?", ""]},
        "ticket": {"subject": "{what}", "requester": "{caller}", "opened_at": "opened", "closed_at": "closed",
                   "policy": "standard"},
        "row": {"state": "{state}", "priority": "{prio}", "team": "{group}", "holder": "{holder}", "actor": "{actor}",
                "automatic": ["robot"]},
        "states": {"New": "received", "Active": "working", "Hold": "waiting:supplier", "User": "waiting:requester",
                   "Solved": "resolved", "Closed": "confirmed", "-": "same"},
        "priorities": {"High": 2, "Low": 4},
        "lines": [{"contains": "2nd", "line": 2}],
        "stated": {"reassignments": "moves", "missed": {"column": "ok", "values": ["false"]}},
    },
    "mine",
)  # fmt: skip


def row(key="A1", when="2026-03-02 09:00", state="New", *, prio="High", group="Desk", holder="?", actor="ann",
        caller="bob", what="printer", opened="?", closed="?", moves="0", ok="true"):  # fmt: skip
    """Return a row of the log."""
    return [key, when, state, prio, group, holder, actor, caller, what, opened, closed, moves, ok]


def lines(*rows):
    """Return a log as text."""
    return "\n".join([HEADING, *(",".join(cells) for cells in rows)]) + "\n"


GOOD = [
    row(),
    row("B1", "2026-03-02 09:30"),
    row("A1", "2026-03-02 09:10", "Active", holder="ann"),
    row("A1", "2026-03-02 10:00", "Hold", holder="ann", group="Net 2nd", actor="robot"),
    row("A1", "2026-03-02 11:00", "-", holder="carl", group="Net 2nd", actor="carl"),
    row("A1", "2026-03-02 12:00", "Solved", holder="carl", group="Net 2nd", moves="3", ok="false"),
]


@pytest.fixture
def take_in(bare, write):
    """Import a log given as rows, text or bytes, and return what the import says."""

    def done(content):
        file = write("log.csv", lines(*content) if isinstance(content, list) else content)
        with bare.write() as session:
            return tickets.import_log(session, file, PROFILE)

    return done


@pytest.fixture
def ask(bare):
    """Return the answer to a statement."""

    def answered(statement):
        with bare.read() as session:
            return session.exec(statement).all()

    return answered


def test_rows_of_a_ticket_become_its_journal(take_in, ask):
    """Rows of one ticket, wherever they stand, are its history in order, in the words of our lifecycle."""
    done = take_in(GOOD)
    ticket_id = ask(select(Ticket.id).where(col(Ticket.number) == "A1"))[0]
    told = ask(select(Event.state, Event.waiting_reason, Event.line).where(col(Event.ticket_id) == ticket_id))

    assert (done.added, done.events, done.left_out, done.flaws) == (2, 6, 0, ())
    assert told == [
        ("received", None, 1), ("working", None, 1), ("waiting", "supplier", 2), ("waiting", "supplier", 2),
        ("resolved", None, 2),
    ]  # fmt: skip


def test_rows_in_the_wrong_order_are_put_right(take_in, ask):
    """The time of a row decides where it belongs, not its place in the file."""
    take_in([row(when="2026-03-02 12:00", state="Solved"), row(), row(when="2026-03-02 09:10", state="Active")])
    assert ask(select(Event.state).order_by(col(Event.seq))) == ["received", "working", "resolved"]


def test_the_ticket_is_the_sum_of_its_rows(take_in, ask):
    """State, holder, first contact, line and instants of an imported ticket are those its rows give."""
    take_in(GOOD)
    ticket = ask(select(Ticket).where(col(Ticket.number) == "A1"))[0]
    names = dict(ask(select(Person.id, Person.login)))

    assert (ticket.state, ticket.line, ticket.subject, ticket.priority) == ("resolved", 2, "printer", 2)
    assert [names[one] for one in (ticket.assignee_id, ticket.first_contact_id, ticket.requester_id)] == [
        "mine/carl", "mine/ann", "mine/bob",
    ]  # fmt: skip
    assert (ticket.opened_at, ticket.resolved_at) == (T0, T0 + timedelta(hours=3))


def test_times_without_a_zone_are_of_the_profiles_zone(take_in, ask):
    """Nine o'clock in a log of Shanghai is one o'clock UTC."""
    take_in([row()])
    assert ask(select(Ticket.opened_at)) == [T0]


def test_clocks_are_recomputed_with_the_wait_cut_out(take_in, ask):
    """Three hours of work minus the two of waiting meet the promise; the source's own word is kept beside it."""
    take_in(GOOD)
    clock = ask(select(Clock).join(Ticket).where(col(Ticket.number) == "A1", col(Clock.kind) == "resolution"))[0]
    record = ask(select(SourceRecord).where(col(SourceRecord.key) == "A1"))[0]

    assert (clock.stopped_at, clock.breached_at) == (T0 + timedelta(hours=3), None)
    assert (record.reassignments, record.is_missed, record.source) == (3, True, "mine")


def test_an_opening_before_the_first_row_is_an_entry_of_its_own(take_in, ask):
    """A log that begins after the ticket was opened says when that was."""
    take_in([row(opened="2026-03-02 08:30", state="Active")])
    told = ask(select(Event.at, Event.state).order_by(col(Event.seq)))
    assert told == [(T0 - timedelta(minutes=30), "received"), (T0, "working")]


def test_going_back_to_work_after_the_end_is_a_reopening(take_in, ask):
    """A row that works on a settled ticket counts as reopened."""
    take_in([row(), row(when="2026-03-02 10:00", state="Solved"), row(when="2026-03-02 11:00", state="Active")])
    assert ask(select(Ticket.reopen_count, Ticket.state)) == [(1, "working")]


def test_automatic_actors_are_no_first_contact(take_in, ask):
    """A robot that touches a ticket first answers for nothing."""
    take_in([row(actor="robot", holder="robot"), row(when="2026-03-02 10:00", state="Active", actor="carl")])
    ticket = ask(select(Ticket))[0]
    names = dict(ask(select(Person.id, Person.login)))
    assert (names[ticket.first_contact_id], ticket.assignee_id) == ("mine/carl", None)


def test_a_second_import_adds_nothing(take_in, ask):
    """What is here already is counted and left alone; a new ticket in the same log comes in."""
    take_in(GOOD)
    again = take_in([*GOOD, row("C1")])

    assert (again.added, again.known, again.left_out) == (1, 2, 0)
    assert ask(select(Ticket.number).order_by(col(Ticket.number))) == ["A1", "B1", "C1"]
    assert ask(select(func.count()).select_from(Event)) == [7]


def test_an_imported_log_is_sound(take_in, bare):
    """The doctor's replay of imported tickets finds nothing."""
    take_in(GOOD)
    with bare.read() as session:
        report = doctor.examine(session, reader=SEES_ALL)
    assert (report.tickets, report.events, report.findings) == (2, 6, ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
def test_a_log_of_any_encoding(take_in, ask, encoding):
    """Encoding and packing of a log are found out, not asked."""
    take_in(gzip.compress(lines(row(what="打印机脱机")).encode(encoding)))
    assert ask(select(Ticket.subject)) == ["打印机脱机"]


@pytest.mark.parametrize(
    ("bad", "column", "value", "reason"),
    [
        (row(when="yesterday"), "when", "yesterday", "is no time; right would be like %Y-%m-%d %H:%M"),
        (row(when="2026-03-02 10:00", state="Lost"), "{state}", "Lost", "the profile knows no such state"),
        (row(when="2026-03-02 10:00", prio="Vital"), "{prio}", "Vital", "the profile knows no such priority"),
        (row(when="2026-03-02 10:00", closed="soon"), "closed", "soon", "is no time; right would be like"),
        (row(when="2026-03-02 10:00")[:-1], "id", "A1", "the row has 12 columns, the heading 13"),
        ([*row(when="2026-03-02 10:00"), "x"], "id", "A1", "the row has 14 columns, the heading 13"),
    ],
    ids=["time", "state", "priority", "closing time", "too short", "too long"],
)
def test_a_flawed_row_keeps_its_whole_ticket_out(take_in, ask, bad, column, value, reason):
    """The flaw is told with line, ticket, column, value and reason; of its ticket nothing is here, of others all."""
    done = take_in([row(), row("B1"), bad])
    (flaw,) = done.flaws

    assert (flaw.line, flaw.ticket, flaw.column, flaw.value) == (4, "A1", column, value)
    assert flaw.reason.startswith(reason)
    assert (done.added, done.left_out) == (1, 1)
    assert ask(select(Ticket.number)) == ["B1"]
    assert ask(select(func.count()).select_from(Event)) == [1]


def test_a_row_without_a_ticket_is_a_flaw_of_its_own(take_in, ask):
    """A row that names no ticket is told and harms no other."""
    done = take_in([row("?"), row("B1")])

    assert [(flaw.line, flaw.reason) for flaw in done.flaws] == [(2, "the row names no ticket")]
    assert ask(select(Ticket.number)) == ["B1"]


def test_a_number_that_another_ticket_has_is_a_flaw(take_in, bare, ask):
    """Two desks may use the same numbers: the second one is told, not mixed in."""
    take_in([row()])
    with bare.write() as session:
        session.exec(select(SourceRecord)).one().source = "other"
    done = take_in([row(), row("B1")])

    assert [(flaw.ticket, flaw.reason) for flaw in done.flaws] == [("A1", "another ticket has this number already")]
    assert ask(select(Ticket.number).order_by(col(Ticket.number))) == ["A1", "B1"]


def test_the_error_file_holds_every_flaw(take_in, tmp_path):
    """The error file is CSV with line, ticket, column, value and reason, and no spreadsheet runs its cells."""
    done = take_in([row("A1", "=1+1"), row("B1", state="@SUM(1)"), row("C1", "\x1b[2J")])
    tickets.write_flaws(tmp_path / "wrong.csv", done.flaws)
    with (tmp_path / "wrong.csv").open(encoding="utf-8", newline="") as stream:
        told = list(csv.reader(stream))

    assert told[0] == ["line", "ticket", "column", "value", "reason"]
    assert [cells[:4] for cells in told[1:]] == [
        ["2", "A1", "when", "'=1+1"], ["4", "C1", "when", "␛[2J"], ["3", "B1", "{state}", "'@SUM(1)"],
    ]  # fmt: skip


def test_a_log_without_the_columns_of_the_profile_is_refused(take_in, ask):
    """A file of other columns is refused as a whole, with those that lack and those that are there."""
    with pytest.raises(
        BadInput, match=r"line 1: the profile mine needs the columns moves, ok.*caller; the file has id, when"
    ):
        take_in("id,when\nA1,2026-03-02 09:00\n")
    assert ask(select(Ticket.id)) == []


@pytest.mark.parametrize("damage", [slice(None, -400), slice(None, 15)], ids=["cut at the end", "cut in its head"])
def test_a_log_that_is_cut_is_refused(take_in, ask, damage):
    """A packed file that ends in the middle is refused with the line, and nothing of it is here."""
    with pytest.raises(BadInput, match=r"log\.csv, line \d+: cannot be read"):
        take_in(gzip.compress(lines(*GOOD * 500).encode())[damage])
    assert ask(select(Ticket.id)) == []


def test_a_damaged_log_is_refused(take_in, ask):
    """A packed file whose middle is noise is refused, and nothing of it is here."""
    content = bytearray(gzip.compress(lines(*GOOD * 500).encode()))
    content[20:200] = bytes(range(180))
    with pytest.raises(BadInput, match="cannot be read"):
        take_in(bytes(content))
    assert ask(select(Ticket.id)) == []


def test_a_log_that_is_not_there_and_a_policy_nobody_has(bare, tmp_path, write):
    """What the import needs and cannot find is named."""
    with bare.write() as session, pytest.raises(NotFound, match="there is no such file"):
        tickets.import_log(session, tmp_path / "none.csv", PROFILE)
    PROFILE.ticket["policy"] = "none"
    try:
        with bare.write() as session, pytest.raises(NotFound, match="no policy none"):
            tickets.import_log(session, write("log.csv", lines(row())), PROFILE)
    finally:
        PROFILE.ticket["policy"] = "standard"


def hostile():
    """Return every hostile string of the shared files."""
    texts = []
    for name in ("blns", "ansi_codes", "csv_formula_payloads"):
        document = json.loads(gzip.decompress((HOSTILE / f"{name}.json.gz").read_bytes()))
        parts = (
            [document] if isinstance(document, list) else [part for part in document.values() if isinstance(part, list)]
        )
        texts += [one if isinstance(one, str) else one["sequence"] for part in parts for one in part]
    return [text for text in dict.fromkeys(texts) if text.strip()]


def hostile_log(file, texts):
    """Write a log with one ticket for each text, which stands in all of its text columns."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADING.split(","))
        for number, text in enumerate(texts):
            every = {"group": text, "holder": text, "actor": text, "caller": text, "what": text}
            writer.writerow(row(f"{number} {text}", **every))
    return file


@pytest.mark.skipif(not HOSTILE.exists(), reason=f"the shared folder {HOSTILE} is not on this machine")
def test_hostile_text_arrives_cleaned_in_every_column(bare, tmp_path):
    """Whatever stands in a text column of a log, nothing that could act on a terminal reaches a table."""
    texts = hostile()
    with bare.write() as session:
        done = tickets.import_log(session, hostile_log(tmp_path / "log.csv", texts), PROFILE)
        columns = (Ticket.number, Ticket.subject, Person.login, Person.name, Team.code, Team.name_en, SourceRecord.key)
        stored = [text for column in columns for text in session.exec(select(column))]

    assert (done.added, done.flaws) == (len(texts), ())
    assert [text for text in stored if text != clean(text) or "\n" in text or "\t" in text] == []
    assert any("␛[" in text for text in stored)
