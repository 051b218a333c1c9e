"""Files that are the old one or the whole new one at every moment: written beside their place, then renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sharedops_core.errors import BadInput, Refused
from sharedops_core.i18n import _


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """Yield a new file beside another one, readable by its owner only; gone when it was not put in place."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".partial", dir=file.absolute().parent)
    except OSError as error:
        raise BadInput(_("{file}: cannot be written: {why}").format(file=file, why=error.strerror)) from error
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
    except OSError as error:
        raise Refused(_("{file}: cannot be written: {why}").format(file=file, why=error.strerror)) from error
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            partial.with_name(partial.name + end).unlink(missing_ok=True)


def put(partial: Path, file: Path) -> None:
    """Rename, after everything has reached the disk."""
    with partial.open("rb") as stream:
        os.fsync(stream.fileno())
    partial.replace(file)
    if os.name == "posix":
        folder = os.open(file.absolute().parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def make_folder(file: Path) -> None:
    """Make the folder a file will lie in."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            _("cannot make the folder {path}: {why}").format(path=file.parent, why=error.strerror)
        ) from error
