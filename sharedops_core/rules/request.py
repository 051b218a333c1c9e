"""What somebody wants when a ticket is opened, the same for every channel (product B1)."""

from dataclasses import dataclass

CHANNELS = ("phone", "walk-in", "chat", "mail", "portal", "api", "console")


@dataclass(frozen=True)
class Request:
    """The words, and what is known about them; empty `requester` means that the actor asks for themselves."""

    subject: str
    body: str = ""
    requester: str = ""
    item: str | None = None
    priority: int | None = None
    channel: str = "console"
    kind: str = "incident"
