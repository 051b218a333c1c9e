"""Clocks in the shell: why a ticket is due, the sweep, promises, other items, and time held."""

import json

import pytest
from sqlmodel import col, func, select

from sharedops_core.desk import finding, sweeping, terms
from sharedops_core.store import search
from sharedops_core.store.tables import Event, Notice, Policy, PolicyTarget, PriorityCell, ServiceItem, Ticket
from tests.conftest import T0
from tests.desk.promises import CHAIN, chained

EXPLAIN = ("sla", "explain", "--calendar", "cn-office", "--start", "2026-03-02T15:00", "--target", "8h")


@pytest.fixture
def ticket(sharedops, database):
    """A ticket that 李娜 has opened and taken, on a desk with a chain, a matrix and a faster item."""
    with database.write() as session:
        chained(session, CHAIN)
        session.add(Policy(id=2, code="fast", name_en="Fast", name_zh="快", calendar_id=1))
        session.add(PriorityCell(impact="high", urgency="high", priority=1))
        session.flush()
        for priority in range(1, 5):
            session.add(PolicyTarget(policy_id=2, priority=priority, respond_within="5m", resolve_within="1h"))
        terms.renew(session, actor=None, at=T0)
        fast = session.get_one(ServiceItem, 1).model_dump() | {"id": 2, "code": "IT-NET-VPN-02", "policy_id": 2}
        session.add(ServiceItem(**fast))
        session.flush()
        search.rebuild(session, "item_fts", [(1, "IT-NET-VPN-01", "vpn"), (2, "IT-NET-VPN-02", "vpn")])
    sharedops("ticket", "new", "VPN drops", "--requester", "wang.xiaoming", "--item", "IT-NET-VPN-01")
    sharedops("ticket", "take", "INC-10001")
    return "INC-10001"


def clock(answer, kind):
    """Return a clock of a ticket that was printed as JSON."""
    return next(one for one in answer.json["clocks"] if one["kind"] == kind)


# sla explain.


def test_explain_without_a_ticket(shell):
    """Calendar, start, target and pauses are enough: lines that add up, and the due time at the end."""
    answer = shell(*EXPLAIN, "--pause", "2026-03-02T16:00/2026-03-02T17:00")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "  target 8h on calendar cn-office (Asia/Shanghai)", "  starts 2026-03-02 15:00:00",
        "  paused 2026-03-02 16:00:00 to 2026-03-02 17:00:00",
        "  Mon 2026-03-02 15:00:00-16:00:00  +1:00:00  = 1:00:00",
        "  Mon 2026-03-02 17:00:00-18:00:00  +1:00:00  = 2:00:00",
        "  Tue 2026-03-03 09:00:00-12:00:00  +3:00:00  = 5:00:00",
        "  Tue 2026-03-03 13:30:00-16:30:00  +3:00:00  = 8:00:00",
        "  due 2026-03-03 16:30:00, 8:00:00 used",
    ]  # fmt: skip


def test_explain_as_json(shell):
    """The same for machines: the seconds of the lines add up to the target."""
    (found,) = shell(*EXPLAIN, "--json").json
    assert found["due_at"] == "2026-03-03T07:30:00+00:00"
    assert {"lines", "pauses", "terms", "specials", "used", "is_provisional", "calendar", "tz"} <= found.keys()
    assert [line["day"] for line in found["lines"]] == ["2026-03-02", "2026-03-03", "2026-03-03"]


def test_explain_an_open_pause(shell):
    """A pause without an end leaves what was used up to it, and no due time (R6)."""
    out = shell(*EXPLAIN, "--pause", "2026-03-02T16:00/").out
    assert out.endswith("  paused: no due time, 1:00:00 used\n")


