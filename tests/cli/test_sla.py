"""`sharedops sla`: clock arithmetic in the shell."""

import json

import pytest

from tests.conftest import SHARED

CASES = SHARED / "sla-cases.json"
MINE = {
    "calendars": {"nine": {"tz": "Etc/UTC", "hours": {"mon": [["09:00", "17:00"]]}}},
    "cases": [{"id": "A", "kind": "due", "calendar": "nine", "start": "2026-03-02 09:00", "target_seconds": 60,
               "pauses": [], "expect": "2026-03-02T09:02:00Z"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("options", "due"),
    [
        ("--start 2026-03-02T16:00 --target 8h", "2026-03-03 16:30:00+08:00"),
        ("--start 2026-03-02T08:00+00:00 --target 8h", "2026-03-03 16:30:00+08:00"),
        (
            "--start 2026-03-02T16:00 --target 30m --pause 2026-03-02T16:10/2026-03-02T17:00",
            "2026-03-02 17:20:00+08:00",
        ),
        ("--start 2026-02-13T17:00 --target 1wd", "2026-02-14 17:00:00+08:00"),
    ],
)
def test_due(shell, options, due):
    """A due time is printed in the zone of the calendar: hours, zones, pauses and make-up workdays counted."""
    answer = shell("sla", "due", "--calendar", "cn-office", *options.split())
    assert (answer.code, answer.out, answer.err) == (0, f"{due}\n", "")


def test_due_as_json_and_while_paused(shell):
    """A pause without an end has no due time: null in JSON, a sentence for eyes."""
    options = ("--calendar", "cn-office", "--start", "2026-03-02T16:00", "--target", "1h",
               "--pause", "2026-03-02T16:10/")  # fmt: skip

    assert shell("sla", "due", *options, "--json").json == {"calendar": "cn-office", "target": "1h", "due": None}
    assert shell("sla", "due", *options).out == "paused: no due time until the pause has an end\n"


def test_elapsed(shell):
    """Open time between two instants, for eyes and in seconds."""
    options = ("--calendar", "cn-office", "--start", "2026-03-02T16:00", "--end", "2026-03-03T10:00")

    assert shell("sla", "elapsed", *options).out.startswith("3:00:00 ")
    assert shell("sla", "elapsed", *options, "--json").json == {"calendar": "cn-office", "seconds": 10_800}


def test_a_calendar_of_ones_own(shell, tmp_path, database):
    """A calendar comes from a TOML or JSON file, or from the database."""
    (tmp_path / "own.toml").write_text('tz = "Etc/UTC"\n[hours]\nmon = [["09:00", "17:00"]]\n', encoding="utf-8")
    (tmp_path / "own.json").write_text(json.dumps(MINE["calendars"]["nine"]), encoding="utf-8")
    options = ("--start", "2026-03-02T16:30", "--target", "1h")

    for name in ("own.toml", "own.json"):
        answer = shell("sla", "due", "--calendar", tmp_path / name, *options)
        assert answer.out == "2026-03-09 09:30:00+00:00\n"
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE calendar SET code = 'night'")
    assert shell("--db", database.url, "sla", "due", "--calendar", "night", *options).code == 0


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        (3, "due --calendar moon --start 2026-03-02T09:00 --target 1h", "there is no calendar moon"),
        (3, "due --calendar none.toml --start 2026-03-02T09:00 --target 1h", "none.toml: there is no such file"),
        (2, "due --calendar always --start noon --target 1h", "noon: is no time"),
        (2, "due --calendar always --start 2026-03-02T09:00 --target 1h --pause never", "never: is no pause"),
        (1, "due --calendar always --start 2026-03-02T09:00 --target soon", "soon"),
        (3, "check none.json", "none.json: there is no such file"),
    ],
)
def test_wrong_input_is_named(shell, code, line, said):
    """What cannot be read is said with what would be right."""
    answer = shell("sla", *line.split())
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


@pytest.mark.skipif(not CASES.exists(), reason=f"the shared case file {CASES} is not on this machine")
def test_the_shared_cases_pass(shell):
    """`sla check` proves the engine against all 140 cases."""
    assert shell("sla", "check", CASES, "--json").json == {"passed": 140, "failed": []}
    assert shell("sla", "check", CASES).out == "140 passed, 0 failed\n"


def test_a_failing_case_ends_with_one(shell, tmp_path):
    """A case that comes out otherwise is named with both values, and the exit code is 1."""
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(MINE), encoding="utf-8")
    answer = shell("sla", "check", file)

    assert answer.code == 1
    assert answer.out == ("A: expected 2026-03-02 09:02:00Z, got 2026-03-02 09:01:00Z\n0 passed, 1 failed\n")


@pytest.mark.parametrize("text", ["{", "[]", '{"cases": 1}'])
def test_a_file_of_cases_that_is_none_is_refused(shell, tmp_path, text):
    """Broken JSON is named with line and column, other shapes with what is wanted."""
    file = tmp_path / "cases.json"
    file.write_text(text, encoding="utf-8")
    answer = shell("sla", "check", file)

    assert answer.code in {1, 2}
    assert answer.err and "Traceback" not in answer.err
