"""The four reports on the hand-made desk: every figure counted by hand."""

from datetime import timedelta

import pytest

from sharedops_core import i18n
from sharedops_core.desk import arbitration, chasing, conversation, finding, handoffs, lapsing, undoing
from sharedops_core.desk.arbitration import Verdict
from sharedops_core.desk.handoffs import Destination
from sharedops_core.errors import Refused
from sharedops_core.store.tables import SourceRecord
from sharedops_core.views import reports
from sharedops_core.views.reports import Period
from tests.conftest import SEES_ALL, T0
from tests.views.conftest import HOUR, MINUTE, SLOTS

NOW = T0 + 9 * HOUR
ALL = Period()


def report(desk, name, period=ALL, by=None, now=NOW):
    """Return a report on the hand-made desk."""
    return reports.report(desk, name, period, now, by=by, reader=SEES_ALL)


def test_service_levels(desk):
    """Only ticket 1, urgent and untouched, has missed its promises: one of six."""
    assert report(desk, "sla").figures == {
        "tickets": 6, "missed_by_source": 0, "missed": 1, "response_missed": 1, "resolution_missed": 1,
        "met_percent": 83.3,
    }  # fmt: skip


def test_service_levels_before_anything_was_late(desk):
    """A promise is missed from its due time on, not before."""
    assert report(desk, "sla", now=T0 + 15 * MINUTE).figures["missed"] == 0
    assert report(desk, "sla", now=T0 + 16 * MINUTE).figures["response_missed"] == 1


def test_backlog(desk):
    """Four are open: one waits, one is nobody's, one is offered, one is late; one resolved awaits its word."""
    found = report(desk, "backlog", now=NOW + timedelta(days=3))

    assert found.figures == {
        "open": 4, "waiting": 1, "unassigned": 1, "offered": 1, "breached": 3, "awaiting_confirmation": 1,
        "oldest_days": 3,
    }  # fmt: skip
    assert report(desk, "backlog").figures["breached"] == 1
    assert (found.dimension, [row["line"] for row in found.rows]) == ("line", [1])


def test_handoffs(desk):
    """Ticket 4 went to line 2 and straight back; ticket 3 is offered; nobody else moved."""
    assert report(desk, "handoffs").figures == {
        "tickets": 6, "reassignments": 2, "tickets_without_reassignment": 5, "team_handovers": 2, "aba_tickets": 1,
        "deepest_line_1": 5, "deepest_line_2": 1, "deepest_line_3": 0, "offers": 4, "accepted": 2, "given_back": 1,
    }  # fmt: skip


def test_to_and_fro(desk):
    """Ticket 4 came back to desk: one bounce, for the reason of its last hand-off; nobody had to decide."""
    found = report(desk, "pingpong")
    assert found.figures == {
        "tickets": 6, "bounced_tickets": 1, "bounces": 1, "returned": 1, "passed_on": 0, "decisions": 0, "bouncing": 0,
    }  # fmt: skip
    assert [(row["reason"], row["bounces"]) for row in found.rows] == [("other", 1)]
    assert [row["teams"] for row in report(desk, "pingpong", by="teams").rows] == ["desk · network"]


def test_to_and_fro_counts_what_leads_decided_and_forgets_what_was_undone(desk):
    """Ticket 6 goes to network and back and is decided; ticket 3 would have come back, but that was undone."""

    def by(login, minutes):
        return {"actor": finding.person(desk, login), "at": T0 + minutes * MINUTE}

    handoffs.accept(desk, 3, **by("liu.yang", 600))
    for number, minutes in ((6, 600), (3, 620)):
        if number == 6:
            handoffs.hand_off(desk, 6, Destination("network"), SLOTS, "other", **by("li.na", minutes))
            handoffs.accept(desk, 6, **by("liu.yang", minutes + 1))
        handoffs.hand_off(desk, number, Destination("desk"), SLOTS, "wrong_queue", **by("liu.yang", minutes + 2))
        handoffs.accept(desk, number, **by("li.na", minutes + 3))
    undoing.undo_last(desk, 3, **by("li.na", 630))
    arbitration.decide(desk, 6, Verdict("network", "catalogue"), "theirs", **by("he.lin", 640))
    desk.flush()

    figures = report(desk, "pingpong").figures
    assert [figures[name] for name in ("bounces", "returned", "decisions", "bouncing")] == [2, 2, 1, 0]
    by_decision = {row["decision"]: row["bounces"] for row in report(desk, "pingpong", by="decision").rows}
    assert by_decision == {"catalogue": 1, None: 1}


