"""The doctor: everything that was changed behind the journal's back is found, and nothing else."""

import pytest
from sqlmodel import text

from sharedops_core.views import doctor
from tests.conftest import SEES_ALL

TAMPERED = {
    "a state": (
        "UPDATE ticket SET state = 'working' WHERE id = 1",
        ("INC-10001: ticket.state is working, the journal says received",),
    ),
    "an owner": (
        "UPDATE ticket SET assignee_id = 2 WHERE id = 3",
        ("INC-10003: ticket.assignee_id is 2, the journal says 1",),
    ),
    "a due time of the queue": (
        "UPDATE ticket SET queue_at = '2026-03-09 01:00:00.000000' WHERE id = 3",
        ("INC-10003: ticket.queue_at is 2026-03-09 01:00:00+00:00, the journal says 2026-03-04 02:02:00+00:00",),
    ),
    "a due time of a clock": (
        "UPDATE clock SET due_at = '2026-03-09 01:00:00.000000' WHERE ticket_id = 3 AND kind = 'resolution'",
        ("INC-10003: resolution/1.due_at is 2026-03-09 01:00:00+00:00, the journal says 2026-03-04 02:02:00+00:00",),
    ),
    "a clock that is gone": (
        "DELETE FROM clock WHERE ticket_id = 3 AND kind = 'response'",
        ("INC-10003: the response/1 clock is missing",),
    ),
    "a whole journal that is gone": (
        "UPDATE message SET event_id = 1 WHERE ticket_id = 5; DELETE FROM event WHERE ticket_id = 5",
        ("INC-10005: has no journal",),
    ),
    "a line out of the middle of a journal": (
        "DELETE FROM event WHERE ticket_id = 2 AND seq = 2",
        (
            "INC-10002, journal line 3: line 2 is missing",
            "INC-10002, journal line 3: begins from accepted, the line before ended in received",
            "INC-10002, journal line 3: wait does not lead from received to waiting",
        ),
    ),
    "a first contact that went blank": (
        "UPDATE event SET first_contact_id = NULL WHERE ticket_id = 4 AND seq = 7",
        ("INC-10004, journal line 7: the first-contact owner went blank",),
    ),
    "a move that the table does not have": (
        "UPDATE event SET act = 'confirm' WHERE ticket_id = 4 AND seq = 7",
        ("INC-10004, journal line 7: confirm does not lead from working to working",),
    ),
    "an offer that nobody sees": (
        "UPDATE ticket SET offered_team_id = NULL WHERE id = 3",
        ("INC-10003: the queue and the open hand-off disagree about the team it is offered to",),
    ),
    "an offer that nobody made": (
        "UPDATE ticket SET offered_team_id = 3 WHERE id = 6",
        ("INC-10006: the queue and the open hand-off disagree about the team it is offered to",),
    ),
    "an index that lost an item": (
        "DELETE FROM item_fts",
        ("the index item_fts has 0 entries for 1 rows",),
    ),
}


def test_a_desk_that_was_never_touched_has_no_findings(desk):
    """Six tickets with all their acts replay to exactly what is stored."""
    report = doctor.examine(desk, reader=SEES_ALL)
    assert (report.tickets, report.events, report.findings) == (6, 28, ())


@pytest.mark.parametrize(("statement", "findings"), TAMPERED.values(), ids=TAMPERED.keys())
def test_each_kind_of_damage_is_named(desk, statement, findings):
    """What was changed by hand is found with ticket, place, what is stored and what the journal says."""
    for part in statement.split("; "):
        desk.connection().execute(text(part))
    found = doctor.examine(desk, reader=SEES_ALL).findings

    assert set(findings) <= set(found)
    assert all(finding.split(":")[0].split(",")[0] == findings[0].split(":")[0].split(",")[0] for finding in found)


def test_examining_changes_nothing(desk):
    """The doctor looks and does not heal: a second look finds the same."""
    desk.connection().execute(text("UPDATE ticket SET priority = 4 WHERE id = 1"))
    assert doctor.examine(desk, reader=SEES_ALL) == doctor.examine(desk, reader=SEES_ALL)
    assert doctor.examine(desk, reader=SEES_ALL).findings != ()


def test_more_tickets_than_one_batch_are_all_examined(desk, monkeypatch):
    """Tickets are read in batches, and the last of the last batch is looked at like the first."""
    monkeypatch.setattr(doctor, "_BATCH", 2)
    desk.connection().execute(text("UPDATE ticket SET priority = 4 WHERE id IN (1, 5, 6)"))
    report = doctor.examine(desk, reader=SEES_ALL)

    assert report.tickets == 6
    assert [finding[:9] for finding in report.findings if ".priority" in finding] == [
        "INC-10001", "INC-10005", "INC-10006",
    ]  # fmt: skip
