"""How commands print: a table for eyes, plain when piped, JSON and CSV for machines; data on stdout only.

Everything printed has been cleaned, so that text from outside cannot act on the terminal; CSV cells that a
spreadsheet would run as a formula are defused.
"""

import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import typer

from sharedops_core.i18n import _, joined
from sharedops_core.rules.text import clean, escaped, one_line

if TYPE_CHECKING:
    from rich.text import Text

Json = typer.Option(False, "--json", help=_("Print JSON."))
Csv = typer.Option(False, "--csv", help=_("Print CSV."))
Header = typer.Option(True, "--header/--no-header", help=_("Name the columns in the first line, also in a pipe."))


@dataclass(frozen=True)
class Column:
    """One column of a table: its key in JSON and CSV, its heading, on which side it is aligned, whether a narrow
    terminal cuts it, how its values are said to people (machines get them as they are), and how many cells it has
    where that is not for its contents to say."""

    key: str
    title: str
    is_number: bool = False
    is_cut: bool = False
    said: Callable[[Any], str] | None = None
    width: int | None = None


def say(text: str) -> None:
    """Print one line of narration on stderr."""
    typer.echo(clean(text), err=True)


def show(text: str) -> None:
    """Print text on stdout."""
    typer.echo(clean(text))


def table(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    *,
    as_json: bool = False,
    as_csv: bool = False,
    has_header: bool = False,
) -> None:
    """Print rows as JSON, CSV, a table on a terminal, or tab-separated lines in a pipe, there with a header on wish."""
    if as_json:
        document([dict(row) for row in rows])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow([column.key for column in columns])
        writer.writerows([[defused(row[column.key]) for column in columns] for row in rows])
    elif sys.stdout.isatty():
        page(columns, rows)
    else:
        if has_header:
            typer.echo("\t".join(column.key for column in columns))
        for row in rows:
            typer.echo("\t".join(one_line(text_of(row[column.key])) for column in columns))


def document(value: Any) -> None:
    """Print one JSON document."""
    typer.echo(escaped(json.dumps(value, ensure_ascii=False, indent=2, default=_plain)))


def text_of(value: object) -> str:
    """Return a cell as text: "-" for nothing, local time for instants."""
    if value is None or value == "":
        return "-"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return joined(value)
    return str(value)


def defused(value: object) -> object:
    """Return a CSV cell that no spreadsheet takes for a formula."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if value is None or value == "":
        return ""
    cell = value.isoformat() if isinstance(value, (date, datetime)) else clean(_machine_text(value))
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\n"} else cell


def _machine_text(value: object) -> str:
    """Return a cell as text that is the same in every language where it holds several values."""
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else text_of(value)


def page(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], *, is_dense: bool = False) -> None:
    """Print a table for eyes, in a pipe too; a dense one has a single blank between its columns."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, padding=0 if is_dense else (0, 1))
    is_list = any(column.is_cut for column in columns)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column.is_number else "left"
        # What may be cut makes room for what may not: a due time in two halves is none.
        drawn.add_column(
            column.title, justify=justify, overflow="fold", no_wrap=is_list and not column.is_cut,
            width=column.width,
        )  # fmt: skip
    for row in rows:
        drawn.add_row(*(_cell(column, row) for column in columns))
    Console().print(drawn)


def to_the_minute(at: datetime) -> str:
    """Return a moment as short as a table with several of them needs it: without year and seconds."""
    return f"{at.astimezone():%m-%d %H:%M}"


def hanging(head: str, words: str) -> None:
    """Print words behind a head; on a terminal their further lines stand below the first one."""
    if not sys.stdout.isatty():
        show(head + words)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table.grid()
    drawn.add_column(no_wrap=True)
    drawn.add_column(overflow="fold")
    drawn.add_row(Text(clean(head)), Text(clean(words)))
    Console().print(drawn)


def _cell(column: Column, row: Mapping[str, Any]) -> "Text":
    from rich.text import Text

    words = clean(_said(column, row[column.key]))
    return Text(words, no_wrap=True, overflow="ellipsis") if column.is_cut else Text(words)


def _said(column: Column, value: Any) -> str:
    return column.said(value) if column.said is not None and value is not None else text_of(value)


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
