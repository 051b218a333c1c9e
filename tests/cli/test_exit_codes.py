"""Exit codes: 0 done, 1 refused by a rule, 2 usage, 3 not found, 4 not allowed, 5 conflict, 130 interrupted."""

import os
import sys

import pytest

from sharedops_core.cli import app
from sharedops_core.store import postgres, sqlite


@pytest.fixture
def ticket(sharedops):
    """A ticket that 李娜 has opened and taken."""
    sharedops("ticket", "new", "VPN drops", "--requester", "wang.xiaoming", "--item", "IT-NET-VPN-01")
    sharedops("ticket", "take", "INC-10001")


@pytest.mark.parametrize(
    ("code", "user", "line", "said"),
    [
        (0, "li.na", "ticket show INC-10001", ""),
        (1, "li.na", "ticket take INC-10001", "INC-10001 is yours already"),
        (1, "li.na", "ticket confirm INC-10001", "confirm is not possible while the ticket is accepted"),
        (1, "li.na", "ticket wait INC-10001 --reason boredom", "boredom is no known reason; there are: "),
        (1, "li.na", "ticket prioritise INC-10001 --to 9", "9 is no priority"),
        (1, "li.na", "ticket handoff INC-10001 --to network --reason other", "tried, found, promised, wanted"),
        (2, "li.na", "ticket show", "NUMBER"),
        (2, "li.na", "ticket fly INC-10001", "fly"),
        (2, "li.na", "ticket prioritise INC-10001 --to many", "--to"),
        (2, "li.na", "shift show 99999999999999999999", "must be 2147483647 or less"),
        (2, "li.na", "ticket show INC-10001 --colour", "--colour"),
        (2, "li.na", "report sla --from yesterday", "--from yesterday: is no date; right would be 2026-03-02"),
        (3, "li.na", "ticket show INC-1", "there is no ticket INC-1"),
        (3, "li.na", "ticket assign INC-10001 --to nobody", "there is nobody with the login nobody"),
        (3, "nobody", "ticket take INC-10001", "say who you are: --as LOGIN or SHAREDOPS_USER=LOGIN"),
        (3, "li.na", "ticket new x --item NO-SUCH", "there is no live service item NO-SUCH"),
        (3, "li.na", "catalogue show NO-SUCH", "there is no service item NO-SUCH"),
        (3, "li.na", "knowledge show KB-9", "there is no article KB-9"),
        (4, "wang.lei", "ticket resolve INC-10001 --text x", "INC-10001 is held by 李娜"),
        (4, "wang.xiaoming", "ticket take INC-10001", "王小明 is a requester"),
        (3, "ana.ruiz", "ticket take INC-10001", "there is no ticket INC-10001"),
        (3, "ana.ruiz", "ticket receive INC-10001 --text x", "there is no ticket INC-10001"),
        (4, "ana.ruiz", "ticket new x --requester wang.xiaoming", "for their own requests only"),
        (4, "li.na", "import people people.csv", "has the role agent, which has no right to: import from files"),
        (4, "ana.ruiz", "report sla", "Ana Ruiz is a requester"),
        (5, "wang.lei", "ticket take INC-10001", "李娜 took INC-10001 first"),
        (1, "li.na", "shift hand-over --to li.na --text x", "nobody hands a shift over to themselves"),
        (
            2,
            "li.na",
            "ticket handoff INC-10001 --to network --reason other --answer x=y",
            "network asks nothing called x; it asks: -",
        ),
        (2, "li.na", "shift sheet --within soon", "right would be a length such as 30m, 2h or 1d"),
        (3, "li.na", "shift sign 9", "there is no sheet 9"),
        (4, "wang.xiaoming", "shift hand-over --to li.na --text x", "王小明 is a requester"),
    ],
)
def test_each_refusal_has_its_exit_code(sharedops, ticket, code, user, line, said):
    """A refusal is a sentence on stderr with its exit code, nothing on stdout and no traceback anywhere."""
    answer = sharedops(*line.split(), user=user)

    assert answer.code == code
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert (answer.out == "") == (code != 0)


def test_a_refused_act_leaves_nothing_behind(sharedops, ticket):
    """After a refusal the ticket is as it was."""
    before = sharedops("ticket", "show", "INC-10001", "--json").out
    for line in ("ticket confirm INC-10001", "ticket wait INC-10001 --reason boredom"):
        assert sharedops(*line.split()).code == 1

    assert sharedops("ticket", "show", "INC-10001", "--json").out == before


def test_a_busy_database_is_a_conflict(sharedops, ticket, database, monkeypatch):
    """When another program keeps the ticket, the act says that nothing was changed and can be retried."""
    for engine in (sqlite, postgres):
        monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 20)
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE ticket SET subject = subject")
        answer = sharedops("ticket", "note", "INC-10001", "--text", "x")

    assert (answer.code, answer.err) == (5, "the database is busy; nothing was changed, try again\n")


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (BrokenPipeError, 0)])
def test_an_interrupt_and_a_closed_pipe_end_quietly(monkeypatch, error, code, tmp_path):
    """Ctrl-C is 130; a reader that goes away is no error of ours."""

    def broken(**_options):
        raise error

    monkeypatch.setattr(app, "app", broken)
    with (tmp_path / "out").open("w") as stream, pytest.raises(SystemExit) as ended:
        monkeypatch.setattr(sys, "stdout", stream)
        app.run()
    assert ended.value.code == code


def test_no_database_names_the_remedy(shell, tmp_path):
    """Without a database every command that needs one says how to make one."""
    answer = shell("--db", f"sqlite:///{tmp_path / 'none.db'}", "ticket", "list")

    assert answer.code == 3
    assert "`sharedops init` makes one" in answer.err


def test_hostile_arguments_are_shown_harmless(sharedops):
    """What was typed comes back with its escape sequences made visible."""
    answer = sharedops("ticket", "show", "\x1b]52;c;aGk=\x07")
    assert answer.err == "there is no ticket ␛]52;c;aGk=␇\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
@pytest.mark.parametrize(
    "line",
    ["verify {pipe}", "restore {pipe}", "import tickets {pipe} --profile volvo", "import tickets x --profile {pipe}",
     "import people {pipe}", "import people {folder}", "import calendar {pipe} --calendar cn-office",
     "sla check {pipe}", "sla due --calendar {pipe} --start 2026-03-02T09:00 --target 1h"],
)  # fmt: skip
def test_a_pipe_is_refused_where_a_file_is_read(sharedops, tmp_path, line):
    """Nothing waits for a pipe that nobody writes into: it is refused in one sentence, wherever it is named."""
    pipe = tmp_path / "folder" / "pipe.toml"
    pipe.parent.mkdir()
    os.mkfifo(pipe)
    answer = sharedops(*line.format(pipe=pipe, folder=pipe.parent).split(), user="ops.admin")

    assert (answer.code, answer.err) == (2, f"{pipe}: cannot be read: it is no regular file\n")
