"""`sharedops report`: the same figures for eyes, as JSON and as CSV."""

import csv
import io
import re

import pytest
from rich.cells import cell_len

from sharedops_core import i18n
from sharedops_core.desk import closing, conversation, finding, opening
from sharedops_core.i18n import _
from sharedops_core.rules.request import Request
from sharedops_core.views import reports
from sharedops_core.views.figures import figure_title
from tests.conftest import T0

FIGURES = {
    "sla": {"tickets", "missed_by_source", "missed", "response_missed", "resolution_missed", "met_percent"},
    "backlog": {"open", "waiting", "unassigned", "offered", "breached", "awaiting_confirmation", "oldest_days"},
    "handoffs": {
        "tickets", "reassignments", "tickets_without_reassignment", "team_handovers", "aba_tickets", "deepest_line_1",
        "deepest_line_2", "deepest_line_3", "offers", "accepted", "given_back",
    },
    "volume": {
        "tickets", "resolved", "closed", "closed_silently", "reopened", "waited_for_requester", "fcr_percent", "csat",
    },
    "held": {"tickets", "open_seconds", "elapsed_seconds", "open_seconds_per_ticket"},
    "pingpong": {"tickets", "bounced_tickets", "bounces", "returned", "passed_on", "decisions", "bouncing"},
    "duties": {
        "duties", "elsewhere", "unheld", "waiting", "breached", "stalled", "chased", "unowned", "oldest_days",
    },
    "tasks": {
        "tasks", "gates", "done", "in_time", "late", "declined", "withdrawn", "standing", "overdue", "in_time_percent",
    },
    "satisfaction": {
        "resolved", "rated", "closed_silently", "follow_ups", "follow_ups_open", "follow_ups_in_time",
        "follow_ups_late", "follow_ups_reopened", "csat", "ease", "rated_percent", "follow_ups_in_time_percent",
    },
    "shifts": {
        "handed_over", "signed_in_time", "signed_late", "sent_back", "unsigned", "unsigned_late", "in_time_percent",
    },
}  # fmt: skip


@pytest.fixture
def busy(sharedops, database):
    """A desk with three tickets: two of priority 3, received, and one of priority 1 that is resolved."""
    with database.write() as session:
        agent, requester = finding.person(session, "li.na"), finding.person(session, "ana.ruiz")
        for subject, item, priority in (("one", "IT-NET-VPN-01", 3), ("two", "IT-NET-VPN-01", 3), ("three", None, 1)):
            request = Request(subject, requester="ana.ruiz", item=item, priority=priority)
            ticket = opening.open_ticket(session, request, actor=requester, at=T0)
        conversation.reply(session, ticket.id, "x", actor=agent, at=T0)
        closing.resolve(session, ticket.id, "x", actor=agent, at=T0)
    return sharedops


@pytest.mark.parametrize("name", FIGURES)
def test_json_has_exactly_five_parts(busy, name):
    """A report as JSON is report, period, figures, rows and definitions, and every figure is defined."""
    document = busy("report", name, "--json").json

    assert set(document) == {"report", "period", "figures", "rows", "definitions"}
    assert document["report"] == name
    assert document["period"] == {"from": None, "to": None}
    assert set(document["figures"]) == set(document["definitions"]) == FIGURES[name]
    assert all(document["definitions"].values())


def test_rows_by_priority(busy):
    """Rows carry their dimension and the measures of the report."""
    rows = busy("report", "sla", "--by", "priority", "--json").json["rows"]

    assert [(row["priority"], row["missed_by_source"], row["tickets"]) for row in rows] == [(1, 0, 1), (3, 0, 2)]


@pytest.mark.parametrize("name", [name for name in FIGURES if name not in reports.OWN_DIMENSIONS or name == "held"])
def test_every_dimension_parts_the_whole(busy, name, now):
    """In every report the rows of any dimension add up to the figure they part, the first one, held time in held."""
    now.shift(3 * 3600)
    for by in reports.HELD_BY if name == "held" else reports.DIMENSIONS:
        document = busy("report", name, "--by", by, "--json").json
        first = list(document["figures"])[1 if name == "held" else 0]

        assert sum(row[first] for row in document["rows"]) == document["figures"][first] > 0
        assert all(by in row for row in document["rows"])


def test_an_unknown_dimension_is_refused_with_those_there_are(busy):
    """A wrong --by names the right ones."""
    answer = busy("report", "sla", "--by", "weather")
    assert (answer.code, answer.err.startswith("weather is no dimension; there are: priority, line")) == (1, True)


