"""Intake: a new request, with the likely requester and the likely service item while typing (product B2)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Select, Static, TextArea
from textual.widgets.option_list import Option as Line

from sharedops_core.i18n import _, pick
from sharedops_core.rules.request import CHANNELS, Request, channel_name
from sharedops_core.rules.text import clean, one_line
from sharedops_tui.dialogs.frame import Dialog, accept_button, cancel_button, row

Provider = Callable[[str], Awaitable[Sequence[Any]]]
_FOUND = 4
_INPUTS = ("requester", "subject", "item")


class IntakeDialog(Dialog[Request]):
    """Returns the request; finders are given by the caller and answer in their own time."""

    DEFAULT_CSS = """
    IntakeDialog Input, IntakeDialog Input:focus, IntakeDialog Select {
      height: 1; border: none; padding: 0 1; width: 1fr; }
    IntakeDialog SelectCurrent { border: none; height: 1; padding: 0; background: $background; }
    IntakeDialog Input:focus { background: $primary 15%; }
    IntakeDialog OptionList, IntakeDialog OptionList:focus {
      height: auto; max-height: 4; border: none; padding: 0; margin-left: 11;
      background: $surface; color: $foreground 80%; }
    IntakeDialog TextArea, IntakeDialog TextArea:focus {
      height: 5; border: none; background: $background; width: 1fr; padding: 0 1; }
    IntakeDialog TextArea:focus { background: $primary 15%; }
    """

    def __init__(
        self,
        requesters: Provider,
        items: Provider,
        begun: Mapping[str, str] | None = None,
        keep: Callable[[dict[str, str]], None] | None = None,
    ) -> None:
        super().__init__()
        self.begun, self.keep = begun or {}, keep or (lambda _typed: None)
        self.finders = {"requester": requesters, "item": items}
        self.found: dict[str, list[Any]] = {"requester": [], "item": []}
        self.chosen: dict[str, Any] = {}

    def compose(self) -> ComposeResult:
        """Lay the fields out from top to bottom in the order of a phone call."""
        with Vertical(classes="frame") as frame:
            frame.border_title = Content(_("New ticket"))
            frame.border_subtitle = Content(_("tab moves · enter takes a proposal · ctrl+s opens · esc cancels"))
            yield from row(_("Requester"), Input(id="requester", placeholder=_("name, login or phone")))
            yield OptionList(id="requester-found")
            yield from row(_("Subject"), Input(id="subject", placeholder=_("in the requester's own words")))
            yield from row(_("Service"), Input(id="item", placeholder=_("found from the subject; type to search")))
            yield OptionList(id="item-found")
            yield from row(_("Details"), TextArea(id="body", tab_behavior="focus"))
            yield from row(_("Priority"), Select(self._priorities(), id="priority", allow_blank=False))
            yield from row(
                _("Channel"),
                Select([(channel_name(one), one) for one in CHANNELS], id="channel", allow_blank=False, value="phone"),
            )
            yield Static("", classes="error", markup=False)
            with Horizontal(classes="buttons"):
                yield cancel_button()
                yield accept_button(_("Open"))

    def on_mount(self) -> None:
        """Ask for the person first."""
        for name in self.found:
            self.query_one(f"#{name}-found").display = False
        for name in (*_INPUTS, "body"):
            field = self.query_one(f"#{name}")
            if isinstance(field, Input):
                field.value = one_line(self.begun.get(name, ""))
            elif isinstance(field, TextArea):
                field.load_text(clean(self.begun.get(name, "")))
        if any(self.begun.values()):
            self.query_one(".error", Static).update(Content(_("this was typed before; ctrl+u empties a field")))
        self.query_one("#requester", Input).focus()

    def _typed_so_far(self) -> dict[str, str]:
        typed = {name: self.query_one(f"#{name}", Input).value for name in _INPUTS}
        return {name: text for name, text in (typed | {"body": self.query_one("#body", TextArea).text}).items() if text}

    @on(TextArea.Changed)
    def _written(self) -> None:
        self.keep(self._typed_so_far())

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        """Leaving the subject, by tab or the mouse, takes the likely service: it is seen, and can be typed over."""
        if event.input.id == "subject" and self.found["item"] and "item" not in self.chosen:
            self._choose("item", 0)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Look for people and services while typing; choosing one stops the search. What is typed is kept."""
        self.keep(self._typed_so_far())
        name = "item" if event.input.id == "subject" else event.input.id or ""
        if event.input.id == "subject" and "item" in self.chosen:
            return
        chosen = self.chosen.get(name)
        if chosen is not None and event.value == _title(chosen):
            return
        if event.input.id != "subject":
            self.chosen.pop(name, None)
        self.run_worker(self._look(name, event.value), exclusive=True, group=name, exit_on_error=False)

    async def _look(self, name: str, words: str) -> None:
        found = list(await self.finders[name](words))[:_FOUND] if words.strip() else []
        self.found[name] = found
        lines = self.query_one(f"#{name}-found", OptionList)
        lines.clear_options()
        lines.add_options([Line(Content(_line(one))) for one in found])
        lines.display = bool(found)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Take the first proposal with enter, else go on to the next field."""
        name = event.input.id or ""
        if self.found.get(name) and name not in self.chosen:
            self._choose(name, 0)
        self.focus_next()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        name = (event.option_list.id or "").removesuffix("-found")
        self._choose(name, event.option_index)

    def _choose(self, name: str, place: int) -> None:
        one = self.found[name][place]
        self.chosen[name] = one
        self.query_one(f"#{name}", Input).value = _title(one)
        self.query_one(f"#{name}-found").display = False

    def action_accept(self) -> None:
        """Give the request, or say what is missing."""
        requester, item = self.chosen.get("requester"), self.chosen.get("item")
        subject = self.query_one("#subject", Input).value
        missing = next((text for field, text in self._missing(requester, subject)), None)
        if missing:
            self.query_one(".error", Static).update(Content(missing))
            return
        priority = str(self.query_one("#priority", Select).value)
        self.dismiss(
            Request(
                subject=subject,
                body=self.query_one("#body", TextArea).text,
                requester=requester.login if requester else "",
                item=item.code if item else None,
                priority=int(priority) if priority else None,
                channel=str(self.query_one("#channel", Select).value),
            )
        )

    def _missing(self, requester: Any, subject: str) -> list[tuple[str, str]]:
        findings = []
        if requester is None:
            findings.append(("requester", _("choose who asks: type a name and press enter")))
        if not subject.strip():
            findings.append(("subject", _("write what it is about")))
        return findings

    def _priorities(self) -> list[tuple[str, str]]:
        return [(_("as the service item says"), ""), *((f"P{p}", str(p)) for p in (1, 2, 3, 4))]


def _title(one: Any) -> str:
    """Return what stands in the field once something is chosen."""
    return one_line(one.name if hasattr(one, "login") else f"{one.code} {pick(one.name_en, one.name_zh)}")


def _line(one: Any) -> str:
    """Return a proposal: a person with department, or a service item with its plain words."""
    if hasattr(one, "login"):
        return one_line(f"{one.name}  {one.login}  {pick(one.department_en, one.department_zh)}")
    return one_line(f"{one.code}  {pick(one.name_en, one.name_zh)} · {pick(one.plain_en, one.plain_zh)}")