def test_explain_a_ticket(sharedops, ticket):
    """Each clock of a ticket with its policy and version; --clock narrows it to one."""
    whole, one = sharedops("sla", "explain", ticket), sharedops("sla", "explain", ticket, "--clock", "resolution")

    assert (whole.code, whole.err) == (0, "")
    assert [line for line in whole.out.splitlines() if line and line[0] != " "] == ["response", "resolution"]
    assert one.out in whole.out and "response" not in one.out
    assert "by policy standard, version " in one.out
    assert [found["kind"] for found in sharedops("sla", "explain", ticket, "--json").json] == ["response", "resolution"]


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        (3, "explain INC-9", "there is no ticket INC-9"),
        (2, "explain INC-10001 --clock lunch", "lunch is no clock; there are: "),
        (2, "explain", "name a ticket, or give --calendar, --start and --target"),
        (2, "explain --calendar always --start 2026-03-02T09:00", "name a ticket, or give"),
        (1, "explain --calendar always --start 2026-03-02T09:00 --target 1d", "a day is not a unit"),
    ],
)  # fmt: skip
def test_what_cannot_be_explained_is_said(sharedops, ticket, code, line, said):
    """Unknown tickets and clocks, and options that are missing, have their sentence and exit code."""
    answer = sharedops("sla", *line.split())
    assert (answer.code, answer.out, said in answer.err) == (code, "", True)


# sla sweep.


def test_a_sweep_fires_once(sharedops, ticket, now, database):
    """The first sweep tells who was told of what, the second has nothing left."""
    now.shift(3 * 86_400)
    first, again = sharedops("sla", "sweep"), sharedops("sla", "sweep")

    assert (first.code, first.out, first.err) == (
        0,
        "INC-10001  resolution/1/100%  li.na, wang.lei, he.lin\nINC-10001  nothing done  li.na\n",
        "1 alarm\n1 first-contact duty looked after\n",
    )
    assert (again.code, again.out, again.err) == (0, "", "0 alarms\n")
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(Notice)).one() == 4


def test_a_sweep_as_json(sharedops, ticket, now):
    """For machines: number, alarm, whether it is a breach, the logins, and what time did to duties; then nothing."""
    now.shift(3 * 86_400)
    fired = {
        "number": "INC-10001",
        "alarm": "resolution/1/100%",
        "is_breach": True,
        "told": ["li.na", "wang.lei", "he.lin"],
    }
    stalled = {"number": "INC-10001", "act": "stall", "told": ["li.na"]}
    nothing = {"overdue": [], "unsigned": [], "pushed": []}
    assert sharedops("sla", "sweep", "--json").json == {"fired": [fired], "lapsed": [stalled]} | nothing
    assert sharedops("sla", "sweep", "--json").json == {"fired": [], "lapsed": []} | nothing


def test_a_sweep_does_all_that_is_due(sharedops, ticket, now, database, monkeypatch):
    """However many are due, one command works them off in transactions of their own, whoever of the desk runs it."""
    monkeypatch.setattr(sweeping.sweep, "__kwdefaults__", {"limit": 2})
    for _number in range(4):
        sharedops("ticket", "new", "x", "--requester", "ana.ruiz", "--item", "IT-NET-VPN-01")
    now.shift(3 * 86_400)
    assert len(sharedops("sla", "sweep", "--json", user="he.lin").json["fired"]) == 9
    assert sharedops("doctor", user="ops.admin").code == 0


# Promises, items, priorities.


@pytest.mark.parametrize("moment", ["2h", "2026-03-02T03:00:00+00:00"])
def test_a_promise_is_made_and_kept(sharedops, ticket, now, moment):
    """`promise --by` makes a clock, `keep` ends it, and the doctor finds the journal sound after both."""
    made = sharedops("ticket", "promise", ticket, "--by", moment, "--text", "I call you back", "--json")
    assert (made.code, clock(made, "promise")["due_at"]) == (0, "2026-03-02T03:00:00+00:00")
    assert sharedops("doctor", user="ops.admin").code == 0

    now.shift(3600)
    kept = sharedops("ticket", "keep", ticket)
    assert (kept.code, kept.out.startswith("INC-10001: promise kept; "), kept.out.count("promise")) == (0, True, 1)


