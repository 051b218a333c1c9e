"""How the console feels: first frame, first rows, key to paint and idling, beside an empty Textual app in one run."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import measure
import million
import terminal
from sqlmodel import col, select

from sharedops_core.store import access, db
from sharedops_core.store.tables import Person
from sharedops_core.views import queue
from sharedops_core.views.rows import SORTS, Place, Question

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
TABLE = """
from datetime import timedelta
from textual.app import App
from textual.widgets import DataTable
class Table(App):
    seconds = 7200
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        self.column = table.add_columns("Number", "Due in", "Subject")[1]
        self.places = [table.add_row(f"INC-{n}", "2:00:00", "printer offline " * 5) for n in range(40)]
        self.set_interval(1, self.tick)
    def tick(self):
        self.seconds -= 1
        table = self.query_one(DataTable)
        for n, place in enumerate(self.places):
            table.update_cell(place, self.column, str(timedelta(seconds=self.seconds + n)))
Table().run()
"""
"""Forty countdowns in Textual's own table, which is what a list would cost without one of our own."""

FIRST_FRAME, FIRST_ROW = rb"Number", rb"INC-\d{5}"
ALL_OPEN = "s9"


def main() -> None:
    """Start both apps in turns, press keys at growing sizes, then watch the console idle beside Textual's table."""
    quick = measure.options(__doc__ or "").quick
    starts, keys, idle = (3, 30, 4) if quick else (9, 100, 10)
    sizes = (100, 10_000) if quick else (100, 100_000, 1_000_000)
    with tempfile.TemporaryDirectory(prefix="sharedops-bench-") as name:
        folder = Path(name)
        environment = _environment(folder)
        started = _desk(folder / "started.db", sizes[1])
        commands = {"console": _console(started.file), "empty": [sys.executable, "-c", EMPTY]}
        found = _starts(commands, environment, starts)
        measure.say(f"empty: {keys} keys, then {idle} s of idling")
        with terminal.running(commands["empty"], environment) as shown:
            shown.wait_for(rb"frame-0-")
            found["empty"] |= {"keys": _keys(shown, [f"frame-{n}-" for n in range(keys + 1)], keys)}
            found["empty"] |= {"idle": _idle(shown, idle)}
        # Each is made just before its turn: what falls due meanwhile stands elsewhere in the list.
        at = {
            size: _at(_desk(folder / f"desk-{size}.db", size), environment, min(keys, size - 1), idle) for size in sizes
        }
        with terminal.running([sys.executable, "-c", TABLE], environment) as shown:
            shown.wait_for(rb"INC-39")
            at_table = _idle(shown, idle)
    console, empty = found["console"], found["empty"]
    ratios = {
        "first_frame": round(console["first_frame_ms"] / empty["first_frame_ms"], 2),
        "first_rows": round(console["first_rows_ms"] / empty["first_frame_ms"], 2),
        **{
            f"key_row_p50_at_{size}": round(one["keys"]["row_p50_ms"] / empty["keys"]["row_p50_ms"], 2)
            for size, one in at.items()
        },
    }
    size = f"{terminal.ROWS}x{terminal.COLUMNS}"
    facts = {"size": size, "starts": starts, "started_at": sizes[1], "ratios": ratios, **found}
    measure.publish("console", {**facts, "tickets": at, "textual_table_idle_with_40_countdowns": at_table})


@dataclass(frozen=True)
class _Desk:
    """A desk with so many open tickets: the numbers at the beginning, the last one, the first in each order."""

    file: Path
    first: list[str]
    last: str
    orders: dict[str, str]


def _console(file: Path) -> list[str]:
    program = str(Path(sys.executable).with_name("sharedops"))
    return [program, "--db", f"sqlite:///{file}", "--as", measure.AGENT, "--lang", "en", "console"]


def _desk(file: Path, count: int) -> _Desk:
    """Make a desk around now and read the two ends of its list."""
    measure.say(f"making a desk with {count} open tickets")
    now = datetime.now(UTC).replace(microsecond=0)
    million.lay_down(file, count, now)
    database = db.open_database(f"sqlite:///{file}")
    with database.read() as session:
        person = session.exec(select(Person).where(col(Person.login) == measure.AGENT)).one()
        question, reader = Question("open"), access.reader(session, person)
        window = partial(queue.window, session, now=now, reader=reader)
        first = window(question=question, place=Place(), size=min(count, 200))
        last = window(question=question, place=Place(is_end=True), size=1)
        heads = {one: window(question=Question("open", sort=one), place=Place(), size=1) for one in SORTS[1:]}
    database.close()
    return _Desk(
        file,
        [row.number for row in first.rows],
        last.rows[-1].number,
        {one: page.rows[0].number for one, page in heads.items()},
    )


def _at(desk: _Desk, environment: dict[str, str], keys: int, idle: float) -> dict[str, Any]:
    """Open the console on a desk: keys down the list, jumps to its ends, other orders, filters; then let it idle."""
    measure.say(f"console on {desk.file.name}: {keys} keys, jumps, orders, filters, then {idle} s of idling")
    with terminal.running(_console(desk.file), environment) as shown:
        shown.wait_for(FIRST_FRAME)
        shown.wait_until_quiet(0.6)
        _answer(shown, ALL_OPEN, rb"All open")
        shown.wait_until_quiet(0.6)
        shown.press("g")
        time.sleep(0.6)
        found: dict[str, Any] = {"keys": _keys(shown, desk.first, keys)}
        for name, key, mark in (("end_ms", "G", desk.last), ("begin_ms", "g", desk.first[0])):
            found[name] = _answer(shown, key, mark.encode())
        found["order_ms"] = {order: _answer(shown, ">", mark.encode()) for order, mark in desk.orders.items()}
        _answer(shown, "/", rb"words, or fields")
        found["filter_ms"] = _answer(shown, "INC-100", rb"filter: INC-100")
        shown.press("\x1b")
        time.sleep(1)
        return found | {"idle": _idle(shown, idle)}


def _answer(shown: terminal.Terminal, keys: str, mark: bytes) -> float:
    """Return the milliseconds until the mark is there."""
    shown.wait_until_quiet(0.5)
    since, pressed = shown.size, shown.press(keys)
    return measure.ms(shown.wait_for(mark, since) - pressed)


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
