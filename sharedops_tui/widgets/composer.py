"""The composer: a reply or an internal note, to one ticket or to many, in frames that cannot be confused; reviewed."""

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static, TextArea

from sharedops_core.i18n import _
from sharedops_core.rules.text import clean, one_line
from sharedops_tui import keymap
from sharedops_tui.keymap import Keymap
from sharedops_tui.present.circular import Many, heading, question
from sharedops_tui.present.keys import Hint, place_hints

REPLY, NOTE = "reply", "note"
_KEEP_AFTER = 1.0


class ReviewLine(Static, can_focus=True):
    """The question before sending; its keys answer it."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("review")]

    class Answered(Message):
        """One of send, discard, edit, keep."""

        def __init__(self, answer: str) -> None:
            super().__init__()
            self.answer = answer

    def action_answer(self, answer: str) -> None:
        """Say what was chosen."""
        self.post_message(self.Answered(answer))


class Composer(Vertical):
    """Room to write, kept as a draft while it is written."""

    DEFAULT_CSS = """
    Composer { height: 9; border: round $success; border-title-color: $success; border-title-style: bold;
      border-subtitle-color: $foreground 60%; display: none; }
    Composer.many { border: double $success; }
    Composer.note { border: heavy $warning; border-title-color: $warning; }
    Composer.many ReviewLine { height: auto; }
    Composer TextArea, Composer TextArea:focus { height: 1fr; border: none; background: $background; padding: 0 1; }
    Composer .news { height: 1; padding: 0 1; background: $warning 25%; display: none; }
    Composer ReviewLine { height: 1; padding: 0 1; background: $accent 25%; text-style: bold; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings("composer")]

    class Sent(Message):
        """The text is to go out."""

        def __init__(self, kind: str, body: str) -> None:
            super().__init__()
            self.kind, self.body = kind, body

    class Kept(Message):
        """The text is to be kept as a draft; an empty one is to be dropped."""

        def __init__(self, kind: str, body: str) -> None:
            super().__init__()
            self.kind, self.body = kind, body

    class Left(Message):
        """The composer is closed; what was written is kept."""

    class Asked(Message):
        """The question before sending is on the screen now, or gone again."""

    class Wanted(Message):
        """Something to put in is wanted: "editor", "template", "article" or "promise"."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self) -> None:
        super().__init__(id="composer")
        self.kind, self.to, self.status = REPLY, "", ""
        self.many: Many | None = None
        self.seen_seq = 0
        self._timer: Timer | None = None
        self._kept = ""
        self._news = Static(classes="news", markup=False)
        self._area = TextArea(tab_behavior="focus", id="writing")
        self._line = ReviewLine(markup=False)

    def compose(self) -> ComposeResult:
        """What has happened meanwhile, the text, and the question before sending."""
        yield self._news
        yield self._area
        yield self._line

    @property
    def body(self) -> str:
        """Return what is written."""
        return self._area.text

    @property
    def is_asking(self) -> bool:
        """Return whether the question before sending is on the screen."""
        return bool(self._line.display)

    def open(self, kind: str, draft: str = "", *, to: str = "", seen_seq: int = 0, status: str = "") -> None:
        """Begin to write; a draft goes on where it stopped. A text that is being written keeps its kind.

        `to` is who will read it, `seen_seq` the journal line that is known now, `status` what is to be known of the
        draft, such as that it was being sent.
        """
        area = self._area
        if not (self.display and area.text.strip()):
            self.kind, self.seen_seq = kind, seen_seq
        self.to, self.status = to or self.to, status
        self.display = True
        self.set_class(self.kind == NOTE, "note")
        if draft and not area.text:
            self._kept = draft
            area.load_text(clean(draft))
            area.move_cursor(area.document.end)
        self.retitle()
        area.focus()

    def put_before(self, draft: str) -> None:
        """Put an older draft before what has been typed since; nothing that is in the text already is put twice."""
        area = self._area
        if draft and clean(draft) not in area.text:
            area.insert(clean(draft) + ("\n\n" if area.text else ""), (0, 0), maintain_selection_offset=True)

    def say(self, status: str) -> None:
        """Say in the frame what is to be known of the text."""
        self.status = status
        self.retitle()

    def write(self, text: str) -> None:
        """Put a text written elsewhere in."""
        self._area.load_text(text)

    def insert(self, text: str) -> None:
        """Put a text in where the cursor stands."""
        area = self._area
        area.insert(clean(text))
        area.focus()

    def tell(self, news: str) -> None:
        """Say beside the text what others have done to the ticket since it was begun; nothing of it is touched."""
        line = self._news
        line.display = bool(news)
        line.update(Content(one_line(news)))

    def retitle(self) -> None:
        """Say the frame in the language of now."""
        self.border_title = Content(heading(self.kind, self.many) if self.many else self._heading())
        self.border_subtitle = Content(self.status)
        known = getattr(self.app, "keymap", None) or Keymap()
        keys = "  ".join(f"{hint.key} {hint.label}" for hint in self.review_hints(known)[:-1])
        asked = _("Save this note?") if self.kind == NOTE else _("Send this to the requester?")
        self._line.update(Content(f"{question(self.kind, self.many)}\n{keys}" if self.many else f"{asked}  {keys}"))

    def _heading(self) -> str:
        reply = _("Reply to the requester {who}").format(who=one_line(self.to)).strip()
        return _("Internal note: agents only") if self.kind == NOTE else reply

    def meant_for(self, many: Many) -> None:
        """Say that the text goes to so many."""
        self.many = many
        self.add_class("many")
        self.retitle()

    def review_hints(self, known: Keymap) -> list[Hint]:
        """Return the keys that answer the question: a note is saved, a reply is sent."""
        first, *others = place_hints(known, "review")
        return [replace(first, label=_("save")) if self.kind == NOTE else first, *others]

    def close(self) -> None:
        """Empty and hide."""
        self._stop()
        self._kept, self.status = "", ""
        self._area.load_text("")
        self.tell("")
        self._ask(is_asking=False)
        self.display = False

    def on_text_area_changed(self) -> None:
        """Keep the draft shortly after the first key that is not kept yet, also of somebody who never pauses."""
        if self.body != self._kept and self._timer is None:
            self._timer = self.set_timer(_KEEP_AFTER, self.keep)

    def keep(self) -> None:
        """Have the text kept now, when it is another one than was kept last."""
        self._stop()
        if self.display and self.body != self._kept:
            self._kept = self.body
            self.post_message(self.Kept(self.kind, self.body))

    def action_review(self) -> None:
        """Ask before anything goes out."""
        if self.body.strip():
            self._ask(is_asking=True)

    def action_edit_outside(self) -> None:
        """Write in $EDITOR."""
        self.post_message(self.Wanted("editor"))

    def action_template(self) -> None:
        """Put a template in."""
        self.post_message(self.Wanted("template"))

    def action_article(self) -> None:
        """Put a knowledge article in."""
        self.post_message(self.Wanted("article"))

    def action_promise(self) -> None:
        """Promise something by a moment."""
        self.post_message(self.Wanted("promise"))

    def action_leave(self) -> None:
        """Close; the draft stays."""
        self.keep()
        self.close()
        self.post_message(self.Left())

    def on_review_line_answered(self, event: ReviewLine.Answered) -> None:
        """Do what was chosen."""
        if event.answer == "send":
            self.post_message(self.Sent(self.kind, self.body))
        elif event.answer == "discard":
            self._area.load_text("")
            self.keep()
            self.action_leave()
        elif event.answer == "keep":
            self.action_leave()
        self._ask(is_asking=False)

    def _ask(self, *, is_asking: bool) -> None:
        line = self._line
        if line.display != is_asking:
            line.display = is_asking
            self.post_message(self.Asked())
        if is_asking:
            line.focus()
        elif self.display:
            self._area.focus()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
