"""The thread of a ticket as text: who said what to whom, and when; hand-offs and tags stand where they happened."""

from collections.abc import Mapping

from textual.content import Content

from sharedops_core.i18n import _, pick
from sharedops_core.rules.handoff import SLOTS, decision_name, slot_name
from sharedops_core.rules.tags import said
from sharedops_core.rules.text import clean, one_line
from sharedops_core.views.handoffs import HandoffRow
from sharedops_core.views.tasks import noted
from sharedops_core.views.ticket import EventRow, MessageRow, TicketCard
from sharedops_tui.present.wrapping import BAR

_COLOURS = {"in": "$primary", "out": "$success", "internal": "$warning"}


def thread(card: TicketCard) -> Content:
    """Return messages, hand-offs and changes of tags in the order of time."""
    about = noted(card.tasks)
    parts = [(one.at, 0, _message(one, about.get((one.at, one.body), ""))) for one in card.thread]
    parts += [(handoff.offered_at, 1, _handoff(handoff)) for handoff in card.handoffs]
    parts += [(event.at, 2, _tagged(event)) for event in card.events if any(said(event.detail))]
    if not parts:
        return Content.styled(_("nothing has been said yet"), "$foreground 60%")
    return Content("\n\n").join([content for _at, _order, content in sorted(parts, key=lambda part: part[:2])])


def _message(message: MessageRow, about: str) -> Content:
    colour = _COLOURS[message.direction]
    head = Content.assemble(
        (BAR, colour),
        (f"{message.at.astimezone():%m-%d %H:%M}  ", "$foreground 60%"),
        (one_line(message.author) or "sharedops", f"bold {colour}"),
        (f"  {direction_name(message.direction)}", f"{colour} 80%"),
        (f"  {one_line(message.ticket)}" if message.ticket else "", "$accent"),
        (f"  {about}" if about else "", f"{colour} 80%"),
    )
    return Content("\n").join([head, *_marked(clean(message.body), colour)])


def _handoff(handoff: HandoffRow) -> Content:
    colour = "$accent"
    to = team_name(handoff.to_team)
    head = Content.assemble(
        (BAR, colour),
        (f"{handoff.offered_at.astimezone():%m-%d %H:%M}  ", "$foreground 60%"),
        (_("hand-off"), f"bold {colour}"),
        (f"  {team_name(handoff.from_team)} → {to}  ", colour),
        (decision_name(handoff.decision), "bold" if handoff.decision == "offered" else "$foreground 70%"),
        (f"  {one_line(handoff.decided_by)}" if handoff.decided_by else "", "$foreground 70%"),
    )
    lines = [
        Content.assemble((BAR, colour), (f"{slot_name(slot)}: ", "$foreground 60%"), one_line(getattr(handoff, slot)))
        for slot in SLOTS
    ]
    lines += [
        Content.assemble((BAR, colour), (f"{one.question.words} ", "$foreground 60%"), one_line(one.text))
        for one in handoff.answers
    ]
    return Content("\n").join([head, *lines])


def _tagged(event: EventRow) -> Content:
    return Content.assemble(
        (BAR, "$foreground 60%"),
        (f"{event.at.astimezone():%m-%d %H:%M}  ", "$foreground 60%"),
        (one_line(event.actor) or "sharedops", "bold"),
        (f"  {one_line(tags_words(event.detail))}", "$foreground 70%"),
    )


def tags_words(detail: Mapping[str, object]) -> str:
    """Return in words which tags a line of the journal added and took away."""
    added, removed = (" ".join(tags) for tags in said(detail))
    parts = [(_("tags added: {tags}"), added), (_("tags removed: {tags}"), removed)]
    return " · ".join(words.format(tags=tags) for words, tags in parts if tags)


def _marked(body: str, colour: str) -> list[Content]:
    return [Content.assemble((BAR, colour), line) for line in body.split("\n")]


def team_name(team: object) -> str:
    """Return a team card by name in the user's language."""
    if team is None:
        return "-"
    return one_line(pick(team.name_en, team.name_zh))  # type: ignore[attr-defined]


def direction_name(direction: str) -> str:
    """Return where a message went."""
    return {"in": _("from the requester"), "out": _("to the requester"), "internal": _("internal note")}[direction]
