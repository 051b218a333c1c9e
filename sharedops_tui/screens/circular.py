"""One text to many tickets: to whom it goes above, the composer below; before it goes out, how the first reads it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import Screen

from sharedops_core.errors import Away, DeskError
from sharedops_core.i18n import _
from sharedops_core.rules.text import one_line
from sharedops_core.views.circulars import Addressee, addressees
from sharedops_core.views.pulse import pulse
from sharedops_tui import keymap, mailing, templates
from sharedops_tui.messages import JournalGrew, LanguageChanged
from sharedops_tui.present import circular as words
from sharedops_tui.present import keys
from sharedops_tui.present.since import draft_status
from sharedops_tui.present.status import trouble
from sharedops_tui.texts import Circular
from sharedops_tui.widgets.composer import Composer
from sharedops_tui.widgets.key_bar import KeyBar
from sharedops_tui.widgets.prose import Prose
from sharedops_tui.widgets.status_bar import StatusBar
from sharedops_tui.writing import supply_many

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp


class ToWhom(VerticalScroll):
    """The tickets a text goes to, or the text as the first of them gets it; it scrolls, its keys close the composer."""

    DEFAULT_CSS = """
    ToWhom { height: 1fr; border: round $border-blurred; border-title-color: $foreground 70%; padding: 0 1;
      scrollbar-size-vertical: 1; }
    ToWhom:focus { border: round $primary; border-title-color: $primary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *keymap.bindings("page"), *keymap.bindings("views", down="scroll(1)", up="scroll(-1)"),
    ]  # fmt: skip

    def compose(self) -> ComposeResult:
        """Room for the text."""
        yield Prose()

    def show(self, title: str, text: Content) -> None:
        """Show other words."""
        self.border_title = Content(title)
        self.query_one(Prose).show(text)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.scroll_relative(y=by, animate=False)

    def action_dismiss(self) -> None:
        """Leave the text; it is kept."""
        self.screen.query_one(Composer).action_leave()


