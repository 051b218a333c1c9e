"""How long the shell waits: `sharedops --version` and `--help` beside bare Python and Python with Typer imported."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import measure

SHAREDOPS = str(Path(sys.executable).with_name("sharedops"))
COMMANDS = {
    "python_pass": [sys.executable, "-c", "pass"],
    "python_typer": [sys.executable, "-c", "import typer"],
    "version": [SHAREDOPS, "--version"],
    "help": [SHAREDOPS, "--help"],
    "ticket_help": [SHAREDOPS, "ticket", "--help"],
}


def main() -> None:
    """Measure whole processes in turns, from spawn to exit, with written byte code."""
    quick = measure.options(__doc__ or "").quick
    runs = 9 if quick else 15
    wall = measure.side_by_side({name: _process(command) for name, command in COMMANDS.items()}, runs)
    cpu = {name: _cpu(command) for name, command in COMMANDS.items()}
    measure.publish(
        "startup",
        {
            "runs": runs,
            "wall_ms": {name: measure.ms(value) for name, value in wall.items()},
            "cpu_ms": {name: measure.ms(value) for name, value in cpu.items()},
            "ratio_version_to_typer": round(wall["version"] / wall["python_typer"], 2),
            "ratio_help_to_typer": round(wall["help"] / wall["python_typer"], 2),
            "ratio_help_to_python": round(wall["help"] / wall["python_pass"], 2),
        },
    )


def _process(command: list[str]) -> Callable[[], object]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)


def _cpu(command: list[str], runs: int = 5) -> float:
    """Return the median CPU seconds of a process, which a busy machine disturbs less than the wall clock."""
    found = []
    for _run in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _process(command)()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return sorted(found)[runs // 2]


if __name__ == "__main__":
    main()
