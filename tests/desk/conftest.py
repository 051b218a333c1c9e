"""Short words for the desk tests: the people of the small centre and a fresh ticket."""

from collections.abc import Callable

import pytest
from sqlmodel import Session

from sharedops_core.desk import finding, opening
from sharedops_core.rules.handoff import Slots
from sharedops_core.rules.request import Request
from sharedops_core.store.tables import Person, Ticket
from sharedops_core.views import ticket as tickets
from sharedops_core.views.duty import DutyRow
from tests.conftest import SEES_ALL, T0

FULL = Slots(asked="VPN drops", tried="KB-331", found="idle timeout", promised="call at 15:00", wanted="check gateway")


@pytest.fixture
def who(session: Session) -> Callable[[str], Person]:
    """Find a person of the small centre by login."""
    return lambda login: finding.person(session, login)


@pytest.fixture
def ticket(session: Session, who: Callable[[str], Person]) -> Ticket:
    """A ticket that a requester has just opened, nobody's yet."""
    request = Request(subject="VPN drops", item="IT-NET-VPN-01", channel="portal")
    return opening.open_ticket(session, request, actor=who("wang.xiaoming"), at=T0)


def record(session: Session, ticket: Ticket) -> tuple[DutyRow, ...]:
    """Return the record of its duty, as the card of a ticket shows it."""
    card = tickets.ticket(session, ticket.id, T0, reader=SEES_ALL)
    assert card is not None
    return card.duty
