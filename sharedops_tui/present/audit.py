"""The journal of a ticket as text, newest last: who did what, why, and how the ticket stood after it."""

from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len
from textual.content import Content

from sharedops_core.i18n import _, joined
from sharedops_core.rules import lifecycle, push, tasks
from sharedops_core.rules.commitments import clock_name
from sharedops_core.rules.links import word_name
from sharedops_core.rules.text import one_line
from sharedops_core.views.ticket import EventRow, TicketCard
from sharedops_tui.present.thread import team_name

_NAMED = {"clock": clock_name, "pool": push.pool_name}
"""Facts of a line whose value is a code with a name in the user's language."""

_WIDEST = 20
"""Cells that a column takes at most; the word that is longer moves what stands behind it."""


def audit(card: TicketCard) -> Content:
    """Return one line per act."""
    names = [one_line(event.actor) or "sharedops" for event in card.events]
    acts = [lifecycle.act_name(event.act) for event in card.events]
    heads = zip(_column(names, 10), _column(acts, 12), card.events, strict=True)
    return Content("\n").join([_line(card, who, act, event) for who, act, event in heads])


def _column(words: Sequence[str], least: int) -> list[str]:
    """Return words padded to the widest of them, and two blanks."""
    width = min(_WIDEST, max([least, *(cell_len(word) + 2 for word in words)]))
    return [word + " " * max(1, width - cell_len(word)) for word in words]


def _line(card: TicketCard, who: str, act: str, event: EventRow) -> Content:
    return Content.assemble(
        (f"{event.at.astimezone():%m-%d %H:%M:%S}  ", "$foreground 60%"),
        (who, "bold"),
        (act, "$primary"),
        (_state(event), "$secondary"),
        (f"  L{event.line} {team_name(event.team)}", "$foreground 70%"),
        (f"  {one_line(card.name_of(event.reason))}" if event.reason else "", "$warning"),
        (_detail(card, event), "$foreground 60%"),
    )


def _state(event: EventRow) -> str:
    if event.from_state in (None, event.state):
        return lifecycle.state_name(event.state)
    return f"{lifecycle.state_name(event.from_state or '')} → {lifecycle.state_name(event.state)}"


def _detail(card: TicketCard, event: EventRow) -> str:
    shown = [
        one_line(f"{_name(key)} {_value(card, key, value)}".strip())
        for key, value in event.detail.items()
        if value not in (None, "", []) and key != "circular"
    ]
    return f"  {joined(shown)}" if shown else ""


def _name(key: str) -> str:
    return {
        "to_team": "→", "to_agent": "→", "given_to": "→", "told": _("told"), "level": _("level"), "csat": "CSAT",
        "ease": _("ease"), "task": _("task"), "withdrawn_tasks": _("tasks withdrawn"),
        "clock": _("clock"), "at": _("point"), "due": _("due"), "promised": _("promised"),
        "rules": _("rules"), "triage": _("rules"), "shift": _("sheet"), "points": _("points"),
        "priority": _("Priority"), "item": _("Service item"), "tags": _("Tags"),
        "team": _("stays with"), "holder": _("Holder"), "between": _("Between"), "nth": _("the nth time"),
        "to": "→", "from": "←", "links": "", "pool": _("pool"), "with": _("with"),
    }.get(key, key)  # fmt: skip


def _value(card: TicketCard, key: str, value: object) -> str:
    if key == "task" and isinstance(value, dict):
        value = tasks.number(card.number, value.get("nth", 0))
    if key in ("to_team", "team"):
        return card.name_of(str(value))
    if key in ("between", "links") and isinstance(value, list):
        return joined((word_name if key == "links" else card.name_of)(str(one)) for one in value)
    if key in _NAMED:
        return _NAMED[key](str(value))
    if isinstance(value, list):
        return (" → " if key in ("priority", "item") else ", ").join(str(one or "-") for one in value)
    if key == "due":
        return f"{datetime.fromisoformat(str(value)).astimezone():%m-%d %H:%M}"
    return str(value)
