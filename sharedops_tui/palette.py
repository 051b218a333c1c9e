"""The command palette: acts, views, themes, keys, languages, drafts; tickets, people, knowledge and services by words.

A sign narrows it to one kind: "#" tickets, "@" people, "?" knowledge, "%" services. What was chosen
lately stands first.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.app import App
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.fuzzy import Matcher

from sharedops_core.errors import DeskError
from sharedops_core.i18n import _, joined, pick
from sharedops_core.rules.query import plain
from sharedops_core.rules.text import one_line
from sharedops_core.views import catalogue, knowledge, people, queue
from sharedops_core.views.circulars import CircularRow, circulars
from sharedops_core.views.drafts import DraftRow, drafts
from sharedops_tui import acts, registry
from sharedops_tui.keymap import PRESETS, Keymap, preset
from sharedops_tui.mailing import circular_of
from sharedops_tui.messages import LanguageChanged
from sharedops_tui.present.circular import label
from sharedops_tui.present.keys import hindrance
from sharedops_tui.registry import ACTS
from sharedops_tui.screens.desk import DeskScreen
from sharedops_tui.screens.queue import QueueScreen
from sharedops_tui.screens.ticket import TicketScreen
from sharedops_tui.widgets.view_list import ViewList

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

_FOUND, _WORDS_FROM = 8, 2
_THEME = "theme:"
_SILENT = frozenset({"app.commands"})


def _found(matcher: Matcher, text: str) -> Content:
    """Show what was found in a text; the matcher's own way would take brackets in it for markup."""
    content = Content(text)
    for place in matcher.fuzzy_search.match(matcher.query, text)[1]:
        if not text[place].isspace():
            content = content.stylize(matcher.match_style, place, place + 1)
    return content


class Palette(CommandPalette):
    """Textual's, which would break over a key in its list while the terminal is too small for a line of it."""

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError):
            super()._action_command_list(action)


@dataclass(frozen=True)
class Command:
    """Something to choose: a key under which it is remembered, what is shown, what it does, why it cannot now, and a
    short name by which it is found, too."""

    key: str
    name: str
    run: Callable[[], Any]
    reason: str | None = None
    label: str = ""

    @property
    def line(self) -> Content:
        """Return what is shown."""
        return Content.assemble(self.name, (f"  ({self.reason})" if self.reason else "", "$foreground 60%"))


