"""What a report is made of, and what its figures are called for people; JSON and CSV keep the plain names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from sharedops_core.i18n import _, pick
from sharedops_core.rules import ledger, lifecycle
from sharedops_core.rules.request import channel_name
from sharedops_core.store.access import Reader, visible
from sharedops_core.store.tables import Ticket

if TYPE_CHECKING:
    from sharedops_core.views.wallboard import BoardRow

Row = dict[str, Any]


@dataclass(frozen=True)
class Period:
    """Tickets opened from `start` on and before `end`; None is open-ended."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Scope:
    """What a report counts: the tickets of a period that its reader may see, but those in some states."""

    period: Period
    reader: Reader | None
    without: tuple[str, ...] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a ticket has to be to count."""
        start, end = self.period.start, self.period.end
        found = [visible(self.reader)] + ([col(Ticket.state).not_in(self.without)] if self.without else [])
        found += [col(Ticket.opened_at) >= start] if start is not None else []
        return found + ([col(Ticket.opened_at) < end] if end is not None else [])


@dataclass(frozen=True)
class Report:
    """A report: figures by name, their definitions, and rows by dimension."""

    name: str
    title: str
    period: Period
    figures: Mapping[str, float | int | None]
    definitions: Mapping[str, str]
    rows: Sequence[Row] = ()
    dimension: str | None = None
    measures: Sequence[str] = field(default=())


def figure_name(name: str) -> str:
    """Return a figure or measure by name in the user's language."""
    return {
        "tickets": _("tickets"), "missed_by_source": _("missed, source's word"), "missed": _("missed"),
        "response_missed": _("response missed"), "resolution_missed": _("resolution missed"),
        "met_percent": _("met, per cent"), "open": _("still open"), "waiting": _("waiting"),
        "unassigned": _("held by nobody"), "offered": _("offered"), "breached": _("breached"),
        "awaiting_confirmation": _("awaiting confirmation"), "oldest_days": _("oldest, days"),
        "reassignments": _("reassignments"), "tickets_without_reassignment": _("never reassigned"),
        "team_handovers": _("team handovers"), "aba_tickets": _("there and back (A-B-A)"),
        "deepest_line_1": _("deepest line 1"), "deepest_line_2": _("deepest line 2"),
        "deepest_line_3": _("deepest line 3"), "offers": _("hand-offs offered"),
        "accepted": _("of these accepted"), "given_back": _("of these given back"), "resolved": _("resolved"),
        "closed": _("closed"), "closed_silently": _("closed silently"),
        "reopened": _("reopened"), "waited_for_requester": _("waited for the requester"),
        "fcr_percent": _("first contact resolution, per cent"), "csat": _("satisfaction"),
        "open_seconds": _("open time"), "elapsed_seconds": _("elapsed"),
        "open_seconds_per_ticket": _("open time per ticket"),
        "bounced_tickets": _("tickets that went to and fro"), "bounces": _("times to and fro"),
        "returned": _("of these there and back"), "passed_on": _("of these passed on without work"),
        "bouncing": _("awaiting a decision"), "decisions": _("decided by leads"),
        "duties": _("answered for"), "elsewhere": _("with somebody else"), "unheld": _("of these held by nobody"),
        "tasks": _("tasks asked"), "gates": _("of these gates"), "done": _("done"), "in_time": _("in time"),
        "late": _("late"), "declined": _("turned down"), "withdrawn": _("withdrawn"), "standing": _("open tasks"),
        "overdue": _("of these late now"), "in_time_percent": _("in time, per cent"), "rated": _("rated"),
        "ease": _("ease"), "rated_percent": _("rated, per cent"), "follow_ups": _("follow-ups"),
        "follow_ups_open": _("follow-ups open"), "follow_ups_in_time": _("follow-ups in time"),
        "follow_ups_late": _("follow-ups late"), "follow_ups_reopened": _("follow-ups: reopened"),
        "follow_ups_in_time_percent": _("follow-ups in time, per cent"),
        "stalled": _("stalled"), "chased": _("chased"), "unowned": _("answered for by nobody"),
        "handed_over": _("handed over"), "signed_in_time": _("signed in time"), "signed_late": _("signed late"),
        "sent_back": _("sent back"), "unsigned": _("unsigned"), "unsigned_late": _("of these too long"),
    }.get(name, name)  # fmt: skip


def dimension_name(name: str) -> str:
    """Return a dimension in the user's language."""
    return {
        "priority": _("Priority"), "line": _("Line"), "team": _("Team"), "state": _("State"), "kind": _("Kind"),
        "channel": _("Channel"), "item": _("Service item"), "month": _("Month"), "day": _("Day"),
        "party": _("In hand"), "agent": _("Agent"), "reason": _("Reason"), "decision": _("Decision"),
        "teams": _("Between"), "owner": _("First-contact owner"),
        "author": _("Handed over by"), "successor": _("Successor"),
        "asker": _("Asked by"),
    }.get(name, name)  # fmt: skip


def value_name(dimension: str, value: Any) -> str:
    """Return a value of a dimension in the user's language."""
    if value is None:
        return "-"
    if dimension == "party":
        return ledger.line_name(value[-1]) if value.startswith("line_") else ledger.party_name(value)
    if dimension == "priority":
        return f"P{value}"
    names = {"state": lifecycle.state_name, "channel": channel_name}
    return names[dimension](value) if dimension in names else str(value)


def figure_title(name: str) -> str:
    """Return what a figure of the boards is called above its column, as short as it can be."""
    return {
        "open": _("Open now"), "at_risk": _("Risk ~"), "breached": _("Late !"), "unassigned": _("Nobody"),
        "offered": _("Offered"), "waiting": _("Waiting"), "oldest": _("Oldest"), "arrived": _("Came"),
        "resolved": _("Went"), "new": _("New"), "working": _("Working"), "load": _("Load"),
        "capacity": _("Takes"), "percent": _("Load %"), "shift": _("Shift"), "team": _("Team"), "bar": "",
    }[name]  # fmt: skip


def board_row_name(row: "BoardRow") -> str:
    """Return what a row of the wallboard is called."""
    if row.kind == "all":
        return _("All")
    if row.kind == "line":
        return ledger.line_name(row.code)
    return pick(row.name_en, row.name_zh) or _("no team")
