"""Master data files: TOML, CSV and XLSX read into records that remember where they stood."""

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session, col, select

from sharedops_core import sources
from sharedops_core.errors import BadInput, NotFound
from sharedops_core.i18n import _, joined
from sharedops_core.intake import encodings
from sharedops_core.rules.text import clean

LIST_SEPARATOR = "|"


class Record(BaseModel):
    """One record as a file states it; unknown fields are refused, texts are cleaned where they enter."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True)
class Found:
    """One raw record and where it stood."""

    where: str
    values: Mapping[str, Any]


Kind = TypeVar("Kind", bound=Record)


def files(path: Path, *suffixes: str) -> list[Path]:
    """Return a file, or the files of a folder in the order of their names."""
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix.lower() in suffixes)
        if not found:
            words = _("{path}: holds no {suffixes} file")
            raise NotFound(words.format(path=clean(str(path)), suffixes=" ".join(suffixes)))
        for file in found:
            sources.require(file)
        return found
    if not path.exists():
        raise NotFound(_("{path}: there is no such file or folder").format(path=clean(str(path))))
    sources.require(path)
    return [path]


def toml(file: Path, *parts: str) -> dict[str, Any]:
    """Return a TOML document; raises BadInput with line and column when it is none.

    With `parts`, a name at the top that is none of them is refused: [[itmes]] is a slip, not nothing; so is a file
    with no part at all.
    """
    try:
        document = tomllib.loads(sources.text(file, "utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            _("{file}: cannot be read: {why}").format(file=clean(str(file)), why=clean(str(error)))
        ) from None
    if parts:
        where = clean(str(file))
        strange = [name for name in document if name not in parts]
        refuse([_("{where}: {column} is no known field").format(where=where, column=clean(name)) for name in strange])
        if not document:
            words = _("{file}: holds nothing; right would be one of {parts}")
            refuse([words.format(file=where, parts=joined(f"[[{part}]]" for part in parts))])
    return document


def listed(file: Path, document: Mapping[str, Any], name: str) -> list[Found]:
    """Return the records of an array of tables."""
    records = document.get(name, [])
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise BadInput(_("{file}: {name} must be written [[{name}]]").format(file=clean(str(file)), name=name))
    return [
        Found(f"{clean(str(file))}, [[{name}]] {place} {clean(str(record.get('code', record.get('key', ''))))}", record)
        for place, record in enumerate(records, 1)
    ]


def rows(file: Path) -> list[Found]:
    """Return the rows of a CSV or XLSX file with a heading; raises BadInput with every row that is too wide."""
    table = _xlsx(file) if file.suffix.lower() == ".xlsx" else _csv(file)
    heading = [str(cell).strip() for cell in next(table, (0, []))[1]]
    if not any(heading):
        raise BadInput(_("{file}, line 1: has no heading").format(file=clean(str(file))))
    refuse(twice(file, [name for name in heading if name]))
    found, findings = [], []
    for line, cells in table:
        if any(str(cell).strip() for cell in cells):
            where = _("{file}, line {line}").format(file=clean(str(file)), line=line)
            if any(str(cell).strip() for cell in cells[len(heading) :]):
                why = _("the row has {n} columns, the heading {width}").format(n=len(cells), width=len(heading))
                findings.append(f"{where}: {why}")
            found.append(Found(where, dict(zip(heading, cells, strict=False))))
    refuse(findings)
    return found


def twice(file: Path, heading: Sequence[str]) -> list[str]:
    """Return the finding for every name that a heading has more than once: which of the cells is meant?"""
    words = _("{file}, line 1: the heading has {column} {n} times; once would be right")
    counted = Counter(heading)
    return [
        words.format(file=clean(str(file)), column=clean(name), n=count) for name, count in counted.items() if count > 1
    ]


def checked(found: Sequence[Found], kind: type[Kind], findings: list[str]) -> list[Kind]:
    """Return the records that are right; what is wrong with the others goes to `findings`, all of it."""
    right = []
    for one in found:
        try:
            right.append(kind.model_validate(_cleaned(one.values)))
        except ValidationError as error:
            findings += [_sentence(one.where, problem) for problem in error.errors(include_url=False)]
    return right


def refuse(findings: Sequence[str]) -> None:
    """Raise BadInput when there is anything to say."""
    if findings:
        raise BadInput(*findings)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(one) for key, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list) else value


def _sentence(where: str, problem: Any) -> str:
    column = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return _("{where}: {column} is missing").format(where=where, column=column)
    if problem["type"] == "extra_forbidden":
        return _("{where}: {column} is no known field").format(where=where, column=clean(column))
    value = clean(repr(problem["input"]))[:80]
    return _("{where}: {column} = {value}: {why}").format(where=where, column=column, value=value, why=_why(problem))


def _why(problem: Any) -> str:
    """Say in the user's language what would be right; what we have no words for is said in pydantic's."""
    bounds = problem.get("ctx", {})
    words = {
        "string_too_short": _("must not be empty"),
        "string_too_long": _("must have at most {max_length} characters"),
        "string_pattern_mismatch": _("must be letters, digits, _ or -"),
        "string_type": _("must be text"),
        "twice": _("{code} stands there twice"),
        "too_short": _("must have at least one entry"),
        "too_long": _("must have at most {max_length} entries"),
        "list_type": _("must be a list"),
        "dict_type": _("must be names with a number each"),
        "literal_error": _("right would be {expected}"),
        "int_parsing": _("must be a whole number"),
        "int_type": _("must be a whole number"),
        "greater_than_equal": _("must be {ge} or more"),
        "less_than_equal": _("must be {le} or less"),
        "bool_parsing": _("must be true or false"),
        "date_from_datetime_parsing": _("must be a date like 2026-02-14"),
        "date_parsing": _("must be a date like 2026-02-14"),
    }.get(problem["type"])
    return words.format(**bounds) if words else clean(problem["msg"])


def _csv(file: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    try:
        with encodings.opened(file) as raw:
            reader = csv.reader(io.TextIOWrapper(raw, encoding=encodings.of_file(file), newline=""))
            for cells in reader:
                yield reader.line_num, cells
    except (UnicodeDecodeError, *encodings.BROKEN, csv.Error) as error:
        raise BadInput(
            _("{file}: cannot be read: {why}").format(file=clean(str(file)), why=clean(str(error)))
        ) from None


def _xlsx(file: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError) as error:
        raise BadInput(
            _("{file}: cannot be read: {why}").format(file=clean(str(file)), why=clean(str(error)))
        ) from None
    for line, cells in enumerate(sheet, 1):
        yield line, [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in cells]


def ids_of(session: Session, table: Any, key: str = "code") -> dict[str, int]:
    """Return natural key → id of a table."""
    return dict(session.exec(select(getattr(table, key), col(table.id))).all())


def unknown(where: str, what: str, code: str | None, known: Mapping[str, int]) -> list[str]:
    """Return the finding that a code points to nothing; none for no code."""
    if code is None or code in known:
        return []
    return [_("{where}: {what} = {code!r} is not known").format(where=where, what=what, code=code)]
