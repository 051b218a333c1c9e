"""The tickets between two rows of a queue, however long it is: what a mark over a range or over all of it means."""

from datetime import datetime

from sqlmodel import Session

from sharedops_core.store.access import Reader
from sharedops_core.views import queue
from sharedops_core.views.rows import Cursor, Place, Question

MOST = 5000
"""How many tickets one range holds at most: more than anybody means."""

_AT_ONCE = 500


def between(
    session: Session,
    question: Question,
    now: datetime,
    first: Cursor | None = None,
    last: Cursor | None = None,
    *,
    reader: Reader | None = None,
) -> list[int]:
    """Return the ids of the tickets a reader may see from one row of a queue to another, both included, in its order.

    None is an end of the queue. At most `MOST` of them, those nearest to `first`.
    """
    place, found = Place(since=first), list[int]()
    while len(found) < MOST:
        page = queue.window(session, question, now, place, reader=reader, size=min(_AT_ONCE, MOST - len(found)))
        for row in page.rows:
            found.append(row.ticket_id)
            if row.cursor == last:
                return found
        if page.after is None:
            break
        place = Place(after=page.after)
    return found
