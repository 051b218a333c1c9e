"""How commands print: data on stdout, narration on stderr, plain in a pipe, harmless in a spreadsheet."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime

import pytest

from sharedops_core.cli import output


@pytest.fixture
def listed(sharedops):
    """Two tickets with subjects that spreadsheets and terminals would act on."""
    sharedops("ticket", "new", "=HYPERLINK(1)", "--requester", "wang.xiaoming", "--item", "IT-NET-VPN-01")
    sharedops("ticket", "new", "two\tcells \x1b[31mred", "--requester", "ana.ruiz", "--priority", "1")
    return sharedops


def test_in_a_pipe_a_list_is_tab_separated_lines(listed):
    """One line a row, cells parted by tabs, the names first, no colour, no frame: made for `cut` and `awk`."""
    answer = listed("ticket", "list")
    _names, *rows = [line.split("\t") for line in answer.out.splitlines()]

    assert (answer.err, len(rows), {len(row) for row in rows}) == ("", 2, {9})
    assert rows[0] == [
        "INC-10002", "00:15:00~", "1", "received", "1", "desk", "-", "Ana Ruiz", "two cells ␛[31mred",
    ]  # fmt: skip


def test_csv_has_a_heading_and_no_formulas(listed):
    """Cells that a spreadsheet would run are defused; the heading names the keys of the JSON."""
    rows = list(csv.DictReader(io.StringIO(listed("ticket", "list", "--csv").out)))

    assert list(rows[0]) == [
        "number", "due", "priority", "state", "line", "team", "holder", "requester", "subject",
    ]  # fmt: skip
    assert [row["subject"] for row in rows] == ["two cells ␛[31mred", "'=HYPERLINK(1)"]


def test_json_has_instants_with_zone(listed):
    """Instants in JSON are ISO 8601 in UTC."""
    rows = listed("ticket", "list", "--json").json
    assert rows[0]["due_at"] == "2026-03-02T01:15:00+00:00"
    assert rows[0]["subject"] == "two cells ␛[31mred"


def test_an_empty_list_is_still_data(sharedops):
    """Nothing found is an empty list, not a sentence on stdout."""
    assert sharedops("ticket", "list", "--json").json == []
    assert sharedops("ticket", "list", "--no-header").out == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n"])
def test_every_leading_sign_of_a_formula_is_defused(start):
    """A cell that begins like a formula gets an apostrophe in front."""
    assert output.defused(f"{start}SUM(1)") == f"'{start}SUM(1)"


def test_a_carriage_return_hides_no_formula():
    """A sign that cleaning turns into another is defused as that other."""
    assert output.defused("\r=SUM(1)") == "'\n=SUM(1)"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-5, -5), (1.5, 1.5), (True, "yes"), (None, ""), ("", ""), ("plain", "plain"), (["=a", "b"], "'=a, b"),
        (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), "2026-03-02T01:00:00+00:00"), (date(2026, 3, 2), "2026-03-02"),
    ],
)  # fmt: skip
def test_numbers_stay_numbers_and_times_stay_exact(value, cell):
    """A negative number is no formula, and instants keep their zone; an empty cell is empty."""
    assert output.defused(value) == cell


def test_on_a_terminal_a_list_is_a_table_with_headings(listed, monkeypatch):
    """For eyes there is a heading, markup in the data is text, and a narrow terminal cuts texts but no due time."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    listed("ticket", "new", "[/bold] [link]x", "--requester", "ana.ruiz")
    out = listed("ticket", "list", "bold").out

    assert "Subject" in out
    assert "[/bold" in out
    assert len([line for line in out.splitlines() if "…" in line]) == 1


def test_ticket_show_tells_fields_thread_and_audit(sharedops):
    """The card in the shell has fields and thread; --audit adds one line for each act."""
    sharedops("ticket", "new", "VPN drops", "--requester", "wang.xiaoming", "--item", "IT-NET-VPN-01")
    sharedops("ticket", "note", "INC-10001", "--text", "gateway?")
    plain, audit = sharedops("ticket", "show", "INC-10001").out, sharedops("ticket", "show", "INC-10001", "--audit").out

    assert plain.startswith("INC-10001  VPN drops\n")
    assert "  Requester: 王小明 (wang.xiaoming)\n" in plain
    assert "[internal note]\n  gateway?\n" in plain
    assert [line.split()[4] for line in audit.removeprefix(plain).strip().splitlines()] == ["open", "note"]


def test_json_holds_nothing_that_acts_on_a_terminal(capsys):
    """Controls, bidi and zero-width characters stand as escapes, and every value reads back as it was."""
    value = {"a\u202e": "\x1b]0;x\x07 \x9b31m \u200b \U000e0041 中文 \t\n"}
    output.document(value)
    printed = capsys.readouterr().out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\U000e0041]", printed)
    assert "中文" in printed
    assert json.loads(printed) == value
