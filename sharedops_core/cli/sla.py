"""`sharedops sla`: clock arithmetic in the shell, and the proof of the engine against a file of cases."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sharedops_core import sources
from sharedops_core.cli import context, output, sweep
from sharedops_core.errors import BadInput, NotFound
from sharedops_core.i18n import _, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharedops_core.rules.calendar import Calendar
    from sharedops_core.rules.clocks import Pause
    from sharedops_core.rules.explain import Explanation

CalendarName = typer.Option(
    ..., "--calendar", help=_("A calendar by name (cn-office, always…) or a TOML or JSON file.")
)
Start = typer.Option(..., "--start", metavar="TIME", help=_("Like 2026-03-02T09:00; without zone, of the calendar."))
Pauses = typer.Option([], "--pause", metavar="FROM/TO", help=_("A time that does not count; may be repeated."))


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops sla "
    example = "due --calendar cn-office --start 2026-03-02T16:00 --target 8h"
    group.command("due", help=_("When a target is due.") + head + example)(due)
    example = "elapsed --calendar cn-office --start 2026-03-02T16:00 --end 2026-03-03T10:00"
    group.command("elapsed", help=_("How much open time lies between two times.") + head + example)(elapsed)
    example = "explain INC-10001\n  sharedops sla explain --calendar cn-office --start 2026-02-13T16:00 --target 8h"
    group.command("explain", help=_("Why a clock is due when it is, line by line.") + head + example)(explain)
    group.command(
        "sweep", help=_("Tell whom the policies name about what has fallen due; nothing twice.") + head
        + "sweep --dry-run\n  sharedops sla sweep"
    )(sweep.sweep)  # fmt: skip
    group.command(
        "check", help=_("Run a file of cases; exit code 1 when one comes out otherwise.") + head + "check cases.json"
    )(check)
    app.add_typer(group, name="sla", help=_("Clock arithmetic."))


def due(
    calendar: str = CalendarName,
    start: str = Start,
    target: str = typer.Option(..., "--target", help=_("8h, 30m, 1wd (next workday, same time), eowd (its end).")),
    pause: list[str] = Pauses,
    as_json: bool = output.Json,
) -> None:
    """Print the due time."""
    from sharedops_core.rules import clocks

    found = _calendar(calendar)
    result = clocks.due_for(found, _instant(start, found), clocks.parse_target(target), _pauses(pause, found))
    shown = None if result is None else result.astimezone(found.zone)
    if as_json:
        output.document({"calendar": found.name, "target": target, "due": shown})
    else:
        output.show(shown.isoformat(sep=" ") if shown else _("paused: no due time until the pause has an end"))


def elapsed(
    calendar: str = CalendarName,
    start: str = Start,
    end: str = typer.Option(..., "--end", metavar="TIME", help=_("Like --start.")),
    pause: list[str] = Pauses,
    as_json: bool = output.Json,
) -> None:
    """Print the open time between two instants."""
    from sharedops_core.rules import clocks, spans

    found = _calendar(calendar)
    result = clocks.elapsed(found, _instant(start, found), _instant(end, found), _pauses(pause, found))
    seconds = int(result.total_seconds())
    if as_json:
        output.document({"calendar": found.name, "seconds": seconds})
    else:
        output.show(f"{spans.clock(result)}  ({spans.span(result)})")


def explain(
    number: str = typer.Argument(None, metavar="[NUMBER]", help=_("A ticket; else give calendar, start and target.")),
    clock: str = typer.Option(None, "--clock", help=_("Only this clock: response, resolution, line and so on.")),
    calendar: str = typer.Option(None, "--calendar", help=_("A calendar by name, or a TOML or JSON file.")),
    start: str = typer.Option(None, "--start", metavar="TIME", help=_("Like 2026-03-02T09:00.")),
    target: str = typer.Option(None, "--target", help=_("8h, 30m, 1wd or eowd.")),
    pause: list[str] = Pauses,
    as_json: bool = output.Json,
) -> None:
    """Print the arithmetic of due times."""
    from dataclasses import asdict

    from sharedops_core.rules import explain as explaining

    found = _of_ticket(number, clock) if number else [_of_options(calendar, start, target, pause)]
    if as_json:
        output.document([asdict(one) for one in found])
        return
    for place, one in enumerate(found):
        title = f"{clock_title(one)}\n" if number else ""
        output.show(("\n" if place else "") + title + "\n".join(f"  {line}" for line in explaining.spelled_out(one)))


def clock_title(one: "Explanation") -> str:
    """Return which clock an explanation is about."""
    from sharedops_core.rules.commitments import clock_name

    return clock_name(one.kind) + (f" {one.nth}" if one.nth > 1 else "")


def _of_ticket(number: str, clock: str | None) -> "Sequence[Explanation]":
    from sharedops_core.desk import finding
    from sharedops_core.rules.commitments import KINDS
    from sharedops_core.views import clocks

    if clock is not None and clock not in KINDS:
        raise BadInput(_("{value} is no clock; there are: {kinds}").format(value=clock, kinds=joined(KINDS)))
    with context.looking() as (session, reader):
        ticket_id = finding.ticket_id(session, number, context.actor(session))
        found = clocks.explanations(session, ticket_id, context.now(), reader=reader)
    return [one for one in found if clock in (None, one.kind)]


def _of_options(calendar: str | None, start: str | None, target: str | None, pause: list[str]) -> "Explanation":
    from sharedops_core.rules import clocks
    from sharedops_core.rules import explain as explaining

    if calendar is None or start is None or target is None:
        raise BadInput(_("name a ticket, or give --calendar, --start and --target"))
    found = _calendar(calendar)
    return explaining.explain(found, _instant(start, found), clocks.parse_target(target), _pauses(pause, found))


def check(file: Path = typer.Argument(..., metavar="FILE"), as_json: bool = output.Json) -> None:
    """Prove the engine against cases of one's own."""
    from sharedops_core.rules.cases import run_cases

    report = run_cases(_json_file(file))
    if as_json:
        failed = [{"id": case.id, "expected": case.expected, "got": case.got} for case in report.failed]
        output.document({"passed": report.passed, "failed": failed})
    else:
        for case in report.failed:
            output.show(
                _("{id}: expected {expected}, got {got}").format(id=case.id, expected=case.expected, got=case.got)
            )
        output.show(_("{passed} passed, {failed} failed").format(passed=report.passed, failed=len(report.failed)))
    if report.failed:
        raise typer.Exit(1)


