"""The log of another desk, row by row, turned into whole ticket histories; what is wrong is said line by line."""

import csv
import gzip
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from sharedops_core import sources
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _, joined
from sharedops_core.intake import documents, encodings
from sharedops_core.intake.profiles import Profile, filled
from sharedops_core.rules import lifecycle
from sharedops_core.rules.text import clean, one_line

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row cannot be used; its ticket is left out as a whole."""

    line: int
    ticket: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log: where it stood, when it happened, what it says in the columns the profile reads."""

    line: int
    at: datetime
    values: Values


@dataclass(frozen=True, slots=True)
class Turn:
    """One row in our words: state, who held it, who acted."""

    at: datetime
    state: str
    waiting_reason: str | None
    priority: int
    team: str
    holder: str
    actor: str
    is_person: bool


def rows_by_ticket(
    file: Path, profile: Profile, flaws: list[Flaw], progress: Callable[[int], None]
) -> dict[str, list[Row]]:
    """Return the rows of each ticket in the order of time; rows of one ticket need not stand together.

    Bad rows go to `flaws`. `progress` is told the number of bytes read. Raises NotFound or BadInput for a file
    that cannot be read at all or lacks columns.
    """
    found: dict[str, list[Row]] = {}
    for line, record in _records(file, profile, progress):
        key = one_line(record.get(profile.key, "").strip())
        if record.get("", "") or not key or key in profile.missing:
            flaws.append(Flaw(line, key, profile.key, key, record.get("") or _("the row names no ticket")))
            if key:
                found.setdefault(key, [])
            continue
        at = moment(record[profile.at], profile)
        if at is None:
            reason = _("is no time; right would be like {format}").format(format=profile.format)
            flaws.append(Flaw(line, key, profile.at, record[profile.at], reason))
            found.setdefault(key, [])
            continue
        found.setdefault(key, []).append(Row(line, at, record))
    for rows in found.values():
        rows.sort(key=lambda row: row.at)
    return found


def turns(key: str, rows: Sequence[Row], profile: Profile, flaws: list[Flaw]) -> list[Turn]:
    """Return the rows of a ticket in our words; a row whose state or priority the profile does not know is a flaw."""
    found: list[Turn] = []
    before: tuple[str, str | None] = (lifecycle.RECEIVED, None)
    for row in rows:
        stated = filled(profile.row["state"], row.values, frozenset())
        state = profile.states.get(stated)
        if state is None:
            flaws.append(Flaw(row.line, key, profile.row["state"], stated, _("the profile knows no such state")))
            continue
        before = before if state[0] == "same" else state
        priority = _priority(key, row, profile, flaws)
        said = {name: _said(name, row, profile) for name in ("team", "holder", "actor")}
        is_person = bool(said["actor"]) and said["actor"] not in profile.automatic
        holder = "" if said["holder"] in profile.automatic else said["holder"]
        found.append(Turn(row.at, *before, priority, said["team"], holder, said["actor"], is_person))
    return found


def moment(text: str, profile: Profile) -> datetime | None:
    """Return a time of the log as an aware instant, None when it is not one."""
    return _moment(text, profile.format, profile.zone)


@lru_cache(maxsize=1 << 16)
def _moment(text: str, form: str, zone: ZoneInfo) -> datetime | None:
    """A log repeats its times from row to row, and reading one costs more than remembering it."""
    try:
        at = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _said(name: str, row: Row, profile: Profile) -> str:
    template = profile.row.get(name)
    return one_line(filled(template, row.values, profile.missing)) if template else ""


def _priority(key: str, row: Row, profile: Profile, flaws: list[Flaw]) -> int:
    template = profile.row.get("priority")
    if template is None:
        return 3
    stated = filled(template, row.values, profile.missing)
    priority = profile.priorities.get(stated)
    if priority is None:
        flaws.append(Flaw(row.line, key, template, stated, _("the profile knows no such priority")))
    return priority or 3


def _records(file: Path, profile: Profile, progress: Callable[[int], None]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, wanted columns); a row of another width carries its reason under the empty name."""
    sources.require(file)
    encoding = encodings.of_file(file)
    with file.open("rb") as raw, _text(raw, encoding) as stream:
        reader = csv.reader(stream)
        try:
            header = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
            places = _places(file, header, profile)
            for count, cells in enumerate(reader):
                if count % 2000 == 0:
                    progress(raw.tell())
                yield reader.line_num, _wanted(cells, places, len(header))
        except (UnicodeDecodeError, *encodings.BROKEN, csv.Error) as error:
            raise BadInput(
                _("{file}, line {line}: cannot be read: {why}").format(
                    file=clean(str(file)), line=reader.line_num + 1, why=clean(str(error))
                )
            ) from error
        progress(raw.tell())


def _wanted(cells: Sequence[str], places: Mapping[str, int], width: int) -> dict[str, str]:
    if len(cells) != width:
        key = next(iter(places))
        named = {key: cells[places[key]]} if len(cells) > places[key] else {}
        return named | {"": _("the row has {n} columns, the heading {width}").format(n=len(cells), width=width)}
    return {name: sys.intern(cells[place]) for name, place in places.items()}


def _places(file: Path, header: Sequence[str], profile: Profile) -> dict[str, int]:
    lacking = [name for name in profile.columns() if name not in header]
    if lacking:
        raise BadInput(
            _("{file}, line 1: the profile {profile} needs the columns {columns}; the file has {header}").format(
                file=clean(str(file)), profile=profile.code, columns=joined(lacking),
                header=clean(joined(header[:40])) or "-",
            )
        )  # fmt: skip
    documents.refuse(documents.twice(file, [name for name in header if name in profile.columns()]))
    return {name: header.index(name) for name in profile.columns()}


def _text(raw: IO[bytes], encoding: str) -> IO[str]:
    """Decode while unpacking; `raw` stays the measure of progress."""
    is_packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    stream = gzip.GzipFile(fileobj=raw) if is_packed else raw
    return io.TextIOWrapper(stream, encoding=encoding, newline="")
