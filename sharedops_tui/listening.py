"""The ear of the console: a thread that waits for word from the database and passes it on as messages."""

from contextlib import suppress
from threading import Event, Thread

from textual.app import App
from textual.message import Message

from sharedops_core.store.db import Database
from sharedops_core.store.live import Watcher, watch
from sharedops_tui.messages import DatabaseAway, DatabaseChanged


def listen(app: App[None], database: Database) -> Event:
    """Begin to listen, and return what ends it."""
    stop = Event()

    def post(message: Message) -> None:
        # The console may have ended in this instant; then nobody wants to know.
        with suppress(RuntimeError):
            app.post_message(message)

    watcher = Watcher(lambda: post(DatabaseChanged()), lambda reason: post(DatabaseAway(reason)))
    Thread(target=watch, args=(database, watcher, stop), name="listening", daemon=True).start()
    return stop
