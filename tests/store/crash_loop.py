"""A process that does acts until it is killed: run as `python crash_loop.py URL`, it says when it is in the middle."""

import sys
from datetime import timedelta

from sharedops_core.desk import assignment, closing, conversation, finding, handoffs, opening, waiting
from sharedops_core.desk.handoffs import Destination
from sharedops_core.rules.handoff import Slots
from sharedops_core.rules.request import Request
from sharedops_core.store import db
from tests.conftest import T0

SLOTS = Slots(asked="VPN drops", tried="KB-331", found="timeout", promised="-", wanted="check gateway")


def run(url: str) -> None:
    """Open tickets and carry each through its life, every act in a transaction of its own."""
    database = db.open_database(url)
    number = 0
    while True:
        number += 1
        at = T0 + timedelta(minutes=number)
        request = Request(subject=f"VPN drops {number}", item="IT-NET-VPN-01", channel="portal")
        with database.write() as session:
            requester = finding.person(session, "wang.xiaoming")
            ticket_id = opening.open_ticket(session, request, actor=requester, at=at).id
        for act in (
            assignment.take,
            lambda s, i, **by: conversation.reply(s, i, "looking", **by),
            lambda s, i, **by: waiting.wait(s, i, "requester", **by),
            waiting.resume,
            lambda s, i, **by: handoffs.hand_off(s, i, Destination("network"), SLOTS, "other", **by),
            lambda s, i, **by: closing.resolve(s, i, "done", **by),
        ):
            with database.write() as session:
                act(session, ticket_id, actor=finding.person(session, "li.na"), at=at)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run(sys.argv[1])
