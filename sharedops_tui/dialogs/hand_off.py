"""The hand-off: to whom, why, and the five slots without which nobody can go on (product D3)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Select, Static

from sharedops_core.errors import Refused
from sharedops_core.i18n import _, pick
from sharedops_core.rules import spans
from sharedops_core.rules.commitments import clock_name
from sharedops_core.rules.handoff import Slots, slot_name
from sharedops_core.rules.text import clean, one_line
from sharedops_core.views.ticket import TicketCard
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button

_ANYBODY = ""


@dataclass(frozen=True)
class Offer:
    """What the dialog returns."""

    team: str
    agent: str | None
    reason: str
    slots: Slots


class HandOffDialog(Dialog[Offer]):
    """Asks for team, agent, reason and slots; the default is to cancel."""

    DEFAULT_CSS = """
    HandOffDialog Input, HandOffDialog Input:focus, HandOffDialog Select {
      height: 1; border: none; padding: 0 1; width: 1fr; }
    HandOffDialog SelectCurrent { border: none; height: 1; padding: 0; background: $background; }
    HandOffDialog Select:focus > SelectCurrent { border: none; background: $primary 15%; }
    HandOffDialog SelectOverlay { max-height: 10; }
    HandOffDialog Input:focus { background: $primary 15%; }
    HandOffDialog .row { margin-bottom: 0; }
    HandOffDialog .slots { margin-top: 1; height: auto; }
    HandOffDialog .clocks { color: $secondary; height: auto; margin-top: 1; }
    """

    def __init__(
        self, card: TicketCard, teams: Sequence[Any], agents: Sequence[Any], reasons: Sequence[Any], now: datetime
    ) -> None:
        super().__init__()
        self.card, self.agents, self.now = card, agents, now
        here = card.team.code if card.team else None
        self.teams = [team for team in teams if team.code != here]
        self.reasons = reasons

    def compose(self) -> ComposeResult:
        """Lay out destination, reason, slots, clocks and buttons."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self._title())
            frame.border_subtitle = Content(_("tab moves · ctrl+s hands off · esc cancels"))
            yield from self._row(_("To"), self._team_select())
            yield from self._row(
                _("Agent"), Select([(_("anybody who is free"), _ANYBODY)], id="agent", allow_blank=False)
            )
            yield from self._row(_("Why"), self._reason_select())
            with Vertical(classes="slots"):
                for field in fields(Slots):
                    label = slot_name(field.name).capitalize()
                    yield from self._row(label, Input(id=field.name, placeholder=_hint(field.name)))
            yield Static(Content(self._clocks()), classes="clocks")
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(_("Hand off"))

    def on_mount(self) -> None:
        """Begin with what is known."""
        self.query_one("#asked", Input).value = one_line(self.card.subject)
        self.query_one("#team", Select).focus()

    @on(Select.Changed, "#team")
    def _team_chosen(self, event: Select.Changed) -> None:
        """Offer the agents of the chosen team."""
        members = [a for a in self.agents if event.value in a.team_codes]
        options = [(Text(one_line(f"{a.name}  {a.login}")), a.login) for a in members]
        self.query_one("#agent", Select).set_options([(_("anybody who is free"), _ANYBODY), *options])
        line = next((team.line for team in self.teams if team.code == event.value), 0)
        usual = f"needs_line_{line}_skill"
        if any(reason.code == usual for reason in self.reasons):
            self.query_one("#reason", Select).value = usual

    def action_accept(self) -> None:
        """Give the offer, or name every empty slot."""
        slots = Slots(**{field.name: self.query_one(f"#{field.name}", Input).value for field in fields(Slots)})
        try:
            filled = slots.checked()
        except Refused as refusal:
            self._refuse(slots, str(refusal))
            return
        agent = str(self.query_one("#agent", Select).value)
        team, reason = (str(self.query_one(f"#{name}", Select).value) for name in ("team", "reason"))
        self.dismiss(Offer(team, agent or None, reason, filled))

    def _refuse(self, slots: Slots, reason: str) -> None:
        self.query_one(".error", Static).update(Content(clean(reason)))
        empty = next((field.name for field in fields(Slots) if not getattr(slots, field.name).strip()), "asked")
        self.query_one(f"#{empty}", Input).focus()

    def _row(self, label: str, field: Input | Select[str]) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static(Content(label), classes="label")
            yield field

    def _title(self) -> str:
        return _("Hand off {number}  from line {line}").format(number=self.card.number, line=self.card.line)

    def _team_select(self) -> Select[str]:
        wanted = {2: self.card.line2_code, 3: self.card.line3_code}.get(self.card.line + 1)
        codes = [team.code for team in self.teams]
        options = [
            (Text(one_line(f"L{team.line}  {pick(team.name_en, team.name_zh)}")), team.code) for team in self.teams
        ]
        return Select(options, id="team", allow_blank=False, value=wanted if wanted in codes else codes[0])

    def _reason_select(self) -> Select[str]:
        options = [(Text(one_line(pick(r.name_en, r.name_zh))), r.code) for r in self.reasons]
        return Select(options, id="reason", allow_blank=False)

    def _clocks(self) -> str:
        running = [clock for clock in self.card.clocks if clock.stopped_at is None]
        words = [
            spans.named(clock_name(c.kind), spans.sentence(c.due_at, c.left, self.now, is_paused=c.due_at is None))
            for c in running
        ]
        return " · ".join([*words, _("clocks and duty stay here until it is accepted")])


def _hint(slot: str) -> str:
    return {
        "asked": _("what the requester wants"),
        "tried": _("what has been done, with article or step"),
        "found": _("what came out"),
        "promised": _("what was promised to the requester, until when; - for nothing"),
        "wanted": _("what the receiver is to do"),
    }[slot]
