"""Questions to the database on their way: of each group one, and the newest after it, however many keys are pressed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sharedops_tui.app import SharedopsApp


@dataclass(frozen=True)
class Question:
    """A view to be read, and who wants to know."""

    then: Callable[[Any], None]
    view: Callable[..., Any]
    subject: tuple[Any, ...]
    facts: dict[str, Any]

    def is_about_the_same(self, other: "Question") -> bool:
        """Return whether only the instant is another one, so that the older answer is worth showing meanwhile."""
        return self._topic() == other._topic()

    def _topic(self) -> tuple[object, ...]:
        return (self.then, self.view, [one for one in self.subject if not isinstance(one, datetime)], self.facts)


class Asking:
    """Asks in threads and hands answers on; a slow database never has more than one question of a group."""

    def __init__(self, app: "SharedopsApp") -> None:
        self._app = app
        self._next: dict[str, Question | None] = {}

    def is_asking(self, group: str) -> bool:
        """Return whether a question of this group is not answered yet."""
        return group in self._next

    def ask(self, group: str, question: Question) -> None:
        """Ask now, or as soon as the question of this group that is under way is answered."""
        is_asking = self.is_asking(group)
        self._next[group] = question
        if not is_asking:
            # Not begun here: a console that ends before its turn comes would complain of it on the terminal.
            work = partial(self._answer, group)
            self._app.run_worker(work, group=group, exit_on_error=False)  # type: ignore[arg-type]

    async def _answer(self, group: str) -> None:
        try:
            while (question := self._next[group]) is not None:
                self._next[group] = None
                try:
                    result = await asyncio.to_thread(
                        self._app.bridge.read, question.view, *question.subject, **question.facts
                    )
                except Exception as error:  # noqa: BLE001  told in the app's one place; a newer question is asked still
                    self._app.failed(error)
                    continue
                self._app.answered()
                newer = self._next[group]
                if newer is None or newer.is_about_the_same(question):
                    question.then(result)
        finally:
            del self._next[group]