def test_csv_prints_rows_or_else_figures(busy):
    """With a dimension CSV is its rows, without one it is the figures."""
    rows = list(csv.reader(io.StringIO(busy("report", "sla", "--by", "priority", "--csv").out)))
    figures = dict(csv.reader(io.StringIO(busy("report", "volume", "--csv").out)))

    assert rows[0] == ["priority", "tickets", "missed_by_source", "missed", "response_missed", "resolution_missed"]
    assert [row[:2] for row in rows[1:]] == [["1", "1"], ["3", "2"]]
    assert (figures["figure"], figures["tickets"], figures["resolved"]) == ("value", "3", "1")


def test_a_period_is_half_open_and_local(busy, now):
    """--from counts, --to does not: a ticket of the day is in [day, next day) and in no other."""

    def tickets(*options):
        return busy("report", "volume", "--json", *options).json["figures"]["tickets"]

    assert tickets("--from", "2026-03-02T01:00:00+00:00") == 3
    assert tickets("--from", "2026-03-02T01:00:01+00:00") == 0
    assert tickets("--to", "2026-03-02T01:00:00+00:00") == 0
    assert tickets("--to", "2026-03-02T01:00:01+00:00") == 3


def test_the_clock_of_the_shell_decides_what_is_missed(busy, now):
    """A promise that has passed while nobody looked is missed in the report at once."""
    assert busy("report", "sla", "--json").json["figures"]["missed"] == 0
    now.shift(3 * 3600)
    assert busy("report", "sla", "--json").json["figures"]["response_missed"] == 2


def test_for_eyes_there_are_figures_rows_and_definitions(busy):
    """Plain text has the title, each figure, the rows and what each figure means."""
    out = busy("report", "sla", "--by", "priority").out

    assert out.startswith("Service levels   all tickets\n")
    assert re.search(r"^ P1 +1 +0 +0 +0 +0 +█", out, re.MULTILINE)
    assert "\nDefinitions\n" in out
    assert out.count("missed, source's word") == 2


def test_a_table_that_is_too_wide_leaves_out_whole_columns_and_says_so(busy, monkeypatch):
    """No number and no heading is cut at 80 columns; where all fits, nothing is left out."""
    narrow = busy("report", "handoffs", "--by", "priority")
    head = narrow.out[narrow.out.index("\n\n") : narrow.out.index(" ───")]
    assert set(head.split()) >= {"reassignments", "reassigned", "handovers", "deepest"}
    assert "2 more columns: a wider terminal or --csv shows them" in narrow.err
    monkeypatch.setenv("COLUMNS", "160")
    assert "more column" not in busy("report", "handoffs", "--by", "priority").err


@pytest.mark.parametrize(("name", "key"), [("wallboard", "all"), ("workload", "li.na")])
def test_boards_in_the_shell(busy, name, key):
    """The figures of the boards are there for machines and for eyes, each with its definition."""
    document = busy("report", name, "--json", user="he.lin").json
    row = next(row for row in document["rows"] if key in row.values())
    assert (row.get("open"), row.get("capacity")) == {"all": (2, None), "li.na": (None, 10)}[key]
    assert document["definitions"].keys() <= row.keys()
    table = list(csv.DictReader(io.StringIO(busy("report", name, "--csv", user="he.lin").out)))
    assert len(table) == len(document["rows"])
    said = busy("report", name, user="he.lin").out
    assert "Definitions" in said
    assert all(words in said for words in document["definitions"].values())


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", ["wallboard", "workload"])
def test_boards_fit_a_terminal_of_eighty_columns(busy, monkeypatch, name, language):
    """Every heading and every row stands on one line, with all figures; only names may be cut."""
    monkeypatch.setenv("COLUMNS", "80")
    out = busy("--lang", language, "report", name, user="he.lin").out
    table = [line for line in out.partition(_("Definitions"))[0].split("\n") if line.strip()]
    rows = busy("report", name, "--json", user="he.lin").json["rows"]
    assert len(table) == 2 + len(rows)
    assert all(cell_len(line.rstrip()) <= 80 for line in table)
    assert all(one in table[0] for one in (figure_title("waiting"), figure_title("breached").rstrip(" !")))


def test_boards_in_the_shell_are_not_for_agents(busy):
    """An agent is told why, with the exit code of what is not allowed."""
    answer = busy("report", "workload", user="li.na")
    assert (answer.code, answer.out) == (4, "")
    assert "see wallboard and workload" in answer.err
