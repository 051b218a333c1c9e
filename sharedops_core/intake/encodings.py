"""Which encoding a text file has: byte order mark, NUL pattern, strict UTF-8, then GB18030, in this order."""

import codecs
import gzip
import zlib
from pathlib import Path
from typing import IO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BROKEN = (OSError, EOFError, zlib.error)
"""What reading a packed file that is cut or damaged raises; whoever reads it to the end tells the user."""
_FEW = 20
"""Fewer NUL bytes than one in so many are strays in a text of one byte a letter, not the pattern of UTF-16."""


def of_file(file: Path) -> str:
    """Return the encoding of a file; without a mark all of it is looked at."""
    try:
        with opened(file) as stream:
            head = stream.read(4096)
    except BROKEN:
        return "utf-8"
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    is_utf8 = _is_utf8(file)
    if b"\0" in head and (head.count(0) * _FEW > len(head) or not is_utf8):
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    return "utf-8" if is_utf8 else "gb18030"


def opened(file: Path) -> IO[bytes]:
    """Open a file for reading, unpacked when it is gzip."""
    with file.open("rb") as stream:
        is_packed = stream.read(2) == b"\x1f\x8b"
    return gzip.open(file) if is_packed else file.open("rb")  # type: ignore[return-value]


def _is_utf8(file: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened(file) as stream:
        try:
            while block := stream.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        except BROKEN:
            return True
    return True
