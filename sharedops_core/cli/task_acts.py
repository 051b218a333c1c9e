"""`sharedops ticket task`: work asked of other teams while the ticket stays where it is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import context, output, ticket_acts
from sharedops_core.cli.output import Column
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _

if TYPE_CHECKING:
    from sharedops_core.views.tasks import TaskRow

TaskNumber = typer.Argument(..., metavar="NUMBER/N", help=_("The task, such as INC-10001/1."))


def register(group: typer.Typer) -> None:
    """Add them to the group of the tickets."""
    tasks = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    head = f"\n\n\b\n{_('Examples:')}\n  sharedops ticket task "
    commands: tuple[tuple[str, Callable[..., None], str, str], ...] = (
        ("add", add, _("Ask another team for a piece of work; the ticket stays where it is."),
         "add INC-10001 --to it-platform --text 'Open port 443 to the gateway' --within 4h"),
        ("take", take, _("Take a task on that is asked of you or your team."), "take INC-10001/1"),
        ("done", done, _("Finish a task, with what came of it."), "done INC-10001/1 --text 'Port 443 is open'"),
        ("decline", decline, _("Turn a task down, with the reason."), "decline INC-10001/1 --text 'Not our gateway'"),
        ("withdraw", withdraw, _("Withdraw a task, for whoever asked, the holder, and leads."),
         "withdraw INC-10001/1"),
        ("list", listing, _("List the tasks of a ticket, or without one those of you and your teams."),
         "list INC-10001\n  sharedops ticket task list --json"),
    )  # fmt: skip
    for name, command, words, example in commands:
        tasks.command(name, help=words + head + example)(command)
    group.add_typer(tasks, name="task", help=_("Tasks for other teams, in parallel with a ticket."))


def add(
    number: str = ticket_acts.Number,
    to: str = typer.Option(..., "--to", metavar="TEAM", help=_("The team.")),
    agent: str = typer.Option(None, "--agent", metavar="LOGIN", help=_("One agent of it; else whoever is free.")),
    text: str = ticket_acts.Text,
    within: str = typer.Option(
        "", "--within", metavar="TARGET", help=_("4h, 1wd or eowd on the team's calendar; else what is usual for it.")
    ),
    gate: bool = typer.Option(
        True, "--gate/--no-gate", help=_("Whether the ticket cannot be resolved before the task is done.")
    ),
    as_json: bool = output.Json,
) -> None:
    """Ask for a task."""
    from sharedops_core.desk import tasks

    wish = tasks.Wish(to, ticket_acts.text_of(text, number), agent, within, gate)
    ticket_acts.do(number, tasks.ask_task, wish)
    _tell(number, None, _("{task}: {whom} is asked"), as_json=as_json)


def take(task: str = TaskNumber, as_json: bool = output.Json) -> None:
    """Take a task on."""
    from sharedops_core.desk import tasks

    _do(task, tasks.take_task, _("{task} taken on"), as_json=as_json)


def done(task: str = TaskNumber, text: str = ticket_acts.Text, as_json: bool = output.Json) -> None:
    """Finish a task."""
    from sharedops_core.desk import tasks

    _do(task, tasks.finish_task, _("{task} done"), ticket_acts.text_of(text, task), as_json=as_json)


def decline(task: str = TaskNumber, text: str = ticket_acts.Text, as_json: bool = output.Json) -> None:
    """Turn a task down."""
    from sharedops_core.desk import tasks

    _do(task, tasks.decline_task, _("{task} turned down"), ticket_acts.text_of(text, task), as_json=as_json)


def withdraw(
    task: str = TaskNumber,
    text: str = typer.Option("", "--text", help=_("Why it is not needed any more.")),
    as_json: bool = output.Json,
) -> None:
    """Withdraw a task."""
    from sharedops_core.desk import tasks

    _do(task, tasks.withdraw_task, _("{task} withdrawn"), text, as_json=as_json)


def listing(
    number: str = typer.Argument(None, metavar="[NUMBER]"),
    as_json: bool = output.Json,
    as_csv: bool = output.Csv,
    header: bool = output.Header,
) -> None:
    """List tasks."""
    from dataclasses import asdict

    from sharedops_core.cli.tickets import read
    from sharedops_core.views import tasks

    if number:
        found = list(read(number).tasks)
    else:
        with context.looking("console") as (session, reader):
            found = tasks.standing(session, reader=reader)
    if as_json:
        output.document([asdict(one) for one in found])
        return
    now = context.now()
    rows = [
        {"task": one.number, "standing": tasks.standing_words(one, now), "due": one.due_at, "gate": one.is_gate,
         "whom": tasks.whom(one), "wanted": one.wanted, "result": one.result}
        for one in found
    ]  # fmt: skip
    columns = [
        Column("task", _("Task")), Column("standing", _("State")), Column("due", _("Due"), said=output.to_the_minute),
        Column("gate", _("Gate")), Column("whom", _("Asked of"), is_cut=True),
        Column("wanted", _("Wanted"), is_cut=True), Column("result", _("Result"), is_cut=True),
    ]  # fmt: skip
    output.table(columns, rows, as_csv=as_csv, has_header=header)


def _do(task: str, act: Callable[..., Any], words: str, *facts: str, as_json: bool) -> None:
    number, nth = _parted(task)
    ticket_acts.do(number, act, nth, *facts)
    _tell(number, nth, words, as_json=as_json)


def _parted(task: str) -> tuple[str, int]:
    number, _slash, nth = task.strip().rpartition("/")
    if not number or not nth.isdigit() or len(nth) > 6:
        raise BadInput(_("{text} is no task; right would be INC-10001/1").format(text=repr(task)))
    return number, int(nth)


def _tell(number: str, nth: int | None, words: str, *, as_json: bool) -> None:
    """Print the task as it is now, the newest one when none is named."""
    from dataclasses import asdict

    from sharedops_core.cli.tickets import read
    from sharedops_core.views import tasks

    found = read(number).tasks
    row: TaskRow = found[-1] if nth is None else next(one for one in found if one.nth == nth)
    if as_json:
        output.document(asdict(row))
        return
    said = words.format(task=row.number, whom=tasks.whom(row))
    due = f"; {tasks.standing_words(row, context.now())} ({output.text_of(row.due_at)})" if row.is_standing else ""
    output.show(said + due)
