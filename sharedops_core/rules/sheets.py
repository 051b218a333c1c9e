"""Handing a shift over (交接班): what stands on a sheet, and what becomes of it (product D7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sharedops_core.i18n import _

RISK, PROMISED, URGENT, MINE, WAITING, OFFERED, DUTY = SECTIONS = (
    "risk", "promised", "urgent", "mine", "waiting", "offered", "duty",
)  # fmt: skip
"""Missed or due soon; promised; priority 1; waiting for the author; for others; offered hand-offs; offered duties.

A ticket stands in every section that it fits, so that each of them is whole.
"""

HELD = (MINE, WAITING)
"""Together all that is held."""

SENT, SIGNED, RETURNED, WITHDRAWN = "sent", "signed", "returned", "withdrawn"
SOON = timedelta(hours=1)
SIGN_WITHIN = "30m"
"""What a team allows for the signature, on its calendar, where it says nothing else."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A ticket as a sheet asks for it."""

    ticket_id: int
    priority: int
    is_held: bool
    is_waiting: bool
    is_offered: bool
    is_duty_offered: bool
    is_promised: bool
    due_at: datetime | None


def sections(found: Iterable[Facts], until: datetime) -> dict[str, list[int]]:
    """Return the ids of tickets by the sections they stand in, in the order given; what is due by then is at risk."""
    made: dict[str, list[int]] = {name: [] for name in SECTIONS}
    for one in found:
        fits = {
            RISK: one.is_held and one.due_at is not None and one.due_at <= until,
            PROMISED: one.is_held and one.is_promised, URGENT: one.is_held and one.priority == 1,
            MINE: one.is_held and not one.is_waiting, WAITING: one.is_held and one.is_waiting,
            OFFERED: one.is_offered, DUTY: one.is_duty_offered,
        }  # fmt: skip
        for name in (name for name, holds in fits.items() if holds):
            made[name].append(one.ticket_id)
    return made


def section_name(name: str) -> str:
    """Return what a section is called."""
    return {
        RISK: _("At risk or late"), PROMISED: _("Promised"), URGENT: _("Open P1"), MINE: _("To be worked on"),
        WAITING: _("Waiting for others"), OFFERED: _("Hand-offs offered, not answered"),
        DUTY: _("First-contact duty offered, not answered"),
    }[name]  # fmt: skip


def decision_name(decision: str) -> str:
    """Return what became of a sheet."""
    return {
        SENT: _("waiting for the signature"), SIGNED: _("signed"), RETURNED: _("sent back"),
        WITHDRAWN: _("replaced by another"),
    }[decision]  # fmt: skip
