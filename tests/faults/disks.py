"""Disks that are too small: file systems in memory, for whoever may mount one."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, megabytes: int, owner: str | None = None) -> Iterator[Path]:
    """Mount a file system of so many megabytes at a place, for as long as the block lasts."""
    place.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("only root may mount the small file system this needs")
    try:
        if owner is not None:
            shutil.chown(place, owner)
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True, capture_output=True)


def fill(place: Path, *, leave: int = 0) -> Path:
    """Take up what is free on a disk but so many bytes, and return the file that does."""
    ballast = place / "ballast"
    with ballast.open("ab") as file:
        file.write(bytes(max(0, shutil.disk_usage(place).free - leave)))
    return ballast