def test_duties(desk):
    """Of the five that 李娜 answers for three are open, one of them waits and one is chased; ticket 1 is nobody's."""
    chasing.chase(desk, 6, "when?", actor=finding.person(desk, "ana.ruiz"), at=T0 + 520 * MINUTE)
    desk.flush()
    found = report(desk, "duties", now=NOW + timedelta(hours=1))
    assert found.figures == {
        "duties": 3, "elsewhere": 0, "unheld": 0, "waiting": 1, "breached": 0, "stalled": 0, "chased": 1,
        "unowned": 1, "oldest_days": 0,
    }  # fmt: skip
    assert [(row["owner"], row["duties"]) for row in found.rows] == [("li.na", 3)]
    later = NOW + timedelta(days=3)
    told = [one.ticket_id for one in lapsing.lapse(desk, at=later) if one.act == "stall"]
    assert report(desk, "duties", now=later).figures["stalled"] == len(told) == 2
    conversation.note(desk, told[0], "looked at", actor=finding.person(desk, "li.na"), at=later)
    desk.flush()
    assert report(desk, "duties", now=later).figures["stalled"] == 1


def test_volume(desk):
    """Two resolved, one of them at first contact; one closed, one reopened, one waited; 4 and 5 make 4.5."""
    assert report(desk, "volume").figures == {
        "tickets": 6, "resolved": 2, "closed": 1, "closed_silently": 0, "reopened": 1, "waited_for_requester": 1,
        "fcr_percent": 50.0, "csat": 4.5,
    }  # fmt: skip


def test_the_word_of_a_source_counts_where_there_is_one(desk):
    """An imported ticket's own counters stand for its journal, and it is no first contact of ours."""
    desk.add(SourceRecord(ticket_id=5, source="x", key="5", reassignments=7, reopens=2, is_missed=True))
    desk.flush()

    assert report(desk, "handoffs").figures["reassignments"] == 9
    assert report(desk, "sla").figures["missed_by_source"] == 1
    assert (report(desk, "volume").figures["reopened"], report(desk, "volume").figures["fcr_percent"]) == (2, 0.0)


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("priority", [(1, 1), (2, 1), (3, 4)]),
        ("line", [(1, 6)]),
        ("team", [("desk", 6)]),
        (
            "state",
            [("accepted", 1), ("confirmed", 1), ("received", 1), ("resolved", 1), ("waiting", 1), ("working", 1)],
        ),
        ("channel", [("portal", 6)]),
        ("item", [("VPN does not connect", 6)]),
        ("month", [("2026-03", 6)]),
        ("day", [("2026-03-02", 6)]),
    ],
)
def test_rows_by_each_dimension(desk, by, rows):
    """The rows of a dimension are its values in order, each with its own figures."""
    assert [(row[by], row["tickets"]) for row in report(desk, "volume", by=by).rows] == rows


def test_items_are_named_in_the_language_of_the_reader(desk):
    """Rows by service item are for people: they carry its name, not its code."""
    i18n.activate("zh")
    assert [row["item"] for row in report(desk, "volume", by="item").rows] == ["VPN 连不上"]


def test_a_period_counts_openings_from_its_start_to_before_its_end(desk):
    """Six tickets opened a minute apart: the period holds those of its minutes, in every figure."""
    period = Period(T0 + 3 * MINUTE, T0 + 5 * MINUTE)
    volume, handoffs = report(desk, "volume", period).figures, report(desk, "handoffs", period).figures

    assert (volume["tickets"], volume["resolved"], volume["csat"]) == (2, 2, 4.5)
    assert (handoffs["tickets"], handoffs["offers"], handoffs["aba_tickets"]) == (2, 3, 1)


def test_nothing_in_a_period_is_nothing(desk):
    """An empty period has zeros where it counts and nothing where it would divide."""
    nothing = Period(T0 + HOUR, None)
    assert report(desk, "sla", nothing).figures["met_percent"] is None
    assert report(desk, "backlog", nothing).figures["oldest_days"] is None
    assert set(report(desk, "volume", nothing).figures.values()) == {0, None}


@pytest.mark.parametrize("name", reports.REPORTS)
def test_every_figure_has_its_definition(desk, name):
    """Figures and definitions are the same names, and measures are among them."""
    found = report(desk, name)
    assert list(found.figures) == list(found.definitions)
    assert set(found.measures) <= set(found.figures)


def test_an_unknown_dimension_is_refused(desk):
    """What cannot be grouped by is said with what can."""
    with pytest.raises(Refused, match="weather is no dimension; there are: priority, line, team"):
        report(desk, "sla", by="weather")
