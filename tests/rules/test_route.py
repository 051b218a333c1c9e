"""The way through the teams: what is a return, what was passed on unworked, and where a decision begins anew."""

import csv
import gzip
from functools import reduce
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedops_core.rules import route
from sharedops_core.rules.route import PASSED_ON, RETURNED
from tests.conftest import SHARED

LOG = SHARED / "data/bpic2013-volvo/bpic2013_incidents.csv.gz"
ACTS = st.sampled_from(["accept", "take", "assign", "note", "reply", "wait", "escalate", "decide"])
STEPS = st.lists(st.tuples(ACTS, st.integers(1, 3)), max_size=25)


def way(*steps):
    """The route of acts that each left the ticket with a team."""
    return reduce(lambda found, step: route.follow(found, *step), steps, ())


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("open", 1), ("accept", 2)], None),
        ([("open", 1), ("accept", 2), ("accept", 1)], RETURNED),
        ([("open", 1), ("note", 1), ("accept", 2), ("reply", 2), ("accept", 1)], RETURNED),
        ([("open", 1), ("accept", 2), ("accept", 3)], None),
        ([("open", 1), ("accept", 2), ("accept", 3), ("accept", 4)], PASSED_ON),
        ([("open", 1), ("note", 1), ("accept", 2), ("accept", 3), ("accept", 4)], PASSED_ON),
        ([("open", 1), ("accept", 2), ("take", 2), ("accept", 3), ("accept", 4), ("assign", 4)], PASSED_ON),
        ([("open", 1), ("accept", 2), ("note", 2), ("accept", 3), ("accept", 4)], None),
        ([("open", 1), ("accept", 2), ("accept", 3), ("accept", 4), ("note", 4)], PASSED_ON),
        ([("open", 1), ("accept", 2), ("accept", 1), ("decide", 2)], None),
        ([("open", 1), ("accept", 2), ("accept", 1), ("decide", 2), ("accept", 1)], None),
        ([("open", 1), ("accept", 2), ("accept", 1), ("decide", 2), ("accept", 1), ("accept", 2)], RETURNED),
    ],
)
def test_a_ticket_bounces_when_it_comes_back_or_is_passed_on_unworked(steps, expected):
    """A → B → A always; three moves in a row only where nobody worked on it; a decision of leads begins anew."""
    assert route.bounce(way(*steps)) == expected


def test_the_teams_of_a_bounce_are_those_it_went_between():
    """The present team comes first, each team once, and teams of long ago are left out."""
    assert route.teams_of(way(("open", 9), ("accept", 1), ("accept", 2), ("accept", 1))) == (1, 2)
    assert route.teams_of(way(("open", 9), ("accept", 1), ("accept", 2), ("accept", 3))) == (3, 2, 1, 9)


@given(STEPS)
def test_a_route_never_stays_twice_in_a_row(steps):
    """Neighbouring stays are with different teams, and the last one is with the team of the last act."""
    found = way(*steps)
    assert all(one.team_id != other.team_id for one, other in pairwise(found))
    assert not steps or found[-1].team_id == steps[-1][1]


@given(STEPS)
def test_bouncing_is_what_the_definition_says(steps):
    """Told by brute force from the acts since the last decision; what brought a ticket to a team is no work there,
    and neither is what comes once it was passed on too often."""
    begin = max((n for n, (act, _team) in enumerate(steps) if act == "decide"), default=0)
    stays = [(team, [act for act, _team in acts]) for team, acts in groupby(steps[begin:], key=lambda step: step[1])]
    is_idle = []
    for n, (_team, acts) in enumerate(stays):
        passed_on = n > 2 and is_idle[n - 1] and is_idle[n - 2]
        is_idle.append(passed_on or not {"note", "reply", "wait"} & set(acts[1:]))
    returned = len(stays) > 2 and stays[-1][0] == stays[-3][0]
    passed_on = len(stays) > 3 and all(is_idle[-3:-1])
    assert route.bounce(way(*steps)) == (RETURNED if returned else PASSED_ON if passed_on else None)


@pytest.mark.skipif(not LOG.exists(), reason="the log of the other desk is not there")
def test_the_log_of_another_desk_has_its_known_number_of_returns():
    """Of 7,554 incidents of the log, exactly 1,177 went from a team to another and straight back."""
    with gzip.open(LOG, "rt", encoding="utf-8", newline="") as file:
        cases = groupby(csv.DictReader(file), key=lambda row: row["case"])
        walked = [_walked(rows) for _case, rows in cases]
    assert len(walked) == 7554
    assert sum(any(route.is_return(one, place) for place in range(len(one))) for one in walked) == 1177


def _walked(rows):
    teams = {}
    return way(*(("record", teams.setdefault(one["org:group"], len(teams) + 1)) for one in rows))
