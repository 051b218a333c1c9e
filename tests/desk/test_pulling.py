"""Taking the next ticket: what one cannot do is passed over, and said when nothing else is left."""

from datetime import timedelta

import pytest

from sharedops_core import i18n
from sharedops_core.desk import assignment, finding, opening
from sharedops_core.errors import Conflict, Refused
from sharedops_core.rules.request import Request
from tests.conftest import T0, small_centre
from tests.skilled import rule, skilled


@pytest.fixture
def opened(session, who):
    """Open tickets whose subjects say what they need, those named first most at risk."""
    skilled(session)
    rule(session, "hard", 10, "contains(subject, 'hard')", must={"vpn": 2})
    rule(session, "german", 20, "contains(subject, 'german')", must={"german": 1, "vpn": 1})

    def work(*subjects):
        for minutes, subject in enumerate(subjects):
            at = T0 + timedelta(minutes=minutes)
            request = Request(subject, item="IT-NET-VPN-01")
            opening.open_ticket(session, request, actor=who("ana.ruiz"), at=at)

    return work


def taken(session, actor):
    """Take the next ticket, and return its subject."""
    return assignment.take_next(session, actor=actor, at=T0 + timedelta(hours=1)).subject


def test_what_one_cannot_do_is_passed_over(session, opened, who):
    """The most at risk of those one can do, by skill and level; whoever can do more gets the others."""
    opened("Hard 1", "easy", "HARD 2")

    assert taken(session, who("li.na")) == "easy"
    assert [taken(session, who("wang.lei")) for _nth in range(2)] == ["Hard 1", "HARD 2"]


def test_when_only_others_could_one_is_told_what_is_missing(session, opened, who):
    """So many wait, and these skills, each at the highest level, would be needed; in both languages."""
    opened("hard one", "german one", "hard and german")

    with pytest.raises(Refused, match="3 tickets of your teams wait, but need: German, Vpn 2"):
        taken(session, who("li.na"))
    i18n.activate("zh")
    with pytest.raises(Refused, match="您的团队有 3 张工单在等，但需要：技能 german、技能 vpn 2"):
        taken(session, who("li.na"))


def test_one_is_found_behind_many_that_one_cannot_do(session, opened, who, monkeypatch):
    """However many need more than one can do, the one behind them is found; and it is no longer there afterwards."""
    monkeypatch.setattr(assignment, "_PAGE", 2)
    opened(*["hard"] * 5, "easy", "hard")

    assert taken(session, who("li.na")) == "easy"
    with pytest.raises(Refused, match="6 tickets"):
        taken(session, who("li.na"))


def test_what_others_are_at_in_this_instant_is_not_called_nothing(desks):
    """While a sweep, or somebody, holds all that waits, whoever asks is told to ask again, and waits for nobody."""
    with desks.copy("postgresql", "small centre", small_centre) as database:
        with database.write() as session:
            li = {"actor": finding.person(session, "li.na"), "at": T0}
            ticket_id = opening.open_ticket(session, Request("x", item="IT-NET-VPN-01"), **li).id
        with database.write() as session, database.write() as second:
            finding.hold(session, [ticket_id])
            with pytest.raises(Conflict, match="try again"):
                taken(second, finding.person(second, "wang.lei"))
