"""What screens and widgets tell each other across the app."""

from textual.message import Message

from sharedops_core.errors import DeskError


class TicketChanged(Message):
    """An act on a ticket has been committed."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__()
        self.ticket_id = ticket_id


class TicketOpened(Message):
    """A new ticket has been committed."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__()
        self.ticket_id = ticket_id


class ViewChosen(Message):
    """Another view of the queue is wanted."""

    def __init__(self, view: str) -> None:
        super().__init__()
        self.view = view


class ListWanted(Message):
    """The keyboard is to go back to the list; what stands beside it stays as it is."""


class DatabaseChanged(Message):
    """Somebody, perhaps this console, has changed something."""


class DatabaseAway(Message):
    """The database cannot be reached, for this reason; None once it is back."""

    def __init__(self, reason: DeskError | None) -> None:
        super().__init__()
        self.reason = reason


class JournalGrew(Message):
    """Something has changed since the last look: so many lines of the journal are others' and new."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count


class LanguageChanged(Message):
    """Every visible text is to be said again."""


class PresenceChanged(Message):
    """Somebody came to a ticket, went, or began to write."""