class DeskCommands(Provider):
    """Everything a key can do, and the way to whatever has a name."""

    @property
    def desk(self) -> "SharedopsApp":
        """Return the app by its own type."""
        return cast("SharedopsApp", self.app)

    async def discover(self) -> Hits:
        """Offer what was chosen lately, then drafts, then all commands, before anything is typed."""
        commands = [*await self._drafts(), *self._commands()]
        recent = self.desk.memory.state.recent
        known = {one.key: one for one in commands} | {one.key: one for one in map(self._recent_ticket, recent) if one}
        first = [known[key] for key in recent if key in known]
        for one in [*first, *(one for one in commands if one.key not in recent)]:
            yield DiscoveryHit(one.line, self._running(one), text=self._text(one))

    async def search(self, query: str) -> Hits:
        """Find by sign one kind only, without one commands by name and everything else by words."""
        kinds = {"#": self._tickets, "@": self._people, "?": self._articles, "？": self._articles, "%": self._services}
        by_sign, words = kinds.get(query[:1]), query[1:].strip() if query[:1] in kinds else query.strip()
        is_found = False
        if by_sign is None:
            matcher = self.matcher(query)
            for one in [*await self._drafts(), *self._commands()]:
                score = max(matcher.match(one.name), matcher.match(one.label))
                if score > 0:
                    is_found = True
                    later = 1.0 if one.key in self.desk.memory.state.recent else 0.0
                    line = Content.assemble(_found(matcher, one.name), one.line[len(one.name) :])
                    yield Hit(10 + score + later, line, self._running(one), text=self._text(one))
        wanted = [by_sign] if by_sign else [self._tickets, self._people, self._articles, self._services]
        if by_sign or len(words) >= _WORDS_FROM:
            for place, find in enumerate(wanted):
                async for one in find(words):
                    is_found = True
                    yield Hit(5.0 - place, one.line, self._running(one), text=self._text(one))
        if not is_found:
            nothing = _("nothing is called so; tickets #, people @, knowledge ?, services %")
            yield Hit(0.1, Content.styled(nothing, "$foreground 60%"), lambda: None, text=nothing)

    def _text(self, one: Command) -> str:
        return f"{one.key}\n{one.name}" if one.key.startswith(_THEME) else one.name

    def _running(self, one: Command) -> Callable[[], Any]:
        def run() -> Any:
            self.desk.memory.used(one.key)
            return one.run()

        return run

    def _recent_ticket(self, key: str) -> Command | None:
        kind, _sign, rest = key.partition(":")
        number, _sign, name = rest.partition(":")
        if kind != "ticket" or not number.isdecimal():
            return None
        return Command(key, one_line(name), partial(self.desk.open_ticket, int(number)))

    def _commands(self) -> list[Command]:
        commands = self._acts()
        if isinstance(self.screen, QueueScreen):
            commands += [
                Command(f"view:{view}", _("View: {view}").format(view=self.screen.name_of(view)),
                        partial(self.screen.action_view, view))
                for view in self.screen.query_one(ViewList).keys
            ]  # fmt: skip
        commands.append(Command("knowledge", _("Knowledge"), self.desk.open_knowledge))
        return [*commands, *self._settings()]

    def _acts(self) -> list[Command]:
        screen = self.screen
        places = {registry.APP}
        places |= {registry.DESK} if isinstance(screen, DeskScreen) else set()
        places |= {registry.QUEUE} if isinstance(screen, QueueScreen) else set()
        places |= {registry.TICKET} if isinstance(screen, TicketScreen) else set()
        card, role = getattr(screen, "card", None), self.desk.bridge.me.role
        return [
            Command(act.id, self._named(act), partial(self._act, act), hindrance(act, card, role), _(act.label))
            for act in ACTS
            if act.place in places and act.id not in _SILENT and not act.id.startswith("queue.view.")
        ]

    async def _act(self, act: registry.Act) -> None:
        owner = self.desk if act.place == registry.APP else self.screen
        await self.desk.run_action(act.action, owner)

    def _named(self, act: registry.Act) -> str:
        key = self.desk.keymap.first(act.id)
        return f"{_(act.words)}  {key}".rstrip()

    def _settings(self) -> list[Command]:
        app = self.desk
        themes = [
            Command(
                f"{_THEME}{name}",
                one_line(_("Theme: {theme}").format(theme=name)),
                partial(setattr, app, "theme", name),
            )
            for name in app.themes.found
        ]
        keys = [
            Command(f"keys:{name}", _("Keys until the console is closed: {preset}").format(preset=name),
                    partial(self._use_keys, Keymap(preset(name))))
            for name in PRESETS
        ]  # fmt: skip
        return [*themes, *keys, Command("language", _("Language: 中文 / English"), app.action_language)]

    def _use_keys(self, keys: Keymap) -> None:
        self.desk.keymap = keys
        self.desk.set_keymap(keys.changed())
        for screen in self.desk.screen_stack:
            screen.post_message(LanguageChanged())

    async def _drafts(self) -> list[Command]:
        def drafted(number: str, body: str) -> str:
            return one_line(_("Draft: {number}  {words}").format(number=number, words=body[:60]))

        found: Sequence[DraftRow] = await self._read(drafts)
        many: Sequence[CircularRow] = await self._read(circulars)
        return [
            *(Command(f"draft:{one.key}", drafted(label(len(one.known)), one.body),
                      partial(self.desk.open_circular, circular_of(one))) for one in many),
            *(Command(f"draft:{one.ticket_id}:{one.kind}", drafted(one.number, one.body),
                      partial(self.desk.open_ticket, one.ticket_id, one.kind)) for one in found),
        ]  # fmt: skip

    async def _read(self, view: Callable[..., Any], *subject: Any, **facts: Any) -> Any:
        try:
            return await asyncio.to_thread(self.desk.bridge.read, view, *subject, **facts)
        except DeskError:
            # Without the database the commands are still there.
            return ()

    async def _tickets(self, words: str) -> AsyncIterator[Command]:
        # A number may be that of a ticket that is settled, such as one that others are linked to.
        numbers = [f"state:any {plain(words)}"] if any(sign.isdecimal() for sign in words) else []
        rows: Sequence[queue.QueueRow] = ()
        for asked in [plain(words), *numbers]:
            question = queue.Question("open", self.desk.bridge.me.person_id, asked)
            page = await self._read(queue.page, question, self.desk.bridge.now(), size=_FOUND)
            if rows := page.rows if page else ():
                break
        for row in rows:
            name = one_line(f"{row.number}  {row.subject}")
            yield Command(f"ticket:{row.ticket_id}:{name}", name, partial(self.desk.open_ticket, row.ticket_id))

    async def _people(self, words: str) -> AsyncIterator[Command]:
        if not words:
            return
        for one in await self._read(people.find_requesters, words, limit=_FOUND):
            name = one_line(f"{one.name} {one.login}  {pick(one.department_en, one.department_zh)}")
            yield Command(f"person:{one.login}", name, partial(self._tickets_of, f"requester:{one.login}"))
        asked = words.casefold()
        agents = [a for a in await self._read(people.agents) if asked in f"{a.name} {a.login}".casefold()]
        for agent in agents[:_FOUND]:
            name = one_line(f"{agent.name} {agent.login}  {joined(agent.team_codes)}")
            yield Command(f"person:{agent.login}", name, partial(self._tickets_of, f"who:{agent.login}"))

    def _tickets_of(self, query: str) -> None:
        """Show all open tickets of a person, whichever view was shown and wherever the palette was opened."""
        while not isinstance(self.desk.screen, QueueScreen) and len(self.desk.screen_stack) > 2:
            self.desk.pop_screen()
        if isinstance(self.desk.screen, QueueScreen):
            self.desk.screen.choose_view("open", query)

    async def _articles(self, words: str) -> AsyncIterator[Command]:
        if not words:
            return
        for one in await self._read(knowledge.find, words, limit=_FOUND):
            name = one_line(f"{one.key}  {pick(one.title_en, one.title_zh)}")
            yield Command(f"article:{one.key}", name, partial(self.desk.open_knowledge, one.key))

    async def _services(self, words: str) -> AsyncIterator[Command]:
        if not words:
            return
        for one in await self._read(catalogue.find, words, limit=_FOUND):
            name = one_line(f"{one.code}  {pick(one.name_en, one.name_zh)}")
            new = _("New ticket: {service}").format(service=name)
            yield Command(f"service:{one.code}", new, partial(self._new, one.code))

    def _new(self, item: str) -> None:
        self.desk.run_worker(acts.take_in(self.desk, item), exit_on_error=False)


class ThemePreview:
    """Shows a theme while it is highlighted in the palette, and puts the old one back when another thing is chosen."""

    def __init__(self, app: App[None]) -> None:
        self.app = app
        self._before: str | None = None

    def highlighted(self, event: CommandPalette.OptionHighlighted) -> None:
        """Wear the highlighted theme for a moment."""
        text = str(getattr(getattr(event.highlighted_event.option, "hit", None), "text", ""))
        name = text.partition("\n")[0].removeprefix(_THEME)
        if text.startswith(_THEME) and name in self.app.available_themes:
            self._before = self._before or self.app.theme
            self.app.theme = name
        elif self._before is not None:
            self.app.theme, self._before = self._before, None

    def closed(self, event: CommandPalette.Closed) -> None:
        """Put the old theme back, unless the one that is shown was chosen."""
        if self._before is not None and not event.option_selected:
            self.app.theme = self._before
        self._before = None
