"""`sharedops dispatch what-if` and `simulate`: other rules, and other ways to deal out, tried beside the desk."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sharedops_core.cli import context, output
from sharedops_core.cli.reports import day_of
from sharedops_core.errors import BadInput
from sharedops_core.i18n import _
from sharedops_core.rules import spans

if TYPE_CHECKING:
    from sharedops_core.rules.whatif import Replay


_MOST = 40_000
"""Agents times days times requests an hour: about a minute of simulating."""


def register(group: typer.Typer, head: str) -> None:
    """Add both to the group of dispatch."""
    words = _("Replay the tickets of a span by other rules beside those in force, and compare; nothing is stored.")
    example = "what-if --rules seed_data/dispatch/ --from 2026-03-01 --to 2026-04-01"
    group.command("what-if", help=words + head + example)(what_if)
    words = _("Simulate a centre under push, pull and round-robin with the same arrivals, and compare.")
    group.command("simulate", help=words + head + "simulate --seed 7 --agents 12 --per-hour 20")(simulate)


def simulate(
    seed: int = typer.Option(1, "--seed", metavar="N", help=_("The same seed gives the same result.")),
    agents: int = typer.Option(10, "--agents", metavar="N", min=1, max=200, help=_("How many agents work.")),
    days: int = typer.Option(5, "--days", metavar="N", min=1, max=60, help=_("For how many days it is watched.")),
    per_hour: float = typer.Option(
        16.0, "--per-hour", metavar="X", min=0.0, max=500.0, help=_("Requests in an hour in which the centre is open.")
    ),
    as_json: bool = output.Json,
    as_csv: bool = output.Csv,
    header: bool = output.Header,
) -> None:
    """Print how a centre does under push, pull and round-robin."""
    from sharedops_core.rules import simulation

    if agents * days * per_hour > _MOST:
        words = _("that is too much to simulate; agents times days times requests an hour may be {most}")
        raise BadInput(words.format(most=f"{_MOST:,}"))
    found = simulation.simulate(simulation.centre(seed, agents, days, per_hour))
    rows = [{name: value for name, value in asdict(one).items() if name != "begun_at"} for one in found]
    columns = [
        output.Column("policy", _("Policy"), said=simulation.policy_name),
        output.Column("arrived", _("came"), is_number=True), output.Column("finished", _("done"), is_number=True),
        output.Column("left_over", _("left over"), is_number=True),
        output.Column("attained_percent", _("in time, %"), is_number=True),
        output.Column("median_wait", _("median wait"), is_number=True, said=spans.span),
        output.Column("ninth_wait", _("nine in ten"), is_number=True, said=spans.span),
        output.Column("gini", _("Gini"), is_number=True),
    ]  # fmt: skip
    output.table(columns, rows, as_json=as_json, as_csv=as_csv, has_header=header)
    for name, words in simulation.definitions().items():
        output.say(spans.named(name, words))


def what_if(
    rules: Path = typer.Option(
        ..., "--rules", metavar="FILE|FOLDER", help=_("The rules to try, as `import dispatch` takes them.")
    ),
    start: str = typer.Option(..., "--from", metavar="DATE", help=_("Tickets opened on or after this date.")),
    end: str = typer.Option(..., "--to", metavar="DATE", help=_("Tickets opened before this date.")),
    as_json: bool = output.Json,
    as_csv: bool = output.Csv,
    header: bool = output.Header,
) -> None:
    """Print figures and loads by the rules in force and by the new ones."""
    from sharedops_core.desk import finding
    from sharedops_core.intake import dispatch
    from sharedops_core.rules.whatif import definitions
    from sharedops_core.views import whatif

    begin, until = day_of(start, "--from"), day_of(end, "--to")
    if begin is None or until is None or begin >= until:
        raise BadInput(_("--to {end} must come after --from {start}").format(start=start, end=end))
    with context.looking("report") as (session, reader):
        finding.require(session, "oversee", context.actor(session))
        now, then = whatif.compared(session, dispatch.read_rules(session, rules), begin, until, reader=reader)
    if as_json:
        output.document({"present": _document(now), "new": _document(then), "definitions": definitions()})
    else:
        _print(now, then, as_csv=as_csv, has_header=header)


def _print(now: "Replay", then: "Replay", *, as_csv: bool, has_header: bool) -> None:
    from sharedops_core.rules.whatif import FIGURES, definitions, figure_name

    figures: list[dict[str, Any]] = [
        {"figure": name, "present": getattr(now, name), "new": getattr(then, name)} for name in FIGURES
    ]
    sides = [output.Column("present", _("rules in force"), is_number=True),
             output.Column("new", _("new rules"), is_number=True)]  # fmt: skip
    output.table(
        [output.Column("figure", _("Figure"), said=figure_name), *sides], figures, as_csv=as_csv, has_header=has_header
    )
    titles = {"login": _("login"), "name": _("name"), "present": _("rules in force"), "new": _("new rules"),
              "present_peak": _("peak in force"), "new_peak": _("peak, new")}  # fmt: skip
    output.table([output.Column(key, title, is_number=key not in ("login", "name")) for key, title in titles.items()],
                 _loads(now, then), as_csv=as_csv, has_header=has_header)  # fmt: skip
    for name, words in definitions().items():
        output.say(spans.named(figure_name(name), words))


def _document(found: "Replay") -> dict[str, Any]:
    return {**asdict(found), "handed_on_percent": found.handed_on_percent}


def _loads(now: "Replay", then: "Replay") -> list[dict[str, Any]]:
    """Return what each agent would have had by both, those with the most tickets first."""
    sides = [{one.login: one for one in found.loads} for found in (now, then)]
    names = {one.login: one.name for one in (*now.loads, *then.loads)}
    found = []
    for login, name in names.items():
        row: dict[str, Any] = {"login": login, "name": name}
        for key, side in zip(("present", "new"), sides, strict=True):
            one = side.get(login)
            row |= {key: one.tickets if one else 0, f"{key}_peak": one.peak if one else 0.0}
        found.append(row)
    return found
