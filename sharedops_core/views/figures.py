"""What figures, dimensions and their values are called in the user's language; JSON and CSV keep the plain names."""

from typing import Any

from sharedops_core.i18n import _
from sharedops_core.rules import ledger, lifecycle
from sharedops_core.rules.request import channel_name


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
        "closed": _("closed"), "reopened": _("reopened"), "waited_for_requester": _("waited for the requester"),
        "fcr_percent": _("first contact resolution, per cent"), "csat": _("satisfaction"),
        "open_seconds": _("open time"), "elapsed_seconds": _("elapsed"),
        "open_seconds_per_ticket": _("open time per ticket"), "row": _("row"), "name": _("name"),
        "at_risk": _("at risk"), "oldest": _("oldest"), "arrived": _("came today"), "agent": _("agent"),
        "teams": _("teams"), "shift": _("on shift"), "new": _("not begun"), "working": _("working"),
        "load": _("load"), "capacity": _("takes"), "percent": _("load, per cent"),
    }.get(name, name)  # fmt: skip


def dimension_name(name: str) -> str:
    """Return a dimension in the user's language."""
    return {
        "priority": _("Priority"), "line": _("Line"), "team": _("Team"), "state": _("State"), "kind": _("Kind"),
        "channel": _("Channel"), "item": _("Service item"), "month": _("Month"), "day": _("Day"),
        "party": _("In hand"), "agent": _("Agent"),
    }.get(name, name)  # fmt: skip


def value_name(dimension: str, value: Any) -> str:
    """Return a value of a dimension in the user's language."""
    if value is None:
        return "-"
    if dimension == "party":
        return _("line {n}").format(n=value[-1]) if value.startswith("line_") else ledger.party_name(value)
    if dimension == "priority":
        return f"P{value}"
    names = {"state": lifecycle.state_name, "channel": channel_name}
    return names[dimension](value) if dimension in names else str(value)
