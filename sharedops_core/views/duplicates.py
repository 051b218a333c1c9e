"""Which open tickets are likely the same as one: of the same requester or service item, with similar words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from sharedops_core.rules import lifecycle
from sharedops_core.store import access
from sharedops_core.store.access import Reader
from sharedops_core.store.tables import Ticket

_LOOKED_AT, _MOST = 300, 6
_ALIKE = 60
"""Per hundred, as rapidfuzz measures; of the same requester less is enough."""
_ALIKE_OF_ONE = 40


@dataclass(frozen=True, slots=True)
class LikelyRow:
    """A ticket that is likely the same: how much alike, per hundred, and whether one requester asked both."""

    ticket_id: int
    number: str
    subject: str
    state: str
    likeness: int
    is_of_one: bool


def likely(session: Session, ticket_id: int, *, reader: Reader | None = None) -> Sequence[LikelyRow]:
    """Return the open tickets that are likely the same as one that the reader may see, most alike first, six at most.

    The newest three hundred of the requester and of the service item are looked at, of the same lane, as they merge.
    """
    one = session.get(Ticket, ticket_id)
    if one is None or not access.may(session, reader, "read", ticket_id):
        return []
    is_near = or_(
        col(Ticket.requester_id) == one.requester_id, col(Ticket.item_id) == one.item_id if one.item_id else False
    )
    others = session.exec(
        select(Ticket)
        .where(
            is_near, col(Ticket.id) != ticket_id, col(Ticket.state).in_(lifecycle.OPEN_STATES),
            col(Ticket.lane).is_not_distinct_from(one.lane), access.visible(reader),
        )
        .order_by(col(Ticket.opened_at).desc())
        .limit(_LOOKED_AT)
    )  # fmt: skip
    found = [_row(one, other) for other in others]
    alike = [row for row in found if row.likeness >= (_ALIKE_OF_ONE if row.is_of_one else _ALIKE)]
    return sorted(alike, key=lambda row: (-row.likeness, row.ticket_id))[:_MOST]


def _row(one: Ticket, other: Ticket) -> LikelyRow:
    is_of_one = one.requester_id is not None and one.requester_id == other.requester_id
    return LikelyRow(
        other.id, other.number, other.subject, other.state, _likeness(one.subject, other.subject), is_of_one
    )


def _likeness(one: str, other: str) -> int:
    """Return how much alike two subjects are: by their words, or by their letters where no blank parts words."""
    from rapidfuzz import fuzz, utils

    pair = utils.default_process(one), utils.default_process(other)
    return round(max(fuzz.token_set_ratio(*pair), fuzz.ratio(*pair)))
