"""`sharedops import`: master data and logs from the shell."""

import csv

import pytest

from sharedops_core import config
from sharedops_core.desk import identity
from tests.intake.conftest import rules_only

SEED = config.shipped("seed_data")
PROFILE = """
code = "mine"
[log]
key = "id"
at = "when"
format = "iso"
[ticket]
policy = "standard"
[row]
state = "{state}"
[states]
New = "received"
Done = "resolved"
"""
LOG = (
    "id,when,state\nA1,2026-03-02T09:00:00+08:00,New\nA1,2026-03-02T10:00:00+08:00,Done\nB1,2026-03-02T09:00:00+08:00,"
)
RESULT = {"added", "events", "already_here", "left_out", "flaws", "error_file", "dry_run"}


@pytest.fixture
def empty(shell, engine, desks):
    """Run commands on a database that holds the rules only."""
    with desks.copy(engine, "bare", rules_only) as database:
        with database.write() as session:
            identity.admit(session, config.account())
        yield lambda *arguments: shell("--db", database.url, *arguments)


@pytest.fixture
def log(tmp_path):
    """Write a log with its last state, and a profile; return the options that import it."""

    def written(state):
        (tmp_path / "log.csv").write_text(f"{LOG}{state}\n", encoding="utf-8")
        (tmp_path / "mine.toml").write_text(PROFILE, encoding="utf-8")
        return ("import", "tickets", tmp_path / "log.csv", "--profile", tmp_path / "mine.toml")

    return written


def test_every_kind_of_master_data_in_its_order(empty):
    """The shipped files go in by the five commands, and a second time nothing is new."""
    for kind, folder in (("calendar", "calendars"), ("policies", "policies/policies.toml"), ("people", "people"),
                         ("catalogue", "catalogue"), ("knowledge", "knowledge")):  # fmt: skip
        first, again = (empty("import", kind, SEED / folder, "--json") for _time in range(2))
        assert (first.code, again.code, again.err) == (0, 0, ""), again.err
        assert set(again.json) == {"added", "changed", "unchanged", "recomputed", "dry_run"}
        assert (again.json["added"], again.json["changed"], again.json["recomputed"]) == ([], [], [])
        assert again.json["unchanged"] > 0


def test_a_dry_run_says_what_would_be_done_and_does_nothing(empty):
    """--dry-run counts like the import and leaves the database as it was; the remark is narration."""
    for _time in range(2):
        answer = empty("import", "people", SEED / "people", "--dry-run")
        assert answer.code == 0
        assert answer.out.splitlines()[-1].endswith(" 0 changed, 0 unchanged")
        assert answer.err == "dry run: nothing was changed\n"


def test_long_results_are_cut_for_eyes(empty):
    """The first twenty keys are shown with their sign, then how many more there are."""
    lines = empty("import", "people", SEED / "people").out.splitlines()
    assert [line[:2] for line in lines[:20]] == ["+ "] * 20
    assert lines[20].startswith("+ and ")


def test_a_wrong_file_is_refused_with_every_finding(empty, tmp_path):
    """Each finding is a line on stderr; the exit code is 2."""
    file = tmp_path / "agents.csv"
    file.write_text("login,name,teams,capacity\na,,x,0\n", encoding="utf-8")
    answer = empty("import", "people", file)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines() == [
        f"{file}, line 2: name = '': must not be empty",
        f"{file}, line 2: capacity = '0': must be 1 or more",
    ]


@pytest.fixture
def admin(sharedops):
    """Run commands as an admin: imports are theirs."""
    return lambda *arguments: sharedops(*arguments, user="ops.admin")


def test_a_log_is_imported_once(admin, log):
    """The result as JSON has exactly its parts; a second time every ticket is here already."""
    first, again = (admin(*log("Done"), "--json") for _time in range(2))

    assert (first.code, first.err, set(first.json)) == (0, "", RESULT)
    assert (first.json["added"], first.json["events"], first.json["error_file"]) == (2, 3, None)
    assert (again.json["added"], again.json["already_here"]) == (0, 2)


def test_flaws_go_into_a_file_beside_the_log(admin, log, tmp_path):
    """A flawed ticket is left out, its row is in the error file, and stderr says where that is."""
    answer = admin(*log("Lost"))
    file = tmp_path / "log.csv.errors.csv"
    told = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))

    assert answer.out == "1 tickets with 2 events added, 0 were here already, 1 left out\n"
    assert answer.err == f"1 flaws, with line and reason, are in {file}\n"
    assert told == [{"line": "4", "ticket": "B1", "column": "{state}", "value": "Lost",
                     "reason": "the profile knows no such state"}]  # fmt: skip


def test_the_error_file_may_be_named(admin, log, tmp_path):
    """--errors decides where flaws go."""
    answer = admin(*log("Lost"), "--errors", tmp_path / "wrong.csv", "--json")
    assert answer.json["error_file"] == str(tmp_path / "wrong.csv")
    assert (tmp_path / "wrong.csv").is_file()


def test_a_dry_run_of_a_log_changes_nothing(admin, log):
    """The figures are those of the import, and the next dry run has them again."""
    for _time in range(2):
        answer = admin(*log("Done"), "--dry-run", "--json")
        assert (answer.json["added"], answer.json["dry_run"]) == (2, True)
    assert admin("ticket", "list", "--view", "resolved", "--json").json == []


def test_a_missing_log_and_a_missing_profile(admin, log, tmp_path):
    """What is not there is named with exit code 3."""
    assert admin("import", "tickets", tmp_path / "none.csv", "--profile", "volvo").code == 3
    answer = admin(*log("Done")[:3], "--profile", "jira")
    assert (answer.code, "there are servicenow, volvo" in answer.err) == (3, True)
