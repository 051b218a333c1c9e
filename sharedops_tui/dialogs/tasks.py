"""The tasks of a ticket: the list of them with what can be done to each, and the form that asks for a new one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import Button, Input, OptionList, Select, Static, TextArea
from textual.widgets.option_list import Option as Line

from sharedops_core.errors import Refused
from sharedops_core.i18n import _, pick
from sharedops_core.rules import lifecycle, tasks
from sharedops_core.rules.clocks import parse_target
from sharedops_core.rules.text import clean, one_line
from sharedops_core.views.tasks import TaskRow
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button, row
from sharedops_tui.present.tasks import task_lines

LETTERS = {"t": tasks.TAKE, "f": tasks.FINISH, "r": tasks.DECLINE, "w": tasks.WITHDRAW}
"""The key of each act on the task under the cursor; n asks for a new one."""

_ANYBODY = ""


@dataclass(frozen=True)
class Picked:
    """An act, and the number of the task it is about within its ticket; 0 for a new one."""

    act: str
    nth: int


class TasksDialog(Dialog[Picked]):
    """Shows the tasks; a letter, or enter, chooses what is done. `hindrance` says why no new one can be asked for."""

    DEFAULT_CSS = """
    TasksDialog OptionList, TasksDialog OptionList:focus { height: auto; max-height: 14; border: none;
      background: $surface; padding: 0; }
    TasksDialog .acts { height: 1; color: $secondary; margin-top: 1; }
    TasksDialog .error { margin-top: 1; }
    """

    def __init__(self, about: str, rows: Sequence[TaskRow], now: datetime, hindrance: str | None) -> None:
        super().__init__()
        self.about, self.rows, self.now, self.hindrance = about, rows, now, hindrance

    def compose(self) -> ComposeResult:
        """The tasks, the letters for the one under the cursor, and the buttons."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(_("Tasks"))
            frame.border_subtitle = Content(_("a letter chooses · esc cancels"))
            yield Static(Content(one_line(self.about)), classes="about")
            if self.rows:
                yield OptionList(*(Line(task_lines(row, self.now)) for row in self.rows))
            else:
                yield Static(Content(_("no task has been asked for yet")))
            yield Static("", classes="acts", markup=False)
            if self.hindrance is not None:
                yield Static(Content(clean(self.hindrance)), classes="error")
            with Horizontal(classes="buttons"):
                yield cancel_button()
                if self.hindrance is None:
                    yield accept_button(_("New task"))

    def on_mount(self) -> None:
        """Stand on the first task that is the reader's to do; without tasks on the button that changes nothing."""
        if not self.rows:
            self.query_one("#cancel", Button).focus()
            self._offer(None)
            return
        mine = (place for place, row in enumerate(self.rows) if tasks.FINISH in row.acts)
        place = next(mine, next((place for place, row in enumerate(self.rows) if row.is_standing), 0))
        found = self.query_one(OptionList)
        found.highlighted = place
        found.focus()

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        self._offer(self.rows[event.option_index])

    def _offer(self, row: TaskRow | None) -> None:
        acts = row.acts if row else ()
        said = [f"{key} {lifecycle.act_name(act)}" for key, act in LETTERS.items() if act in acts]
        new = [] if self.hindrance is not None else ["n " + _("new task")]
        self.query_one(".acts", Static).update(Content("  ".join([*said, *new])))

    def on_key(self, event: Key) -> None:
        """Choose by letter."""
        row = self._current
        if event.key == "n" and self.hindrance is None:
            self.answer(event, Picked(tasks.ASK, 0))
        elif row is not None and LETTERS.get(event.key) in row.acts:
            self.answer(event, Picked(LETTERS[event.key], row.nth))

    @property
    def _current(self) -> TaskRow | None:
        place = self.query_one(OptionList).highlighted if self.rows else None
        return self.rows[place] if place is not None else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter is the act that comes next: take it on, or finish it."""
        row = self.rows[event.option_index]
        if row.acts:
            self.dismiss(Picked(row.acts[0], row.nth))

    def action_accept(self) -> None:
        """Ask for a new one."""
        if self.hindrance is None:
            self.dismiss(Picked(tasks.ASK, 0))


@dataclass(frozen=True)
class Asked:
    """What the form returns."""

    team: str
    agent: str | None
    words: str
    within: str
    is_gate: bool


class TaskDialog(Dialog[Asked]):
    """Asks for team, agent, words, time and whether the ticket waits for it; what is typed is kept until it is done."""

    DEFAULT_CSS = """
    TaskDialog Input, TaskDialog Input:focus, TaskDialog Select {
      height: 1; border: none; padding: 0 1; width: 1fr; }
    TaskDialog SelectCurrent { border: none; height: 1; padding: 0; background: $background; }
    TaskDialog Select:focus > SelectCurrent { border: none; background: $primary 15%; }
    TaskDialog SelectOverlay { max-height: 10; }
    TaskDialog Input:focus { background: $primary 15%; }
    TaskDialog TextArea { height: 5; border: none; padding: 0 1; width: 1fr; background: $background; }
    TaskDialog TextArea:focus { border: none; background: $primary 15%; }
    """

    def __init__(
        self,
        about: str,
        teams: Sequence[Any],
        agents: Sequence[Any],
        begun: Mapping[str, str],
        keep: Callable[[dict[str, str]], None],
    ) -> None:
        super().__init__()
        self.about, self.teams, self.agents, self.begun, self.keep = about, teams, agents, begun, keep

    def compose(self) -> ComposeResult:
        """Lay the fields out, and the buttons."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(_("Ask for a task"))
            frame.border_subtitle = Content(_("tab moves · ctrl+s asks · esc cancels"))
            yield Static(Content(one_line(self.about)), classes="about")
            yield from row(_("Team"), self._team_select())
            yield from row(_("Agent"), self._agent_select(self.begun.get("team", "")))
            words = TextArea(
                self.begun.get("words", ""), placeholder=_("what they are to do"), id="words", tab_behavior="focus"
            )
            yield from row(_("Wanted"), words)
            within = Input(
                self.begun.get("within", ""), id="within", placeholder=_("4h, 1wd; empty: as usual for them")
            )
            yield from row(_("Within"), within)
            yield from row(_("Gate"), self._gate_select())
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(_("Ask for it"))

    def on_mount(self) -> None:
        """Begin with whom it is asked of."""
        self.query_one("#team", Select).focus()

    @on(Select.Changed, "#team")
    def _team_chosen(self, event: Select.Changed) -> None:
        agent = self.query_one("#agent", Select)
        if event.value != self.begun.get("team") or agent.value != self.begun.get("agent", _ANYBODY):
            agent.set_options(self._members("" if event.select.is_blank() else str(event.value)))
        self._keep()

    @on(Select.Changed)
    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self) -> None:
        self._keep()

    def _keep(self) -> None:
        self.keep(self._so_far())

    def _so_far(self) -> dict[str, str]:
        fields = {name: self.query_one(f"#{name}", Select) for name in ("team", "agent", "gate")}
        chosen = {name: "" if field.is_blank() else str(field.value) for name, field in fields.items()}
        typed = {"words": self.query_one("#words", TextArea).text, "within": self.query_one("#within", Input).value}
        return chosen | typed

    def action_accept(self) -> None:
        """Give what is asked, or say what is missing."""
        found = self._so_far()
        if not found["team"]:
            self._refuse(_("choose the team that is to do it"), "#team")
            return
        if not found["words"].strip():
            self._refuse(_("write what they are to do"), "#words")
            return
        try:
            within = str(parse_target(found["within"])) if found["within"].strip() else ""
        except Refused as refusal:
            self._refuse(str(refusal), "#within")
            return
        self.dismiss(Asked(found["team"], found["agent"] or None, found["words"], within, found["gate"] == "yes"))

    def _refuse(self, reason: str, at: str) -> None:
        self.query_one(".error", Static).update(Content(clean(reason)))
        self.query_one(at).focus()

    def _team_select(self) -> Select[str]:
        named = [(Text(one_line(f"L{one.line}  {pick(one.name_en, one.name_zh)}")), one.code) for one in self.teams]
        codes = [one.code for one in self.teams]
        begun = self.begun.get("team", "")
        value = begun if begun in codes else Select.NULL
        return Select(named, id="team", prompt=_("choose a team"), value=value)

    def _agent_select(self, team: str) -> Select[str]:
        options = self._members(team)
        begun = self.begun.get("agent", _ANYBODY)
        known = begun in [login for _name, login in options]
        return Select(options, id="agent", allow_blank=False, value=begun if known else _ANYBODY)

    def _members(self, team: str) -> list[tuple[str | Text, str]]:
        members = [(Text(one_line(f"{one.name}  {one.login}")), one.login) for one in self.agents
                   if team in one.team_codes]  # fmt: skip
        return [(_("anybody who is free"), _ANYBODY), *members]

    def _gate_select(self) -> Select[str]:
        options = [(_("the ticket cannot be resolved before it is done"), "yes"), (_("the ticket need not wait"), "no")]
        return Select(options, id="gate", allow_blank=False, value=self.begun.get("gate", "yes"))
