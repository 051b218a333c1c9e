"""The console in a real pseudo-terminal that it controls, as a user's terminal would run it; every byte is taken."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

_CONTROLLING = (
    sys.executable,
    "-S",
    "-E",
    "-c",
    "import fcntl,os,sys,termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])",
)
"""Makes the pseudo-terminal the controlling one, so that closing it hangs the program up, then becomes the program."""


class Terminal:
    """The side of the screen."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        size: tuple[int, int],
        *,
        is_controlling: bool = True,
    ) -> None:
        self._screen, program = pty.openpty()
        self.resize(size)
        self.process = subprocess.Popen(
            [*(_CONTROLLING if is_controlling else ()), *command],
            stdin=program, stdout=program, stderr=program, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(program)
        self.bytes = bytearray()
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def resize(self, size: tuple[int, int]) -> None:
        """Make the terminal so many columns wide and rows high; the kernel tells the program."""
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._screen, keys.encode())

    def wait_for(self, words: str, since: int = 0, timeout: float = 20) -> None:
        """Wait until the words have been drawn after the first `since` bytes."""
        limit = time.perf_counter() + timeout
        while not re.search(words.encode(), self.bytes[since:]):
            if time.perf_counter() > limit or self.process.poll() is not None:
                raise TimeoutError(f"{words!r} never came, but {bytes(self.bytes[-800:])!r}")
            time.sleep(0.02)

    def wait_until_quiet(self, quiet: float = 0.3) -> None:
        """Wait until nothing has been drawn for so long."""
        before = -1
        while before != len(self.bytes):
            before = len(self.bytes)
            time.sleep(quiet)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self._screen)
        self._screen = -1

    def close(self) -> None:
        """Kill what still runs and let go of everything."""
        self.process.kill()
        self.process.wait()
        self._reader.join(5)
        if self._screen >= 0:
            os.close(self._screen)

    def _drain(self) -> None:
        while True:
            try:
                chunk = os.read(self._screen, 1 << 16)
            except OSError:
                return
            if not chunk:
                return
            self.bytes += chunk


@contextmanager
def console(
    desk: Path | str,
    home: Path,
    size: tuple[int, int] = (80, 24),
    login: str = "li.na",
    *,
    is_controlling: bool = True,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Terminal]:
    """Open the console on a database file or address, with settings and logs in a folder of the test."""
    url = desk if isinstance(desk, str) else f"sqlite:///{desk}"
    command = [sys.executable, "-m", "sharedops_tui", "--lang", "en", "--db", url, "--as", login]
    with_ours = environment(home) | dict(variables)
    terminal = Terminal([*command, "console"], with_ours, size, is_controlling=is_controlling)
    try:
        yield terminal
    finally:
        terminal.close()


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a user at a terminal whose settings, logs and data lie in one folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "SHAREDOPS", "XDG"))}
    kept.pop("NO_COLOR", None)
    folders = {name: str(home / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    return kept | folders | {"TERM": "xterm-256color", "TZ": "Asia/Shanghai", "COLUMNS": "", "LINES": ""}
