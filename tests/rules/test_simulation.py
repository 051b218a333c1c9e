"""The simulated centre: nothing gets lost, chance is by the seed alone, and small cases are as by hand."""

from datetime import timedelta

import pytest

from sharedops_core.rules import simulation
from sharedops_core.rules.simulation import Centre, Request, Worker, simulate

MINUTE = timedelta(minutes=1)


def test_the_same_seed_gives_the_same_result_and_another_one_another():
    """All three policies get the same arrivals."""
    first, again, other = (simulate(simulation.centre(seed, 4, 1, 8)) for seed in (7, 7, 8))
    assert first == again != other
    assert len({one.arrived for one in first}) == 1


@pytest.mark.parametrize("seed", range(2))
def test_whatever_comes_is_done_or_left_over(seed):
    """Of a centre that cannot do it all, too, and of one to which nothing comes."""
    for one in simulate(simulation.centre(seed, 3, 1, 15)):
        assert one.left_over > 0 and one.arrived == one.finished + one.left_over
        assert 0 <= one.gini < 1
    assert [one.attained_percent for one in simulate(simulation.centre(seed, 3, 1, 0))] == [None, None, None]


def test_one_agent_with_room_for_all_works_alike_under_each_policy():
    """Where there is nobody to choose between, every ticket begins at the same minute."""
    one = simulation.centre(3, 1, 2, 2)
    alone = Centre((Worker("a", one.workers[0].skills, (8, 20), 999),), one.requests, 3)
    begun = [each.begun_at for each in simulate(alone)]
    assert begun[0] == begun[1] == begun[2] and len(begun[0]) == len(one.requests)


def test_a_tiny_case_is_as_by_hand():
    """Two agents: only b can do the second; pull leaves the third to whoever is free first, turns give it to a."""
    workers = (Worker("a", {}), Worker("b", {"vpn": 1}))
    requests = (Request(1, 0, 60), Request(2, 10, 30, must={"vpn": 1}), Request(3, 20, 10))
    push, pull, turns = simulate(Centre(workers, requests, 1))

    assert dict(pull.begun_at) == {1: 0, 2: 10, 3: 40}
    assert dict(turns.begun_at) == {1: 0, 2: 10, 3: 60}
    assert push.finished == 3 and (pull.median_wait, pull.ninth_wait) == (0 * MINUTE, 20 * MINUTE)
    assert pull.gini == simulation.gini([60, 40]) == 0.1
