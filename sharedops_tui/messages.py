"""What screens and widgets tell each other across the app."""

from textual.message import Message


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


class JournalGrew(Message):
    """Others have acted since the last look: so many lines of the journal are new."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count


class LanguageChanged(Message):
    """Every visible text is to be said again."""
