"""A hand-made desk for the readings: six tickets of one day, whose figures can be counted on the fingers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from sharedops_core.desk import assignment, changing, closing, conversation, finding, handoffs, opening, waiting
from sharedops_core.desk.handoffs import Destination
from sharedops_core.rules.handoff import Slots
from sharedops_core.rules.request import Request
from tests.conftest import T0, small_centre
from tests.desks import Desks

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SLOTS = Slots(asked="VPN drops", tried="KB-331", found="timeout", promised="-", wanted="check gateway")


@pytest.fixture
def desk(engine: str, desks: Desks) -> Iterator[Session]:
    """One writing transaction on the hand-made desk, taken back when the test ends."""
    with desks.lent(engine, "hand made", hand_made) as session:
        yield session


def hand_made(session: Session) -> None:
    """Write the small centre with its six tickets."""
    small_centre(session)
    six_tickets(session)


def six_tickets(session: Session) -> None:
    """Open six tickets at T0 and one minute later each, by number:

    1 received, priority 1, nobody's            2 taken by 李娜, then waiting for the requester (paused)
    3 held by 李娜, offered to network          4 went to network and back to desk, resolved, rated 4
    5 resolved on line 1, rated 5, confirmed    6 resolved after eight hours, reopened, working
    """

    def by(login: str, minutes: int = 10) -> dict:
        return {"actor": finding.person(session, login), "at": T0 + minutes * MINUTE}

    subjects = ("100% full", "a_b test", "VPN 掉线", "打印机脱机", "password", "slow laptop")
    for number, subject in enumerate(subjects):
        requester = "ana.ruiz" if number % 2 else "wang.xiaoming"
        request = Request(subject, item="IT-NET-VPN-01", priority=1 if number == 0 else None, channel="portal")
        opening.open_ticket(session, request, **by(requester, number))
    for number in (2, 3, 4, 5, 6):
        assignment.take(session, number, **by("li.na"))
    waiting.wait(session, 2, "requester", **by("li.na", 70))
    handoffs.hand_off(session, 3, Destination("network"), SLOTS, "other", **by("li.na", 20))
    _travel(session, by)
    closing.resolve(session, 5, "new password", **by("li.na", 30))
    closing.rate(session, 5, 5, **by("wang.xiaoming", 40))
    closing.confirm(session, 5, **by("wang.xiaoming", 40))
    closing.resolve(session, 6, "more memory", **by("li.na", 480))
    closing.reopen(session, 6, "still slow", **by("ana.ruiz", 490))
    changing.prioritise(session, 6, 2, **by("li.na", 500))


def _travel(session: Session, by) -> None:
    handoffs.hand_off(session, 4, Destination("network"), SLOTS, "other", **by("li.na", 20))
    handoffs.give_back(session, 4, "incomplete", **by("liu.yang", 25))
    handoffs.hand_off(session, 4, Destination("network"), SLOTS, "other", **by("li.na", 30))
    handoffs.accept(session, 4, **by("liu.yang", 40))
    conversation.note(session, 4, "needs paper", **by("liu.yang", 45))
    handoffs.hand_off(session, 4, Destination("desk"), SLOTS, "other", **by("liu.yang", 50))
    handoffs.accept(session, 4, **by("wang.lei", 60))
    closing.resolve(session, 4, "paper", **by("wang.lei", 65))
    closing.rate(session, 4, 4, comment="ok", **by("ana.ruiz", 66))
