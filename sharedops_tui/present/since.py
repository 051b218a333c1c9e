"""What others have done to a ticket since somebody began to write, as one line and as a page."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from sharedops_core.i18n import _, ngettext
from sharedops_core.rules import lifecycle
from sharedops_core.rules.text import clean, one_line
from sharedops_core.views.ticket import EventRow, TicketCard
from sharedops_tui.present.thread import direction_name


def others_since(card: TicketCard, seq: int, me: int, at: datetime | None = None) -> list[EventRow]:
    """Return the lines of the journal that somebody else wrote behind `seq`; from `at` on when no line was known."""
    lines = [event for event in card.events if event.actor_id not in (me, None)]
    if not seq and at is not None:
        return [event for event in lines if event.at >= at]
    return [event for event in lines if event.seq > seq]


def was_said(card: TicketCard, seq: int, kind: str, body: str, login: str) -> bool:
    """Return whether somebody has said a text behind the line `seq` already, from another console of theirs."""
    said = [event.at for event in card.events if event.seq > seq > 0 and event.act == kind]
    return bool(said) and any(
        one.author_login == login and one.at >= said[0] and one.body.strip() == body.strip() for one in card.thread
    )


def since_line(events: Sequence[EventRow]) -> str:
    """Return one line: how much has happened, and who did the last of it; empty when nothing has."""
    if not events:
        return ""
    last = events[-1]
    text = ngettext("{n} change since you began, last {who}: {act} {at}",
                    "{n} changes since you began, last {who}: {act} {at}", len(events))  # fmt: skip
    return text.format(
        n=len(events), who=one_line(last.actor), act=lifecycle.act_name(last.act), at=f"{last.at.astimezone():%H:%M}"
    )


def since_parts(card: TicketCard, events: Sequence[EventRow]) -> list[Content]:
    """Return what has happened line by line, with the words that were said."""
    begun = min(event.at for event in events)
    lines = [
        Content.assemble(
            (f"{event.at.astimezone():%m-%d %H:%M}  ", "$foreground 60%"), (one_line(event.actor), "bold"),
            f"  {lifecycle.act_name(event.act)}", (f"  {lifecycle.state_name(event.state)}", "$secondary"),
        )
        for event in events
    ]  # fmt: skip
    said = [
        Content.assemble(
            (f"{one_line(one.author)}  {direction_name(one.direction)}\n", "bold $accent"), clean(one.body)
        )
        for one in card.thread
        if one.at >= begun
    ]
    return [Content("\n").join(lines), *said]


def draft_status(sent: bool) -> str:
    """Return what is to be known of a draft that was on its way out when the console ended; else nothing."""
    return _("was being sent, is not sent") if sent else ""
