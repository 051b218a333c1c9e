"""The command palette: acts, views, languages, themes; "#" finds tickets, "@" people, "?" knowledge."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from sharedops_core.i18n import _, pick
from sharedops_core.rules.text import one_line
from sharedops_core.views import knowledge, people, queue
from sharedops_tui import acts
from sharedops_tui.present.status import view_name
from sharedops_tui.screens.desk import DeskScreen
from sharedops_tui.screens.queue import QueueScreen

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp

_FOUND = 12


class DeskCommands(Provider):
    """Everything a key can do, and the way to tickets, people and articles."""

    @property
    def desk(self) -> "SharedopsApp":
        """Return the app by its own type."""
        return cast("SharedopsApp", self.app)

    async def discover(self) -> Hits:
        """Offer all commands before anything is typed."""
        for name, run in self._commands():
            yield DiscoveryHit(Content(name), run, text=name)

    async def search(self, query: str) -> Hits:
        """Find tickets, people or articles by their sign, else commands by their name."""
        found = {"#": self._tickets, "@": self._people, "?": self._articles, "？": self._articles}.get(query[:1])
        if found is not None:
            async for hit in found(query[1:].strip()):
                yield hit
            return
        matcher = self.matcher(query)
        for name, run in self._commands():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, text=name)

    def _commands(self) -> list[tuple[str, Callable[[], object]]]:
        app, screen = self.desk, self.screen
        commands: list[tuple[str, Callable[[], object]]] = []
        if isinstance(screen, DeskScreen):
            role = app.bridge.me.role
            commands += [
                (f"{act.label()}  {act.key}", partial(screen.action_act, act.id))
                for act in acts.offered(screen.shown, role)
            ]
            if acts.opening_hindrance(role) is None:
                commands.append((_("New ticket"), screen.action_new))
        if isinstance(screen, QueueScreen):
            commands += [
                (_("View: {view}").format(view=view_name(view)), partial(screen.action_view, view))
                for view in queue.VIEWS
            ]
        commands.append((_("Knowledge"), app.open_knowledge))
        commands += [
            (_("Theme: {theme}").format(theme=name), partial(setattr, app, "theme", name))
            for name in app.available_themes
            if not name.startswith("textual")
        ]
        commands += [
            (_("Language: 中文 / English"), app.action_language),
            (_("Help"), app.action_help),
            (_("Quit"), app.action_leave),
        ]
        return commands

    async def _tickets(self, words: str) -> AsyncIterator[Hit]:
        question = queue.Question("open", self.desk.bridge.me.person_id, words)
        page = await asyncio.to_thread(self.desk.bridge.read, queue.page, question, self.desk.bridge.now(), size=_FOUND)
        for row in page.rows:
            text = one_line(f"{row.number}  {row.subject}")
            yield Hit(1.0, Content(text), partial(self.desk.open_ticket, row.ticket_id), text=text)

    async def _people(self, words: str) -> AsyncIterator[Hit]:
        if not words:
            return
        found = await asyncio.to_thread(self.desk.bridge.read, people.find_requesters, words, limit=_FOUND)
        for person in found:
            text = one_line(f"{person.name} {person.login}  {pick(person.department_en, person.department_zh)}")
            yield Hit(1.0, Content(text), partial(self._filter, person.login), text=text)

    def _filter(self, login: str) -> None:
        if isinstance(self.screen, QueueScreen):
            self.screen.action_filter(login)

    async def _articles(self, words: str) -> AsyncIterator[Hit]:
        if not words:
            return
        found = await asyncio.to_thread(self.desk.bridge.read, knowledge.find, words, limit=_FOUND)
        for article in found:
            text = one_line(f"{article.key}  {pick(article.title_en, article.title_zh)}")
            yield Hit(1.0, Content(text), partial(self.desk.open_knowledge, article.key), text=text)
