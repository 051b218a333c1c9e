"""The two real logs: the figures that any true replay of them must give."""

import pytest
from sqlmodel import func, select

from sharedops_core.intake import profiles, tickets
from sharedops_core.store.tables import Event, Ticket
from sharedops_core.views import doctor, reports
from tests.conftest import SEES_ALL, T0
from tests.intake.conftest import LOGS

ALL = reports.Period()


def figures(database, name, by=None):
    """Return figures and rows of a report on everything."""
    with database.read() as session:
        report = reports.report(session, name, ALL, T0, by=by, reader=SEES_ALL)
    return report.figures, report.rows


def test_servicenow_tickets_are_all_here_and_closed(imported):
    """24,918 incidents come in, every one of them closed, 275 reopened by the source's word."""
    volume, rows = figures(imported("servicenow"), "volume", by="state")

    assert (volume["tickets"], volume["closed"], volume["reopened"]) == (24_918, 24_918, 275)
    assert [row["state"] for row in rows] == ["confirmed"]


def test_servicenow_reassignments_are_the_sources(imported):
    """23,414 reassignments, and 13,549 incidents without one."""
    handoffs, _rows = figures(imported("servicenow"), "handoffs")
    assert (handoffs["reassignments"], handoffs["tickets_without_reassignment"]) == (23_414, 13_549)


def test_servicenow_misses_by_priority(imported):
    """The source says 9,115 incidents missed their target, by priority as its log has them."""
    sla, rows = figures(imported("servicenow"), "sla", by="priority")

    assert sla["missed_by_source"] == 9_115
    assert [(row["priority"], row["missed_by_source"], row["tickets"]) for row in rows] == [
        (1, 265, 270), (2, 406, 408), (3, 8_321, 23_466), (4, 123, 774),
    ]  # fmt: skip


def test_volvo_travels_between_teams_and_lines(imported):
    """7,554 incidents, their deepest lines, 9,454 handovers between teams and 1,177 round trips."""
    handoffs, _rows = figures(imported("volvo"), "handoffs")

    assert {name: handoffs[name] for name in list(handoffs)[:8]} == {
        "tickets": 7_554, "reassignments": 9_454, "tickets_without_reassignment": 3_734, "team_handovers": 9_454,
        "aba_tickets": 1_177, "deepest_line_1": 4_546, "deepest_line_2": 2_468, "deepest_line_3": 540,
    }  # fmt: skip


def test_volvo_waits_for_the_user(imported):
    """2,495 incidents ever waited for their user."""
    volume, _rows = figures(imported("volvo"), "volume")
    assert volume["waited_for_requester"] == 2_495


def test_volvo_replays_to_what_is_stored(imported):
    """The doctor replays all 65,533 rows and finds every ticket and clock as stored."""
    with imported("volvo").read() as session:
        report = doctor.examine(session, reader=SEES_ALL)
    assert (report.tickets, report.events, report.findings) == (7_554, 65_533, ())


@pytest.mark.parametrize("log", LOGS)
def test_a_second_import_adds_nothing(imported, log):
    """The same file again finds every ticket here already and writes no row."""

    def size(session):
        return [session.exec(select(func.count()).select_from(table)).one() for table in (Ticket, Event)]

    database = imported(log)
    with database.write() as session:
        before = size(session)
        again = tickets.import_log(session, LOGS[log], profiles.find(log))
        assert size(session) == before

    assert (again.added, again.events, again.known, again.flaws) == (0, 0, before[0], ())
