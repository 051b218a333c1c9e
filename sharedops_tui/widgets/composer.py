"""The composer: a reply or an internal note, two colours that cannot be confused, reviewed before it goes out."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static, TextArea

from sharedops_core.i18n import _
from sharedops_core.rules.text import clean
from sharedops_tui.widgets.key_bar import Hint

REPLY, NOTE = "reply", "note"
_KEEP_AFTER = 1.0


def composer_hints() -> list[Hint]:
    """Return the keys that work while writing."""
    return [
        Hint("^s", _("review and send")), Hint("^e", _("editor")), Hint("esc", _("keep as draft")),
        Hint("f1", _("help")),
    ]  # fmt: skip


class ReviewLine(Static, can_focus=True):
    """The question before sending; its keys answer it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer('send')", show=False, id="review.send"),
        Binding("n", "answer('discard')", show=False, id="review.discard"),
        Binding("e,escape", "answer('edit')", show=False, id="review.edit"),
        Binding("p", "answer('keep')", show=False, id="review.keep"),
    ]

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
    Composer.note { border: heavy $warning; border-title-color: $warning; }
    Composer TextArea, Composer TextArea:focus { height: 1fr; border: none; background: $background; padding: 0 1; }
    Composer ReviewLine { height: 1; padding: 0 1; background: $accent 25%; text-style: bold; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", show=False, id="composer.send"),
        # The text area would take it for the end of the line.
        Binding("ctrl+e", "edit_outside", show=False, priority=True, id="composer.editor"),
        Binding("escape", "leave", show=False, id="composer.leave"),
    ]

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

    class EditorWanted(Message):
        """The text is to be written in $EDITOR."""

    def __init__(self) -> None:
        super().__init__(id="composer")
        self.kind, self.status = REPLY, ""
        self._timer: Timer | None = None
        self._kept = ""

    def compose(self) -> ComposeResult:
        """The text, and the question before sending."""
        yield TextArea(tab_behavior="focus", id="writing")
        yield ReviewLine(markup=False)

    @property
    def body(self) -> str:
        """Return what is written."""
        return self.query_one(TextArea).text

    def open(self, kind: str, draft: str = "") -> None:
        """Begin to write; a draft goes on where it stopped. A text that is being written keeps its kind."""
        area = self.query_one(TextArea)
        if not (self.display and area.text.strip()):
            self.kind = kind
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
        area = self.query_one(TextArea)
        if draft and clean(draft) not in area.text:
            area.insert(clean(draft) + ("\n\n" if area.text else ""), (0, 0), maintain_selection_offset=True)

    def say(self, status: str) -> None:
        """Say in the frame what is to be known of the text."""
        self.status = status
        self.retitle()

    def write(self, text: str) -> None:
        """Put a text written elsewhere in."""
        self.query_one(TextArea).load_text(text)

    def retitle(self) -> None:
        """Say the frame in the language of now."""
        is_note = self.kind == NOTE
        self.border_title = Content(_("Internal note: agents only") if is_note else _("Reply to the requester"))
        self.border_subtitle = Content(self.status or _("ctrl+s review and send · ctrl+e editor · esc keeps a draft"))
        question = _("Save this note?") if is_note else _("Send this to the requester?")
        keys = _("y send  n discard  e edit  p keep draft")
        self.query_one(ReviewLine).update(Content(f"{question}  {keys}"))

    def close(self) -> None:
        """Empty and hide."""
        self._stop()
        self._kept, self.status = "", ""
        self.query_one(TextArea).load_text("")
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
        self.post_message(self.EditorWanted())

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
            self.query_one(TextArea).load_text("")
            self.keep()
            self.action_leave()
        elif event.answer == "keep":
            self.action_leave()
        self._ask(is_asking=False)

    def _ask(self, *, is_asking: bool) -> None:
        line = self.query_one(ReviewLine)
        line.display = is_asking
        if is_asking:
            line.focus()
        elif self.display:
            self.query_one(TextArea).focus()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
