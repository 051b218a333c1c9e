"""What somebody wants when a ticket is opened, the same for every channel (product B1)."""

from dataclasses import dataclass

from sharedops_core.i18n import _

PREFIXES = {"incident": "INC", "request": "REQ", "problem": "PRB", "change": "CHG", "demand": "DEM"}
"""Kind of ticket → what its number begins with."""

CHANNELS = ("phone", "walk-in", "chat", "mail", "portal", "api", "console")


def channel_name(channel: str) -> str:
    """Return a channel in the user's language."""
    return {
        "phone": _("phone"), "walk-in": _("walk-in"), "chat": _("chat"), "mail": _("mail"), "portal": _("portal"),
        "api": _("API"), "console": _("console"),
    }.get(channel, channel)  # fmt: skip


LONGEST_SUBJECT = 500
"""Characters. A line longer than that is no heading, and no index of a list takes it whole."""


def headline(text: str) -> str:
    """Return a text in one line that is short enough for a subject; what is cut off ends in "…"."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


KINDS = ("incident", "request", "problem", "change", "demand")


@dataclass(frozen=True)
class Request:
    """The words, and what is known about them; empty `requester` means that the actor asks for themselves.

    Without a `priority`, `impact` and `urgency` ("high", "medium", "low") choose it by the matrix of the centre.
    """

    subject: str
    body: str = ""
    requester: str = ""
    item: str | None = None
    priority: int | None = None
    impact: str | None = None
    urgency: str | None = None
    channel: str = "console"
    kind: str = "incident"
