"""A program in a pseudo-terminal: when which bytes arrive, what it costs while it idles; always killed in the end."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROWS, COLUMNS = 45, 140


class Terminal:
    """The side of the screen: a thread takes every byte at once and keeps it with the moment of its arrival."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._screen, program = pty.openpty()
        fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._arrived = threading.Condition()
        self._bytes = bytearray()
        self._ends: list[tuple[int, float]] = []
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=program, stdout=program, stderr=program, env=environment, start_new_session=True
        )
        os.close(program)
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Kill the program, wait for it, let the thread end."""
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        os.close(self._screen)

    @property
    def size(self) -> int:
        """Return how many bytes have come so far."""
        return len(self._bytes)

    def press(self, keys: str) -> float:
        """Type keys and return the moment before they were written."""
        at = time.perf_counter()
        os.write(self._screen, keys.encode())
        return at

    def wait_for(self, pattern: bytes, since: int = 0, timeout: float = 20) -> float:
        """Return the moment at which bytes behind `since` first matched; raises TimeoutError with what came instead."""
        limit = time.perf_counter() + timeout
        wanted = re.compile(pattern)
        with self._arrived:
            while not (found := wanted.search(self._bytes, since)):
                if self._process.poll() is not None or not self._arrived.wait(limit - time.perf_counter()):
                    raise TimeoutError(f"{pattern!r} never came, but {bytes(self._bytes[-400:])!r}")
            return next(at for end, at in self._ends if end >= found.end())

    def wait_until_quiet(self, quiet: float = 0.12, timeout: float = 2) -> float:
        """Return the moment of the last byte once nothing has come for so long."""
        limit = time.perf_counter() + timeout
        while time.perf_counter() < limit:
            last = self._ends[-1][1] if self._ends else self.began
            rest = last + quiet - time.perf_counter()
            if rest <= 0:
                break
            time.sleep(rest)
        return self._ends[-1][1]

    def cpu(self) -> float | None:
        """Return the CPU seconds of the program so far, None where there is no /proc."""
        file = Path(f"/proc/{self._process.pid}/stat")
        if not file.is_file():
            return None
        fields = file.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float | None:
        """Return the resident megabytes, None where there is no /proc."""
        file = Path(f"/proc/{self._process.pid}/statm")
        return int(file.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if file.is_file() else None

    def _drain(self) -> None:
        while True:
            try:
                chunk = os.read(self._screen, 1 << 16)
            except OSError:
                chunk = b""
            with self._arrived:
                if not chunk:
                    self._arrived.notify_all()
                    return
                self._bytes += chunk
                self._ends.append((len(self._bytes), time.perf_counter()))
                self._arrived.notify_all()


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Open a program in a terminal of 45 × 140 cells."""
    terminal = Terminal(command, environment)
    try:
        yield terminal
    finally:
        terminal.close()