class CircularScreen(Screen[None]):
    """The composer of a text to many tickets."""

    def __init__(self, circular: Circular) -> None:
        super().__init__()
        self.circular = circular
        self.found: Sequence[Addressee] = ()
        # Held, not looked up: a closing console still moves the keyboard while its children are gone.
        self.composer = Composer()
        self._is_sending = False

    @property
    def desk(self) -> "SharedopsApp":
        """Return the app by its own type."""
        return cast("SharedopsApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay the panes out."""
        me = self.desk.bridge.me
        yield StatusBar(me.login, me.name, me.line, self.desk.bridge.now)
        yield ToWhom()
        yield self.composer
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Let the text go on, whatever the database does, and read its tickets."""
        self.add_class("-writing")
        circular = self.circular
        is_draft = circular.sent_at is not None and not self.desk.outbox.holds(circular.name)
        self.composer.open(circular.kind, circular.body, status=draft_status(is_draft))
        self.load()
        self.desk.fetch("pulse", self.query_one(StatusBar).beat, pulse, self.desk.bridge.now())
        self.say()

    def load(self) -> None:
        """Read the tickets again; nothing that is being written is touched."""
        self.desk.fetch("addressees", self._show, addressees, self.circular.known, self.circular.kind)

    def _show(self, found: Sequence[Addressee]) -> None:
        self.found = found
        self.composer.meant_for(words.many(found))
        self.composer.tell(words.changed_line(found))
        self.say()

    def tick(self) -> None:
        """Let the time go on, and say what is the matter with the database."""
        for bar in self.query(StatusBar):
            bar.trouble = trouble(self.desk.bridge.waited, is_away=self.desk.is_away)
            bar.progress = self.desk.outbox.progress
            bar.tick()

    @on(DescendantFocus)
    @on(Composer.Asked)
    def say(self) -> None:
        """Show to whom the text goes, or how the first of them reads it while it is asked about; and the keys."""
        if not self.query(KeyBar):
            return
        composer, known = self.composer, self.desk.keymap
        hints = composer.review_hints(known) if composer.is_asking else keys.place_hints(known, "composer")
        self.query_one(KeyBar).hints = hints
        able = [one for one in self.found if one.hindrance is None]
        if composer.is_asking and able:
            self.query_one(ToWhom).show(*self._example(able))
        else:
            to = words.list_text(self.circular.kind, self.found, self.circular.known) if self.found else Content("")
            self.query_one(ToWhom).show(words.label(len(self.circular.known)), to)

    def _example(self, able: Sequence[Addressee]) -> tuple[str, Content]:
        first, agent, body = able[0], self.desk.bridge.me.name, self.composer.body
        now = self.desk.bridge.now()
        lacks: dict[str, list[str]] = {}
        for one in able:
            for name in templates.lacking(body, one, agent, now):
                lacks.setdefault(name, []).append(one.number)
        title = _("As it goes out on {number} {who}, the first of {tickets}").format(
            number=first.number, who=one_line(first.requester), tickets=words.label(len(able))
        )
        return title, words.example(templates.filled_for(body, first, agent, now), lacks)

    @on(LanguageChanged)
    def _language_changed(self) -> None:
        self.composer.retitle()
        self.composer.tell(words.changed_line(self.found))
        self.say()

    @on(JournalGrew)
    def _changed(self) -> None:
        self.load()

    @on(Composer.Wanted)
    def _wanted(self, event: Composer.Wanted) -> None:
        able = [one for one in self.found if one.hindrance is None]
        self.run_worker(supply_many(self.desk, event.what, able, self.composer), exit_on_error=False)

    @on(Composer.Sent)
    def _sent(self, event: Composer.Sent) -> None:
        if not self._is_sending:
            self._is_sending = True
            self.desk.run_worker(self._send(event.body), exit_on_error=False)

    async def _send(self, body: str) -> None:
        """Let the text go out; the composer is closed only once it is on its way."""
        circular, composer = replace(self.circular, body=body), self.composer
        composer.say(_("being sent"))
        try:
            meant = await mailing.meant(self.desk, circular)
        except Away:
            # Nobody can say whether the tickets have changed: the outbox asks once somebody can.
            meant = circular
        except DeskError as error:
            composer.say(_("NOT SENT, kept as a draft"))
            self.desk.failed(error)
            return
        finally:
            self._is_sending = False
        if meant is None:
            composer.say("")
            return
        composer.close()
        self.dismiss()
        mailing.unmark(self.desk, circular.known)
        await self.desk.outbox.put(meant, words.label(len(meant.known)))

    @property
    def writing(self) -> Circular | None:
        """Return what is being written, None when nothing is."""
        body = self.composer.body if self.composer.display else ""
        return replace(self.circular, body=body, sent_at=None) if body.strip() else None

    @on(Composer.Kept)
    def _kept(self, event: Composer.Kept) -> None:
        # In a worker: a database that is slow to say that it is away must not hold the screen up.
        text = replace(self.circular, body=event.body, sent_at=None)
        self.desk.run_worker(self._keep(text), group="drafts", exit_on_error=False)

    async def _keep(self, text: Circular) -> None:
        """Keep a draft, and say so when only this machine has it."""
        is_safe = await asyncio.to_thread(self.desk.drafts.keep, text)
        if self.is_attached and not self._is_sending:
            self.composer.say("" if is_safe else _("kept on this machine until the database has it"))

    async def keep_draft(self) -> None:
        """Keep what is being written, before the screen ends; a database that does not answer is not waited for."""
        if self.writing is not None:
            keeping = asyncio.create_task(self._keep(self.writing))
            await asyncio.wait({keeping}, timeout=0.1 if self.desk.is_away else 1.0)

    @on(Composer.Left)
    def _left(self) -> None:
        self.dismiss()
