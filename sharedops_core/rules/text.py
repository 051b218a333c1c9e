"""Text from outside: made harmless once where it enters, and once more where it is shown (console.md, Safety first).

Control characters, escape sequences, bidi controls and zero-width characters become visible marks; nothing is
dropped silently. CR LF and CR become LF, a tab stays a tab. The joiners that scripts and emoji need stay.
"""

import json
import re

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ZERO_WIDTH = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060\u2061\u2062\u2063\u2064"
    "\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0"
)
_SEPARATORS = {"\u2028": "␤", "\u2029": "␤", "\u0085": "␤"}

_MARKS: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "␡",
    **{code: f"⟨{code:02X}⟩" for code in range(0x80, 0xA0)},
    **{ord(char): f"⟨{ord(char):04X}⟩" for char in _BIDI + _ZERO_WIDTH},
    **{code: f"⟨{code:04X}⟩" for code in range(0xD800, 0xE000)},
    **{code: f"⟨{code:X}⟩" for code in range(0xE0000, 0xE0080)},
    **{code: f"⟨{code:X}⟩" for code in range(0xFFF9, 0xFFFC)},
    **{ord(char): mark for char, mark in _SEPARATORS.items()},
}
_HOSTILE = re.compile("[" + "".join(re.escape(chr(code)) for code in sorted(_MARKS)) + "]")


def clean(text: str) -> str:
    """Return `text` with everything that could act on a terminal turned into a visible mark.

    Idempotent; 1,300 clean characters cost one regex search.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return text.translate(_MARKS) if _HOSTILE.search(text) else text


def escaped(text: str) -> str:
    """Return a JSON document in which whatever could act on a terminal stands as an escape; no value changes."""
    return _HOSTILE.sub(lambda found: json.dumps(found[0])[1:-1], text)


def one_line(text: str) -> str:
    """Return cleaned text on one line: for list cells, titles and file names."""
    cleaned = clean(text)
    return " ".join(cleaned.split()) if ("\n" in cleaned or "\t" in cleaned) else cleaned
