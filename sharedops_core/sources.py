"""Files that somebody names to be read: regular ones, because whoever reads a pipe or a device may wait for ever."""

from pathlib import Path

from sharedops_core.errors import BadInput, NotFound
from sharedops_core.i18n import _
from sharedops_core.rules.text import clean


def require(file: Path) -> None:
    """Raise NotFound for a file that is not there, BadInput for a folder, a pipe or a device."""
    if not file.exists():
        raise NotFound(_("{file}: there is no such file").format(file=clean(str(file))))
    if not file.is_file():
        raise BadInput(_("{file}: cannot be read: {why}").format(file=clean(str(file)), why=_("it is no regular file")))


def content(file: Path) -> bytes:
    """Return what is in a file. Raises OSError like any reading, for a folder, a pipe or a device as well."""
    return _regular(file).read_bytes()


def text(file: Path, encoding: str = "utf-8") -> str:
    """Return the text in a file. Raises like `content`, and UnicodeDecodeError."""
    return _regular(file).read_text(encoding)


def _regular(file: Path) -> Path:
    if file.exists() and not file.is_file():
        raise OSError(_("it is no regular file"))
    return file
