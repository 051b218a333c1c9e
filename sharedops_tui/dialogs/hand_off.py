"""The hand-off: to whom, why, the five slots without which nobody can go on, and what the team asks (product D3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Select, Static

from sharedops_core.errors import Refused
from sharedops_core.i18n import _, pick
from sharedops_core.rules import spans
from sharedops_core.rules.commitments import clock_name
from sharedops_core.rules.handoff import Question, Slots, checked, slot_name
from sharedops_core.rules.text import clean, one_line
from sharedops_core.views.ticket import TicketCard
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button, row

_ANYBODY = ""


@dataclass(frozen=True)
class Offer:
    """What the dialog returns."""

    team: str
    agent: str | None
    reason: str
    slots: Slots
    answers: Mapping[str, str]


class HandOffDialog(Dialog[Offer]):
    """Asks for team, agent, reason, slots and the checklist of the team; the default is to cancel.

    The slots begin with what the ticket is `known` to say; another team changes its own questions only, nothing that
    was typed. Without it, the dialog is for many tickets: a slot that is left empty is filled from each of them.
    """

    DEFAULT_CSS = """
    HandOffDialog Input, HandOffDialog Input:focus, HandOffDialog Select {
      height: 1; border: none; padding: 0 1; width: 1fr; }
    HandOffDialog SelectCurrent { border: none; height: 1; padding: 0; background: $background; }
    HandOffDialog Select:focus > SelectCurrent { border: none; background: $primary 15%; }
    HandOffDialog SelectOverlay { max-height: 10; }
    HandOffDialog Input:focus { background: $primary 15%; }
    HandOffDialog .row { margin-bottom: 0; }
    HandOffDialog VerticalScroll { height: auto; max-height: 9; margin-top: 1; scrollbar-size-vertical: 1; }
    HandOffDialog.-wide > .frame { width: 110; }
    HandOffDialog.-tall VerticalScroll { max-height: 26; }
    HandOffDialog .checklist, HandOffDialog .question { height: auto; }
    HandOffDialog .asked { width: auto; max-width: 60%; height: auto; color: $secondary; }
    HandOffDialog .clocks { color: $secondary; height: auto; margin-top: 1; }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  the library declares it so
    VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        card: TicketCard,
        teams: Sequence[Any],
        agents: Sequence[Any],
        reasons: Sequence[Any],
        known: Slots | None,
        now: datetime,
        subject: str = "",
    ) -> None:
        super().__init__()
        self.card, self.agents, self.known, self.now, self.subject = card, agents, known, now, subject
        self.answers: dict[str, str] = {}
        self.asked: dict[str, Input] = {}
        here = card.team.code if card.team else None
        self.teams = [team for team in teams if team.code != here]
        self.reasons = reasons

    def compose(self) -> ComposeResult:
        """Lay out destination, reason, slots, clocks and buttons."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(self._title())
            frame.border_subtitle = Content(_("tab moves · ctrl+s hands off · esc cancels"))
            yield from row(_("To"), self._team_select())
            yield from row(_("Agent"), Select([(_("anybody who is free"), _ANYBODY)], id="agent", allow_blank=False))
            yield from row(_("Why"), self._reason_select())
            with VerticalScroll(can_focus=False):
                for field in fields(Slots):
                    label, known = slot_name(field.name).capitalize(), one_line(getattr(self.known, field.name, ""))
                    yield from row(label, Input(known, id=field.name, placeholder=self._hint(field.name)))
                yield Vertical(classes="checklist")
            yield Static(Content(self._clocks()), classes="clocks")
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(_("Hand off"))

    def on_mount(self) -> None:
        """Begin with whom it goes to."""
        self.query_one("#team", Select).focus()

    @on(Select.Changed, "#team")
    async def _team_chosen(self, event: Select.Changed) -> None:
        """Offer the agents of the chosen team, and ask what it wants to know."""
        self._keep_answers()
        checklist = self.query_one(".checklist", Vertical)
        await checklist.remove_children()
        self.asked = {one.code: self._question(one) for one in self._questions()}
        rows = [(Static(Content(one.words), classes="asked"), self.asked[one.code]) for one in self._questions()]
        await checklist.mount_all(Horizontal(*row, classes="question") for row in rows)
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
        self._keep_answers()
        try:
            filled, answered = checked(self._with_each(slots), self._questions(), self.answers)
        except Refused as refusal:
            self._refuse(str(refusal))
            return
        agent = str(self.query_one("#agent", Select).value)
        team, reason = (str(self.query_one(f"#{name}", Select).value) for name in ("team", "reason"))
        answers = {one.question.code: one.text for one in answered}
        self.dismiss(Offer(team, agent or None, reason, slots if self.known is None else filled, answers))

    def _refuse(self, reason: str) -> None:
        self.query_one(".error", Static).update(Content(clean(reason)))
        self.query_one(".clocks").display = False  # the room is needed: every question may be named
        next((one for one in self.query(Input) if not one.value.strip()), self.query_one("#asked", Input)).focus()

    def _questions(self) -> tuple[Question, ...]:
        chosen = self.query_one("#team", Select).value
        return next((team.checklist for team in self.teams if team.code == chosen), ())

    def _question(self, question: Question) -> Input:
        return Input(self.answers.get(question.code, ""), placeholder=_("- for nothing"))

    def _keep_answers(self) -> None:
        """Remember what was answered: two teams may ask the same."""
        self.answers |= {code: field.value for code, field in self.asked.items()}

    def _with_each(self, slots: Slots) -> Slots:
        """Return the slots as they are checked: for many tickets, only what is wanted has to be written here."""
        if self.known is not None:
            return slots
        return slots.filled_from(Slots(**{field.name: "-" for field in fields(Slots) if field.name != "wanted"}))

    def _hint(self, slot: str) -> str:
        if self.known is None and slot != "wanted":
            return _("from each ticket; - where it says nothing of it")
        return _hint(slot)

    def _title(self) -> str:
        if self.known is None:
            return _("Hand off {subject}").format(subject=one_line(self.subject))
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
        if self.known is None:
            return _("clocks and duty stay here until it is accepted")
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
