"""The stretch of a long list that is here, and what is known of the rest: places are ranks in the whole list."""

from collections.abc import Iterable

from sharedops_core.views.rows import Cursor, Extent, Page, Place, QueueRow

MOST, DROPPED = 800, 300
"""How many rows are kept, and how many go at once at the far end when there are more."""


class Window:
    """Rows side by side; `above` of the list stand before them, `total` is None while it has not been counted."""

    def __init__(self) -> None:
        self.rows: list[QueueRow] = []
        self.above = 0
        self.total: int | None = None
        self.after: Cursor | None = None
        self.before: Cursor | None = None

    @property
    def end(self) -> int:
        """Return the place behind the last row that is here."""
        return self.above + len(self.rows)

    @property
    def length(self) -> int:
        """Return how long the whole list is, as far as it is known."""
        if self.after is None:
            return self.end
        return max(self.end + 1, self.total or 0)

    def at(self, place: int) -> QueueRow | None:
        """Return the row at a place, None when it is not here."""
        return self.rows[place - self.above] if self.above <= place < self.end else None

    def place_of(self, ticket_id: int | None) -> int | None:
        """Return the place of a ticket, None when it is not here."""
        return next((self.above + n for n, row in enumerate(self.rows) if row.ticket_id == ticket_id), None)

    @property
    def here(self) -> Place:
        """Return the place of the rows that are here, to ask for them again."""
        return Place(since=self.before)

    def show(self, page: Page, *, above: int = 0) -> None:
        """Hold these rows and no others."""
        self.rows, self.after, self.before = list(page.rows), page.after, page.before
        self.above = above if page.before is not None else 0

    def take(self, place: Place, page: Page) -> int:
        """Add a page where it belongs, and return by how much the rows that stay have moved in the list."""
        if place.after is not None and place.after == self.after:
            self._append(page)
        elif place.before is not None and place.before == self.before:
            return self._prepend(page)
        elif place.is_end:
            self.show(page, above=max(0, (self.total or 0) - len(page.rows)))
        elif place.rank is not None:
            above = min(place.rank, max(0, (self.total or 0) - len(page.rows)))
            self.show(page, above=above)
        elif place == Place():
            self.show(page)
        return 0

    def _append(self, page: Page) -> None:
        known = {row.ticket_id for row in self.rows}
        self.rows += [row for row in page.rows if row.ticket_id not in known]
        self.after = page.after
        if len(self.rows) > MOST:
            del self.rows[:DROPPED]
            self.above += DROPPED
            self.before = self.rows[0].cursor

    def _prepend(self, page: Page) -> int:
        known = {row.ticket_id for row in self.rows}
        new = [row for row in page.rows if row.ticket_id not in known]
        first = self.above
        self.rows[:0] = new
        self.above = max(1, self.above - len(new)) if page.before is not None else 0
        self.before = page.before
        moved = self.above + len(new) - first
        if len(self.rows) > MOST:
            del self.rows[-DROPPED:]
            self.after = self.rows[-1].cursor
        return moved

    def measured(self, extent: Extent) -> int:
        """Take in how long the list really is and where its rows stand; return by how much they have moved."""
        self.total = extent.total
        moved = extent.above - self.above if self.before is not None else 0
        self.above += moved
        return moved

    def update(self, rows: Iterable[QueueRow]) -> list[int]:
        """Put newer lines in the places of the older ones and return these places; nothing moves."""
        newer, places = {row.ticket_id: row for row in rows}, []
        for n, old in enumerate(self.rows):
            row = newer.get(old.ticket_id)
            if row is not None and row != old:
                self.rows[n] = row.at(old.cursor)
                places.append(self.above + n)
        return places
