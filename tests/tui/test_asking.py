"""Questions behind a slow database: one of a group is under way, and only the newest waits."""

import asyncio
import time

from sharedops_core.errors import Away
from sharedops_tui.asking import Asking, Question


class Host:
    """An app as far as questions go: a slow database that may be away, and what was told."""

    def __init__(self, seconds=0.05):
        self.bridge, self.seconds, self.read_count, self.errors, self.answer_count = self, seconds, 0, [], 0
        self.tasks = []

    def read(self, view, *subject):
        """Answer slowly."""
        self.read_count += 1
        time.sleep(self.seconds)
        return view(*subject)

    def run_worker(self, work, **_how):
        """Begin."""
        self.tasks.append(asyncio.create_task(work()))

    def failed(self, error):
        """Take note."""
        self.errors.append(error)

    def answered(self):
        """Count."""
        self.answer_count += 1


async def asked(host, view, subjects):
    """Ask one after the other without waiting, and return what was shown."""
    asking, shown = Asking(host), []
    for subject in subjects:
        asking.ask("page", Question(shown.append, view, (subject,), {}))
        await asyncio.sleep(0)
    await asyncio.gather(*host.tasks)
    return shown


async def test_twenty_keys_are_two_questions():
    """The first and the newest are asked; the answer to the first is dropped when something else was meant since."""
    host = Host()
    assert (await asked(host, lambda one: one, range(20)), host.read_count) == ([19], 2)


async def test_an_older_answer_to_the_same_question_is_shown_meanwhile():
    """A desk on which something happens all the time is shown all the same, however slow its database."""
    host = Host()
    assert (await asked(host, lambda one: one, ["mine"] * 5), host.answer_count) == (["mine", "mine"], 2)


async def test_a_question_that_fails_holds_up_no_other():
    """The error is told, and the newest question is asked after it."""

    def view(number):
        if number == 0:
            raise Away("away")
        return number

    host = Host()
    assert (await asked(host, view, [0, 1]), [str(one) for one in host.errors]) == ([1], ["away"])
