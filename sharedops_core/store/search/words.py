"""Words of both languages: how text is cut for an index, and what a question asks for, whichever engine answers.

Every Han character is a token of its own and a run of them is asked for as phrases of two neighbours, so that
two-character words are found without a segmenter. Latin words are kept whole and in parts, the last one matches
as a beginning, and a word the index does not know is repaired against its vocabulary.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = r"[^\W_\u3400-\u9fff\uf900-\ufaff]+"
_RUN = re.compile(rf"[\u3400-\u9fff\uf900-\ufaff]+|{_LATIN}(?:[._\-/]{_LATIN})*")
"""A run of Han characters, or a word of any other script: "vpn断线" is one of each."""

_PARTS = re.compile(r"[._\-/]+")
_MAX_TERMS = 12
REPAIR_FROM = 5


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that must stand side by side; the last one may be the beginning of a longer word."""

    tokens: tuple[str, ...]
    is_beginning: bool = False


def spaced(source: str) -> str:
    """Return text as it is indexed: Han characters apart, Latin words with their parts."""
    parted = _RUN.sub(lambda run: _with_parts(run.group()), source)
    return _HAN.sub(lambda char: f" {char.group()} ", parted)


def _with_parts(run: str) -> str:
    return f"{run} {' '.join(_PARTS.split(run))}" if _PARTS.search(run) else run


def terms(question: str, repaired: Callable[[str], str]) -> list[Term]:
    """Return what a question asks for; `repaired` gives the word of the index that is meant by an unknown one."""
    runs: list[str] = _RUN.findall(question)
    found: list[Term] = []
    for place, run in enumerate(runs):
        if _HAN.match(run):
            found += [Term(pair) for pair in pairwise(run)] or [Term((run,))]
        else:
            found.append(_latin(run.lower(), repaired, is_last=place == len(runs) - 1))
    return list(dict.fromkeys(found))[:_MAX_TERMS]


def _latin(word: str, repaired: Callable[[str], str], *, is_last: bool) -> Term:
    if _PARTS.search(word):
        return Term(tuple(_PARTS.split(word)))
    if is_last and len(word) >= 2:
        return Term((repaired(word),), is_beginning=True)
    return Term((repaired(word) if len(word) >= REPAIR_FROM else word,))


def nearest(word: str, vocabulary: Iterable[str]) -> str:
    """Return the word of a vocabulary that is at most two slips away, else the word itself."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    best = process.extractOne(word, list(vocabulary), scorer=DamerauLevenshtein.distance, score_cutoff=2)
    return str(best[0]) if best else word