@pytest.mark.parametrize(
    ("code", "user", "line", "said"),
    [
        (1, "li.na", "promise INC-10001 --by soon --text x", "'soon' is no moment; right would be 15:00"),
        (1, "li.na", "promise INC-10001 --by 2026-03-01T09:00 --text x", "has passed; a promise is for later"),
        (4, "wang.lei", "promise INC-10001 --by 2h --text x", "INC-10001 is held by 李娜"),
        (1, "li.na", "keep INC-10001", "nothing is promised on INC-10001"),
        (1, "li.na", "reclassify INC-10001 --to IT-NET-VPN-01", "INC-10001 is IT-NET-VPN-01 already"),
        (3, "li.na", "reclassify INC-10001 --to NO-SUCH", "no live service item NO-SUCH"),
        (1, "li.na", "new x --impact high", "no priority for impact high and urgency None; there are: high; high"),
        (2, "li.na", "promise INC-10001 --text x", "--by"),
    ],
)
def test_refusals_have_their_exit_code(sharedops, ticket, code, user, line, said):
    """What cannot be promised or changed is said, and nothing is changed."""
    answer = sharedops("ticket", *line.split(), user=user)
    assert (answer.code, answer.out, said in answer.err) == (code, "", True), answer.err


def test_another_item_recomputes_the_clocks(sharedops, ticket):
    """`reclassify` puts the ticket under the promise of its item, from the same start."""
    answer = sharedops("ticket", "reclassify", ticket, "--to", "IT-NET-VPN-02", "--json")
    assert (answer.code, answer.json["item_code"], answer.json["policy_en"]) == (0, "IT-NET-VPN-02", "Fast")
    assert clock(answer, "resolution")["due_at"] == "2026-03-02T02:00:00+00:00"


def test_impact_and_urgency_on_the_command_line(sharedops, ticket):
    """`ticket new --impact --urgency` takes the priority from the matrix."""
    answer = sharedops(
        "ticket", "new", "x", "--requester", "ana.ruiz", "--impact", "high", "--urgency", "high", "--json"
    )
    assert (answer.code, answer.json["priority"]) == (0, 1)


# Time held.


def test_show_held_has_a_row_for_each_hand_and_a_sum(sharedops, ticket, now):
    """`ticket show --held` prints who had it and how long, with the sum of open and elapsed time at the end."""
    now.shift(3600)
    sharedops("ticket", "wait", ticket, "--reason", "requester")
    now.shift(86_400)
    lines = sharedops("ticket", "show", ticket, "--held").out.partition("Time held")[2].splitlines()[1:]

    assert [line.split("  ", 2)[2] for line in lines[:2]] == [
        "L1 Desk 李娜  1:00:00  1:00:00", "the requester  7:30:00  24:00:00",
    ]  # fmt: skip
    assert lines[2] == "  sum: 8:30:00  25:00:00"
    assert "Time held" not in sharedops("ticket", "show", ticket).out


def test_the_report_of_time_held(sharedops, ticket, now):
    """`report held` adds up for machines, for spreadsheets and for eyes."""
    now.shift(3600)
    document = sharedops("report", "held", "--by", "agent", "--json").json
    assert document["rows"] == [{"agent": "li.na", "open_seconds": 3600, "elapsed_seconds": 3600}]
    assert document["figures"]["open_seconds"] == 3600
    assert sharedops("report", "held", "--csv").out == "party,open_seconds,elapsed_seconds\nline_1,3600,3600\n"
    assert "1:00:00" in sharedops("report", "held").out
    assert sharedops("report", "held", "--by", "weather").code == 1


def test_the_whole_ticket_as_json_has_its_ledger(sharedops, ticket, now):
    """The rows of the ledger are part of the ticket document, in seconds that add up."""
    now.shift(600)
    (row,) = sharedops("ticket", "show", ticket, "--json").json["held"]
    assert (row["party"], row["agent"], row["start"]) == ("desk", "李娜", "2026-03-02T01:00:00+00:00")
    assert json.dumps(row["open_time"]) == json.dumps(row["wall_time"])


def test_every_act_is_in_the_journal(sharedops, ticket, database):
    """Promise, keep and reclassify each write one line, by who did it."""
    for line in ("promise {} --by 2h --text x", "keep {}", "reclassify {} --to IT-NET-VPN-02"):
        assert sharedops("ticket", *line.format(ticket).split()).code == 0
    with database.read() as session:
        acts = session.exec(select(Event.act, Event.actor_id).order_by(col(Event.seq))).all()
        assert acts[2:] == [("promise", 1), ("keep", 1), ("change", 1)]
        assert session.exec(select(Ticket.item_id)).one() == 2
        assert finding.ticket_id(session, ticket, finding.person(session, "li.na")) == 1