def _json_file(file: Path) -> dict[str, object]:
    try:
        document = json.loads(sources.text(file, "utf-8-sig"))
    except FileNotFoundError:
        raise NotFound(_("{file}: there is no such file").format(file=file)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(_("{file}: cannot be read: {why}").format(file=file, why=error)) from None
    except json.JSONDecodeError as error:
        raise BadInput(
            _("{file}, line {line}, column {column}: is no JSON: {why}").format(
                file=file, line=error.lineno, column=error.colno, why=error.msg
            )
        ) from None
    except (ValueError, RecursionError) as error:
        raise BadInput(_("{file}: cannot be read: {why}").format(file=file, why=error)) from None
    if not isinstance(document, dict):
        raise BadInput(_("{file}: must hold one JSON object").format(file=file))
    return document


def _calendar(name: str) -> "Calendar":
    """Return a calendar from a file, from the shipped ones, or from the database."""
    from sharedops_core import config
    from sharedops_core.rules.calendar import parse_calendar

    file = Path(name)
    if file.suffix not in {".toml", ".json"}:
        file = config.shipped("seed_data") / "calendars" / f"{name}.toml"
    else:
        sources.require(file)
    if file.suffix == ".json":
        return parse_calendar(name, _json_file(file))
    if file.is_file():
        from sharedops_core.intake.calendars import read_toml

        return parse_calendar(name, read_toml(file, context.now()))
    return _stored(name)


def _stored(name: str) -> "Calendar":
    from sharedops_core.store import policies

    try:
        with context.reading() as session:
            found = policies.stored_calendar(session, name)
    except NotFound:
        found = None
    if found is None:
        raise NotFound(_("there is no calendar {name}, neither shipped nor in the database").format(name=name))
    return found


def _instant(text: str, calendar: "Calendar") -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(_("{value}: is no time; right would be 2026-03-02T09:00").format(value=text)) from None
    return at if at.tzinfo else calendar.instant(at)


def _pauses(texts: list[str], calendar: "Calendar") -> "list[Pause]":
    found: list[Pause] = []
    for text in texts:
        start, slash, end = text.partition("/")
        if not slash:
            raise BadInput(_("{value}: is no pause; right would be FROM/TO").format(value=text))
        found.append((_instant(start, calendar), _instant(end, calendar) if end else None))
    return found
