"""What the queue is asked and what it answers, as plain values: this module knows no database, so that the console
can draw its first frame before one has been opened."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sharedops_core.rules import query

VIEWS = {
    "mine": "who:me",
    "first_contact": "first:me",
    "line_1": "line:1",
    "line_2": "line:2",
    "line_3": "line:3",
    "breaching": "sla<30m",
    "waiting": "state:waiting",
    "offered": "offered:me",
    "open": "",
    "resolved": "state:resolved",
    "tasks": "task:me",
    "watching": "watching:me",
}
"""The views that every desk has, and the query each stands for; a query without a state means open tickets."""

SORTS = ("due", "priority", "opened", "changed", "number", "state", "line", "team", "holder", "requester", "item",
         "subject")  # fmt: skip
WARN_WITHIN = timedelta(minutes=30)
PAGE_SIZE = 100
COUNTED = 100_000
"""How far a view is counted for the list of views, which has room for five digits."""

Cursor = tuple[Any, ...]
"""The place of a row in an order: which part of the order, then the values it is sorted by."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue. `due_at` is None while paused, then `left` holds what remains of the next clock.

    `tags` are read only for whoever shows them.
    """

    ticket_id: int
    number: str
    subject: str
    state: str
    waiting_reason: str | None
    priority: int
    lane: str | None
    line: int
    channel: str
    next_clock: str | None
    due_at: datetime | None
    left: timedelta | None
    is_paused: bool
    team_code: str
    team_en: str
    team_zh: str
    assignee_id: int | None
    assignee: str
    assignee_login: str
    first_contact_id: int | None
    requester: str
    is_vip: bool
    offered_team_id: int | None
    offered_agent_id: int | None
    pushed_id: int | None
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None
    version: int
    item_code: str = ""
    tags: tuple[str, ...] = ()
    cursor: Cursor = field(default=(), compare=False)

    def at(self, cursor: Cursor) -> "QueueRow":
        """Return the same line at a place of a list."""
        return replace(self, cursor=cursor)


@dataclass(frozen=True, slots=True)
class Place:
    """Which rows are wanted: those behind a cursor, before one, from one on, the last ones, or those from a rank on.

    Nothing said means the first ones.
    """

    after: Cursor | None = None
    before: Cursor | None = None
    since: Cursor | None = None
    is_end: bool = False
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows side by side in a list; `after` and `before` are the cursors at its ends, None where the list ends too."""

    rows: tuple[QueueRow, ...]
    after: Cursor | None
    before: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a list is, and how many of its rows stand before the first one that was asked about."""

    total: int
    above: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that tickets of a list have, what it is called, and how many have it."""

    value: str
    name_en: str
    name_zh: str
    count: int


@dataclass(frozen=True, slots=True)
class News:
    """The id of the last journal line, which grows when somebody acts, and how many new ones others wrote."""

    newest: int
    count: int


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A view that somebody saved: for themselves (`team_code` empty), or for their team."""

    view_id: int
    name: str
    query: str
    sort: str
    is_descending: bool
    team_code: str

    @property
    def key(self) -> str:
        """Return what the view is called among all views."""
        return f"saved:{self.view_id}"


@dataclass(frozen=True, slots=True)
class Question:
    """What a queue shows: a view, whose, a query that narrows it, and an order.

    `base` is what the view itself asks for when it is not one of the built-in ones.
    """

    view: str = "open"
    person_id: int | None = None
    text: str = ""
    sort: str = "due"
    is_descending: bool = False
    base: str = ""

    @property
    def terms(self) -> tuple[query.Term, ...]:
        """Return all conditions; raises BadQuery when one of the queries cannot be understood."""
        return query.parse(VIEWS.get(self.view, self.base)) + query.parse(self.text)
