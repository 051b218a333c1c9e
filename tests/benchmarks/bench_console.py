"""How the console feels: first frame, first rows, key to paint and idling, beside an empty Textual app in one run."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import measure
import terminal
from sqlmodel import col, select

from sharedops_core.store import access
from sharedops_core.store.tables import Person
from sharedops_core.views import queue

TICKETS = 1_000
EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    BINDINGS = [("j", "step")]
    count = 0
    def compose(self):
        yield Static("frame-0-")
    def action_step(self):
        self.count += 1
        self.query_one(Static).update(f"frame-{self.count}-")
Empty().run()
"""
FIRST_FRAME, FIRST_ROW = rb"Number", rb"INC-\d{5}"


def main() -> None:
    """Start both apps in turns, then press keys in both, then watch both idle."""
    quick = measure.options(__doc__ or "").quick
    starts, keys, idle = (3, 30, 4) if quick else (9, 100, 10)
    with tempfile.TemporaryDirectory(prefix="sharedops-bench-") as name:
        folder = Path(name)
        order = _numbers(folder / "desk.db")
        console = [str(Path(sys.executable).with_name("sharedops")), "--db", f"sqlite:///{folder / 'desk.db'}",
                   "--as", measure.AGENT, "--lang", "en", "console"]  # fmt: skip
        commands = {"console": console, "empty": [sys.executable, "-c", EMPTY]}
        environment = _environment(folder)
        found = _starts(commands, environment, starts)
        marks = {"console": order, "empty": [f"frame-{count}-" for count in range(keys + 1)]}
        for app, command in commands.items():
            measure.say(f"{app}: {keys} keys, then {idle} s of idling")
            with terminal.running(command, environment) as shown:
                shown.wait_for(FIRST_ROW if app == "console" else rb"frame-0-")
                shown.wait_until_quiet(0.6)
                found[app] |= {"keys": _keys(shown, marks[app], keys), "idle": _idle(shown, idle)}
    console_, empty = found["console"], found["empty"]
    ratios = {
        "first_frame": round(console_["first_frame_ms"] / empty["first_frame_ms"], 2),
        "first_rows": round(console_["first_rows_ms"] / empty["first_frame_ms"], 2),
        "key_first_bytes_p50": round(console_["keys"]["first_bytes_p50_ms"] / empty["keys"]["first_bytes_p50_ms"], 2),
        "key_row_p50": round(console_["keys"]["row_p50_ms"] / empty["keys"]["row_p50_ms"], 2),
    }
    size = f"{terminal.ROWS}x{terminal.COLUMNS}"
    measure.publish("console", {"tickets": TICKETS, "size": size, "starts": starts, "ratios": ratios, **found})


def _numbers(file: Path) -> list[str]:
    """Make a desk around now and return the ticket numbers of the agent's queue in its order."""
    now = datetime.now(UTC).replace(microsecond=0)
    database = measure.desk(file, now)
    measure.fill(database, now, still_open=TICKETS)
    with database.read() as session:
        person = session.exec(select(Person).where(col(Person.login) == measure.AGENT)).one()
        reader = access.reader(session, person)
        page = queue.page(session, queue.Question("mine", person.id), now, reader=reader, size=TICKETS)
    database.close()
    return [row.number for row in page.rows]


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment that keeps the user's own settings out."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    rooms = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    terminal_ = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_DISABLE_KITTY_KEY": "1"}
    return {"LANG": "C.UTF-8", "HOME": str(folder)} | kept | rooms | terminal_


def _starts(commands: dict[str, list[str]], environment: dict[str, str], runs: int) -> dict[str, dict[str, Any]]:
    """Return the medians from exec to the first frame, and for the console to the first row and the last byte."""
    frames: dict[str, list[float]] = {"empty": [], "console": [], "rows": [], "settled": []}
    for run in range(runs + 1):
        with terminal.running(commands["empty"], environment) as shown:
            empty = shown.wait_for(rb"frame-0-") - shown.began
        with terminal.running(commands["console"], environment) as shown:
            moments = [shown.wait_for(FIRST_FRAME), shown.wait_for(FIRST_ROW), shown.wait_until_quiet(0.25)]
            since = [moment - shown.began for moment in moments]
        if run:
            for name, value in zip(frames, [empty, *since], strict=True):
                frames[name].append(value)
    middle = {name: measure.ms(statistics.median(values)) for name, values in frames.items()}
    console = {"first_frame_ms": middle["console"], "first_rows_ms": middle["rows"], "settled_ms": middle["settled"]}
    return {"console": console, "empty": {"first_frame_ms": middle["empty"]}}


def _keys(shown: terminal.Terminal, marks: Sequence[str], count: int) -> dict[str, float]:
    """Press j so many times: time until the first bytes, until the next row's number, until the last byte.

    The last byte belongs to the preview of the ticket, which a thread reads, now and then to a tick.
    """
    found: dict[str, list[float]] = {"first_bytes": [], "row": [], "settled": []}
    for mark in marks[1 : count + 1]:
        since = shown.size
        pressed = shown.press("j")
        found["first_bytes"].append(shown.wait_for(rb"(?s).", since) - pressed)
        found["row"].append(shown.wait_for(mark.encode(), since) - pressed)
        found["settled"].append(shown.wait_until_quiet() - pressed)
    return {
        f"{name}_p{percent}_ms": measure.ms(measure.percentile(values, percent))
        for name, values in found.items()
        for percent in (50, 99)
    }


def _idle(shown: terminal.Terminal, duration: float) -> dict[str, float | None]:
    """Touch nothing for a while: share of one CPU, bytes per second, memory."""
    shown.wait_until_quiet(0.3)
    bytes_before, cpu_before, began = shown.size, shown.cpu(), time.perf_counter()
    time.sleep(duration)
    passed, cpu, memory = time.perf_counter() - began, shown.cpu(), shown.memory()
    used = None if cpu is None or cpu_before is None else round(100 * (cpu - cpu_before) / passed, 2)
    size = round((shown.size - bytes_before) / passed)
    return {"cpu_percent": used, "bytes_per_s": size, "resident_mb": None if memory is None else round(memory, 1)}


if __name__ == "__main__":
    main()
